"""A client that others wrote works against the simulator: pywa 4.5.0 (MIT, https://github.com/david-lev/pywa).

It is the most complete published client of the Cloud API in Python, and knows it from the real platform: what it writes
must be taken here, and it must understand what is answered and posted. It is unchanged; only its base address is set
after it was made, for it has no option for that. It is a development dependency, and the product uses none of it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from pywa import WhatsApp, errors, types
from pywa.types import templates

from tests.simulator.stage import ACCESS_TOKEN, APP_SECRET, KIM, NOUR, VERIFY_TOKEN, Receiver, Stage, Start
from tests.simulator.test_media import JPEG

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def client(stage: Stage) -> Iterator[WhatsApp]:
    """pywa, pointed to the stage."""
    settings = stage.settings
    with httpx.Client(trust_env=False) as session:
        made = WhatsApp(
            phone_id=settings.phone_number_id,
            token=ACCESS_TOKEN,
            session=session,
            waba_id=settings.waba_id,
            app_id=settings.app_id,
            app_secret=APP_SECRET,
            verify_token=VERIFY_TOKEN,
        )
        session.base_url = httpx.URL(f"{stage.url}/v26.0")
        yield made


def arrived(stage: Stage, message: Any) -> dict[str, Any]:
    """What the customer's phone shows of a message that pywa sent."""
    stage.wait_states(message.id, "sent", "delivered")
    found = stage.sim("GET", f"users/{KIM}/messages")["items"]
    return next(bubble for bubble in found if bubble["id"] == message.id)


def test_messages_of_many_kinds(stage: Stage, client: WhatsApp) -> None:
    stage.customer()
    buttons = [types.Button("Ja", "yes"), types.Button("Nein", "no")]
    rows = [types.SectionRow("Montag", "mo", "9 bis 12 Uhr"), types.SectionRow("Dienstag", "tu")]
    choice = types.SectionList("Wählen", [types.Section("Woche", rows)])
    text = client.send_message(KIM, "Grüße *fett*", tracker="own-1")
    assert arrived(stage, text)["text"] == "Grüße *fett*"
    asked = client.send_message(KIM, "Passt das?", footer="Beispiel GmbH", buttons=buttons)
    assert arrived(stage, asked)["content"]["type"] == "button"
    listed = client.send_message(KIM, "Wann?", header="Termin", buttons=choice, reply_to_message_id=text.id)
    assert arrived(stage, listed)["reply_to"] == text.id
    linked = client.send_message(KIM, "Mehr dazu", buttons=types.URLButton("Ansehen", "https://example.org"))
    assert arrived(stage, linked)["content"]["type"] == "cta_url"
    place = client.send_location(KIM, 52.52, 13.4, name="Büro", address="Berlin")
    assert arrived(stage, place)["content"]["name"] == "Büro"
    card = types.Contact(name=types.Contact.Name(formatted_name="Nour", first_name="Nour"), phones=[])
    assert arrived(stage, client.send_contact(KIM, card))["content"][0]["name"]["formatted_name"] == "Nour"
    assert arrived(stage, client.request_location(KIM, "Wo sind Sie?"))["type"] == "interactive"
    reaction = client.send_reaction(KIM, "👍", text.id)
    stage.wait_states(reaction.id, "sent")
    stage.wait(lambda: stage.sim("GET", f"users/{KIM}/messages")["items"][1]["their_mood"] == "👍")


def test_files_there_and_back(stage: Stage, client: WhatsApp, tmp_path: Path) -> None:
    stage.customer()
    picture = client.send_image(KIM, JPEG, caption="Bitte sehr", mime_type="image/jpeg")
    assert arrived(stage, picture)["text"] == "Bitte sehr"
    document = client.send_document(KIM, PDF, filename="Rechnung.pdf", mime_type="application/pdf")
    assert arrived(stage, document)["content"]["filename"] == "Rechnung.pdf"
    media = client.upload_media(JPEG, mime_type="image/jpeg", filename="bild.jpg")
    found = client.get_media_url(media.id)
    assert (found.mime_type, int(found.file_size)) == ("image/jpeg", len(JPEG))
    assert client.get_media_bytes(found.url) == JPEG
    path = client.download_media(url=found.url, path=tmp_path, filename="bild.jpg")
    assert path.read_bytes() == JPEG
    assert client.delete_media(media.id)
    with pytest.raises(errors.WhatsAppError) as refusal:
        client.get_media_url(media.id)
    assert refusal.value.code == 100


