"""Who follows an opt-in link is asked in the chat at once; the link itself gives nothing."""

from collections.abc import Mapping
from uuid import uuid4

import pytest

from jawort.consent.models import ConsentEvent, OptInLink, Question, Text
from jawort.consent.opt_in import CODE_LETTERS, LETTERS, LINKS_MAX, CannotLink, code_in, end_link, links, make_link
from jawort.consent.rules import Basis, Permit, Purpose, Refusal, Refused
from jawort.consent.spoken import Spoken
from jawort.consent.state import State
from jawort.consent.stop import object_to
from jawort.consent.texts import Filled, put_into_use
from jawort.ledger.models import Entry
from jawort.messaging.models import Message
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


def test_who_says_more_than_the_link_waits(scene: Scene, kim: Customer, nour: Customer, link: OptInLink) -> None:
    scene.writes(kim, f"{link.message} Und wann haben Sie heute offen?")
    scene.tells(
        scene.message(nour, "wamid.1", body("Wann haben Sie offen?")),
        scene.message(nour, "wamid.2", body(link.message)),
    )
    scene.delivers()
    assert scene.chat(kim).waiting_since is not None
    assert scene.chat(nour).waiting_since is not None
    assert events(scene, kim) == events(scene, nour) == ["requested"]


def test_it_asks_in_its_own_language(scene: Scene, kim: Customer, texts: tuple[Text, ...]) -> None:
    link = make_link(scene.line.pk, "en", "Poster", actor="system", at=scene.clock.at)
    assert link.message == f"I would like to receive offers and news from {HOUSE} on WhatsApp. [{link.code}]"
    scene.writes(kim, link.message)
    scene.delivers()
    assert what(last(scene, kim)).text == Text.objects.get(language="en").body


def test_who_objected_is_asked_as_they_wish_it_themselves(scene: Scene, kim: Customer, link: OptInLink) -> None:
    scene.writes(kim, "STOP")
    scene.delivers()
    scene.writes(kim, link.message)
    scene.delivers()
    taps(scene, kim, last(scene, kim), 0)
    assert verdict(scene, kim) == Permit(Basis.CONSENT)


def test_who_objected_to_all_messages_gets_none(scene: Scene, kim: Customer, link: OptInLink) -> None:
    scene.writes(kim, "Hallo")
    object_to(scene.chat(kim).contact_id, Purpose.CARE, actor="system", at=scene.clock.at, source="letter")
    scene.writes(kim, link.message)
    scene.delivers()
    assert not Question.objects.exists()
    assert scene.wire.sent == []


def test_who_consented_already_is_told_so_once(scene: Scene, kim: Customer, alice: Agent, link: OptInLink) -> None:
    says_yes(scene, kim, alice)
    scene.delivers()
    scene.writes(kim, link.message)
    scene.delivers()
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
    scene.writes(kim, link.message)
    scene.writes(kim, link.message)
    scene.delivers()
    assert Question.objects.count() == 1


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
        ("Bitte keine Werbung mehr. [{code}]", {}),
        ("{wording}", {}),
        ("[{other}]", {}),
        ("{message}", {"context": {"forwarded": True}}),
    ],
)
def test_what_asks_for_nothing(
    scene: Scene, kim: Customer, link: OptInLink, text: str, more: Mapping[str, object]
) -> None:
    other = "".join(letter for letter in LETTERS if letter not in link.code)[:CODE_LETTERS]
    words = {"code": link.code, "wording": link.wording, "other": other, "message": link.message}
    scene.writes(kim, text.format(**words), **more)
    scene.delivers()
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    "text", ["[{code}]", "Guten Tag! [ {code} ]", "Ich will Angebote [{lower}] bitte", "{message}\n"]
)
def test_what_asks_for_it_in_other_words(scene: Scene, kim: Customer, link: OptInLink, text: str) -> None:
    words = {"code": link.code, "lower": link.code.lower(), "message": link.message}
    scene.writes(kim, text.format(**words))
    scene.delivers()
    assert events(scene, kim) == ["requested"]


@pytest.mark.parametrize("kind", ["image", "edit", "choice", "reaction"])
def test_only_a_message_of_their_own_carries_a_code(kind: str) -> None:
    assert code_in(Spoken(uuid4(), uuid4(), "[ABCDEF]", kind)) == ""
    assert code_in(Spoken(uuid4(), uuid4(), "[ABCDEF]")) == "ABCDEF"
    assert code_in(Spoken(uuid4(), uuid4(), "[ABCDEF]", to_bot=True)) == ""


def sends(scene: Scene, contents: str) -> None:
    """The company asks for that."""
    filled = Filled(HOUSE, contents, "", NOTICE)
    put_into_use(Purpose.CAMPAIGNS, {"de": filled}, actor="system", at=scene.clock.at)


def test_none_is_made_without_a_text_too_many_or_that_would_end_marketing(scene: Scene, ada: Agent) -> None:
    def make() -> str:
        with pytest.raises(CannotLink) as refused:
            make_link(scene.line.pk, "de", "Plakat", actor="system", at=scene.clock.at)
        return refused.value.why

    assert make() == "no_text"
    sends(scene, "keine Werbung mehr")
    assert make() == "ends"
    scene.passes(minutes=1)
    sends(scene, "Angebote")
    for n in range(LINKS_MAX):
        make_link(scene.line.pk, "de", f"Plakat {n}", actor="system", at=scene.clock.at)
    assert make() == "full"
