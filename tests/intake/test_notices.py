"""What the platform reports of our account, numbers and templates: told once, in any order, with its effects."""

import itertools
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jawort.intake.park import PARKED_FOR, replay_all, sweep
from jawort.intake.queries import parked
from jawort.lanes.models import Pace
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.lines import checks
from jawort.lines.health import set_health
from jawort.lines.models import Line, Notice, State
from jawort.lines.notices import notices, original_of, stopped_templates, waiting
from jawort.lines.tell import ORIGINAL_KEPT_FOR, end_restrictions, forget_originals, settle, settle_all
from jawort.messaging.gate import Recipient, answers
from tests.fixtures.cast import Customer
from tests.fixtures.scene import PHONE_NUMBER_ID, WABA_ID, Scene

DISABLED = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": "now"}}
REINSTATED = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}


def tells(scene: Scene, field: str, value: Mapping[str, object], *, account: str = WABA_ID, after: int = 0) -> bytes:
    """The platform tells of its account, `after` so many seconds; the body."""
    time = int(scene.clock.at.timestamp()) + after
    entry = {"id": account, "time": time, "changes": [{"field": field, "value": value}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    scene.stores_raw(body)
    scene.takes()
    return body


def line() -> tuple[str, str]:
    one = Line.objects.get()
    return one.state, one.health


def template(event: str, **more: object) -> dict[str, object]:
    about = {"message_template_id": 1, "message_template_name": "order_shipped", "message_template_language": "de"}
    return {"event": event, "reason": "NONE", **about, **more}


def test_a_ban_stops_the_line_and_its_end_lifts_it(scene: Scene) -> None:
    tells(scene, "account_update", DISABLED)
    assert line() == (State.BANNED, "platform.ban")
    assert waiting(10) == 1
    scene.passes(hours=1)
    tells(scene, "account_update", REINSTATED)
    assert line() == (State.LIVE, "")
    assert waiting(10) == 0
    told = notices(10)
    assert [(one.event, one.severity, one.is_open) for one in told] == [
        ("DISABLED_UPDATE", "info", False),
        ("DISABLED_UPDATE", "critical", False),
    ]
    assert told[1].settled_by == "system"
    assert parked() == []


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_in_any_order_the_last_word_stands(scene: Scene, order: tuple[int, ...]) -> None:
    said = [DISABLED, REINSTATED, DISABLED]
    scene.passes(hours=1)
    for number in order:
        tells(scene, "account_update", said[number], after=number - 100)
    assert line() == (State.BANNED, "platform.ban")
    assert waiting(10) == 1
    settle(notices(1, only_open=True)[0].id, actor="system", at=scene.clock.at)
    assert line() == (State.LIVE, "")


def test_told_twice_it_is_known_once(scene: Scene) -> None:
    body = tells(scene, "account_update", DISABLED)
    scene.stores_raw(body)
    scene.takes()
    assert Notice.objects.count() == 1
    entries = Entry.objects.filter(kind=Kind.NOTICE_TOLD)
    assert [(e.object, e.facts["event"], e.facts["effect"]) for e in entries] == [
        (Notice.objects.get().pk, "DISABLED_UPDATE", "bans")
    ]
    scene.passes(minutes=1)
    tells(scene, "account_update", REINSTATED)


def test_a_restriction_to_answers_ends_by_itself(scene: Scene, kim: Customer) -> None:
    ends = int((scene.clock.at + timedelta(days=3)).timestamp())
    restriction = {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": ends}
    scene.writes(kim, "Hallo")
    tells(scene, "account_update", {"event": "ACCOUNT_RESTRICTION", "restriction_info": [restriction]})
    template = Recipient(scene.chat(kim).contact_id, scene.line.pk, template=("order_shipped", "de"))
    assert answers([template], scene.clock.at)[template].word == "own_question"
    assert line() == (State.LIVE, "platform.restriction")
    assert Line.objects.get().answers_only
    scene.passes(days=2)
    end_restrictions(scene.clock.at)
    assert Line.objects.get().answers_only
    assert answers([template], scene.clock.at)[template].word == "answers_only"
    scene.passes(days=2)
    end_restrictions(scene.clock.at)
    assert line() == (State.LIVE, "")


def test_a_ban_does_not_end_by_its_date(scene: Scene) -> None:
    day = (scene.clock.at + timedelta(days=1)).date().isoformat()
    tells(scene, "account_update", {**DISABLED, "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": day}})
    (told,) = notices(10)
    assert told.begins_at is not None
    assert (told.begins_at.date().isoformat(), told.until) == (day, None)
    scene.passes(days=3)
    end_restrictions(scene.clock.at)
    assert line() == (State.BANNED, "platform.ban")
    settle_all(Line.objects.get(), actor="system", at=scene.clock.at)


def test_a_restriction_without_an_end_outlasts_the_one_beside_it(scene: Scene) -> None:
    soon = int((scene.clock.at + timedelta(days=1)).timestamp())
    both = [
        {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING"},
        {"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION", "expiration": soon},
    ]
    tells(scene, "account_update", {"event": "ACCOUNT_RESTRICTION", "restriction_info": both})
    assert [end for _, end in notices(10)[0].ends] == [None, datetime.fromtimestamp(soon, UTC)]
    scene.passes(days=2)
    end_restrictions(scene.clock.at)
    assert Line.objects.get().answers_only
    settle_all(Line.objects.get(), actor="system", at=scene.clock.at)


def test_what_a_person_settles_stops_nothing_more(scene: Scene) -> None:
    tells(scene, "account_update", DISABLED)
    (open_,) = notices(10, only_open=True)
    assert settle(open_.id, actor="staff:1", at=scene.clock.at)
    assert not settle(open_.id, actor="staff:1", at=scene.clock.at)
    assert line() == (State.LIVE, "")
    (entry,) = Entry.objects.filter(kind=Kind.NOTICE_SETTLED)
    assert (entry.actor, entry.object, entry.facts) == ("staff:1", open_.id, {"why": "done"})
    with pytest.raises(Notice.DoesNotExist):
        settle(Line.objects.get().pk, actor="staff:1", at=scene.clock.at)


def test_a_line_that_is_let_send_again_by_hand_stays_so(scene: Scene) -> None:
    tells(scene, "account_update", DISABLED)
    settle_all(Line.objects.get(), actor="system", at=scene.clock.at)
    assert line() == (State.LIVE, "")
    tells(scene, "account_review_update", {"decision": "APPROVED"})
    assert line() == (State.LIVE, "")


def test_a_line_that_lost_its_token_is_not_healed_by_the_end_of_something_else(scene: Scene) -> None:
    set_health(Line.objects.get().pk, State.PAUSED, "whatsapp.190", actor="system", at=scene.clock.at)
    tells(scene, "account_update", {"event": "ACCOUNT_OFFBOARDED"}, after=-60)
    tells(scene, "account_update", {"event": "ACCOUNT_RECONNECTED"}, after=-30)
    assert line() == (State.PAUSED, "whatsapp.190")
    set_health(Line.objects.get().pk, State.LIVE, "", actor="system", at=scene.clock.at)


def test_a_template_is_stopped_until_the_platform_says_otherwise(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    contact, line_id = scene.chat(kim).contact_id, scene.line.pk
    tells(scene, "message_template_status_update", template("PAUSED", other_info={"title": "FIRST_PAUSE"}))
    stopped = {(WABA_ID, "order_shipped", "de")}
    assert stopped_templates({WABA_ID}, scene.clock.at) == stopped
    settle(notices(1)[0].id, actor="system", at=scene.clock.at)
    assert stopped_templates({WABA_ID}, scene.clock.at) == stopped
    assert stopped_templates({"other"}, scene.clock.at) == set()
    refused = Recipient(contact, line_id, template=("order_shipped", "de"))
    other = Recipient(contact, line_id, template=("order_shipped", "en"))
    words = {who: answer.word for who, answer in answers([refused, other], scene.clock.at).items()}
    assert words == {refused: "template_stopped", other: "own_question"}
    scene.passes(hours=3)
    tells(scene, "message_template_status_update", template("APPROVED", other_info={"title": "UNPAUSE"}))
    assert stopped_templates({WABA_ID}, scene.clock.at) == set()
    tells(scene, "message_template_status_update", template("DISABLED"), after=-60)
    assert stopped_templates({WABA_ID}, scene.clock.at) == set()


@pytest.mark.parametrize(("word", "hours"), [("FIRST_PAUSE", 3), ("SECOND_PAUSE", 6), ("RATE_LIMITING_PAUSE", None)])
def test_a_pause_of_known_length_ends_though_nobody_says_so(scene: Scene, word: str, hours: int | None) -> None:
    tells(scene, "message_template_status_update", template("PAUSED", other_info={"title": word}))
    scene.passes(hours=hours or 24, minutes=-1)
    assert stopped_templates({WABA_ID}, scene.clock.at) == {(WABA_ID, "order_shipped", "de")}
    scene.passes(minutes=2)
    assert bool(stopped_templates({WABA_ID}, scene.clock.at)) == (hours is None)
    settle(notices(1, only_open=True)[0].id, actor="system", at=scene.clock.at)


def test_more_throughput_is_used(scene: Scene) -> None:
    told = {"display_phone_number": "493023125000", "event": "THROUGHPUT_UPGRADE"}
    tells(scene, "phone_number_quality_update", told | {"max_daily_conversations_per_business": "TIER_UNLIMITED"})
    one = Line.objects.get()
    assert one.rate_per_s == 1_000
    assert Pace.objects.get(name=one.pace).rate == 1_000
    (notice,) = notices(10)
    assert (notice.line, notice.words) == ("Service", [("limit", "TIER_UNLIMITED")])


def test_what_nobody_has_heard_of_is_kept_and_breaks_nothing(scene: Scene, kim: Customer) -> None:
    tells(scene, "tomorrows_field", {"event": "491713920021", "anything": [1, {"x": None}]})
    tells(scene, "tomorrows_field", {"event": "NEW_THING"})
    scene.tells({"statuses": [{"id": "wamid.1", "status": "deleted", "timestamp": "1780000000"}]})
    scene.tells({"errors": [{"code": 131000, "title": "Something went wrong"}]})
    told = {(one.kind, one.event, one.severity) for one in notices(10)}
    assert told == {
        ("tomorrows_field", "", "info"),
        ("tomorrows_field", "NEW_THING", "info"),
        ("status.deleted", "", "info"),
        ("errors", "131000", "warning"),
    }
    scene.writes(kim, "Hallo")
    assert line() == (State.LIVE, "")
    assert kim.phone.digits not in "".join(map(str, Notice.objects.values_list("kind", "event", "words")))
    settle(notices(1, only_open=True)[0].id, actor="system", at=scene.clock.at)


def test_an_error_that_meets_every_message_stops_the_line(scene: Scene) -> None:
    scene.tells({"errors": [{"code": 131031, "title": "Account has been locked"}]})
    assert line() == (State.PAUSED, "platform.error")
    settle(notices(1)[0].id, actor="system", at=scene.clock.at)
    assert line() == (State.LIVE, "")


def test_errors_beside_a_message_are_told_and_the_message_comes_in(scene: Scene, kim: Customer) -> None:
    said = scene.message(kim, "wamid.K1", {"type": "interactive"})
    body = said | {"errors": [{"code": 131000, "title": "Something went wrong"}, {"code": 131031}]}
    scene.tells(body)
    scene.tells(body)
    assert sorted((one.kind, one.event, one.severity) for one in notices(10)) == [
        ("errors", "131000", "info"),  # nobody is needed: else a customer's odd messages would bury the rest
        ("errors", "131031", "critical"),
    ]
    assert scene.chat(kim).unread == 1
    assert line() == (State.PAUSED, "platform.error")
    assert parked() == []
    assert all(kim.phone.digits.encode() not in original_of(one.id) for one in notices(10))
    settle_all(Line.objects.get(), actor="system", at=scene.clock.at)


def test_the_same_error_beside_another_message_is_another_one(scene: Scene, kim: Customer) -> None:
    for number in (1, 2):
        said = scene.message(kim, f"wamid.K{number}", {"type": "interactive"})
        scene.tells(said | {"errors": [{"code": 131000}]})
        scene.tells(said | {"errors": [{"code": 131000}]})
    assert [one.event for one in notices(10)] == ["131000", "131000"]
    for one in notices(10):
        settle(one.id, actor="system", at=scene.clock.at)


def test_set_aside_and_replayed_errors_beside_two_messages_are_two(scene: Scene, kim: Customer) -> None:
    Line.objects.update(waba_id="999", phone_number_id="999")
    for number in (1, 2):
        said = scene.message(kim, f"wamid.K{number}", {"type": "interactive"})
        scene.tells(said | {"errors": [{"code": 131000}]})
    Line.objects.update(waba_id=WABA_ID, phone_number_id=PHONE_NUMBER_ID)
    aside = [one.id for one in parked()]
    assert replay_all(aside, actor="system", at=scene.clock.at) == 4
    scene.takes()
    assert [(one.event, one.severity) for one in notices(10)] == [("131000", "info")] * 2
    assert parked() == []


def test_of_an_account_that_is_not_ours_it_is_set_aside(scene: Scene) -> None:
    tells(scene, "account_update", DISABLED, account="999")
    assert [one.reason for one in parked()] == ["line_unknown"]
    assert line() == (State.LIVE, "")
    sweep(scene.clock.at + PARKED_FOR * 2)


def test_the_original_is_sealed_and_goes_after_eight_days(scene: Scene) -> None:
    tells(scene, "account_update", {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SPAM"}})
    notice = Notice.objects.get()
    assert notice.original is not None
    assert b"SPAM" not in bytes(notice.original)
    assert b"SPAM" in scene.opener.open(bytes(notice.original))
    assert checks.notes()[0].code == "lines.notices"
    scene.clock.forward(seconds=ORIGINAL_KEPT_FOR.total_seconds() + 600)
    assert [one.code for one in checks.findings()] == ["lines.notice_originals"]
    assert forget_originals(scene.clock.at) == 1
    assert notices(1)[0].has_original is False
    settle(notice.pk, actor="system", at=scene.clock.at)
    assert checks.notes() == []


def test_without_a_notice_a_batch_asks_nothing_of_it(scene: Scene, kim: Customer) -> None:
    with CaptureQueriesContext(connection) as asked:
        scene.writes(kim, "Hallo")
    statements = [one["sql"] for one in asked.captured_queries]
    assert statements
    assert not [sql for sql in statements if "lines_notice" in sql or "waba_id" in sql.rpartition("WHERE")[2]]
