"""Signing in and out: who gets in, who is locked out, what is closed, and in which language it is said."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.staff.lockout import FAILURES_OF_ADDRESS_MAX, FAILURES_OF_PLACE_MAX, LOCKED_FOR, Tried, admits
from jawort.staff.models import Agent, SignInFailure
from tests.fixtures.cast import PASSWORD
from tests.fixtures.time import Clock

LOGIN = "/accounts/login/"
WRONG = {"login": "alice@firma.example", "password": "wrong"}
RIGHT = {"login": "alice@firma.example", "password": PASSWORD}


def kinds() -> list[str]:
    return list(Entry.objects.filter(kind__startswith="agent.sign").order_by("pk").values_list("kind", flat=True))


def test_in_and_out_and_both_are_in_the_ledger(client: Client, alice: Agent, clock: Clock) -> None:
    answer = client.post(LOGIN + "?next=/settings/me", RIGHT | {"next": "/settings/me"})
    assert answer["Location"] == "/settings/me"
    assert client.get("/inbox/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/inbox/").status_code == 302
    assert kinds() == ["agent.signed_in", "agent.signed_out"]


def test_an_answer_to_an_ended_session_takes_no_cookie_away(client: Client, alice: Agent) -> None:
    """It may arrive after that of a sign-in, and would take the new session's."""
    client.force_login(alice)
    old = client.cookies[settings.SESSION_COOKIE_NAME].value
    out = client.post("/accounts/logout/")
    assert out.cookies[settings.SESSION_COOKIE_NAME].value == ""
    late = Client(headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={old}"}).get("/inbox/")
    assert (late.status_code, dict(late.cookies)) == (302, {})
    assert "Cookie" in late["Vary"]


def test_signing_out_needs_a_post(client: Client, alice: Agent) -> None:
    client.force_login(alice)
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert client.get("/inbox/").status_code == 200


def test_the_answer_does_not_tell_who_exists(client: Client, alice: Agent, clock: Clock) -> None:
    said = {
        client.post(LOGIN, WRONG | {"login": who}).content.decode().replace(who, "")
        for who in ("alice@firma.example", "nobody@firma.example")
    }
    refused = {text.split("say--bad")[1].split("</p>")[0] for text in said}
    assert len(refused) == 1
    assert "Bitten Sie die Administration um einen Link" in refused.pop()
    assert kinds() == ["agent.sign_in_failed"]


def test_five_wrong_passwords_lock_the_address_even_for_the_right_one(
    client: Client, alice: Agent, clock: Clock
) -> None:
    for _ in range(FAILURES_OF_ADDRESS_MAX):
        assert client.post(LOGIN, WRONG).status_code == 200
    client.post(LOGIN, RIGHT)
    assert client.get("/inbox/").status_code == 302
    clock.forward(seconds=LOCKED_FOR.total_seconds() + 1)
    client.post(LOGIN, RIGHT)
    assert client.get("/inbox/").status_code == 200


def test_the_lock_outlives_the_process_and_holds_no_address(alice: Agent, clock: Clock) -> None:
    tried = Tried("Alice@Firma.example ", "203.0.113.7")
    for _ in range(FAILURES_OF_ADDRESS_MAX):
        assert admits(tried, core_clock.now())
    assert not admits(Tried("alice@firma.example", "198.51.100.1"), core_clock.now())
    assert admits(Tried("bob@firma.example", "203.0.113.7"), core_clock.now())
    assert all(b"alice" not in bytes(key) for key in SignInFailure.objects.values_list("key", flat=True))


def test_a_place_that_tries_many_addresses_is_locked(db: None, clock: Clock) -> None:
    for number in range(FAILURES_OF_PLACE_MAX):
        assert admits(Tried(f"{number}@firma.example", "203.0.113.7"), core_clock.now())
    assert not admits(Tried("new@firma.example", "203.0.113.7"), core_clock.now())
    assert admits(Tried("new@firma.example", "203.0.113.8"), core_clock.now())
    clock.forward(days=2)
    admits(Tried("x@firma.example", "203.0.113.8"), core_clock.now())
    assert SignInFailure.objects.count() == 2


def test_right_passwords_keep_the_count_low(client: Client, alice: Agent, clock: Clock) -> None:
    for _ in range(3):
        for _ in range(FAILURES_OF_ADDRESS_MAX - 1):
            client.post(LOGIN, WRONG)
        client.post(LOGIN, RIGHT)
        assert client.get("/inbox/").status_code == 200
        client.post("/accounts/logout/")


def test_a_closed_account_gets_nowhere(client: Client, alice: Agent) -> None:
    client.force_login(alice)
    Agent.objects.filter(pk=alice.pk).update(is_active=False)
    assert client.get("/inbox/").status_code == 302
    client.post(LOGIN, RIGHT)
    assert client.get("/inbox/").status_code == 302


@pytest.mark.parametrize(
    "address", ["signup/", "password/reset/", "email/", "password/change/", "confirm-email/", "reauthenticate/", ""]
)
def test_the_rest_of_allauth_is_closed(client: Client, alice: Agent, address: str) -> None:
    client.force_login(alice)
    assert client.get(f"/accounts/{address}").status_code == 404
    assert client.post(f"/accounts/{address}").status_code == 404


@pytest.mark.parametrize(("browser", "spoken"), [("en-GB,en;q=0.9", "en"), ("de-AT", "de"), ("fr", "de"), ("", "de")])
def test_before_sign_in_the_browsers_language_unless_another_is_chosen(
    client: Client, db: None, browser: str, spoken: str
) -> None:
    said = {"de": ("Bei Jawort anmelden", "Nicht gefunden"), "en": ("Sign in to Jawort", "Not found")}
    asks = {"accept-language": browser}
    for address, words in zip((LOGIN, "/accounts/signup/"), said[spoken], strict=True):
        page = client.get(address, headers=asks)
        assert words in page.content.decode()
        assert page["Content-Language"] == spoken
    other = "de" if spoken == "en" else "en"
    answer = client.post("/language", {"language": other, "next": LOGIN}, headers=asks)
    assert answer["Location"] == LOGIN
    assert said[other][0] in client.get(LOGIN, headers=asks).content.decode()


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_language_switch_leads_nowhere_else(client: Client, db: None, away: str) -> None:
    assert client.post("/language", {"language": "en", "next": away})["Location"] == "/"
    assert client.post("/language", {"language": "xx", "next": "/"}).cookies == {}


def test_the_session_ends_with_the_working_day(client: Client, alice: Agent, clock: Clock) -> None:
    client.post(LOGIN, RIGHT)
    session = client.session
    assert timedelta(seconds=session.get_expiry_age()) <= timedelta(hours=12)


def test_forged_forms_are_refused(alice: Agent, signed_in: Callable[[Agent], Client]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    answer = strict.post("/settings/theme", {"theme": "dark"})
    assert answer.status_code == 403
    assert "Go back, reload and try again" in answer.content.decode()
