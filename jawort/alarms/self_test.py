"""Each line is tested once a day: whether its token is good, its app subscribed, and our own callback answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from django.db import transaction

from jawort.alarms.models import SelfTest
from jawort.alarms.rules import UNKNOWN, SelfTested
from jawort.channels.types import Examined, Refused
from jawort.core import clock
from jawort.lanes.outcome import Again, Job, Outcome
from jawort.lanes.set_back import wake
from jawort.lines.models import Line
from jawort.lines.queries import by_id, every, verify_token
from jawort.vault.seal import Unreadable

SELF_TEST: Final = "self_test"
EVERY: Final = timedelta(days=1)
#: After a test that found something: whoever mends it should see soon that it is mended.
AGAIN: Final = timedelta(minutes=10)
#: How often the lane looks whether a line is due: a look into a small table.
LOOKS_EVERY: Final = timedelta(minutes=1)
AT_ONCE: Final = timedelta(0)


class Examiner(Protocol):
    """The way to what the platform and our own callback say."""

    def examine(self, line_id: UUID, account: str) -> Examined | Refused:
        """What the platform says of a line."""

    def shake_hands(self, url: str, verify_token: str) -> str:
        """What is wrong with our callback, as a code; empty if nothing is."""


class Examine:
    """The lane handler: whatever line is due, one after the other. `webhook_url` is where our callback should be."""

    def __init__(self, examiner: Examiner, webhook_url: str) -> None:
        self.examiner, self.webhook_url = examiner, webhook_url

    def __call__(self, jobs: Sequence[Job]) -> Sequence[Outcome]:
        """The job arms itself anew."""
        for line in due(clock.now()):
            take(line.pk, self._examine(line), clock.now())
        return [Again(clock.now() + LOOKS_EVERY, "periodic", counts=False) for _ in jobs]

    def _examine(self, line: Line) -> SelfTested:
        found = self.examiner.examine(line.pk, line.waba_id)
        if isinstance(found, Refused):
            return SelfTested(found.reason, None, UNKNOWN, self._callback(line, ""))
        subscription = {True: "", False: "unsubscribed", None: UNKNOWN}[found.subscribed]
        return SelfTested("", found.expires_at, subscription, self._callback(line, found.leads_to))

    def _callback(self, line: Line, leads_to: str) -> str:
        """Asked only where the settings say which address it has: the verify token goes to no other."""
        if not self.webhook_url:
            return UNKNOWN
        if leads_to and leads_to != self.webhook_url:
            return "elsewhere"
        try:
            return self.examiner.shake_hands(self.webhook_url, verify_token(line.pk))
        except Unreadable:
            return "secret_shut"


def due(at: datetime) -> list[Line]:
    """The lines that are to be tested, also those that never were. A clock that went back keeps none."""
    SelfTest.objects.bulk_create([SelfTest(line_id=line.pk, due_at=at) for line in every()], ignore_conflicts=True)
    rows = SelfTest.objects.values_list("line_id", "due_at")
    lines = by_id(line for line, due_at in rows if not at < due_at <= at + EVERY)
    return sorted(lines.values(), key=lambda line: line.pk)


def take(line: UUID, found: SelfTested, at: datetime) -> None:
    """Keep what was found; after trouble the line is tested again soon."""
    is_well = {found.token, found.subscription, found.callback} <= {"", UNKNOWN}
    SelfTest.objects.filter(pk=line).update(
        due_at=at + (EVERY if is_well else AGAIN),
        tested_at=at,
        token=found.token[:64],
        expires_at=found.expires_at,
        subscription=found.subscription,
        callback=found.callback,
    )


@transaction.atomic
def want_tests(at: datetime) -> None:
    """Have every line tested now."""
    SelfTest.objects.update(due_at=at)
    wake(SELF_TEST, at, AT_ONCE)
