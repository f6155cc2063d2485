"""What a refusal at the call says of more than its message: its line stands still, its template is kept back."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jawort.channels.parts import Template
from jawort.channels.types import Outgoing, Refused
from jawort.channels.whatsapp.errors import meaning
from jawort.ledger.models import Entry
from jawort.lines.health import set_health
from jawort.lines.models import Line, Notice, State
from jawort.lines.notices import notices, stopped_templates
from jawort.lines.stop import RefusedTemplate, stop, stop_live, stop_templates
from jawort.lines.tell import settle, settle_all
from jawort.messaging.draft import Draft
from jawort.messaging.models import Message
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import WABA_ID, Scene, author

GERMAN, ENGLISH = (Draft("", "template", Template("order_update", language)) for language in ("de", "en"))


def refuses(scene: Scene, code: int) -> None:
    """The platform refuses the next call with this code, then goes on as before."""
    carry = scene.wire._call

    def once(outgoing: Outgoing) -> Refused:
        scene.wire._call = carry  # type: ignore[method-assign]
        return Refused(code, f"whatsapp.{code}", meaning(code).retry)

    scene.wire._call = once  # type: ignore[method-assign]


def left(scene: Scene, who: Customer, agent: Agent, draft: Draft | str = "Guten Tag!") -> Message:
    message = send(scene.chat(who), draft, author(agent), scene.clock.at)
    scene.delivers()
    message.refresh_from_db()
    return message


def second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def approves(scene: Scene) -> None:
    scene.clock.forward(seconds=1)
    tells_of_template(scene, {"event": "APPROVED"})


def tells_of_template(scene: Scene, said: dict[str, Any]) -> None:
    about = {"message_template_name": "order_update", "message_template_language": "de", **said}
    change = {"field": "message_template_status_update", "value": about}
    entry = {"id": WABA_ID, "time": int(scene.clock.at.timestamp()), "changes": [change]}
    scene.stores_raw(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode())
    scene.takes()


def done(scene: Scene) -> None:
    for told in notices(10, only_open=True):
        settle(told.id, actor="system", at=scene.clock.at)


@pytest.mark.parametrize(("code", "event"), [(132015, "PAUSED"), (132016, "DISABLED")])
def test_a_template_that_is_refused_is_kept_back_until_the_platform_allows_it(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, code: int, event: str
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    refuses(scene, code)
    failed = left(scene, kim, alice, GERMAN)
    assert (failed.state, failed.failure) == ("failed", str(code))
    assert left(scene, kim, alice, GERMAN).gate == "template_stopped"
    assert left(scene, nour, alice, GERMAN).gate == "template_stopped"
    assert scene.wire.sent == []
    assert left(scene, kim, alice, ENGLISH).state == left(scene, kim, alice).state == "accepted"
    (told,) = notices(10)
    assert (told.event, told.template, told.language, told.is_open) == (event, "order_update", "de", True)
    assert (told.account, list(told.words), told.has_original) == (WABA_ID, [("code", str(code))], False)
    assert (Line.objects.get().state, Line.objects.get().health) == (State.LIVE, "")
    (entry,) = Entry.objects.filter(kind="notice.told")
    assert (entry.object, entry.facts["event"], entry.facts["effect"]) == (told.id, event, "template_stops")
    scene.passes(minutes=10)
    approves(scene)
    assert left(scene, nour, alice, GERMAN).state == "accepted"
    assert notices(10, only_open=True) == []


def test_what_already_waits_with_a_refused_template_does_not_leave(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    first, second = (send(scene.chat(kim), GERMAN, author(alice), scene.clock.at) for _ in "12")
    refuses(scene, 132015)
    scene.delivers()
    for message in (first, second):
        message.refresh_from_db()
    assert (first.state, second.state, second.gate) == ("failed", "refused", "template_stopped")
    assert scene.wire.sent == []
    done(scene)


def test_a_refused_pause_ends_by_itself_and_begins_anew_if_it_was_longer(
    scene: Scene, kim: Customer, alice: Agent
) -> None:
    scene.writes(kim, "Hallo")
    refuses(scene, 132015)
    left(scene, kim, alice, GERMAN)
    scene.passes(hours=2, minutes=59)
    assert left(scene, kim, alice, GERMAN).gate == "template_stopped"
    scene.passes(minutes=2)
    refuses(scene, 132015)
    assert left(scene, kim, alice, GERMAN).failure == "132015"
    assert left(scene, kim, alice, GERMAN).gate == "template_stopped"
    assert [told.is_open for told in notices(10)] == [True, False]
    scene.passes(hours=3, minutes=1)
    assert left(scene, kim, alice, GERMAN).state == "accepted"
    done(scene)


def test_a_refusal_ends_no_pause_that_lasts_until_further_notice(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    tells_of_template(scene, {"event": "PAUSED", "other_info": {"title": "RATE_LIMITING_PAUSE"}})
    stop_templates(
        [RefusedTemplate(scene.line.pk, "order_update", "de", 132015, second(scene.clock.at))], scene.clock.at
    )
    scene.clock.forward(hours=4)
    assert stopped_templates({WABA_ID}, scene.clock.at) == {(WABA_ID, "order_update", "de")}
    approves(scene)
    assert stopped_templates({WABA_ID}, scene.clock.at) == set()
    done(scene)


def test_of_a_pause_that_was_over_nobody_is_told(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    refused = RefusedTemplate(scene.line.pk, "order_update", "de", 132015, second(scene.clock.at) - timedelta(hours=4))
    stop_templates([refused], scene.clock.at)
    assert not Notice.objects.exists()


def test_what_is_disabled_stays_so(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    refuses(scene, 132016)
    left(scene, kim, alice, GERMAN)
    scene.passes(days=30)
    assert left(scene, kim, alice, GERMAN).gate == "template_stopped"
    done(scene)


def test_a_text_that_is_refused_so_stops_no_template(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    refuses(scene, 132015)
    left(scene, kim, alice)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("code", [0, 190, 368, 131031, 131042])
def test_a_line_that_stands_still_is_told_of_once_and_goes_on_when_that_is_settled(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, code: int
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    refuses(scene, code)
    left(scene, kim, alice)
    line = Line.objects.get()
    assert (line.state, line.health) == (State.PAUSED, f"whatsapp.{code}")
    (told,) = notices(10)
    assert (told.kind, told.event, told.severity, told.line) == ("errors", str(code), "critical", "Service")
    assert told.is_open
    assert left(scene, nour, alice).gate == "line_not_live"
    settle(told.id, actor="system", at=scene.clock.at)
    assert Line.objects.get().state == State.LIVE
    refuses(scene, code)
    left(scene, kim, alice)
    assert Line.objects.get().state == State.PAUSED
    assert [told.is_open for told in notices(10)] == [True, False]
    done(scene)
    assert Line.objects.get().state == State.LIVE


def _stops(scene: Scene) -> None:
    stop([(scene.line.pk, 190)], scene.clock.at)


def _stops_late(scene: Scene) -> None:
    stop_live({scene.line.pk: (190, scene.clock.at)}, scene.clock.at)


def _settles_all(scene: Scene) -> None:
    settle_all(scene.line, actor="system", at=scene.clock.at)


@pytest.mark.parametrize("change", [_stops, _stops_late, done, _settles_all])
def test_the_lines_of_the_account_are_locked_before_anything_else(
    scene: Scene, change: Callable[[Scene], None]
) -> None:
    if change in (done, _settles_all):
        _stops(scene)
    with CaptureQueriesContext(connection) as asked:
        change(scene)
    said = [query["sql"].strip() for query in asked.captured_queries]
    first = next(sql for sql in said if " FOR " in sql or sql.startswith(("INSERT", "UPDATE")))
    assert '"waba_id" IN' in first
    assert first.endswith("ORDER BY 1 ASC FOR NO KEY UPDATE")
    done(scene)
    set_health(scene.line.pk, State.LIVE, "", actor="system", at=scene.clock.at)
