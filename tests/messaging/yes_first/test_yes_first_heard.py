"""What a new person says of advertising counts at once or with their yes, whatever becomes of the rest."""

import pytest

from jawort.consent.models import Objection, Pause
from jawort.intake.upkeep import upkeep
from jawort.ledger.models import Entry
from jawort.lines.connect import NewApp, connect
from jawort.lines.models import Line
from jawort.messaging.models import Conversation, Message
from jawort.messaging.rules import State
from jawort.messaging.yes_first.models import Ended, Newcomer, Withheld
from jawort.people.models import Contact
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.yes_first.waiting import asked, asks_first


@pytest.fixture(autouse=True)
def first(scene: Scene) -> None:
    """The line asks for a yes first."""
    asks_first(scene)


def test_a_plain_no_to_advertising_counts_at_once_and_the_rest_waits(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Bitte keine Werbung mehr. Und meine Heizung ist kalt.")
    assert Objection.objects.get().purpose == "campaigns"
    asked(scene)
    scene.writes(kim, "Ja")
    assert Conversation.objects.get().unread == 2
    assert Objection.objects.count() == 1


def test_what_may_be_a_withdrawal_is_looked_at_once_somebody_may_look(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Stop Heizung kalt")
    assert not Pause.objects.exists()
    asked(scene)
    scene.writes(kim, "Ja")
    assert Pause.objects.get().message == Message.objects.filter(direction="in").earliest("pk").pk


def test_a_word_that_answers_everyday_questions_ends_nothing_before_anybody_asked(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Kein Interesse")
    assert Withheld.objects.count() == 1
    asked(scene)
    scene.writes(kim, "Kein Interesse")
    assert dict(Ended.objects.values_list("how", "count")) == {"refused": 1}


def test_a_stop_in_one_webhook_with_more_words_begins_anew(scene: Scene, kim: Customer) -> None:
    said = ("Hallo", "Stopp", "Doch, ich habe eine Frage")
    scene.tells(*(scene.message(kim, f"wamid.{n}", {"type": "text", "text": {"body": t}}) for n, t in enumerate(said)))
    assert Withheld.objects.count() == 1
    asked(scene)
    changes = Entry.objects.filter(kind="newcomer.changed").order_by("pk").values_list("facts__change", flat=True)
    assert list(changes) == ["withheld", "withheld", "withheld", "deleted", "asked"]
    facts = Entry.objects.get(kind="newcomer.changed", facts__change="deleted").facts
    assert (facts["count"], facts["reason"]) == (2, "stopped")


def test_a_question_in_the_queue_of_a_paused_line_dies_with_the_waiting(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    assert scene.worker.run_due(scene.clock.at)  # it is queued
    Line.objects.update(state="paused")
    scene.delivers()
    scene.passes(hours=24, minutes=1)
    upkeep([])
    Line.objects.update(state="live")
    scene.passes(minutes=6)
    scene.delivers()
    assert scene.wire.sent == []
    assert Message.objects.get().state == State.FAILED  # it opens for nobody any more
    assert dict(Ended.objects.values_list("how", "count")) == {"unasked": 1}


def test_who_waits_elsewhere_too_is_not_forgotten(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    asked(scene)
    other = connect(
        app=NewApp("other", "other secret", "verify"),
        name="Other",
        phone_number_id="206540352242922",
        waba_id="202290129340398",
        portfolio="",
        display_number="+49 30 23125999",
        token="EAAother",
        actor="system",
        at=scene.clock.at,
    )
    newcomer = Newcomer.objects.get()
    Newcomer.objects.create(contact_id=newcomer.contact_id, line=other, since=scene.clock.at, last_at=scene.clock.at)
    scene.writes(kim, "Nein")
    assert Newcomer.objects.get().line_id == other.pk
    assert Contact.objects.get().name_ciphertext is not None
    scene.passes(hours=24, minutes=1)
    upkeep([])
    assert Contact.objects.get().name_ciphertext is None
