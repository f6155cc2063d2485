"""Who waits to be let in."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Sum

from jawort.messaging.models import Conversation, Message
from jawort.messaging.rules import State
from jawort.messaging.yes_first.models import Ended, Newcomer, Withheld
from jawort.messaging.yes_first.rules import Case, Standing
from jawort.people.models import Alias

#: In these a question has not left.
_NOT_LEFT: Final = [State.QUEUED, State.CLAIMED, State.FAILED, State.REFUSED]
DAYS_COUNTED: Final = 30


def strangers(contacts: Collection[UUID]) -> set[UUID]:
    """Those who wait, whom nobody here has ever spoken with or entered: nobody learns of them. Mostly one query."""
    found = set(Newcomer.objects.filter(contact__in=contacts).values_list("contact", flat=True))
    if found:
        found -= set(Conversation.objects.filter(contact__in=found).values_list("contact", flat=True))
        found -= set(Alias.objects.filter(contact__in=found).exclude(basis="").values_list("contact", flat=True))
    return found


def cases(newcomers: Collection[Newcomer]) -> dict[UUID, Case]:
    """How each of these stands, by its id. The number of messages is not looked at. One query where any was asked."""
    asked = asked_at(newcomers)
    return {
        each.pk: Case(Standing.WAITING, last_at=each.last_at, asked_at=asked.get(each.pk), withheld=1)
        for each in newcomers
    }


def asked_at(newcomers: Iterable[Newcomer]) -> dict[UUID, datetime]:
    """When the question left, of those to whom it has."""
    prompts = {each.prompt: each.pk for each in newcomers if each.prompt}
    if not prompts:
        return {}
    left = Message.objects.filter(pk__in=prompts, called_at__isnull=False).exclude(state__in=_NOT_LEFT)
    return {prompts[pk]: called for pk, called in left.values_list("pk", "called_at") if called is not None}


def how_many_wait(line: UUID) -> int:
    """How many new people wait on a line at this moment."""
    return Newcomer.objects.filter(line=line).count()


def ended_lately(line: UUID, today: date) -> dict[str, int]:
    """How often waiting ended in which way on a line, in thirty days."""
    since = today - timedelta(days=DAYS_COUNTED)
    rows = Ended.objects.filter(line=line, day__gt=since).values_list("how").annotate(n=Sum("count"))
    return dict(rows.order_by("how"))


def withheld_of(newcomers: Collection[UUID]) -> list[Withheld]:
    """What is withheld of these, in the order in which it came."""
    return list(Withheld.objects.filter(newcomer__in=newcomers).order_by("pk"))
