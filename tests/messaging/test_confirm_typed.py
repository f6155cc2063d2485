"""A template to a number that was typed on a page: few, to nobody who wants none, and nobody outside can tell."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from jawort.channels.parts import Template
from jawort.consent.models import ConsentEvent, OptInLink, Suppression, Text, TypedNumber
from jawort.consent.opt_in import ask_number, end_link, make_link
from jawort.consent.purpose import CAMPAIGNS, CARE
from jawort.consent.state import State
from jawort.consent.stop import object_to, restrict
from jawort.consent.texts import put_into_use
from jawort.lanes.models import Job
from jawort.ledger.models import Entry, Head
from jawort.messaging import confirm_typed
from jawort.messaging.block import BLOCK, block
from jawort.messaging.confirm_typed import KEPT, asked_by_template, fitting
from jawort.messaging.models import Conversation, Message
from jawort.people.models import Contact
from jawort.public.opt_in import OFTEN
from jawort.staff.models import Agent
from jawort.vault.blind import blind
from tests.consent.questions import ENGLISH, GERMAN, asks, events, stands, taps, what
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.listed import ASKING_BUTTONS, a_template, components, has

SITE = "http://testserver"
UNKNOWN = "+49 171 3920099"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No place has asked for anything yet."""
    OFTEN.forget()
    yield
    OFTEN.forget()


@pytest.fixture
def link(scene: Scene, settings: Any) -> OptInLink:
    """Its page asks for the number, and a template asks there."""
    settings.CONFIG = replace(settings.CONFIG, company="Werkstatt Lindenhof", public_url=SITE, side_door_url=SITE)
    put_into_use(CAMPAIGNS, {"de": GERMAN, "en": ENGLISH}, actor="system", at=scene.clock.at)
    has(scene, a_template("nachfrage", components()))
    made = make_link(scene.line.pk, "de", "Website", actor="system", at=scene.clock.at)
    ask_number(made.pk, True, actor="system", at=scene.clock.at, template="nachfrage", template_language="de")
    made.refresh_from_db()
    return made


def types(link: OptInLink, number: str, place: str = "198.51.100.7") -> Any:
    said = {"yes": "yes", "text": Text.objects.get(language="de").pk, "asks": "confirmed", "number": number}
    return Client().post(f"/opt-in/{link.code}", said, REMOTE_ADDR=place)


def templates() -> list[Message]:
    return list(Message.objects.filter(kind="template").order_by("pk"))


def presses(scene: Scene, who: Customer, question: Message, button: int) -> None:
    part = what(question).part
    assert isinstance(part, Template)
    pressed = {"payload": part.buttons[button].value, "text": ASKING_BUTTONS[button]["text"]}
    scene.writes(who, "", type="button", button=pressed, context={"id": f"wamid.OUT-{question.pk}"})


def test_from_the_number_to_the_consent(scene: Scene, kim: Customer, link: OptInLink) -> None:
    answer = types(link, str(kim.phone))
    assert "Fragen wir Sie vorher unter dieser Nummer" in answer.content.decode()
    scene.delivers()
    (question,) = templates()
    asked = what(question)
    assert Text.objects.get(language="de").body in asked.text  # all that the yes is to
    assert (question.actor, question.purpose, question.gate) == ("system", "care", "no_open_question")
    assert [sent.own_id for sent in scene.wire.sent] == [str(question.pk)]
    created = Entry.objects.get(kind="contact.created")
    assert (created.actor, created.facts["basis"]) == ("system", "request")
    requested = Entry.objects.get(kind="consent.changed")
    assert (requested.facts["link"], requested.facts["typed"]) == (str(link.pk), True)
    scene.passes(minutes=5)
    presses(scene, kim, question, 0)
    assert Contact.objects.count() == 1
    assert stands(scene, kim) is State.ACTIVE
    assert events(scene, kim) == ["requested", "given"]
    assert ConsentEvent.objects.get(event="given").text == Text.objects.get(language="de")
    scene.delivers()
    assert "Ihre Einwilligung vom" in scene.wire.sent[-1].text
    assert scene.chat(kim).waiting_since is None


def test_a_plain_yes_answers_it_and_a_no_is_the_last_word(
    scene: Scene, kim: Customer, nour: Customer, link: OptInLink
) -> None:
    for who in (kim, nour):
        types(link, str(who.phone))
    scene.delivers()
    scene.passes(minutes=5)
    scene.writes(kim, "Ja")
    presses(scene, nour, templates()[1], 1)
    assert (stands(scene, kim), stands(scene, nour)) == (State.ACTIVE, State.REFUSED)
    scene.passes(hours=72)
    types(link, str(nour.phone))
    scene.delivers()
    assert len(templates()) == 2


