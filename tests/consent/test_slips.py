"""A ticked box on a page, handed in from WhatsApp: the whole slip, in time, once, and by whoever sends it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jawort.consent import slips
from jawort.consent.models import ConsentEvent, OptInLink, Question, Slip, Text
from jawort.consent.opt_in import end_link, links, make_link
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.rules import Basis, Permit, Refusal, Refused
from jawort.consent.slips import read, tear_off
from jawort.consent.state import OPEN_FOR, State
from jawort.consent.texts import Filled, put_into_use
from jawort.ledger.models import Entry
from tests.consent.questions import HOUSE, NOTICE, events, stands, verdict
from tests.consent.test_opt_in import body
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene


@pytest.fixture
def link(scene: Scene, texts: tuple[Text, ...]) -> OptInLink:
    """On the company's website."""
    return make_link(scene.line.pk, "de", "Website", actor="system", at=scene.clock.at)


@pytest.fixture
def slip(scene: Scene, link: OptInLink) -> str:
    """What the page gave for the ticked box."""
    return tear_off(link, Text.objects.get(language="de"), scene.clock.at)


def test_handed_in_it_gives_a_consent_to_the_text_that_was_shown(
    scene: Scene, kim: Customer, link: OptInLink, slip: str
) -> None:
    scene.passes(hours=20)
    scene.writes(kim, slip)
    assert verdict(scene, kim) == Permit(Basis.CONSENT)
    requested, consent = ConsentEvent.objects.order_by("pk")
    assert (requested.event, consent.event, consent.method) == ("requested", "given", "words")
    assert consent.text == Text.objects.get(language="de")
    facts = Entry.objects.get(pk=consent.entry).facts
    assert (facts["link"], facts["slip"]) == (str(link.pk), Slip.objects.get().number)
    scene.delivers()
    assert "Ihre Einwilligung vom" in scene.wire.sent[-1].text
    assert scene.chat(kim).waiting_since is None
    (counted,) = links()
    assert (counted.asked, counted.yes) == (1, 1)


def test_another_text_in_use_meanwhile_changes_nothing(scene: Scene, kim: Customer, slip: str) -> None:
    shown = Text.objects.get(language="de")
    scene.passes(minutes=5)
    filled = Filled(HOUSE, "Angebote von Partnern", "", NOTICE)
    put_into_use(CAMPAIGNS, {"de": filled}, actor="system", at=scene.clock.at)
    scene.writes(kim, slip)
    assert ConsentEvent.objects.get(event="given").text == shown


def test_a_second_time_it_gives_nothing_and_the_sender_is_asked(
    scene: Scene, kim: Customer, nour: Customer, slip: str
) -> None:
    scene.writes(kim, slip)
    scene.delivers()
    scene.writes(nour, slip)
    scene.delivers()
    assert (stands(scene, kim), stands(scene, nour)) == (State.ACTIVE, State.REQUESTED)
    scene.passes(minutes=1)
    scene.writes(nour, "Ja")
    assert stands(scene, nour) is State.ACTIVE


def test_of_two_at_once_the_first_has_it(scene: Scene, kim: Customer, nour: Customer, slip: str) -> None:
    scene.tells(scene.message(kim, "wamid.1", body(slip)), scene.message(nour, "wamid.2", body(slip)))
    assert (stands(scene, kim), stands(scene, nour)) == (State.ACTIVE, State.NONE)
    assert Slip.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda slip: slip.replace("Ja, gerne.", "Ja, aber nur Angebote."),
        lambda slip: slip.replace("Ja, gerne. ", ""),
        lambda slip: f"{slip} Wann haben Sie offen?",
        lambda slip: slip[:-2] + ("A" if slip[-2] != "A" else "B") + "]",
        lambda slip: slip.replace("Ja, gerne.", "Nein, danke."),
        lambda slip: slip.replace("gerne.", "gerne 👎"),
        lambda slip: slip.replace(" [", "? ["),
    ],
)
def test_changed_it_gives_nothing(scene: Scene, kim: Customer, slip: str, change: object) -> None:
    assert callable(change)
    scene.writes(kim, change(slip))
    scene.delivers()
    assert stands(scene, kim) in {State.NONE, State.REQUESTED}
    assert not Slip.objects.exists()


