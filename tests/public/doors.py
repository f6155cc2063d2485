"""A conversation with a side door, from both sides."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jawort.core.clock import now
from jawort.legal.keep import keep
from jawort.messaging.models import Conversation
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

PDF = b"%PDF-1.7 " + bytes(range(256)) * 3_000  # several chunks
LINK = re.compile(r"https?://[^/\s]+(/side-door/[\w-]+/)")


def a_file(name: str, content: bytes, mime: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, mime)


class Doors:
    """Alice's browser, and what Kim reads and opens."""

    def __init__(self, scene: Scene, kim: Customer, client: Client) -> None:
        self.scene, self.kim, self.client, self.visitor = scene, kim, client, Client()

    @property
    def chat(self) -> Conversation:
        return self.scene.chat(self.kim)

    @property
    def desk(self) -> str:
        return f"/inbox/{self.chat.pk}/side-door/"

    def asks(self, what: str = "Vertrag", language: str = "de") -> str:
        """Alice asks Kim for files; the path of the link that Kim gets."""
        answer = self.client.post(f"{self.desk}ask", {"what_for": what, "language": language})
        assert answer.status_code == 302, answer.content.decode()
        return self.gets()

    def asks_in(self, chat: Conversation) -> str:
        """The same in one conversation of several."""
        answer = self.client.post(f"/inbox/{chat.pk}/side-door/ask", {"what_for": "Vertrag", "language": "de"})
        assert answer.status_code == 302, answer.content.decode()
        return self.gets()

    def gives(self, file: SimpleUploadedFile, what: str = "Angebot", language: str = "de") -> str:
        """Alice gives Kim a file; the path of the link."""
        answer = self.client.post(f"{self.desk}files", {"what_for": what, "language": language, "file": file})
        assert answer.status_code == 302, answer.content.decode()
        return self.gets()

    def gets(self) -> str:
        """What Kim's phone shows last; the path of its link."""
        self.scene.delivers()
        (path,) = LINK.findall(self.scene.wire.sent[-1].text)
        return str(path)

    def brings(self, path: str, *files: SimpleUploadedFile) -> Any:
        """Kim, who speaks German, sends files there."""
        return self.visitor.post(f"{path}files", {"files": list(files)}, HTTP_ACCEPT_LANGUAGE="de")

    def thread(self) -> str:
        return str(self.client.get(f"/inbox/{self.chat.pk}/").content.decode())


LEGAL = ("https://www.firma.example/impressum", "https://www.firma.example/datenschutz")


@pytest.fixture
def opened(settings: Any, db: None) -> None:
    """The installation has a side door, and customers find behind it whose it is."""
    keep(*LEGAL, actor="system", at=now())
    url = "http://testserver"
    settings.CONFIG = replace(settings.CONFIG, company="Radhaus Beispiel", public_url=url, side_door_url=url)


@pytest.fixture
def doors(opened: None, scene: Scene, kim: Customer, alice: Agent, signed_in: Callable[[Agent], Client]) -> Doors:
    scene.writes(kim, "Hallo")
    Agent.objects.filter(pk=alice.pk).update(language="en")
    return Doors(scene, kim, signed_in(alice))
