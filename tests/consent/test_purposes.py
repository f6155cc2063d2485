"""A company declares purposes; what rests on consent is asked for, each by itself, and nothing else ever is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from jawort.consent.consents import standings_of
from jawort.consent.models import ConsentEvent, DeclaredPurpose, Question, Text
from jawort.consent.opt_in import CannotLink, links_of, make_link
from jawort.consent.purpose import CAMPAIGNS, CARE, LegalBasis, Purpose
from jawort.consent.purposes import (
    FROM_THE_START,
    CannotDeclare,
    Declared,
    NotAskedFor,
    asked_for,
    change,
    declare,
    end_purpose,
    purposes,
)
from jawort.consent.rules import Basis, Permit, Refusal, Refused
from jawort.consent.shown_elsewhere import Wording, keep_text
from jawort.consent.slips import tear_off
from jawort.consent.state import CannotAsk, State
from jawort.consent.stop import object_to
from jawort.consent.texts import put_into_use, text_for
from jawort.core import clock
from jawort.intake.upkeep import upkeep
from jawort.ledger.models import Entry
from jawort.messaging.ask_consent import NotAsked, ask_for_consent
from jawort.messaging.draft import Draft
from jawort.messaging.models import Message
from jawort.messaging.send import retry, send
from jawort.staff.models import Agent
from tests.consent.questions import GERMAN, asks, events, events_of, stands, taps, verdict, what
from tests.fixtures.cast import Customer
from tests.fixtures.purposes import EVENTS, REMINDERS
from tests.fixtures.scene import Scene, author

INVITATIONS, APPOINTMENTS = Purpose("invitations"), Purpose("appointments")
REMINDER = ("erinnerung", "de")


@pytest.fixture
def invitations(scene: Scene, texts: tuple[Text, ...]) -> Purpose:
    """A second purpose that people are asked for."""
    return declared(scene, EVENTS)


@pytest.fixture
def twice(scene: Scene, texts: tuple[Text, ...]) -> Purpose:
    """The same, but a yes must be said twice."""
    return declared(scene, replace(EVENTS, confirms=True))


def declared(scene: Scene, said: Declared) -> Purpose:
    declare(INVITATIONS, said, actor="system", at=scene.clock.at)
    put_into_use(INVITATIONS, {"de": replace(GERMAN, contents="Einladungen")}, actor="system", at=scene.clock.at)
    return INVITATIONS


def test_two_are_there_from_the_start(scene: Scene) -> None:
    assert {key: one.basis for key, one in purposes().items()} == {CARE: "question", CAMPAIGNS: "consent"}
    assert list(asked_for()) == [CAMPAIGNS]


def test_each_is_asked_for_and_given_by_itself(scene: Scene, kim: Customer, alice: Agent, invitations: Purpose) -> None:
    scene.writes(kim, "Hallo")
    question = asks(scene, kim, alice, purpose=invitations)
    assert "Einladungen" in what(question).text
    scene.writes(kim, "Ja")
    assert verdict(scene, kim, invitations) == Permit(Basis.CONSENT)
    assert verdict(scene, kim) == Refusal(Refused.NO_CONSENT)
    taps(scene, kim, asks(scene, kim, alice), 1)
    assert verdict(scene, kim, invitations) == Permit(Basis.CONSENT)
    assert [stands(scene, kim, invitations), stands(scene, kim)] == [State.ACTIVE, State.REFUSED]


def test_what_is_open_for_one_answers_no_other(scene: Scene, kim: Customer, alice: Agent, invitations: Purpose) -> None:
    scene.writes(kim, "Hallo")
    first = asks(scene, kim, alice)
    scene.passes(minutes=1)
    second = asks(scene, kim, alice, purpose=invitations)
    scene.writes(kim, "Ja")  # two of our questions await an answer
    assert [stands(scene, kim), stands(scene, kim, invitations)] == [State.REQUESTED, State.REQUESTED]
    taps(scene, kim, second, 0)
    assert [stands(scene, kim), stands(scene, kim, invitations)] == [State.REQUESTED, State.ACTIVE]
    taps(scene, kim, first, 0)  # its button names it
    assert stands(scene, kim) is State.ACTIVE
    assert not Question.objects.filter(closed_at=None).exists()


def test_one_word_ends_them_all_and_a_later_yes_one(
    scene: Scene, kim: Customer, alice: Agent, invitations: Purpose
) -> None:
    scene.writes(kim, "Hallo")
    for purpose in (CAMPAIGNS, invitations):
        taps(scene, kim, asks(scene, kim, alice, purpose=purpose), 0)
        scene.passes(minutes=1)
    scene.writes(kim, "STOP")
    scene.delivers()
    assert [stands(scene, kim), stands(scene, kim, invitations)] == [State.WITHDRAWN, State.WITHDRAWN]
    assert verdict(scene, kim, invitations) == Refusal(Refused.NO_CONSENT)
    scene.passes(days=2)
    scene.writes(kim, "Zu den Abenden möchte ich doch kommen")
    with pytest.raises(NotAsked) as refused:
        ask_for_consent(scene.chat(kim), author(alice), scene.clock.at, purpose=invitations)
    assert refused.value.why is CannotAsk.OBJECTED
    taps(scene, kim, asks(scene, kim, alice, purpose=invitations, wished=True), 0)
    assert verdict(scene, kim, invitations) == Permit(Basis.CONSENT)
    assert verdict(scene, kim, invitations, REMINDER) == Permit(Basis.CONSENT)
    assert verdict(scene, kim) == Refusal(Refused.OBJECTED)
    scene.delivers()


def test_an_objection_to_one_leaves_the_others(scene: Scene, kim: Customer, alice: Agent, invitations: Purpose) -> None:
    scene.writes(kim, "Hallo")
    for purpose in (CAMPAIGNS, invitations):
        taps(scene, kim, asks(scene, kim, alice, purpose=purpose), 0)
        scene.passes(minutes=1)
    scene.delivers()
    object_to(scene.chat(kim).contact_id, invitations, actor=author(alice).actor, at=scene.clock.at)
    assert verdict(scene, kim, invitations) == Refusal(Refused.OBJECTED)
    assert verdict(scene, kim) == Permit(Basis.CONSENT)


def test_what_a_contract_demands_leaves_without_consent_and_is_never_asked_for(
    scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    declare(APPOINTMENTS, REMINDERS, actor="system", at=scene.clock.at)
    scene.writes(kim, "Hallo")
    home = scene.chat(kim)
    assert verdict(scene, kim, APPOINTMENTS) == Permit(Basis.CONTRACT)
    with pytest.raises(NotAskedFor):
        put_into_use(APPOINTMENTS, {"de": GERMAN}, actor="system", at=scene.clock.at)
    form = Wording("Formular", "de", "Werkstatt", "Erinnerungen", "", "Ich möchte erinnert werden.")
    with pytest.raises(NotAskedFor):
        keep_text(APPOINTMENTS, form, actor="system", at=scene.clock.at)
    with pytest.raises(CannotLink):
        make_link(home.line_id, "de", "Plakat", purpose=APPOINTMENTS, actor="system", at=scene.clock.at)
    with pytest.raises(NotAsked):
        ask_for_consent(home, author(alice), scene.clock.at, purpose=APPOINTMENTS)
    assert Text.objects.filter(purpose=APPOINTMENTS).count() == 0
    scene.writes(kim, "STOP")
    scene.delivers()
    assert verdict(scene, kim, APPOINTMENTS, REMINDER) == Permit(Basis.CONTRACT)  # they want no advertising
    object_to(home.contact_id, CARE, actor=author(alice).actor, at=scene.clock.at)
    assert verdict(scene, kim, APPOINTMENTS, REMINDER) == Refusal(Refused.OBJECTED)


def test_what_a_message_is_for_is_kept_with_it_and_asked_again_when_it_leaves(
    scene: Scene, kim: Customer, alice: Agent, invitations: Purpose
) -> None:
    scene.writes(kim, "Hallo")
    refused = send(scene.chat(kim), Draft("Am Freitag?", purpose=invitations), author(alice), scene.clock.at)
    assert (refused.state, refused.gate) == ("refused", "no_consent")
    taps(scene, kim, asks(scene, kim, alice, purpose=invitations), 0)
    again = retry(refused, author(alice), scene.clock.at)
    assert (again.purpose, again.gate) == (invitations, "consent")
    end_purpose(invitations, actor="system", at=scene.clock.at)
    scene.delivers()
    again.refresh_from_db()
    assert (again.state, again.gate) == ("refused", "purpose_closed")


def test_for_what_nobody_has_declared_nothing_leaves(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    message = send(scene.chat(kim), Draft("Hallo", purpose=Purpose("riddles")), author(alice), scene.clock.at)
    assert (message.state, message.gate) == ("refused", "purpose_closed")


@pytest.mark.parametrize(
    ("key", "said", "why"),
    [
        ("Events", EVENTS, "key"),
        ("e", EVENTS, "key"),
        ("e" * 17, EVENTS, "key"),
        ("events\n", EVENTS, "key"),
        ("campaigns", EVENTS, "taken"),
        ("care", EVENTS, "taken"),
        ("events", replace(EVENTS, basis=LegalBasis.QUESTION), "basis"),
        ("events", replace(EVENTS, channels=()), "channel"),
        ("events", replace(EVENTS, channels=("fax",)), "channel"),
        ("events", replace(EVENTS, unused_days=731), "days"),
        ("events", replace(EVENTS, warned_days=730), "days"),
        ("events", replace(EVENTS, warned_days=0), "days"),
    ],
)
def test_what_is_no_purpose_is_refused(scene: Scene, key: str, said: Declared, why: str) -> None:
    with pytest.raises(CannotDeclare) as refused:
        declare(key, said, actor="system", at=scene.clock.at)
    assert refused.value.why == why
    assert not DeclaredPurpose.objects.exists()


def test_what_it_rests_on_never_changes_and_two_are_fixed(scene: Scene) -> None:
    declare(INVITATIONS, EVENTS, actor="system", at=scene.clock.at)
    wrong: list[tuple[str, Callable[[], object]]] = [
        (
            "basis",
            lambda: change(INVITATIONS, replace(EVENTS, basis=LegalBasis.CONTRACT), actor="x", at=scene.clock.at),
        ),
        ("fixed", lambda: change(CARE, EVENTS, actor="x", at=scene.clock.at)),
        ("ended", lambda: change(Purpose("riddles"), EVENTS, actor="x", at=scene.clock.at)),
        ("fixed", lambda: end_purpose(CAMPAIGNS, actor="x", at=scene.clock.at)),
        ("taken", lambda: declare(INVITATIONS, EVENTS, actor="x", at=scene.clock.at)),
    ]
    for why, act in wrong:
        with pytest.raises(CannotDeclare) as refused:
            act()
        assert refused.value.why == why
    change(INVITATIONS, EVENTS, actor="x", at=scene.clock.at)  # nothing is other than it was
    change(INVITATIONS, replace(EVENTS, name_en="Evenings"), actor="x", at=scene.clock.at)
    end_purpose(INVITATIONS, actor="x", at=scene.clock.at)
    end_purpose(INVITATIONS, actor="x", at=scene.clock.at)
    told = Entry.objects.filter(kind="purpose.changed").order_by("pk").values_list("facts", flat=True)
    assert [(facts["purpose"], facts["change"]) for facts in told] == [
        ("invitations", "declared"),
        ("invitations", "changed"),
        ("invitations", "ended"),
    ]
    assert told[1]["name_en"] == "Evenings"


def test_campaigns_can_be_timed_otherwise(scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]) -> None:
    scene.writes(kim, "Hallo")
    asks(scene, kim, alice)
    scene.writes(kim, "Ja")
    scene.delivers()
    shorter = replace(FROM_THE_START[CAMPAIGNS], unused_days=90, warned_days=60)
    change(CAMPAIGNS, shorter, actor="system", at=scene.clock.at)
    scene.passes(days=25)
    upkeep([])
    assert stands(scene, kim) is State.ACTIVE
    for _ in range(3):
        scene.passes(days=25)
        upkeep([])
    assert stands(scene, kim) is State.EXPIRED


def test_a_yes_that_must_be_said_twice_counts_when_it_was(
    scene: Scene, kim: Customer, alice: Agent, twice: Purpose
) -> None:
    scene.writes(kim, "Hallo")
    asks(scene, kim, alice, purpose=twice)
    scene.writes(kim, "Ja")
    assert stands(scene, kim, twice) is State.UNCONFIRMED
    assert verdict(scene, kim, twice) == Refusal(Refused.NO_CONSENT)
    scene.delivers()
    confirmation = Message.objects.filter(direction="out").latest("pk")
    assert "bestätigen" in what(confirmation).text
    scene.passes(minutes=1)
    taps(scene, kim, confirmation, 0)
    scene.delivers()
    assert stands(scene, kim, twice) is State.ACTIVE
    assert verdict(scene, kim, twice) == Permit(Basis.CONSENT)
    assert "ist gespeichert" in scene.wire.sent[-1].text
    assert events(scene, kim) == ["requested", "given", "confirmed"]
    with pytest.raises(CannotDeclare) as refused:
        change(twice, EVENTS, actor="system", at=scene.clock.at)
    assert refused.value.why == "confirms"


def test_a_word_confirms_as_well_and_a_no_ends_it(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, twice: Purpose
) -> None:
    for who, word, state in [(kim, "Ja", State.ACTIVE), (nour, "Nein danke", State.WITHDRAWN)]:
        scene.writes(who, "Hallo")
        asks(scene, who, alice, purpose=twice)
        scene.writes(who, "Ja")
        scene.delivers()
        scene.passes(minutes=1)
        scene.writes(who, word)
        scene.delivers()
        assert stands(scene, who, twice) is state


def test_what_nobody_confirms_ends_after_a_day_and_is_deleted_after_seven(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, twice: Purpose
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
        asks(scene, who, alice, purpose=twice)
        scene.writes(who, "Ja")
        scene.delivers()
    scene.passes(minutes=1)
    scene.writes(nour, "Ja")
    scene.delivers()
    scene.passes(hours=25)
    assert stands(scene, kim, twice) is State.EXPIRED
    scene.writes(kim, "Ja")  # too late: it confirms nothing
    assert stands(scene, kim, twice) is State.EXPIRED
    upkeep([])
    assert events(scene, kim) == ["requested", "given"]
    scene.passes(days=7)
    upkeep([])
    assert events(scene, kim) == []
    assert events(scene, nour) == ["requested", "given", "confirmed"]
    assert set(Question.objects.values_list("contact", flat=True)) == {scene.chat(nour).contact_id}
    forgotten = Entry.objects.filter(kind="consent.changed", facts__change="forgotten")
    assert [entry.object for entry in forgotten] == [scene.chat(kim).contact_id]


def test_two_who_declare_at_once_declare_one(scene: Scene) -> None:
    def declares(_: int) -> str:
        try:
            declare(INVITATIONS, EVENTS, actor="system", at=clock.now())
        except CannotDeclare as refused:
            return refused.why
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(declares, range(4))) == ["", "taken", "taken", "taken"]
    assert Entry.objects.filter(kind="purpose.changed").count() == 1


def test_the_time_to_confirm_is_that_of_the_rule(scene: Scene, kim: Customer, alice: Agent, twice: Purpose) -> None:
    scene.writes(kim, "Hallo")
    asks(scene, kim, alice, purpose=twice)
    scene.writes(kim, "Ja")
    scene.delivers()
    given = ConsentEvent.objects.get(event="given")
    scene.passes(seconds=(given.at + timedelta(hours=24) - scene.clock.at).total_seconds())
    assert stands(scene, kim, twice) is State.UNCONFIRMED
    scene.passes(seconds=1)
    assert stands(scene, kim, twice) is State.EXPIRED


def test_a_changed_number_ends_only_what_was_given(
    scene: Scene, kim: Customer, alice: Agent, invitations: Purpose
) -> None:
    scene.writes(kim, "Hallo")
    contact = scene.chat(kim).contact_id
    taps(scene, kim, asks(scene, kim, alice), 0)
    scene.delivers()
    system = {"type": "user_changed_number", "wa_id": "491713920099", "body": "changed", "user_id": "DE.1713920099"}
    scene.tells(scene.message(kim, "wamid.CHANGED", {"type": "system", "system": system}))
    held = standings_of([contact], [CAMPAIGNS, invitations], scene.clock.at)
    assert [held[of][contact].state for of in (CAMPAIGNS, invitations)] == [State.INVALIDATED, State.NONE]
    assert events_of(contact) == ["requested", "given", "invalidated"]


def test_another_question_leaves_an_open_confirmation_open(
    scene: Scene, kim: Customer, alice: Agent, twice: Purpose
) -> None:
    scene.writes(kim, "Hallo")
    taps(scene, kim, asks(scene, kim, alice, purpose=twice), 0)
    scene.delivers()
    confirmation = Message.objects.filter(direction="out").latest("pk")
    scene.passes(minutes=1)
    asks(scene, kim, alice)
    taps(scene, kim, confirmation, 0)
    assert stands(scene, kim, twice) is State.ACTIVE
    scene.delivers()


def test_what_is_confirmed_goes_on_while_another_text_waits_for_its_second_yes(
    scene: Scene, kim: Customer, alice: Agent, twice: Purpose
) -> None:
    scene.writes(kim, "Hallo")
    first = text_for(twice, "de")
    taps(scene, kim, asks(scene, kim, alice, purpose=twice), 0)
    scene.delivers()
    taps(scene, kim, Message.objects.filter(direction="out").latest("pk"), 0)
    scene.delivers()
    scene.passes(minutes=1)
    wider = replace(GERMAN, contents="Einladungen und Werkstattbriefe")
    (second,) = put_into_use(twice, {"de": wider}, actor="x", at=scene.clock.at)
    link = make_link(scene.line.pk, "de", "Web", purpose=twice, actor="x", at=scene.clock.at)
    scene.writes(kim, tear_off(link, second, scene.clock.at))
    scene.delivers()
    assert first is not None
    for days in (0, 2, 8):
        scene.passes(days=days)
        upkeep([])
        contact = scene.chat(kim).contact_id
        how = standings_of([contact], [twice], scene.clock.at)[twice][contact]
        assert (how.state, how.text) == (State.ACTIVE, first.pk), days


def test_a_bare_yes_confirms_nothing_where_it_may_answer_something_else(
    scene: Scene, kim: Customer, alice: Agent, twice: Purpose
) -> None:
    scene.writes(kim, "Hallo")
    send(scene.chat(kim), "Passt Ihnen Dienstag um 10 Uhr?", author(alice), scene.clock.at)
    scene.delivers()
    link, text = (
        make_link(scene.line.pk, "de", "Web", purpose=twice, actor="x", at=scene.clock.at),
        text_for(twice, "de"),
    )
    assert text is not None
    scene.writes(kim, tear_off(link, text, scene.clock.at))
    scene.delivers()
    assert stands(scene, kim, twice) is State.UNCONFIRMED
    scene.passes(minutes=1)
    scene.writes(kim, "Ja")
    assert stands(scene, kim, twice) is State.UNCONFIRMED


def test_of_a_purpose_that_has_ended_nobody_is_asked_any_more(
    scene: Scene, kim: Customer, alice: Agent, invitations: Purpose
) -> None:
    scene.writes(kim, "Hallo")
    question = asks(scene, kim, alice, purpose=invitations)
    link = make_link(scene.line.pk, "de", "Web", purpose=invitations, actor="x", at=scene.clock.at)
    text = text_for(invitations, "de")
    assert text is not None
    slip = tear_off(link, text, scene.clock.at)
    end_purpose(invitations, actor="x", at=scene.clock.at)
    assert links_of([link.code]) == {}
    taps(scene, kim, question, 0)
    scene.writes(kim, slip)
    assert stands(scene, kim, invitations) is State.REQUESTED
