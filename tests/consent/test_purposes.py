"""A company declares purposes; what rests on consent is asked for, each by itself, and nothing else ever is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection

from jawort.consent.consents import standings_of
from jawort.consent.models import DeclaredPurpose, Question, Text
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
from jawort.messaging.send import retry, send
from jawort.staff.models import Agent
from tests.consent.questions import GERMAN, asks, events_of, stands, taps, verdict, what
from tests.fixtures.cast import Customer
from tests.fixtures.purposes import EVENTS, REMINDERS
from tests.fixtures.scene import Scene, author

INVITATIONS, APPOINTMENTS = Purpose("invitations"), Purpose("appointments")
REMINDER = ("erinnerung", "de")


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
