"""The phone page beyond text: what it sends by its menus, what it shows, and what a tap on it answers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jawort.channels.parts import Choice
from jawort.simulator import samples
from tests.fixtures.browser import Watch
from tests.simulator.stage import KIM, NOUR, Stage
from tests.simulator.test_customers import BUTTONS, CALLS, FLOW, LIST, NUMBER, PLACE, heard, sent, writes
from tests.simulator.test_phone_page import NARROW, axe_findings
from tests.simulator.test_templates import BODY, QUICK, URL, URL_VALUE, a_send, approved, body, texts

pytestmark = [pytest.mark.browser, pytest.mark.long]
OpenPage = Callable[..., Page]


def opened(stage: Stage, open_page: OpenPage, **options: Any) -> Page:
    """Kim's phone, in English unless told otherwise."""
    page = open_page(viewport=NARROW, **{"locale": "en-GB"} | options)
    page.goto(f"{stage.url}/phone?lang=en&user={KIM[1:]}")
    expect(page.locator("#who-name")).to_have_text("Kim Beispiel")
    return page


def last(stage: Stage, count: int) -> dict[str, Any]:
    """The newest of so many messages at the business."""
    found: list[dict[str, Any]] = stage.wait(
        lambda: m if len(m := stage.receiver.values("messages")) == count else None
    )
    return found[-1]


def test_a_picture_with_what_was_typed_below_it(stage: Stage, open_page: OpenPage) -> None:
    stage.customer(wrote=False)
    page = opened(stage, open_page)
    page.get_by_label("Message", exact=True).fill("It is broken")
    page.get_by_role("button", name="Attach").click()
    page.get_by_role("button", name="Send picture: damaged parcel").click()
    picture = page.locator(".msg--mine img")
    expect(picture).to_have_attribute("alt", "It is broken")
    assert picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") == samples.WIDTH
    expect(page.locator("#attachments")).to_be_hidden()
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    message = last(stage, 1)
    assert (message["type"], message["image"]["caption"]) == ("image", "It is broken")
    assert message["image"]["mime_type"] == "image/png"


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ("Location", "location"),
        ("Contact", "contacts"),
        ("Voice message", "audio"),
        ("Sticker", "sticker"),
        ("Document", "document"),
        ("Order", "order"),
        ("Ask about a product", "text"),
        ("From an advertisement", "text"),
        ("Forward", "text"),
        ("Poll", "unsupported"),
    ],
)
def test_everything_else_that_the_menu_offers(stage: Stage, open_page: OpenPage, entry: str, kind: str) -> None:
    stage.customer(wrote=False)
    page = opened(stage, open_page)
    page.get_by_role("button", name="Attach").press("Enter")
    page.get_by_role("button", name=entry, exact=True).press("Enter")
    expect(page.locator(f'.msg--mine [data-kind="{kind}"]')).to_be_visible()
    message = last(stage, 1)
    assert message["type"] == kind
    assert ("referral" in message) == (entry == "From an advertisement")
    assert ("context" in message) == (entry in {"Forward", "Ask about a product"})


@pytest.mark.parametrize(
    ("name", "kind"), [("photo.png", "image"), ("film.mp4", "video"), ("talk.mp3", "audio"), ("list.csv", "document")]
)
def test_a_file_of_ones_own(stage: Stage, open_page: OpenPage, tmp_path: Path, name: str, kind: str) -> None:
    stage.customer(wrote=False)
    path = tmp_path / name
    path.write_bytes(samples.draw("hills").body)
    page = opened(stage, open_page)
    page.get_by_role("button", name="Attach").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(path)
    message = last(stage, 1)
    assert message["type"] == kind
    assert message[kind].get("filename") == (name if kind == "document" else None)
    expect(page.locator(".msg--mine")).to_have_count(1)


