"""Who follows an opt-in link is asked in the chat at once; the link itself gives nothing."""

from collections.abc import Mapping
from uuid import uuid4

import pytest

from jawort.consent.models import ConsentEvent, OptInLink, Question, Text
from jawort.consent.opt_in import CODE_LETTERS, LETTERS, LINKS_MAX, CannotLink, code_in, end_link, links, make_link
from jawort.consent.purpose import CAMPAIGNS, CARE
from jawort.consent.rules import Basis, Permit, Refusal, Refused
from jawort.consent.spoken import Spoken
from jawort.consent.state import State
from jawort.consent.stop import object_to
from jawort.consent.texts import Filled, put_into_use
from jawort.lanes.outcome import Done, Job
from jawort.ledger.models import Entry, Head
from jawort.messaging.ask_followers import ask_followers
from jawort.messaging.models import Message
from jawort.messaging.resolve import resolve
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.consent.questions import HOUSE, NOTICE, asks, events, says_yes, stands, taps, verdict, what
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author


@pytest.fixture
def link(scene: Scene, ada: Agent, texts: tuple[Text, ...]) -> OptInLink:
    """On a poster in the shop."""
    return make_link(scene.line.pk, "de", "Plakat im Laden", actor=author(ada).actor, at=scene.clock.at)


def last(scene: Scene, who: Customer) -> Message:
    """The newest of ours to `who`."""
    return Message.objects.filter(conversation=scene.chat(who), direction="out").latest("pk")


def body(text: str) -> dict[str, object]:
    """A message as the platform writes it."""
    return {"type": "text", "text": {"body": text}}


def test_who_follows_it_is_asked_and_answers_in_the_chat(scene: Scene, kim: Customer, link: OptInLink) -> None:
    scene.writes(kim, link.message)
    scene.delivers()
    assert verdict(scene, kim) == Refusal(Refused.NO_CONSENT)
    question = last(scene, kim)
    assert (what(question).text, question.actor) == (Text.objects.get(language="de").body, "system")
    requested = ConsentEvent.objects.get()
    assert (requested.event, requested.method) == ("requested", "words")
    assert Entry.objects.get(pk=requested.entry).facts["link"] == str(link.pk)
    scene.passes(minutes=1)
    taps(scene, kim, question, 0)
    assert verdict(scene, kim) == Permit(Basis.CONSENT)
    (counted,) = links()
    assert (counted.asked, counted.yes) == (1, 1)


def test_a_plain_yes_answers_it_too_and_a_no_counts_as_none(
    scene: Scene, kim: Customer, nour: Customer, link: OptInLink
) -> None:
    for who in (kim, nour):
        scene.writes(who, link.message)
    scene.delivers()
    scene.passes(minutes=1)
    scene.writes(kim, "Ja")
    scene.writes(nour, "Nein danke")
    assert (stands(scene, kim), stands(scene, nour)) == (State.ACTIVE, State.REFUSED)
    (counted,) = links()
    assert (counted.asked, counted.yes) == (2, 1)


def test_nobody_has_to_answer_what_is_answered_by_itself(scene: Scene, kim: Customer, link: OptInLink) -> None:
    scene.writes(kim, link.message)
    scene.delivers()
    assert scene.chat(kim).waiting_since is None
    scene.passes(minutes=1)
    taps(scene, kim, last(scene, kim), 0)
    assert scene.chat(kim).waiting_since is None
    scene.passes(minutes=1)
    scene.writes(kim, "Und wann haben Sie heute offen?")
    asked_at = scene.chat(kim).waiting_since
    assert asked_at is not None
    scene.passes(minutes=1)
    scene.writes(kim, link.message)
    scene.delivers()
    assert scene.chat(kim).waiting_since == asked_at


def test_who_asks_something_beside_it_waits(scene: Scene, nour: Customer, link: OptInLink) -> None:
    first = scene.message(nour, "wamid.1", body("Wann haben Sie offen?"))
    scene.tells(first, scene.message(nour, "wamid.2", body(link.message)))
    scene.delivers()
    assert scene.chat(nour).waiting_since is not None
    assert events(scene, nour) == ["requested"]


@pytest.mark.parametrize("text", ["Nein danke, bitte um Rückruf", "Nein, mein Paket kam nicht an"])
def test_a_no_that_says_more_waits(scene: Scene, kim: Customer, link: OptInLink, text: str) -> None:
    scene.writes(kim, link.message)
    scene.delivers()
    scene.passes(minutes=1)
    scene.writes(kim, text)
    assert scene.chat(kim).waiting_since is not None


@pytest.mark.parametrize("together", [True, False])
def test_who_says_stop_after_it_is_not_asked(scene: Scene, kim: Customer, link: OptInLink, together: bool) -> None:
    wish, stop = scene.message(kim, "wamid.1", body(link.message)), scene.message(kim, "wamid.2", body("STOP"))
    for values in [[wish, stop]] if together else [[wish], [stop]]:
        scene.tells(*values)
    scene.delivers()
    assert not Question.objects.exists()
    assert scene.chat(kim).waiting_since is not None


