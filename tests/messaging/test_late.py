"""What a failure that comes after the call says of more than its message: of line, window and template."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jawort.channels.parts import Template
from jawort.ledger.models import Entry
from jawort.lines.health import set_health
from jawort.lines.models import Line, Notice, State
from jawort.messaging.draft import Draft
from jawort.messaging.models import Conversation, Message
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author

CLOSED = 131047


@pytest.fixture
def sent(scene: Scene, alice: Agent, kim: Customer) -> Message:
    scene.writes(kim, "Hallo")
    scene.passes(hours=2)
    return left(scene, kim, alice)


def left(scene: Scene, who: Customer, agent: Agent, draft: Draft | str = "Guten Tag!") -> Message:
    message = send(scene.chat(who), draft, author(agent), scene.clock.at)
    scene.delivers()
    return message


def fails(scene: Scene, message: Message, *codes: int) -> None:
    scene.tells(scene.receipt(message, "failed", errors=[{"code": code, "title": "x"} for code in codes]))


def line() -> tuple[str, str]:
    one = Line.objects.get()
    return one.state, one.health


def resumes(scene: Scene) -> None:
    set_health(scene.line.pk, State.LIVE, "", actor="system", at=scene.clock.at)


@pytest.mark.parametrize("code", [190, 131031, 131042, 131048, 131064])
@pytest.mark.parametrize("arrived", [True, False])
def test_a_late_failure_that_every_message_will_meet_stops_the_line(
    scene: Scene, sent: Message, kim: Customer, alice: Agent, code: int, arrived: bool
) -> None:
    if arrived:
        scene.tells(scene.receipt(sent, "delivered"))
    fails(scene, sent, code)
    assert line() == (State.PAUSED, f"whatsapp.{code}")
    changed = [e.facts for e in Entry.objects.filter(kind="line.changed", object=scene.line.pk)]
    assert [facts["health"] for facts in changed if facts.get("change") == "health"] == [f"whatsapp.{code}"]
    scene.wire.sent.clear()
    assert left(scene, kim, alice).gate == "line_not_live"
    assert scene.wire.sent == []
    resumes(scene)


@pytest.mark.parametrize("codes", [(), (0,), (131026,), (131047,), (131050,), (999999,)])
def test_a_failure_of_one_message_stops_no_line(scene: Scene, sent: Message, codes: tuple[int, ...]) -> None:
    fails(scene, sent, *codes)
    assert line() == (State.LIVE, "")


def test_what_comes_late_stops_no_line_that_was_resumed(scene: Scene, sent: Message) -> None:
    old = scene.receipt(sent, "failed", errors=[{"code": 131042}])
    scene.passes(hours=1)
    set_health(scene.line.pk, State.PAUSED, "whatsapp.131042", actor="system", at=scene.clock.at)
    resumes(scene)
    scene.tells(old)
    assert line() == (State.LIVE, "")


def test_a_line_that_is_banned_stays_so(scene: Scene, sent: Message) -> None:
    set_health(scene.line.pk, State.BANNED, "platform.ban", actor="system", at=scene.clock.at)
    fails(scene, sent, 131031)
    assert line() == (State.BANNED, "platform.ban")
    resumes(scene)


def test_a_window_that_the_platform_calls_closed_is_closed(
    scene: Scene, sent: Message, kim: Customer, nour: Customer, alice: Agent
) -> None:
    scene.writes(nour, "Hallo")
    scene.passes(minutes=5)
    fails(scene, sent, CLOSED)
    sent.refresh_from_db()
    assert scene.chat(kim).window_ends_at == sent.called_at
    assert left(scene, kim, alice).gate == "window_closed"
    assert left(scene, nour, alice).gate == "own_question"
    scene.writes(kim, "Noch da?")
    assert left(scene, kim, alice).gate == "own_question"


def test_a_window_that_opened_since_stays_open(scene: Scene, sent: Message, kim: Customer, alice: Agent) -> None:
    scene.passes(minutes=5)
    scene.writes(kim, "Noch da?")
    open_until = scene.chat(kim).window_ends_at
    fails(scene, sent, CLOSED)
    assert scene.chat(kim).window_ends_at == open_until
    assert left(scene, kim, alice).gate == "own_question"


def test_a_window_that_ended_before_is_not_moved(scene: Scene, sent: Message, kim: Customer) -> None:
    ended = scene.clock.at - timedelta(hours=3)
    Conversation.objects.update(window_ends_at=ended)
    fails(scene, sent, CLOSED)
    assert scene.chat(kim).window_ends_at == ended


@pytest.mark.parametrize(("code", "event"), [(132015, "PAUSED"), (132016, "DISABLED")])
def test_a_template_that_is_refused_late_is_stopped_and_told_of_once(
    scene: Scene, kim: Customer, alice: Agent, code: int, event: str
) -> None:
    scene.writes(kim, "Hallo")
    german, english = (Draft("", "template", Template("order_update", language)) for language in ("de", "en"))
    first, second = (left(scene, kim, alice, german) for _ in "12")
    fails(scene, first, code)
    fails(scene, second, code)
    notice = Notice.objects.get()
    assert (notice.event, notice.template, notice.language) == (event, "order_update", "de")
    assert (notice.line_id, notice.needs_somebody) == (None, True)
    assert left(scene, kim, alice, german).gate == "template_stopped"
    assert left(scene, kim, alice, english).gate == "own_question"
    assert line() == (State.LIVE, "")


def test_a_text_stops_no_template(scene: Scene, sent: Message) -> None:
    fails(scene, sent, 132015)
    assert not Notice.objects.exists()


def test_other_failures_ask_nothing_more(scene: Scene, sent: Message) -> None:
    with CaptureQueriesContext(connection) as asked:
        fails(scene, sent, 131026)
    locked = [q["sql"] for q in asked if "FOR NO KEY UPDATE" in q["sql"]]
    assert locked
    assert not [sql for sql in locked if "SKIP LOCKED" in sql or "lines_line" in sql]
