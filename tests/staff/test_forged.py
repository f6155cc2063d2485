"""A token or a session that differs by anything lets nobody in."""

from collections.abc import Callable
from random import Random

import pytest
from django.conf import settings
from django.test import Client

from jawort.core.clock import now
from jawort.front.door import admit
from jawort.staff.models import Agent, Session, Token
from jawort.staff.tokens import digest, issue

ROUTE = "/api/v1/conversations"
COUNTS = [300, pytest.param(10_000, marks=pytest.mark.long)]
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


def other_letter(secret: str, random: Random) -> str:
    at = random.randrange(len(secret))
    return secret[:at] + random.choice(LETTERS.replace(secret[at], "")) + secret[at + 1 :]


def cut(secret: str, random: Random) -> str:
    return (
        secret[: random.randrange(len(secret))] if random.random() < 0.5 else secret[random.randrange(1, len(secret)) :]
    )


def inserted(secret: str, random: Random) -> str:
    at = random.randrange(1, len(secret))
    return secret[:at] + random.choice([" ", "\t", "%", "*", "ü", "'", "a", ",", "="]) + secret[at:]


FORGERIES: list[Callable[[str, Random], str]] = [
    other_letter,
    cut,
    inserted,
    lambda secret, random: secret + random.choice(LETTERS),
    lambda secret, random: random.choice(LETTERS) + secret,
    lambda secret, _: secret.swapcase(),
    lambda secret, _: secret + secret,
    lambda secret, _: secret[::-1],
    lambda secret, random: "".join(random.sample(secret, len(secret))),
    lambda secret, _: digest(secret).hex(),
    lambda secret, random: random.choice(["", "%", "_" * len(secret), "null", "undefined", "' OR ''='", "0"]),
]


def forged(secret: str, number: int) -> str:
    """One of them; never by chance the secret."""
    random = Random(number)
    while (made := FORGERIES[number % len(FORGERIES)](secret, random)).strip() == secret:
        continue
    return made


@pytest.mark.django_db
@pytest.mark.parametrize("count", COUNTS)
def test_no_other_token_calls_the_api(bob: Agent, count: int) -> None:
    token, client = issue(bob, "test program", actor="system", at=now()), Client()
    for scheme in ("Bearer", "bearer"):
        assert client.get(ROUTE, headers={"Authorization": f"{scheme} {token}"}).status_code == 200
    Token.objects.update(used_at=None)
    for number in range(count):
        given = f"Bearer {forged(token, number)}"
        assert client.get(ROUTE, headers={"Authorization": given}).status_code == 401, number
    for scheme in ("Basic ", "Token ", "", "Bearer: ", "Bearer,"):
        assert client.get(ROUTE, headers={"Authorization": scheme + token}).status_code == 401, scheme
    assert Token.objects.get().used_at is None
    print(f"{count} forged tokens, none let in")


@pytest.mark.django_db
@pytest.mark.parametrize("count", COUNTS)
def test_no_other_session_opens_the_desk(alice: Agent, signed_in: Callable[..., Client], count: int) -> None:
    key, name = signed_in(alice).cookies[settings.SESSION_COOKIE_NAME].value, settings.SESSION_COOKIE_NAME
    client = Client()
    assert client.get("/inbox/", headers={"Cookie": f"{name}={key}"}).status_code == 200
    for number in range(count):
        made = forged(key, number)
        assert admit(made) == 401, number
        answer = client.get("/inbox/", headers={"Cookie": f"{name}={made}"})
        client.cookies.clear()
        assert (answer.status_code, answer.headers["Location"][:16]) == (302, "/accounts/login/"), number
    assert Session.objects.count() == 1
    print(f"{count} forged sessions, none let in")


@pytest.mark.django_db
def test_a_session_that_no_row_can_hold_is_nobodys(alice: Agent, signed_in: Callable[..., Client]) -> None:
    """In quotes a cookie can spell any character, also the one that PostgreSQL's texts cannot hold."""
    key = signed_in(alice).cookies[settings.SESSION_COOKIE_NAME].value
    given = f'{settings.SESSION_COOKIE_NAME}="{key}\\000"'
    assert Client().get("/inbox/", headers={"Cookie": given}).status_code == 302
    assert admit(f"{key}\0") == 401
