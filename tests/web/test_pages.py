"""Ledger, parked things, settings, and what surrounds every answer."""

import json
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from jawort.core import clock as core_clock
from jawort.intake.models import RawEvent
from jawort.ledger.models import Checkpoint
from jawort.ledger.read import vkey
from jawort.ledger.tlog import note
from jawort.ledger.tlog.checkpoint import open_checkpoint
from jawort.ledger.tlog.log import Log
from jawort.messaging.models import Message
from jawort.staff.models import Agent
from jawort.staff.tokens import issue
from jawort.web.assets import digest
from jawort.web.middleware import POLICY
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

SignedIn = Callable[[Agent], Client]
FAR = "203.0.113.9"


def test_the_ledger_says_how_far_it_has_come(scene: Scene, kim: Customer, dana: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(dana)
    assert "none signed yet" in desk.get("/ledger/").content.decode()
    scene.writes(kim, "Hallo")
    scene.seals()
    page = desk.get("/ledger/").content.decode()
    assert vkey() is not None
    assert str(vkey()) in page
    assert "nothing is waiting" in page
    Checkpoint.objects.order_by("-size")[0].delete()
    assert re.search(r"[1-9]\d* of them not yet signed", desk.get("/ledger/").content.decode())
    scene.seals()


def test_verify_now_finds_nothing_and_then_a_changed_byte(
    scene: Scene, kim: Customer, dana: Agent, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Hallo")
    scene.seals()
    desk = signed_in(dana)
    assert desk.get("/ledger/verify").status_code == 405
    assert "All is sealed and unchanged" in desk.post("/ledger/verify").content.decode()
    message = Message.objects.get()
    whole = bytes(message.ciphertext)
    Message.objects.filter(pk=message.pk).update(ciphertext=whole[:-1] + bytes([whole[-1] ^ 1]))
    page = desk.post("/ledger/verify").content.decode()
    assert "Something does not fit" in page
    assert str(message.pk) in page
    Agent.objects.filter(pk=dana.pk).update(language="de")
    page = desk.post("/ledger/verify").content.decode()
    assert "1 Abweichung gefunden" in page
    assert "passt nicht mehr zu ihrem Eintrag" in page
    assert f'<small lang="en">Message {message.pk}' in page
    Message.objects.filter(pk=message.pk).update(ciphertext=whole)


def test_a_stranger_with_the_tiles_alone_can_verify(scene: Scene, kim: Customer, client: Client) -> None:
    for number in range(5):
        scene.writes(kim, f"Nachricht {number}")
    scene.seals()
    key = note.Verifier.parse(client.get("/ledger/vkey").content.decode().strip())
    signed, _ = open_checkpoint(client.get("/ledger/checkpoint").content, key)

    def read(path: str) -> bytes:
        answer = client.get(f"/ledger/{path}")
        assert answer.status_code == 200, path
        assert "immutable" in answer["Cache-Control"]
        return answer.content

    log = Log(read, signed.size)
    assert log.root() == signed.root
    assert len(log.entries(0)) == signed.size
    assert client.get("/ledger/checkpoint")["Cache-Control"] == "no-store"
    for nothing in ("tile/0/999", "tile/../../etc/passwd", "tile/entries/x", "tile/9/000"):
        assert client.get(f"/ledger/{nothing}").status_code == 404


def test_the_tiles_are_for_this_machine_the_list_and_tokens(
    scene: Scene, client: Client, dana: Agent, alice: Agent, settings: Any
) -> None:
    scene.seals()
    assert client.get("/ledger/checkpoint", REMOTE_ADDR=FAR).status_code == 403
    for agent, status in ((dana, 200), (alice, 403)):
        token = issue(agent, "witness", actor="system", at=core_clock.now())
        answer = client.get("/ledger/checkpoint", headers={"authorization": f"Bearer {token}"}, REMOTE_ADDR=FAR)
        assert answer.status_code == status
    settings.CONFIG = replace(settings.CONFIG, ledger_readers="198.51.100.0/24, 203.0.113.9")
    assert client.get("/ledger/vkey", REMOTE_ADDR=FAR).status_code == 200
    assert client.get("/ledger/vkey", REMOTE_ADDR="unix:").status_code == 403


def test_what_is_parked_is_shown_explained_and_tried_again(
    scene: Scene, bob: Agent, dana: Agent, signed_in: SignedIn
) -> None:
    desk = signed_in(bob)
    assert "Nothing is parked" in desk.get("/parked/").content.decode()
    scene.stores_raw(b"this is no JSON")
    scene.takes()
    page = desk.get("/parked/").content.decode()
    assert "The signature is right, but the body is not what WhatsApp sends" in page
    raw = RawEvent.objects.get()
    assert "Try again" not in signed_in(dana).get("/parked/").content.decode().split("<tbody>")[1]
    assert signed_in(dana).post(f"/parked/updates/{raw.pk}/replay").status_code == 404
    assert "back in the queue" in desk.post(f"/parked/updates/{raw.pk}/replay", follow=True).content.decode()
    assert RawEvent.objects.filter(parked_at=None).count() == 1
    assert "not parked any more" in desk.post(f"/parked/updates/{raw.pk}/replay", follow=True).content.decode()
    assert "not parked any more" in desk.post("/parked/jobs/4711/replay", follow=True).content.decode()
    RawEvent.objects.all().delete()


def test_a_person_chooses_language_theme_and_zone(alice: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(alice)
    chosen = {"language": "de", "theme": "dark", "density": "compact", "time_zone": "Asia/Tokyo", "single_keys": "on"}
    chosen |= {"enter_sends": "on", "signature": "Alice vom Service"}
    page = desk.post("/settings/me", chosen, follow=True).content.decode()
    assert "Gespeichert." in page
    assert '<html lang="de" data-tz="Asia/Tokyo" data-soon="14400" data-theme="dark" data-density="compact">' in page
    assert desk.post("/settings/me", chosen | {"time_zone": "Moon/Base"}).status_code == 422
    assert desk.post("/settings/theme", {"theme": "light"}, headers={"HX-Request": "true"}).status_code == 204
    assert desk.post("/settings/theme", {"theme": "pink"}).status_code == 422
    alice.refresh_from_db()
    assert (alice.language, alice.theme, alice.density) == ("de", "light", "compact")
    assert (alice.time_zone, alice.single_keys, alice.enter_sends) == ("Asia/Tokyo", True, True)
    assert (alice.signature, alice.tells_reading) == ("Alice vom Service", False)
    assert desk.post("/settings/me", chosen | {"signature": "x" * 101}).status_code == 422


def test_without_single_keys_the_desk_carries_none(
    scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Hallo")
    desk, chat = signed_in(alice), f"/inbox/{scene.chat(kim).pk}/"
    assert 'aria-keyshortcuts="E"' in desk.get(chat).content.decode()
    desk.post("/settings/me", {"language": "en", "theme": "dark", "density": "compact", "time_zone": "Asia/Tokyo"})
    for address in (chat, "/contacts/"):
        page = desk.get(address).content.decode()
        assert set(re.findall(r'aria-keyshortcuts="([^"]*)"', page)) <= {"Control+K"}
        assert 'data-keys="off"' in page
        assert "(U)" not in page


def test_headers_of_every_answer(client: Client, db: None) -> None:
    for address in ("/accounts/login/", "/nowhere", "/inbox/"):
        answer = client.get(address)
        assert answer["Content-Security-Policy"] == POLICY
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cache-Control"].startswith("no-store") or "no-store" in answer["Cache-Control"]
        assert "Strict-Transport-Security" not in answer
    assert "unsafe" not in POLICY
    assert "data:" not in POLICY


@pytest.mark.parametrize(
    ("file", "is_document"),
    [("js/app.js", False), ("css/app.css", False), ("vendor/inter.woff2", False), ("vendor/icons.svg", True)],
)
def test_what_is_no_document_carries_no_policy_for_documents(
    client: Client, db: None, file: str, is_document: bool
) -> None:
    answer = client.get(f"{settings.STATIC_URL}{file}")
    answer.close()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    for name in ("Content-Security-Policy", "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy"):
        assert (name in answer) is is_document


def test_over_tls_browsers_are_told_to_stay_there(client: Client, db: None, settings: Any) -> None:
    settings.CONFIG = replace(settings.CONFIG, public_url="https://desk.firma.example")
    assert "max-age=31536000" in client.get("/accounts/login/")["Strict-Transport-Security"]


def test_reports_of_browsers_are_logged_without_what_they_saw(
    client: Client, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"csp-report": {"effective-directive": "script-src", "script-sample": "Kim Muster", "document-uri": "/x"}}
    with caplog.at_level(logging.WARNING, "jawort.web.views"):
        for content in (json.dumps(body), "no json", '{"csp-report": {"effective-directive": "Kim Muster"}}', "[]"):
            answer = client.post("/csp-report", content, content_type="application/csp-report")
            assert answer.status_code == 204
    assert "script-src" in caplog.text
    assert "Kim" not in caplog.text
    big = client.post("/csp-report", "x" * 20_000, content_type="application/csp-report")
    assert big.status_code == 413


def test_every_version_has_addresses_of_its_own(client: Client, db: None) -> None:
    assert f"/static/{digest()}/" == settings.STATIC_URL
    answer = client.get(f"{settings.STATIC_URL}css/app.css")
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    answer.close()
    assert client.get("/static/000000000000/css/app.css").status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", ["Sie sind abgemeldet", "Bitte melden Sie sich an", "in diesem hier zurück", "Anmelden"]),
        ("en", ["You are signed out", "Please sign in", "Then go back in this one", "Sign in"]),
    ],
)
def test_a_form_of_somebody_signed_out_is_answered_with_what_to_do(
    client: Client, language: str, said: list[str]
) -> None:
    headers = {"Accept-Language": language}
    answer = client.post("/settings/me", {"name": "Alice"}, headers=headers)
    assert answer.status_code == 401
    html = answer.content.decode()
    assert f'<html lang="{language}">' in html
    assert re.search(rf'<a [^>]*href="/accounts/login/"[^>]*>{said[-1]}</a>', html)
    for words in said:
        assert words in html