def objects(scene: Scene, who: Customer, agent: Agent) -> None:
    scene.writes(who, "STOP")


def objects_to_all(scene: Scene, who: Customer, agent: Agent) -> None:
    scene.writes(who, "Hallo")
    object_to(scene.chat(who).contact_id, CARE, actor="system", at=scene.clock.at, source="letter")


def is_restricted(scene: Scene, who: Customer, agent: Agent) -> None:
    scene.writes(who, "Hallo")
    restrict(scene.chat(who).contact_id, actor="system", at=scene.clock.at)


def is_paused(scene: Scene, who: Customer, agent: Agent) -> None:
    scene.writes(who, "Stopp mal eben")


def is_blocked(scene: Scene, who: Customer, agent: Agent) -> None:
    scene.writes(who, "Hallo")
    block(scene.chat(who), actor="system", at=scene.clock.at)
    Job.objects.filter(kind=BLOCK).delete()  # nobody tells the platform in this test


def is_suppressed(scene: Scene, who: Customer, agent: Agent) -> None:
    """Nothing else is known of them any more."""
    mark = blind("suppression", f"tel:{who.phone.digits}")
    Suppression.objects.create(address=mark, purpose=CAMPAIGNS, since=scene.clock.at)


def was_asked(scene: Scene, who: Customer, agent: Agent) -> None:
    scene.writes(who, "Hallo")
    asks(scene, who, agent)


def has_consented(scene: Scene, who: Customer, agent: Agent) -> None:
    scene.writes(who, "Hallo")
    question = asks(scene, who, agent)
    taps(scene, who, question, 0)
    scene.delivers()
    scene.passes(hours=25)


@pytest.mark.parametrize(
    "before", [objects, objects_to_all, is_restricted, is_paused, is_blocked, is_suppressed, was_asked, has_consented]
)
def test_who_is_not_written_to_is_told_from_nobody(
    scene: Scene, kim: Customer, alice: Agent, link: OptInLink, before: Callable[[Scene, Customer, Agent], None]
) -> None:
    before(scene, kim, alice)
    scene.delivers()
    sent, known = len(scene.wire.sent), Contact.objects.count()
    answers = [types(link, number) for number in (str(kim.phone), UNKNOWN)]
    assert [answer.status_code for answer in answers] == [200, 200]
    bodies = {re.sub(r"\[[A-Z2-9-]+\]|%5B[A-Z2-9-]+%5D|d=\"[^\"]+\"", "", one.content.decode()) for one in answers}
    assert len(bodies) == 1
    assert TypedNumber.objects.count() == Job.objects.filter(kind="confirm").count() == 2  # the same is done for both
    scene.delivers()
    assert len(scene.wire.sent) == sent + 1  # to the one whom nobody knew
    assert Contact.objects.count() == known + 1
    assert not TypedNumber.objects.exists()


def test_the_number_lies_nowhere_in_clear_and_goes_at_once(scene: Scene, kim: Customer, link: OptInLink) -> None:
    types(link, str(kim.phone))
    row, job = TypedNumber.objects.get(), Job.objects.get(kind="confirm")
    assert kim.phone.digits.encode() not in bytes(row.sealed)
    assert job.ids == {"typed": str(row.pk)}
    assert kim.phone.digits not in job.lane
    scene.delivers()
    assert not TypedNumber.objects.exists()


def test_a_thousand_from_one_place_are_a_handful(scene: Scene, link: OptInLink) -> None:
    answers = {types(link, f"+4915112340{number:03}").status_code for number in range(1_000)}
    assert answers == {200}
    assert TypedNumber.objects.count() == 5
    scene.delivers()
    assert len(templates()) == len(scene.wire.sent) == Contact.objects.count() == 5


def test_one_number_again_and_again_is_asked_once_a_day(scene: Scene, kim: Customer, link: OptInLink) -> None:
    for place in range(20):
        types(link, str(kim.phone), f"2001:db8:{place:x}::1")
        scene.delivers()
        scene.passes(minutes=30)
    assert len(templates()) == 1
    scene.passes(hours=24)
    types(link, str(kim.phone))
    scene.delivers()
    assert len(templates()) == 2


def test_however_many_places_there_are_so_many_a_day_and_no_more(
    scene: Scene, link: OptInLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirm_typed, "A_DAY_MAX", 3)
    for place in range(8):
        types(link, f"+491511234000{place}", f"203.0.113.{place}")
    scene.delivers()
    assert len(templates()) == Contact.objects.count() == Conversation.objects.count() == 3
    assert asked_by_template(scene.clock.at - timedelta(days=1)) == 3
    assert not TypedNumber.objects.exists()


