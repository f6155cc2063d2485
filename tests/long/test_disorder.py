"""The platform promises no order: what comes doubled, shuffled and a day late ends where the orderly story ends.

The same events twice in one installation: one half of the customers has them told once and in order, the other half
one to five times, in disorder. STORM_EVENTS says how many events.
"""

import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice
from uuid import UUID

import pytest

from jawort.core.phone import Phone
from jawort.lanes.pace import set_pace
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.messaging.models import Conversation, Message
from jawort.messaging.send import send
from jawort.messaging.thread import thread
from jawort.staff.models import Agent
from jawort.vault.blind import blind
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.long.weather import say

EVENTS = int(os.environ.get("STORM_EVENTS", "1000000"))
EVENTS_PER_CUSTOMER = 50
EVENTS_PER_ANSWER = 40
TIMES_MAX = 5
UPDATES_MAX = 100  # in one body
BODIES_STORED = 100  # before they are taken in
LATE = 0.05  # of all deliveries, a day later
NUMBER_FIRST = 4_917_604_200_000  # beside the range that is kept for fiction, never called
READ_WHOLE = 20  # threads that are read as well as counted

#: What the platform tells of one answer, in the order in which it happens.
FATES = (
    ("sent", "delivered", "read"),
    ("sent", "delivered", "read"),
    ("sent", "delivered"),
    ("sent",),
    ("sent", "failed"),
    ("failed",),
    ("sent", "failed", "delivered"),
    ("delivered", "read", "played"),
)


@dataclass(frozen=True, slots=True)
class Event:
    """A customer's message, or a receipt (`state`) of an answer; `number` is the message's or the answer's."""

    customer: int
    number: int
    state: str = ""


def story(events: int, customers: int, answers: int, chance: random.Random) -> list[Event]:
    """Receipts in the order of each answer's fate, messages in between."""
    receipts = [Event(n % customers, n, state) for n in range(answers) for state in FATES[chance.randrange(len(FATES))]]
    places = set(chance.sample(range(events), len(receipts)))
    told, messages = iter(receipts), count()
    return [next(told) if n in places else Event(chance.randrange(customers), next(messages)) for n in range(events)]


@dataclass(frozen=True, slots=True)
class End:
    """How it all ended, customer by customer and answer by answer."""

    said: dict[int, Counter[int]]
    unread: dict[int, int]
    windows: dict[int, datetime | None]
    states: list[tuple[str, str]]
    failures: Counter[int]


@dataclass
class Half:
    """One half of the customers, and what was sent to them."""

    scene: Scene
    name: str
    first: int
    customers: int
    homes: dict[int, UUID] = field(default_factory=dict)
    sent: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.moment = str(int(self.scene.clock.at.timestamp()))  # a redelivery is the same to the byte

    def opens(self, answers: int, alice: Agent) -> None:
        """Everybody says hello, and is answered."""
        hellos = [(n, -1 - n) for n in range(self.customers)]
        self.tells([Event(customer, number) for customer, number in hellos], lambda: UPDATES_MAX)
        rows = Message.objects.filter(direction="in").values_list("provider_index", "conversation_id")
        by_index = {bytes(index or b""): home for index, home in rows}
        self.homes = {n: by_index[blind("provider", self.provider_id(number))] for n, number in hellos}
        for n in range(answers):
            home = Conversation(pk=self.homes[n % self.customers])
            self.sent.append(send(home, f"Antwort {n}", author(alice), self.scene.clock.at).pk)
        self.scene.passes(seconds=1)  # the pace earns
        self.scene.delivers()

    def tells(self, events: Iterable[Event], size: Callable[[], int]) -> None:
        """The platform tells `events` in bodies of `size()` updates, and they are taken in."""
        rest, stored = iter(events), 0
        while body := list(islice(rest, size())):
            self.scene.stores(*map(self.value, body))
            stored += 1
            if stored % BODIES_STORED == 0:
                self.scene.takes()
                self.scene.seals()
        self.scene.takes()

    def value(self, event: Event) -> dict[str, object]:
        """The event as a webhook tells it."""
        if not event.state:
            text: dict[str, object] = {"body": f"Nachricht {event.number}"}
            text = {"type": "text", "text": text, "timestamp": self.moment}
            return self.scene.message(self.who(event.customer), self.provider_id(event.number), text)
        errors = {"errors": [{"code": 131026, "title": "Undeliverable"}]} if event.state == "failed" else {}
        answer = Message(pk=self.sent[event.number])
        return self.scene.receipt(answer, event.state, timestamp=self.moment, **errors)

    def who(self, customer: int) -> Customer:
        number = self.first + customer
        return Customer(f"{self.name} {customer}", Phone(str(number)), f"DE.{number}")

    def provider_id(self, number: int) -> str:
        return f"wamid.{self.name}{number}"

    def end(self, events: Sequence[Event]) -> End:
        """What lies in the tables."""
        numbers = [e.number for e in events if not e.state] + [-1 - n for n in range(self.customers)]
        ours = {blind("provider", self.provider_id(number)): number for number in numbers}
        customers = {home: n for n, home in self.homes.items()}
        said: dict[int, Counter[int]] = defaultdict(Counter)
        rows = Message.objects.filter(direction="in").values_list("conversation_id", "provider_index")
        for home, index in rows.iterator():
            if home in customers:
                said[customers[home]][ours[bytes(index or b"")]] += 1
        chats = [c for c in Conversation.objects.all().iterator() if c.pk in customers]
        out = Message.objects.filter(direction="out").values_list("pk", "state", "failure")
        states = {pk: (state, failure) for pk, state, failure in out.iterator()}
        failed = Entry.objects.filter(kind=Kind.MESSAGE_OUTCOME, facts__state="failed").values_list("object", flat=True)
        places = {pk: n for n, pk in enumerate(self.sent)}
        return End(
            said,
            {customers[c.pk]: c.unread for c in chats},
            {customers[c.pk]: c.window_ends_at for c in chats},
            [states[pk] for pk in self.sent],
            Counter(places[pk] for pk in failed.iterator() if pk in places),
        )


