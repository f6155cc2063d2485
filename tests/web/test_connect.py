"""Connecting a number by the desk's pages, against the simulator over real HTTP."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from jawort.cli.doctor import check_world
from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.legal.keep import keep
from jawort.lines.connect import NewApp, add_app, connect
from jawort.lines.models import App, Line, Setup, State
from jawort.lines.queries import reach
from jawort.lines.setup import begin, forget_setups, verify_token_of
from jawort.staff.models import Agent
from jawort.vault.transit import ensure_days
from jawort.web.settings.connect_words import FIELDS
from tests.fixtures.time import Clock
from tests.public.doors import LEGAL
from tests.simulator.stage import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, Stage, Start

SignedIn = Callable[[Agent], Client]
PIN = "271828"
CONNECT = "/settings/lines/connect"


class Visit:
    """An administrator at the pages, the simulator in WhatsApp's place."""

    def __init__(self, stage: Stage, desk: Client) -> None:
        self.stage, self.desk = stage, desk
        told = stage.settings
        self.given = {"app_ref": told.app_id, "app_name": "Unsere App", "secret": APP_SECRET}
        self.given |= {"verify_token": VERIFY_TOKEN, "account": told.waba_id, "token": ACCESS_TOKEN}

    def begins(self, **other: str) -> Any:
        """Give app and account."""
        return self.desk.post(CONNECT, self.given | other)

    @property
    def setup(self) -> str:
        """The address of what has begun."""
        return f"{CONNECT}/{Setup.objects.get().pk}"

    @property
    def number(self) -> str:
        """The address of the first number's page."""
        return f"{self.setup}/numbers/{self.stage.settings.phone_number_id}"

    def connects(self, **other: str) -> Any:
        """Register and connect the first number."""
        return self.desk.post(self.number, {"name": "Service", "region": "DE", "pin": PIN} | other)


@pytest.fixture
def visit(start: Start, db: None, ada: Agent, signed_in: SignedIn, settings: Any) -> Visit:
    return visiting(start(registered=False, subscribed=False), signed_in(ada), settings)


def visiting(stage: Stage, desk: Client, settings: Any) -> Visit:
    keep(*LEGAL, actor="system", at=core_clock.now())
    url = f"{stage.url}/v26.0"
    settings.CONFIG = replace(settings.CONFIG, graph_url=url, webhook_url=stage.settings.callback_url)
    return Visit(stage, desk)


