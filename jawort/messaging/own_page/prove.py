"""Whoever has a link shows that the chat is theirs now: a code goes there, and comes back."""

import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import transaction

from jawort.consent.rules import Permit, Refusal, Refused
from jawort.messaging.draft import Draft
from jawort.messaging.gate import Answer, Recipient, answers
from jawort.messaging.models import Conversation
from jawort.messaging.own_page.hand_over import enter
from jawort.messaging.own_page.models import OwnPage
from jawort.messaging.own_page.queries import home_of, secret_index, standing
from jawort.messaging.own_page.rules import (
    CODE_DIGITS,
    CODE_FOR,
    KEY_FOR,
    TOKEN_BYTES,
    Condition,
    NoCode,
    Sent,
    may_try,
    one_more,
)
from jawort.messaging.rules import State
from jawort.messaging.send import Author, NotOpen, send
from jawort.messaging.waiting import NOBODY

BY_ITSELF = Author(NOBODY, None)


@transaction.atomic
def send_code(page: OwnPage, say: Callable[[str], str], at: datetime) -> NoCode | None:
    """Send a new code to where the link came; why not, if not. An earlier one is over.

    The gate is asked before: a code that it refuses would lie in the thread, to be sent when it is worth nothing.
    """
    held = _held(page)
    if standing(held, at) is not Condition.OPEN:
        return NoCode.SHUT
    count = one_more(Sent(held.codes_day, held.codes), at.astimezone(UTC).date())
    if count is None:
        return NoCode.TOO_MANY
    home = home_of(held)
    if home is None:
        return NoCode.WRITE_FIRST
    if why := _why_not(held, _answer(home, at)):
        return why
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    try:
        message = send(home, Draft(say(code)), BY_ITSELF, at)
    except NotOpen:  # resolved just now
        return NoCode.WRITE_FIRST
    if message.state == State.REFUSED:  # something has changed since the gate was asked
        return NoCode.STOPPED
    OwnPage.objects.filter(pk=held.pk).update(
        code_index=secret_index(held.pk, "code", code),
        code_ends_at=at + CODE_FOR,
        tries=0,
        codes_day=count.day,
        codes=count.codes,
    )
    enter(held, "code_sent", f"customer:{held.contact_id}", at)
    return None


@transaction.atomic
def enter_code(page: OwnPage, code: str, at: datetime) -> str | None:
    """A fresh key for the open page; the one before is over, and so is the code. None if that was not it.

    Whether there is a code at all it does not tell. Each wrong one counts, of those that come together too.
    """
    held = _held(page)
    if standing(held, at) is not Condition.OPEN or not may_try(held.code_ends_at, held.tries, at):
        return None
    home = home_of(held)
    is_it = hmac.compare_digest(bytes(held.code_index or b""), secret_index(held.pk, "code", code))
    # The address written to may have become another contact's meanwhile: then the code went to somebody else's chat.
    if not is_it or home is None or not _reaches(held, _answer(home, at)):
        OwnPage.objects.filter(pk=held.pk).update(tries=held.tries + 1)
        enter(held, "refused", "system", at)  # whoever it was, it was not shown to be the customer
        return None
    key = secrets.token_urlsafe(TOKEN_BYTES)
    OwnPage.objects.filter(pk=held.pk).update(
        code_index=None,
        code_ends_at=None,
        tries=0,
        key_index=secret_index(held.pk, "key", key),
        key_ends_at=at + KEY_FOR,
    )
    enter(held, "entered", f"customer:{held.contact_id}", at)
    return key


def is_open(page: OwnPage, key: str, at: datetime) -> bool:
    """Whether `key` opens the page now."""
    if page.key_index is None or page.key_ends_at is None or at >= page.key_ends_at:
        return False
    fits = hmac.compare_digest(bytes(page.key_index), secret_index(page.pk, "key", key))
    return fits and standing(page, at) is Condition.OPEN


def _held(page: OwnPage) -> OwnPage:
    rows = OwnPage.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("conversation").get(pk=page.pk)


def _answer(home: Conversation, at: datetime) -> Answer:
    recipient = Recipient(home.contact_id, home.line_id)
    return answers([recipient], at)[recipient]


def _reaches(page: OwnPage, answer: Answer) -> bool:
    """Whether a message would go to the contact whose page it is, and to no other that is one person with it."""
    return answer.address is not None and answer.address.contact == page.contact_id


def _why_not(page: OwnPage, answer: Answer) -> NoCode | None:
    match answer.verdict:
        case Permit():
            return None if _reaches(page, answer) else NoCode.STOPPED
        case Refusal(Refused.WINDOW_CLOSED | Refused.ANSWERS_ONLY):
            return NoCode.WRITE_FIRST
        case Refusal(Refused.OBJECTED):
            return NoCode.OBJECTED
        case Refusal():
            return NoCode.STOPPED
