"""One person can be sent so much and no more: what is beyond that waits its turn, and all of it arrives."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from jawort.channels.types import Refused, Retry
from jawort.lanes.outcome import Job
from jawort.lanes.work import Worker
from jawort.ledger.models import Entry
from jawort.messaging.carrier import GraphCarrier
from jawort.messaging.jobs import handlers
from jawort.messaging.models import Conversation, Message
from jawort.messaging.outcome import wait_for
from jawort.messaging.rules import PAIR_BURST, PAIR_EVERY
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.scene import PHONE_NUMBER_ID, Scene, author
from tests.fixtures.time import MONDAY
from tests.simulator.stage import KIM, Stage, Start, a_text

TOKEN = "EAAtoken"
ANSWERS = 60
LONG = timedelta(minutes=20)  # far more than it takes
SECOND = timedelta(seconds=1)  # in which the line's own pace earns


class Chat:
    """An answered customer of the simulator, which reads the clock of the test."""

    def __init__(self, scene: Scene, stage: Stage) -> None:
        self.scene, self.stage = scene, stage
        self.carrier = GraphCarrier(f"http://127.0.0.1:{stage.port}/v26.0")
        self.worker = Worker(handlers(self.carrier), "pair")
        self.begun, self.heard = scene.clock.at, 0
        stage.customer(KIM)
        stage.wait(lambda: stage.receiver.bodies)
        self.hears()

    def hears(self) -> None:
        """What the platform has told since is taken in."""
        fresh = self.stage.receiver.bodies[self.heard :]
        self.heard += len(fresh)
        for body in fresh:
            self.scene.stores_raw(body)
        self.scene.takes()

    def answered(self, agent: Agent, count: int) -> timedelta:
        """`count` answers, which leave from one moment at which something is due to the next; how long it took."""
        home = Conversation.objects.get()
        for number in range(count):
            send(home, f"Antwort {number}", author(agent), self.scene.clock.at)
        while self.leaves():
            due = self.scene.due(f"conversation:{home.pk}") - self.scene.clock.at
            self.scene.passes(seconds=max(due, SECOND).total_seconds())
            assert self.scene.clock.at < self.begun + LONG
        return self.scene.clock.at - self.begun

    def leaves(self) -> bool:
        """What is due leaves; whether something waits still."""
        while self.worker.run_due(self.scene.clock.at):
            pass
        return Message.objects.filter(state="queued").exists()


@pytest.fixture
def chat(scene: Scene, start: Start) -> Iterator[Chat]:
    begun = Chat(scene, start(access_token=TOKEN, phone_number_id=PHONE_NUMBER_ID, pair_limit=True))
    yield begun
    begun.carrier.close()


def all_arrive(chat: Chat, count: int) -> None:
    """Every answer, and nothing of it waits any more."""
    ours = Message.objects.filter(direction="out")
    assert Counter(ours.values_list("state", flat=True)) == {"accepted": count}
    chat.stage.wait(lambda: delivered(chat) == count)
    chat.hears()
    assert Counter(ours.values_list("state", flat=True)) == {"delivered": count}


def delivered(chat: Chat) -> int:
    """How many of ours the platform has told of as delivered."""
    told = chat.stage.receiver.values("statuses")
    return sum(status["status"] == "delivered" and "biz_opaque_callback_data" in status for status in told)


def refused() -> int:
    """How many calls the platform refused as too many."""
    outcomes = Entry.objects.filter(kind="message.outcome").values_list("facts", flat=True)
    return sum(1 for facts in outcomes if facts.get("code") == "131056")


def test_sixty_answers_in_one_chat_are_paced_and_all_delivered(chat: Chat, alice: Agent) -> None:
    assert chat.answered(alice, ANSWERS) >= PAIR_EVERY * (ANSWERS - PAIR_BURST)
    assert refused() == 0
    all_arrive(chat, ANSWERS)


def test_what_another_program_sent_to_the_same_person_only_delays_them(chat: Chat, alice: Agent) -> None:
    """Jawort does not know of it: the platform refuses, and the answers wait."""
    for _ in range(PAIR_BURST):
        assert chat.stage.graph(a_text(KIM), token=TOKEN).status == 200
    chat.answered(alice, 5)
    assert refused() > 0
    all_arrive(chat, 5)


@pytest.mark.parametrize(("attempts", "wait_s"), [(0, 4), (1, 16), (3, 256), (4, 600), (6, 600), (7, None)])
def test_one_person_too_much_waits_ten_minutes_at_most_and_for_half_an_hour(
    attempts: int, wait_s: float | None
) -> None:
    job = Job(id=0, lane="conversation:1", kind="deliver", ids={}, attempts=attempts, due_at=MONDAY)
    wait = wait_for(Refused(131056, "whatsapp.131056", Retry.BACKOFF), job)
    assert wait == (None if wait_s is None else timedelta(seconds=wait_s))
