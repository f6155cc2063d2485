"""Hostile files from the webhook to the desk: each ends as it should and says so, and the next one still arrives."""

import html
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256

import msgspec
import pytest
from aiohttp import web
from django.test import Client

from jawort.channels.whatsapp.media import MediaClient
from jawort.lanes.work import Worker
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.ledger.rules import commitment
from jawort.messaging.carrier import GraphCarrier
from jawort.messaging.content import key_name
from jawort.messaging.files.content import groups, open_description
from jawort.messaging.files.jobs import handlers
from jawort.messaging.files.models import File
from jawort.messaging.files.source import GraphSource
from jawort.staff.models import Agent
from jawort.vault.keys import keks
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.files.hostile_cases import GROUPS, Case
from tests.messaging.files.platform import Platform

PAUSE_S = 0.1  # between two of them: lanes of one pace go so many a second
HARMLESS = Case("harmless", b"%PDF-1.7 harmless", found="application/pdf", why="type")


class Shelf:
    """A platform that answers for each file as the file's case says."""

    def __init__(self, platform: Platform) -> None:
        self.platform, self.cases = platform, dict[str, Case]()
        platform.resolve, platform.give = self._resolve, self._give

    def put(self, case: Case) -> dict[str, str]:
        """What a webhook says of the file."""
        media_id = str(1_000 + len(self.cases))
        self.cases[media_id] = case
        return {"id": media_id, "mime_type": case.mime, "sha256": b64encode(sha256(case.content).digest()).decode()}

    async def _resolve(self, request: web.Request) -> web.StreamResponse:
        media_id = request.match_info["id"]
        case = self.cases[media_id]
        if case.resolve is not None:
            return await case.resolve(request)
        return web.json_response({"id": media_id, "url": f"{self.platform.url}/file/{media_id}"})

    async def _give(self, request: web.Request) -> web.StreamResponse:
        case = self.cases[request.path.rpartition("/")[2]]
        return await case.give(request) if case.give is not None else web.Response(body=case.content)


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with Platform().running() as platform:
        yield Shelf(platform)


@pytest.fixture
def worker(shelf: Shelf) -> Iterator[Worker]:
    carrier = GraphCarrier(shelf.platform.graph)
    client = MediaClient(shelf.platform.graph, download_s=3.0)
    yield Worker(handlers(GraphSource(carrier, client)), "files")
    carrier.close()


@pytest.mark.parametrize("group", GROUPS)
def test_hostile_files_end_as_they_should_and_hold_up_nothing(
    group: str,
    scene: Scene,
    kim: Customer,
    alice: Agent,
    signed_in: Callable[[Agent], Client],
    shelf: Shelf,
    worker: Worker,
) -> None:
    expected: dict[int, Case] = {}
    for hostile in GROUPS[group]:
        for case in (hostile, HARMLESS):
            place = len(expected)
            expected[place] = case
            media = shelf.put(case) | {"filename": case.file_name or f"{place}.bin"}
            scene.tells(scene.message(kim, f"wamid.{place}", {"type": case.kind, case.kind: media}))
        while worker.run_due(scene.clock.at):
            pass
        scene.clock.forward(seconds=PAUSE_S)
    files = list(File.objects.order_by("pk"))
    items = thread(signed_in(alice), scene, kim)
    assert len(files) == len(expected) == 2 * len(GROUPS[group])
    for file, case in zip(files, expected.values(), strict=True):
        assert (file.state, file.reason) == (case.state, case.reason), case.name
        assert_verdict(file, case)
        assert_shown(items[str(file.message_id)], file, case)


def test_they_are_many() -> None:
    assert sum(map(len, GROUPS.values())) >= 50


def thread(client: Client, scene: Scene, kim: Customer) -> dict[str, str]:
    """What the desk shows of each message, by its id."""
    page = client.get(f"/inbox/{scene.chat(kim).pk}/").content.decode().partition("</message-list>")[0]
    return {item.partition('"')[0].rpartition("m-")[2]: item for item in page.split('<li id="')}


def assert_verdict(file: File, case: Case) -> None:
    """The ledger has what was found when it came."""
    records = list(Entry.objects.filter(kind=Kind.FILE, object=file.pk))
    outcomes = list(Entry.objects.filter(kind=Kind.FILE_OUTCOME, object=file.pk))
    if case.state != "stored":
        assert records == []
        facts = [] if case.state == "waiting" else [({"state": case.state, "reason": case.reason}, file.message_id)]
        assert [(entry.facts, entry.related) for entry in outcomes] == facts, case.name
        return
    name = key_name(file.contact_id, file.month)
    said, salt = open_description(keks([name], create=False)[name], file)
    found = (said.found.type, said.found.shown, said.found.why)
    assert found == (case.found, case.shown, case.why), case.name
    digest = sha256(case.content).digest()
    verdict = msgspec.structs.replace(
        said.found, type=case.found, shown=case.shown, why=case.why, size=len(case.content), sha256=digest
    )
    whole = groups(msgspec.structs.replace(said, found=verdict), file)
    assert [bytes(entry.commitment or b"") for entry in records] == [
        commitment(salt, whole, bytes(file.ciphertext or b""))
    ], case.name
    assert outcomes == []


def assert_shown(item: str, file: File, case: Case) -> None:
    """The thread gives the reason, shows what may be shown and nothing else."""
    assert case.says in html.unescape(item), case.name
    address = f"/files/{file.pk}/"
    assert (f'{address}small"' in item) is (case.shown == "picture"), case.name
    assert ("<audio" in item, "<video" in item) == (case.shown == "audio", case.shown == "video"), case.name
    assert (f"{address}?save" in item) is (case.state == "stored"), case.name
    assert not any(tag in item for tag in ("<script", "<iframe", "<embed", "<object")), case.name