def expected(events: Sequence[Event], customers: int) -> dict[int, Counter[int]]:
    """What each customer has said, hello included."""
    said = {n: Counter([-1 - n]) for n in range(customers)}
    for event in events:
        if not event.state:
            said[event.customer][event.number] += 1
    return said


def disorder(events: Sequence[Event], chance: random.Random) -> tuple[list[Event], list[Event]]:
    """Every event one to five times, shuffled; and which of them come a day late."""
    told = [event for event in events for _ in range(chance.randint(1, TIMES_MAX))]
    chance.shuffle(told)
    late = int(len(told) * LATE)
    return told[late:], told[:late]


@pytest.mark.parametrize("events", [400, pytest.param(EVENTS, marks=pytest.mark.long)])
def test_disorder_ends_where_order_ends(
    scene: Scene, alice: Agent, events: int, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(events)
    set_pace(scene.line.pace, 1e6, scene.clock.at, 1e6)
    customers, answers = max(2, events // EVENTS_PER_CUSTOMER), events // EVENTS_PER_ANSWER
    told = story(events, customers, answers, chance)
    halves = [Half(scene, name, NUMBER_FIRST + n * customers, customers) for n, name in enumerate(("Erste", "Zweite"))]
    orderly, stormy = halves
    for half in halves:
        half.opens(answers, alice)
    began = time.perf_counter()
    orderly.tells(told, lambda: UPDATES_MAX)
    in_order, began = time.perf_counter() - began, time.perf_counter()
    today, tomorrow = disorder(told, chance)
    stormy.tells(today, lambda: chance.randint(1, UPDATES_MAX))
    scene.passes(days=1)
    stormy.tells(tomorrow, lambda: chance.randint(1, UPDATES_MAX))
    in_disorder, deliveries = time.perf_counter() - began, len(today) + len(tomorrow)
    ends = [half.end(told) for half in halves]
    assert ends[0].said == expected(told, customers)
    assert ends[0] == ends[1]
    assert len({state for state, _ in ends[0].states}) >= 4, "the story has too few ends"
    for n in range(min(customers, READ_WHOLE)):
        texts = [
            sorted(item.text for item in thread(Conversation(pk=half.homes[n]), limit=10 * EVENTS_PER_CUSTOMER))
            for half in halves
        ]
        assert texts[0] == texts[1]
    say(
        capsys,
        f"{events} events of {customers} customers, {answers} answers: in order {in_order:.0f} s "
        f"({events / in_order:.0f}/s); {deliveries} deliveries in disorder, {len(tomorrow)} of them a day late, "
        f"{in_disorder:.0f} s ({deliveries / in_disorder:.0f}/s); both halves ended alike",
    )
