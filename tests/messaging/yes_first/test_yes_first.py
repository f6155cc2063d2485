"""Where a line asks for a yes first, nobody learns what a new person writes before they have said it."""

from collections import Counter
from datetime import timedelta

import pytest

from jawort.channels.parts import Buttons
from jawort.consent.models import Objection
from jawort.intake.upkeep import upkeep
from jawort.ledger.models import Entry
from jawort.lines.models import Line
from jawort.messaging.contents import texts_of
from jawort.messaging.files.models import File
from jawort.messaging.models import Conversation, Message, PrivacyNotice
from jawort.messaging.queries import View, counts, rows
from jawort.messaging.rules import State
from jawort.messaging.send import send
from jawort.messaging.yes_first.models import Ended, Newcomer, PromptText, Withheld
from jawort.people.models import Alias, Contact
from jawort.staff.models import Agent
from jawort.vault.models import SubjectKey
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene, author
from tests.messaging.yes_first.waiting import COMPANY, NOTICE, asked, asks_first, opened, presses


@pytest.fixture(autouse=True)
def first(scene: Scene) -> None:
    """The line asks for a yes first."""
    asks_first(scene)


def told() -> list[tuple[str, str]]:
    """What the ledger tells of new people: what changed, and why."""
    found = Entry.objects.filter(kind="newcomer.changed").order_by("pk")
    return [(entry.facts["change"], entry.facts.get("reason", "")) for entry in found]


def how() -> dict[str, int]:
    """How waiting ended, and how often."""
    return dict(Ended.objects.values_list("how", "count"))


def thread(scene: Scene, who: Customer) -> list[str]:
    """What stands in the conversation with `who`, oldest first."""
    messages = list(Message.objects.filter(conversation=scene.chat(who)).order_by("pk"))
    texts = texts_of(messages)
    return [texts[message.pk] for message in messages]


