"""Payloads where words leave the threads: files at the side door, a number's profile, desktop notices, the phone.

Alarms have no words of strangers: they are made of codes and names of our own.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from jawort.core.clock import now
from jawort.legal.keep import keep
from jawort.lines.models import Line
from jawort.messaging.files.models import File
from jawort.messaging.models import Conversation
from jawort.messaging.side_door.rules import FILES_MAX
from jawort.staff.models import Agent
from jawort.staff.preferences import prefer
from tests.fixtures.browser import Watch
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.messaging.files.hostile import EXE
from tests.public.doors import LEGAL, LINK, PDF
from tests.simulator.stage import KIM, Start
from tests.web.test_connect import visiting
from tests.web.test_notifications import EVERY, RECORDS
from tests.web.test_xss import harmless
from tests.web.test_xss_beside import a_stranger, some_or_all

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@some_or_all
def test_names_of_files_at_the_side_door(
    scene: Scene,
    kim: Customer,
    alice: Agent,
    at_desk: Open,
    open_page: Open,
    signed_in: Callable[..., Any],
    site: str,
    settings: Any,
    watch: Watch,
    payloads: list[str],
) -> None:
    keep(*LEGAL, actor="system", at=now())
    settings.CONFIG = replace(settings.CONFIG, company="<b data-xss>Radhaus</b>", public_url=site, side_door_url=site)
    scene.writes(kim, "Guten Tag")
    chat, desk, phone = scene.chat(kim), signed_in(alice), open_page()
    for first in range(0, len(payloads), FILES_MAX):
        names = payloads[first : first + FILES_MAX]
        desk.post(f"/inbox/{chat.pk}/side-door/ask", {"what_for": names[0], "language": "en"})
        scene.delivers()
        (path,) = LINK.findall(scene.wire.sent[-1].text)
        phone.goto(site + path)
        for content in (EXE, PDF):  # refused, each with its name; then taken
            files: list[FilePayload] = [
                {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": content} for name in names
            ]
            phone.locator("input[type=file]").set_input_files(files)
            with phone.expect_navigation():
                phone.locator("form .btn--primary").last.click()
            harmless(phone)
    assert File.objects.count() == len(payloads)
    page = at_desk(alice)
    page.goto(f"{site}/inbox/{chat.pk}/")
    assert page.get_by_text("tellTest").count() > 0, "they are shown, as text"
    harmless(page)
    watch.forgive("422")


@some_or_all
def test_the_profile_of_a_number(
    ada: Agent,
    start: Start,
    signed_in: Callable[..., Any],
    settings: Any,
    at_desk: Open,
    site: str,
    payloads: list[str],
) -> None:
    visit = visiting(start(), signed_in(ada), settings)
    visit.begins()
    visit.connects()
    own = f"/v26.0/{visit.stage.settings.phone_number_id}/whatsapp_business_profile"
    address, page = f"/settings/lines/{Line.objects.get().pk}", at_desk(ada)
    for payload in payloads:
        told = {"about": payload[:139], "description": payload, "address": payload}
        assert visit.stage.graph({"messaging_product": "whatsapp"} | told, own).status == 200
        visit.desk.post(f"{address}/read")
        page.goto(site + address)
        assert page.locator("#id_description").input_value().strip() == payload.strip()
        harmless(page)


@some_or_all
def test_what_the_desktop_is_told_is_text_and_leads_home(
    scene: Scene, alice: Agent, at_desk: Open, site: str, payloads: list[str]
) -> None:
    prefer(alice, banners=EVERY, banners_name=True)
    chats, told_names = [], []
    for number, payload in enumerate(payloads):
        scene.writes(a_stranger(number, payload), payload)
        chats.append(Conversation.objects.latest("pk"))
    page = at_desk(alice)
    page.context.add_init_script(RECORDS)
    page.goto(f"{site}/inbox/")
    for chat in chats:
        told = page.evaluate(f"fetch('/inbox/news/?came={chat.pk}').then((answer) => answer.json())")
        (banner,) = told["banners"]
        assert re.fullmatch(r"/inbox/[0-9a-f-]{36}/\S*", banner["href"])
        assert not set(banner) - {"tag", "title", "body", "href"}, "nothing that a browser reads as more than text"
        told_names.append(banner["body"])
    assert sum("data-xss" in name or "tellTest" in name for name in told_names) > len(payloads) / 2, "as text"
    harmless(page)


@some_or_all
def test_the_simulated_phone(start: Start, open_page: Open, payloads: list[str]) -> None:
    stage, page = start(), open_page(viewport={"width": 390, "height": 844})
    stage.customer(name=payloads[0])
    page.goto(f"{stage.url}/phone?lang=en&user={KIM[1:]}")
    for payload in payloads:
        stage.sim("POST", f"users/{KIM}/messages", {"type": "text", "text": payload})
        stage.send(KIM, payload)
    expect(page.locator(".msg--theirs")).to_have_count(len(payloads))
    assert page.get_by_text("tellTest").count() > 0, "they are shown, as text"
    harmless(page)