def test_react_answer_pass_on_correct_and_delete(stage: Stage, open_page: OpenPage) -> None:
    stage.customer()
    wamid = stage.send(KIM, "Guten Tag")
    page = opened(stage, open_page)
    theirs, mine = page.locator(".msg--theirs"), page.locator(".msg--mine")
    theirs.get_by_role("button", name="More about").click()
    page.get_by_role("button", name="React with 👍").click()
    expect(theirs.locator(".moods")).to_contain_text("👍")
    assert last(stage, 2)["reaction"] == {"message_id": wamid, "emoji": "👍"}
    theirs.get_by_role("button", name="More about").click()
    page.get_by_role("button", name="Take 👍 back").click()
    expect(theirs.locator(".moods")).to_have_count(0)
    assert last(stage, 3)["reaction"] == {"message_id": wamid}

    theirs.get_by_role("button", name="More about").click()
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.locator("#about")).to_contain_text("Guten Tag")
    page.keyboard.type("Hello to you")
    page.keyboard.press("Enter")
    expect(page.locator("#about")).to_be_hidden()
    expect(mine.last.locator(".quote")).to_contain_text("Guten Tag")
    assert last(stage, 4)["context"]["id"] == wamid

    mine.last.get_by_role("button", name="More about").click()
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_label("Message", exact=True).fill("Hello to all")
    page.keyboard.press("Enter")
    expect(mine.last.locator(".bubble__text")).to_have_text("Hello to all")
    expect(mine.last).to_contain_text("edited")
    assert last(stage, 5)["unsupported"] == {"type": "edit"}

    theirs.get_by_role("button", name="More about").click()
    page.get_by_role("button", name="Forward", exact=True).click()
    assert last(stage, 6)["context"] == {"forwarded": True}
    mine.last.get_by_role("button", name="More about").click()
    page.get_by_role("button", name="Delete for everyone").click()
    expect(mine.last).to_contain_text("This message was deleted.")


def test_what_the_business_offers_is_tapped(stage: Stage, open_page: OpenPage) -> None:
    stage.customer()
    page = opened(stage, open_page)
    offers: list[tuple[dict[str, Any], str, str]] = [
        (BUTTONS, "Nein", "choice"),
        (PLACE, "Send location", "location"),
        (NUMBER, "Share number", "contacts"),
        (FLOW, "Los", "form"),
        (CALLS, "Refuse calls", "call_permission"),
        (LIST, "Zeile 2", "choice"),
    ]
    for number, (content, label, kind) in enumerate(offers, start=2):
        wamid = sent(stage, content)
        message = page.locator(f'[data-id="{wamid}"]')
        expect(message.locator(".bubble__text").first).to_have_text(content["body"]["text"])
        if content is LIST:
            message.get_by_text("Auswahl").click()
        message.get_by_role("button", name=label).click()
        answer = heard(stage, number)[-1]
        assert (answer.kind, answer.about) == (kind, wamid)
        expect(page.locator(".msg--mine").last.locator(".quote")).to_contain_text(content["body"]["text"])


def test_cards_show_their_pictures_and_count_on(stage: Stage, open_page: OpenPage) -> None:
    stage.customer()
    hills = samples.draw("hills")
    kept = stage.call("POST", "/__sim/files", hills.body, {"Content-Type": hills.mime}).json

    def card(index: int, title: str) -> dict[str, Any]:
        button = {"type": "quick_reply", "quick_reply": {"id": f"card-{index}", "title": title}}
        header = {"type": "image", "image": {"id": kept["id"]}}
        about = {"card_index": index, "type": "cta_url", "header": header, "body": {"text": f"Karte {index}"}}
        return {**about, "action": {"buttons": [button]}}

    cards = [card(0, "Rot"), card(1, "Blau")]
    wamid = sent(stage, {"type": "carousel", "body": {"text": "Welche Farbe?"}, "action": {"cards": cards}})
    page = opened(stage, open_page)
    message = page.locator(f'[data-id="{wamid}"]')
    expect(message.locator(".card img")).to_have_count(2)
    message.get_by_role("button", name="Blau").click()
    answer = heard(stage, 2)[-1]
    assert (answer.part, answer.about) == (Choice("card-1", "Blau"), wamid)


