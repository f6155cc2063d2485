"""Whatever a body holds: nothing breaks, nothing vanishes, and nothing odd takes along what stands beside it.

What was taken in or set aside is then looked at, on every screen where it can stand.

FUZZ_BODIES and FUZZ_INTAKE say how many bodies, FUZZ_SEED which ones.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from hashlib import sha256
from itertools import islice

import pytest
from django.test import Client

from jawort.channels.types import IdentityChange, Inbound, Malformed, Notice, Preference, Receipt, Unreadable, Update
from jawort.channels.whatsapp.parse import parse
from jawort.intake.models import RawEvent
from jawort.lines.health import set_health
from jawort.lines.models import Notice as NoticeRow
from jawort.lines.models import State
from jawort.lines.tell import settle_all
from jawort.messaging.models import Conversation, Message, Seen
from jawort.staff.models import Agent
from tests.fixtures.scene import PHONE_NUMBER_ID, WABA_ID, Scene
from tests.fuzz.mutations import items, mutants
from tests.long.weather import say

SEED = int(os.environ.get("FUZZ_SEED", "7"))
BODIES = int(os.environ.get("FUZZ_BODIES", "100000"))
INTAKE = int(os.environ.get("FUZZ_INTAKE", "5000"))
TOGETHER = 100  # bodies that wait when intake begins
LOOKED_AT = 8  # conversations after each batch; at the end every one

SignedIn = Callable[[Agent], Client]


def read(body: bytes) -> list[Update] | None:
    """Its updates, or None if it is refused as a whole."""
    try:
        return parse(body)
    except Malformed:
        return None


def judge(corpus: list[bytes], count: int) -> Counter[str]:
    """Read so many mutants and look at each; what came of them."""
    seen: Counter[str] = Counter()
    for body in islice(mutants(corpus, SEED), count):
        updates = read(body)
        if updates is None:
            seen["refused"] += 1
            continue
        seen.update(type(update).__name__ for update in updates)
        held: Counter[str] = Counter()
        for update in updates:
            assert parse(update.original) == [update]
            held += items(update.original) or Counter()
        there = items(body)
        assert there is None or held == there
        seen["told apart"] += there is not None
    return seen


def test_two_thousand_mutants(corpus: list[bytes]) -> None:
    seen = judge(corpus, 2_000)
    for kind in (Inbound, Receipt, IdentityChange, Notice, Unreadable):
        assert seen[kind.__name__] > 10
    assert seen["told apart"] > 1_000


@pytest.mark.long
def test_a_hundred_thousand_mutants(corpus: list[bytes], capsys: pytest.CaptureFixture[str]) -> None:
    seen = judge(corpus, BODIES)
    say(capsys, f"{BODIES} bodies: {dict(seen)}")
    assert seen["told apart"] > BODIES / 2


@pytest.fixture
def screens(signed_in: SignedIn, ada: Agent) -> Client:
    """Whoever may see all that came."""
    return signed_in(ada)


def look(screens: Client, conversations: Iterable[Conversation]) -> int:
    """Every screen on which what came can stand is shown, each thread with its last message; how many threads."""
    for page in ("/inbox/", "/inbox/rows/", "/notices/", "/parked/"):
        assert screens.get(page).status_code == 200, page
    threads = list(conversations)
    for conversation in threads:
        thread = screens.get(f"/inbox/{conversation.pk}/")
        assert thread.status_code == 200
        last = Message.objects.filter(conversation=conversation, direction="in").order_by("pk").last()
        assert last is None or f"m-{last.pk}" in thread.content.decode()
    return len(threads)


def place_of(update: Update) -> tuple[str, str] | None:
    """What an update is here, and by what it is known again; None if it has no place."""
    match update:
        case Inbound(line_ref=line, provider_id=name) if line == PHONE_NUMBER_ID:
            return "message", name
        case IdentityChange(line_ref=line, provider_id=name) if line == PHONE_NUMBER_ID:
            return "change", name
        case Preference(line_ref=line, provider_id=name) if line == PHONE_NUMBER_ID:
            return "preference", name
        case Notice(line_ref=line, account_ref=account) if line == PHONE_NUMBER_ID or account == WABA_ID:
            return "notice", sha256(update.original).hexdigest()
        case Receipt(line_ref=line, standby=True, own_id=None) if line == PHONE_NUMBER_ID:
            return "notice", sha256(update.original).hexdigest()
        case _:
            return None


def take_in(scene: Scene, screens: Client, corpus: list[bytes], count: int) -> Counter[str]:
    """Let so many mutants through the whole of intake, and count what became of every update."""
    placed: set[tuple[str, str]] = set()
    aside = 0
    first = iter(mutants(corpus, SEED + 1))
    for begin in range(0, count, TOGETHER):
        for number, mutant in enumerate(islice(first, min(TOGETHER, count - begin)), begin):
            body = mutant.replace(b"wamid.", b"wamid.%d-" % number)  # else most were told before
            scene.stores_raw(body)
            updates = read(body)
            aside += updates is None
            for update in updates or ():
                if found := place_of(update):
                    placed.add(found)
                else:
                    aside += 1  # no receipt here tells of a message of ours
        scene.takes()
        look(screens, Conversation.objects.order_by("-pk")[:LOOKED_AT])
    reasons = Counter(RawEvent.objects.values_list("reason", flat=True))
    assert not RawEvent.objects.filter(parked_at=None).exists()
    assert not [reason for reason in reasons if reason.startswith(("poison", "parser", "killed", "seal"))], reasons
    assert reasons.total() == aside
    assert Seen.objects.count() == len(placed)
    kinds = Counter(kind for kind, _ in placed)
    assert Message.objects.filter(direction="in").count() == kinds["message"]
    assert NoticeRow.objects.count() == kinds["notice"]
    settle_all(scene.line, actor="system", at=scene.clock.at)  # some of them stop the line, as they should
    set_health(scene.line.pk, State.LIVE, "", actor="system", at=scene.clock.at)
    threads = look(screens, Conversation.objects.all())
    return reasons + kinds + Counter(threads=threads)


def test_mutants_are_taken_in_or_set_aside(scene: Scene, screens: Client, corpus: list[bytes]) -> None:
    seen = take_in(scene, screens, corpus, 300)
    assert seen["message"] > 50
    assert seen["unreadable"]


@pytest.mark.long
def test_many_mutants_are_taken_in_or_set_aside(
    scene: Scene, screens: Client, corpus: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    seen = take_in(scene, screens, corpus, INTAKE)
    say(capsys, f"{INTAKE} bodies: {dict(seen)}")
    assert seen["message"] > INTAKE / 20
