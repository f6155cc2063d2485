"""A form with files, read while it comes in: Django's own way would hold it whole, in memory or in a file in clear.

Its parser gives the parts one after the other. Each file has to be read, or skipped, before the next part is asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.http.multipartparser import FILE, ChunkIter, LazyStream, MultiPartParserError, Parser
from django.http.multipartparser import MultiPartParser as WholeForm
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.datastructures import MultiValueDict

from jawort.messaging.files.content import Claims
from jawort.messaging.files.upload import BLOCK_BYTES, NAME_TAKEN_MAX

FIELD_BYTES_MAX = 16 * 1024
FIELDS_MAX = 20


class NoForm(ValueError):
    """The body is no form with files."""


@dataclass(frozen=True, slots=True)
class FormFile:
    """One file of the form, while it comes."""

    claims: Claims
    blocks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Field:
    """One other field of the form."""

    name: str
    value: str


def parts(request: HttpRequest) -> Iterator[FormFile | Field]:
    """The form's parts in their order. Raises NoForm; OSError where nothing comes any more."""
    try:
        boundary = vars(WholeForm(request.META, request, []))["_boundary"]
        for number, (kind, said, stream) in enumerate(Parser(LazyStream(ChunkIter(request, BLOCK_BYTES)), boundary)):
            if number > FIELDS_MAX:
                raise NoForm
            _, given = said.get("content-disposition", ("", {}))
            if kind == FILE:
                mime = said.get("content-type", ("", {}))[0].strip()[:NAME_TAKEN_MAX]
                yield FormFile(Claims(_text(given["filename"])[:NAME_TAKEN_MAX], mime), _blocks(stream))
            else:
                yield Field(_text(given.get("name", b"")), _text(stream.read(FIELD_BYTES_MAX)))
            _skip(stream)
    except MultiPartParserError as broken:
        raise NoForm from broken


def is_ours(request: HttpRequest, fields: dict[str, str]) -> bool:
    """Whether the form came from a page of ours (CSRF). Asked by the view: Django, which asks before, would read all.

    `fields` are those before the first file; the token must be among them.
    """
    query = QueryDict(mutable=True)
    query.update(fields)
    request._post, request._files = query, MultiValueDict()  # type: ignore[attr-defined]
    return _Asked(lambda _: None).process_view(request, lambda: None, (), {}) is None  # type: ignore[arg-type, return-value]


class _Asked(CsrfViewMiddleware):
    """Answers instead of refusing."""

    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


def _text(said: bytes | str) -> str:
    return said if isinstance(said, str) else said.decode(errors="replace")


def _blocks(stream: Iterator[bytes]) -> Iterator[bytes]:
    """Its own iterator: whoever stops in the middle closes this one, and what follows in the form can still be read."""
    for block in stream:  # noqa: UP028 - `yield from` would close the stream too
        yield block


def _skip(stream: Iterator[bytes]) -> None:
    for _ in stream:
        pass