def test_what_the_business_sends_is_shown(stage: Stage, open_page: OpenPage) -> None:
    stage.customer()
    page = opened(stage, open_page)
    body = "*fett* _schräg_ ~weg~ `Code` 2*3*4 <b>kein</b>"
    stage.send(KIM, body)
    text = page.locator(".msg--theirs .bubble__text")
    expect(text).to_have_text("fett schräg weg Code 2*3*4 <b>kein</b>")
    assert text.evaluate("(node) => [...node.children].map((child) => child.tagName)") == ["STRONG", "EM", "S", "CODE"]
    outside = {
        "type": "cta_url",
        "body": {"text": "Mehr dazu"},
        "action": {"name": "cta_url", "parameters": {"display_text": "Ansehen", "url": "https://example.org/termin"}},
    }
    wamid = sent(stage, outside)
    expect(page.locator(f'[data-id="{wamid}"]')).to_contain_text("https://example.org/termin")
    hills = samples.draw("hills")
    kept = stage.call("POST", "/__sim/files", hills.body, {"Content-Type": hills.mime}).json
    image = {"type": "image", "image": {"id": kept["id"], "caption": "Unser Laden"}}
    answer = stage.graph({"messaging_product": "whatsapp", "to": KIM, **image})
    assert answer.status == 200, answer.body
    picture = page.locator(".msg--theirs img")
    expect(picture).to_have_attribute("alt", "Unser Laden")
    assert picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") == samples.WIDTH
    mine = stage.sim("GET", f"users/{KIM}/messages")["items"][0]["id"]
    reaction = {"type": "reaction", "reaction": {"message_id": mine, "emoji": "🙏"}}
    assert stage.graph({"messaging_product": "whatsapp", "to": KIM, **reaction}).status == 200
    expect(page.locator(".msg--mine .moods")).to_contain_text("🙏")


def test_a_voice_message_is_heard(stage: Stage, open_page: OpenPage) -> None:
    stage.customer()
    voice = samples.draw("voice")
    kept = stage.call("POST", "/__sim/files", voice.body, {"Content-Type": voice.mime}).json
    audio = {"type": "audio", "audio": {"id": kept["id"], "voice": True}}
    answer = stage.graph({"messaging_product": "whatsapp", "to": KIM, **audio})
    assert answer.status == 200, answer.body
    wamid = answer.json["messages"][0]["id"]
    page = opened(stage, open_page)
    stage.wait_states(wamid, "sent", "delivered", "read")
    page.locator(".msg--theirs audio").evaluate("(audio) => { audio.muted = true; return audio.play() }")
    stage.wait_states(wamid, "sent", "delivered", "read", "played")