def said(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def changes() -> list[str]:
    return [entry.facts["change"] for entry in Entry.objects.filter(kind="line.changed").order_by("id")]


def test_from_app_and_account_to_a_line_that_is_live(visit: Visit) -> None:
    assert visit.begins().headers["Location"] == visit.setup
    page = said(visit.desk.get(visit.setup))
    assert all(f">{field}</code>" in page for field in FIELDS)
    assert "Holds without an end" in page
    assert "The app does not hear of this account" in page
    assert VERIFY_TOKEN in page
    assert "Not registered yet" in page
    page = said(visit.desk.get(visit.number))
    assert 'value="DE" aria-describedby="region-de" checked' in page
    assert "only now" in page
    connected = visit.connects()
    line = Line.objects.get()
    assert connected.headers["Location"] == f"/settings/lines/{line.pk}"
    assert (line.state, line.name, line.portfolio) == (State.LIVE, "Service", visit.stage.settings.portfolio)
    assert line.display_number == "+493023125000"
    assert reach([line.pk])[line.pk].token == ACCESS_TOKEN
    stored = visit.stage.graph(None, f"/v26.0/{line.phone_number_id}/settings", method="GET").json
    assert stored["storage_configuration"]["data_localization_region"] == "DE"
    assert visit.stage.sim("GET", "number")["pin"] == PIN
    assert changes() == ["app_added", "setup_begun", "subscribed", "registering", "registered", "connected"]
    page = said(visit.desk.get(visit.setup))
    assert "The app hears of this account" in page
    assert "Connected as Service" in page
    visit.desk.post(f"{visit.setup}/end")
    assert not Setup.objects.exists()
    assert changes()[-1] == "setup_ended"
    ensure_days(core_clock.now())
    assert check_world() == []


def test_several_numbers_one_after_the_other_by_an_app_that_is_known(visit: Visit) -> None:
    visit.begins()
    visit.connects()
    new = {"cc": "49", "phone_number": "30 23125001", "verified_name": "Beispiel Werkstatt"}
    second = visit.stage.graph(new, f"/v26.0/{visit.stage.settings.waba_id}/phone_numbers").json["id"]
    visit.desk.post(f"{visit.setup}/end")
    app = App.objects.get()
    assert (app.name, app.ref) == ("Unsere App", visit.stage.settings.app_id)
    page = said(visit.desk.get(f"{CONNECT}?app={app.pk}"))
    assert 'name="secret"' not in page
    account = {"app": str(app.pk), "account": visit.stage.settings.waba_id, "token": ACCESS_TOKEN}
    assert visit.desk.post(CONNECT, account).status_code == 302
    page = said(visit.desk.get(visit.setup))
    assert VERIFY_TOKEN not in page
    assert "is not shown again" in page
    address = f"{visit.setup}/numbers/{second}"
    refused = visit.desk.post(address, {"name": "Werkstatt", "region": "DE", "pin": PIN})
    assert "Confirm it in WhatsApp Manager" in said(refused)
    visit.stage.sim("POST", f"number?number={second}", {"verified": True})
    assert visit.desk.post(address, {"name": "Werkstatt", "region": "any", "pin": PIN}).status_code == 302
    assert sorted(Line.objects.values_list("name", "app")) == [("Service", app.pk), ("Werkstatt", app.pk)]


@pytest.mark.parametrize(
    ("other", "field", "words"),
    [
        ({"token": "EAAwrong"}, "token", "This access token does not hold"),
        ({"secret": "wrong"}, "secret", "do not belong together"),
        ({"account": "102290129340399"}, "account", "does not reach this account"),
        ({"account": "+49 30"}, "account", "This is not an ID"),
        ({"app_ref": ""}, "app_ref", "Please fill in this field"),
        ({"token": "two words"}, "token", "Please copy it again"),
    ],
)
def test_what_is_wrong_is_said_where_it_was_entered_and_nothing_is_kept(
    visit: Visit, other: dict[str, str], field: str, words: str
) -> None:
    answer = visit.begins(**other)
    page = said(answer)
    assert answer.status_code == 422
    assert words in page.partition(f'id="{field}-error"')[2]
    assert "Nothing was kept" in page
    assert not App.objects.exists()
    assert not Setup.objects.exists()
    for secret in (APP_SECRET, ACCESS_TOKEN, VERIFY_TOKEN, "EAAwrong"):
        assert secret not in page


@pytest.mark.parametrize(
    ("scopes", "lacks"),
    [
        (("whatsapp_business_management",), "whatsapp_business_messaging"),
        (("whatsapp_business_messaging",), "whatsapp_business_management"),
    ],
)
def test_a_token_needs_both_permissions(
    start: Start, ada: Agent, signed_in: SignedIn, settings: Any, scopes: tuple[str, ...], lacks: str
) -> None:
    visit = visiting(start(token_scopes=scopes), signed_in(ada), settings)
    assert f"lacks a permission: {lacks}." in said(visit.begins())


def test_a_token_that_ends_says_when(start: Start, ada: Agent, signed_in: SignedIn, settings: Any) -> None:
    ends = int(core_clock.now().timestamp()) + 86_400
    visit = visiting(start(token_expires_at=ends), signed_in(ada), settings)
    visit.begins()
    assert "Holds until" in said(visit.desk.get(visit.setup))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"code": 80007, "status": 400}, "WhatsApp asks for a pause"),
        ({"kind": "drop"}, "WhatsApp could not be reached"),
        ({"kind": "garbage", "status": 404}, "not the Graph API"),
        ({"code": 424242, "status": 400}, "with the code 424242"),
    ],
)
def test_what_is_in_the_way_is_said_and_the_page_goes_on_later(visit: Visit, fault: dict[str, Any], words: str) -> None:
    visit.stage.sim("POST", "faults", [{"on": "manage", "times": 9, **fault}])
    assert words in said(visit.begins())
    assert not Setup.objects.exists()
    visit.stage.call("DELETE", "/__sim/faults")
    visit.begins()
    visit.stage.sim("POST", "faults", [{"on": "manage", "times": 9, **fault}])
    page = visit.desk.get(visit.setup)
    assert (page.status_code, words in said(page)) == (200, True)
    visit.stage.call("DELETE", "/__sim/faults")
    assert "Numbers of the account" in said(visit.desk.get(visit.setup))


