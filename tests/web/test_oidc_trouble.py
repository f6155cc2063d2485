"""The sign-in service is away or talks nonsense: a sentence, and passwords go on."""

from dataclasses import replace
from typing import Any

import pytest

from jawort.staff.models import Agent
from tests.fixtures.provider import KEYS, Provider
from tests.fixtures.time import Clock
from tests.web.test_oidc import (
    AWAY,
    BEGIN,
    NOT_BEGUN,
    UNVERIFIED,
    a_browser,
    asked,
    at_firma,
    back,
    signs_in,
    told,
    who,
)

__all__ = ["at_firma"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", [".well-known/openid-configuration", "keys"])
def test_before_anybody_is_sent_there(at_firma: Provider, path: str) -> None:
    at_firma.down = {path}
    assert AWAY in told(a_browser().get(BEGIN))


def test_when_the_browser_comes_back(at_firma: Provider) -> None:
    at_firma.down = {"token"}
    assert AWAY in told(signs_in(at_firma))


def test_nobody_listens(at_firma: Provider, settings: Any) -> None:
    settings.CONFIG = replace(settings.CONFIG, oidc_issuer="http://127.0.0.1:9/firma")
    assert AWAY in told(a_browser().get(BEGIN))


def test_keys_are_changed(at_firma: Provider, alice: Agent, clock: Clock) -> None:
    """A key that we do not know yet has us look again; within half a minute only once."""
    at_firma.keys = [KEYS["ES256"]]
    assert UNVERIFIED in told(signs_in(at_firma))
    at_firma.keys = list(KEYS.values())
    clock.forward(seconds=31)
    assert who(signs_in(at_firma).client) == str(alice.pk)


@pytest.mark.parametrize(
    "offers",
    [
        {"jwks_uri": "https://127.0.0.1:99999/"},
        {"token_endpoint_auth_methods_supported": 7, "token_endpoint": "https://127.0.0.1:99999/"},
    ],
)
def test_nonsense_is_no_error(at_firma: Provider, offers: dict[str, Any]) -> None:
    at_firma.offers = offers
    client = a_browser()
    answer = client.get(BEGIN)
    if "jwks_uri" not in offers:
        answer = client.get(back(at_firma, "alice", asked(client)))
    assert AWAY in told(answer)


def test_strangers_do_not_have_it_asked_again_and_again(at_firma: Provider, clock: Clock) -> None:
    at_firma.down = {"keys"}
    for _ in range(3):
        told(a_browser().get(BEGIN))
    assert at_firma.seen.count("keys") == 1
    at_firma.down = set()
    clock.forward(seconds=5)
    assert a_browser().get(BEGIN).status_code == 302


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("address", [None, 7, "http://attacker.example/", "file:///etc/passwd", "https://[", ""])
def test_a_secret_goes_nowhere_else(at_firma: Provider, name: str, address: Any) -> None:
    at_firma.offers = {name: address}
    assert AWAY in told(a_browser().get(BEGIN))


def test_too_many_come_from_one_place(at_firma: Provider) -> None:
    client = a_browser(REMOTE_ADDR="192.0.2.1")
    for _ in range(50):
        answer = client.get(back(at_firma, "alice", asked(client), state="A" * 43))
    assert NOT_BEGUN in told(answer)
    assert "Too many attempts" in told(client.get(back(at_firma, "alice", asked(client))))
