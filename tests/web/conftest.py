"""A desk with work on it: customers have written, agents have answered, something has failed."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.servers.basehttp import WSGIRequestHandler
from django.test import Client
from django.urls import clear_url_caches
from playwright.sync_api import Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from jawort.core import clock as core_clock
from jawort.core.phone import Phone
from jawort.lanes.set_back import earn_again
from jawort.messaging.assign import assign
from jawort.messaging.models import Conversation
from jawort.messaging.note import note
from jawort.messaging.resolve import resolve
from jawort.messaging.send import send
from jawort.messaging.snooze import snooze
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene, author
from tests.fixtures.stage import once
from tests.fixtures.time import Clock
from tests.messaging.files.hostile import EXE, OGG, mp4, picture
from tests.web import live_urls
from tests.web.tongue import Tongue

ANSWERED_SECONDS_MAX = 5.0
#: The head of an answer and its body are two packets. Without this the second waits for the browser to say that it has
#: the first, which it does after 40 ms.
WSGIRequestHandler.disable_nagle_algorithm = True

PEOPLE = [
    ("Yusuf Ilić", "Hallo, wo bleibt meine Bestellung 48213?"),
    ("Katja Engel", "I need an invoice with our VAT ID please."),
    ("Ines Çelik", "Haben Sie das Lastenrad in Größe M da?"),
    ("Jonas Özdemir", "Super, vielen Dank!"),
    ("Clara Kowalski", "Please call me back after 5 pm."),
    ("Elif Schäfer", "Die Rechnung stimmt nicht, bitte prüfen Sie das noch einmal."),
    ("Ronja Nowak", "Kann ich den Termin am Donnerstag verschieben?"),
    ("Hannes Grünwald", "Mein Paket ist beschädigt angekommen."),
]


def a_customer(name: str, number: int) -> Customer:
    """One more customer, with a number of the block that the regulator keeps for films."""
    digits = f"4917139200{number:02}"
    return Customer(name, Phone(digits), f"DE.{digits}")


@dataclass
class Desk:
    """What a test of screens needs by name."""

    scene: Scene
    clock: Clock
    kim: Customer

    @property
    def chat(self) -> Conversation:
        """The long conversation, with kim."""
        return self.scene.chat(self.kim)


@pytest.fixture
def desk(scene: Scene, clock: Clock, kim: Customer, nour: Customer, ada: Agent, alice: Agent, bob: Agent) -> Desk:
    """Ten conversations; the one with kim has everything in it."""
    found = Desk(scene, clock, kim)
    once("desk", scene, [ada, alice, bob], lambda: _play(found, nour, alice, bob))
    return found


def _play(found: Desk, nour: Customer, alice: Agent, bob: Agent) -> None:
    scene, clock, kim = found.scene, found.clock, found.kim
    clock.forward(hours=-25)
    earn_again(clock.at)  # as a worker does when it starts
    scene.writes(nour, "Ist das Rad noch zu haben?")
    clock.forward(hours=4)
    scene.writes(kim, "Guten Tag, ich habe eine Frage zu meiner Bestellung 48213.")
    clock.forward(minutes=5)
    assign(found.chat, alice, actor=f"staff:{bob.pk}", at=core_clock.now())
    clock.forward(minutes=1)
    _answered(found, alice, "Guten Tag, Kim! Ich schaue sofort nach. 🙂", "read")
    clock.forward(hours=18)
    for number, (name, text) in enumerate(PEOPLE, start=60):
        scene.writes(a_customer(name, number), text)
        clock.forward(minutes=7)
    note(found.chat, "Hat schon zweimal angerufen – bitte heute klären.", author(bob), core_clock.now())
    clock.forward(minutes=2)
    _answered(found, alice, "Ihr Paket ist unterwegs und kommt *morgen* an.", "delivered")
    clock.forward(minutes=3)
    scene.writes(kim, "Danke! Und hier ein Foto vom Karton.")
    scene.shelf.files["1"] = picture(size=(1_200, 900))
    scene.tells(scene.message(kim, "wamid.PHOTO", {"type": "image", "image": {"id": "1", "mime_type": "image/jpeg"}}))
    clock.forward(minutes=1)
    scene.wire.faults = [Fault.NEVER]
    _answered(found, alice, "Das Foto kann ich leider nicht öffnen.", None)
    resolve(scene.chat(a_customer("Jonas Özdemir", 63)), actor=f"staff:{alice.pk}", at=core_clock.now())
    scene.seals()
    clock.forward(seconds=20)


def _answered(desk: Desk, agent: Agent, text: str, state: str | None) -> None:
    message = send(desk.chat, text, author(agent), core_clock.now())
    desk.scene.delivers()
    if state:
        desk.clock.forward(seconds=10)
        desk.scene.tells(desk.scene.receipt(message, state))


@pytest.fixture
def stream() -> Iterator[live_urls.Stream]:
    """What pages hear at /live."""
    live_urls.STREAM.__init__()  # type: ignore[misc]
    yield live_urls.STREAM
    live_urls.STREAM.closing.set()


@pytest.fixture
def site(live_server: LiveServer, stream: live_urls.Stream, settings: Any) -> str:
    """The address of the running desk."""
    settings.ROOT_URLCONF = "tests.web.live_urls"
    clear_url_caches()
    return live_server.url


@pytest.fixture
def tongue(request: pytest.FixtureRequest) -> Tongue:
    """What the pages say: in English, or in the language that the test asks for."""
    return Tongue(getattr(request, "param", "en"))


@pytest.fixture
def at_desk(open_page: Callable[..., Page], site: str, tongue: Tongue) -> Iterator[Callable[..., Page]]:
    """`at_desk(alice, theme="dark", language="de", width=390)`: her browser, signed in.

    It closes before anything else of the test ends, and what it had asked for is answered first: an answer that comes
    later would meet an emptied database and leave a connection behind.
    """
    before = live_urls.IN_FLIGHT.count
    pages: list[Page] = []
    asked: set[Request] = set()  # a request that has left the browser may not have reached the server yet

    def watched(page: Page) -> Page:
        page.on("request", lambda request: None if request.url.endswith("/live") else asked.add(request))
        page.on("response", lambda response: asked.discard(response.request))  # some are never said to be finished
        page.on("requestfailed", lambda request: asked.discard(request))
        return page

    def opened(
        agent: Agent,
        *,
        theme: str = "light",
        language: str = tongue.language,
        width: int = 1440,
        scripts: bool = True,
        touch: bool = False,
    ) -> Page:
        Agent.objects.filter(pk=agent.pk).update(language=language, theme="system")
        client = Client()
        client.force_login(agent)
        height = 900 if width > 600 else 844
        size = {"width": width, "height": height}
        look = {"color_scheme": theme, "viewport": size, "locale": language, "has_touch": touch, "is_mobile": touch}
        page = watched(open_page(**look, java_script_enabled=scripts))
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
        pages.append(page)
        return page

    yield opened
    give_up = time.monotonic() + ANSWERED_SECONDS_MAX
    for page in pages:
        if not page.is_closed():
            page.evaluate("navigator.sendBeacon = () => true")  # a draft kept on leaving would come too late
        while asked and not page.is_closed() and time.monotonic() < give_up:
            page.wait_for_timeout(20)
        page.context.close()
    live_urls.STREAM.closing.set()
    assert live_urls.IN_FLIGHT.rest(before), "a request of the desk was never answered"


def a_thread_of_files(desk: Desk) -> Conversation:
    """Somebody sent every kind of file; one is dangerous, one damaged, one gone, and one has not come yet."""
    who = a_customer("Fiona Bildreich", 77)
    long = "Rechnung über das Lastenrad mit sehr langem Namen und allem, was dazugehört, Stand November 2026.pdf"
    sent: list[tuple[bytes, str, str, dict[str, Any]]] = [
        (picture(size=(1_600, 900)), "image/jpeg", "image", {"caption": "So kam es an."}),
        (picture("WEBP", (400, 400)), "image/webp", "sticker", {}),
        (OGG, "audio/ogg; codecs=opus", "audio", {"voice": True}),
        (mp4(), "video/mp4", "video", {}),
        (b"%PDF-1.7 " + bytes(90_000), "application/pdf", "document", {"filename": long}),
        (EXE, "application/pdf", "document", {"filename": "Mahnung.pdf.exe"}),
        (picture()[:300], "image/jpeg", "image", {}),
    ]
    for content, mime, kind, more in sent:
        desk.scene.gives(who, content, mime, kind, **more)
    desk.scene.tells(desk.scene.message(who, "wamid.GONE", {"type": "document", "document": {"id": "404"}}))
    desk.scene.delivers()
    desk.scene.gives(who, b"later", "text/plain", filename="Notiz.txt")
    return desk.scene.chat(who)


def a_snoozed_one(desk: Desk) -> Conversation:
    """Somebody wrote, and is to be answered in two days."""
    who = a_customer("Lotte Später", 78)
    desk.scene.writes(who, "Melden Sie sich bitte, wenn das Rad da ist.")
    chat = desk.scene.chat(who)
    snooze(chat, desk.clock.at + timedelta(days=2), actor="system", at=desk.clock.at)
    return chat


def at_chat(page: Page, desk: Desk, site: str) -> Page:
    """The page with the conversation with kim, at rest: it hears the stream and has asked for all of it once more."""
    with page.expect_response(lambda response: response.url.endswith("/messages/")):
        page.goto(f"{site}/inbox/{desk.chat.pk}/?view=all")
    expect(page.locator(".live")).to_have_attribute("data-state", "open")
    return page


@pytest.fixture
def opened(desk: Desk, alice: Agent, site: str, at_desk: Callable[..., Page]) -> Page:
    """alice's browser with the conversation with kim."""
    return at_chat(at_desk(alice), desk, site)