def test_a_wrong_pin_registers_nothing_and_is_not_shown_again(visit: Visit) -> None:
    own = f"/v26.0/{visit.stage.settings.phone_number_id}"
    visit.stage.graph({"pin": "141421"}, own)
    visit.begins()
    page = said(visit.desk.get(visit.number))
    assert "the PIN that the number has" in page
    answer = visit.connects()
    assert answer.status_code == 422
    assert "This is not the number’s PIN" in said(answer).partition('id="pin-error"')[2]
    assert PIN not in said(answer)
    assert not Line.objects.exists()
    assert visit.connects(pin="141421").status_code == 302
    told = str(list(Entry.objects.values_list("facts", flat=True)))
    assert PIN not in told
    assert "141421" not in told


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "abcdef"])
def test_a_pin_has_six_digits(visit: Visit, pin: str) -> None:
    visit.begins()
    assert "The PIN has six digits" in said(visit.connects(pin=pin))
    assert "registering" not in changes()


def test_a_registration_without_an_answer_goes_on_from_where_it_is(visit: Visit) -> None:
    visit.begins()
    visit.stage.sim("POST", "number", {"registered": False})
    lost = {"on": "manage", "kind": "drop", "where": "after"}
    slow = {"on": "manage", "kind": "slow", "where": "after"}
    # Numbers, subscription and region are read; subscription and place of storage are set; then comes the registration.
    visit.stage.sim("POST", "faults", [{**slow, "times": 5}, lost])
    assert visit.connects().headers["Location"] == visit.number
    assert not Line.objects.exists()
    assert changes()[-1] == "registering"
    page = said(visit.desk.get(visit.number))
    assert "WhatsApp did not answer" in page
    assert "registered with WhatsApp already" in page
    assert 'name="pin"' not in page
    assert visit.desk.post(visit.number, {"name": "Service"}).status_code == 302
    assert Line.objects.get().state == State.LIVE


def test_people_stay_the_same_across_the_lines_of_an_account(visit: Visit, clock: Clock) -> None:
    account = visit.stage.settings.waba_id
    first = connect(
        app=NewApp("App", "secret", "verify"),
        name="Lager",
        phone_number_id="1",
        waba_id=account,
        display_number="+49 30 23125002",
        token="token",
        actor="system",
        at=clock.at,
    )
    visit.begins()
    visit.connects()
    assert Line.objects.exclude(pk=first.pk).get().scope == first.scope == account


def test_a_number_is_connected_once_and_only_one_of_the_account(visit: Visit) -> None:
    visit.begins()
    visit.connects()
    assert "connected already" in said(visit.connects())
    assert "has no such number" in said(visit.desk.get(f"{visit.setup}/numbers/999999999", follow=True))
    assert Line.objects.count() == 1


def test_another_callback_of_the_account_is_seen_and_taken_away_by_hand(
    start: Start, ada: Agent, signed_in: SignedIn, settings: Any
) -> None:
    stage, other = start(), start()
    elsewhere = {"override_callback_uri": other.settings.callback_url, "verify_token": VERIFY_TOKEN}
    stage.graph(elsewhere, f"/v26.0/{stage.settings.waba_id}/subscribed_apps")
    visit = visiting(stage, signed_in(ada), settings)
    visit.begins()
    page = said(visit.desk.get(visit.setup))
    assert "Messages go to another address" in page
    assert other.settings.callback_url in page
    assert "The app hears of this account now" in said(visit.desk.post(f"{visit.setup}/subscribe", follow=True))


def test_the_callback_is_tried_from_here(visit: Visit, settings: Any) -> None:
    visit.begins()
    page = said(visit.desk.post(f"{visit.setup}/test"))
    assert "The verification was answered" in page
    assert "A signed webhook was stored" in page
    settings.CONFIG = replace(settings.CONFIG, webhook_url="http://127.0.0.1:9/webhooks/whatsapp")
    assert "Nothing answers at the callback" in said(visit.desk.post(f"{visit.setup}/test"))


def test_what_nobody_ends_is_forgotten_after_a_day(visit: Visit, clock: Clock) -> None:
    visit.begins()
    assert forget_setups(clock.at) == 0
    clock.forward(hours=25)
    assert forget_setups(clock.at) == 1
    assert not Setup.objects.exists()
    assert visit.desk.get(CONNECT).status_code == 200


def test_beginning_again_with_an_account_ends_the_earlier_beginning(visit: Visit, clock: Clock) -> None:
    visit.begins()
    first = Setup.objects.get()
    begin(first.app, first.account, "another", token_ends_at=None, actor="system", at=clock.at)
    assert Setup.objects.get().pk != first.pk
    assert changes()[-2:] == ["setup_ended", "setup_begun"]


