"""A person is asked, answers, and takes it back; the gate goes by it at once, and by nothing less."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import transaction

from jawort.consent.models import ConsentEvent, Question, Text
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.rules import Basis, Permit, Refusal, Refused
from jawort.consent.state import CannotAsk, State
from jawort.consent.texts import Filled, TextUnfit, Whole, put_into_use, short, texts_in_use
from jawort.ledger.models import Entry
from jawort.messaging.ask_consent import NotAsked, ask_for_consent
from jawort.messaging.models import Message
from jawort.messaging.send import CannotRetry, retry, send
from jawort.staff.models import Agent
from tests.consent.questions import (
    ENGLISH,
    GERMAN,
    HOUSE,
    NOTICE,
    asks,
    events,
    quotes,
    stands,
    taps,
    verdict,
    what,
)
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene, author


def test_asked_given_proved_and_withdrawn(scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]) -> None:
    scene.writes(kim, "Guten Tag")
    assert verdict(scene, kim) == Refusal(Refused.NO_CONSENT)
    question = asks(scene, kim, alice)
    assert what(question).text == texts[0].body
    assert HOUSE in texts[0].body
    assert verdict(scene, kim) == Refusal(Refused.NO_CONSENT)
    scene.passes(minutes=5)
    scene.writes(kim, "Ja")
    assert verdict(scene, kim) == Permit(Basis.CONSENT)
    scene.delivers()
    given = ConsentEvent.objects.get(event="given")
    thanks = scene.wire.sent[-1].text
    assert f"Nr. {short(given.pk)}" in thanks
    assert "STOP" in thanks
    assert given.text == texts[0]
    assert (given.method, given.message) == ("words", Message.objects.filter(direction="in").latest("pk").pk)
    entry = Entry.objects.get(pk=given.entry)
    assert entry.actor == f"customer:{given.contact_id}"
    assert entry.facts == {
        "purpose": "campaigns",
        "change": "given",
        "method": "words",
        "text": texts[0].pk,
        "message": str(given.message),
    }
    scene.writes(kim, "STOP")
    assert verdict(scene, kim) == Refusal(Refused.OBJECTED)
    assert events(scene, kim) == ["requested", "given", "withdrawn"]


def test_by_the_button_of_the_question(scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]) -> None:
    scene.writes(kim, "Hallo")
    question = asks(scene, kim, alice)
    taps(scene, kim, question, 0)
    assert stands(scene, kim) is State.ACTIVE
    assert ConsentEvent.objects.get(event="given").method == "button"
    taps(scene, kim, question, 1)  # the question is answered, but what stands on the other one is a no like any
    assert stands(scene, kim) is State.WITHDRAWN


def test_a_no_is_a_no_and_no_objection(scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]) -> None:
    scene.writes(kim, "Hallo")
    asks(scene, kim, alice)
    sent = len(scene.wire.sent)
    scene.writes(kim, "Nein danke")
    scene.delivers()
    assert stands(scene, kim) is State.REFUSED
    assert verdict(scene, kim) == Refusal(Refused.NO_CONSENT)
    assert len(scene.wire.sent) == sent
    with pytest.raises(NotAsked) as refused:
        ask_for_consent(scene.chat(kim), author(alice), scene.clock.at)
    assert refused.value.why is CannotAsk.ASKED


@pytest.mark.parametrize("text", ["ok", "Ja, aber nur Angebote", "naja", "Ja was denn noch?", "Jа", "👍", "ja nein"])
def test_what_is_not_plainly_a_yes_is_none(
    scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...], text: str
) -> None:
    scene.writes(kim, "Hallo")
    asks(scene, kim, alice)
    scene.writes(kim, text)
    assert stands(scene, kim) is State.REQUESTED
    scene.writes(kim, "Ja")  # no longer the first thing that was said: to what is it an answer?
    assert stands(scene, kim) is State.REQUESTED


def test_a_yes_that_quotes_the_question_counts_later_too(
    scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    scene.writes(kim, "Hallo")
    other = send(scene.chat(kim), "Passt Ihnen Montag?", author(alice), scene.clock.at)
    question = asks(scene, kim, alice)
    quotes(scene, kim, other, "Ja")
    assert stands(scene, kim) is State.REQUESTED
    quotes(scene, kim, question, "Ja gerne!")
    assert stands(scene, kim) is State.ACTIVE


def test_a_yes_that_may_answer_something_else_of_ours_is_none(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    send(scene.chat(kim), "Passt Ihnen Montag?", author(alice), scene.clock.at)
    send(scene.chat(nour), "Gern.", author(alice), scene.clock.at)
    for who in (kim, nour):
        asks(scene, who, alice)
    scene.writes(kim, "Ja")
    scene.writes(nour, "Ja")
    assert (stands(scene, kim), stands(scene, nour)) == (State.REQUESTED, State.REQUESTED)
    scene.passes(days=2)
    scene.writes(kim, "Hallo")
    question = asks(scene, kim, alice)
    send(scene.chat(kim), "Oder passt Dienstag?", author(alice), scene.clock.at)
    scene.delivers()
    scene.writes(kim, "Ja")
    assert stands(scene, kim) is State.REQUESTED
    taps(scene, kim, question, 0)
    assert stands(scene, kim) is State.ACTIVE


def test_a_yes_elsewhere_too_early_or_passed_on_is_none(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    ask_for_consent(scene.chat(kim), author(alice), scene.clock.at)  # it waits, and the person has not read it
    scene.writes(kim, "Ja")
    scene.delivers()
    asks(scene, nour, alice)
    scene.writes(nour, "Ja", context={"forwarded": True})
    assert (stands(scene, kim), stands(scene, nour)) == (State.REQUESTED, State.REQUESTED)


def test_the_question_is_not_sent_again_as_it_was(
    scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    scene.writes(kim, "Hallo")
    scene.wire.faults = [Fault.NEVER]
    question = asks(scene, kim, alice)
    with pytest.raises(CannotRetry):
        retry(question, author(alice), scene.clock.at)


def test_a_yes_to_metas_own_agent_is_none(scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]) -> None:
    scene.writes(kim, "Hallo")
    asks(scene, kim, alice)
    yes: dict[str, object] = {"type": "text", "text": {"body": "Ja"}}
    scene.tells({"standby": scene.message(kim, "wamid.STANDBY", yes)}, field="standby")
    assert stands(scene, kim) is State.REQUESTED


def test_a_picture_comes_between_and_a_thumb_does_not(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    for who, between in ((kim, "reaction"), (nour, "image")):
        first = scene.writes(who, "Hallo")
        asks(scene, who, alice)
        held = (
            {"message_id": first, "emoji": "👍"} if between == "reaction" else {"id": "7700", "mime_type": "image/png"}
        )
        scene.writes(who, "", type=between, **{between: held})
        scene.writes(who, "Ja")
    assert (stands(scene, kim), stands(scene, nour)) == (State.ACTIVE, State.REQUESTED)


def test_a_yes_after_a_day_is_too_late(scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]) -> None:
    scene.writes(kim, "Hallo")
    question = asks(scene, kim, alice)
    scene.passes(hours=24, seconds=1)
    quotes(scene, kim, question, "Ja")
    taps(scene, kim, question, 0)
    assert stands(scene, kim) is State.REQUESTED
    asks(scene, kim, alice)
    scene.writes(kim, "Ja")
    assert stands(scene, kim) is State.ACTIVE


def test_what_was_never_delivered_was_never_asked(
    scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    scene.writes(kim, "Hallo")
    scene.wire.faults = [Fault.NEVER]
    assert asks(scene, kim, alice).state == "failed"
    scene.writes(kim, "Ja")
    assert stands(scene, kim) is State.REQUESTED
    assert verdict(scene, kim) == Refusal(Refused.NO_CONSENT)


def test_a_forged_or_foreign_button_gives_nothing(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    question = asks(scene, kim, alice)
    asks(scene, nour, alice)
    for forged in (f"consent:{uuid4()}:yes", "consent:yes", f"consent:{Question.objects.earliest('at').pk}:yes"):
        reply = {"type": "button_reply", "button_reply": {"id": forged, "title": "Ja, gerne"}}
        scene.writes(nour, "", type="interactive", interactive=reply)
    assert stands(scene, nour) is State.REQUESTED
    taps(scene, kim, question, 0, text="Nein")  # what it said on the screen is ours, and the payload names it
    assert stands(scene, kim) is State.ACTIVE


def test_a_text_never_changes_and_an_old_one_comes_back_as_itself(scene: Scene, ada: Agent) -> None:
    actor, at = author(ada).actor, scene.clock.at
    first = put_into_use(CAMPAIGNS, {"de": GERMAN, "en": ENGLISH}, actor=actor, at=at)
    assert put_into_use(CAMPAIGNS, {"de": GERMAN, "en": ENGLISH}, actor=actor, at=at) == first
    assert Entry.objects.filter(kind="consent_text.changed").count() == 1
    scene.passes(minutes=1)
    rare = Filled(HOUSE, "Angebote", "", NOTICE)
    put_into_use(CAMPAIGNS, {"de": rare}, actor=actor, at=scene.clock.at)
    assert [text.contents for text in texts_in_use(CAMPAIGNS)] == ["Angebote", "offers and news"]
    scene.passes(minutes=1)
    put_into_use(CAMPAIGNS, {"de": GERMAN}, actor=actor, at=scene.clock.at)
    assert [text.pk for text in texts_in_use(CAMPAIGNS)] == [text.pk for text in first]
    assert Text.objects.count() == 3
    for unfit in (
        Filled("", "Angebote", "", NOTICE),
        Filled(HOUSE, " ", "", NOTICE),
        Filled(HOUSE, "x" * 1_100, "", NOTICE),
    ):
        with pytest.raises(TextUnfit), transaction.atomic():
            put_into_use(CAMPAIGNS, {"de": unfit}, actor=actor, at=scene.clock.at)


def test_without_a_text_nobody_is_asked(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    with pytest.raises(NotAsked) as refused:
        ask_for_consent(scene.chat(kim), author(alice), scene.clock.at)
    assert refused.value.why is CannotAsk.NO_TEXT
    assert not Message.objects.filter(direction="out").exists()


def test_whom_we_may_not_write_to_is_not_asked(
    scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...]
) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(hours=25)
    with pytest.raises(NotAsked) as refused:
        ask_for_consent(scene.chat(kim), author(alice), scene.clock.at)
    assert refused.value.why is Refused.WINDOW_CLOSED
    assert not Message.objects.filter(direction="out").exists()


def test_a_text_states_which_notice_it_named(scene: Scene, texts: tuple[Text, ...]) -> None:
    scene.passes(minutes=1)
    at, filled = scene.clock.at, replace(GERMAN, notice_version="November 2026")
    (told,) = [text for text in put_into_use(CAMPAIGNS, {"de": filled}, actor="x", at=at) if text.language == "de"]
    assert (told.notice_version, told.body) == ("November 2026", texts[0].body)
    assert told.pk != texts[0].pk
    assert Whole.of(told).stated["notice_version"] == "November 2026"
    assert "notice_version" not in Whole.of(texts[0]).stated  # texts from before versions keep their names
    assert {Whole.of(text).id for text in (told, texts[0])} == {told.pk, texts[0].pk}
