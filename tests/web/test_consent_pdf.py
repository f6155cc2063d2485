"""The proof of a consent on paper: it tells what the page tells, and carries the record that verifies without us."""

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from django.utils.translation import override
from pypdf import PdfReader

from jawort.consent.elsewhere import Given, Recorder, record_given
from jawort.consent.models import ConsentEvent, Text
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.shown_elsewhere import Wording, keep_text
from jawort.consent.state import Event, Method, Source, Way
from jawort.consent.texts import put_into_use
from jawort.messaging.acknowledge import acknowledgements
from jawort.staff.models import Agent
from jawort.web.contacts.proof import Sheet, Shown
from jawort.web.contacts.proof_pdf import printed
from tests.consent.questions import GERMAN, asks
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene
from tests.web.test_consent_proof import SignedIn, consents, verifies
from tests.web.tongue import Tongue

AT = datetime(2026, 11, 29, 12, 0, 5, tzinfo=UTC)
BODY = "Ja, ich möchte Angebote der Werkstatt Lindenhof erhalten."


def read(content: bytes) -> str:
    """All its words, in one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def told(content: bytes) -> tuple[str, bytes]:
    """The one file that lies in it, and its name."""
    ((name, (inside,)),) = PdfReader(BytesIO(content)).attachments.items()
    return name, inside


def a_text(body: str = BODY) -> Text:
    return Text(id="ab" * 32, purpose="campaigns", language="de", controller=GERMAN.controller, body=body, title="")


def a_long_text(number: int) -> Text:
    text = a_text(f"Fassung {number}. " + "Wort " * 700 + f"Ende {number}.")
    text.pk = f"{number:064}"
    return text


def an_event(text: Text, **changes: object) -> Shown:
    row = ConsentEvent(
        contact_id=UUID(int=7), purpose="campaigns", event=Event.GIVEN, method=Method.WORDS, text=text, at=AT
    )
    shown = Shown(row, "1C4F4708", "marketing", "Given", "in a message", 13, None, None, "", None, None, "", None)
    return replace(shown, **changes)  # type: ignore[arg-type]


def a_sheet(*events: Shown) -> Sheet:
    return Sheet("Lindenhof", UUID(int=7), "Kim Muster", "It stands.", events, b"{}", "record.json", "log+1+key", AT)


@pytest.mark.parametrize("tongue", ["de", "en"], indirect=True)
def test_it_tells_what_the_page_tells(
    scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn, tongue: Tongue, tmp_path: Path
) -> None:
    scene.writes(kim, "Hallo")
    address, contact = consents(scene, kim, alice), scene.chat(kim).contact_id
    Agent.objects.filter(pk=alice.pk).update(language=tongue.language)
    desk = signed_in(alice)
    answer = desk.get(f"{address}/{contact}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith('attachment; filename="jawort-consent-')
    assert answer["Content-Disposition"].endswith('.pdf"')
    words = read(answer.content)
    events = list(ConsentEvent.objects.order_by("pk"))
    for each in ("Proof of consent", "Asked", "Given", "Withdrawn", "in a message", "How to verify it"):
        assert tongue(each) in words
    for row in events:
        assert row.id.hex[-8:].upper() in words
        assert str(row.message) in words
    assert acknowledgements({row.message for row in events if row.message})
    assert words.count(tongue("Our answer")) == 2
    (text,) = Text.objects.all()
    assert text.body in words
    assert text.pk in words
    assert "Kim Muster" in words
    assert str(contact) in words
    assert "(UTC+0" in words
    assert tongue("Page %(page)d of %(pages)s", page=1, pages=2) in words
    paper = PdfReader(BytesIO(answer.content))
    assert str(paper.root_object["/Lang"]) == tongue.language
    assert paper.xmp_metadata is not None
    assert paper.xmp_metadata.dc_title == {"x-default": tongue("Proof of consent")}
    name, inside = told(answer.content)
    assert inside == desk.get(f"{address}/{contact}.json").content
    assert name in words
    code, said = verifies(json.loads(inside), tmp_path)
    assert code == 0, said
    assert said.count("holds: Entry") == 3
    page = desk.get(address).content.decode()
    assert f"{address}/{contact}.pdf" in page


def test_evidence_of_a_consent_given_elsewhere_is_part_of_it(
    scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn, tmp_path: Path
) -> None:
    scene.writes(kim, "Hallo")
    contact, at = scene.chat(kim).contact_id, scene.clock.at
    wording = Wording("Formular 12", "de", GERMAN.controller, "Angebote", "", BODY)
    text = keep_text(CAMPAIGNS, wording, actor="system", at=at)
    given = Given(text.pk, at - timedelta(days=2), Way.PAPER, "Ordner 7, Blatt 12", "Kim zeigte es vor")
    record_given([(contact, given)], Recorder(f"agent:{alice.pk}", Source.DESK), at)
    scene.seals()
    answer = signed_in(alice).get(f"/contacts/{contact}/consents/{contact}.pdf")
    words = read(answer.content)
    for each in ("Ordner 7, Blatt 12", "Kim zeigte es vor", "on paper · Formular 12", BODY, "Recorded"):
        assert each in words
    assert verifies(json.loads(told(answer.content)[1]), tmp_path)[0] == 0


def test_who_checks_sees_no_name(
    scene: Scene, kim: Customer, alice: Agent, dana: Agent, signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    scene.writes(kim, "Hallo")
    address, contact = consents(scene, kim, alice), scene.chat(kim).contact_id
    with caplog.at_level(logging.DEBUG):
        words = read(signed_in(dana).get(f"{address}/{contact}.pdf").content)
    assert str(contact) in words
    assert "Kim" not in words
    assert "Werkstatt" not in caplog.text


def test_of_nobody_and_of_nothing_there_is_none(
    scene: Scene, kim: Customer, nour: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    kims, nours = scene.chat(kim).contact_id, scene.chat(nour).contact_id
    for contact in (kims, nours):
        assert signed_in(alice).get(f"/contacts/{kims}/consents/{contact}.pdf").status_code == 404


def test_what_is_not_sealed_yet_is_not_printed(scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn) -> None:
    put_into_use(CAMPAIGNS, {"de": GERMAN}, actor="system", at=scene.clock.at)
    scene.writes(kim, "Hallo")
    asks(scene, kim, alice)
    contact = scene.chat(kim).contact_id
    for kind in ("json", "pdf"):
        answer = signed_in(alice).get(f"/contacts/{contact}/consents/{contact}.{kind}")
        assert answer.status_code == 503
        assert answer["Retry-After"] == "2"


def test_the_same_sheet_is_the_same_bytes() -> None:
    sheet = a_sheet(an_event(a_text()))
    first = printed(sheet)
    assert printed(sheet) == first
    assert printed(replace(sheet, at=AT + timedelta(minutes=1))) != first


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("Größe „M“ – 5 € … ½", "Größe „M“ – 5 € … ½"),
        ("Ilić, Çelik, Łukasz", "Ilić, Çelik, Łukasz"),
        ("Ми цінуємо це", "Ми цінуємо це"),
        ("Ευχαριστώ", "Ευχαριστώ"),
        ("Rabatt \N{PARTY POPPER}!", "Rabatt [U+1F389]!"),
        ("مرحبا", "[U+0645][U+0631][U+062D][U+0628][U+0627]"),
        ("a\N{SNOWMAN}\ue000b\x07", "a[U+2603][U+E000]b[U+0007]"),
        ("Mu\N{COMBINING DIAERESIS}he", "Mühe"),
        ("a\u2011b\u202fc", "a-b c"),
        ("{nb} **fett** <b>", "{nb} **fett** <b>"),
    ],
)
def test_no_character_breaks_it(body: str, shown: str, recwarn: pytest.WarningsRecorder) -> None:
    assert shown in read(printed(a_sheet(an_event(a_text(body)))))
    assert not [one.message for one in recwarn.list]


def test_without_a_text_and_without_an_answer() -> None:
    event = an_event(a_text())
    event.row.text = None
    words = read(printed(a_sheet(event)))
    assert "1. Given" in words
    assert "word for word" not in words


def test_a_long_history_is_all_there() -> None:
    texts = [a_long_text(number) for number in range(3)]
    events = [an_event(texts[number % 3], number=f"N{number:07}") for number in range(200)]
    with override("en"):
        content = printed(a_sheet(*events))
    words = read(content)
    assert all(event.number in words for event in events)
    assert all(text.body in words for text in texts)
    pages = len(PdfReader(BytesIO(content)).pages)
    assert f"Page {pages} of {pages}" in words


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_word_without_an_end_is_broken(language: str) -> None:
    with override(language):
        words = read(printed(a_sheet(an_event(a_text("x" * 4_000)))))
    assert words.replace(" ", "").count("x") >= 4_000
