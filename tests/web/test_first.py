"""The first account on the screen: the link leads to the sign-in, and once somebody can administer to nothing."""

import pytest
from django.test import Client

from jawort.core import clock as core_clock
from jawort.staff.first import offer
from jawort.staff.lockout import FAILURES_OF_PLACE_MAX
from jawort.staff.models import Agent
from tests.fixtures.cast import PASSWORD

ADA = {"name": "Ada Jahn", "email": "ada@firma.example", "language": "de", "password": PASSWORD, "again": PASSWORD}
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def link(db: None) -> str:
    """What `jawort serve` printed."""
    return f"/first/{offer(core_clock.now())}"


def test_from_the_link_to_the_own_desk(client: Client, link: str) -> None:
    page = client.get(link, headers={"Accept-Language": "de"})
    assert "Willkommen bei Jawort" in page.content.decode()
    assert page["Referrer-Policy"] == "strict-origin"
    assert "Ihr Konto ist bereit." in client.post(link, ADA, follow=True).content.decode()
    client.post("/accounts/login/", {"login": ADA["email"], "password": PASSWORD})
    assert client.get("/settings/people")["Content-Language"] == "de"
    for again in (client.get(link), client.post(link, ADA | {"email": "eve@firma.example"})):
        assert again.status_code == 404
    assert Agent.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "ada"}, "Please enter an e-mail address."),
        ({"name": ""}, "Please fill in this field."),
        ({"password": "ada@firma.example", "again": "ada@firma.example"}, "too similar"),
        ({"again": PASSWORD + "!"}, "The two are not the same."),
        ({"language": "fr"}, "not one of the available choices"),
    ],
)
def test_what_does_not_do_is_said(client: Client, link: str, wrong: dict[str, str], said: str) -> None:
    answer = client.post(link, ADA | wrong, headers=ENGLISH)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Agent.objects.exists()


def test_an_address_that_is_taken_is_said(alice: Agent, client: Client, link: str) -> None:
    answer = client.post(link, ADA | {"email": alice.email}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "There is an account with this address already." in answer.content.decode()


def test_whoever_tries_links_is_locked_out(client: Client, link: str) -> None:
    for number in range(FAILURES_OF_PLACE_MAX):
        assert client.get(f"/first/{number}").status_code == 404
    assert client.get(link).status_code == 429
