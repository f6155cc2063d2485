"""The API as a foreign program sees it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from jawort.channels.parts import media_of
from jawort.core.phone import Phone
from jawort.ledger.models import Entry
from jawort.messaging.models import Conversation, Message
from jawort.messaging.resolve import resolve
from jawort.staff.models import Agent, Token
from jawort.staff.tokens import issue
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

CONVERSATIONS = "/api/v1/conversations"
Calls = Callable[..., Any]


@pytest.fixture
def token(scene: Scene, bob: Agent) -> str:
    """A program with Bob’s rights."""
    return issue(bob, "test program", actor="system", at=scene.clock.at)


def program(token: str, **headers: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"} | headers)


def post(client: Client, chat: Conversation, body: object, **headers: str) -> Any:
    url = f"{CONVERSATIONS}/{chat.pk}/messages"
    return client.post(url, body, content_type="application/json", headers=headers)


def test_conversations_newest_first_page_by_page(scene: Scene, token: str, kim: Customer, nour: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(seconds=1)
    scene.writes(nour, "Guten Tag")
    first = program(token).get(CONVERSATIONS, {"limit": 1}).json()
    assert [c["contact"]["name"] for c in first["items"]] == [nour.name]
    second = program(token).get(CONVERSATIONS, {"limit": 1, "after": first["next"]}).json()
    assert [c["contact"]["name"] for c in second["items"]] == [kim.name]
    assert second["next"] is None
    assert second["items"][0] == {
        "id": str(scene.chat(kim).pk),
        "channel": "whatsapp",
        "line": "Service",
        "status": "open",
        "assignee": None,
        "contact": {"id": str(scene.chat(kim).contact_id), "name": kim.name},
        "last_message_at": second["items"][0]["last_message_at"],
    } | {"snoozed": False, "snoozed_until": None}


def test_the_largest_page_has_a_next_one(scene: Scene, token: str) -> None:
    """Nothing ends after 200 because a page does."""
    crowd = [Customer(f"Gast {n}", Phone(f"+4917604069{n:03}"), f"DE.{n:020}") for n in range(201)]
    scene.tells(
        *(scene.message(one, f"wamid.{one.bsuid}", {"type": "text", "text": {"body": "Hallo"}}) for one in crowd)
    )
    url, first = CONVERSATIONS, program(token).get(CONVERSATIONS, {"limit": 200}).json()
    last = program(token).get(url, {"limit": 200, "after": first["next"]}).json()
    assert len({c["id"] for c in first["items"] + last["items"]}) == len(crowd)
    assert (len(last["items"]), last["next"]) == (1, None)


def test_messages_with_sender_and_place_in_the_ledger(scene: Scene, token: str, kim: Customer) -> None:
    provider_id = scene.writes(kim, "Hallo")
    url = f"{CONVERSATIONS}/{scene.chat(kim).pk}/messages"
    (message,) = program(token).get(url).json()["items"]
    assert message["ledger_index"] is None
    scene.seals()
    (message,) = program(token).get(url).json()["items"]
    assert message["ledger_index"] is not None
    assert (message["direction"], message["type"], message["text"], message["status"]) == (
        "in",
        "text",
        "Hallo",
        "received",
    )
    assert message["sender"] == {"phone": kim.phone.digits, "bsuid": kim.bsuid}
    assert message["provider_message_id"] == provider_id


def test_reading_is_entered_in_the_ledger_once(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    for _ in range(3):
        program(token).get(f"{CONVERSATIONS}/{scene.chat(kim).pk}/messages")
    handed_out = Entry.objects.filter(kind="content.handed_out", object=scene.chat(kim).pk)
    assert [e.actor for e in handed_out] == [f"token:{Token.objects.get().pk}"]


def test_an_answer_is_queued_and_sent(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    response = post(program(token), scene.chat(kim), {"type": "text", "text": "Guten Tag!"})
    assert (response.status_code, response.json()["status"]) == (201, "queued")
    scene.delivers()
    assert [o.text for o in scene.wire.sent] == ["Guten Tag!"]


def test_the_same_key_again_sends_nothing_twice(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    first, again = (post(program(token), scene.chat(kim), {"text": "Hallo!"}, **{"Idempotency-Key": "a"}) for _ in "12")
    assert first.json()["id"] == again.json()["id"]
    other = post(program(token), scene.chat(kim), {"text": "Anderes"}, **{"Idempotency-Key": "a"})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    scene.delivers()
    assert len(scene.wire.sent) == 1


def test_one_key_is_one_conversations(scene: Scene, token: str, kim: Customer, nour: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.writes(nour, "Hallo")
    post(program(token), scene.chat(kim), {"text": "Hallo!"}, **{"Idempotency-Key": "a"})
    other = post(program(token), scene.chat(nour), {"text": "Hallo!"}, **{"Idempotency-Key": "a"})
    assert other.status_code == 409


@pytest.mark.parametrize(("language", "article"), [("de", "24-Stunden-Fenster"), ("en", "24-hour customer service")])
def test_a_refusal_says_why(scene: Scene, token: str, kim: Customer, language: str, article: str) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(hours=25)
    response = post(program(token), scene.chat(kim), {"text": "Noch da?"}, **{"Accept-Language": language})
    assert (response.status_code, response.json()["code"]) == (422, "window_closed")
    assert article in response.json()["article"]
    assert response.json()["reason"]


@pytest.mark.parametrize("body", [{"text": ""}, {"text": "x" * 4097}, {"text": 3}, {}, {"type": "video", "text": "x"}])
def test_what_is_no_message_is_refused_without_repeating_it(
    scene: Scene, token: str, kim: Customer, body: dict[str, object]
) -> None:
    scene.writes(kim, "Hallo")
    response = post(program(token), scene.chat(kim), body)
    assert response.status_code == 400
    assert set(response.json()) == {"code", "reason", "article", "help"}
    assert "xxxx" not in response.content.decode()


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer jw_guess", "Basic YTpi", "Bearer \u00fc"])
def test_nobody_gets_in_without_a_living_token(scene: Scene, header: str) -> None:
    response = Client(headers={"Authorization": header}).get(CONVERSATIONS)
    assert (response.status_code, response.json()["code"]) == (401, "unauthorized")


def test_a_token_ends_with_its_person(scene: Scene, token: str, bob: Agent) -> None:
    Agent.objects.filter(pk=bob.pk).update(is_active=False)
    assert program(token).get(CONVERSATIONS).status_code == 401


def test_the_data_protection_officer_sees_numbers_and_no_content(scene: Scene, dana: Agent, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    hers = program(issue(dana, "register", actor="system", at=scene.clock.at))
    assert hers.get(CONVERSATIONS).status_code == 403
    assert hers.get(f"{CONVERSATIONS}/{scene.chat(kim).pk}/messages").status_code == 403
    stats = hers.get("/api/v1/stats").json()
    assert stats["messages"] == {"in": 1, "out": {}}
    assert stats["raw_events"]["pending"] == 0
    assert stats["ledger"]["waiting"] == Entry.objects.count() > 0


def test_resolved_conversations_are_listed_too(scene: Scene, token: str, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    resolve(scene.chat(kim), actor=f"staff:{alice.pk}", at=scene.clock.at)
    assert [c["status"] for c in program(token).get(CONVERSATIONS).json()["items"]] == ["resolved"]
    assert program(token).get(CONVERSATIONS, {"view": "all"}).json()["items"] == []


def test_a_refused_message_says_why_in_the_list(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(hours=25)
    post(program(token), scene.chat(kim), {"text": "Noch da?"})
    shown = program(token).get(f"{CONVERSATIONS}/{scene.chat(kim).pk}/messages").json()["items"][0]
    assert (shown["status"], shown["failure"]["code"]) == ("refused", "window_closed")
    assert shown["failure"]["reason"]


@pytest.mark.parametrize("body", [b"{", b'{"text": "\\ud800"}', b'{"text": "a\\u0000b"}', b"\xff"])
def test_what_is_no_text_is_refused(scene: Scene, token: str, kim: Customer, body: bytes) -> None:
    scene.writes(kim, "Hallo")
    url = f"{CONVERSATIONS}/{scene.chat(kim).pk}/messages"
    response = program(token).generic("POST", url, body, content_type="application/json")
    assert (response.status_code, set(response.json())) == (400, {"code", "reason", "article", "help"})


def test_what_does_not_exist_is_not_found(scene: Scene, token: str) -> None:
    assert program(token).get(f"{CONVERSATIONS}/{uuid4()}/messages").status_code == 404


def test_the_description_names_every_call(scene: Scene) -> None:
    described = Client().get("/api/v1/openapi.json").json()
    here, person = "conversations/{conversation_id}", "contacts/{contact_id}/consents"
    paths = ["conversations", f"{here}/messages", f"{here}/files", f"{here}/files/{{file_id}}", "messages/batch"]
    paths += ["gate", "stats", "consents", person]
    assert set(described["paths"]) == {f"/api/v1/{path}" for path in paths}
    for methods in described["paths"].values():
        for call in methods.values():
            assert call["summary"]
            assert call["description"]
    for name, schema in described["components"]["schemas"].items():
        for property_name, about in schema["properties"].items():
            assert about.get("description"), f"{name}.{property_name}"


def test_one_changed_message_does_not_hide_the_others(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.writes(kim, "Noch etwas")
    oldest = Message.objects.order_by("id")[0]
    whole = bytes(oldest.ciphertext)
    Message.objects.filter(pk=oldest.pk).update(ciphertext=bytes([whole[0] ^ 1]) + whole[1:])
    shown = program(token).get(f"{CONVERSATIONS}/{scene.chat(kim).pk}/messages").json()["items"]
    assert [m["text"] for m in shown] == ["Noch etwas", "[unreadable]"]
    Message.objects.filter(pk=oldest.pk).update(ciphertext=whole)


def test_a_conversation_that_moves_up_is_not_given_twice(
    scene: Scene, token: str, kim: Customer, nour: Customer
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
        scene.passes(seconds=1)
    (first,) = program(token).get(CONVERSATIONS, {"limit": 1}).json()["items"]
    assert first["contact"]["name"] == nour.name
    scene.writes(nour, "Noch etwas")
    rest = program(token).get(CONVERSATIONS, {"limit": 10, "after": first["id"]}).json()
    assert ([c["contact"]["name"] for c in rest["items"]], rest["next"]) == ([kim.name], None)


def test_an_unknown_view_is_refused_and_none_means_all(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    refused = program(token).get(CONVERSATIONS, {"view": "nonsense"})
    assert (refused.status_code, refused.json()["code"]) == (400, "view_unknown")
    assert len(program(token).get(CONVERSATIONS, {"view": ""}).json()["items"]) == 1
    assert program(token).get(CONVERSATIONS, {"view": "resolved"}).json()["items"] == []


def test_the_answer_to_a_post_is_handed_out_too(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    post(program(token), scene.chat(kim), {"text": "Guten Tag!"})
    assert Entry.objects.filter(kind="content.handed_out", object=scene.chat(kim).pk).count() == 1


def test_numbers_are_exact(scene: Scene, token: str, kim: Customer) -> None:
    for number in range(3):
        scene.writes(kim, "Hallo")
        post(program(token), scene.chat(kim), {"text": "Guten Tag!"})
        counted = program(token).get("/api/v1/stats").json()["messages"]
        assert counted == {"in": number + 1, "out": {"queued": number + 1}}


SENDS: list[dict[str, Any]] = [
    {"type": "location", "latitude": 52.5, "longitude": 13.4, "name": "Büro"},
    {"type": "contacts", "cards": [{"name": "Nour A.", "phones": ["+49 30 1"]}]},
    {"type": "buttons", "text": "Passt das?", "buttons": [{"title": "Ja", "payload": "j"}], "footer": "Danke"},
    {
        "type": "options",
        "text": "Welche?",
        "button": "Wählen",
        "sections": [{"rows": [{"title": "Eins", "payload": "1", "description": "Die erste"}]}],
    },
    {"type": "link", "text": "Hier", "title": "Zur Seite", "url": "https://example.org"},
    {"type": "ask", "text": "Wo sind Sie?", "what": "location"},
    {
        "type": "template",
        "name": "order_update",
        "language": "de",
        "body": [{"text": "Jörg", "name": "first_name"}],
        "buttons": [{"index": 0, "kind": "url", "value": "A-77"}],
    },
]


@pytest.mark.parametrize("body", SENDS, ids=lambda body: body["type"])
def test_every_kind_can_be_sent(scene: Scene, token: str, kim: Customer, body: dict[str, Any]) -> None:
    scene.writes(kim, "Hallo")
    first, again = (post(program(token), scene.chat(kim), body, **{"Idempotency-Key": "a"}) for _ in "12")
    assert (first.status_code, first.json()["type"]) == (201, body["type"])
    assert again.json()["id"] == first.json()["id"]
    scene.delivers()
    (left,) = scene.wire.sent
    assert (left.kind, left.text) == (body["type"], body.get("text", ""))


def test_a_reply_and_a_reaction_name_their_message(scene: Scene, token: str, kim: Customer) -> None:
    named = scene.writes(kim, "Danke!")
    about = str(Message.objects.get().pk)
    answer = post(program(token), scene.chat(kim), {"text": "Gern", "reply_to": about})
    assert answer.json()["about"] == about
    post(program(token), scene.chat(kim), {"type": "reaction", "emoji": "👍", "reply_to": about})
    scene.delivers()
    assert [left.reply_to for left in scene.wire.sent] == [named, named]
    astray = post(program(token), scene.chat(kim), {"text": "Gern", "reply_to": str(uuid4())})
    assert (astray.status_code, astray.json()["code"]) == (400, "about_elsewhere")


def test_what_breaks_a_limit_is_named_field_by_field(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    body = {
        "type": "buttons",
        "text": "Passt das?",
        "footer": "y" * 61,
        "buttons": [{"title": "x" * 21, "payload": "j"}],
    }
    german = post(program(token), scene.chat(kim), body, **{"Accept-Language": "de"})
    assert german.status_code == 400
    assert [(f["field"], f["code"]) for f in german.json()["fields"]] == [
        ("footer", "too_long"),
        ("buttons.0.title", "too_long"),
    ]
    assert "höchstens 20" in german.json()["reason"]
    assert "xxxx" not in german.content.decode()
    assert Message.objects.count() == 1


def test_outside_the_window_a_template_leaves(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(hours=25)
    assert post(program(token), scene.chat(kim), SENDS[0]).status_code == 422
    assert post(program(token), scene.chat(kim), SENDS[-1]).status_code == 201


def upload(client: Client, chat: Conversation, content: bytes, mime: str, name: str = "") -> Any:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"} if name else {}
    return client.post(f"{CONVERSATIONS}/{chat.pk}/files", content, content_type=mime, headers=headers)


def test_a_file_is_uploaded_and_then_sent(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    content = b"%PDF-1.7\n" + b"x" * 600_000
    file = upload(program(token), scene.chat(kim), content, "application/pdf", "Gr%C3%BC%C3%9Fe.pdf")
    assert file.status_code == 201
    assert (file.json()["type"], file.json()["size"], file.json()["kind"]) == (
        "application/pdf",
        len(content),
        "document",
    )
    body = {"type": "document", "file": file.json()["id"], "text": "Unser Angebot"}
    first, again = (post(program(token), scene.chat(kim), body, **{"Idempotency-Key": "a"}) for _ in "12")
    assert first.status_code == 201
    assert again.json()["id"] == first.json()["id"]
    scene.delivers()
    assert scene.wire.given == [content]
    (left,) = scene.wire.sent
    assert getattr(left.part, "filename", "") == "Grüße.pdf"
    assert [file["name"] for file in first.json()["files"]] == ["Grüße.pdf"]


@pytest.mark.parametrize("body", [body for body in SENDS if body["type"] in {"buttons", "link"}])
def test_a_file_stands_above_a_question_and_a_link(
    scene: Scene, token: str, kim: Customer, body: dict[str, Any]
) -> None:
    scene.writes(kim, "Hallo")
    file = upload(program(token), scene.chat(kim), b"%PDF-1.7", "application/pdf", "Angebot.pdf").json()["id"]
    whole = body | {"header_file": file, "header_kind": "document"}
    for wrong, field in (
        (whole | {"header_kind": "image"}, "file"),
        (whole | {"header_kind": ""}, "header"),
        (whole | {"header": "Kopf"}, "header"),
        (body | {"header_kind": "document"}, "header"),
        (SENDS[3] | {"header_file": file, "header_kind": "document"}, "header"),  # above a list only a text
    ):
        refused = post(program(token), scene.chat(kim), wrong)
        assert (refused.status_code, [f["field"] for f in refused.json()["fields"]]) == (400, [field])
    first, again = (post(program(token), scene.chat(kim), whole, **{"Idempotency-Key": "a"}) for _ in "12")
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    other = whole | ({"url": "https://example.org/other"} if body["type"] == "link" else {"footer": "Anders"})
    reused = post(program(token), scene.chat(kim), other, **{"Idempotency-Key": "a"})
    assert (reused.status_code, reused.json()["code"]) == (409, "idempotency_key_reused")
    assert [file["name"] for file in first.json()["files"]] == ["Angebot.pdf"]
    scene.delivers()
    (left,) = scene.wire.sent
    header = media_of(left.part)
    assert header is not None
    assert (left.kind, header.provider_id, header.filename) == (body["type"], "FILE-1", "Angebot.pdf")


def test_a_form_is_no_file(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    assert upload(program(token), scene.chat(kim), b"a=1", "application/x-www-form-urlencoded").status_code == 415


def test_what_is_no_file_of_this_conversation_is_not_sent(
    scene: Scene, token: str, kim: Customer, nour: Customer
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    file = upload(program(token), scene.chat(nour), b"%PDF-1.7", "application/pdf").json()["id"]
    refused = post(program(token), scene.chat(kim), {"type": "document", "file": file})
    assert (refused.status_code, refused.json()["fields"][0]["code"]) == (400, "gone")
    assert upload(program(token), scene.chat(kim), b"", "application/pdf").status_code == 201
    nothing = upload(program(token), scene.chat(kim), b"", "application/pdf").json()["id"]
    empty = post(program(token), scene.chat(kim), {"type": "document", "file": nothing})
    assert empty.json()["fields"][0]["code"] == "empty"
