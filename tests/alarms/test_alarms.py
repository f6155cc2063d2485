"""Alarms from their cause to their end: raised once, taken on, ended by themselves, each in the ledger."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jawort.alarms import queries
from jawort.alarms.acknowledge import acknowledge
from jawort.alarms.arm import arm
from jawort.alarms.jobs import examiners, lookers
from jawort.alarms.look import EVERY, LOOK
from jawort.alarms.models import Alarm, Watch
from jawort.alarms.note import note
from jawort.alarms.rules import ENDS_AFTER, Cause, Code
from jawort.channels.types import Examined, Refused
from jawort.core.config import Config
from jawort.intake.models import RawEvent
from jawort.intake.queries import parked
from jawort.lanes.models import Job
from jawort.lanes.work import Worker
from jawort.ledger.models import Entry
from jawort.lines.health import set_health
from jawort.lines.heard import KEPT_FOR, count_heard
from jawort.lines.models import Heard, State
from jawort.lines.notices import notices
from jawort.lines.tell import settle
from jawort.messaging.draft import Draft
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import LEASE, Fault, Scene, author
from tests.fixtures.together import at_once

Minutes = Callable[[int], None]


class AllIsWell:
    """A platform and a callback that have nothing to say against us."""

    def examine(self, line_id: UUID, account: str) -> Examined | Refused:
        """See Examiner."""
        return Examined(None, True, "")

    def shake_hands(self, url: str, verify_token: str) -> str:
        """See Examiner."""
        return ""


@pytest.fixture
def looks(scene: Scene, tmp_path: Path) -> Iterator[Minutes]:
    """The lane looks each minute, for so many of them."""
    arm(scene.clock.at)
    handlers = lookers(Config(data_dir=tmp_path)) | examiners(AllIsWell(), "")
    worker = Worker(handlers, "other", lease=LEASE)

    def run(minutes: int = 1) -> None:
        for _ in range(minutes):
            scene.passes(minutes=1)
            while worker.run_due(scene.clock.at):
                pass

    yield run
    set_health(scene.line.pk, State.LIVE, "", actor="system", at=scene.clock.at)


def told() -> list[tuple[str, dict[str, Any]]]:
    return [(entry.kind, entry.facts) for entry in Entry.objects.filter(kind__startswith="alarm.").order_by("id")]


def codes() -> list[Code]:
    return [alarm.code for alarm in queries.standing()]


def test_where_all_is_well_there_is_none(scene: Scene, looks: Minutes) -> None:
    looks(3)
    assert codes() == []
    assert told() == []
    assert queries.looked_at() == scene.clock.at
    assert Watch.objects.get().since == scene.clock.at - 2 * EVERY
    assert Job.objects.get(kind=LOOK).attempts == 0


def test_a_dead_token_is_one_alarm_until_there_is_another(scene: Scene, looks: Minutes) -> None:
    """However often it is seen; and it ends by itself."""
    set_health(scene.line.pk, State.PAUSED, "whatsapp.190", actor="system", at=scene.clock.at)
    looks(1)
    since = scene.clock.at
    looks(10)
    (alarm,) = queries.standing()
    assert (alarm.code, alarm.line, alarm.since) == (Code.TOKEN_REFUSED, "Service", since)
    set_health(scene.line.pk, State.LIVE, "", actor="system", at=scene.clock.at)
    looks(2)
    assert codes() == [Code.TOKEN_REFUSED]
    looks(1)
    assert codes() == []
    (past,) = queries.past(5)
    assert (past.id, past.ended_at) == (alarm.id, scene.clock.at)
    assert told() == [("alarm.raised", {"code": "token_refused"}), ("alarm.ended", {"code": "token_refused"})]
    entry = Entry.objects.filter(kind="alarm.raised").get()
    assert (entry.object, entry.related, entry.actor) == (alarm.id, scene.line.pk, "system")


def test_what_comes_back_is_another_alarm(scene: Scene, looks: Minutes) -> None:
    for _ in range(2):
        set_health(scene.line.pk, State.PAUSED, "whatsapp.131031", actor="system", at=scene.clock.at)
        looks(1)
        set_health(scene.line.pk, State.LIVE, "", actor="system", at=scene.clock.at)
        looks(3)
    assert [kind for kind, _ in told()] == ["alarm.raised", "alarm.ended"] * 2


def test_a_message_that_the_platform_refuses_for_the_token_raises_it(
    scene: Scene, looks: Minutes, kim: Customer, bob: Agent
) -> None:
    scene.writes(kim, "Hallo")
    looks(1)
    scene.wire.faults = [Fault.ALARM]
    send(scene.chat(kim), Draft("Guten Tag"), author(bob), scene.clock.at)
    scene.delivers()
    looks(1)
    assert codes() == [Code.TOKEN_REFUSED]  # and none for the notice of it


def test_a_notice_that_waits_raises_one(scene: Scene, looks: Minutes) -> None:
    scene.tells({"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SPAM"}}, field="account_update")
    looks(1)
    assert codes() == [Code.NOTICES]
    settle(notices(1)[0].id, actor="system", at=scene.clock.at)
    looks(3)
    assert codes() == []


def test_what_is_parked_raises_one(scene: Scene, looks: Minutes) -> None:
    scene.stores_raw(b"no json")
    scene.takes()
    looks(1)
    assert codes() == [Code.PARKED]
    RawEvent.objects.all().delete()
    looks(3)
    assert codes() == []


def test_a_receipt_that_waits_for_its_message_raises_none(scene: Scene, looks: Minutes) -> None:
    status = {"id": "wamid.OTHER", "status": "sent", "timestamp": str(int(scene.clock.at.timestamp()))}
    scene.tells({"statuses": [status]})
    assert parked()
    looks(1)
    assert codes() == []


def heard(scene: Scene, weeks: int = 5) -> None:
    """The line has heard twelve updates an hour, day and night, for so many weeks up to now."""
    for hours in range(weeks * 7 * 24, 0, -1):
        count_heard([scene.line.pk] * 12, scene.clock.at - timedelta(hours=hours))
    count_heard([scene.line.pk], scene.clock.at)


def test_a_line_that_has_gone_silent_raises_one_until_it_hears_again(
    scene: Scene, looks: Minutes, kim: Customer
) -> None:
    with transaction.atomic():
        heard(scene)
    looks(49)
    assert codes() == []
    looks(3)
    assert codes() == [Code.LINE_SILENT]
    scene.writes(kim, "Hallo")
    looks(4)
    assert codes() == []


def test_after_a_pause_of_our_own_no_line_is_silent_at_once(scene: Scene, looks: Minutes) -> None:
    with transaction.atomic():
        heard(scene)
    looks(1)
    scene.passes(hours=8)
    looks(1)
    assert codes() == []


def test_counts_are_kept_as_long_as_something_is_compared_with_them(scene: Scene, looks: Minutes) -> None:
    with transaction.atomic():
        heard(scene, weeks=7)
    looks(1)
    first = Heard.objects.order_by("hour").values_list("hour", flat=True)[0]
    assert first >= scene.clock.at - KEPT_FOR - timedelta(hours=1)
    scene.passes(days=60)
    looks(1)
    assert Heard.objects.order_by("hour").values_list("hour", flat=True)[0] == first


def test_redelivered_updates_are_heard_too(scene: Scene, kim: Customer) -> None:
    """Whether they are new does not matter: the platform speaks."""
    scene.writes(kim, "Hallo")
    body = scene.message(kim, "wamid.IN-1-491713920021", {"type": "text", "text": {"body": "Hallo"}})
    scene.tells(body)
    assert Heard.objects.get().count == 2


def test_somebody_takes_it_on_once(scene: Scene, ada: Agent, bob: Agent) -> None:
    (alarm,) = note([Cause(Code.DISK)], scene.clock.at)
    assert queries.waiting(10) == 1
    assert acknowledge(alarm, actor=f"staff:{ada.pk}", at=scene.clock.at)
    assert not acknowledge(alarm, actor=f"staff:{bob.pk}", at=scene.clock.at)
    assert queries.waiting(10) == 0
    assert [one.acknowledged_by for one in queries.standing()] == [f"staff:{ada.pk}"]
    assert [kind for kind, _ in told()] == ["alarm.raised", "alarm.acknowledged"]
    scene.passes(minutes=3)
    note([], scene.clock.at)
    assert not acknowledge(alarm, actor=f"staff:{bob.pk}", at=scene.clock.at)


def test_the_table_itself_holds_one_alarm_a_cause(scene: Scene) -> None:
    at = scene.clock.at
    Alarm.objects.create(code=Code.DISK, since=at, seen_at=at)
    with pytest.raises(IntegrityError):
        Alarm.objects.create(code=Code.DISK, since=at, seen_at=at)


def test_of_other_codes_nothing_changes_for_who_looks_for_one(scene: Scene) -> None:
    at = scene.clock.at
    note([Cause(Code.DISK)], at)
    note([Cause(Code.NO_WORKER)], at + ENDS_AFTER, only=Code.NO_WORKER)
    assert codes() == [Code.NO_WORKER, Code.DISK]


def test_however_many_alarms_there_are_reading_costs_as_much(scene: Scene) -> None:
    counts = []
    for causes in ([Cause(Code.DISK)], [Cause(code, scene.line.pk) for code in Code]):
        note(causes, scene.clock.at)
        with CaptureQueriesContext(connection) as reads:
            queries.standing()
        counts.append(len(reads))
    assert counts[0] <= 2
    assert counts[1] <= 2


def test_two_who_look_at_the_same_moment_raise_one(scene: Scene) -> None:
    """A worker and the desk, or a worker that was thought dead."""
    causes = [Cause(Code.DISK), Cause(Code.NO_WORKER)]
    raised = at_once(lambda at: note(causes, at), scene.clock.at, times=4)
    assert sorted(len(one) for one in raised) == [0, 0, 0, 2]
    assert sorted(codes()) == sorted([Code.DISK, Code.NO_WORKER])
    assert [kind for kind, _ in told()] == ["alarm.raised"] * 2
