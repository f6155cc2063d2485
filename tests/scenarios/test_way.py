"""The way of a message through a whole installation, with what can go wrong on it."""

import hashlib
import hmac
import json
import re
from collections import Counter
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.scenarios.conftest import Desk, Installation, call, eventually

KIM = "4917604069011"
LEE = "4917604069012"
MIA = "4917604069013"


def chat_with(installation: Installation, name: str) -> dict[str, Any]:
    """The newest conversation with somebody of this name."""
    eventually(lambda: [c for c in installation.items("/conversations") if c["contact"]["name"] == name])
    return next(c for c in installation.items("/conversations") if c["contact"]["name"] == name)


def messages(installation: Installation, chat: dict[str, Any]) -> list[dict[str, Any]]:
    return installation.items(f"/conversations/{chat['id']}/messages")


def post(installation: Installation, body: bytes, signature: str | None) -> int:
    """What the webhook listener answers to these bytes."""
    address = urlsplit(installation.told["webhook_url"])
    headers = {"X-Hub-Signature-256": signature} if signature is not None else {}
    with closing(HTTPConnection(address.netloc)) as connection:
        connection.request("POST", address.path, body, headers)
        return connection.getresponse().status


def signed(installation: Installation, body: bytes) -> str:
    return "sha256=" + hmac.digest(installation.told["app_secret"].encode(), body, hashlib.sha256).hex()


def settle_all(desk: Desk) -> str:
    """The supervisor keeps apart what is in doubt; the page as it was before."""
    page = desk.get("/reviews/")
    for review in re.findall(r'action="(/reviews/[0-9a-f-]+/settle)"', page):
        desk.post(review, verdict="apart")
    return page


def test_there_and_back_with_ticks(installation: Installation) -> None:
    installation.phone("users", {"phone": KIM, "name": "Kim Hin"})
    installation.phone(f"users/{KIM}/messages", {"type": "text", "text": "Grüße 😀 https://example.org/?a=1&b=<2>"})
    chat = chat_with(installation, "Kim Hin")
    eventually(lambda: messages(installation, chat)[0]["text"] == "Grüße 😀 https://example.org/?a=1&b=<2>")
    sent = installation.api("POST", f"/conversations/{chat['id']}/messages", {"text": "Guten Tag, gern!"})
    assert sent.status == 201
    eventually(lambda: messages(installation, chat)[0]["status"] == "delivered")
    installation.phone(f"users/{KIM}/read")
    eventually(lambda: messages(installation, chat)[0]["status"] == "read")
    eventually(lambda: all(m["ledger_index"] is not None for m in messages(installation, chat)))


def left(installation: Installation) -> Counter[str]:
    """How often each category has gone to WhatsApp, by the egress register."""
    with psycopg.connect(installation.told["database_url"]) as link:
        query = "SELECT datum, sum(count)::int FROM egress_count WHERE destination = 'graph' GROUP BY datum"
        return Counter(dict(link.execute(query).fetchall()))


def test_the_register_says_what_whatsapp_got(installation: Installation) -> None:
    installation.phone("users", {"phone": MIA, "name": "Mia Still"})
    installation.phone(f"users/{MIA}/messages", {"type": "text", "text": "Haben Sie offen?"})
    chat = chat_with(installation, "Mia Still")
    before = left(installation)
    installation.api("POST", f"/conversations/{chat['id']}/messages", {"text": "Bis sechs."})
    eventually(lambda: messages(installation, chat)[0]["status"] == "delivered")
    got = left(installation) - before
    assert got.pop("credentials") >= 1  # each call proves who we are, a look at the account too
    got.pop("account", None)
    assert got == {"bsuid": 1, "own_id": 1, "text": 1}


