"""An agent records a consent with its evidence; the administrator enters the words of a form, and brings in a table."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import localtime
from playwright.sync_api import Page, expect

from jawort.consent.elsewhere import Given, Recorder, record_given
from jawort.consent.models import ConsentEvent, Text
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.sheet import BYTES_MAX
from jawort.consent.shown_elsewhere import Wording, keep_text
from jawort.consent.state import Source, State, Way
from jawort.ledger.models import Entry
from jawort.people.models import Contact
from jawort.staff.models import Agent
from tests.consent.questions import HOUSE, stands
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.web.conftest import Desk
from tests.web.gallery import THEMES, WIDTHS, combined, picture_kept, violations
from tests.web.reflow import stays_whole
from tests.web.test_consent_proof import verifies
from tests.web.tongue import Tongue, both_languages

SignedIn = Callable[[Agent], Client]
FORM = Wording("Formular an der Theke", "de", HOUSE, "Angebote", "", "Ja, ich möchte Angebote per WhatsApp.")
ELSEWHERE, IMPORT = "/settings/consents/elsewhere", "/settings/consents/import"


def a_form(scene: Scene) -> Text:
    return keep_text(CAMPAIGNS, FORM, actor="system", at=scene.clock.at)


def test_recorded_with_evidence_and_proved(
    scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn, tmp_path: Path
) -> None:
    scene.writes(kim, "Hallo")
    text, contact, desk = a_form(scene), scene.chat(kim).contact_id, signed_in(alice)
    proof = f"/contacts/{contact}/consents"
    address = f"{proof}/{contact}/record"
    assert address in desk.get(proof).content.decode()
    said = {
        "text": text.pk,
        "way": "paper",
        "day": f"{localtime(scene.clock.at) - timedelta(days=30):%Y-%m-%d}",
        "time": "10:15",
        "evidence": "Formular 4711\nOrdner 3",
        "reason": "An der Theke abgegeben",
    }
    assert desk.post(address, said)["Location"] == proof
    assert stands(scene, kim) is State.ACTIVE
    page = desk.get(proof).content.decode()
    for says in ("on paper", "Formular an der Theke", "Formular 4711<br>Ordner 3", "An der Theke abgegeben"):
        assert says in page
    assert address not in page
    scene.seals()
    told = desk.get(f"{proof}/{contact}.json").json()
    (event,) = told["consent_events"]
    assert (event["given_elsewhere"], event["evidence"]) == ("paper", "Formular 4711\nOrdner 3")
    assert event["event_time"] < event["recorded_at"]
    code, says = verifies(told, tmp_path)
    assert code == 0
    assert "is what an entry commits to" in says
    for changed in ({"evidence": "Formular 4712\nOrdner 3"}, {"reason": ""}):
        assert verifies(told | {"consent_events": [event | changed]}, tmp_path)[0] == 1
    event["event_time"] = event["recorded_at"]
    assert verifies(told, tmp_path)[0] == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"text": "0" * 64}, "Please say which words the person read."),
        ({"way": "pigeon"}, "Please say in which way."),
        ({"day": "31.02.2026"}, "Please enter the day"),
        ({"day": "2199-01-01"}, "This moment lies in the future."),
        ({"day": "2001-01-01"}, "older than two years"),
        ({"time": "viertel"}, "Please enter a time of day"),
        ({"evidence": ""}, "Please fill in this field."),
        ({"evidence": "x" * 2001}, "At most 2000 characters"),
        ({"reason": " "}, "Please fill in this field."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn, more: dict[str, str], says: str
) -> None:
    scene.writes(kim, "Hallo")
    text, contact = a_form(scene), scene.chat(kim).contact_id
    said = {"text": text.pk, "way": "paper", "day": "2026-06-01", "evidence": "Ordner 3", "reason": "Theke"} | more
    answer = signed_in(alice).post(f"/contacts/{contact}/consents/{contact}/record", said)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert said["evidence"] in page
    assert not ConsentEvent.objects.exists()


def test_only_at_the_contact_itself(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, dana: Agent, signed_in: SignedIn
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    kims, nours = scene.chat(kim).contact_id, scene.chat(nour).contact_id
    assert signed_in(alice).get(f"/contacts/{kims}/consents/{nours}/record").status_code == 404
    paper = Given(a_form(scene).pk, scene.clock.at - timedelta(days=1), Way.PAPER, "Nour hat es unterschrieben")
    record_given([(kims, paper)], Recorder(f"staff:{alice.pk}", Source.DESK), scene.clock.at)
    scene.seals()
    for address in (f"/contacts/{kims}/consents", f"/contacts/{kims}/consents/{kims}.json"):
        assert "Nour hat" in signed_in(alice).get(address).content.decode()
        assert "Nour hat" not in signed_in(dana).get(address).content.decode()
    assert "/record" not in signed_in(dana).get(f"/contacts/{kims}/consents").content.decode()


def test_the_words_of_a_form_are_kept_once(scene: Scene, ada: Agent, signed_in: SignedIn) -> None:
    desk = signed_in(ada)
    said = {
        "purpose": "campaigns",
        "title": FORM.title,
        "language": "de",
        "controller": HOUSE,
        "contents": "Angebote",
        "body": FORM.body,
    }
    assert desk.post(ELSEWHERE, said)["Location"] == ELSEWHERE
    assert FORM.title in desk.get(ELSEWHERE).content.decode()
    again = desk.post(ELSEWHERE, said | {"title": "Anderswo"})
    assert again.status_code == 422
    assert "kept already" in again.content.decode()
    assert desk.post(ELSEWHERE, said | {"body": ""}).status_code == 422
    assert Text.objects.get().title == FORM.title
    assert Entry.objects.get(kind="consent_text.changed").facts["elsewhere"] is True


def test_a_table_is_taken_row_by_row(
    scene: Scene, kim: Customer, nour: Customer, ada: Agent, signed_in: SignedIn
) -> None:
    scene.writes(nour, "STOP")
    scene.delivers()
    text, desk = a_form(scene), signed_in(ada)
    lines = [
        "phone;text;given_at;way;evidence",
        f"{kim.phone};{text.pk[:12]};01.06.2026;Papier;Formular 1",
        f"{nour.phone};{text.pk[:12]};2026-06-01;paper;Formular 2",
        f"0171 3920001;{text.pk[:12]};2026-06-01;paper;Formular 3",
        f"+49 171 39200 33;{text.pk[:12]};2026-06-01;paper;",
    ]
    file = SimpleUploadedFile("consents.csv", "\n".join(lines).encode(), "text/csv")
    page = desk.post(IMPORT, {"file": file}).content.decode()
    assert "1 consent is recorded," in page
    assert "of 4 rows." in page
    for says, line in [("objected to marketing", 3), ("has no country code", 4), ("What bears the consent out", 5)]:
        assert says in page
        assert f"<td>{line}</td>" in page
    assert str(nour.phone) not in page
    assert Contact.objects.count() == 2
    file.seek(0)
    assert "1 consent is recorded," in desk.post(IMPORT, {"file": file}).content.decode()
    assert ConsentEvent.objects.filter(event="given").count() == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"phone;text\n1;2", "The heading lacks the columns given_at, way, evidence."),
        (b"\xff\xfe", "is not in UTF-8"),
        (b"x" * (BYTES_MAX + 1), "larger than 2 MB"),
        (b"", "Please choose a file."),
    ],
)
def test_what_is_no_table_says_so(scene: Scene, ada: Agent, signed_in: SignedIn, content: bytes, says: str) -> None:
    a_form(scene)
    answer = signed_in(ada).post(IMPORT, {"file": SimpleUploadedFile("c.csv", content, "text/csv")})
    assert answer.status_code == 422
    assert says in answer.content.decode()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), combined({(390, "dark"), (1440, "light")}, WIDTHS, THEMES))
@both_languages
def test_the_pages_are_accessible_and_fit(
    desk: Desk, ada: Agent, site: str, at_desk: Callable[..., Page], tongue: Tongue, width: int, theme: str
) -> None:
    text, contact = a_form(desk.scene), desk.scene.chat(desk.kim).contact_id
    page = at_desk(ada, width=width, theme=theme)
    kept = f"{width}-{tongue.language}-{theme}"
    page.goto(f"{site}/contacts/{contact}/consents/{contact}/record")
    expect(page.get_by_role("radio", name=FORM.title)).to_be_visible()
    picture_kept(page, f"consent-record-{kept}")
    assert violations(page) + stays_whole(page, "consent-record", theme, width) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for address, name in ((ELSEWHERE, "texts-elsewhere"), (IMPORT, "consents-import")):
        page.goto(f"{site}{address}")
        expect(page.get_by_text(FORM.title)).to_be_visible()
        picture_kept(page, f"{name}-{kept}")
        assert violations(page) + stays_whole(page, name, theme, width) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    by = Recorder(f"staff:{ada.pk}", Source.DESK)
    paper = Given(text.pk, desk.scene.clock.at - timedelta(days=1), Way.PAPER, "Formular 4711, Ordner 3", "Theke")
    record_given([(contact, paper)], by, desk.scene.clock.at)
    page.goto(f"{site}/contacts/{contact}/consents")
    expect(page.get_by_text("Formular 4711")).to_be_visible()
    picture_kept(page, f"consent-recorded-{kept}")
    assert violations(page) == []
