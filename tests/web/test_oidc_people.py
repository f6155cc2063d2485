"""Settings › People: an administrator sees who is linked with the sign-in service, links by hand, and unlinks."""

import pytest

from jawort.ledger.models import Entry
from jawort.staff.models import Agent, Linked
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
