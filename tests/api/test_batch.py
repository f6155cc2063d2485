"""Many messages in one request: each has an outcome of its own, in its place."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from jawort.api.batch import MESSAGES_MAX
from jawort.consent.purpose import CARE
from jawort.consent.stop import object_to
from jawort.core.phone import Phone
from jawort.ledger.models import Entry
from jawort.messaging.models import Conversation, Message
from jawort.messaging.resolve import resolve
from jawort.staff.models import Agent
from jawort.staff.tokens import issue
from tests.api.test_v1 import SENDS, post, program, upload
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

BATCH = "/api/v1/messages/batch"


@pytest.fixture
def token(scene: Scene, bob: Agent) -> str:
    """A program with Bob's rights."""
    return issue(bob, "test program", actor="system", at=scene.clock.at)


def wants(chat: Conversation | str, key: str, message: dict[str, Any]) -> dict[str, Any]:
    return {"conversation": str(getattr(chat, "pk", chat)), "key": key, "message": message}


def text(words: str) -> dict[str, Any]:
    return {"text": words}


def asks(token: str, *messages: dict[str, Any], **headers: str) -> Any:
    client = program(token)
    return client.post(BATCH, {"messages": messages}, content_type="application/json", headers=headers)


def out() -> list[Message]:
    return list(Message.objects.filter(direction="out").order_by("pk"))


def test_each_has_its_outcome_in_its_place_and_none_takes_others_along(
    scene: Scene, token: str, kim: Customer, nour: Customer
) -> None:
    resolved = Customer("Ole Ohne", Phone("491713920099"), "DE.1713920099")
    for who in (kim, nour, resolved):
        scene.writes(who, "Hallo")
    object_to(scene.chat(nour).contact_id, CARE, actor="system", at=scene.clock.at)
    resolve(scene.chat(resolved), actor="system", at=scene.clock.at)
    post(program(token), scene.chat(nour), text("Früher"), **{"Idempotency-Key": "taken"})
    before = len(out())
    response = asks(
        token,
        wants(scene.chat(kim), "a", text("Guten Tag!")),
        wants(scene.chat(nour), "b", text("Guten Tag!")),
        wants(str(uuid4()), "c", text("Guten Tag!")),
        wants(scene.chat(kim), "d", text("")),
        wants(scene.chat(kim), "e", SENDS[2] | {"footer": "y" * 61}),
        wants(scene.chat(resolved), "f", text("Guten Tag!")),
        wants(scene.chat(kim), "taken", text("Guten Tag!")),
        wants(scene.chat(kim), "g", text("Gern") | {"reply_to": str(uuid4())}),
        wants(scene.chat(kim), "h", {"type": "document", "file": str(uuid4())}),
        wants(scene.chat(kim), "i", text("Bis bald!")),
    )
    assert response.status_code == 200
    items = response.json()["items"]
    assert [(one["key"], one["status"], one["error"] and one["error"]["code"]) for one in items] == [
        ("a", "queued", None),
        ("b", "refused", "objected"),
        ("c", None, "not_found"),
        ("d", None, "text_unfit"),
        ("e", None, "message_unfit"),
        ("f", None, "conversation_resolved"),
        ("taken", None, "idempotency_key_reused"),
        ("g", None, "about_elsewhere"),
        ("h", None, "message_unfit"),
        ("i", "queued", None),
    ]
    assert [one["field"] for one in items[4]["error"]["fields"]] == ["footer"]
    stored = out()[before:]
    assert [one["id"] for one in items if one["id"]] == [str(message.pk) for message in stored]
    assert [message.state for message in stored] == ["queued", "refused", "queued"]
    scene.delivers()
    assert [left.text for left in scene.wire.sent] == ["Guten Tag!", "Bis bald!"]


