"""The sign-in service ends sign-ins: those that it names, when it is the service that says so."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from jawort.ledger.models import Entry
from jawort.staff.models import Agent
from tests.fixtures.cast import PASSWORD
from tests.fixtures.provider import LOGOUT, Provider, Somebody
from tests.web.test_oidc import at_firma, by_a_secret, by_another_key, signs_in, unsigned

__all__ = ["at_firma"]
pytestmark = pytest.mark.django_db

ENDED = "/accounts/oidc/ended"


def said(token: str) -> int:
    """What the service hears; it has no cookie and no form of ours."""
    return Client(enforce_csrf_checks=True).post(ENDED, {"logout_token": token}).status_code


def is_in(client: Client) -> bool:
    return bool(client.get("/settings/me").status_code == 200)


@pytest.fixture
def two(at_firma: Provider) -> tuple[Client, Client]:
    """alice's browsers, which the service calls one and two."""
    found = []
    for name in ("one", "two"):
        at_firma.session = name
        found.append(signs_in(at_firma).client)
    return found[0], found[1]


def test_one_sign_in_ends(at_firma: Provider, two: tuple[Client, Client], alice: Agent) -> None:
    assert said(at_firma.ends(sid="one")) == 200
    assert [is_in(each) for each in two] == [False, True]
    (entry,) = Entry.objects.filter(kind="agent.session_ended")
    assert (entry.actor, entry.object, entry.facts) == ("system", alice.pk, {"count": 1, "by": "oidc"})


def test_all_of_somebody_end_and_nobody_elses(
    at_firma: Provider, two: tuple[Client, Client], alice: Agent, bob: Agent
) -> None:
    at_firma.people["bob"] = Somebody("b-2", bob.email)
    bobs, by_password = signs_in(at_firma, "bob").client, Client()
    by_password.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    assert said(at_firma.ends(sub="a-1")) == 200
    assert [is_in(each) for each in (*two, by_password, bobs)] == [False, False, False, True]


def test_a_name_of_somebody_elses_sign_in_ends_none(at_firma: Provider, two: tuple[Client, Client], bob: Agent) -> None:
    at_firma.people["bob"] = Somebody("b-2", bob.email)
    signs_in(at_firma, "bob")
    assert said(at_firma.ends(sub="b-2", sid="one")) == 200
    assert [is_in(each) for each in two] == [True, True]


def test_whom_nobody_knows_is_no_trouble(at_firma: Provider, two: tuple[Client, Client]) -> None:
    assert said(at_firma.ends(sub="m-1")) == 200
    assert said(at_firma.ends(sid="three")) == 200
    assert [is_in(each) for each in two] == [True, True]
    assert not Entry.objects.filter(kind="agent.session_ended").exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": None},
        {"sub": 7},
        {"events": None},
        {"events": {}},
        {"events": {LOGOUT: True}},
        {"events": [LOGOUT]},
        {"nonce": "n"},
        {"iss": "https://attacker.example"},
        {"aud": "another-client"},
        {"exp": 1},
        {"iat": None},
    ],
    ids=str,
)
def test_what_is_no_logout_token_ends_nothing(
    at_firma: Provider, two: tuple[Client, Client], claims: dict[str, Any]
) -> None:
    assert said(at_firma.ends(**({"sub": "a-1"} | claims))) == 400
    assert [is_in(each) for each in two] == [True, True]


@pytest.mark.parametrize("signs", [unsigned, by_a_secret, by_another_key, lambda _: "", lambda _: "a" * 20_000])
def test_what_the_service_did_not_sign_ends_nothing(
    at_firma: Provider, two: tuple[Client, Client], signs: Callable[[dict[str, Any]], str]
) -> None:
    at_firma.signs = signs
    assert said(at_firma.ends(sub="a-1")) == 400
    assert [is_in(each) for each in two] == [True, True]


def test_an_id_token_ends_nothing(at_firma: Provider, two: tuple[Client, Client]) -> None:
    token = at_firma.signed(at_firma.people["alice"], {"nonce": "n"})
    assert said(token) == 400
    assert is_in(two[0])


def test_without_a_service_there_is_no_such_address() -> None:
    assert said("a.b.c") == 404
