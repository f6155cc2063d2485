"""The shapes of the API, as its OpenAPI description shows them."""

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from ninja import Schema
from pydantic import Field

T = TypeVar("T")


class Page(Schema, Generic[T]):
    """One page of a list, newest first."""

    items: list[T]
    next: Annotated[UUID | None, Field(description="Pass as `after` for the next page; null on the last.")]


class Contact(Schema):
    """The customer."""

    id: UUID
    name: str


class Conversation(Schema):
    """One customer on one line of ours."""

    id: UUID
    channel: Literal["whatsapp"]
    line: str
    status: Literal["open", "resolved"]
    assignee: Annotated[str | None, Field(description="Name of the agent who looks after it.")]
    contact: Contact
    last_message_at: datetime


class Sender(Schema):
    """The customer’s address as it came with the message. The number is missing where the customer withholds it."""

    phone: str | None
    bsuid: str | None


class Failure(Schema):
    """Why a message did not get through."""

    code: str
    reason: str


class Message(Schema):
    """One message of a conversation."""

    id: UUID
    direction: Annotated[str, Field(description="in, out or note.")]
    type: str
    text: Annotated[str, Field(description="The text, or a readable rendering of another kind.")]
    status: str
    provider_time: datetime | None
    received_at: datetime
    provider_message_id: str | None
    sender: Annotated[Sender | None, Field(description="Of inbound messages.")]
    ledger_index: Annotated[int | None, Field(description="Place in the ledger; null until it is sealed.")]
    failure: Failure | None


class NewMessage(Schema):
    """An answer to the customer."""

    type: Literal["text"] = "text"
    text: Annotated[str, Field(description="1 to 4,096 characters.")]


class RawEvents(Schema):
    """Webhook bodies: ever stored, waiting, set aside."""

    stored: int
    pending: int
    parked: int


class Messages(Schema):
    """How many messages came in, and how far each of ours has come."""

    in_: Annotated[int, Field(alias="in")]
    out: dict[str, int]


class Ledger(Schema):
    """How many entries are sealed, and how old the newest signed checkpoint is."""

    size: int
    checkpoint_age_s: float | None


class Stats(Schema):
    """The state of the installation in numbers."""

    raw_events: RawEvents
    messages: Messages
    ledger: Ledger