def test_a_registered_number_is_registered_anew_for_germany(
    start: Start, ada: Agent, signed_in: SignedIn, settings: Any
) -> None:
    visit = visiting(start(), signed_in(ada), settings)
    visit.begins()
    page = said(visit.desk.get(visit.number))
    assert "Wherever Meta wants" in page
    assert "The PIN has six digits" in said(visit.desk.post(visit.number, {"name": "Service", "anew": "on"}))
    given = {"name": "Service", "anew": "on", "pin": PIN}
    # Numbers, subscription and region are read, the number is deregistered, the place set; then it is registered.
    visit.stage.sim("POST", "faults", [{"on": "manage", "kind": "slow", "times": 5}, {"on": "manage", "code": 133016}])
    page = said(visit.desk.post(visit.number, given, follow=True))
    assert "after 72 hours" in page
    assert "Six digits that you choose" in page
    assert 'name="region"' in page
    assert changes()[-2:] == ["deregistering", "registering"]
    assert visit.connects().status_code == 302
    stored = visit.stage.graph(None, f"/v26.0/{Line.objects.get().phone_number_id}/settings", method="GET").json
    assert stored["storage_configuration"]["data_localization_region"] == "DE"
    assert changes()[-3:] == ["registering", "registered", "connected"]


def test_another_verify_token_is_shown_once_and_is_the_one_that_counts(visit: Visit) -> None:
    visit.begins()
    fresh = re.findall(r'id="verify"[^>]*>([^<]+)', said(visit.desk.post(f"{visit.setup}/verify-token")))
    assert verify_token_of(App.objects.get()) == fresh[0] != VERIFY_TOKEN
    assert changes()[-1] == "verify_token_replaced"


def test_of_an_app_that_the_command_line_connected_the_token_tells_the_id(visit: Visit, clock: Clock) -> None:
    app = add_app(NewApp("App", APP_SECRET, VERIFY_TOKEN), "system", clock.at)
    given = {"app": str(app.pk), "account": visit.stage.settings.waba_id, "token": ACCESS_TOKEN}
    assert visit.desk.post(CONNECT, given).status_code == 302
    assert App.objects.get().ref == visit.stage.settings.app_id
    other = add_app(NewApp("Other", "another secret", VERIFY_TOKEN), "system", clock.at)
    assert "belongs to another app" in said(visit.desk.post(CONNECT, given | {"app": str(other.pk)}))
    assert App.objects.get(pk=other.pk).ref == ""


def test_nothing_of_what_was_entered_lies_anywhere_in_clear(visit: Visit) -> None:
    visit.begins()
    visit.desk.post(f"{visit.setup}/test")
    visit.connects()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [name for (name,) in cursor.fetchall()]
        for table, secret in product(tables, (APP_SECRET, ACCESS_TOKEN, VERIFY_TOKEN)):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE strpos(t::text, %s) + strpos(t::text, %s) > 0',
                [secret, secret.encode().hex()],
            )
            assert cursor.fetchone() == (0,), f"{table} has {secret}"
    told = str([(entry.facts, entry.actor) for entry in Entry.objects.all()])
    assert PIN not in told


@pytest.mark.django_db(transaction=True)
def test_no_call_is_made_in_a_transaction(start: Start, ada: Agent, signed_in: SignedIn, settings: Any) -> None:
    visit = visiting(start(registered=False, subscribed=False), signed_in(ada), settings)
    visit.begins()
    visit.stage.sim("POST", "faults", [{"on": "manage", "delay_ms": 150, "times": 9}])
    number, seen = visit.number, list[int]()
    with ThreadPoolExecutor(1) as pool:
        posted = pool.submit(_posted, visit, number)
        while not posted.done():
            seen.append(_in_transactions())
            time.sleep(0.03)
    assert posted.result() == 302
    assert len(seen) > 10
    assert max(seen) == 0


def _posted(visit: Visit, number: str) -> int:
    try:
        return int(visit.desk.post(number, {"name": "Service", "region": "DE", "pin": PIN}).status_code)
    finally:
        connections.close_all()


def _in_transactions() -> int:
    """How many connections to the database hold a transaction open and do nothing in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"
            " AND now() - state_change > interval '60 ms'"
        )
        (count,) = cursor.fetchone()
    return int(count)