def test_nothing_unsigned_is_stored(installation: Installation) -> None:
    message = {"from": "4917604069098", "id": "wamid.FORGED", "timestamp": "1780000000", "type": "text"}
    value = {
        "metadata": {"phone_number_id": installation.told["phone_number_id"]},
        "contacts": [{"wa_id": "4917604069098", "profile": {"name": "Nie Gekommen"}}],
        "messages": [message | {"text": {"body": "gefälscht"}}],
    }
    changes = [{"changes": [{"field": "messages", "value": value}], "id": "1"}]
    body = json.dumps({"object": "whatsapp_business_account", "entry": changes}).encode()
    for signature in (None, "", "sha256=", "sha256=" + "0" * 64, "sha1=abc", "sha256=zz"):
        assert post(installation, body, signature) in {401, 403}, signature
    assert post(installation, body, signed(installation, body + b" ")) in {401, 403}
    installation.phone("users", {"phone": LEE, "name": "Lee Vielleicht"})
    installation.phone(f"users/{LEE}/messages", {"type": "text", "text": "Ich schon"})
    chat_with(installation, "Lee Vielleicht")  # what came later is here, so what came before would be too
    assert "Nie Gekommen" not in {c["contact"]["name"] for c in installation.items("/conversations")}


def test_too_large_is_413(installation: Installation) -> None:
    body = b" " * (4 * 1024 * 1024 + 1)
    assert post(installation, body, signed(installation, body)) == 413


def test_signed_nonsense_is_taken_and_set_aside(installation: Installation) -> None:
    before = installation.api("GET", "/stats").body["raw_events"]
    assert post(installation, b"{nonsense", signed(installation, b"{nonsense")) == 200
    eventually(lambda: installation.api("GET", "/stats").body["raw_events"]["parked"] == before["parked"] + 1)
    assert installation.api("GET", "/stats").body["raw_events"]["stored"] > before["stored"]  # receipts come meanwhile


def test_a_message_that_may_have_left_is_not_sent_twice(installation: Installation) -> None:
    installation.phone("users", {"phone": LEE, "name": "Lee Vielleicht"})
    installation.phone(f"users/{LEE}/messages", {"type": "text", "text": "Hallo"})
    chat = chat_with(installation, "Lee Vielleicht")
    eventually(lambda: messages(installation, chat)[0]["text"] == "Hallo")  # then what is newest afterwards is ours
    installation.phone("faults", {"where": "after", "kind": "drop", "times": 1})
    sent = installation.api("POST", f"/conversations/{chat['id']}/messages", {"text": "Nur einmal"}).body
    eventually(lambda: messages(installation, chat)[0]["status"] in {"delivered", "read"})
    log = call("GET", f"{installation.told['simulator_control_url']}/log", None, {}).body["items"]
    assert [item["biz_opaque_callback_data"] for item in log].count(sent["id"]) == 1


def test_a_day_later_the_gate_says_why(installation: Installation) -> None:
    installation.phone("users", {"phone": KIM, "name": "Kim Hin"})
    installation.phone(f"users/{KIM}/messages", {"type": "text", "text": "Bis morgen"})
    chat = chat_with(installation, "Kim Hin")
    eventually(lambda: messages(installation, chat)[0]["text"] == "Bis morgen")
    eventually(lambda: all(m["ledger_index"] is not None for m in messages(installation, chat)))
    installation.phone("clock", {"shift_s": 25 * 3600})
    try:
        refused = installation.api("POST", f"/conversations/{chat['id']}/messages", {"text": "Noch da?"})
        assert (refused.status, refused.body.get("code")) == (422, "window_closed"), refused
        assert "24" in refused.body["article"]
        assert messages(installation, chat)[0]["text"] == "Noch da?"
    finally:
        installation.phone("clock", {"shift_s": 0})


def a_word_and_an_answer(installation: Installation, text: str) -> None:
    """Kim writes and is answered; both are sealed, so that the clock may move."""
    installation.phone(f"users/{KIM}/messages", {"type": "text", "text": text})
    chat = chat_with(installation, "Kim Hin")
    eventually(lambda: messages(installation, chat)[0]["text"] == text)
    eventually(lambda: messages(installation, chat)[0]["ledger_index"] is not None)
    sent = installation.api("POST", f"/conversations/{chat['id']}/messages", {"text": "Gern!"})
    assert sent.status == 201, sent
    eventually(lambda: messages(installation, chat)[0]["status"] == "delivered")
    eventually(lambda: all(m["ledger_index"] is not None for m in messages(installation, chat)))


