"""Files of the simulator's customers arrive here: announced by its webhook, fetched from its Graph API, whole."""

from collections.abc import Iterator

import pytest

from jawort.lanes.work import Worker
from jawort.messaging.carrier import GraphCarrier
from jawort.messaging.files.jobs import handlers
from jawort.messaging.files.models import File
from jawort.messaging.files.source import GraphSource
from jawort.messaging.files.store import describe, read
from tests.fixtures.scene import PHONE_NUMBER_ID, Scene
from tests.messaging.files.hostile import picture
from tests.messaging.files.stored import PDF, stream_of
from tests.simulator.stage import KIM, Stage, Start

TOKEN = "EAAtoken"


class Installation:
    """A simulator, and what is fetched from it."""

    def __init__(self, scene: Scene, stage: Stage) -> None:
        self.scene, self.stage = scene, stage
        self.carrier = GraphCarrier(f"http://127.0.0.1:{stage.port}/v26.0")
        self.worker = Worker(handlers(GraphSource(self.carrier)), "files")

    def receives(self, content: bytes, mime: str, kind: str, **more: str) -> File:
        """Kim attaches `content` on the simulated phone; the file when the worker is through."""
        self.stage.customer(KIM, wrote=False)
        file = self.stage.call("POST", "/__sim/files", content, {"Content-Type": mime}).json
        before = len(self.stage.receiver.bodies)
        self.stage.sim("POST", f"users/{KIM}/messages", {"type": kind, kind: {"id": file["id"]} | more})
        self.stage.wait(lambda: len(self.stage.receiver.bodies) > before)
        for body in self.stage.receiver.bodies[before:]:
            self.scene.stores_raw(body)
        self.scene.takes()
        while self.worker.run_due(self.scene.clock.at):
            pass
        return File.objects.latest("id")


@pytest.fixture
def installation(scene: Scene, start: Start) -> Iterator[Installation]:
    found = Installation(scene, start(access_token=TOKEN, phone_number_id=PHONE_NUMBER_ID))
    yield found
    found.carrier.close()


def test_a_picture_of_the_phone_is_fetched_and_drawn(installation: Installation) -> None:
    content = picture(size=(2_000, 1_500))
    file = installation.receives(content, "image/jpeg", "image")
    said = describe([file])[file.pk]
    assert (file.state, said.found.type, said.found.shown) == ("stored", "image/jpeg", "picture")
    assert b"".join(read(file.pk, stream_of(file))) == content


def test_a_document_of_the_phone_keeps_its_name(installation: Installation) -> None:
    file = installation.receives(PDF, "application/pdf", "document", filename="Angebot für Kim.pdf")
    said = describe([file])[file.pk]
    assert (said.claims.name, said.found.size) == ("Angebot für Kim.pdf", len(PDF))
    assert b"".join(read(file.pk, stream_of(file))) == PDF
