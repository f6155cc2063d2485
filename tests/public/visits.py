"""A customer with a link to their own page, from both sides."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.texts import put_into_use
from jawort.ledger.kinds import Kind
from jawort.ledger.models import Entry
from jawort.messaging.ask_consent import ask_for_consent
from jawort.messaging.models import Conversation
from jawort.staff.models import Agent
from tests.consent.questions import GERMAN
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author

LINK = re.compile(r"https?://[^/\s]+(/own/[\w-]+/)")
CODE = re.compile(r"\b\d{6}\b")
KEY = re.compile(r'name="key" value="([\w-]+)"')


class Visit:
    """Alice's browser at the desk, Kim's phone, and Kim's browser, which speaks German."""

    def __init__(self, scene: Scene, kim: Customer, client: Client) -> None:
        self.scene, self.kim, self.client, self.browser = scene, kim, client, Client(HTTP_ACCEPT_LANGUAGE="de")
        self.link = self.key = ""

    @property
    def chat(self) -> Conversation:
        return self.scene.chat(self.kim)

    def gets_the_link(self) -> str:
        answer = self.client.post(f"/inbox/{self.chat.pk}/own-page")
        assert answer.status_code in {200, 302}
        self.scene.delivers()
        (self.link,) = LINK.findall(self.scene.wire.sent[-1].text)
        return self.link

    def posts(self, act: str, **form: str) -> Any:
        return self.browser.post(f"{self.link}{act}", form)

    def gets_a_code(self) -> str:
        assert self.posts("code").status_code == 200
        self.scene.delivers()
        (code,) = CODE.findall(self.scene.wire.sent[-1].text)
        return str(code)

    def enters(self) -> str:
        """The page, opened with link and code."""
        self.gets_the_link()
        answer = self.posts("enter", code=self.gets_a_code())
        html = str(answer.content.decode())
        assert answer.status_code == 200, html
        self.key = KEY.findall(html)[0]
        return html

    def consents(self) -> None:
        """Kim is asked whether advertising may come, and says yes."""
        put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=self.scene.clock.at)
        ask_for_consent(self.chat, author(Agent.objects.get(name="Alice")), self.scene.clock.at)
        self.scene.delivers()
        self.scene.passes(minutes=1)
        self.scene.writes(self.kim, "Ja")
        self.scene.delivers()

    def thread(self) -> str:
        return str(self.client.get(f"/inbox/{self.chat.pk}/").content.decode())


def changes() -> list[str]:
    entries = Entry.objects.filter(kind=Kind.OWN_PAGE_CHANGED).order_by("id")
    return [str((entry.facts or {})["change"]) for entry in entries]


@pytest.fixture
def visit(opened: None, scene: Scene, kim: Customer, alice: Agent, signed_in: Callable[[Agent], Client]) -> Visit:
    scene.writes(kim, "Mein Rad quietscht")
    return Visit(scene, kim, signed_in(alice))
