"""A second factor: set up, asked for, used once, removed; and what somebody with the password alone can do."""

import time
from collections.abc import Callable
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.staff.accounts import close
from jawort.staff.lockout import FAILURES_OF_ADDRESS_MAX, LOCKED_FOR
from jawort.staff.models import Agent, Session, SignInFailure
from jawort.staff.permissions import Role
from jawort.staff.second_factor import HasOne, accepted, factor_of, remove_all, set_up
from jawort.vault.seal import Unreadable
from tests.fixtures.cast import PASSWORD, a_hire
from tests.fixtures.time import Clock
from tests.fixtures.together import at_once

SignedIn = Callable[[Agent], Client]
PAGE = "/settings/sign-in"
CODE = "/accounts/code/"
ENGLISH = {"Accept-Language": "en"}
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOGIN = {"login": "alice@firma.example", "password": PASSWORD}


def code(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the app shows, so many half minutes from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def wrong() -> str:
    """Six digits that no step nearby has."""
    near = {code(steps=steps) for steps in range(-3, 4)}
    return next(each for each in map(str, range(111_111, 999_999)) if each not in near)


@pytest.fixture
def codes(alice: Agent, clock: Clock) -> list[str]:
    """alice has a second factor; these are on her paper."""
    return set_up(alice, SECRET, 0, at=clock.at)


def kinds() -> list[str]:
    return list(Entry.objects.filter(kind__startswith="agent.").order_by("pk").values_list("kind", flat=True))


def passes(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_from_the_settings_to_the_next_sign_in(alice: Agent, signed_in: SignedIn, client: Client) -> None:
    desk = signed_in(alice)
    page = desk.post(f"{PAGE}/second-factor/begin", follow=True).content.decode()
    secret = page.partition('class="hex">')[2].partition("<")[0].replace(" ", "")
    assert len(secret) == 32
    answer = desk.post(f"{PAGE}/second-factor", {"code": code(secret), "old": PASSWORD})
    shown = answer.content.decode().partition('id="codes" tabindex="0">')[2].partition("<")[0].split()
    assert len(set(shown)) == 10
    page = desk.get(PAGE).content.decode()
    assert "10 recovery codes are left" in page
    assert not [each for each in (secret, *shown) if each in page]
    assert client.post("/accounts/login/?next=/contacts/", LOGIN | {"next": "/contacts/"})["Location"] == CODE
    assert not passes(client)
    assert client.post(CODE, {"code": shown[3]})["Location"] == "/contacts/"
    assert passes(client)
    assert kinds() == ["agent.second_factor_set_up", "agent.recovery_code_used", "agent.signed_in"]
    assert not SignInFailure.objects.filter(failures__gt=0).exists()


def test_its_secrets_lie_sealed_also_while_it_is_set_up(alice: Agent, signed_in: SignedIn, codes: list[str]) -> None:
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in stored
    assert not [each for each in codes if each in stored]
    row = Authenticator.objects.get(type="totp")
    row.data["secret"] = row.data["secret"][:-8] + "AAAAAAA="
    row.save(update_fields=["data"])
    with pytest.raises(Unreadable):
        accepted(alice, code(), at=core_clock.now())
    remove_all(alice.pk, actor="system", at=core_clock.now())
    desk = signed_in(alice)
    desk.post(f"{PAGE}/second-factor/begin")
    secret = desk.get(f"{PAGE}/second-factor").content.decode().partition('class="hex">')[2].partition("<")[0]
    assert secret.replace(" ", "") not in str(Session.objects.values_list("session_data", flat=True))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"old": "wrong"}, "This is not your password."),
        ({"code": "12345"}, "This code is not right."),
        ({"code": ""}, "Please fill in this field."),
        ({"code": "١٢٣٤٥٦"}, "This code is not right."),
    ],
)
def test_without_a_right_code_and_the_password_nothing_is_set_up(
    alice: Agent, signed_in: SignedIn, given: dict[str, str], said: str
) -> None:
    desk = signed_in(alice)
    page = desk.post(f"{PAGE}/second-factor/begin", follow=True).content.decode()
    secret = page.partition('class="hex">')[2].partition("<")[0].replace(" ", "")
    answer = desk.post(f"{PAGE}/second-factor", {"code": code(secret), "old": PASSWORD} | given)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert factor_of(alice.pk) is None
    assert Client().get(f"{PAGE}/second-factor").status_code == 302


@pytest.mark.usefixtures("codes")
def test_the_password_alone_opens_nothing(alice: Agent, client: Client) -> None:
    client.post("/accounts/login/", LOGIN)
    for address in (PAGE, "/inbox/", "/settings/me"):
        assert client.get(address)["Location"].startswith("/accounts/login/")
    assert Session.objects.filter(agent=alice).count() == 0
    assert Client().get(CODE)["Location"] == "/accounts/login/"
    assert Client().post(CODE, {"code": code()})["Location"] == "/accounts/login/"
    client.post("/accounts/logout/")
    assert client.get(CODE)["Location"] == "/accounts/login/"


