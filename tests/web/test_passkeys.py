"""Passkeys, in a real browser with a device of its own: added, shown, refused where they are not what they seem."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from playwright.sync_api import Page, expect

from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.staff.accounts import close
from jawort.staff.models import Agent, Session
from jawort.staff.passkeys import passkeys_of
from jawort.staff.second_factor import factor_of
from tests.fixtures.browser import Watch
from tests.fixtures.cast import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/settings/sign-in"
WORDS = {
    "en": ("Add passkey", "Sign in with a passkey", "Your second factor is set up", "Sign in"),
    "de": ("Passkey hinzufügen", "Mit Passkey anmelden", "Ihr zweiter Faktor ist eingerichtet", "Anmelden"),
}


def with_device(page: Page) -> Page:
    """The browser has a device that knows its owner by a finger, and the owner is there."""
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    more = {"isUserVerified": True, "automaticPresenceSimulation": True}
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": device | more})
    return page


def added(page: Page, site: str, language: str = "en", password: str = PASSWORD) -> None:
    """Somebody adds one and has read the codes."""
    page.goto(f"{site}{PAGE}/passkeys/new")
    page.locator("#id_name").fill("Laptop")
    page.locator("#id_old").fill(password)
    page.get_by_role("button", name=WORDS[language][0]).click()


def signed_out(page: Page, site: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{site}/accounts/login/")


@pytest.fixture
def laptop(at_desk: Callable[..., Page], alice: Agent, site: str) -> Page:
    """alice's browser, which has a passkey of hers and is signed out; every answer it sends is kept."""
    page = with_device(at_desk(alice))
    added(page, site)
    expect(page.get_by_role("heading", name=WORDS["en"][2])).to_be_visible()
    signed_out(page, site)
    return page


def kinds() -> list[str]:
    return list(Entry.objects.filter(kind__startswith="agent.").order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("language", ["en", "de"])
def test_one_opens_the_account_alone(at_desk: Callable[..., Page], alice: Agent, site: str, language: str) -> None:
    _, enter, done, _ = WORDS[language]
    page = with_device(at_desk(alice, language=language))
    added(page, site, language)
    expect(page.get_by_role("heading", name=done)).to_be_visible()
    expect(page.locator("#codes")).to_be_visible()
    signed_out(page, site)
    page.get_by_role("button", name=enter).click()
    page.wait_for_url(f"{site}/inbox/**")
    assert kinds() == ["agent.passkey_added", "agent.signed_in"]
    (one,) = passkeys_of(alice.pk)
    assert (one.name, one.used_at is not None) == ("Laptop", True)


def test_the_password_alone_opens_nothing_any_more(laptop: Page, site: str, alice: Agent) -> None:
    laptop.locator("#id_login").fill(alice.email)
    laptop.locator("#id_password").fill(PASSWORD)
    laptop.get_by_role("button", name="Sign in", exact=True).click()
    laptop.wait_for_url(f"{site}/accounts/code/")
    assert not Session.objects.filter(agent=alice, expire_date__gt=core_clock.now(), session_key=_key(laptop)).exists()
    laptop.get_by_role("button", name="Sign in with a passkey").click()
    laptop.wait_for_url(f"{site}/inbox/**")


def _key(page: Page) -> str:
    return next(str(one.get("value")) for one in page.context.cookies() if "session" in str(one.get("name")))


def kept_back(page: Page) -> dict[str, str]:
    """What the browser would have sent to sign in: its form, without sending it."""
    sent: list[str] = []

    def keep(route: Any) -> None:
        sent.append(route.request.post_data)
        route.fulfill(status=200, body="kept")

    page.route("**/accounts/passkey", keep)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("kept")).to_be_visible()
    return {name: values[0] for name, values in parse_qs(sent[0]).items()}


