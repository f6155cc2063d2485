"""A person is blocked at the platform and unblocked: asked by somebody, done by a job, said in words."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from jawort.channels.types import Noted, Refused, Retry, Uncertain
from jawort.channels.whatsapp.client import Client, noted
from jawort.consent.models import Block
from jawort.consent.rules import Refused as Why
from jawort.core import clock as core_clock
from jawort.lanes.models import Job
from jawort.lanes.work import Worker
from jawort.ledger.models import Entry
from jawort.messaging.block import NOT_LISTED, CannotBlock, block, unblock
from jawort.messaging.carrier import GraphCarrier
from jawort.messaging.jobs import blockers, handlers
from jawort.messaging.merge import merge
from jawort.messaging.models import Conversation
from jawort.messaging.rules import State
from jawort.messaging.send import send
from jawort.people.queries import Address
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import LEASE, Scene, author
from tests.simulator.stage import ACCESS_TOKEN, KIM, NOUR, Start

SignedIn = Callable[[Agent], Browser]


class List:
    """The platform's list: it does as it is told, but for what it is told to answer first."""

    def __init__(self) -> None:
        self.named: list[tuple[str | None, bool]] = []
        self.answers: list[Noted | Refused | Uncertain] = []
        self.meanwhile: list[Callable[[], None]] = []

    def block(self, _line: object, address: Address, *, on: bool) -> Noted | Refused | Uncertain:
        """One call."""
        self.named.append((address.phone, on))
        if self.meanwhile:
            self.meanwhile.pop()()
        return self.answers.pop(0) if self.answers else Noted()


@pytest.fixture
def platform() -> List:
    return List()


def works(scene: Scene, platform: List) -> None:
    worker = Worker(handlers(scene.wire) | blockers(platform), "other", lease=LEASE)
    while worker.run_due(scene.clock.at):
        pass


def changes() -> list[object]:
    return [entry.facts["change"] for entry in Entry.objects.filter(kind="block.changed").order_by("id")]


def test_nothing_leaves_from_the_moment_it_is_asked_for_until_it_is_lifted(
    scene: Scene, alice: Agent, kim: Customer, platform: List
) -> None:
    scene.writes(kim, "Hallo")
    chat, actor = scene.chat(kim), f"staff:{alice.pk}"
    waiting = send(chat, "Guten Tag!", author(alice), core_clock.now())
    for _ in range(2):
        block(chat, actor=actor, at=scene.clock.at)
    scene.delivers()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.gate, scene.wire.sent) == (State.REFUSED, Why.BLOCKED, [])
    scene.passes(minutes=2)  # the one who delivered could not do this job, and put it off
    works(scene, platform)
    assert send(chat, "Noch da?", author(alice), core_clock.now()).gate == Why.BLOCKED
    for _ in range(2):
        unblock(chat, actor=actor, at=scene.clock.at)
    assert send(chat, "Noch da?", author(alice), core_clock.now()).gate == Why.BLOCKED
    works(scene, platform)
    said = send(chat, "Willkommen zurück", author(alice), core_clock.now())
    assert (said.state, said.gate) == (State.QUEUED, "own_question")
    assert platform.named == [(kim.phone.digits, True), (kim.phone.digits, False)]
    assert changes() == ["asked", "blocked", "lifting_asked", "lifted"]


