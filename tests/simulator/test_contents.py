"""What the platform takes as content of a send, type by type, and how it refuses the rest."""

import copy
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from jawort.channels.parts import Button, Buttons, HeaderKind, Link, Media
from jawort.channels.types import Outgoing
from jawort.channels.whatsapp.bodies import message
from jawort.simulator import validate
from jawort.simulator.content import files
from jawort.simulator.errors import GraphError
from jawort.simulator.world import Send
from tests.simulator.stage import KIM, Answer, Stage
from tests.simulator.test_media import uploaded

VECTORS = Path(os.environ.get("JAWORT_VECTORS", "")) / "meta-openapi" / "sends.json"
EXAMPLES = json.loads(VECTORS.read_text(encoding="utf-8")) if VECTORS.is_file() else {}
#: What the file's placeholders stand for.
FILLED = {
    "{{Recipient-Phone-Number}}": KIM,
    "{{Recipient-WA-Phone-Number}}": KIM,
    "<MSGID_OF_PREV_MSG>": "wamid.X",
    r"<?http\(s\)://[^>\"]*>?": "https://example.org/file",
}


def a_call(kind: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": KIM, "type": kind, kind: content, **more}


def buttons(*titles: str) -> dict[str, Any]:
    made = [{"type": "reply", "reply": {"id": f"b{i}", "title": title}} for i, title in enumerate(titles)]
    return {"type": "button", "body": {"text": "Passt Ihnen das?"}, "action": {"buttons": made}}


def rows(count: int, prefix: str = "r") -> list[dict[str, str]]:
    return [{"id": f"{prefix}{i}", "title": f"Zeile {i}"} for i in range(count)]


def a_list(*sections: dict[str, Any]) -> dict[str, Any]:
    return {"type": "list", "body": {"text": "x"}, "action": {"button": "Wählen", "sections": list(sections)}}


def cards(count: int, **more: Any) -> dict[str, Any]:
    action = {"name": "cta_url", "parameters": {"display_text": "Ansehen", "url": "https://example.org"}}
    header = {"type": "image", "image": {"link": "https://example.org/a.jpg"}}
    made = [{"card_index": i, "type": "cta_url", "header": header, "action": action, **more} for i in range(count)]
    return {"type": "carousel", "body": {"text": "x"}, "action": {"cards": made}}


def cta(text: str, url: str) -> dict[str, Any]:
    action = {"name": "cta_url", "parameters": {"display_text": text, "url": url}}
    return {"type": "cta_url", "body": {"text": "x"}, "action": action}


LINK = {"link": "https://example.org/a"}
TAKEN: list[tuple[str, Any]] = [
    ("text", {"body": "x", "preview_url": True}),
    ("text", {"body": "x", "preview_url": None}),
    ("image", {**LINK, "caption": "ü" * 1_024}),
    ("audio", {**LINK, "voice": True}),
    ("document", {**LINK, "filename": "Rechnung.pdf"}),
    ("sticker", LINK),
    ("location", {"latitude": "52.5", "longitude": 13.4, "name": "Büro"}),
    ("contacts", [{"name": {"formatted_name": "Kim"}, "phones": [{"phone": KIM, "type": "HOME"}]}]),
    ("reaction", {"message_id": "wamid.X", "emoji": "👩🏽‍🚒"}),
    ("reaction", {"message_id": "wamid.X", "emoji": "1️⃣"}),
    ("reaction", {"message_id": "wamid.X", "emoji": ""}),
    ("interactive", buttons("Ja", "Nein", "Später")),
    ("interactive", {**buttons("Ja"), "header": {"type": "image", "image": LINK}, "footer": {"text": "x" * 60}}),
    ("interactive", a_list({"title": "A", "rows": rows(5)}, {"title": "B", "rows": rows(5, "s")})),
    ("interactive", {**a_list({"rows": rows(1)}), "body": {"text": "x" * 4_096}}),
    ("interactive", cta("Ansehen", "https://example.org")),
    ("interactive", {"type": "location_request_message", "body": {"text": "x"}, "action": {"name": "send_location"}}),
    (
        "interactive",
        {"type": "request_contact_info", "body": {"text": "x"}, "action": {"name": "request_contact_info"}},
    ),
    ("interactive", cards(2, body={"text": "x" * 160})),
    ("template", {"name": "x", "language": {"code": "de", "policy": "deterministic"}}),
]
REFUSED: list[tuple[str, Any, int, str]] = [
    ("text", {"body": "x" * 4_097}, 131009, "text.body"),
    ("image", {}, 131008, "image"),
    ("image", {"id": "1", **LINK}, 131009, "image"),
    ("image", {"link": "ftp://example.org"}, 100, "image.link"),
    ("image", {**LINK, "caption": "x" * 1_025}, 131009, "image.caption"),
    ("image", {**LINK, "filename": "x"}, 100, "filename"),
    ("audio", {**LINK, "caption": "x"}, 100, "caption"),
    ("sticker", {**LINK, "caption": "x"}, 100, "caption"),
    ("location", {"latitude": 1}, 131008, "location.longitude"),
    ("location", {"latitude": 91, "longitude": 1}, 131009, "location.latitude"),
    ("location", {"latitude": "nan", "longitude": 1}, 131009, "location.latitude"),
    ("contacts", [], 131009, "contacts"),
    ("contacts", [{"name": {}}], 131008, "contacts[0].name.formatted_name"),
    ("contacts", [{"name": {"formatted_name": "x"}}] * 258, 131009, "contacts"),
    ("contacts", [{"name": {"formatted_name": "x"}, "birthday": "gestern"}], 131009, "contacts[0].birthday"),
    ("reaction", {"emoji": "👍"}, 131008, "reaction.message_id"),
    ("reaction", {"message_id": "x", "emoji": "gut"}, 131009, "reaction.emoji"),
    ("interactive", {"type": "hologram"}, 131009, "interactive.type"),
    ("interactive", {"body": {"text": "x"}}, 131008, "interactive.type"),
    ("interactive", buttons(), 131009, "interactive.action.buttons"),
    ("interactive", buttons("a", "b", "c", "d"), 131009, "interactive.action.buttons"),
    ("interactive", buttons("x" * 21), 131009, "interactive.action.buttons[0].reply.title"),
    ("interactive", buttons("Ja", "Ja"), 131009, "title"),
    ("interactive", {**buttons("Ja"), "body": {"text": "x" * 1_025}}, 131009, "interactive.body.text"),
    ("interactive", {**buttons("Ja"), "footer": {"text": "x" * 61}}, 131009, "interactive.footer.text"),
    ("interactive", {**buttons("Ja"), "header": {"type": "text", "text": "x" * 61}}, 131009, "interactive.header.text"),
    ("interactive", {**buttons("Ja"), "header": {"type": "image"}}, 131008, "interactive.header.image"),
    ("interactive", a_list({"rows": rows(11)}), 131009, "interactive.action.sections[0].rows"),
    ("interactive", a_list({"rows": rows(5)}, {"rows": rows(5, "s")}), 131008, "interactive.action.sections"),
    (
        "interactive",
        a_list({"title": "A", "rows": rows(6)}, {"title": "B", "rows": rows(5, "s")}),
        131009,
        "interactive.action.sections",
    ),
    ("interactive", a_list({"title": "A", "rows": rows(2)}, {"title": "B", "rows": rows(1)}), 131009, "id"),
    ("interactive", {**a_list({"rows": rows(1)}), "header": {"type": "image", "image": LINK}}, 131009, "header.type"),
    ("interactive", cta("x" * 21, "https://example.org"), 131009, "display_text"),
    ("interactive", cta("x", "example.org"), 100, "url"),
    ("interactive", cards(1), 131009, "interactive.action.cards"),
    ("interactive", cards(11), 131009, "interactive.action.cards"),
    ("interactive", cards(2, body={"text": "a\nb\nc\nd"}), 131009, "body.text"),
    ("template", {"language": {"code": "de"}}, 131008, "template.name"),
    ("template", {"name": "x", "language": {}}, 131008, "template.language.code"),
    (
        "template",
        {"name": "x", "language": {"code": "de"}, "components": [{"type": "button", "sub_type": "url"}]},
        131008,
        "template.components[0].index",
    ),
    (
        "template",
        {"name": "x", "language": {"code": "de"}, "components": [{"type": "body"}, {"type": "BODY"}]},
        131009,
        "template.components",
    ),
]


@pytest.mark.parametrize(("kind", "content"), TAKEN)
def test_taken(kind: str, content: Any) -> None:
    found = validate.request(a_call(kind, content))
    assert isinstance(found, Send)
    assert (found.type, found.content) == (kind, content)


@pytest.mark.parametrize(("kind", "content", "code", "named"), REFUSED)
def test_refused(kind: str, content: Any, code: int, named: str) -> None:
    with pytest.raises(GraphError) as refusal:
        validate.request(a_call(kind, content))
    assert refusal.value.code == code
    assert named in refusal.value.details


@pytest.mark.parametrize(
    "part",
    [
        Buttons((Button("j", "Ja"),), footer="Danke"),
        Link("Zur Seite", "https://example.org", footer="Danke"),
    ],
)
def test_the_file_above_a_question_and_a_link_is_there_and_of_its_kind(stage: Stage, part: Buttons | Link) -> None:
    def answer(file_id: str, kind: HeaderKind) -> Answer:
        headed = replace(part, header_file=Media(file_id, filename="a.jpg"), header_kind=kind)
        return stage.graph(message(Outgoing("1", KIM, None, "Dieses?", kind="link", part=headed)))

    stage.customer()
    file_id = uploaded(stage)
    assert answer(file_id, "image").status == answer(file_id, "document").status == 200
    assert answer(file_id, "video").json["error"]["code"] == 131053
    gone = answer("1", "image").json["error"]
    assert (gone["code"], "interactive['header']['image']['id']" in gone["message"]) == (100, True)


def example(name: str) -> dict[str, Any]:
    text = json.dumps(EXAMPLES[name])
    for placeholder, value in FILLED.items():
        text = re.sub(placeholder if placeholder.startswith("<?") else re.escape(placeholder), value, text)
    return dict(json.loads(text))


@pytest.mark.skipif(not EXAMPLES, reason="JAWORT_VECTORS names no folder with Meta's examples")
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_platforms_own_examples_are_taken(name: str) -> None:
    call = example(name)
    if call.get("interactive", {}).get("type") == "product_list":
        call["interactive"]["header"]["type"] = "text"
    found = validate.request(call)
    assert isinstance(found, Send | validate.Read)


def test_a_type_without_its_object(stage: Stage) -> None:
    error = stage.graph({"messaging_product": "whatsapp", "to": KIM, "type": "image"}).json["error"]
    assert (error["code"], error["error_data"]["details"]) == (131008, "image: required for type image.")


def test_files_are_found_wherever_they_stand() -> None:
    interactive = {**buttons("Ja"), "header": {"type": "video", "video": {"id": "7"}}}
    assert files("interactive", interactive) == [("interactive['header']['video']", "video", {"id": "7"})]
    header = {"type": "header", "parameters": [{"type": "image", "image": {"id": "8"}}]}
    path = "template['components'][0]['parameters'][0]['image']"
    assert files("template", {"components": [header]}) == [(path, "image", {"id": "8"})]


def test_a_file_by_its_id(stage: Stage) -> None:
    stage.customer()
    file_id = uploaded(stage)
    sent = stage.graph(a_call("image", {"id": file_id, "caption": "Bitte sehr"}))
    stage.wait_states(sent.json["messages"][0]["id"], "sent", "delivered")
    (entry,) = stage.sim("GET", "log")["items"]
    assert (entry["type"], entry["text"], entry["content"]["id"]) == ("image", "Bitte sehr", file_id)
    assert stage.graph(a_call("document", {"id": file_id})).status == 200
    wrong = stage.graph(a_call("video", {"id": file_id})).json["error"]
    assert (wrong["code"], "video" in wrong["error_data"]["details"]) == (131053, True)
    stage.sim("POST", "clock", {"shift_s": 30 * 24 * 3_600 + 60})
    gone = stage.graph(a_call("image", {"id": file_id}))
    message = "(#100) Param image['id'] is not a valid whatsapp business account media attachment ID"
    assert (gone.status, gone.json["error"]["message"]) == (400, message)


def test_nothing_is_changed_by_the_check() -> None:
    call = a_call("interactive", cards(3))
    before = copy.deepcopy(call)
    validate.request(call)
    assert call == before
