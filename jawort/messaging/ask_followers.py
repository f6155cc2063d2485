"""Whoever followed an opt-in link is asked at once, in the chat that they have opened themselves."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction

from jawort.consent.models import OptInLink
from jawort.consent.replies import STANDS
from jawort.consent.rules import Refused
from jawort.consent.state import CannotAsk
from jawort.core import clock
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.lanes.outcome import Again, Done, Job, Outcome
from jawort.messaging.ask_consent import NotAsked, ask_for_consent
from jawort.messaging.live import notify
from jawort.messaging.models import Conversation, Message
from jawort.messaging.send import Author, NotOpen, send
from jawort.messaging.waiting import NOBODY, wait_anew

ASK: Final = "ask"
BY_ITSELF: Final = Author(NOBODY, None)
#: The ledger seals anew within seconds; who has just followed a link still looks at the chat.
AGAIN: Final = timedelta(seconds=5)


def ask_soon(followed: Mapping[UUID, OptInLink], at: datetime) -> None:
    """Have the writers of these messages asked. In the transaction of whoever took them in."""
    jobs = [
        NewJob(f"asking:{message}", ASK, {"message": str(message), "link": str(link.pk)})
        for message, link in followed.items()
    ]
    enqueue(jobs, at)


def ask_followers(jobs: Sequence[Job]) -> Sequence[Outcome]:
    """The lane handler of kind `ask`. A job that runs twice asks once: who was asked is not asked again so soon.

    Whom the gate or an open question keeps from being asked waits in the inbox, where somebody reads their message.
    """
    messages = {UUID(job.ids["message"]) for job in jobs}
    links = OptInLink.objects.in_bulk({UUID(job.ids["link"]) for job in jobs})
    said = Message.objects.filter(pk__in=messages).select_related("conversation__contact").in_bulk()
    return [_ask(said.get(UUID(job.ids["message"])), links[UUID(job.ids["link"])]) for job in jobs]


def _ask(message: Message | None, link: OptInLink) -> Outcome:
    at = clock.now()
    if message is None or message.conversation is None:
        return Done()
    try:
        ask_for_consent(message.conversation, BY_ITSELF, at, wished=True, link=link)
    except NotAsked as refused:
        if refused.why is Refused.LEDGER_LATE:
            return Again(at + AGAIN, Refused.LEDGER_LATE)
        _not_asked(message, message.conversation, refused.why, link, at)
    except NotOpen:
        return Done()
    return Done()


def _not_asked(message: Message, home: Conversation, why: CannotAsk | Refused, link: OptInLink, at: datetime) -> None:
    """Who has consented already hears so; for all others somebody of ours has to look."""
    if why is CannotAsk.STANDS:
        with suppress(NotOpen):
            send(home, STANDS.to(link.language), BY_ITSELF, at, client_id=uuid5(message.pk, ASK))
        return
    with transaction.atomic():
        Conversation.objects.select_for_update(of=("self",)).get(pk=home.pk)
        wait_anew([home.pk])
        notify([home.pk])