def test_somebody_else_to_the_business(stage: Stage, open_page: OpenPage, watch: Watch) -> None:
    kim = stage.customer(wrote=False)
    page = opened(stage, open_page)
    page.get_by_role("button", name="Person").click()
    page.get_by_role("switch", name="Withhold the number").click()
    expect(page.get_by_role("switch", name="Withhold the number")).to_be_checked()
    page.get_by_role("switch", name="Receive marketing").click()
    stage.wait(lambda: stage.receiver.values("user_preferences"))
    page.get_by_role("button", name="New identifier").click()
    expect(page.locator("#person-id")).not_to_have_text(kim["bsuid"])
    page.get_by_role("button", name="New device").click()
    stage.wait(lambda: len(stage.receiver.values("messages")) == 2)
    page.get_by_label("New phone number").fill("123")
    page.get_by_role("button", name="Change", exact=True).click()
    expect(page.locator("#person-error")).to_contain_text("country code")
    watch.forgive("status of 400")
    page.get_by_label("New phone number").fill(NOUR)
    page.get_by_role("button", name="Change", exact=True).click()
    expect(page.locator("#who-number")).to_contain_text("+49 152 54599371")
    writes(stage, {"text": "Ich bin es"}, NOUR)
    message = last(stage, 4)
    assert "from" not in message
    assert message["from_user_id"] != kim["bsuid"]
    assert stage.sim("GET", f"users/{NOUR}")["username"] == "@kim.beispiel"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_it_is_accessible_and_fits(stage: Stage, open_page: OpenPage, scheme: str) -> None:
    stage.customer()
    for name, kind in (("parcel", "image"), ("voice", "audio"), ("sticker", "sticker"), ("document", "document")):
        writes(stage, {"type": kind, kind: {"sample": name}})
    first = stage.sim("GET", f"users/{KIM}/messages")["items"][0]["id"]
    stage.sim("POST", f"users/{KIM}/messages/{first}/react", {"emoji": "👍"})
    writes(stage, {"text": "Langes" * 30, "reply_to": first, "forwarded": True})
    for content in (BUTTONS, LIST, PLACE):
        sent(stage, content)
    page = opened(stage, open_page, color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator(".msg")).to_have_count(9)
    stage.wait(lambda: stage.sim("GET", "state")["updates_waiting"] == 0)
    page.locator(".msg details").evaluate("(node) => { node.open = true }")
    for button in ("#attach", ".msg--mine .more", ".msg--theirs .more", "#person-open"):
        page.locator(button).last.click()
        assert axe_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for menu in page.locator(".menu:popover-open").all():
            box = menu.bounding_box()
            assert box is not None
            assert 0 <= box["x"] <= box["x"] + box["width"] <= NARROW["width"]
            assert 0 <= box["y"] <= box["y"] + box["height"] <= NARROW["height"]
        page.keyboard.press("Escape")


def test_a_template_is_shown_filled_and_its_button_answers(stage: Stage, open_page: OpenPage) -> None:
    stage.customer(wrote=False)
    buttons = [URL, QUICK]
    approved(
        stage,
        body(BODY, "Kim", "Montag"),
        {"type": "FOOTER", "text": "Beispiel GmbH"},
        {"type": "BUTTONS", "buttons": buttons},
    )
    payload = {
        "type": "button",
        "sub_type": "quick_reply",
        "index": 1,
        "parameters": [{"type": "payload", "payload": "STOP"}],
    }
    answer = stage.graph(a_send(texts("Kim", "Montag"), URL_VALUE, payload))
    assert answer.status == 200, answer.body
    wamid = answer.json["messages"][0]["id"]
    page = opened(stage, open_page)
    message = page.locator(f'[data-id="{wamid}"]')
    expect(message.locator(".bubble__text")).to_have_text("Guten Tag Kim, Ihr Termin ist am Montag bei uns.")
    expect(message).to_contain_text("Beispiel GmbH")
    expect(message).to_contain_text("https://example.org/77")
    message.get_by_role("button", name="Stopp").click()
    (said,) = heard(stage)
    assert (said.kind, said.text, said.about) == ("choice", "Stopp", wamid)
    assert said.part == Choice("STOP", "Stopp")


ODD: list[Any] = [
    None,
    "x",
    7,
    [],
    [None],
    {},
    {"id": None},
    {"type": "list", "action": {"sections": [None, {"rows": 3}]}},
]


@pytest.mark.parametrize("kind", ["image", "location", "contacts", "interactive", "order", "button", "hologram"])
def test_odd_content_is_shown_somehow_and_breaks_nothing(stage: Stage, open_page: OpenPage, kind: str) -> None:
    stage.customer(wrote=False)
    for content in ODD:
        answer = stage.call("POST", f"/__sim/users/{KIM}/messages", {"type": kind, kind: content})
        assert answer.status in {200, 404}, answer.body
    stage.sim("POST", f"users/{KIM}/messages", {"text": "und weiter"})
    page = opened(stage, open_page)
    expect(page.locator(".msg--mine").last).to_contain_text("und weiter")
