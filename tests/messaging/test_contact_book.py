"""A person is deleted from the platform's contact book: asked by somebody, told by a job, both in the ledger."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from aiohttp import web
from django.test import Client

from jawort.lanes.models import Job
from jawort.lanes.work import Worker
from jawort.ledger.models import Entry
from jawort.messaging.carrier import GraphCarrier
from jawort.messaging.contact_book import NothingToDelete, delete_from_contact_book
from jawort.messaging.jobs import forgetters, handlers
from jawort.messaging.merge import merge
from jawort.people.change import change_identity
from jawort.people.resolve import Sender
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import LEASE, Scene

SignedIn = Callable[[Agent], Client]


@dataclass
class Platform:
    """Answers as it is told, first things first, then always that it has deleted."""

    url: str = ""
    answers: list[tuple[int, dict[str, object]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def delete(self, request: web.Request) -> web.Response:
        """One call."""
        self.asked.append(request.query["bsuid"])
        status, body = self.answers.pop(0) if self.answers else (200, {"success": True, "deleted": True})
        return web.json_response(body, status=status)


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A server on loopback, in a thread of its own."""
    found, loop = Platform(), asyncio.new_event_loop()
    app = web.Application()
    app.router.add_delete("/v26.0/{number}/contact_book", found.delete)
    runner = web.AppRunner(app)

    async def begin() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()

    # A browser's loop may run in this thread already.
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(begin(), loop).result()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v26.0"
    yield found
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def works(scene: Scene, platform: Platform) -> None:
    carrier = GraphCarrier(platform.url)
    worker = Worker(handlers(scene.wire) | forgetters(carrier), "other", lease=LEASE)
    while worker.run_due(scene.clock.at):
        pass
    carrier.close()


def changes() -> list[tuple[str, object]]:
    entries = Entry.objects.filter(kind="contact_book.changed").order_by("id")
    return [(entry.actor, entry.facts["change"]) for entry in entries]


def test_every_id_that_the_person_had_is_deleted(scene: Scene, kim: Customer, platform: Platform) -> None:
    scene.writes(kim, "Hallo")
    contact, scope = scene.chat(kim).contact_id, scene.line.scope
    old, new = (Sender(None, bsuid, None, None, scope) for bsuid in (kim.bsuid, "DE.1713920099"))
    change_identity(old, new, scene.clock.at)
    delete_from_contact_book(contact, scene.line, actor="staff:1", at=scene.clock.at)
    works(scene, platform)
    assert platform.asked == ["DE.1713920099", kim.bsuid]
    assert changes() == [("staff:1", "deletion_asked"), ("system", "deleted")]
    assert not Job.objects.filter(kind="contact_book.delete").exists()


def test_one_that_cannot_be_deleted_keeps_no_other(scene: Scene, kim: Customer, platform: Platform) -> None:
    """What was deleted is asked for once; the rest is set aside for people."""
    scene.writes(kim, "Hallo")
    contact, scope = scene.chat(kim).contact_id, scene.line.scope
    ids = [kim.bsuid, "DE.1713920098", "DE.1713920099"]
    for old, new in pairwise(Sender(None, bsuid, None, None, scope) for bsuid in ids):
        scene.passes(minutes=1)
        change_identity(old, new, scene.clock.at)
    unknown: tuple[int, dict[str, object]] = (400, {"error": {"code": 100}})
    platform.answers = [unknown, (200, {"success": True, "deleted": True}), (500, {}), unknown]
    delete_from_contact_book(contact, scene.line, actor="staff:1", at=scene.clock.at)
    works(scene, platform)
    assert platform.asked == ids[::-1]
    scene.passes(minutes=5)
    platform.answers = [unknown, (200, {"success": True, "deleted": True}), unknown]
    works(scene, platform)
    assert platform.asked[3:] == [ids[2], ids[0], ids[2]]
    assert changes() == [("staff:1", "deletion_asked")]
    job = Job.objects.get(kind="contact_book.delete")
    assert (job.reason, job.parked_at is None) == ("whatsapp.100", False)
    assert not any(bsuid in str(job.ids) for bsuid in ids)
    job.delete()


def test_of_merged_contacts_the_ids_of_each_are_deleted(
    scene: Scene, kim: Customer, nour: Customer, platform: Platform
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
        scene.passes(minutes=1)
    chat, other = scene.chat(kim), scene.chat(nour)
    merge(chat.contact_id, other.contact_id, actor="system", at=scene.clock.at)
    delete_from_contact_book(chat.contact_id, scene.line, actor="staff:1", at=scene.clock.at)
    works(scene, platform)
    assert platform.asked == [nour.bsuid, kim.bsuid]


def test_a_platform_in_trouble_is_asked_again(scene: Scene, kim: Customer, platform: Platform) -> None:
    scene.writes(kim, "Hallo")
    platform.answers = [(500, {}), (200, {"success": False}), (429, {"error": {"code": 130429}})]
    delete_from_contact_book(scene.chat(kim).contact_id, scene.line, actor="staff:1", at=scene.clock.at)
    for _ in range(4):
        works(scene, platform)
        scene.passes(minutes=1)
    assert platform.asked == [kim.bsuid] * 4
    assert changes()[-1] == ("system", "deleted")


def test_what_the_platform_refuses_is_set_aside_and_shown(scene: Scene, kim: Customer, platform: Platform) -> None:
    scene.writes(kim, "Hallo")
    platform.answers = [(400, {"error": {"code": 100}})]
    delete_from_contact_book(scene.chat(kim).contact_id, scene.line, actor="staff:1", at=scene.clock.at)
    works(scene, platform)
    job = Job.objects.get(kind="contact_book.delete")
    assert (job.reason, job.parked_at is None) == ("whatsapp.100", False)
    assert kim.bsuid not in str(job.ids)
    job.delete()


def test_whom_the_platform_knows_by_a_number_only_has_no_entry_to_name(scene: Scene, kim: Customer) -> None:
    scene.tells(
        scene.message(Customer(kim.name, kim.phone, ""), "wamid.N", {"type": "text", "text": {"body": "Hallo"}})
    )
    with pytest.raises(NothingToDelete):
        delete_from_contact_book(scene.chat(kim).contact_id, scene.line, actor="staff:1", at=scene.clock.at)
    assert changes() == []


def test_a_team_lead_asks_for_it_at_the_desk(
    scene: Scene, kim: Customer, bob: Agent, alice: Agent, signed_in: SignedIn, platform: Platform
) -> None:
    scene.writes(kim, "Hallo")
    chat = scene.chat(kim)
    act = f"/inbox/{chat.pk}/delete-from-contact-book"
    assert act not in signed_in(alice).get(f"/inbox/{chat.pk}/").content.decode()
    assert signed_in(alice).post(act).status_code == 404
    assert act in signed_in(bob).get(f"/inbox/{chat.pk}/").content.decode()
    page = signed_in(bob).post(act, follow=True).content.decode()
    assert "Bob asked Meta to delete the person’s number" in page
    works(scene, platform)
    page = signed_in(bob).get(f"/inbox/{chat.pk}/").content.decode()
    assert "Meta has deleted the person’s number from its contact book" in page