def test_nor_whose_objection_came_by_letter_meanwhile(scene: Scene, kim: Customer, link: OptInLink) -> None:
    scene.writes(kim, link.message)
    contact = scene.chat(kim).contact_id
    object_to(contact, CAMPAIGNS, actor="system", at=scene.clock.at, source="letter")
    scene.delivers()
    assert not Question.objects.exists()


def test_a_plain_yes_to_something_else_of_ours_is_none(
    scene: Scene, kim: Customer, alice: Agent, link: OptInLink
) -> None:
    scene.writes(kim, "Hallo")
    send(scene.chat(kim), "Passt Ihnen Dienstag um 10?", author(alice), scene.clock.at)
    scene.delivers()
    scene.passes(minutes=1)
    scene.writes(kim, link.message)
    scene.delivers()
    question = last(scene, kim)
    scene.passes(minutes=1)
    scene.writes(kim, "Ja")
    assert stands(scene, kim) is State.REQUESTED
    assert scene.chat(kim).waiting_since is not None
    taps(scene, kim, question, 0)
    assert stands(scene, kim) is State.ACTIVE


def test_while_the_ledger_is_late_it_waits_and_is_not_lost(scene: Scene, kim: Customer, link: OptInLink) -> None:
    scene.writes(kim, link.message)
    scene.seals()
    Head.objects.update(refused=True)
    for _ in range(20):
        scene.delivers()
        scene.clock.forward(seconds=6)
    assert not Question.objects.exists()
    scene.seals()  # nothing is wrong with this one
    scene.delivers()
    assert events(scene, kim) == ["requested"]


def test_a_job_that_runs_twice_asks_once_and_says_nothing_more(scene: Scene, kim: Customer, link: OptInLink) -> None:
    scene.writes(kim, link.message)
    wish = Message.objects.get()
    job = Job(1, "asking", "ask", {"message": str(wish.pk), "link": str(link.pk)}, 0, scene.clock.at)
    assert list(ask_followers([job])) == list(ask_followers([job])) == [Done()]
    scene.delivers()
    assert (Question.objects.count(), scene.chat(kim).waiting_since) == (1, None)
    scene.passes(minutes=1)
    taps(scene, kim, last(scene, kim), 0)
    scene.delivers()
    sent = len(scene.wire.sent)
    assert list(ask_followers([job])) == [Done()]
    scene.delivers()
    assert (len(scene.wire.sent), scene.chat(kim).waiting_since) == (sent, None)


def test_ended_between_message_and_question_it_asks_nobody(scene: Scene, kim: Customer, link: OptInLink) -> None:
    scene.writes(kim, link.message)
    end_link(link.pk, actor="system", at=scene.clock.at)
    scene.delivers()
    assert not Question.objects.exists()
    assert scene.chat(kim).waiting_since is not None


def test_it_asks_in_its_own_language(scene: Scene, kim: Customer, texts: tuple[Text, ...]) -> None:
    link = make_link(scene.line.pk, "en", "Poster", actor="system", at=scene.clock.at)
    assert link.message == f"I would like to receive offers and news from {HOUSE} on WhatsApp. [{link.code}]"
    scene.writes(kim, link.message)
    scene.delivers()
    assert what(last(scene, kim)).text == Text.objects.get(language="en").body


def test_who_objected_is_asked_as_they_wish_it_themselves(scene: Scene, kim: Customer, link: OptInLink) -> None:
    scene.writes(kim, "STOP")
    scene.delivers()
    scene.passes(minutes=1)
    scene.writes(kim, link.message)
    scene.delivers()
    taps(scene, kim, last(scene, kim), 0)
    assert verdict(scene, kim) == Permit(Basis.CONSENT)


def test_who_objected_to_all_messages_gets_none(scene: Scene, kim: Customer, link: OptInLink) -> None:
    scene.writes(kim, "Hallo")
    object_to(scene.chat(kim).contact_id, CARE, actor="system", at=scene.clock.at, source="letter")
    resolve(scene.chat(kim), actor="system", at=scene.clock.at)
    scene.passes(minutes=1)
    scene.writes(kim, link.message)
    scene.delivers()
    assert not Question.objects.exists()
    assert scene.wire.sent == []
    assert scene.chat(kim).waiting_since is not None


def test_who_consented_already_is_told_so_once(scene: Scene, kim: Customer, alice: Agent, link: OptInLink) -> None:
    says_yes(scene, kim, alice)
    scene.delivers()
    sent = len(scene.wire.sent)
    for _ in range(3):
        scene.passes(minutes=1)
        scene.writes(kim, link.message)
        scene.delivers()
    assert len(scene.wire.sent) == sent + 1
    assert "Ihre Einwilligung gilt bereits" in scene.wire.sent[-1].text
    assert Question.objects.count() == 1


