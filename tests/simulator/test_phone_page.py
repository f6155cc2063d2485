"""The phone page in a real browser: what a person does on it is what the business hears, and the other way round."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIResponse, Page, Route, expect

from jawort.web.templatetags.jawort import hue
from tests.fixtures.browser import Watch
from tests.simulator.stage import ACCESS_TOKEN, KIM, NOUR, Stage, Start
from tests.simulator.test_second_number import registered, told

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
NARROW = {"width": 390, "height": 844}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def axe_findings(page: Page) -> list[str]:
    """What axe has against the page, in short."""
    found: Any = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]})
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found.response["violations"]]


def test_a_conversation_on_the_phone(stage: Stage, open_page: OpenPage) -> None:
    page = open_page(viewport=NARROW, locale="de-DE")
    page.goto(f"{stage.url}/phone")
    expect(page.get_by_text("Noch kein Telefon").first).to_be_visible()
    page.locator("#first-phone").click()
    page.get_by_label("Name").fill("Kim Sommer")
    page.keyboard.press("Enter")
    expect(page.locator("#who-name")).to_have_text("Kim Sommer")
    phone = stage.sim("GET", "users")["items"][0]["phone"]
    page.get_by_label("Nachricht", exact=True).fill("Grüße <b>aus</b> Köln & Bonn")
    page.keyboard.press("Enter")
    mine = page.locator(".msg--mine")
    expect(mine.locator(".bubble__text")).to_have_text("Grüße <b>aus</b> Köln & Bonn")
    expect(mine.get_by_text("angekommen")).to_be_attached()
    message = stage.wait(lambda: stage.receiver.values("messages"))[0]
    assert message["text"]["body"] == "Grüße <b>aus</b> Köln & Bonn"

    read = {"messaging_product": "whatsapp", "status": "read", "message_id": message["id"]}
    stage.graph({**read, "typing_indicator": {"type": "text"}})
    expect(mine.get_by_text("gelesen")).to_be_attached()
    expect(page.locator("#subtitle")).to_have_text("schreibt …")
    wamid = stage.send(phone, "Guten Tag!")
    expect(page.locator(".msg--theirs .bubble__text")).to_have_text("Guten Tag!")
    stage.wait_states(wamid, "sent", "delivered", "read")
    expect(page.locator("#webhook-count")).to_have_text("4")


def test_switches_fault_and_clock(stage: Stage, open_page: OpenPage) -> None:
    stage.customer()
    page = open_page(viewport=NARROW)
    page.goto(f"{stage.url}/phone?lang=en&user={KIM[1:]}")
    page.get_by_role("switch", name="Online").click()
    expect(page.get_by_text("Offline: messages wait")).to_be_visible()
    wamid = stage.send(KIM, "for later")
    stage.wait_states(wamid, "sent")
    page.get_by_role("switch", name="Online").click()
    expect(page.get_by_text("for later", exact=True)).to_be_visible()
    page.get_by_role("switch", name="Read receipts").click()
    expect(page.get_by_role("switch", name="Read receipts")).not_to_be_checked()
    assert stage.sim("GET", f"users/{KIM}")["read_receipts"] is False

    page.get_by_role("button", name="Fail next send").click()
    expect(page.get_by_role("button", name="Fail next send")).to_have_attribute("aria-pressed", "true")
    failed = stage.wait_states(stage.send(KIM, "never arrives"), "failed")
    assert failed[0]["errors"][0]["code"] == 131026
    expect(page.get_by_role("button", name="Fail next send")).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_text("error 131026")).to_be_visible()

    page.get_by_role("button", name="+24 h").click()
    expect(page.get_by_text("Yesterday")).to_be_visible()
    assert stage.sim("GET", "clock")["shift_s"] == 86_400
    page.get_by_role("button", name="Block the business").click()
    expect(page.get_by_text("Blocked: messages")).to_be_visible()


def test_several_phones_and_a_language(stage: Stage, open_page: OpenPage) -> None:
    stage.customer(KIM, "Kim")
    stage.customer(NOUR, "Nour")
    page = open_page(viewport=NARROW)
    page.goto(f"{stage.url}/phone?user={KIM[1:]}")
    expect(page.locator("#who-name")).to_have_text("Kim")
    stage.send(NOUR, "für Nour")
    expect(page.locator("#who-unread")).to_have_text("1")
    page.locator("#who").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Nour")).to_be_visible()
    page.get_by_role("button", name="Nour").press("Enter")
    expect(page.get_by_text("für Nour", exact=True)).to_be_visible()
    page.get_by_role("link", name="EN English").click()
    expect(page.get_by_label("Message", exact=True)).to_be_visible()
    expect(page.locator("#who-name")).to_have_text("Nour")


def test_the_inspector_shows_the_json(stage: Stage, open_page: OpenPage) -> None:
    stage.customer()
    page = open_page(locale="de-DE")
    page.goto(f"{stage.url}/phone")
    hook = page.locator(".hook")
    expect(hook).to_have_count(1)
    expect(hook.get_by_text("angenommen · 200")).to_be_visible()
    hook.locator("summary").click()
    expect(hook.locator(".hook__attempts")).to_have_text(re.compile(r"^1\. Versuch: 200, \d+ ms$"))
    expect(page.locator(".hook pre")).to_contain_text("Hallo")
    shown = page.locator(".hook pre").inner_text()
    assert json.loads(shown) == json.loads(stage.receiver.bodies[0])
    stage.send(KIM, "Guten Tag!")
    expect(page.locator(".hook__what", has_text="gelesen")).to_be_visible()
    expect(page.locator(".hook__what", has_text="zugestellt")).to_be_visible()


def test_it_shows_the_time_of_the_zone_that_it_is_given(stage: Stage, open_page: OpenPage) -> None:
    stage.customer()
    at = datetime.fromisoformat(stage.sim("GET", f"users/{KIM[1:]}/messages")["items"][0]["at"])
    page = open_page(viewport=NARROW, locale="de-DE", timezone_id="Pacific/Kiritimati")
    for zone, shown in [("America/Bogota", "America/Bogota"), ("Nowhere/Town", "Pacific/Kiritimati")]:
        page.goto(f"{stage.url}/phone?tz={zone}")
        expect(page.locator(".msg--mine time")).to_have_text(f"{at.astimezone(ZoneInfo(shown)):%H:%M}")
        hours = {f"{moment.astimezone(ZoneInfo(shown)):%H}" for moment in (at, at + timedelta(minutes=5))}
        expect(page.locator("#status-clock")).to_have_text(re.compile(f"^({'|'.join(hours)}):"))
    page.goto(f"{stage.url}/phone?tz=America/Bogota")
    expect(page.locator(".msg--mine")).to_be_visible()
    page.get_by_role("link", name="EN English").click()
    expect(page.locator("#subtitle")).to_have_text("Business account")
    expect(page.locator(".msg--mine time")).to_have_text(f"{at.astimezone(ZoneInfo('America/Bogota')):%H:%M}")


def test_nothing_can_be_written_before_somebody_listens(stage: Stage, open_page: OpenPage) -> None:
    stage.customer(KIM, "Kim")
    page = open_page(viewport=NARROW)
    page.route("**/phone.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(f"{stage.url}/phone")
    for part in ("#text", "#attach", "#composer [type=submit]"):
        expect(page.locator(part)).to_be_disabled()
    page.unroute("**/phone.js")
    page.reload()
    expect(page.locator("#text")).to_be_enabled()


def test_what_comes_while_the_page_asks_for_the_rest_is_not_lost(stage: Stage, open_page: OpenPage) -> None:
    stage.customer(KIM, "Kim")
    page = open_page(viewport=NARROW)
    held: list[tuple[Route, APIResponse]] = []
    page.route(f"**/users/{KIM[1:]}/messages*", lambda route: held.append((route, route.fetch())))
    with page.expect_request("**/messages*"):
        page.goto(f"{stage.url}/phone")
    while not held:
        page.wait_for_timeout(20)
    stage.wait_states(stage.send(KIM, "Guten Tag!"), "sent", "delivered")
    expect(page.locator("#webhook-count")).to_have_text("3")  # the stream has told of it
    route, early = held.pop()
    route.fulfill(response=early)
    expect(page.locator(".msg--theirs .bubble__text")).to_have_text("Guten Tag!")
    expect(page.locator(".msg--mine")).to_have_count(1)


def test_it_looks_like_the_desk_beside_it(stage: Stage, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{stage.url}/phone")
    assert page.evaluate("document.fonts.load('1em Inter').then((fonts) => fonts.length)") == 1
    names = ["", "Kim Ostrowski", "Ayşe Yıldız", "Zoë 🙂", "李雷"]
    colours = page.evaluate("(names) => import('/phone/static/dom.js').then(({ hue }) => names.map(hue))", names)
    assert colours == [hue(name) for name in names]
    assert len(set(colours)) > 1


@pytest.mark.parametrize(
    ("scheme", "lang"),
    [
        ("dark", "de"),
        *(pytest.param(*each, marks=pytest.mark.long) for each in (("dark", "en"), ("light", "de"), ("light", "en"))),
    ],
)
def test_the_page_is_accessible_and_fits(stage: Stage, open_page: OpenPage, lang: str, scheme: str) -> None:
    stage.customer()
    stage.send(KIM, "Ein langesWortOhneLeerzeichen" * 12)
    for viewport in (NARROW, {"width": 1440, "height": 900}):
        page = open_page(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
        page.goto(f"{stage.url}/phone?lang={lang}")
        expect(page.locator(".msg--theirs")).to_be_visible()
        expect(page.locator("#webhook-count")).to_have_text("4")  # all have come: the list stands still
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator("#inspector").evaluate("(node) => { node.open = true }")
        page.locator(".hook summary").first.click()
        expect(page.locator(".hook pre").first).to_be_visible()
        page.locator("#who").click()
        assert axe_findings(page) == []
        page.locator("#new-phone").click()
        expect(page.locator("#dialog")).to_be_visible()
        assert axe_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_fits_into_the_narrowest_frame(stage: Stage, open_page: OpenPage) -> None:
    stage.customer()
    page = open_page(viewport={"width": 320, "height": 568})
    page.goto(f"{stage.url}/phone")
    expect(page.locator(".msg--mine")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_only_the_desk_may_frame_it(start: Start, open_page: OpenPage, watch: Watch) -> None:
    desk = start().settings.callback_url.removesuffix("/webhook")
    stage = start(allowed_origins=(desk,))
    stage.customer()
    page = open_page()
    page.goto(f"{desk}/desk?frame={stage.url}/phone")
    expect(page.frame_locator("iframe").locator(".msg--mine")).to_be_visible()
    expect(page.frame_locator("iframe").locator(".langs")).to_be_hidden()  # the desk has a switch of its own
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(f"{desk.replace('127.0.0.1', 'localhost')}/desk?frame={stage.url}/phone")
    watch.forgive("frame-ancestors")
    assert page.frame_locator("iframe").locator(".msg--mine").count() == 0


def test_the_chat_is_with_the_number_that_is_chosen(stage: Stage, open_page: OpenPage) -> None:
    stage.customer()
    page = open_page(viewport=NARROW)
    page.goto(f"{stage.url}/phone?lang=en&user={KIM[1:]}")
    expect(page.get_by_text("Hallo", exact=True)).to_be_visible()
    choice = page.get_by_label("Number of the business")
    expect(choice).to_be_hidden()
    second = registered(stage)
    expect(choice).to_be_visible()
    assert axe_findings(page) == []

    choice.select_option(second.id)
    expect(page.get_by_role("heading", name="Beispiel Werkstatt")).to_be_visible()
    expect(page.get_by_text("Hallo", exact=True)).to_have_count(0)
    page.get_by_label("Message", exact=True).fill("Ist es fertig?")
    page.keyboard.press("Enter")
    stage.wait(lambda: [one for one in told(stage.receiver, "messages") if one[0] == second.id])
    stage.send(KIM, "von der ersten")
    second.send(KIM, text="Ja, abholbereit.")
    expect(page.get_by_text("Ja, abholbereit.", exact=True)).to_be_visible()
    expect(page.get_by_text("von der ersten", exact=True)).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Ja, abholbereit.", exact=True)).to_be_visible()
    choice.select_option(stage.settings.phone_number_id)
    expect(page.get_by_text("von der ersten", exact=True)).to_be_visible()


def test_words_are_the_same_in_both_languages(stage: Stage) -> None:
    words = {lang: stage.call("GET", f"/phone/texts/{lang}.json").json for lang in ("de", "en")}
    assert words["de"].keys() == words["en"].keys()
    assert all(words["de"].values())
    assert all(words["en"].values())
    assert stage.call("GET", "/phone/texts/fr.json").status == 404
    assert stage.call("GET", "/phone/static/../page.py").status == 404
    assert ACCESS_TOKEN.encode() not in stage.call("GET", "/phone").body