def test_an_hour_forth_and_back_holds_nothing_up(installation: Installation) -> None:
    installation.phone("users", {"phone": KIM, "name": "Kim Hin"})
    try:
        for shift in (3_600, 0, -3_600, 0):
            installation.phone("clock", {"shift_s": shift})
            a_word_and_an_answer(installation, f"Um {shift} Sekunden verstellt")
    finally:
        installation.phone("clock", {"shift_s": 0})
    told = messages(installation, chat_with(installation, "Kim Hin"))
    answers = [one["status"] for one in told if one["text"] == "Gern!"]
    assert (len(answers), set(answers) <= {"delivered", "read"}) == (4, True)


def test_a_number_with_a_new_owner(installation: Installation) -> None:
    number = "4917604069013"
    installation.phone("users", {"phone": number, "name": "Alt Besitzer", "bsuid": "DE.10000000000000000001"})
    installation.phone(f"users/{number}/messages", {"type": "text", "text": "Mein Geheimnis"})
    old = chat_with(installation, "Alt Besitzer")
    installation.phone("users", {"phone": number, "name": "Neu Besitzer", "bsuid": "DE.10000000000000000002"})
    installation.phone(f"users/{number}/messages", {"type": "text", "text": "Wer ist da?"})
    new = chat_with(installation, "Neu Besitzer")
    assert new["contact"]["id"] != old["contact"]["id"]
    assert [m["text"] for m in messages(installation, new)] == ["Wer ist da?"]
    refused = installation.api("POST", f"/conversations/{old['id']}/messages", {"text": "Ihr Geheimnis …"})
    assert (refused.status, refused.body["code"]) == (422, "identity_unclear")
    answered = installation.api("POST", f"/conversations/{new['id']}/messages", {"text": "Wir!"})
    assert answered.status == 201
    assert "Getrennt lassen" in settle_all(Desk(installation))
    to_whom = {"text": "Schreiben Sie noch von hier?"}
    assert installation.api("POST", f"/conversations/{old['id']}/messages", to_whom).status == 201
    # It may leave now, for the account that nobody has any more, and not for the number.
    eventually(lambda: messages(installation, old)[0]["status"] == "failed")
    log = call("GET", f"{installation.told['simulator_control_url']}/log", None, {}).body["items"]
    assert messages(installation, old)[0]["id"] not in {item["biz_opaque_callback_data"] for item in log}
    assert [m["text"] for m in messages(installation, new)] == ["Wir!", "Wer ist da?"]


def test_the_old_owner_of_a_number_is_known_by_her_account(installation: Installation) -> None:
    number, account = "4917604069015", "DE.10000000000000000003"
    installation.phone("users", {"phone": number, "name": "Vor Besitzer", "bsuid": account})
    installation.phone(f"users/{number}/messages", {"type": "text", "text": "Noch ich"})
    old = chat_with(installation, "Vor Besitzer")
    installation.phone("users", {"phone": number, "name": "Nach Besitzer", "bsuid": "DE.10000000000000000004"})
    installation.phone(f"users/{number}/messages", {"type": "text", "text": "Jetzt ich"})
    chat_with(installation, "Nach Besitzer")
    refused = installation.api("POST", f"/conversations/{old['id']}/messages", {"text": "Noch da?"})
    assert (refused.status, refused.body["code"]) == (422, "identity_unclear")
    installation.phone("users", {"phone": "4917604069016", "name": "Vor Besitzer", "bsuid": account})
    installation.phone("users/4917604069016/messages", {"type": "text", "text": "Neue Nummer"})
    eventually(lambda: messages(installation, old)[0]["text"] == "Neue Nummer")
    sent = installation.api("POST", f"/conversations/{old['id']}/messages", {"text": "Guten Tag!"})
    assert sent.status == 201
    eventually(lambda: messages(installation, old)[0]["status"] == "delivered")


def test_an_unknown_kind_is_kept_and_shown(installation: Installation) -> None:
    number = "4917604069014"
    installation.phone("users", {"phone": number, "name": "Kay Hologramm"})
    installation.phone(f"users/{number}/messages", {"type": "hologram", "hologram": {"depth": 3}})
    chat = chat_with(installation, "Kay Hologramm")
    eventually(lambda: messages(installation, chat)[0]["type"] == "unsupported")
    assert messages(installation, chat)[0]["text"] == "[hologram]"