def test_an_hour_later_the_place_may_again_and_one_network_is_one_place(scene: Scene, link: OptInLink) -> None:
    for last in range(10):
        types(link, f"+491511234000{last}", f"2001:db8::{last:x}")
    assert TypedNumber.objects.count() == 5
    scene.delivers()
    scene.passes(hours=1)
    types(link, UNKNOWN, "2001:db8::1")
    assert TypedNumber.objects.count() == 1


def test_who_hands_the_slip_in_first_is_not_asked(scene: Scene, kim: Customer, link: OptInLink) -> None:
    said = types(link, str(kim.phone)).content.decode()
    (message,) = re.findall(r"<q>(.+?)</q>", said)
    scene.writes(kim, message)
    assert stands(scene, kim) is State.ACTIVE
    scene.delivers()
    assert templates() == []


@pytest.mark.parametrize("more", [{"status": "REJECTED"}, {"category": "MARKETING"}, {"name": "andere"}])
def test_a_template_that_is_not_what_it_was_asks_nobody(scene: Scene, link: OptInLink, more: dict[str, str]) -> None:
    given: dict[str, Any] = {"name": "nachfrage", "components": components()} | more
    has(scene, a_template(**given))
    types(link, UNKNOWN)
    scene.delivers()
    assert templates() == []
    assert not Contact.objects.exists()


@pytest.mark.parametrize("switched", ["off", "ended"])
def test_what_was_switched_off_meanwhile_asks_nobody(scene: Scene, link: OptInLink, switched: str) -> None:
    types(link, UNKNOWN)
    if switched == "ended":
        end_link(link.pk, actor="system", at=scene.clock.at)
    else:
        ask_number(link.pk, True, actor="system", at=scene.clock.at)
    scene.delivers()
    assert templates() == []
    assert not Contact.objects.exists()


def test_while_the_ledger_is_late_it_waits_an_hour_at_most(scene: Scene, link: OptInLink) -> None:
    types(link, UNKNOWN)
    scene.seals()
    Head.objects.update(refused=True)
    for _ in range(20):
        scene.clock.forward(seconds=6)
        scene.delivers()
    assert TypedNumber.objects.exists()
    assert not Contact.objects.exists()
    scene.clock.forward(seconds=KEPT.total_seconds())
    scene.delivers()
    assert not TypedNumber.objects.exists()
    Head.objects.update(refused=False)
    assert templates() == []


@pytest.mark.parametrize(
    ("fits", "changed"),
    [
        (True, {}),
        (True, {"components": components(buttons=ASKING_BUTTONS[:1])}),
        (True, {"components": components(buttons=reversed(ASKING_BUTTONS))}),
        (True, {"components": components("Eingetragen auf der Website. {{text}} Danke."), "named": True}),
        (True, {"language": "de_DE"}),
        (False, {"language": "en_US"}),
        (False, {"category": "MARKETING"}),
        (False, {"status": "PAUSED"}),
        (False, {"components": components("Bitte bestätigen Sie Ihre Nummer.")}),
        (False, {"components": components("{{1}}, {{2}} auf der Website.")}),
        (False, {"components": components(buttons=ASKING_BUTTONS[1:])}),
        (False, {"components": components(buttons=[{"type": "QUICK_REPLY", "text": "Weiter"}])}),
        (False, {"components": components(buttons=[*ASKING_BUTTONS, {"type": "QUICK_REPLY", "text": "Später"}])}),
        (False, {"components": components(buttons=[{"type": "URL", "text": "Ja", "url": "https://firma.example"}])}),
        (False, {"components": components(f"{'Lang ' * 190} {{{{1}}}} Ende.")}),
        (False, {"components": [{"type": "HEADER", "format": "IMAGE"}, *components()]}),
    ],
)
def test_which_templates_may_ask(scene: Scene, link: OptInLink, fits: bool, changed: dict[str, Any]) -> None:
    given: dict[str, Any] = {"name": "nachfrage", "components": components()} | changed
    has(scene, a_template(**given))
    assert len(fitting([link], scene.clock.at)[link.pk]) == fits


def test_the_change_stands_in_the_ledger(scene: Scene, link: OptInLink) -> None:
    facts = Entry.objects.filter(kind="opt_in_link.changed").latest("pk").facts
    assert (facts["change"], facts["asks_number"], facts["template"]) == ("number", True, "nachfrage")
    ask_number(link.pk, False, actor="system", at=scene.clock.at, template="nachfrage", template_language="de")
    link.refresh_from_db()
    assert link.template == ""  # without the number nobody is written to