def test_forwarded_it_is_somebody_elses(scene: Scene, kim: Customer, slip: str) -> None:
    scene.writes(kim, slip, context={"forwarded": True})
    scene.delivers()
    assert not ConsentEvent.objects.exists()


def test_after_a_day_its_writer_is_asked_anew(scene: Scene, kim: Customer, slip: str) -> None:
    scene.passes(hours=24, minutes=2)
    scene.writes(kim, slip)
    scene.delivers()
    assert events(scene, kim) == ["requested"]
    assert Question.objects.count() == 1


def test_of_a_link_that_was_ended_somebody_reads_it(scene: Scene, kim: Customer, link: OptInLink, slip: str) -> None:
    end_link(link.pk, actor="system", at=scene.clock.at)
    scene.writes(kim, slip)
    scene.delivers()
    assert not ConsentEvent.objects.exists()
    assert scene.chat(kim).waiting_since is not None


def test_written_before_a_no_and_delivered_after_it_gives_nothing(scene: Scene, kim: Customer, slip: str) -> None:
    scene.passes(minutes=1)
    late = scene.message(kim, "wamid.LATE", body(slip))
    scene.passes(minutes=9)
    scene.writes(kim, "STOP")
    scene.passes(minutes=10)
    scene.tells(late)
    scene.delivers()
    assert verdict(scene, kim) == Refusal(Refused.OBJECTED)
    assert "given" not in events(scene, kim)
    assert not Question.objects.exists()
    assert scene.chat(kim).waiting_since is not None


def test_as_an_answer_to_something_else_it_gives_nothing(scene: Scene, kim: Customer, slip: str) -> None:
    scene.writes(kim, slip, context={"id": "wamid.OF-SOMETHING"})
    assert stands(scene, kim) is State.NONE


def test_who_had_objected_says_yes_anew(scene: Scene, kim: Customer, slip: str) -> None:
    scene.writes(kim, "STOP")
    scene.passes(minutes=1)
    scene.writes(kim, slip)
    assert verdict(scene, kim) == Permit(Basis.CONSENT)


@pytest.mark.parametrize("minute", ["2027-02-04T03:39", "2027-05-12T05:39", "2028-09-17T00:55"])
def test_no_minute_is_a_word_that_keeps_one_from_it(vault: None, minute: str) -> None:
    """In these the letters for the minute read NERV, SPAM and GDPR."""
    at = datetime.fromisoformat(f"{minute}+00:00")
    message = tear_off(OptInLink(code="K7QF29"), Text(id="a" * 64, language="de"), at)
    assert read(message, at) is not None
    assert read(message, at + timedelta(minutes=2**20)) is None  # when the same letters come again
    assert read(message, at - timedelta(minutes=2)) is not None
    assert read(message, at - timedelta(minutes=3)) is None


@given(at=st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1)), age=st.integers(0, 3 * 24 * 60))  # noqa: DTZ001
def test_it_says_when_it_was_given_for_a_day(at: datetime, age: int) -> None:

    at = at.replace(tzinfo=UTC)
    text, link = Text(id=uuid4().hex * 2, language="de"), OptInLink(code="K7QF29")
    message, later = tear_off(link, text, at), timedelta(minutes=age)
    torn = read(message, at + later)
    assert (torn is not None) == (later <= OPEN_FOR)
    if torn is not None:
        assert torn.at == at.replace(second=0, microsecond=0)
        assert torn.link == link.code


def test_where_two_texts_have_the_same_short_name_neither_is_meant(
    scene: Scene, kim: Customer, link: OptInLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slips, "_short", lambda text: "AAAA")
    scene.writes(kim, tear_off(link, Text.objects.get(language="de"), scene.clock.at))
    scene.delivers()
    assert stands(scene, kim) is State.REQUESTED
