"""Settings › Sign-in: another password, and sign-ins that are seen and ended; what somebody could try against it."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from jawort.ledger.models import Entry
from jawort.staff.lockout import FAILURES_OF_ADDRESS_MAX
from jawort.staff.models import Agent, Session
from tests.fixtures.cast import PASSWORD
from tests.fixtures.time import Clock

SignedIn = Callable[[Agent], Client]
PAGE = "/settings/sign-in"
NEW = "neun Kraniche im Nebel"
CHANGE = {"old": PASSWORD, "password": NEW, "again": NEW}
LOGIN = {"login": "alice@firma.example", "password": PASSWORD}
IPAD = "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


def key(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def kinds(agent: Agent) -> list[tuple[str, dict[str, object]]]:
    return list(Entry.objects.filter(actor=agent.actor).order_by("pk").values_list("kind", "facts"))


def test_another_password_ends_what_the_old_one_opened(alice: Agent, bob: Agent, signed_in: SignedIn) -> None:
    here, elsewhere, others = signed_in(alice), signed_in(alice), signed_in(bob)
    before = key(here)
    assert "Your password is changed." in here.post(f"{PAGE}/password", CHANGE, follow=True).content.decode()
    assert key(here) != before
    assert [client.get(PAGE).status_code for client in (here, elsewhere, others)] == [200, 302, 200]
    assert kinds(alice) == [("agent.password_changed", {"count": 1})]
    client = Client()
    client.post("/accounts/login/", LOGIN)
    assert client.get(PAGE).status_code == 302
    client.post("/accounts/login/", LOGIN | {"password": NEW})
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"old": "wrong"}, "This is not your password."),
        ({"again": NEW.upper()}, "The two are not the same."),
        ({"password": "kurz", "again": "kurz"}, "at least 12 characters"),
        ({"password": "", "again": ""}, "Please fill in this field."),
    ],
)
def test_what_does_not_do_changes_nothing(alice: Agent, signed_in: SignedIn, wrong: dict[str, str], said: str) -> None:
    answer = signed_in(alice).post(f"{PAGE}/password", CHANGE | wrong)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert NEW not in answer.content.decode()
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_whoever_finds_a_desk_open_cannot_try_passwords_for_long(
    alice: Agent, signed_in: SignedIn, clock: Clock
) -> None:
    desk = signed_in(alice)
    for _ in range(FAILURES_OF_ADDRESS_MAX):
        assert "not your password" in desk.post(f"{PAGE}/password", CHANGE | {"old": "guess"}).content.decode()
    assert "Too many attempts" in desk.post(f"{PAGE}/password", CHANGE).content.decode()
    assert Entry.objects.filter(kind="agent.sign_in_failed", object=alice.pk).count() == FAILURES_OF_ADDRESS_MAX


def test_sign_ins_are_told_apart_and_ended_one_or_all(alice: Agent, signed_in: SignedIn) -> None:
    here, tablet, office = signed_in(alice), signed_in(alice), signed_in(alice)
    tablet.get(PAGE, headers={"User-Agent": IPAD})
    office.get(PAGE, headers={"User-Agent": EDGE})
    page = here.get(PAGE).content.decode()
    assert "Safari on iOS" in page
    assert "Edge on Windows" in page
    assert page.count("This browser") == 1
    assert not [client for client in (here, tablet, office) if key(client) in page]
    called = Session.objects.get(browser="Safari/iOS").pseudonym
    assert "1 sign-in has ended." in here.post(f"{PAGE}/sessions/{called}/end", follow=True).content.decode()
    assert [client.get(PAGE).status_code for client in (here, tablet, office)] == [200, 302, 200]
    assert "1 sign-in has ended." in here.post(f"{PAGE}/sessions/end", follow=True).content.decode()
    assert [client.get(PAGE).status_code for client in (here, tablet, office)] == [200, 302, 302]
    here.post(f"{PAGE}/sessions/end")
    assert kinds(alice) == [("agent.session_ended", {"count": 1})] * 2


def test_nobody_ends_somebody_elses_or_by_looking(alice: Agent, bob: Agent, signed_in: SignedIn) -> None:
    mine, theirs = signed_in(alice), signed_in(bob)
    called = Session.objects.get(agent=bob).pseudonym
    assert "0 sign-ins" in mine.post(f"{PAGE}/sessions/{called}/end", follow=True).content.decode()
    mine.post(f"{PAGE}/sessions/end")
    assert mine.get(f"{PAGE}/sessions/{called}/end").status_code == 405
    assert theirs.get(PAGE).status_code == 200
    assert kinds(alice) == []


def test_a_session_from_before_signing_in_is_another_one_after_it(alice: Agent, client: Client) -> None:
    planted = client.session
    planted["planted"] = True
    planted.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key or ""
    client.post("/accounts/login/", LOGIN)
    assert client.get(PAGE).status_code == 200
    assert key(client) != planted.session_key or ""
    thief = Client(headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={planted.session_key}"})
    assert thief.get(PAGE).status_code == 302


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(alice: Agent, client: Client, away: str) -> None:
    assert client.post(f"/accounts/login/?next={away}", LOGIN | {"next": away})["Location"] == "/"


def test_what_has_ended_is_deleted_when_somebody_signs_in(alice: Agent, signed_in: SignedIn, client: Client) -> None:
    signed_in(alice)
    old = Session.objects.get()
    Session.objects.update(expire_date=old.begun_at)
    client.post("/accounts/login/", LOGIN)
    assert not Session.objects.filter(pk=old.pk).exists()
