"""A forgotten password: an administrator hands over a link, a colleague chooses another, and nobody else does."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.staff.accounts import change_role, close, reopen
from jawort.staff.models import Agent, PasswordLink
from jawort.staff.password_link import hand_out
from jawort.staff.passwords import change
from jawort.staff.permissions import Role
from tests.fixtures.cast import PASSWORD, a_hire
from tests.fixtures.time import Clock

pytestmark = pytest.mark.django_db

SignedIn = Callable[[Agent], Client]
BETTER = "eine Brücke über den kalten Fluss"


def a_visitor() -> Client:
    return Client(headers={"Accept-Language": "en"})


def made(admin: Client, agent: Agent) -> str:
    """The path of the link that the page shows."""
    page = admin.post(f"/settings/people/{agent.pk}/password-link").content.decode()
    (link,) = re.findall(r'id="password-link"[^>]*>([^<]+)<', page)
    return str(urlsplit(link).path)


def chooses(path: str, password: str = BETTER) -> int:
    return a_visitor().post(path, {"password": password, "again": password}).status_code


def lets_in(agent: Agent, password: str) -> bool:
    client = Client()
    client.post("/accounts/login/", {"login": agent.email, "password": password})
    return "_auth_user_id" in client.session


def test_a_colleague_chooses_another_and_is_asked_for_it(ada: Agent, alice: Agent, signed_in: SignedIn) -> None:
    admin, elsewhere = signed_in(ada), signed_in(alice)
    path = made(admin, alice)
    assert path not in admin.get(f"/settings/people/{alice.pk}").content.decode()
    assert lets_in(alice, PASSWORD), "nothing changes before the link is used"
    page = a_visitor().get(path)
    assert alice.email in page.content.decode()
    assert page["Referrer-Policy"] == "strict-origin"
    answer = a_visitor().post(path, {"password": BETTER, "again": BETTER}, follow=True)
    assert "Your password is changed." in answer.content.decode()
    assert (lets_in(alice, PASSWORD), lets_in(alice, BETTER)) == (False, True)
    assert elsewhere.get("/settings/me").status_code == 302
    entries = Entry.objects.filter(object=alice.pk, kind__contains="password").order_by("pk")
    assert list(entries.values_list("kind", "actor")) == [
        ("agent.password_link_made", ada.actor),
        ("agent.password_changed", alice.actor),
    ]


def test_the_second_factor_stays(ada: Agent, alice: Agent, signed_in: SignedIn) -> None:
    Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={"secret": "x", "last": 0})
    assert chooses(made(signed_in(ada), alice)) == 302
    client = Client()
    answer = client.post("/accounts/login/", {"login": alice.email, "password": BETTER})
    assert answer["Location"] == "/accounts/code/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("password", "words"), [("short", "at least 12"), ("alice@firma.example", "similar")])
def test_a_bad_one_is_refused_and_the_link_stays(ada: Agent, alice: Agent, password: str, words: str) -> None:
    path = f"/new-password/{hand_out(alice.pk, ada, at=core_clock.now())}"
    answer = a_visitor().post(path, {"password": password, "again": password})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert chooses(path) == 302


class TestNoLink:
    """Whatever is wrong with a link, the answer is one and the same."""

    def is_gone(self, path: str) -> bool:
        """Neither its page nor its form is there."""
        return (a_visitor().get(path).status_code, chooses(path)) == (404, 404)

    def test_used(self, ada: Agent, alice: Agent) -> None:
        path = f"/new-password/{hand_out(alice.pk, ada, at=core_clock.now())}"
        chooses(path)
        assert self.is_gone(path)

    def test_too_late(self, ada: Agent, alice: Agent, clock: Clock) -> None:
        path = f"/new-password/{hand_out(alice.pk, ada, at=clock.at)}"
        clock.forward(hours=24)
        assert self.is_gone(path)

    def test_replaced(self, ada: Agent, alice: Agent) -> None:
        first = hand_out(alice.pk, ada, at=core_clock.now())
        hand_out(alice.pk, ada, at=core_clock.now())
        assert self.is_gone(f"/new-password/{first}")

    def test_remembered_after_all(self, ada: Agent, alice: Agent) -> None:
        path = f"/new-password/{hand_out(alice.pk, ada, at=core_clock.now())}"
        change(alice, BETTER, here=None, at=core_clock.now())
        assert self.is_gone(path)

    def test_closed_meanwhile_and_reopened(self, ada: Agent, alice: Agent) -> None:
        path, at = f"/new-password/{hand_out(alice.pk, ada, at=core_clock.now())}", core_clock.now()
        close(alice.pk, actor="system", at=at)
        assert self.is_gone(path)
        reopen(alice.pk, actor="system", at=at)
        assert self.is_gone(path)

    def test_made_by_somebody_who_may_no_more(self, ada: Agent, alice: Agent) -> None:
        path = f"/new-password/{hand_out(alice.pk, ada, at=core_clock.now())}"
        a_hire("Zoe", Role.ADMINISTRATOR)
        change_role(ada.pk, Role.AGENT, actor="system", at=core_clock.now())
        assert self.is_gone(path)

    def test_guessed(self, db: None) -> None:
        assert self.is_gone("/new-password/nothing")
        for _ in range(50):
            a_visitor().get("/new-password/nothing")
        assert a_visitor().get("/new-password/nothing").status_code == 429


def test_a_closed_account_gets_none(ada: Agent, alice: Agent, signed_in: SignedIn) -> None:
    close(alice.pk, actor="system", at=core_clock.now())
    page = signed_in(ada).post(f"/settings/people/{alice.pk}/password-link", follow=True).content.decode()
    assert "Reopen it first" in page
    assert not PasswordLink.objects.exists()


def test_old_ones_are_not_kept(ada: Agent, alice: Agent, clock: Clock) -> None:
    hand_out(alice.pk, ada, at=clock.at - timedelta(days=2))
    assert lets_in(ada, PASSWORD)
    assert not PasswordLink.objects.exists()
