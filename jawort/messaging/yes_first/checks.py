"""What must hold of those who wait to be let in, at rest."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from jawort.core.finding import Finding
from jawort.messaging.models import Message
from jawort.messaging.yes_first.models import Newcomer, PromptText, Withheld
from jawort.messaging.yes_first.queries import cases
from jawort.messaging.yes_first.rules import ANSWER_WITHIN, lapsed
from jawort.messaging.yes_first.withhold import opened
from jawort.messaging.yes_first.words import Wording
from jawort.vault.seal import Unreadable

FINDINGS_MAX: Final = 100
SAMPLE_ROWS: Final = 200  # of the newest: all of them would take minutes
SWEPT_WITHIN: Final = timedelta(minutes=5)  # a worker keeps house every minute; a restart takes less than one

_IDLE: Final = """
SELECT n.id FROM messaging_newcomer n
 WHERE n.prompt IS NULL AND n.window_ends_at > %s AND NOT EXISTS (
       SELECT FROM lanes_job j WHERE j.lane = 'newcomer:' || n.id AND j.kind = 'prompt' AND j.parked_at IS NULL)
 ORDER BY n.id LIMIT %s
"""


def findings(at: datetime) -> list[Finding]:
    """Nobody waits for longer than a day, or to be asked by nobody; what is withheld opens, and is in no list; words

    are what their names say."""
    return [*_late(at), *_idle(at), *_shut(), *_shown(), *_texts()]


def _late(at: datetime) -> Iterator[Finding]:
    old = list(Newcomer.objects.filter(since__lte=at - ANSWER_WITHIN).order_by("pk")[:FINDINGS_MAX])
    standing = cases(old)
    for each in old:
        if lapsed(standing[each.pk], at - SWEPT_WITHIN).ended is not None:
            text = f"Newcomer {each.pk} should have been deleted by now: see that a worker runs (jawort work)."
            yield Finding("newcomers.late", text)


def _idle(at: datetime) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(_IDLE, [at, FINDINGS_MAX])
        for (pk,) in cursor.fetchall():
            yield Finding("newcomers.unasked", f"Newcomer {pk} waits to be asked for a yes, and no job does it.")


def _shut() -> Iterator[Finding]:
    for row in Withheld.objects.order_by("-pk")[:SAMPLE_ROWS]:
        try:
            opened([row])
        except Unreadable:
            yield Finding("newcomers.shut", f"Withheld message {row.pk} does not open.")


def _shown() -> Iterator[Finding]:
    both = Message.objects.filter(pk__in=Withheld.objects.values("pk"))
    for pk in both.values_list("pk", flat=True)[:FINDINGS_MAX]:
        yield Finding("newcomers.shown", f"Message {pk} is withheld, and stands in a conversation.")


def _texts() -> Iterator[Finding]:
    for text in PromptText.objects.order_by("pk").iterator():
        if Wording.of(text).id != text.pk:
            yield Finding("newcomers.text", f"Prompt text {text.pk} says something else than people were asked.")
