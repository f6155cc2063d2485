"""Who gave a consent or ended campaigns is told once that it was heard (Art. 12(3) GDPR: without undue delay)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from jawort.consent.consents import given_by, standing_of
from jawort.consent.models import ConsentEvent
from jawort.consent.replies import ENDED
from jawort.consent.rules import Refused
from jawort.consent.state import State as ConsentState
from jawort.consent.texts import receipt
from jawort.core import clock
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.outcome import Again, Done, Job, Outcome
from jawort.messaging.ask_consent import NotAsked, ask_to_confirm
from jawort.messaging.models import Conversation, Message
from jawort.messaging.rules import State
from jawort.messaging.send import Author, NotOpen, send
from jawort.messaging.touch import wait_again
from jawort.messaging.waiting import NOBODY

ACKNOWLEDGE: Final = "acknowledge"
#: The ledger seals anew within seconds.
AGAIN: Final = timedelta(seconds=5)
BY_ITSELF: Final = Author(NOBODY, None)


def acknowledge(words: Iterable[UUID], at: datetime) -> None:
    """Have the writers of these messages told. In the transaction of whoever heard them."""
    enqueue([NewJob(f"acknowledging:{word}", ACKNOWLEDGE, {"message": str(word)}) for word in words], at)


def acknowledgements(words: Collection[UUID]) -> dict[UUID, Message]:
    """What was answered to these messages by itself, by message."""
    names = {_name(word): word for word in words}
    found = Message.objects.filter(client_id__in=names)
    return {names[one.client_id]: one for one in found if one.client_id is not None}


def _name(word: UUID) -> UUID:
    """What an answer is called by its sender. An id of its own: a page finds a message by that."""
    return uuid5(word, ACKNOWLEDGE)


def answer_words(jobs: Sequence[Job]) -> Sequence[Outcome]:
    """The lane handler of kind `acknowledge`: the answer goes where the word came in, as every message does.

    Nobody's wait ends with it: what else the customer wrote is still unread. A job that runs twice answers once. A
    conversation that was resolved meanwhile is left alone.
    """
    wanted = {UUID(job.ids["message"]) for job in jobs}
    given = given_by(wanted)
    held = Message.objects.filter(pk__in=wanted).select_related("conversation__contact")
    outcomes = {word.pk: _answer(word, given.get(word.pk)) for word in held.order_by("pk")}
    return [outcomes.get(UUID(job.ids["message"]), Done()) for job in jobs]


def _answer(word: Message, given: ConsentEvent | None) -> Outcome:
    at = clock.now()
    try:
        told = _tell(word.conversation, word, given, at) if word.conversation else None
    except NotOpen:
        return Done()
    except NotAsked as refused:
        if refused.why is Refused.LEDGER_LATE:
            return Again(at + AGAIN, Refused.LEDGER_LATE, counts=False)
        told = None
    if word.conversation and (told is None or told.state == State.REFUSED):
        wait_again(word.conversation)
    return Done()


def _tell(home: Conversation, word: Message, given: ConsentEvent | None, at: datetime) -> Message | None:
    """What was answered; None where a no has followed at once, and was answered, or the number has changed."""
    if given is None:
        return send(home, ENDED.to(home.contact.language), BY_ITSELF, at, client_id=_name(word.pk))
    how = standing_of(given, at)
    if how.state is ConsentState.UNCONFIRMED or how.pending == given.text_id:
        return ask_to_confirm(home, given, BY_ITSELF, at, client_id=_name(word.pk))
    if how.state is not ConsentState.ACTIVE:
        return None
    return send(home, receipt(given), BY_ITSELF, at, client_id=_name(word.pk))
