"""Every error has one shape: a code for the program, a reason for the person who reads its log."""

from typing import Annotated

from ninja import Schema
from pydantic import Field


class FieldError(Schema):
    """What is wrong with one field."""

    field: Annotated[str, Field(description="Its path: buttons.0.title")]
    code: Annotated[str, Field(description="For the program.")]
    reason: Annotated[str, Field(description="The limit, and what to do. Never quotes the value.")]


class Error(Schema):
    """What went wrong. `article` names the rule behind a refusal of the gate, `help` what is still possible."""

    code: Annotated[str, Field(description="For the program.")]
    reason: Annotated[str, Field(description="For the person who reads its log.")]
    article: Annotated[str | None, Field(description="The rule behind a refusal of the gate.")] = None
    help: Annotated[str | None, Field(description="What is still possible after a refusal.")] = None


class Unfit(Error):
    """A message that breaks limits of the platform; nothing was stored."""

    fields: Annotated[list[FieldError], Field(description="Each with its limit.")]


class Problem(Exception):
    """An answer other than success. `reason` never holds personal data."""

    def __init__(self, status: int, code: str, reason: str, fields: list[FieldError] | None = None) -> None:
        super().__init__(code)
        self.status = status
        told = Error(code=code, reason=reason)
        self.error = told if fields is None else Unfit(**told.dict(), fields=fields)
