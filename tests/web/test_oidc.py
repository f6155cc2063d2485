"""Signing in by the company's sign-in service: who comes in, and what an attacker could try on the way."""

import base64
import hmac
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from jawort.ledger.models import Entry
from jawort.staff.accounts import close
from jawort.staff.link import link_of
from jawort.staff.models import Agent, Linked
from tests.fixtures.cast import PASSWORD
from tests.fixtures.provider import CALLBACK, CLIENT, KEYS, Provider, Somebody
from tests.fixtures.time import Clock

pytestmark = pytest.mark.django_db

BEGIN = "/accounts/oidc/"
LOGIN = "/accounts/login/"
NOBODY = "You have no account here yet"
UNVERIFIED = "could not be verified"
NOT_BEGUN = "was not begun here"
AWAY = "does not answer"


def a_browser(**more: Any) -> Client:
    return Client(headers={"Accept-Language": "en"}, **more)


def asked(client: Client, to: str = "") -> dict[str, str]:
    """The browser is sent to the service: with what."""
    answer = client.get(BEGIN, {"next": to} if to else {})
    assert answer.status_code == 302, answer
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def back(provider: Provider, name: str, question: dict[str, str], **other: str) -> str:
    """Where the service sends the browser, without the host; with `other` in place of what it says."""
    parts = urlsplit(provider.lets(name, question))
    said = {key: values[0] for key, values in parse_qs(parts.query).items()} | other
    return f"{parts.path}?" + "&".join(f"{key}={value}" for key, value in said.items())


def signs_in(provider: Provider, name: str = "alice", client: Client | None = None) -> Any:
    """All the way; the answer to the browser that came back."""
    client = client or a_browser()
    return client.get(back(provider, name, asked(client)))


def told(answer: Any) -> str:
    """What the sign-in page says to whoever was not let in."""
    assert (answer.status_code, answer["Location"]) == (302, LOGIN)
    assert "_auth_user_id" not in answer.client.session
    return str(answer.client.get(LOGIN).content.decode())


def who(client: Client) -> str | None:
    found = client.session.get("_auth_user_id")
    return str(found) if found else None


def entries() -> list[tuple[str, dict[str, Any]]]:
    return list(Entry.objects.filter(kind__startswith="agent.").order_by("pk").values_list("kind", "facts"))


@pytest.fixture
def at_firma(provider: Provider, alice: Agent) -> Provider:
    """alice has an account at the service, with the address that she has here, in other letters."""
    provider.people["alice"] = Somebody("a-1", "Alice@Firma.example")
    return provider


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "PS256"])
def test_a_verified_address_opens_the_account_and_links_it(at_firma: Provider, alice: Agent, algorithm: str) -> None:
    at_firma.algorithm = algorithm
    answer = signs_in(at_firma)
    assert answer["Location"] == "/"
    assert who(answer.client) == str(alice.pk)
    assert entries() == [("agent.linked", {"by": "address"}), ("agent.signed_in", {"by": "oidc"})]
    linked = link_of(alice.pk, at_firma.issuer)
    assert linked is not None
    assert linked.subject == "a-1"


def test_the_question_is_a_browsers_own_and_hides_its_verifier(at_firma: Provider) -> None:
    one, other = asked(a_browser()), asked(a_browser())
    assert (one["response_type"], one["scope"], one["code_challenge_method"]) == ("code", "openid email", "S256")
    assert one["redirect_uri"] == f"http://testserver{CALLBACK}"
    for name in ("state", "nonce", "code_challenge"):
        assert len(one[name]) == 43
        assert one[name] != other[name]


def test_once_linked_the_pseudonym_counts_and_no_address(at_firma: Provider, alice: Agent, bob: Agent) -> None:
    """alice's account there gets bob's address: it opens alice's account, as ever."""
    signs_in(at_firma)
    at_firma.people["alice"] = Somebody("a-1", bob.email)
    assert who(signs_in(at_firma).client) == str(alice.pk)
    at_firma.people["alice"] = Somebody("a-1", "", False)
    assert who(signs_in(at_firma).client) == str(alice.pk)


def test_who_gets_a_leavers_address_does_not_get_their_account(at_firma: Provider, alice: Agent) -> None:
    signs_in(at_firma)
    at_firma.people["other"] = Somebody("b-2", alice.email)
    assert "another identity" in told(signs_in(at_firma, "other"))
    assert Linked.objects.get().subject == "a-1"


