"""A number typed beside the ticked box: the slip counts from that number, and from all others like one that is late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.consent.models import ConsentEvent, OptInLink, Picture, Question, Slip, Text
from jawort.consent.opt_in import LETTERS, ask_number, make_link
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.replies import SLIPS
from jawort.consent.rules import Basis, Permit
from jawort.consent.slips import read, tear_off
from jawort.consent.state import OPEN_FOR, State
from jawort.consent.texts import put_into_use
from jawort.consent.typed import Asks
from jawort.core.phone import Phone
from jawort.ledger.models import Entry
from jawort.messaging.models import Message
from tests.consent.questions import ENGLISH, GERMAN, events, stands, verdict, what
from tests.consent.test_opt_in import body
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

NUMBERS = st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True)
MINUTES = st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1))  # noqa: DTZ001


@pytest.fixture
def link(scene: Scene, texts: tuple[Text, ...]) -> OptInLink:
    """Its page asks for the number."""
    made = make_link(scene.line.pk, "de", "Website", actor="system", at=scene.clock.at)
    ask_number(made.pk, True, actor="system", at=scene.clock.at)
    made.refresh_from_db()
    return made


def slip(scene: Scene, link: OptInLink, typed: Phone | None) -> str:
    return tear_off(link, Text.objects.get(language="de"), scene.clock.at, typed)


def told(scene: Scene, who: Customer) -> list[str]:
    """All that we wrote to `who`."""
    ours = Message.objects.filter(conversation=scene.chat(who), direction="out").order_by("pk")
    return [what(message).text for message in ours]


def test_from_the_number_that_was_typed_it_gives_the_consent(scene: Scene, kim: Customer, link: OptInLink) -> None:
    scene.writes(kim, slip(scene, link, kim.phone))
    assert verdict(scene, kim) == Permit(Basis.CONSENT)
    assert events(scene, kim) == ["requested", "given"]
    assert Slip.objects.get().asks == Asks.NUMBER


def test_whoever_left_the_field_empty_says_yes_from_any_number(scene: Scene, kim: Customer, link: OptInLink) -> None:
    scene.writes(kim, slip(scene, link, None))
    assert stands(scene, kim) is State.ACTIVE
    assert Slip.objects.get().asks == Asks.NUMBER


def test_from_another_number_it_gives_nothing_and_tells_what_a_late_one_is_told(
    scene: Scene, kim: Customer, nour: Customer, link: OptInLink
) -> None:
    late, others = slip(scene, link, kim.phone), []
    scene.passes(hours=24, minutes=2)
    others.append(slip(scene, link, Phone("4915112345678")))  # nobody's that we know
    scene.writes(kim, late)
    scene.writes(nour, others[0])
    scene.delivers()
    assert (stands(scene, kim), stands(scene, nour)) == (State.REQUESTED, State.REQUESTED)
    assert told(scene, kim) == told(scene, nour) == [Text.objects.get(language="de").body]
    assert events(scene, kim) == events(scene, nour) == ["requested"]
    assert not Slip.objects.exists()
    scene.passes(minutes=1)
    scene.writes(nour, "Ja")
    assert stands(scene, nour) is State.ACTIVE


def test_whether_the_number_that_was_typed_is_known_shows_nowhere(
    scene: Scene, kim: Customer, nour: Customer, link: OptInLink
) -> None:
    ben = Customer("Ben Probe", Phone("491713920088"), "DE.1713920088")
    scene.writes(kim, "Hallo")
    known, unknown = slip(scene, link, kim.phone), slip(scene, link, Phone("4915112345678"))
    assert len(known) == len(unknown) == len(slip(scene, link, None))
    scene.writes(nour, known)
    scene.writes(ben, unknown)
    scene.delivers()
    assert told(scene, nour) == told(scene, ben)
    # It is used up by nobody but the one whose number was typed.
    scene.passes(minutes=1)
    scene.writes(kim, known)
    assert stands(scene, kim) is State.ACTIVE


def test_who_writes_without_their_number_is_asked(scene: Scene, kim: Customer, link: OptInLink) -> None:
    said = body(slip(scene, link, kim.phone)) | {"from_user_id": kim.bsuid, "id": "wamid.1"}
    said["timestamp"] = str(int(scene.clock.at.timestamp()))
    contact = {"profile": {"name": kim.name}, "user_id": kim.bsuid}
    scene.tells({"contacts": [contact], "messages": [said]})
    scene.delivers()
    assert [row.event for row in ConsentEvent.objects.all()] == ["requested"]
    assert Question.objects.count() == 1


@given(at=MINUTES, typed=NUMBERS, other=NUMBERS, age=st.integers(0, 3 * 24 * 60))
def test_no_other_number_and_no_later_day(at: datetime, typed: str, other: str, age: int) -> None:
    at = at.replace(tzinfo=UTC)
    link, text = OptInLink(code="K7QF29", asks_number=True), Text(id="a" * 64, language="de")
    message, later = tear_off(link, text, at, Phone(typed)), at + timedelta(minutes=age)
    torn = read(message, later, typed)
    assert (torn is not None) == (later - at <= OPEN_FOR)
    if torn is not None:
        assert (torn.at, torn.asks) == (at.replace(second=0, microsecond=0), Asks.NUMBER)
    assert read(message, at) is None
    if other != typed:
        assert read(message, at, other) is None


@given(at=MINUTES, typed=NUMBERS, place=st.integers(0, 28), letter=st.sampled_from(LETTERS))
def test_whoever_changes_a_letter_has_none(at: datetime, typed: str, place: int, letter: str) -> None:
    at = at.replace(tzinfo=UTC)
    link, text = OptInLink(code="K7QF29", asks_number=True), Text(id="a" * 64, language="de")
    message = tear_off(link, text, at, Phone(typed))
    before, _, code = message.rpartition("[")
    if code[place] not in {"-", letter}:
        assert read(f"{before}[{code[:place]}{letter}{code[place + 1 :]}", at, typed) is None


@given(at=MINUTES, sender=NUMBERS)
def test_a_page_that_asks_for_no_number_signs_as_before(at: datetime, sender: str) -> None:
    at = at.replace(tzinfo=UTC)
    message = tear_off(OptInLink(code="K7QF29"), Text(id="a" * 64, language="de"), at)
    for phone in ("", sender):
        torn = read(message, at, phone)
        assert torn is not None
        assert torn.asks == Asks.NOTHING
    assert message.startswith(SLIPS.de.partition("{")[0])


def test_that_it_asks_stands_in_the_ledger_and_in_a_picture(scene: Scene, link: OptInLink) -> None:
    ask_number(link.pk, True, actor="system", at=scene.clock.at)  # no change
    ask_number(link.pk, False, actor="system", at=scene.clock.at)
    entries = Entry.objects.filter(kind="opt_in_link.changed").order_by("pk")
    changes = [(entry.facts["change"], entry.facts.get("asks_number")) for entry in entries]
    assert changes == [("made", None), ("number", True), ("number", False)]
    assert {one.text.language for one in Picture.objects.filter(asks=Asks.NUMBER)} == {"de", "en"}
    with pytest.raises(OptInLink.DoesNotExist):
        ask_number(scene.line.pk, True, actor="system", at=scene.clock.at)


def test_a_new_text_is_drawn_with_the_field_as_long_as_a_link_asks(scene: Scene, link: OptInLink) -> None:
    scene.passes(minutes=1)
    put_into_use(CAMPAIGNS, {"de": ENGLISH, "en": GERMAN}, actor="system", at=scene.clock.at)
    assert Picture.objects.filter(asks=Asks.NUMBER).count() == 4
    ask_number(link.pk, False, actor="system", at=scene.clock.at)
    scene.passes(minutes=1)
    put_into_use(CAMPAIGNS, {"de": GERMAN, "en": GERMAN}, actor="system", at=scene.clock.at)
    assert Picture.objects.filter(asks=Asks.NUMBER).count() == 4
