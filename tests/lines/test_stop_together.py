"""Two workers are refused for one account at the same moment: both are heard, without a deadlock."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection, transaction

from jawort.channels.types import Notice as Report
from jawort.lines.models import Line, Notice, State
from jawort.lines.stop import stop, stop_live
from jawort.lines.tell import Arrived, settle_all, take_notices
from jawort.vault.state import Vault
from tests.lines.test_lines import a_line

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
Refused = Sequence[tuple[UUID, int]]


class Worker(threading.Thread):
    """A worker with a connection of its own: it is refused as often as the other, at the same moments."""

    def __init__(
        self, rounds: int, begin: threading.Barrier, end: threading.Barrier, refused: Callable[[], None]
    ) -> None:
        super().__init__()
        self.rounds = rounds
        self.begin, self.end, self.refused = begin, end, refused
        self.raised: list[Exception] = []

    def run(self) -> None:
        """Round by round; what went wrong is kept, so that the other side is not left waiting."""
        for _ in range(self.rounds):
            self.begin.wait(30)
            try:
                self.refused()
            except Exception as error:
                self.raised.append(error)
            self.end.wait(30)
        connection.close()


def at_the_call(refused: Refused) -> None:
    stop(refused, AT)


def after_the_call(refused: Refused) -> None:
    stop_live({line: (code, AT) for line, code in refused}, AT)


@transaction.atomic
def by_a_notice(refused: Refused) -> None:
    """The platform tells of each line by itself."""
    for line in Line.objects.in_bulk([line for line, _ in refused]).values():
        report = Report("", "errors", b"", line.waba_id, "131031")
        take_notices([Arrived(report, line.waba_id, line)], AT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (at_the_call, at_the_call),
        (at_the_call, by_a_notice),
        (by_a_notice, after_the_call),
        (by_a_notice, by_a_notice),
    ],
)
@pytest.mark.parametrize("of", [1, 2])
@pytest.mark.parametrize("rounds", [4, pytest.param(50, marks=pytest.mark.long)])
def test_refused_for_the_account_at_once_all_its_lines_stand(
    vault: Vault, one: Callable[[Refused], None], other: Callable[[Refused], None], of: int, rounds: int
) -> None:
    first = a_line("1")
    second = a_line("2", app=first.app)
    refused = [(first.pk, 131031), (second.pk, 131031)]
    begin, end = threading.Barrier(3), threading.Barrier(3)
    workers = [
        Worker(rounds, begin, end, lambda: one(refused[:of])),
        Worker(rounds, begin, end, lambda: other(refused[::-1][:of])),
    ]
    for worker in workers:
        worker.start()
    for _ in range(rounds):
        begin.wait(30)
        end.wait(30)
        assert set(Line.objects.values_list("state", flat=True)) == {State.PAUSED}
        assert set(Notice.objects.filter(settled_at=None).values_list("line", flat=True)) == {first.pk, second.pk}
        for line in (first, second):
            settle_all(line, actor="system", at=AT)
            Line.objects.filter(pk=line.pk).update(state=State.LIVE, health="", health_at=None)
    for worker in workers:
        worker.join(30)
        assert worker.raised == []