@pytest.mark.parametrize("verified", [False, "true", 1, None])
def test_an_address_that_is_not_verified_opens_nothing(at_firma: Provider, verified: Any) -> None:
    at_firma.people["alice"] = Somebody("a-1", "alice@firma.example", verified)
    assert NOBODY in told(signs_in(at_firma))
    assert not Linked.objects.exists()


@pytest.mark.parametrize(
    "address", ["mallory@firma.example", "", "alice@firma.example.attacker.example", "\u212aim@firma.example"]
)
def test_nobody_gets_an_account_by_signing_in(at_firma: Provider, address: str, db: None) -> None:
    """Nor somebody else's, by letters that only become its own when they are made small."""
    before = Agent.objects.count()
    at_firma.people["mallory"] = Somebody("m-1", address)
    assert NOBODY in told(signs_in(at_firma, "mallory"))
    assert Agent.objects.count() == before


@pytest.mark.parametrize("linked", [True, False])
def test_a_closed_account_stays_closed(at_firma: Provider, alice: Agent, clock: Clock, linked: bool) -> None:
    if linked:
        signs_in(at_firma)
    close(alice.pk, actor="system", at=clock.at)
    assert "This account is closed" in told(signs_in(at_firma))


def test_the_services_word_stands_for_the_second_factor(at_firma: Provider, alice: Agent) -> None:
    Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert who(signs_in(at_firma).client) == str(alice.pk)


def test_an_address_may_come_from_userinfo(at_firma: Provider, alice: Agent) -> None:
    at_firma.in_token = False
    assert who(signs_in(at_firma).client) == str(alice.pk)
    assert at_firma.seen[-1] == "userinfo"


def test_userinfo_of_somebody_else_is_nobodys(at_firma: Provider, bob: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    at_firma.in_token = False
    at_firma.claims = {"sub": "m-1"}
    assert NOBODY in told(signs_in(at_firma))


def test_a_secret_may_be_posted_where_the_service_wants_it_so(at_firma: Provider, alice: Agent) -> None:
    at_firma.offers = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert who(signs_in(at_firma).client) == str(alice.pk)


class TestState:
    """A browser comes back with its own question, once."""

    def test_a_forged_one(self, at_firma: Provider) -> None:
        client = a_browser()
        address = back(at_firma, "alice", asked(client), state="A" * 43)
        assert NOT_BEGUN in told(client.get(address))
        assert "token" not in at_firma.seen

    @pytest.mark.parametrize("state", ["", "%C3%BC", "%00"])
    def test_an_odd_one(self, at_firma: Provider, state: str) -> None:
        client = a_browser()
        address = back(at_firma, "alice", asked(client), state=state)
        assert NOT_BEGUN in told(client.get(address))

    def test_that_of_another_browser(self, at_firma: Provider) -> None:
        """An attacker has somebody open the end of a way that the attacker began."""
        address = back(at_firma, "alice", asked(a_browser()))
        assert NOT_BEGUN in told(a_browser().get(address))
        victim = a_browser()
        asked(victim)
        assert NOT_BEGUN in told(victim.get(address))

    def test_a_second_time(self, at_firma: Provider) -> None:
        client = a_browser()
        address = back(at_firma, "alice", asked(client))
        client.get(address)
        client.logout()
        assert NOT_BEGUN in told(client.get(address))

    def test_thought_better_of_it(self, at_firma: Provider) -> None:
        client = a_browser()
        question = asked(client)
        assert NOT_BEGUN in told(client.get(CALLBACK, {"error": "access_denied", "state": question["state"]}))

    def test_a_code_that_was_not_given_for_it(self, at_firma: Provider) -> None:
        """A stolen code: PKCE ties it to the browser that it was given to."""
        thief, victim = a_browser(), a_browser()
        theirs = asked(thief)
        stolen = parse_qs(urlsplit(back(at_firma, "alice", asked(victim))).query)["code"][0]
        assert UNVERIFIED in told(thief.get(CALLBACK, {"code": stolen, "state": theirs["state"]}))


class TestIssuer:
    """The answer is from the service that was asked (RFC 9207), and so is the token."""

    def test_named_rightly(self, at_firma: Provider, alice: Agent) -> None:
        at_firma.offers = {"authorization_response_iss_parameter_supported": True}
        at_firma.returns = {"iss": at_firma.issuer}
        assert who(signs_in(at_firma).client) == str(alice.pk)

    def test_another_one_named(self, at_firma: Provider) -> None:
        at_firma.returns = {"iss": "https://attacker.example"}
        assert NOT_BEGUN in told(signs_in(at_firma))
        assert "token" not in at_firma.seen

    def test_none_named_by_one_that_always_does(self, at_firma: Provider) -> None:
        at_firma.offers = {"authorization_response_iss_parameter_supported": True}
        assert NOT_BEGUN in told(signs_in(at_firma))

    def test_a_document_of_another_one(self, at_firma: Provider) -> None:
        at_firma.offers = {"issuer": f"{at_firma.issuer}/"}
        assert AWAY in told(a_browser().get(BEGIN))


def in_base64(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any]) -> str:
    return f"{in_base64(json.dumps({'alg': 'none'}).encode())}.{in_base64(json.dumps(claims).encode())}."


