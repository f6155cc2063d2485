"""Settings › People: an administrator sees who is linked with the sign-in service, links by hand, and unlinks.

And who comes in where nothing but the service is to open accounts.
"""

from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from jawort.ledger.models import Entry
from jawort.staff.models import Agent, Linked
from tests.fixtures.cast import PASSWORD
from tests.fixtures.provider import Provider, Somebody
from tests.web.test_oidc import a_browser, at_firma, entries, signs_in, who

__all__ = ["at_firma"]
pytestmark = pytest.mark.django_db


def test_linked_by_hand(provider: Provider, ada: Agent, alice: Agent) -> None:
    provider.people["alice"] = Somebody("a-1", "alice.private@firma.example", False)
    admin, page = a_browser(), f"/settings/people/{alice.pk}"
    admin.force_login(ada)
    assert "Not linked yet" in admin.get(page).content.decode()
    assert (
        "opens the account of Alice" in admin.post(f"{page}/link", {"subject": " a-1 "}, follow=True).content.decode()
    )
    assert "a-1" in admin.get(page).content.decode()
    assert who(signs_in(provider).client) == str(alice.pk)
    assert entries()[0] == ("agent.linked", {"by": "hand"})


def test_unlinked_the_sign_ins_end(at_firma: Provider, ada: Agent, alice: Agent) -> None:
    admin, theirs = a_browser(), signs_in(at_firma).client
    admin.force_login(ada)
    page = admin.post(f"/settings/people/{alice.pk}/unlink", follow=True).content.decode()
    assert "The account of Alice is unlinked." in page
    assert theirs.get("/settings/me").status_code == 302
    assert Entry.objects.filter(kind="agent.unlinked", actor=ada.actor, object=alice.pk).count() == 1


def test_a_pseudonym_is_one_persons(at_firma: Provider, ada: Agent, alice: Agent, bob: Agent) -> None:
    signs_in(at_firma)
    admin = a_browser()
    admin.force_login(ada)
    page = admin.post(f"/settings/people/{bob.pk}/link", {"subject": "a-1"}, follow=True).content.decode()
    assert "Somebody else’s account" in page
    assert who(signs_in(at_firma).client) == str(alice.pk)


@pytest.mark.parametrize("subject", ["", "  ", "a" * 256])
def test_none_is_no_pseudonym(provider: Provider, ada: Agent, alice: Agent, subject: str) -> None:
    admin = a_browser()
    admin.force_login(ada)
    answer = admin.post(f"/settings/people/{alice.pk}/link", {"subject": subject}, follow=True)
    assert "at most 255 characters" in answer.content.decode()
    assert not Linked.objects.exists()


def test_without_a_service_nothing_of_it_is_there(ada: Agent, alice: Agent) -> None:
    admin = a_browser()
    admin.force_login(ada)
    assert "sign-in service" not in admin.get(f"/settings/people/{alice.pk}").content.decode()
    assert admin.post(f"/settings/people/{alice.pk}/link", {"subject": "a-1"}).status_code == 404


class TestNothingBesideIt:
    """With `oidc_only` passwords and passkeys are for administrators."""

    @pytest.fixture(autouse=True)
    def only(self, at_firma: Provider, settings: Any) -> None:
        settings.CONFIG = replace(settings.CONFIG, oidc_only=True)

    def test_a_right_password_is_refused_with_a_sentence(self, alice: Agent) -> None:
        client = a_browser()
        said = {"login": alice.email, "password": PASSWORD}
        page = client.post("/accounts/login/", said, follow=True).content.decode()
        assert "Please sign in by the sign-in service" in page
        assert who(client) is None
        assert client.get("/accounts/code/")["Location"] == "/accounts/login/"

    def test_the_second_step_is_refused_as_well(self, alice: Agent) -> None:
        Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={"secret": "x", "last": 0})
        client = a_browser()
        client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
        assert client.get("/accounts/code/")["Location"] == "/accounts/login/"

    def test_administrators_have_a_way_in_when_the_service_is_away(self, at_firma: Provider, ada: Agent) -> None:
        at_firma.down = {"keys"}
        client = a_browser()
        client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
        assert who(client) == str(ada.pk)

    def test_all_others_come_by_the_service(self, at_firma: Provider, alice: Agent) -> None:
        assert who(signs_in(at_firma).client) == str(alice.pk)