def test_reading_and_typing(stage: Stage, client: WhatsApp) -> None:
    stage.customer()
    inbound = stage.wait(lambda: stage.receiver.values("messages"))[0]["id"]
    assert client.mark_message_as_read(inbound)
    assert client.indicate_typing(inbound)
    assert stage.sim("GET", f"users/{KIM}")["typing_s"] > 0


def test_the_profile_and_what_is_beside_it(stage: Stage, client: WhatsApp) -> None:
    kim = stage.customer()
    assert client.update_business_profile(about="Wir helfen gern", websites=["https://example.org/"])
    profile = client.get_business_profile()
    assert (profile.about, profile.websites) == ("Wir helfen gern", ("https://example.org/",))
    assert client.get_business_phone_number().display_phone_number == stage.settings.display_number
    link = client.create_qr_code("Guten Tag", "SVG")
    assert client.get_qr_code(link.code) is not None
    assert client.delete_qr_code(link.code)
    with pytest.raises(errors.BulkBlockingFailed):
        client.block_users([NOUR])
    assert [one.wa_id for one in client.block_users([KIM]).added_users] == [KIM[1:]]
    assert [one.bsuid for one in client.get_blocked_users()] == [kim["bsuid"]]
    assert client.unblock_users([KIM]).removed_users


