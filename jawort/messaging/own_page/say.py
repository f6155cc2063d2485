"""What a customer says on their own page: it stands in the conversation as a message of theirs, unread."""

from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import F

from jawort.channels.types import Inbound, SenderRef
from jawort.consent.purpose import CARE, Purpose
from jawort.consent.queries import stops
from jawort.consent.stop import may_end, object_themselves
from jawort.messaging.models import Message
from jawort.messaging.own_page.hand_over import enter
from jawort.messaging.own_page.models import OwnPage
from jawort.messaging.own_page.rules import SAID_MAX, Condition, condition
from jawort.messaging.receive import Arrival, receive
from jawort.messaging.touch import held_person

#: Where an objection was said, as the ledger writes it.
SOURCE = "own_page"


class Wish(StrEnum):
    """What can be asked for there, as the ledger writes it."""

    CORRECTION = "correction_asked"
    ERASURE = "erasure_asked"


class TooMuch(Exception):
    """So much came in by this link that nothing more does."""


class Shut(Exception):
    """The link opens nothing any more."""


@transaction.atomic
def object_there(page: OwnPage, purpose: Purpose, words: str, at: datetime) -> bool:
    """Object to messages for `purpose`; False if that stood already, and then nothing is written.

    As with a word in the chat the message is the proof (Art. 7(1) GDPR). Nobody is asked who they are (Art. 7(3),
    21(2)), nor is it withheld or counted while anything else is: a no always comes through. Raises Shut.
    """
    held = _held(page, at)
    standing = stops([held.contact_id]).objections
    objected = not standing.isdisjoint({(held.contact_id, purpose), (held.contact_id, CARE)})
    if objected and not may_end(held.contact_id, purpose, at):
        return False
    message = _come_in(held, words, at)
    object_themselves({held.contact_id: message.pk}, purpose, at=at, source=SOURCE)
    enter(held, "objected", f"customer:{held.contact_id}", at)
    return True


@transaction.atomic
def ask_there(page: OwnPage, wish: Wish, words: str, at: datetime) -> Message:
    """Ask for it, in these words. An agent sees it and looks after it. Raises Shut, TooMuch."""
    held = _held(page, at)
    if held.said >= SAID_MAX:
        raise TooMuch
    OwnPage.objects.filter(pk=held.pk).update(said=F("said") + 1)
    message = _come_in(held, words, at)
    enter(held, wish, f"customer:{held.contact_id}", at)
    return message


def _held(page: OwnPage, at: datetime) -> OwnPage:
    rows = OwnPage.objects.select_for_update(of=("self",), no_key=True).select_related("conversation")
    held = rows.get(pk=page.pk)
    if condition(held.facts, at) is not Condition.OPEN:
        raise Shut
    return held


def _come_in(page: OwnPage, words: str, at: datetime) -> Message:
    """It opens no window: WhatsApp knows nothing of it."""
    inbound = Inbound(
        line_ref="",
        provider_id="",
        sender=SenderRef(None, None, None, None),
        sent_at=at,
        kind="text",
        text=words,
        provider_kind="text",
        opens_window=False,
        original=b"",
        side_door=True,
    )
    line = page.conversation.line_id
    (message,) = receive([Arrival(inbound, line, page.contact_id, held_person(page.contact_id, line))], at)
    return message


@transaction.atomic
def note_download(page: OwnPage, at: datetime) -> None:
    """All of it was taken along."""
    enter(page, "downloaded", f"customer:{page.contact_id}", at)