@pytest.mark.usefixtures("codes")
def test_a_code_is_good_once_and_not_an_older_one_after_it(alice: Agent, clock: Clock) -> None:
    before, shown = code(steps=-1), code()
    assert accepted(alice, f" {shown[:3]} {shown[3:]}", at=clock.at)
    for used in (shown, before):
        assert accepted(alice, used, at=clock.at) is None
    assert accepted(alice, code(steps=1), at=clock.at)
    assert accepted(alice, code(steps=3), at=clock.at) is None


def test_a_recovery_code_is_good_once(alice: Agent, clock: Clock, codes: list[str]) -> None:
    assert accepted(alice, codes[0], at=clock.at)
    assert accepted(alice, codes[0], at=clock.at) is None
    found = factor_of(alice.pk)
    assert found is not None
    assert found.codes_left == 9


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_paper", [True, False])
def test_of_many_at_once_one_gets_in(is_paper: bool) -> None:
    alice = a_hire("Alice", Role.AGENT)
    given = [set_up(alice, SECRET, 0, at=core_clock.now())[0], code()][not is_paper]
    assert sum(at_once(lambda at: accepted(alice, given, at=at) is not None, core_clock.now(), times=4)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_it_up_at_once_one_does() -> None:
    alice = a_hire("Alice", Role.AGENT)

    def act(at: datetime) -> bool:
        try:
            return bool(set_up(alice, SECRET, 0, at=at))
        except HasOne:
            return False

    assert sum(at_once(act, core_clock.now(), times=3)) == 1


@pytest.mark.usefixtures("codes")
def test_guesses_are_counted_and_stop_even_the_right_code(alice: Agent, clock: Clock) -> None:
    client, fresh = Client(headers=ENGLISH), Client(headers=ENGLISH)
    client.post("/accounts/login/", LOGIN)
    for _ in range(FAILURES_OF_ADDRESS_MAX):
        assert "not right" in client.post(CODE, {"code": wrong()}).content.decode()
    fresh.post("/accounts/login/", LOGIN)  # a new sign-in brings no new tries
    for browser in (client, fresh):
        assert "Too many attempts" in browser.post(CODE, {"code": code()}).content.decode()
        assert not passes(browser)
    assert kinds().count("agent.sign_in_failed") == FAILURES_OF_ADDRESS_MAX
    clock.forward(seconds=LOCKED_FOR.total_seconds())
    fresh.post(CODE, {"code": code()})
    assert passes(fresh)


@pytest.mark.usefixtures("codes")
def test_an_account_that_was_closed_between_the_steps_stays_closed(alice: Agent, ada: Agent, client: Client) -> None:
    client.post("/accounts/login/", LOGIN)
    close(alice.pk, actor=ada.actor, at=core_clock.now())
    client.post(CODE, {"code": code()})
    assert not passes(client)
    assert "agent.signed_in" not in kinds()


@pytest.mark.usefixtures("codes")
def test_removing_takes_the_password_and_is_entered(alice: Agent, signed_in: SignedIn, client: Client) -> None:
    desk, address = signed_in(alice), f"{PAGE}/second-factor/remove"
    for given in ({}, {"old": "wrong"}):
        assert "This is not your password." in desk.post(address, given, follow=True).content.decode()
    assert factor_of(alice.pk)
    assert "is removed" in desk.post(address, {"old": PASSWORD}, follow=True).content.decode()
    assert not Authenticator.objects.exists()
    client.post("/accounts/login/", LOGIN)
    assert passes(client)
    assert "agent.second_factor_removed" in kinds()


def test_new_codes_take_the_password_and_end_the_old_ones(
    alice: Agent, signed_in: SignedIn, codes: list[str], clock: Clock
) -> None:
    desk, address = signed_in(alice), f"{PAGE}/second-factor/codes"
    assert "This is not your password." in desk.post(address, {"old": "wrong"}, follow=True).content.decode()
    page = desk.post(address, {"old": PASSWORD}).content.decode()
    fresh = page.partition('id="codes" tabindex="0">')[2].partition("<")[0].split()
    assert len(set(fresh) - set(codes)) == 10
    assert accepted(alice, codes[0], at=clock.at) is None
    assert accepted(alice, fresh[0], at=clock.at)
    assert "agent.recovery_codes_renewed" in kinds()
    remove_all(alice.pk, actor="system", at=clock.at)
    assert desk.post(address, {"old": PASSWORD})["Location"] == PAGE


@pytest.mark.usefixtures("codes")
def test_an_administrator_helps_who_has_lost_it(alice: Agent, ada: Agent, signed_in: SignedIn) -> None:
    admin, address = signed_in(ada), f"/settings/people/{alice.pk}"
    assert "Remove second factor" in admin.get(address).content.decode()
    page = admin.post(f"{address}/remove-second-factor", follow=True).content.decode()
    assert "The second factor of Alice is removed." in page
    assert "Remove second factor" not in page
    last = Entry.objects.order_by("pk").last()
    assert last is not None
    assert (last.kind, last.actor, last.object) == ("agent.second_factor_removed", ada.actor, alice.pk)


def test_a_session_from_before_the_code_is_another_one_after_it(alice: Agent, client: Client, codes: list[str]) -> None:
    client.post("/accounts/login/", LOGIN)
    before = client.session.session_key
    client.post(CODE, {"code": codes[0]})
    assert passes(client)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