class Listening(Receiver):
    """pywa's own handlers, where the callback is: they decide what is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str | None] = []
        self.client = WhatsApp(
            phone_id=None, token=ACCESS_TOKEN, server=None, app_secret=APP_SECRET, verify_token=VERIFY_TOKEN
        )
        self.client.on_message()(lambda _, message: self.heard.append(message.text))

    async def get(self, request: web.Request) -> web.Response:
        self.handshakes += 1
        challenge = request.query["hub.challenge"]
        said, status = self.client.webhook_challenge_handler(request.query["hub.verify_token"], challenge)
        return web.Response(text=said, status=status)

    async def post(self, request: web.Request) -> web.Response:
        body, signature = await request.read(), request.headers.get("X-Hub-Signature-256")
        refusal = self.client.webhook_update_validator(body, signature)
        said, status = refusal or self.client.webhook_update_handler(body)
        return web.Response(text=said, status=status)


def test_it_is_a_callback_that_shakes_hands_and_believes_the_signature(start: Start) -> None:
    receiver = Listening()
    stage = start(receiver)
    stage.customer()
    stage.wait(lambda: receiver.heard)
    assert (receiver.heard, receiver.handshakes) == (["Hallo"], 1)
    stage.wait(lambda: stage.sim("GET", "state")["updates_waiting"] == 0)  # so it was answered with 200


def a_template() -> templates.Template:
    return templates.Template(
        name="termin",
        language=templates.TemplateLanguage.GERMAN,
        category=templates.TemplateCategory.UTILITY,
        parameter_format=templates.ParamFormat.NAMED,
        components=[
            templates.HeaderText("Termin"),
            templates.BodyText("Guten Tag {{name}}, bis {{tag}} also.", name="Kim", tag="Montag"),
            templates.FooterText(text="Beispiel GmbH"),
            templates.Buttons(buttons=[templates.QuickReplyButton(text="Absagen")]),
        ],
    )


def test_templates_from_creation_to_the_customer(stage: Stage, client: WhatsApp) -> None:
    stage.customer(wrote=False)
    created = client.create_template(a_template())
    assert created.status == templates.TemplateStatus.PENDING
    stage.sim("POST", f"templates/{created.id}/decision", {"decision": "APPROVED"})
    found = client.get_template(created.id)
    assert (found.name, found.status) == ("termin", templates.TemplateStatus.APPROVED)
    assert {one.name for one in client.get_templates()} == {"termin", "hello_world"}
    body, button = found.components[1], found.components[3].buttons[0]
    params = [body.params(name="Kim", tag="Montag"), button.params(callback_data="off", index=0)]
    sent = client.send_template(KIM, "termin", templates.TemplateLanguage.GERMAN, params)
    assert arrived(stage, sent)["text"] == "Guten Tag Kim, bis Montag also."
    with pytest.raises(errors.WhatsAppError) as refusal:
        client.send_template(KIM, "termin", templates.TemplateLanguage.GERMAN, [])
    assert refusal.value.code == 132000
    assert client.delete_template("termin")
    with pytest.raises(errors.WhatsAppError) as gone:
        client.send_template(KIM, "termin", templates.TemplateLanguage.GERMAN, params)
    assert (gone.value.code, gone.value.status_code) == (132001, 404)


def test_errors_are_understood(stage: Stage, client: WhatsApp) -> None:
    stage.sim("POST", "number", {"pair_limit": True})
    for _ in range(45):
        client.send_message(KIM, "noch eine")
    with pytest.raises(errors.TooManyMessages):
        client.send_message(KIM, "eine zu viel")
    with pytest.raises(errors.WhatsAppError) as refusal:
        client.send_message(NOUR, "x" * 4_097)
    assert refusal.value.code == 131009


def test_what_the_simulator_posts_is_understood(stage: Stage, client: WhatsApp) -> None:
    heard: list[tuple[str, Any]] = []
    client.on_message()(lambda _, message: heard.append(("message", message)))
    client.on_callback_button()(lambda _, tapped: heard.append(("button", tapped)))
    client.on_callback_selection()(lambda _, chosen: heard.append(("row", chosen)))
    client.on_message_status()(lambda _, status: heard.append(("status", status)))
    client.on_template_status_update()(lambda _, update: heard.append(("template", update)))
    kim = stage.customer(username="@kim")
    for kind, content in (("image", {"sample": "hills"}), ("location", {"latitude": 52.5, "longitude": 13.4})):
        stage.sim("POST", f"users/{KIM}/messages", {"type": kind, kind: content})
    asked = client.send_message(KIM, "Passt das?", buttons=[types.Button("Ja", "yes")])
    stage.wait_states(asked.id, "sent", "delivered")
    stage.sim("POST", f"users/{KIM}/messages/{asked.id}/tap", {"choice": 0})
    created = client.create_template(a_template())
    stage.sim("POST", f"templates/{created.id}/decision", {"decision": "REJECTED"})
    stage.wait(lambda: stage.sim("GET", "state")["updates_waiting"] == 0 and len(stage.receiver.bodies) >= 7)
    for body, signature in zip(stage.receiver.bodies, stage.receiver.signatures, strict=True):
        assert client.webhook_update_validator(body, signature) is None
        assert client.webhook_update_handler(body) == ("ok", 200)
    messages = [one for name, one in heard if name == "message"]
    assert [one.type.value for one in messages] == ["text", "image", "location"]
    assert (messages[0].text, messages[0].from_user.name, messages[0].from_user.bsuid) == (
        "Hallo",
        "Kim Beispiel",
        kim["bsuid"],
    )
    assert client.get_media_bytes(client.get_media_url(messages[1].image.id).url)
    assert [one.status.value for name, one in heard if name == "status"] == ["sent", "delivered"]
    (tapped,) = [one for name, one in heard if name == "button"]
    assert (tapped.data, tapped.title, tapped.reply_to_message.id) == ("yes", "Ja", asked.id)
    (update,) = [one for name, one in heard if name == "template"]
    assert (update.template_id, update.new_status) == (created.id, templates.TemplateStatus.REJECTED)
