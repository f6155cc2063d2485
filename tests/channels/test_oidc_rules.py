"""What must hold of a token, for any token at all."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jawort.channels.oidc.rules import LEEWAY, LOGOUT, ending, identity, is_answer, may_be_asked, verified_address
from jawort.channels.oidc.types import Ended, Identity, Question, Refusal, Registration

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
WE = Registration("https://login.firma.example", "jawort", "s", "https://desk.firma.example/accounts/oidc/back")
GOOD = {
    "iss": WE.issuer,
    "sub": "a-1",
    "aud": WE.client_id,
    "nonce": "n",
    "iat": AT.timestamp(),
    "exp": AT.timestamp() + 300,
}
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def told(claims: dict[str, Any]) -> Identity | Refusal:
    return identity(claims, WE, "n", at=AT)


def test_a_good_one_is_somebody() -> None:
    assert told(GOOD) == Identity("a-1")
    assert told(GOOD | {"aud": ["x", "jawort"], "azp": "jawort", "sid": "s-1"}) == Identity("a-1", None, "s-1")


@given(st.dictionaries(st.sampled_from([*GOOD, "azp", "nbf", "email", "email_verified", "sid"]), ODD))
def test_whatever_it_says_it_is_judged(claims: dict[str, Any]) -> None:
    """Never an error; and somebody only with our issuer, our name and the nonce that we gave."""
    said = told(GOOD | claims)
    if isinstance(said, Identity):
        assert {"iss": WE.issuer, "nonce": "n"}.items() <= (GOOD | claims).items()
        assert said.email is None or claims["email_verified"] is True


@given(st.sampled_from(list(GOOD)))
def test_nothing_may_be_missing(name: str) -> None:
    assert isinstance(told({key: value for key, value in GOOD.items() if key != name}), Refusal)


@given(st.integers(-7_200, 7_200), st.integers(-7_200, 7_200))
def test_it_holds_from_when_it_says_to_when_it_says(begins: int, ends: int) -> None:
    found = told(GOOD | {"iat": AT.timestamp() + begins, "exp": AT.timestamp() + ends})
    holds = timedelta(seconds=begins) <= LEEWAY and timedelta(seconds=ends) > -LEEWAY
    assert isinstance(found, Identity) is holds


@given(ODD, ODD)
def test_an_address_needs_the_very_word(email: Any, verified: Any) -> None:
    found = verified_address({"email": email, "email_verified": verified})
    assert (found is not None) is (isinstance(email, str) and verified is True)


@given(st.text(), st.none() | st.text(), st.booleans())
def test_no_other_answer_is_ours(state: str, issuer: str | None, names: bool) -> None:
    mine = Question("the state of this browser", "n", "v")
    assert not is_answer(mine, state, issuer, WE, names=names)
    assert is_answer(mine, mine.state, issuer, WE, names=names) is (issuer is None and not names)
    assert is_answer(mine, mine.state, WE.issuer, WE, names=names)


@given(st.one_of(ODD, st.from_regex(r"(https?|file|ftp)://[a-z\[\]@:.]{0,20}/?", fullmatch=True)))
def test_secrets_go_over_tls_or_stay_here(url: Any) -> None:
    if may_be_asked(url):
        assert url.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")) or "@" in url


@given(st.dictionaries(st.sampled_from([*GOOD, "azp", "events", "sid"]), ODD))
def test_whatever_comes_as_a_logout_it_is_judged(claims: dict[str, Any]) -> None:
    """Never an error; and an end only with the event, for us, from our issuer, and with no nonce."""
    base = {name: value for name, value in GOOD.items() if name != "nonce"} | {"events": {LOGOUT: {}}}
    assert ending(base, WE, at=AT) == Ended("a-1")
    if isinstance(ending(base | claims, WE, at=AT), Ended):
        assert (base | claims)["iss"] == WE.issuer
        assert "nonce" not in claims
