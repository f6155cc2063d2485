"""Looking through older messages: in turns, newest first, bounded, and entered without the words."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.messaging.day import close_days
from jawort.messaging.models import Message
from jawort.messaging.search import ask, scan
from jawort.messaging.search.ask import Away, Begin, Look, Progress, State
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.fixtures.search import DAYS, Searching

ALICE, BEN, DANA = uuid4(), uuid4(), uuid4()


@pytest.fixture
def old(scene: Scene, kim: Customer, nour: Customer) -> list[UUID]:
    """Six messages, one a day, and then as long a pause as recent messages are held; the ids, newest first."""
    for number in range(6):
        scene.writes((kim, nour)[number % 2], f"Grüße {number}: das Lastenrad")
        scene.passes(days=1)
    for _ in range(3):  # as upkeep does, which comes more often
        scene.passes(days=DAYS / 3)
        close_days(scene.clock.at)
    return list(Message.objects.order_by("-pk").values_list("pk", flat=True))


def begun(searching: Searching, person: UUID = ALICE, **asked: object) -> Progress:
    return searching.scans.begin(Begin(person, "lastenr", **asked))  # type: ignore[arg-type]


def seen(searching: Searching, of: Progress, person: UUID = ALICE, *, stop: bool = False) -> Progress:
    assert of.scan
    return searching.scans.look(Look(person, of.scan, stop))


def entered(kind: Kind) -> list[dict[str, object]]:
    return [dict(one.facts) for one in Entry.objects.filter(kind=kind).order_by("id")]


def test_it_finds_what_recent_messages_do_not_have_and_only_that(
    scene: Scene, searching: Searching, old: list[UUID], kim: Customer
) -> None:
    scene.writes(kim, "Noch ein Lastenrad")
    searching.reads()
    assert len(searching.finds("lastenr")) == 1
    one = begun(searching)
    assert (one.state, one.looked) == (State.RUNS, 0)
    searching.scan()
    told = seen(searching, one)
    assert (told.state, told.messages, told.looked) == (State.DONE, old, 6)
    assert (told.text, told.reached) == ("lastenr", Message.objects.earliest("pk").created_at)
    for words, hits in (("GRUESSE 3", old[2:3]), ("grüße lastenrad", old), ("fahrrad", []), ("?!", [])):
        one = searching.scans.begin(Begin(ALICE, words))
        searching.scan()
        assert seen(searching, one).messages == hits, words


def test_it_keeps_to_a_range_wherever_that_lies(scene: Scene, searching: Searching, old: list[UUID]) -> None:
    first = Message.objects.earliest("pk").created_at
    for since, until, hits in (
        (first + timedelta(days=2), first + timedelta(days=4), old[2:4]),
        (None, first + timedelta(hours=1), old[5:]),
        (first + timedelta(days=4), None, old[:2]),
        (first + timedelta(days=20), None, []),
        (None, first, []),
    ):
        one = begun(searching, since=since, until=until)
        searching.scan()
        told = seen(searching, one)
        assert (told.state, told.messages, told.looked) == (State.DONE, hits, len(hits))


def test_it_comes_in_batches_and_can_be_stopped_and_gone_on_with(
    searching: Searching, old: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "BATCH", 2)
    one = begun(searching)
    searching.scans.step()
    told = seen(searching, one)
    assert (told.state, told.messages, told.looked) == (State.RUNS, old[:2], 2)
    assert told.reached == Message.objects.get(pk=old[1]).created_at
    assert seen(searching, one, stop=True).state is State.STOPPED
    searching.scan()
    assert seen(searching, one).messages == old[:2]
    again = begun(searching, below=told.below)
    searching.scan()
    assert seen(searching, again).messages == old[2:]
    monkeypatch.setattr(scan, "FOUND_MAX", 3)
    full = begun(searching)
    searching.scan()
    assert (seen(searching, full).state, seen(searching, full).messages) == (State.FULL, old[:4])


def test_where_it_begins_is_found_by_halving(scene: Scene, searching: Searching, old: list[UUID]) -> None:
    """Without a look at each message that is newer."""
    begun(searching, until=Message.objects.earliest("pk").created_at)
    with CaptureQueriesContext(connection) as looks:
        searching.scan()
    assert len(looks) < 60


def test_one_each_and_few_at_once(searching: Searching, old: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    """They take turns; somebody's second replaces their first; nobody sees another's."""
    monkeypatch.setattr(scan, "BATCH", 2)
    alice, ben = begun(searching), begun(searching, BEN)
    assert begun(searching, DANA).state is State.BUSY
    searching.scans.step()
    assert (seen(searching, alice).looked, seen(searching, ben, BEN).looked) == (2, 2)
    assert seen(searching, ben).state is State.GONE
    second = begun(searching)
    assert seen(searching, alice).state is State.GONE
    searching.scan()
    assert seen(searching, second).messages == seen(searching, ben, BEN).messages == old
    assert begun(searching, DANA).state is State.RUNS
    assert [facts["how"] for facts in entered(Kind.SCAN_ENDED)] == ["stopped", "done", "done"]


def test_what_nobody_looks_at_is_forgotten(
    searching: Searching, old: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "BATCH", 2)
    one = begun(searching)
    searching.scans.step()
    monkeypatch.setattr(scan, "LEFT_SECONDS", -1)
    searching.scans.step()
    assert seen(searching, one).state is State.GONE
    assert entered(Kind.SCAN_ENDED) == [{"looked": 2, "hits": 2, "how": "left"}]


def test_that_it_was_done_is_entered_before_anything_is_opened_without_the_words(
    searching: Searching, old: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> dict[UUID, str]:
        raise AssertionError

    one = begun(searching)
    with monkeypatch.context() as patch:
        patch.setattr(scan, "said", none)
        with pytest.raises(AssertionError):
            searching.scan()
    begin = Entry.objects.get(kind=Kind.SCAN_BEGUN)
    assert (begin.actor, begin.object) == (f"staff:{ALICE}", one.scan)
    assert begin.facts.keys() == {"since", "until"}
    searching.scan()
    end = Entry.objects.get(kind=Kind.SCAN_ENDED)
    assert (end.actor, end.object) == (f"staff:{ALICE}", one.scan)
    assert end.facts == {"looked": 6, "hits": 6, "how": "done"}


def test_what_does_not_open_is_passed_over(searching: Searching, old: list[UUID]) -> None:
    with transaction.atomic():
        Message.objects.filter(pk=old[3]).update(ciphertext=b"\0" * 64)
        one = begun(searching)
        searching.scan()
        told = seen(searching, one)
        transaction.set_rollback(True)
    assert (told.state, told.looked, told.messages) == (State.DONE, 5, [one for one in old if one != old[3]])


def test_over_the_socket_and_away(searching: Searching, old: list[UUID]) -> None:
    place = searching.config.search_socket
    one = ask.begin(Begin(ALICE, "lastenrad"), place)
    searching.scan()
    assert one.scan
    assert ask.look(Look(ALICE, one.scan), place).messages == old
    place.unlink()
    with pytest.raises(Away):
        ask.look(Look(ALICE, one.scan), place)
