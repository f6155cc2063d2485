"""One line's page: how the number is at WhatsApp, the company's profile, the month, another access token."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from jawort.core import clock as core_clock
from jawort.ledger.models import Entry
from jawort.lines.billed import count_billed
from jawort.lines.checks import notes
from jawort.lines.models import Line, Reading
from jawort.lines.queries import reach
from jawort.lines.reading import last_reading
from jawort.staff.models import Agent
from tests.simulator.stage import ACCESS_TOKEN, Start
from tests.web.test_connect import Visit, changes, said, visiting

SignedIn = Callable[[Agent], Client]
PROFILE = {
    "about": "Räder, die fahren",
    "description": "Fahrräder und was dazugehört.",
    "address": "Tulpenfeld 4, 53113 Bonn",
    "email": "hallo@firma.example",
    "website": "https://firma.example/impressum",
    "website_2": "https://firma.example/datenschutz",
    "vertical": "RETAIL",
}


@pytest.fixture
def visit(start: Start, db: None, ada: Agent, signed_in: SignedIn, settings: Any) -> Visit:
    found = visiting(start(messaging_limit="TIER_2K"), signed_in(ada), settings)
    found.begins()
    found.connects()
    return found


@pytest.fixture
def address(visit: Visit) -> str:
    return f"/settings/lines/{Line.objects.get().pk}"


def test_it_asks_when_somebody_wants_to_know_and_says_when_it_did(visit: Visit, address: str) -> None:
    assert "Good" in said(visit.desk.get(address))
    visit.stage.sim("POST", "number", {"quality": "YELLOW"})
    assert "Middling" not in said(visit.desk.get(address))
    page = said(visit.desk.post(f"{address}/read", follow=True))
    for words in ("Possible", "Middling", "Approved", "2,000", "Wherever Meta wants", "Holds without an end"):
        assert words in page
    visit.stage.sim("POST", "number", {"locked": True})
    assert "Possible" in said(visit.desk.get(address))
    page = said(visit.desk.post(f"{address}/read", follow=True))
    assert "Not possible" in page
    assert "WhatsApp Manager says why" in page


def test_trouble_leaves_what_was_known(visit: Visit, address: str) -> None:
    visit.desk.post(f"{address}/read")
    first = last_reading(Line.objects.get().pk)
    visit.stage.sim("POST", "faults", [{"on": "manage", "code": 80007, "status": 400, "times": 9}])
    page = said(visit.desk.post(f"{address}/read", follow=True))
    assert "WhatsApp asks for a pause" in page
    assert "Possible" in page
    assert last_reading(Line.objects.get().pk) == first


def test_what_an_earlier_version_kept_is_as_if_nobody_had_asked(visit: Visit, address: str) -> None:
    visit.desk.post(f"{address}/read")
    Reading.objects.update(told={"quality": "GREEN"})
    assert "Nobody has asked WhatsApp yet" in said(visit.desk.get(address))


def test_the_profile_is_changed_at_whatsapp_and_the_ledger_says_what(visit: Visit, address: str) -> None:
    visit.desk.post(f"{address}/read")
    page = said(visit.desk.post(f"{address}/profile", PROFILE, follow=True))
    assert "The entry in the ledger names you" in page
    assert 'value="hallo@firma.example"' in page
    own = f"/v26.0/{visit.stage.settings.phone_number_id}/whatsapp_business_profile"
    (told,) = visit.stage.graph(None, own, method="GET").json["data"]
    assert (told["about"], told["websites"]) == (PROFILE["about"], [PROFILE["website"], PROFILE["website_2"]])
    entry = Entry.objects.filter(kind="line.changed").latest("id")
    fields = ["about", "address", "description", "email", "websites", "vertical"]
    assert entry.facts == {"change": "profile", "fields": fields}
    assert "Nothing changed" in said(visit.desk.post(f"{address}/profile", PROFILE, follow=True))
    visit.desk.post(f"{address}/profile", PROFILE | {"website_2": "", "address": ""})
    assert Entry.objects.filter(kind="line.changed").latest("id").facts["fields"] == ["address", "websites"]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"about": "x" * 140}, "At most 139 characters"),
        ({"email": "hallo"}, "Please enter an e-mail address"),
        ({"website": "javascript:alert(1)"}, "begins with https"),
        ({"about": ""}, "does not let it be empty"),
    ],
)
def test_what_whatsapp_would_refuse_is_said_before(
    visit: Visit, address: str, other: dict[str, str], words: str
) -> None:
    visit.desk.post(f"{address}/profile", PROFILE)
    before = changes()
    answer = visit.desk.post(f"{address}/profile", PROFILE | other)
    assert (answer.status_code, words in said(answer)) == (422, True)
    assert PROFILE["description"] in said(answer)
    assert changes() == before


def test_the_contact_book_is_off_by_somebodys_word_or_on_for_a_reason(visit: Visit, address: str) -> None:
    unsaid = "Nobody has said yet whether it is off, or why it is on."
    assert unsaid in said(visit.desk.get(address))
    for given in ({}, {"book": "unsaid"}, {"book": "on"}, {"book": "on", "reason": "  "}):
        assert visit.desk.post(f"{address}/contact-book", given).status_code == 422
    assert changes()[-1] == "connected"
    visit.desk.post(f"{address}/contact-book", {"book": "on", "reason": "Rückrufe brauchen die Nummer."})
    page = said(visit.desk.get(address))
    assert unsaid not in page
    assert 'value="Rückrufe brauchen die Nummer."' in page
    visit.desk.post(f"{address}/contact-book", {"book": "off", "reason": "gilt nicht mehr"})
    assert Line.objects.values_list("book", "book_reason").get() == ("off", "")
    assert "Nothing changed" in said(visit.desk.post(f"{address}/contact-book", {"book": "off"}, follow=True))
    facts = Entry.objects.filter(kind="line.changed").order_by("-id").values_list("facts", flat=True)[:2]
    assert list(facts) == [
        {"change": "book", "book": "off", "was": "on"},
        {"change": "book", "book": "on", "was": "unsaid"},
    ]


def test_the_free_answers_of_the_month_are_those_of_the_receipts(visit: Visit, address: str) -> None:
    line, now = Line.objects.get(), core_clock.now()
    kinds = [("service", "free_customer_service")] * 3 + [("service", "regular"), ("utility", "regular")]
    count_billed([(line.pk, now, words) for words in kinds])
    page = said(visit.desk.get(address))
    assert "3 of 1,000" in page
    assert "<dt>Charged</dt><dd>1</dd><dt>Templates</dt><dd>1</dd>" in page


def test_another_token_is_checked_before_it_replaces_the_old_one(visit: Visit, address: str) -> None:
    line = Line.objects.get()
    refused = visit.desk.post(f"{address}/token", {"token": "EAAwrong"})
    assert (refused.status_code, "does not hold" in said(refused)) == (422, True)
    assert "EAAwrong" not in said(refused)
    assert reach([line.pk])[line.pk].token == ACCESS_TOKEN
    assert "new access token" in said(visit.desk.post(f"{address}/token", {"token": ACCESS_TOKEN}, follow=True))
    assert changes()[-1] == "access_token_replaced"


def test_who_may_only_look_sees_no_forms(visit: Visit, address: str, bob: Agent, signed_in: SignedIn) -> None:
    visit.desk.post(f"{address}/profile", PROFILE)
    page = said(signed_in(bob).get(address))
    assert PROFILE["description"] in page
    assert f'action="{address}' not in page
    assert visit.desk.get("/settings/lines/00000000-0000-0000-0000-000000000000").status_code == 404


@pytest.mark.parametrize(("days", "told"), [(13, 1), (15, 0)])
def test_doctor_notes_a_token_that_ends_soon(
    start: Start, ada: Agent, signed_in: SignedIn, settings: Any, days: int, told: int
) -> None:
    ends = int(core_clock.now().timestamp()) + days * 86_400
    visit = visiting(start(token_expires_at=ends), signed_in(ada), settings)
    visit.begins()
    visit.connects()
    assert [note.code for note in notes()].count("lines.token_ends") == told
    assert ("Holds until" in said(visit.desk.get(f"/settings/lines/{Line.objects.get().pk}"))) is True
