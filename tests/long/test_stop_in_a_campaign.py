"""Marketing is queued for many and is under way: STOP holds back all that has not left for whoever wrote it.

Shown by the order of things and by no clock: what leaves and what is withdrawn stand in the ledger in the order of
their commits, because both lock the person's conversation first.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Count

from jawort.channels.parts import Template, Value
from jawort.channels.types import Outcome
from jawort.consent.models import Objection
from jawort.lanes.work import Worker
from jawort.ledger.models import Entry
from jawort.messaging.carrier import GraphCarrier, Letter
from jawort.messaging.draft import Draft
from jawort.messaging.jobs import handlers, wakers
from jawort.messaging.models import Conversation, Message
from jawort.messaging.rules import PAIR_BURST
from jawort.messaging.send_many import Wanted, send_many
from jawort.people.queries import addresses
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import PHONE_NUMBER_ID, WABA_ID, Scene, author
from tests.long.weather import say
from tests.messaging.crowd import consenting
from tests.messaging.listed import a_template, has
from tests.simulator.stage import Start

TOKEN, BATCH, WORKERS, STEP_S = "EAAtoken", 250, 2, 0.25
BODY = {"type": "BODY", "text": "Guten Tag {{1}}, heute ist alles günstiger.", "example": {"body_text": [["Kim"]]}}
OFFER = Template("angebot", "de", body=(Value("Kim"),))
#: Not on its way yet, or on its way and not answered.
UNDER_WAY = ("queued", "claimed", "calling")


@dataclass
class Counted:
    """The way out, which notes what was called, in order: by our own ids."""

    carrier: GraphCarrier
    called: list[UUID] = field(default_factory=list)

    def carry(self, letters: Sequence[Letter]) -> list[Outcome]:
        """See Carrier."""
        self.called += [UUID(letter.outgoing.own_id) for letter in letters]
        return self.carrier.carry(letters)


@pytest.fixture
def way(scene: Scene, start: Start) -> Iterator[Counted]:
    """To the simulator, which takes no more than a real number may send, and has the template."""
    stage = start(
        access_token=TOKEN,
        phone_number_id=PHONE_NUMBER_ID,
        waba_id=WABA_ID,
        review_s=0,
        profile="bench",
        throughput_per_s=80,
        pair_limit=True,
    )
    made = {"name": OFFER.name, "language": OFFER.language, "category": "MARKETING", "components": [BODY]}
    answer = stage.graph(made, f"/v26.0/{WABA_ID}/message_templates", token=TOKEN)
    stage.sim("POST", f"templates/{answer.json['id']}/decision", {"decision": "APPROVED"})
    has(scene, a_template(OFFER.name, [BODY], category="MARKETING"))
    carrier = GraphCarrier(f"{stage.url}/v26.0")
    yield Counted(carrier)
    carrier.close()


def queued(chats: Sequence[UUID], agent: Agent, scene: Scene) -> None:
    """An offer to each of `chats`, in batches."""
    for begin in range(0, len(chats), BATCH):
        wanted = [Wanted(chat, Draft("", "template", OFFER), uuid4()) for chat in chats[begin : begin + BATCH]]
        found = send_many(wanted, author(agent), scene.clock.at)
        assert {(m.state, m.gate) for m in found if isinstance(m, Message)} == {("queued", "consent")}
        scene.seals()


@contextmanager
def under_way(scene: Scene, way: Counted) -> Iterator[Callable[[], None]]:
    """Workers deliver, each on connections of its own; whoever calls lets a moment pass."""
    end, errors = threading.Event(), list[BaseException]()

    def works(name: str) -> None:
        worker = Worker(handlers(way) | wakers(), name)
        try:
            while not end.is_set():
                if not worker.run_due(scene.clock.at):
                    end.wait(0.005)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    def moment() -> None:
        assert not errors, errors
        end.wait(0.01)
        scene.passes(seconds=STEP_S)

    threads = [threading.Thread(target=works, args=[f"worker-{n}"]) for n in range(WORKERS)]
    for thread in threads:
        thread.start()
    try:
        yield moment
    finally:
        end.set()
        for thread in threads:
            thread.join()
    assert not errors, errors


def offers(**of: object) -> list[Message]:
    return list(Message.objects.filter(direction="out", kind="template", **of).order_by("pk"))


def annoyed(had_left: Collection[UUID], way: Counted) -> UUID:
    """Somebody who has not stopped yet: by turns who was written to just now, and for whom most is queued."""
    queued_for = Message.objects.filter(state="queued", kind="template").exclude(contact__in=had_left)
    if len(had_left) % 2:
        recent = queued_for.filter(contact__in=Message.objects.filter(pk__in=way.called[-20:]).values("contact"))
        queued_for = recent if recent.exists() else queued_for
    most = queued_for.values_list("contact").annotate(many=Count("pk")).order_by("-many", "contact")[0]
    return UUID(str(most[0]))


def stops(scene: Scene, who: Customer, contact: UUID, way: Counted) -> set[UUID]:
    """`who` writes STOP, and it is taken in; which offers to them had been called, or were in flight, by then."""
    scene.writes(who, "STOP")
    mine = Message.objects.filter(contact=contact, direction="out", kind="template")
    flying = set(mine.filter(state__in=["claimed", "calling"]).values_list("pk", flat=True))
    return flying | (set(way.called) & set(mine.values_list("pk", flat=True)))


def answered(contacts: Collection[UUID]) -> bool:
    """Whether each was told that their STOP was heard, and nothing else is under way."""
    out = Message.objects.filter(direction="out")
    told = out.filter(contact__in=contacts, kind="text", state="accepted").count()
    return told == len(contacts) and not out.filter(state__in=UNDER_WAY).exists()


def holds(contact: UUID, had_left: set[UUID], way: Counted) -> tuple[int, int]:
    """Only what had left by their STOP has left for this person, the rest is refused with its entry; how many each."""
    mine = offers(contact=contact)
    left = {m.pk for m in mine} & set(way.called)
    assert left <= had_left
    withdrawn = Objection.objects.get(contact=contact, purpose="campaigns")
    said = Entry.objects.filter(kind="objection.changed", object=contact).get()
    intents = Entry.objects.filter(kind="message.out", object__in=[m.pk for m in mine])
    assert all(intent.pk < said.pk for intent in intents), "everything that left was taken before the withdrawal"
    kept = [m for m in mine if m.pk not in left]
    assert {(m.state, m.gate) for m in kept} <= {("refused", "objected")}
    entries = Entry.objects.filter(object__in=[m.pk for m in kept], kind__in=["message.refused", "message.outcome"])
    assert {entry.object for entry in entries} == {m.pk for m in kept}, "each has its entry"
    assert all(entry.pk > said.pk for entry in entries)
    assert withdrawn.lifted_at is None
    return len(left), len(kept)


@pytest.mark.parametrize(
    ("people", "messages", "stopping"), [(12, 96, 3), pytest.param(3_000, 10_000, 60, marks=pytest.mark.long)]
)
def test_some_stop_while_a_campaign_is_under_way(
    scene: Scene,
    way: Counted,
    alice: Agent,
    people: int,
    messages: int,
    stopping: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    everybody = {who.phone.digits: who for who in consenting(scene, people)}
    chats = list(Conversation.objects.order_by("pk").values_list("pk", "contact"))
    queued([chats[n % people][0] for n in range(messages)], alice, scene)
    had_left: dict[UUID, set[UUID]] = {}
    with under_way(scene, way) as moment:
        while not answered(had_left):
            moment()
            if len(had_left) < stopping and len(way.called) > len(had_left) * messages // (2 * stopping):
                contact = annoyed(had_left, way)
                phone = addresses([contact], scene.line.scope)[contact].phone
                had_left[contact] = stops(scene, everybody[str(phone)], contact, way)
    assert len(had_left) == stopping
    counts = [holds(contact, left, way) for contact, left in had_left.items()]
    others = offers(contact__in=[contact for _, contact in chats if contact not in had_left])
    assert {(m.state, m.failure) for m in others} == {("accepted", "")}, "nobody else missed anything"
    assert len(way.called) == len(set(way.called))
    left, kept = map(sum, zip(*counts, strict=True))
    assert kept
    theirs = f"{left} for those who stopped, {kept} were held back"
    say(capsys, f"{messages} to {people} people, {stopping} stopped: {len(others)} left for the others, {theirs}")


@pytest.mark.parametrize("messages", [60, pytest.param(10_000, marks=pytest.mark.long)])
def test_one_stops_for_whom_all_of_it_is_queued(
    scene: Scene, way: Counted, alice: Agent, messages: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (who,) = consenting(scene, 1)
    home = Conversation.objects.get()
    queued([home.pk] * messages, alice, scene)
    with under_way(scene, way) as moment:
        while len(way.called) < PAIR_BURST // 3:
            moment()
        had_left = stops(scene, who, home.contact_id, way)
        while not answered([home.contact_id]):
            moment()
    left, kept = holds(home.contact_id, had_left, way)
    assert left
    assert kept == messages - left
    say(capsys, f"{messages} for one person: {left} had left by their STOP, {kept} are refused, each with its entry")
