"""What the search process holds: it reads back, hears what comes, and lets go of what is gone."""

import json
import stat
from datetime import timedelta

import pytest
from django.db import transaction

from jawort.cli.search import mouth
from jawort.core.config import ConfigError
from jawort.messaging.describe import describe
from jawort.messaging.models import Message
from jawort.messaging.note import note
from jawort.messaging.search import recent
from jawort.messaging.search.ask import Away, ask
from jawort.messaging.search.recent import Recent
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.fixtures.search import DAYS, Searching


def newest() -> str:
    return str(Message.objects.latest("id").pk)


def test_messages_notes_and_names_of_files_are_found_and_reactions_are_not(
    scene: Scene, searching: Searching, alice: Agent, kim: Customer
) -> None:
    asked = scene.writes(kim, "Wo bleibt die Rechnung über das Lastenrad?")
    came = newest()
    send(scene.chat(kim), "Die Rechnung kommt morgen.", author(alice), scene.clock.at)
    answered = newest()
    note(scene.chat(kim), "Rechnung ist bezahlt", author(alice), scene.clock.at)
    noted = newest()
    scene.gives(kim, b"%PDF-1.7 ", "application/pdf", filename="Mahnung Rechnung.pdf")
    named = newest()
    scene.writes(kim, "", type="reaction", reaction={"message_id": asked, "emoji": "👍 Rechnung"})
    searching.reads()
    assert searching.finds("rechn") == [named, noted, answered, came]
    assert searching.finds("rechnung LASTENRAD") == [came]
    assert searching.finds("mahnung") == [named]
    assert (searching.finds("fahrrad"), searching.finds(""), searching.finds("?!")) == ([], [], [])


def test_it_reads_newest_first_and_says_how_far_back_it_has_come(
    scene: Scene, searching: Searching, kim: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "BATCH", 2)
    for hours in range(5):
        scene.writes(kim, f"Nachricht {hours}")
        scene.passes(hours=1)
    searching.recent.step()
    said = searching.recent.find("nachricht")
    assert (len(said.messages), said.filling) == (2, True)
    assert said.since == scene.clock.at - timedelta(hours=2)
    oldest = Message.objects.earliest("id")
    searching.recent.hear([json.dumps({"c": [], "m": [[str(oldest.conversation_id), str(oldest.pk)]]})])
    assert len(searching.recent) == 2  # it has its turn: taken in as the newest it would stay for too long
    searching.reads()
    said = searching.recent.find("nachricht")
    assert (len(said.messages), said.filling) == (5, False)
    assert said.since == scene.clock.at - timedelta(days=DAYS)


def test_what_comes_and_what_was_missed_is_found(
    scene: Scene, searching: Searching, kim: Customer, nour: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest first, also when more was missed than is read at a time."""
    searching.reads()
    searching.hears(scene, lambda: scene.writes(kim, "Guten Tag"))
    first = newest()
    assert searching.finds("guten") == [first]
    monkeypatch.setattr(recent, "BATCH", 2)
    for _ in range(5):
        scene.writes(nour, "Guten Abend")
    searching.recent.resume()
    for _ in range(4):
        searching.recent.step()
    missed = Message.objects.order_by("-id").values_list("pk", flat=True)
    assert searching.finds("guten") == [str(one) for one in missed]
    assert len(searching.recent) == 6


def test_contacts_are_found_by_what_they_are_called_now(
    scene: Scene, searching: Searching, kim: Customer, alice: Agent
) -> None:
    scene.writes(kim, "Hallo")
    searching.reads()
    contact = scene.chat(kim).contact_id
    assert searching.recent.find("must ki").contacts == [contact]
    actor, at = f"staff:{alice.pk}", scene.clock.at
    searching.hears(scene, lambda: describe(contact, name="Käthe Groß", language="", actor=actor, at=at))
    assert searching.recent.find("kaethe GROSS").contacts == [contact]
    assert searching.recent.find("Kim").contacts == [contact]


def test_what_is_gone_is_let_go(scene: Scene, searching: Searching, kim: Customer) -> None:
    """When it is named, and at the latest with the next sweep; of its words nothing stays."""
    for text in ("Zaunkönig", "Zaunkönig Rotkehlchen", "Bleibt"):
        scene.writes(kim, text)
    searching.reads()
    second, first = searching.finds("zaun")
    with transaction.atomic():  # as an erasure will
        Message.objects.filter(pk__in=[first, second]).delete()
        searching.recent.hear([json.dumps({"c": [], "m": [[str(scene.chat(kim).pk), second]]})])
        assert searching.finds("zaun") == [first]
        searching.sweeps()
        assert (searching.finds("zaun"), searching.finds("bleibt"), len(searching.recent)) == ([], [newest()], 1)
        assert vars(vars(searching.recent)["_index"])["_terms"].keys() == {"bleibt"}
        transaction.set_rollback(True)


def test_what_is_older_than_the_days_goes_with_its_names(scene: Scene, searching: Searching, kim: Customer) -> None:
    scene.writes(kim, "Zaunkönig")
    short = Recent("", 1, 1_000_000)
    short.step()
    assert (len(short), short.find("kim").contacts) == (1, [scene.chat(kim).contact_id])
    scene.passes(hours=25)
    list(short.sweep())
    assert (len(short), short.find("kim").contacts, short.bytes) == (0, [], 0)
    short.hear([json.dumps({"c": [], "m": [[str(scene.chat(kim).pk), newest()]]})])  # as a receipt does, or a merge
    assert len(short) == 0
    again = Recent("", 1, 1_000_000)
    again.step()
    assert (len(again), again.filling) == (0, False)
    searching.reads()
    assert len(searching.recent) == 1


def test_it_holds_no_more_than_it_may_and_says_so(
    scene: Scene, kim: Customer, monkeypatch: pytest.MonkeyPatch, searching: Searching
) -> None:
    """Reading back ends where there is no more room; what comes later drives out the oldest."""
    monkeypatch.setattr(recent, "BATCH", 2)
    for number in range(6):
        scene.writes(kim, f"Nachricht{number}")
        scene.passes(hours=1)
    small = Recent("", DAYS, 900)
    while small.filling:
        small.step()
    held = len(small)
    assert 0 < held < 6
    assert small.find("nachricht").since == scene.clock.at - timedelta(hours=held)

    def more() -> None:
        for number in range(10, 14):
            scene.writes(kim, f"Nachricht{number}")

    small.hear([json.dumps(told) for told in scene.hears(more)])
    list(small.sweep())
    assert small.bytes <= 900
    assert small.find("nachricht13").messages
    assert small.find("nachricht5").messages == []


def test_the_socket_is_our_own_account_s_and_one_listens(searching: Searching) -> None:
    place = searching.config.search_socket
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert ask("nichts", place).messages == []
    with pytest.raises(ConfigError, match="Another search process"), mouth(place):
        pass


def test_a_process_that_is_away_is_said_to_be(searching: Searching) -> None:
    place = searching.config.data_dir / ("long" * 40) / "search.sock"
    with pytest.raises(Away):
        ask("nichts", place)
    with mouth(place) as ear:
        ear.close()
        with pytest.raises(Away):
            ask("nichts", place)
    with mouth(place):
        pass  # what a killed one left does not stand in the way