def test_on_another_line_and_another_person_nothing_changes(
    scene: Scene, alice: Agent, kim: Customer, nour: Customer
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    block(scene.chat(kim), actor="system", at=scene.clock.at)
    assert send(scene.chat(nour), "Guten Tag!", author(alice), core_clock.now()).state == State.QUEUED


def test_of_merged_contacts_the_person_is_blocked(
    scene: Scene, alice: Agent, kim: Customer, nour: Customer, platform: List
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
        scene.passes(minutes=1)
    block(scene.chat(kim), actor="system", at=scene.clock.at)
    merge(scene.chat(kim).contact_id, scene.chat(nour).contact_id, actor="system", at=scene.clock.at)
    works(scene, platform)
    home = Conversation.objects.get(status="open")
    assert send(home, "Guten Tag!", author(alice), core_clock.now()).gate == Why.BLOCKED
    unblock(home, actor="system", at=scene.clock.at)
    works(scene, platform)
    assert send(home, "Guten Tag!", author(alice), core_clock.now()).state == State.QUEUED


def test_who_wrote_longer_ago_cannot_be_blocked(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(hours=25)
    with pytest.raises(CannotBlock):
        block(scene.chat(kim), actor="system", at=scene.clock.at)
    assert changes() == []


def test_a_platform_in_trouble_is_asked_again(scene: Scene, kim: Customer, platform: List) -> None:
    scene.writes(kim, "Hallo")
    platform.answers = [Uncertain("HTTP 500"), Refused(139102, "whatsapp.139102", Retry.BACKOFF)]
    block(scene.chat(kim), actor="system", at=scene.clock.at)
    for _ in range(3):
        works(scene, platform)
        scene.passes(minutes=1)
    assert (len(platform.named), changes()) == (3, ["asked", "blocked"])


def test_who_changes_their_mind_while_the_platform_is_asked_is_heard(
    scene: Scene, kim: Customer, platform: List
) -> None:
    scene.writes(kim, "Hallo")
    chat = scene.chat(kim)
    block(chat, actor="system", at=scene.clock.at)
    platform.meanwhile = [lambda: unblock(chat, actor="system", at=scene.clock.at)]
    works(scene, platform)
    assert [on for _, on in platform.named] == [True, False]
    assert Block.objects.get().state == Block.State.LIFTED
    assert not Job.objects.filter(kind="block").exists()


@pytest.mark.parametrize(("code", "state", "then"), [(139100, "lifted", State.QUEUED), (100, "stands", State.REFUSED)])
def test_who_is_not_on_the_list_is_unblocked_and_a_refusal_leaves_it_standing(
    scene: Scene, alice: Agent, kim: Customer, platform: List, code: int, state: str, then: str
) -> None:
    scene.writes(kim, "Hallo")
    chat = scene.chat(kim)
    block(chat, actor="system", at=scene.clock.at)
    works(scene, platform)
    platform.answers = [Refused(code, f"whatsapp.{code}", Retry.NEVER)]
    unblock(chat, actor="system", at=scene.clock.at)
    works(scene, platform)
    assert Block.objects.get().state == state
    assert send(chat, "Guten Tag!", author(alice), core_clock.now()).state == then


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (131047, "WhatsApp did not block this person: it blocks only who wrote within 24 hours."),
        (139101, "the list holds 64,000 people and is full"),
        (100, ""),
    ],
)
def test_what_the_platform_refuses_is_said_and_holds_up_nothing(
    scene: Scene, bob: Agent, kim: Customer, platform: List, signed_in: SignedIn, code: int, sentence: str
) -> None:
    scene.writes(kim, "Hallo")
    chat = scene.chat(kim)
    platform.answers = [Refused(code, f"whatsapp.{code}", Retry.NEVER)]
    block(chat, actor="system", at=scene.clock.at)
    works(scene, platform)
    for address in (f"/inbox/{chat.pk}/", f"/contacts/{chat.contact_id}/"):
        assert sentence in signed_in(bob).get(address).content.decode()
    assert send(chat, "Guten Tag!", author(bob), core_clock.now()).state == State.QUEUED
    assert changes() == ["asked", "refused"]


def test_a_team_lead_blocks_at_the_desk_and_at_the_contact(
    scene: Scene, kim: Customer, bob: Agent, alice: Agent, signed_in: SignedIn, platform: List
) -> None:
    scene.writes(kim, "Hallo")
    chat = scene.chat(kim)
    act, thread, contact = f"/inbox/{chat.pk}/block", f"/inbox/{chat.pk}/", f"/contacts/{chat.contact_id}/"
    assert act not in signed_in(alice).get(thread).content.decode()
    assert signed_in(alice).post(act, {"word": "block"}).status_code == 404
    client = signed_in(bob)
    assert client.post(act, {"word": "report"}).status_code == 400
    assert act in client.get(thread).content.decode()
    assert "no way to report somebody" in client.get(contact).content.decode()
    page = client.post(act, {"word": "block"}, follow=True).content.decode()
    assert "WhatsApp is being asked to block this person." in page
    assert "Bob asked WhatsApp to block the person" in page
    works(scene, platform)
    page = client.get(thread).content.decode()
    assert "You have blocked this person on WhatsApp." in page
    assert "does not arrive any more" in page
    Agent.objects.filter(pk=bob.pk).update(language="de")
    german = client.get(thread).content.decode()
    assert "Sie haben diese Person bei WhatsApp blockiert." in german
    Agent.objects.filter(pk=bob.pk).update(language="en")
    assert client.post(act, {"word": "unblock", "contact": "yes"}).headers["Location"] == contact
    assert "WhatsApp is being asked to unblock this person." in client.get(contact).content.decode()
    works(scene, platform)
    assert "You have blocked" not in client.get(contact).content.decode()
    scene.passes(hours=25)
    again = signed_in(bob).post(act, {"word": "block", "contact": "yes"}, follow=True).content.decode()
    assert "blocks only people who wrote within the last 24 hours" in again


def test_answers_of_the_platform() -> None:
    listed = b'{"block_users": {"%b": [{"input": "+49"}]}}'
    assert noted(200, listed % b"added_users") == noted(200, listed % b"removed_users") == Noted()
    failed = b'{"block_users": {"added_users": [], "failed_users": [{"errors": [{"code": 131047}]}]}, "error": %b}'
    said = noted(400, failed % b'{"code": 139100}')
    assert isinstance(said, Refused)
    assert said.code == 131047
    assert isinstance(noted(200, b'{"block_users": {"added_users": []}}'), Uncertain)
    assert isinstance(noted(500, b""), Uncertain)
    assert isinstance(noted(400, b'{"error": {"code": 139101}}'), Refused)


def test_the_simulator_blocks_whom_the_client_names(start: Start) -> None:
    """By number and by id, over HTTP; who did not write is refused for it."""
    stage = start()
    kim = stage.customer()
    carrier = GraphCarrier(f"{stage.url}/v26.0")
    client, number = Client(carrier.graph_url, ACCESS_TOKEN), stage.settings.phone_number_id
    by_id, by_number = (None, kim["bsuid"]), (KIM.removeprefix("+"), None)
    try:
        for on, who in ((True, by_number), (True, by_id), (False, by_id)):
            assert carrier.run(client.block(number, *who, on=on)) == Noted()
        again = carrier.run(client.block(number, *by_number, on=False))
        stranger = carrier.run(client.block(number, NOUR.removeprefix("+"), None, on=True))
    finally:
        carrier.close()
    assert isinstance(again, Refused)
    assert again.code == NOT_LISTED
    assert isinstance(stranger, Refused)
    assert stranger.code == 131047