def test_an_answer_is_good_once_and_for_its_own_question(laptop: Page, site: str, alice: Agent) -> None:
    form, cookie = kept_back(laptop), {"sessionid": _key(laptop)}
    strange = Client(SERVER_NAME="localhost")
    assert strange.post("/accounts/passkey", form)["Location"] == "/accounts/login/"
    assert strange.post("/accounts/passkey/begin").json()["publicKey"]["rpId"] == "localhost"
    assert strange.post("/accounts/passkey", form)["Location"] == "/accounts/login/"
    assert "agent.signed_in" not in kinds()
    own = Client(SERVER_NAME="localhost")
    name = next(str(one["name"]) for one in laptop.context.cookies() if "session" in str(one.get("name")))
    own.cookies[name] = cookie["sessionid"]
    assert own.post("/accounts/passkey", form)["Location"] == "/"
    own.post("/accounts/logout/")
    own.cookies[name] = cookie["sessionid"]
    assert own.post("/accounts/passkey", form)["Location"] == "/accounts/login/"
    assert kinds().count("agent.signed_in") == 1


@pytest.mark.parametrize("change", ["copied", "closed", "removed", "garbled"])
def test_what_is_not_as_it_seems_is_refused(laptop: Page, site: str, alice: Agent, ada: Agent, change: str) -> None:
    row = Authenticator.objects.get(type="webauthn")
    match change:
        case "copied":
            row.data["count"] = 1_000
            row.save()
        case "closed":
            close(alice.pk, actor=ada.actor, at=core_clock.now())
        case "removed":
            Authenticator.objects.filter(user=alice).delete()
        case _:
            laptop.route(
                "**/accounts/passkey", lambda route: route.continue_(post_data=_garbled(route.request.post_data))
            )
    laptop.get_by_role("button", name="Sign in with a passkey").click()
    expect(laptop.get_by_text("This passkey opens no account here.")).to_be_visible()
    assert "agent.signed_in" not in kinds()


def _garbled(form: str) -> str:
    return form.replace("signature%22%3A%22", "signature%22%3A%22AAAA")


@pytest.mark.parametrize(
    "answer", ["", "null", "[]", "{}", '{"id":1}', "[" * 5_000, '{"response":{"userHandle":"AA"}}']
)
def test_nonsense_is_refused_with_a_sentence(client: Client, answer: str) -> None:
    client.post("/accounts/passkey/begin")
    page = client.post("/accounts/passkey", {"answer": answer}, follow=True, headers={"Accept-Language": "en"})
    assert (page.status_code, "opens no account here" in page.content.decode()) == (200, True)


def test_adding_takes_the_password(at_desk: Callable[..., Page], alice: Agent, site: str, watch: Watch) -> None:
    page = with_device(at_desk(alice))
    added(page, site, password="wrong")
    expect(page.get_by_text("This is not your password.")).to_be_visible()
    watch.forgive("status of 422")
    assert passkeys_of(alice.pk) == []
    assert factor_of(alice.pk) is None
    page.locator("#id_old").fill(PASSWORD)
    page.get_by_role("button", name="Add passkey").click()
    expect(page.locator("#codes")).to_be_visible()


def test_removing_takes_the_password_and_the_last_takes_the_codes_along(
    laptop: Page, alice: Agent, signed_in: Callable[[Agent], Client]
) -> None:
    (one,), desk = passkeys_of(alice.pk), signed_in(alice)
    address = f"{PAGE}/passkeys/{one.id}/remove"
    assert "This is not your password." in desk.post(address, {"old": "no"}, follow=True).content.decode()
    assert factor_of(alice.pk)
    assert "The passkey is removed." in desk.post(address, {"old": PASSWORD}, follow=True).content.decode()
    assert not Authenticator.objects.exists()
    assert kinds()[-1] == "agent.passkey_removed"


def test_where_the_browser_cannot_the_page_says_so(at_desk: Callable[..., Page], alice: Agent, site: str) -> None:
    page = at_desk(alice)
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto(f"{site}{PAGE}/passkeys/new")
    expect(page.get_by_text("Passkeys cannot be used here")).to_be_visible()
    expect(page.locator("#id_name")).to_be_hidden()
    page.goto(f"{site}/accounts/logout/")
    signed_out(page, site)
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    expect(page.locator("#id_password")).to_be_visible()
