"""Whoever followed an opt-in link is asked at once, in the chat that they have opened themselves."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from jawort.consent.models import OptInLink, Question
from jawort.consent.replies import STANDS
from jawort.consent.rules import Refused
from jawort.consent.state import OPEN_FOR, CannotAsk
from jawort.core import clock
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.outcome import Again, Done, Job, Outcome
from jawort.messaging.acknowledge import BY_ITSELF
from jawort.messaging.ask_consent import Followed, NotAsked, ask_for_consent
from jawort.messaging.models import Conversation, Message
from jawort.messaging.rules import State
from jawort.messaging.send import NotOpen, send
from jawort.messaging.touch import wait_again
from jawort.people.persons import contacts_of

ASK: Final = "ask"
#: The ledger seals anew within seconds; who has just followed a link still looks at the chat.
AGAIN: Final = timedelta(seconds=5)


def ask_soon(followed: Mapping[UUID, tuple[UUID | None, OptInLink]], at: datetime) -> None:
    """Have the writers of these messages asked; each comes with its conversation. In the transaction of intake.

    One lane for a conversation: two messages of one person never ask side by side.
    """
    jobs = [
        NewJob(f"asking:{home}", ASK, {"message": str(message), "link": str(link.pk)})
        for message, (home, link) in followed.items()
    ]
    enqueue(jobs, at)


def ask_followers(jobs: Sequence[Job]) -> Sequence[Outcome]:
    """The lane handler of kind `ask`. A job that runs twice asks once: who was asked is not asked again so soon.

    Who is not asked waits in the inbox, where somebody reads their message.
    """
    messages = {UUID(job.ids["message"]) for job in jobs}
    links = OptInLink.objects.in_bulk({UUID(job.ids["link"]) for job in jobs})
    said = Message.objects.filter(pk__in=messages).select_related("conversation").in_bulk()
    followed = ((said.get(UUID(job.ids["message"])), links[UUID(job.ids["link"])]) for job in jobs)
    return [_ask(Followed(link, message)) if message else Done() for message, link in followed]


def _ask(followed: Followed) -> Outcome:
    home, at = _home(followed.message), clock.now()
    if home is None:
        return Done()
    try:
        if followed.link.ended_at is not None:
            raise NotAsked(CannotAsk.OVERTAKEN)
        ask_for_consent(home, BY_ITSELF, at, followed=followed)
    except NotOpen:
        return Done()  # somebody of ours has resolved it this moment
    except NotAsked as refused:
        if refused.why is Refused.LEDGER_LATE:  # at the latest it ends with the service window
            return Again(at + AGAIN, Refused.LEDGER_LATE, counts=False)
        _not_asked(home, followed, refused.why, at)
    return Done()


def _home(message: Message) -> Conversation | None:
    """Where the person is spoken with: their conversation may have become part of another one meanwhile."""
    home = message.conversation
    if home is None or home.status == "open":
        return home
    person = contacts_of(message.contact_id)
    return Conversation.objects.filter(contact__in=person, line=message.line_id, status="open").order_by("pk").first()


def _not_asked(home: Conversation, followed: Followed, why: CannotAsk | Refused, at: datetime) -> None:
    """Who was asked by this already, needs nothing; who has consented hears so, once a day. All others wait."""
    asked = Question.objects.filter(contact__in=contacts_of(home.contact_id), link__isnull=False)
    if asked.filter(at__gte=followed.message.created_at).exists():
        return
    if why is CannotAsk.ASKED and asked.filter(closed_at=None, at__gt=at - OPEN_FOR).exists():
        return
    if why is CannotAsk.STANDS:
        with suppress(NotOpen):
            name = uuid5(home.pk, f"{ASK}:{at:%Y-%m-%d}")
            if send(home, STANDS.to(followed.link.language), BY_ITSELF, at, client_id=name).state != State.REFUSED:
                return
    wait_again(home)