class TestWhileWithheld:
    def test_the_message_is_in_no_table_but_its_own_and_no_desk_hears_of_it(
        self, scene: Scene, kim: Customer, alice: Agent
    ) -> None:
        heard = scene.hears(lambda: scene.writes(kim, "Meine Heizung ist kalt."))
        assert heard == []
        scene.delivers()
        assert not Conversation.objects.exists()
        assert not Message.objects.filter(direction="in").exists()
        assert rows(alice, view=None) == []
        assert not any(vars_ for vars_ in (counts(alice).all, counts(alice).unread, counts(alice).unassigned))
        assert Withheld.objects.count() == 1

    def test_a_file_is_not_fetched(self, scene: Scene, kim: Customer) -> None:
        scene.gives(kim, b"%PDF-1.4 secret", "application/pdf")
        scene.delivers()
        assert not File.objects.exists()

    def test_one_question_leaves_however_much_they_write(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Hallo")
        question = asked(scene)
        assert COMPANY in question.text
        assert NOTICE in question.text
        assert "Meta" in question.text
        assert "„Ja“" in question.text
        assert "„Zustimmung“" in question.text
        assert isinstance(question.part, Buttons)
        assert [b.title for b in question.part.buttons] == ["Ja", "Nein"]
        scene.writes(kim, "Ist jemand da?")
        scene.passes(hours=3)
        scene.writes(kim, "???")
        assert asked(scene) == question

    def test_words_and_ledger_say_in_which_words(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Hallo")
        question = asked(scene)
        text = PromptText.objects.get()
        assert text.body == question.text
        entry = Entry.objects.get(kind="newcomer.changed", facts__change="asked")
        assert entry.facts["text"] == text.pk
        assert entry.facts["message"] == question.own_id

    def test_who_speaks_english_is_asked_in_it(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Hello")
        Contact.objects.update(language="en")
        assert "answer “Yes” or “I agree”" in asked(scene).text

    def test_a_doubled_webhook_is_one_message(self, scene: Scene, kim: Customer) -> None:
        hello = scene.message(kim, "wamid.ONE", {"type": "text", "text": {"body": "Hallo"}})
        scene.tells(hello, hello)
        scene.tells(hello)
        assert Withheld.objects.count() == 1
        asked(scene)

    def test_nothing_of_it_lies_in_clear(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Meine Heizung ist kalt.")
        held = Withheld.objects.get()
        assert b"Heizung" not in bytes(held.ciphertext) + bytes(held.wrapped)
        assert kim.phone.digits.encode() not in bytes(held.ciphertext)

    def test_who_was_spoken_with_before_is_not_new(self, scene: Scene, kim: Customer) -> None:
        opened(scene)
        scene.writes(kim, "Hallo")
        asks_first(scene)
        scene.writes(kim, "Noch etwas")
        assert thread(scene, kim) == ["Hallo", "Noch etwas"]
        scene.delivers()
        assert scene.wire.sent == []

    def test_two_new_people_in_one_webhook(self, scene: Scene, kim: Customer, nour: Customer) -> None:
        words: dict[str, object] = {"type": "text", "text": {"body": "Hallo"}}
        scene.tells(scene.message(kim, "wamid.K", words), scene.message(nour, "wamid.N", words))
        scene.delivers()
        assert {question.to_phone for question in scene.wire.sent} == {kim.phone.digits, nour.phone.digits}

    def test_a_question_that_failed_is_asked_again_when_they_write_again(self, scene: Scene, kim: Customer) -> None:
        scene.wire.faults = [Fault.NEVER]
        scene.writes(kim, "Hallo")
        scene.delivers()
        assert scene.wire.sent == []
        scene.writes(kim, "Hallo?")
        asked(scene)
        scene.writes(kim, "Ja")
        assert [text for text in thread(scene, kim) if COMPANY not in text] == ["Hallo", "Hallo?", "Ja"]

    def test_a_paused_line_asks_when_it_is_back(self, scene: Scene, kim: Customer) -> None:
        Line.objects.update(state="paused")
        scene.writes(kim, "Hallo")
        scene.delivers()
        assert scene.wire.sent == []
        assert Newcomer.objects.get().prompt is None
        Line.objects.update(state="live")
        scene.passes(minutes=6)
        asked(scene)


class TestYes:
    @pytest.mark.parametrize("word", ["Ja", "Zustimmung", "ja bitte", "Yes", "I agree", "ZUSTIMMUNG!"])
    def test_the_word_lets_in_what_was_withheld_in_its_order_and_at_its_times(
        self, scene: Scene, kim: Customer, alice: Agent, word: str
    ) -> None:
        begun = scene.clock.at
        scene.writes(kim, "Meine Heizung ist kalt.")
        question = asked(scene)
        scene.passes(hours=2)
        scene.writes(kim, "Seit gestern.")
        scene.passes(hours=3)
        heard = scene.hears(lambda: scene.writes(kim, word))
        assert any("n" in one for one in heard if isinstance(one, dict))
        assert thread(scene, kim) == ["Meine Heizung ist kalt.", question.text, "Seit gestern.", word]
        came = Message.objects.filter(direction="in").order_by("pk")
        hours = [timedelta(hours=n) for n in (0, 2, 5)]
        assert [message.created_at - begun for message in came] == hours
        assert [message.seq for message in came] == [1, 2, 3]
        home = scene.chat(kim)
        assert (home.status, home.unread, home.waiting_since) == ("open", 3, begun)
        assert [row.id for row in rows(alice, view=View.UNASSIGNED)] == [home.pk]
        assert not Newcomer.objects.exists()
        assert not Withheld.objects.exists()
        assert told() == [("withheld", ""), ("asked", ""), ("withheld", ""), ("let_in", "")]
        assert how() == {"let_in": 1}

    def test_the_button_does_too(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Hallo")
        presses(scene, kim, asked(scene), "Ja")
        assert thread(scene, kim)[0] == "Hallo"
        entry = Entry.objects.get(kind="newcomer.changed", facts__change="let_in")
        assert entry.facts["method"] == "button"
        assert entry.facts["text"] == PromptText.objects.get().pk

    @pytest.mark.parametrize("words", ["Ja, aber wer liest das?", "ja?", "Ja 👎", "okay", "Jaja mach hin", "👍"])
    def test_nothing_less_does(self, scene: Scene, kim: Customer, words: str) -> None:
        scene.writes(kim, "Hallo")
        asked(scene)
        scene.writes(kim, words)
        assert not Conversation.objects.exists()
        assert Withheld.objects.count() == 2

    def test_not_forwarded_and_not_about_something_else(self, scene: Scene, kim: Customer) -> None:
        hello = scene.writes(kim, "Hallo")
        question = asked(scene)
        scene.writes(kim, "Ja", context={"forwarded": True})
        scene.writes(kim, "Ja", context={"id": hello})
        assert not Conversation.objects.exists()
        scene.writes(kim, "Ja", context={"id": scene.wire.provider_id(question)})
        assert Conversation.objects.count() == 1

    def test_not_before_the_question_has_left(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Ja")
        assert not Conversation.objects.exists()
        asked(scene)
        scene.writes(kim, "Ja")
        assert len(thread(scene, kim)) == 3

    def test_the_files_are_fetched_then(self, scene: Scene, kim: Customer) -> None:
        scene.gives(kim, b"%PDF-1.4 bill", "application/pdf")
        asked(scene)
        scene.writes(kim, "Ja")
        scene.delivers()
        assert File.objects.get().state == "stored"

    def test_an_answer_leaves_and_does_not_tell_the_notice_once_more(
        self, scene: Scene, kim: Customer, alice: Agent
    ) -> None:
        scene.writes(kim, "Hallo")
        asked(scene)
        scene.writes(kim, "Ja")
        send(scene.chat(kim), "Guten Tag!", author(alice), scene.clock.at)
        scene.delivers()
        assert [one.text for one in scene.wire.sent][1:] == ["Guten Tag!"]
        assert PrivacyNotice.objects.count() == 1

    def test_edits_reactions_and_deletions_come_along(self, scene: Scene, kim: Customer) -> None:
        hello = scene.writes(kim, "Hallo")
        asked(scene)
        emoji = {"message_id": hello, "emoji": "👍"}
        scene.writes(kim, "", type="reaction", reaction=emoji)
        scene.writes(kim, "Ja")
        reaction = Message.objects.get(kind="reaction")
        assert reaction.about_id == Message.objects.filter(direction="in").order_by("pk")[0].pk
        assert scene.chat(kim).unread == 2

    def test_receipts_of_the_question_are_taken_in_before_and_after(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Hallo")
        asked(scene)
        prompt = Message.objects.get(direction="out")
        scene.tells(scene.receipt(prompt, "delivered"))
        scene.writes(kim, "Ja")
        scene.tells(scene.receipt(prompt, "read"))
        prompt.refresh_from_db()
        assert (prompt.state, prompt.conversation_id) == (State.READ, scene.chat(kim).pk)

    def test_who_was_let_in_stays_so(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Hallo")
        asked(scene)
        scene.writes(kim, "Ja")
        scene.passes(hours=30)
        scene.writes(kim, "Noch etwas")
        assert thread(scene, kim)[-1] == "Noch etwas"

    def test_all_of_it_in_one_webhook(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Hallo")
        asked(scene)
        said = ("Seit gestern.", "Ja", "Und nun?")
        scene.tells(
            *(scene.message(kim, f"wamid.{n}", {"type": "text", "text": {"body": t}}) for n, t in enumerate(said))
        )
        assert [text for text in thread(scene, kim) if COMPANY not in text] == ["Hallo", *said]


class TestNo:
    def test_a_no_deletes_content_keys_and_person_and_leaves_a_count(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Meine Heizung ist kalt.")
        asked(scene)
        assert SubjectKey.objects.exists()
        scene.writes(kim, "Nein")
        assert not Withheld.objects.exists()
        assert not Newcomer.objects.exists()
        assert not Conversation.objects.exists()
        assert not Alias.objects.exists()
        assert not SubjectKey.objects.exists()
        assert Contact.objects.get().name_ciphertext is None
        assert how() == {"refused": 1}
        assert told()[-1] == ("deleted", "refused")
        facts = Entry.objects.filter(kind="newcomer.changed").latest("pk").facts
        assert (facts["count"], facts["person"]) == (2, "forgotten")

    def test_by_the_button(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Hallo")
        presses(scene, kim, asked(scene), "Nein")
        assert how() == {"refused": 1}
        assert not Objection.objects.exists()

    def test_a_stop_counts_as_objection_and_the_person_stays_for_that(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Hallo")
        asked(scene)
        scene.writes(kim, "STOP")
        scene.delivers()
        assert len(scene.wire.sent) == 1
        assert how() == {"stopped": 1}
        assert not Withheld.objects.exists()
        assert Objection.objects.get().purpose == "campaigns"
        assert Alias.objects.exists()

    def test_a_stop_at_once_asks_nothing(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Stopp!")
        scene.delivers()
        assert scene.wire.sent == []
        assert how() == {"stopped": 1}
        assert not Newcomer.objects.exists()

    def test_a_day_of_silence_deletes_and_a_later_message_begins_anew(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Hallo")
        asked(scene)
        scene.passes(hours=23, minutes=59)
        upkeep([])
        assert Withheld.objects.exists()
        scene.passes(minutes=1)
        upkeep([])
        assert not Withheld.objects.exists()
        assert how() == {"silent": 1}
        scene.writes(kim, "Ja")
        scene.delivers()
        assert len(scene.wire.sent) == 2
        assert Withheld.objects.count() == 1
        scene.writes(kim, "Ja")
        assert [text for text in thread(scene, kim) if COMPANY not in text] == ["Ja", "Ja"]

    def test_who_could_not_be_asked_is_counted_apart(self, scene: Scene, kim: Customer) -> None:
        Line.objects.update(state="paused")
        scene.writes(kim, "Hallo")
        scene.delivers()
        scene.passes(hours=24, minutes=1)
        upkeep([])
        assert how() == {"unasked": 1}
        Line.objects.update(state="live")
        scene.passes(minutes=6)
        scene.delivers()
        assert scene.wire.sent == []

    def test_a_question_that_is_settled_before_it_leaves_does_not_leave(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Hallo")
        assert scene.worker.run_due(scene.clock.at)  # it is queued
        assert Message.objects.get().state == State.QUEUED
        scene.writes(kim, "Stopp")
        scene.delivers()
        assert scene.wire.sent == []
        assert Message.objects.get().gate == "not_awaited"

    def test_an_answer_that_waits_in_the_queue_is_not_overtaken_by_the_end(self, scene: Scene, kim: Customer) -> None:
        scene.writes(kim, "Hallo")
        asked(scene)
        scene.passes(hours=23, minutes=59)
        scene.stores(scene.message(kim, "wamid.YES", {"type": "text", "text": {"body": "Ja"}}))
        scene.passes(minutes=5)
        upkeep([])
        scene.takes()
        assert thread(scene, kim)[0] == "Hallo"

    def test_an_answer_after_the_end_begins_anew_also_before_anybody_has_swept(
        self, scene: Scene, kim: Customer
    ) -> None:
        scene.writes(kim, "Hallo")
        asked(scene)
        scene.passes(hours=24, minutes=1)
        scene.writes(kim, "Ja")
        assert not Conversation.objects.exists()
        assert how() == {"silent": 1}
        assert Counter(told())["deleted", "silent"] == 1
        assert Withheld.objects.count() == 1