@pytest.mark.parametrize("body", [text(""), *SENDS, text("Gern") | {"reply_to": str(uuid4())}])
@pytest.mark.parametrize("condition", ["open", "refused", "resolved", "elsewhere"])
def test_an_outcome_is_what_the_single_call_would_say(
    scene: Scene, token: str, kim: Customer, body: dict[str, Any], condition: str
) -> None:
    scene.writes(kim, "Hallo")
    chat = scene.chat(kim)
    if condition == "refused":
        object_to(chat.contact_id, CARE, actor="system", at=scene.clock.at)
    elif condition == "resolved":
        resolve(chat, actor="system", at=scene.clock.at)
    elif condition == "elsewhere":
        chat = Conversation(pk=uuid4())
    german = {"Accept-Language": "de"}
    (one,) = asks(token, wants(chat, "a", body), **german).json()["items"]
    single = post(program(token), chat, body, **german)
    if single.status_code == 201:
        assert (one["status"], one["error"]) == (single.json()["status"], None)
    else:
        assert one["error"] == single.json()
        assert (one["status"], one["id"] is not None) == (
            ("refused", True) if single.status_code == 422 else (None, False)
        )


def test_a_refusal_says_why_and_the_message_is_kept(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(hours=25)
    (one,) = asks(token, wants(scene.chat(kim), "a", text("Noch da?")), **{"Accept-Language": "de"}).json()["items"]
    assert (one["status"], one["error"]["code"]) == ("refused", "window_closed")
    assert "24-Stunden-Fenster" in one["error"]["article"]
    assert one["error"]["help"]
    kept = Message.objects.get(pk=one["id"])
    assert (kept.state, Entry.objects.get(object=kept.pk).kind) == ("refused", "message.refused")


def test_a_repeated_request_doubles_nothing(scene: Scene, token: str, kim: Customer, nour: Customer) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    wanted = [wants(scene.chat(kim), "a", text("Eins")), wants(scene.chat(nour), "b", SENDS[-1])]
    first = asks(token, *wanted).json()
    assert asks(token, *wanted).json() == first
    single = post(program(token), scene.chat(kim), text("Eins"), **{"Idempotency-Key": "a"})
    assert single.json()["id"] == first["items"][0]["id"], "a key is the same in both calls"
    scene.delivers()
    again = asks(token, *wanted, wants(scene.chat(kim), "c", text("Zwei"))).json()["items"]
    assert [one["status"] for one in again] == ["accepted", "accepted", "queued"]
    other = asks(token, wants(scene.chat(kim), "a", text("Anderes"))).json()["items"]
    assert other[0]["error"]["code"] == "idempotency_key_reused"
    scene.delivers()
    assert len(scene.wire.sent) == 3


def test_a_key_twice_is_an_error_of_the_request(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    keys = ("geheim", "b", "geheim")
    response = asks(token, *(wants(scene.chat(kim), key, text("Hallo!")) for key in keys))
    assert (response.status_code, response.json()["code"]) == (400, "key_twice")
    assert "messages.2.key is that of messages.0" in response.json()["reason"]
    assert "geheim" not in response.content.decode()
    assert out() == []


def test_too_many_are_told_the_limit(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    many = [wants(scene.chat(kim), f"{n}", text("x" * 4_096)) for n in range(MESSAGES_MAX + 1)]
    response = asks(token, *many)
    assert (response.status_code, response.json()["code"]) == (400, "too_many")
    assert str(MESSAGES_MAX) in response.json()["reason"]
    assert out() == []


def test_as_many_of_the_longest_texts_as_are_taken_fit_into_a_body(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    longest = wants(scene.chat(kim), "k" * 255, text("\N{PILE OF POO}" * 4_096))
    size = sum(len(part.encode()) for part in (longest["conversation"], longest["key"], longest["message"]["text"]))
    assert size * MESSAGES_MAX < 4 * 1024 * 1024


GOOD = {"conversation": str(uuid4()), "key": "good", "message": {"text": "Guten Tag!"}}


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"key": ""},
        {"key": "k" * 256},
        {"key": None},
        {"key": 7},
        {"conversation": "kim"},
        {"message": {"text": 3}},
        {"message": {"type": "pigeon"}},
        {"message": "Hallo"},
    ],
)
def test_a_body_of_another_shape_is_refused_whole(scene: Scene, token: str, kim: Customer, bad: dict[str, Any]) -> None:
    scene.writes(kim, "Hallo")
    whole = wants(scene.chat(kim), "a", text("Hallo!"))
    response = asks(token, whole, GOOD | bad if bad else {})
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert "messages.1" in response.json()["reason"]
    assert out() == []


@pytest.mark.parametrize("body", ["{", "[]", '{"messages": []}', '{"messages": {}}', "{}"])
def test_what_is_no_batch_is_refused(scene: Scene, token: str, body: str) -> None:
    response = program(token).generic("POST", BATCH, body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


def test_a_key_that_is_no_text_is_refused(scene: Scene, token: str, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    whole = (
        f'{{"messages": [{{"conversation": "{scene.chat(kim).pk}", "key": "\\ud800", "message": {{"text": "x"}}}}]}}'
    )
    assert program(token).generic("POST", BATCH, whole, content_type="application/json").status_code == 400
    assert out() == []


def test_what_one_may_not_see_is_not_there(scene: Scene, token: str, kim: Customer, bob: Agent, dana: Agent) -> None:
    scene.writes(kim, "Hallo")
    hers = issue(dana, "register", actor="system", at=scene.clock.at)
    assert asks(hers, wants(scene.chat(kim), "a", text("Hallo!"))).status_code == 403
    assert Client().post(BATCH, {"messages": []}, content_type="application/json").status_code == 401
    (one,) = asks(token, wants(str(uuid4()), "a", text(""))).json()["items"]
    assert one["error"]["code"] == "not_found", "nothing is said of a message to nowhere"
    assert out() == []


def test_what_was_handed_out_is_one_entry_once_in_ten_minutes(
    scene: Scene, token: str, kim: Customer, nour: Customer
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    wanted = [wants(scene.chat(who), f"{n}", text("Hallo!")) for n, who in enumerate([kim, nour, kim])]
    for _ in "12":
        asks(token, *wanted, wants(str(uuid4()), "nowhere", text("Hallo!")))
    (entry,) = Entry.objects.filter(kind__startswith="content.handed_out")
    homes = sorted(str(scene.chat(who).pk) for who in (kim, nour))
    assert entry.facts["of"] == homes
    assert [actor.partition(":")[0] for actor in entry.facts["to"]] == ["token"]


def test_files_replies_and_reactions_are_checked_and_leave_in_their_order(
    scene: Scene, token: str, kim: Customer, nour: Customer
) -> None:
    named = scene.writes(kim, "Danke!")
    scene.writes(nour, "Hallo")
    about = str(Message.objects.earliest("pk").pk)
    file = upload(program(token), scene.chat(kim), b"%PDF-1.7", "application/pdf", "Angebot.pdf").json()["id"]
    wanted = [
        wants(scene.chat(kim), "a", text("Zuerst")),
        wants(scene.chat(kim), "b", {"type": "document", "file": file, "text": "Unser Angebot"}),
        wants(scene.chat(kim), "c", text("Gern") | {"reply_to": about}),
        wants(scene.chat(kim), "d", {"type": "reaction", "emoji": "👍", "reply_to": about}),
        wants(scene.chat(kim), "e", {"type": "document", "file": file, "text": "Noch einmal"}),
        wants(scene.chat(nour), "f", {"type": "document", "file": file}),
        wants(scene.chat(nour), "g", {"type": "reaction", "emoji": "👍"}),
        wants(scene.chat(nour), "h", text("Gern") | {"reply_to": about}),
    ]
    first = asks(token, *wanted).json()["items"]
    assert [one["status"] or one["error"]["code"] for one in first] == [
        *["queued"] * 5,
        "message_unfit",
        "about_missing",
        "about_elsewhere",
    ]
    assert first[5]["error"]["fields"][0]["code"] == "gone"
    assert asks(token, *wanted).json()["items"] == first
    for _ in "12345":
        scene.delivers()
        scene.clock.forward(seconds=1)
    texts = ["Zuerst", "Unser Angebot", "Gern", "👍", "Noch einmal"]
    assert [left.text for left in scene.wire.sent] == texts
    assert [left.reply_to for left in scene.wire.sent if left.reply_to] == [named, named]
    assert len(scene.wire.given) == 1