def test_who_was_asked_within_the_day_is_not_asked_again(
    scene: Scene, kim: Customer, alice: Agent, link: OptInLink
) -> None:
    scene.writes(kim, "Hallo")
    asks(scene, kim, alice)
    scene.writes(kim, link.message)
    sent = len(scene.wire.sent)
    scene.delivers()
    assert (len(scene.wire.sent), Question.objects.count()) == (sent, 1)
    assert scene.chat(kim).waiting_since is not None


def test_a_message_that_comes_twice_asks_once(scene: Scene, kim: Customer, link: OptInLink) -> None:
    for _ in range(2):
        scene.passes(seconds=5)
        scene.writes(kim, link.message)
        scene.delivers()
    assert Question.objects.count() == 1
    scene.passes(minutes=1)
    taps(scene, kim, last(scene, kim), 0)
    assert scene.chat(kim).waiting_since is None


def test_an_ended_one_asks_nobody_and_the_message_stays(scene: Scene, kim: Customer, link: OptInLink) -> None:
    end_link(link.pk, actor="system", at=scene.clock.at)
    end_link(link.pk, actor="system", at=scene.clock.at)
    scene.writes(kim, link.message)
    scene.delivers()
    assert scene.wire.sent == []
    assert scene.chat(kim).unread == 1
    changes = Entry.objects.filter(kind="opt_in_link.changed").order_by("pk")
    assert [entry.facts["change"] for entry in changes] == ["made", "ended"]
    with pytest.raises(OptInLink.DoesNotExist):
        end_link(uuid4(), actor="system", at=scene.clock.at)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("STOP [{code}]", {}),
        ("Nein danke [{code}]", {}),
        ("Was soll dieser Code [{code}]?", {}),
        ("🚫 [{code}]", {}),
        ("Ja? [{code}]", {}),
        ("Ja, gerne. [{code}-WANN-HABT]", {}),
        ("Ich möchte von Werkstatt Lindenhof Angebote und Neuigkeiten per WhatsApp nicht erhalten. [{code}]", {}),
        ("{message} Und wann haben Sie offen?", {}),
        ("{wording}", {}),
        ("[{other}]", {}),
        ("{message}", {"context": {"forwarded": True}}),
    ],
)
def test_what_asks_for_nothing_is_read_by_somebody(
    scene: Scene, kim: Customer, link: OptInLink, text: str, more: Mapping[str, object]
) -> None:
    other = "".join(letter for letter in LETTERS if letter not in link.code)[:CODE_LETTERS]
    words = {"code": link.code, "wording": link.wording, "other": other, "message": link.message}
    scene.writes(kim, text.format(**words), **more)
    scene.delivers()
    assert not Question.objects.exists()
    assert scene.chat(kim).waiting_since is not None


@pytest.mark.parametrize(
    "text", ["[{code}]", " [ {lower} ] ", "{message}\n", "{message}!", "Ja, gerne. [{code}-K7QF-K7QF-K7QF-K7QFK7QF]"]
)
def test_what_asks_for_it(scene: Scene, kim: Customer, link: OptInLink, text: str) -> None:
    words = {"code": link.code, "lower": link.code.lower(), "message": link.message}
    scene.writes(kim, text.format(**words))
    scene.delivers()
    assert events(scene, kim) == ["requested"]


@pytest.mark.parametrize("kind", ["image", "edit", "choice", "reaction"])
def test_only_a_message_of_their_own_carries_a_code(kind: str) -> None:
    assert code_in(Spoken(uuid4(), uuid4(), "[ABCDEF]", kind)) == ("", "")
    assert code_in(Spoken(uuid4(), uuid4(), "[ABCDEF]")) == ("ABCDEF", "")
    assert code_in(Spoken(uuid4(), uuid4(), "[ABCDEF]", to_bot=True)) == ("", "")
    assert code_in(Spoken(uuid4(), uuid4(), "[abcdeſ]")) == ("", "")


def sends(scene: Scene, contents: str) -> None:
    """The company asks for that."""
    filled = Filled(HOUSE, contents, "", NOTICE)
    put_into_use(CAMPAIGNS, {"de": filled}, actor="system", at=scene.clock.at)


def test_none_is_made_without_a_text_too_many_or_that_would_end_marketing(scene: Scene, ada: Agent) -> None:
    def make() -> str:
        with pytest.raises(CannotLink) as refused:
            make_link(scene.line.pk, "de", "Plakat", actor="system", at=scene.clock.at)
        return refused.value.why

    assert make() == "no_text"
    sends(scene, "keine Werbung mehr")
    assert make() == "ends"
    scene.passes(minutes=1)
    sends(scene, "🎁" * 200)
    assert make() == "long"
    scene.passes(minutes=1)
    sends(scene, "Angebote")
    for n in range(LINKS_MAX):
        make_link(scene.line.pk, "de", f"Plakat {n}", actor="system", at=scene.clock.at)
    assert make() == "full"
