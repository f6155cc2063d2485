"""Imprint and privacy notice: customers find both, and until they do no link to the side door leaves."""

from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from jawort.cli import doctor
from jawort.core.clock import now
from jawort.ledger.models import Entry
from jawort.legal.keep import keep
from jawort.legal.models import Links
from jawort.legal.rules import is_fit
from jawort.staff.models import Agent
from tests.fixtures.scene import Scene
from tests.public.doors import LEGAL, PDF, Doors, a_file, doors, opened

__all__ = ["doors", "opened"]

PAGE = "/settings/legal"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://firma.example/",
        "javascript:alert(1)",
        "https://",
        "https://localhost/",
        "https://firma.example/a b",
        "https://ada:secret@firma.example/",
        "https://[",
        "https://firma.example:99999/",
        "https://firma.example/\nx",
        "https://firma.example/" + "a" * 500,
    ],
)
def test_customers_are_sent_to_no_other_address(url: str) -> None:
    assert not is_fit(url)


@given(st.text())
def test_whatever_is_typed_is_judged(url: str) -> None:
    assert is_fit(url) is False or url.startswith("https://")


@pytest.mark.django_db
class TestTheSettings:
    """An administrator enters both, on the desk."""

    def test_both_are_entered_and_the_ledger_has_which(self, ada: Agent, signed_in: Callable[[Agent], Client]) -> None:
        admin = signed_in(ada)
        assert "no link to the side door" in admin.get(PAGE).content.decode()
        said = {"imprint": LEGAL[0], "privacy": LEGAL[1]}
        page = admin.post(PAGE, said, follow=True).content.decode()
        assert "Saved." in page
        assert LEGAL[0] in page
        admin.post(PAGE, said | {"privacy": "https://www.firma.example/privacy"})
        admin.post(PAGE, said | {"privacy": "https://www.firma.example/privacy"})
        entries = Entry.objects.filter(kind="legal_links.changed", actor=ada.actor).order_by("pk")
        assert [each.facts for each in entries] == [{"which": ["imprint", "privacy"]}, {"which": ["privacy"]}]

    @pytest.mark.parametrize(
        ("imprint", "words"), [("", "Please fill in"), ("http://firma.example", "begins with https")]
    )
    def test_what_does_not_go_is_said(
        self, ada: Agent, signed_in: Callable[[Agent], Client], imprint: str, words: str
    ) -> None:
        answer = signed_in(ada).post(PAGE, {"imprint": imprint, "privacy": LEGAL[1]})
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not Links.objects.exists()

    def test_unfit_ones_are_refused_wherever_they_come_from(self) -> None:
        with pytest.raises(ValueError, match="cannot be sent"):
            keep("http://firma.example", LEGAL[1], actor="system", at=now())


class TestTheSideDoor:
    """Customers find behind it who asks, and why; a link that has left stays good."""

    def test_every_page_links_both(self, doors: Doors) -> None:
        path = doors.asks()
        for address in (path, "/side-door/none/"):
            page = doors.visitor.get(address, HTTP_ACCEPT_LANGUAGE="de").content.decode()
            assert f'href="{LEGAL[0]}"' in page
            assert f'href="{LEGAL[1]}"' in page
            assert "Impressum" in page
            assert "Datenschutz" in page

    def test_without_them_no_link_leaves_and_nothing_offers_one(self, doors: Doors) -> None:
        assert "side-door" in doors.thread()
        Links.objects.all().delete()
        assert "side-door" not in doors.thread()
        assert doors.client.post(f"{doors.desk}ask", {"what_for": "Vertrag", "language": "de"}).status_code == 404

    def test_what_a_customer_brings_is_taken_all_the_same(self, doors: Doors) -> None:
        path = doors.asks()
        Links.objects.all().delete()
        assert doors.brings(path, a_file("Vertrag.pdf", PDF)).status_code == 302


@pytest.mark.django_db
def test_doctor_notes_that_they_are_missing_once_there_is_a_number(scene: Scene) -> None:
    assert [note.code for note in doctor.missing()] == ["legal.missing"]
    keep(*LEGAL, actor="system", at=now())
    assert list(doctor.missing()) == []
