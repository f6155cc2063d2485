"""Our name for a contact: it goes before theirs, no message changes it, and the ledger says that it was given."""

from uuid import UUID

import pytest

from jawort.ledger.models import Entry
from jawort.people.checks import findings
from jawort.people.describe import describe
from jawort.people.find import called
from jawort.people.models import Contact
from jawort.people.queries import names
from jawort.people.resolve import Sender, resolve
from jawort.people.rules import Names
from jawort.people.spelling import words
from jawort.vault.keys import forget
from jawort.vault.models import SubjectKey
from jawort.vault.seal import Unreadable
from tests.fixtures.time import Clock

pytestmark = pytest.mark.django_db
ACTOR = "staff:00000000-0000-0000-0000-000000000001"


def wrote(clock: Clock, name: str | None, username: str | None = None) -> UUID:
    (contact,) = resolve([Sender("491713920021", "DE.1713920021", None, name, "waba", username)], clock.at)
    return contact


def called_now(contact: UUID) -> str:
    return names([contact]).get(contact, "")


def given(contact: UUID, name: str, clock: Clock, language: str = "") -> bool:
    return describe(contact, name=name, language=language, actor=ACTOR, at=clock.at)


@pytest.mark.parametrize(
    ("of", "shown"),
    [
        (Names("Frau Muster", "kim", "rad.kim"), "Frau Muster"),
        (Names("", "kim", "rad.kim"), "kim"),
        (Names("", "", "rad.kim"), "@rad.kim"),
        (Names(), ""),
    ],
)
def test_ours_goes_before_theirs(of: Names, shown: str) -> None:
    assert of.shown == shown
    assert all(name in ("Frau Muster", "kim", "rad.kim") for name in of.every)


def test_no_message_changes_our_name_and_without_it_theirs_is_back(clock: Clock) -> None:
    kim = wrote(clock, "kim 🚲", "rad.kim")
    assert given(kim, "  Kim\tMuster ", clock)
    assert called_now(kim) == "Kim Muster"
    assert wrote(clock, "Kimmy") == kim
    assert called_now(kim) == "Kim Muster"
    assert called(words("kimm"), [kim]) == called(words("must"), [kim]) == {kim}  # found by all that they are called
    assert given(kim, "", clock)
    assert called_now(kim) == "Kimmy"


def test_each_change_is_entered_without_what_was_said_and_no_change_is_not(clock: Clock) -> None:
    kim = wrote(clock, "Kim")
    assert given(kim, "Kim Muster", clock, "tr")
    assert not given(kim, "Kim Muster", clock, "tr")
    assert given(kim, "", clock, "tr")
    entries = Entry.objects.filter(kind="contact.changed").order_by("id")
    assert [(entry.actor, entry.object, entry.facts) for entry in entries] == [
        (ACTOR, kim, {"what": "name", "change": "set"}),
        (ACTOR, kim, {"what": "language", "change": "set"}),
        (ACTOR, kim, {"what": "name", "change": "cleared"}),
    ]
    assert Contact.objects.get(pk=kim).language == "tr"


def test_our_name_lies_sealed_and_cannot_be_exchanged_with_theirs(clock: Clock) -> None:
    kim = wrote(clock, "Kim")
    given(kim, "Geheimname", clock)
    row = Contact.objects.get(pk=kim)
    assert b"Geheimname" not in bytes(row.our_name_ciphertext or b"")
    Contact.objects.filter(pk=kim).update(our_name_wrapped=row.name_wrapped, our_name_ciphertext=row.name_ciphertext)
    assert called_now(kim) == "Kim"  # by theirs: what was moved does not open
    assert [finding.code for finding in findings()] == ["people.our_name"]
    assert given(kim, "Kim Muster", clock)
    assert findings() == []


def test_whoever_is_being_erased_gets_no_name(clock: Clock) -> None:
    kim = wrote(clock, "Kim")
    SubjectKey.objects.filter(subject=kim).delete()
    forget(kim)
    with pytest.raises(Unreadable):
        given(kim, "Kim Muster", clock)
    assert not Entry.objects.filter(kind="contact.changed").exists()
