"""Messages, and what goes with them, on their way to the platform. One call is one attempt (calls.py)."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final

import aiohttp
from msgspec.json import encode

from jawort.channels.destinations import Datum
from jawort.channels.types import Accepted, Deleted, Named, Noted, Outcome, Outgoing, Refused, Uncertain
from jawort.channels.whatsapp import bodies
from jawort.channels.whatsapp.calls import Caller, outcome, refused
from jawort.channels.whatsapp.carries import carries
from jawort.channels.whatsapp.errors_accounts import BUSY, NO_SENSE, UNREACHABLE
from jawort.channels.whatsapp.scan import elements, members, number, text
from jawort.channels.whatsapp.templates import FIELDS, Listed, listed
from jawort.channels.whatsapp.upload import SILENT_S, UPLOAD_S, envelope

PAGE_TEMPLATES, PAGE_BYTES_MAX = 100, 4_000_000  # a template has some kilobytes at most
PAGES_MAX: Final = 250  # an account has at most 6,000 templates, each in some languages


class Client(Caller):
    """What leaves, for one access token."""

    __slots__ = ()

    async def send(self, phone_number_id: str, outgoing: Outgoing) -> Outcome:
        """Give one message to the platform. Returns within the timeout, never tries twice, raises for no answer.

        Cancelled it returns as well, for the caller must know whether the message may have left.
        """
        address, body = self._address(phone_number_id, "messages"), encode(bodies.message(outgoing))
        found = await self._call("POST", address, body, carries=carries(outgoing))
        return outcome(*found) if isinstance(found, tuple) else found

    async def delete_from_contact_book(self, phone_number_id: str, bsuid: str) -> Deleted | Refused | Uncertain:
        """Delete what the platform's contact book holds of this id: the person's number, for our webhooks.

        Source: platform page on business-scoped user ids, contact book; parent ids are not taken. The id stands in the
        address because the platform wants it there. One attempt; what is Uncertain may be asked again.
        """
        address = self._address(phone_number_id, "contact_book").with_query(messaging_product="whatsapp", bsuid=bsuid)
        found = await self._call("DELETE", address, carries=(Datum.BSUID, Datum.FORGOTTEN))
        if not isinstance(found, tuple):
            return found
        status, answer = found
        fields = members(answer.strip()) or {}
        if status == HTTPStatus.OK and bytes(fields.get("success", b"")) == b"true":
            return Deleted()
        said = outcome(status, answer)
        return Uncertain("deleted without saying so") if isinstance(said, Accepted) else said

    async def block(
        self, phone_number_id: str, phone: str | None, bsuid: str | None, *, on: bool
    ) -> Noted | Refused | Uncertain:
        """Put somebody on the list of whom this number blocks, or with `on` False take them off it.

        Source: platform page on blocking users. One attempt; what is Uncertain may be asked again.
        """
        address, body = self._address(phone_number_id, "block_users"), encode(bodies.block(phone, bsuid))
        who = Datum.NUMBER if phone else Datum.BSUID
        found = await self._call("POST" if on else "DELETE", address, body, carries=(who, Datum.BLOCKED))
        return noted(*found) if isinstance(found, tuple) else found

    async def templates(self, account: str) -> list[Listed] | Refused:
        """All templates of the account, page by page, or why not: half of them would look as if the rest had gone.

        The next page is named by its cursor; the address that comes along is not followed.
        """
        found: list[Listed] = []
        query = {"fields": FIELDS, "limit": str(PAGE_TEMPLATES)}
        for _ in range(PAGES_MAX):
            address = self._address(account, "message_templates").with_query(query)
            answer = await self._call("GET", address, most=PAGE_BYTES_MAX, carries=(Datum.ACCOUNT,))
            if not isinstance(answer, tuple):
                return answer if isinstance(answer, Refused) else refused(UNREACHABLE, 0)
            page = listed(answer[1]) if answer[0] == HTTPStatus.OK else None
            if page is None:
                said = outcome(*answer)
                return said if isinstance(said, Refused) else refused(BUSY, answer[0])
            found += page[0]
            if not page[1]:
                return found
            query["after"] = page[1]
        return refused(NO_SENSE, HTTPStatus.OK)

    async def tell(self, phone_number_id: str, provider_id: str, *, typing: bool) -> None:
        """Mark a customer's message as read. Nothing depends on it: no answer is looked at, no trouble is raised."""
        body = encode(bodies.read(provider_id, typing=typing))
        address = self._address(phone_number_id, "messages")
        await self._call("POST", address, body, carries=(Datum.REFERENCE, Datum.READ))

    async def upload(self, phone_number_id: str, mime: str, size: int, blocks: AsyncIterator[bytes]) -> Named | Refused:
        """Give a file of `size` bytes to the platform. Harmless to repeat: what no message refers to ends in 30 days.

        Never tries twice, raises for no answer; whatever `blocks` raises ends it as unreachable.
        """
        kind, before, after = envelope(mime)
        found = await self._call(
            "POST",
            self._address(phone_number_id, "media"),
            _around(before, size, blocks, after),
            {"Content-Type": kind, "Content-Length": str(len(before) + size + len(after))},
            aiohttp.ClientTimeout(total=UPLOAD_S, sock_read=SILENT_S),
            carries=(Datum.FILE,),
        )
        if isinstance(found, tuple):
            return named(*found)
        return found if isinstance(found, Refused) else refused(UNREACHABLE, 0)


def named(status: int, answer: bytes) -> Named | Refused:
    """What an HTTP answer says to a file. Without sense it may come another time."""
    provider_id = text((members(answer.strip()) or {}).get("id")) if status == HTTPStatus.OK else None
    if provider_id:
        return Named(provider_id)
    found = outcome(status, answer)
    return found if isinstance(found, Refused) else refused(BUSY, status)


def noted(status: int, answer: bytes) -> Noted | Refused | Uncertain:
    """What an HTTP answer says to blocking one person. Why it was refused stands with the person, below the error."""
    of = members((members(answer.strip()) or {}).get("block_users")) or {}
    failed = members(next(iter(elements(of.get("failed_users")) or ()), None)) or {}
    error = members(next(iter(elements(failed.get("errors")) or ()), None)) or {}
    code = number(error.get("code"))
    if code is not None:
        return refused(code, status)
    if status == HTTPStatus.OK and (elements(of.get("added_users")) or elements(of.get("removed_users"))):
        return Noted()
    found = outcome(status, answer)
    return Uncertain("noted without saying so") if isinstance(found, Accepted) else found


async def _around(before: bytes, size: int, blocks: AsyncIterator[bytes], after: bytes) -> AsyncIterator[bytes]:
    """Raises ConnectionAbortedError if `blocks` are not of `size`: both sides would wait for the rest."""
    yield before
    async for block in blocks:
        size -= len(block)
        yield block
    if size:
        raise ConnectionAbortedError
    yield after
