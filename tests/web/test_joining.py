"""An invitation on the screen: the link is shown once, opened by whoever has it, and told to nobody else."""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Page, Request

from jawort.cli.logs import JsonLines
from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.staff.invite import invite
from jawort.staff.lockout import FAILURES_OF_PLACE_MAX, LOCKED_FOR
from jawort.staff.models import Agent, Invitation
from jawort.staff.permissions import Role
from tests.fixtures.cast import PASSWORD
from tests.fixtures.time import Clock
from tests.web.live_urls import IN_FLIGHT

SignedIn = Callable[[Agent], Client]
NOAH = {"name": "Noah", "email": "noah@firma.example", "role": "agent"}
CHOSEN = {"language": "de", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def link(ada: Agent) -> str:
    """What noah was given."""
    return f"/join/{invite(NOAH['email'], 'Noah', Role.AGENT, ada, at=core_clock.now())}"


def test_from_the_administrators_page_to_the_own_desk(ada: Agent, signed_in: SignedIn, client: Client) -> None:
    admin = signed_in(ada)
    page = admin.post("/settings/people", NOAH).content.decode()
    link = page.partition('id="invitation" tabindex="0">')[2].partition("<")[0]
    path = urlsplit(link).path
    page = admin.get("/settings/people").content.decode()
    assert "Take back the invitation of Noah" in page
    assert path not in page
    assert "Ada has invited you" in client.get(path, headers={"Accept-Language": "en"}).content.decode()
    page = client.post(path, CHOSEN, follow=True).content.decode()
    assert "Ihr Konto ist bereit." in page
    client.post("/accounts/login/", {"login": NOAH["email"], "password": PASSWORD})
    assert client.get("/inbox/")["Content-Language"] == "de"
    assert client.post(path, CHOSEN).status_code == 404


def test_looking_changes_nothing(client: Client, link: str) -> None:
    before = Entry.objects.count()
    for ask in (client.get, client.head, client.get):
        assert ask(link).status_code == 200
    assert (Entry.objects.count(), Invitation.objects.count(), Agent.objects.count()) == (before, 1, 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"password": "elfzeichen!", "again": "elfzeichen!"}, "at least 12 characters"),
        ({"password": "1qaz2wsx3edc", "again": "1qaz2wsx3edc"}, "too common"),
        ({"password": "noah@firma.example", "again": "noah@firma.example"}, "too similar"),
        ({"again": PASSWORD + "!"}, "The two are not the same."),
        ({"password": " " * 300, "again": " " * 300}, "At most 256 characters"),
        ({"language": "fr"}, "not one of the available choices"),
    ],
)
def test_what_does_not_do_is_said(client: Client, link: str, wrong: dict[str, str], said: str) -> None:
    answer = client.post(link, CHOSEN | wrong, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Agent.objects.count() == 1


def test_what_the_administrator_says_wrongly_is_said(ada: Agent, alice: Agent, signed_in: SignedIn) -> None:
    for wrong, said in (
        ({"email": "noah"}, "Please enter an e-mail address."),
        ({"email": "ALICE@firma.example"}, "There is an account with this address already."),
        ({"name": ""}, "Please fill in this field."),
        ({"role": "owner"}, "not one of the available choices"),
    ):
        answer = signed_in(ada).post("/settings/people", NOAH | wrong)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not Invitation.objects.exists()


def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(
    client: Client, ada: Agent, link: str, signed_in: SignedIn
) -> None:
    signed_in(ada).post(f"/settings/invitations/{Invitation.objects.get().pk}/take-back")
    said = set()
    for path in (link, "/join/x", "/join/" + "%F0" * 40, f"{link}%00"):
        for answer in (client.get(path), client.post(path, CHOSEN)):
            said.add((answer.status_code, answer.content.partition(b"<main")[2].partition(b"</main>")[0]))
    assert len(said) == 1


def test_who_tries_many_links_waits_and_an_opened_one_is_no_failure(client: Client, link: str, clock: Clock) -> None:
    for _ in range(2 * FAILURES_OF_PLACE_MAX):
        assert client.get(link).status_code == 200
    for number in range(FAILURES_OF_PLACE_MAX):
        assert client.get(f"/join/{number}").status_code == 404
    assert client.get(link).status_code == 429
    clock.forward(seconds=LOCKED_FOR.total_seconds())
    assert client.get(link).status_code == 200


def test_a_forged_form_is_refused(link: str) -> None:
    assert Client(enforce_csrf_checks=True).post(link, CHOSEN).status_code == 403


def test_no_log_tells_the_token(client: Client, link: str, caplog: pytest.LogCaptureFixture) -> None:
    strict, lines = Client(enforce_csrf_checks=True), JsonLines("front")
    with caplog.at_level(logging.DEBUG, "django"):
        strict.post(link, CHOSEN)
        client.put(link)
        client.get(f"{link}/more")
        client.get(f"{link}x")
        client.post(link, CHOSEN)
    logged = [lines.format(record) for record in caplog.records if not record.name.startswith("django.db")]
    assert logged
    assert not [line for line in logged if link[6:] in line]


@pytest.mark.browser
def test_no_request_of_the_page_names_it(site: str, open_page: Callable[..., Page], ada: Agent) -> None:
    link = f"/join/{invite(NOAH['email'], 'Noah', Role.AGENT, ada, at=core_clock.now())}"
    told: list[str] = []

    def hear(request: Request) -> None:
        told.append(request.headers.get("referer", ""))

    before, page = IN_FLIGHT.count, open_page(locale="en")
    page.on("request", hear)
    page.goto(site + link)
    page.get_by_role("button", name="Deutsch").click()
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_again").fill(PASSWORD)
    page.locator("#id_again").press("Enter")
    page.wait_for_url("**/accounts/login/")
    page.wait_for_load_state("load")
    page.context.close()
    assert IN_FLIGHT.rest(before)
    assert len(told) > 5
    assert not [referer for referer in told if "join" in referer]