def by_a_secret(claims: dict[str, Any]) -> str:
    """The service's public key, which everybody knows, taken for a secret."""
    head = json.dumps({"alg": "HS256", "kid": "rsa"}).encode()
    said = f"{in_base64(head)}.{in_base64(json.dumps(claims).encode())}"
    return f"{said}.{in_base64(hmac.digest(KEYS['RS256'].as_pem(private=False), said.encode(), 'sha256'))}"


def by_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "rsa"}, claims, RSAKey.generate_key(2048))


def with_its_own_key(claims: dict[str, Any]) -> str:
    """The key comes along in the token."""
    key = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "kid": "rsa", "jwk": key.as_dict(private=False)}, claims, key)


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    "signs", [unsigned, by_a_secret, by_another_key, with_its_own_key, lambda _: "a.b", lambda _: ""]
)
def test_a_token_that_the_service_did_not_sign(at_firma: Provider, signs: Callable[[dict[str, Any]], str]) -> None:
    at_firma.signs = signs
    assert UNVERIFIED in told(signs_in(at_firma))


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "A" * 43},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": None},
        {"aud": []},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"iss": "https://attacker.example"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"iat": 1, "exp": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": "a" * 256},
        {"sub": "a\0b"},
        {"sub": 7},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_now(at_firma: Provider, claims: dict[str, Any]) -> None:
    at_firma.claims = claims
    assert UNVERIFIED in told(signs_in(at_firma))


def test_clocks_may_differ_a_little(at_firma: Provider, alice: Agent, clock: Clock) -> None:
    now = int(clock.at.timestamp())
    at_firma.claims = {"iat": now + 50, "exp": now + 60}
    assert who(signs_in(at_firma).client) == str(alice.pk)
    at_firma.claims = {"iat": now - 300, "exp": now - 61}
    assert UNVERIFIED in told(signs_in(at_firma))


@pytest.mark.parametrize(
    ("to", "ends"),
    [
        ("/settings/me", "/settings/me"),
        ("https://attacker.example/", "/"),
        ("//attacker.example/", "/"),
        ("/\\attacker.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_nobody_is_led_elsewhere(at_firma: Provider, to: str, ends: str) -> None:
    client = a_browser()
    answer = client.get(back(at_firma, "alice", asked(client, to)))
    assert answer["Location"] == ends


def test_the_session_before_signing_in_is_worth_nothing_after(at_firma: Provider) -> None:
    client = a_browser()
    question = asked(client)
    before = client.session.session_key
    client.get(back(at_firma, "alice", question))
    assert client.session.session_key != before


@pytest.mark.parametrize("path", [BEGIN, CALLBACK])
def test_without_a_service_there_is_no_such_way(path: str) -> None:
    assert a_browser().get(path).status_code == 404
    assert "oidc" not in a_browser().get(LOGIN).content.decode()


def test_passwords_open_the_account_as_before(at_firma: Provider, alice: Agent) -> None:
    client = a_browser()
    assert "Firma-Login" in client.get(f"{LOGIN}?next=/settings/me").content.decode()
    client.post(LOGIN, {"login": alice.email, "password": PASSWORD})
    assert who(client) == str(alice.pk)


def test_the_code_is_in_no_log(at_firma: Provider, caplog: pytest.LogCaptureFixture, clock: Clock) -> None:
    at_firma.claims = {"exp": int((clock.at - timedelta(days=1)).timestamp())}
    told(signs_in(at_firma))
    assert "not valid now" in caplog.text
    assert "a-1" not in caplog.text
    assert "alice" not in caplog.text.lower()


def test_a_desk_without_the_service_carries_nothing_of_it() -> None:
    """What verifies signatures is loaded when somebody first comes by it."""
    program = (
        "import django, sys; django.setup(); import jawort.front.serve, jawort.urls; sys.exit('joserfc' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
