"""Quick replies: placeholders are filled once or are gaps, words lie sealed, and only what is shared is entered."""

from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from jawort.ledger.models import Entry
from jawort.messaging.checks import findings
from jawort.messaging.quick_replies.access import quick_reply_for
from jawort.messaging.quick_replies.keep import CannotKeep, keep, remove, reword
from jawort.messaging.quick_replies.models import QuickReply
from jawort.messaging.quick_replies.queries import quick_replies
from jawort.messaging.quick_replies.rules import (
    OWN_MAX,
    SHARED_MAX,
    Piece,
    Placeholder,
    Wording,
    gaps,
    pieces,
    unknown,
)
from jawort.staff.models import Agent
from tests.fixtures.time import Clock
from tests.messaging.test_together import Other

HELLO = Wording("Begrüßung", {"de": "Guten Tag {{customer}}, hier ist {{agent}}.", "en": "Hello {{customer}}."})
VALUES = {Placeholder.CUSTOMER: "Kim", Placeholder.AGENT: "Alice"}


def said(text: str) -> str:
    return "".join(piece.text for piece in pieces(text, VALUES))


def test_what_is_known_is_filled_in_and_the_rest_is_a_gap() -> None:
    assert said("Guten Tag {{customer}}, hier {{ Agent }}.") == "Guten Tag Kim, hier Alice."
    assert list(pieces("{{line}}: {{gap}}!", VALUES)) == [
        Piece("{{line}}", is_gap=True),
        Piece(": ", is_gap=False),
        Piece("{{gap}}", is_gap=True),
        Piece("!", is_gap=False),
    ]
    assert gaps("{{line}} {{gap}} {{line}} {x} {{a\nb}}") == ["{{line}}", "{{gap}}"]


def test_a_value_with_braces_fills_nothing_further_and_is_not_sent_unseen() -> None:
    found = list(pieces("Hallo {{customer}}", {Placeholder.CUSTOMER: "{{agent}}", Placeholder.AGENT: "Alice"}))
    assert found[-1] == Piece("{{agent}}", is_gap=False)
    assert gaps("".join(piece.text for piece in found)) == ["{{agent}}"]


@given(st.text(alphabet="{} \nacgp"))
def test_without_values_a_text_stays_what_it_was(text: str) -> None:
    found = list(pieces(text, {}))
    assert "".join(piece.text for piece in found) == text
    assert list(dict.fromkeys(piece.text for piece in found if piece.is_gap)) == gaps(text)


@given(st.lists(st.one_of(st.sampled_from([f"{{{{{p}}}}}" for p in Placeholder]), st.text("ab \n"))))
def test_with_every_value_no_gap_stays(parts: list[str]) -> None:
    text = "".join(parts)
    assert unknown(text) == []
    assert gaps("".join(piece.text for piece in pieces(text, dict.fromkeys(Placeholder, "x")))) == []


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("{{name}} {{customer}} {{name}}", ["{{name}}"]),
        ("{{}}", ["{{}}"]),
        ("{{customer", ["{{"]),
        ("{{{customer}}}", []),
        ("{{cus\ntomer}}", ["{{", "}}"]),
        ("{one} } {", []),
    ],
)
def test_what_is_no_placeholder_is_named(text: str, strange: list[str]) -> None:
    assert unknown(text) == strange


def test_words_lie_sealed_and_bound_to_their_row(clock: Clock, alice: Agent, bob: Agent) -> None:
    shared = keep(HELLO, None, actor=f"staff:{bob.pk}", at=clock.at)
    own = keep(HELLO, alice, actor=f"staff:{alice.pk}", at=clock.at)
    rows = {row.pk: bytes(row.sealed) for row in QuickReply.objects.all()}
    assert not any(word in sealed for sealed in rows.values() for word in (b"customer", b"Begr", b"Hello"))
    QuickReply.objects.filter(pk=own).update(sealed=rows[shared])
    assert [kept.id for kept in quick_replies(alice)] == [shared]
    assert [finding.code for finding in findings() if "quick" in finding.code] == ["messaging.quick_reply"]


def test_what_is_shared_enters_the_ledger_without_its_words(clock: Clock, alice: Agent, bob: Agent) -> None:
    actor, before = f"staff:{bob.pk}", Entry.objects.count()
    own = keep(HELLO, alice, actor=f"staff:{alice.pk}", at=clock.at)
    reword(own, Wording("Hallo", {"de": "Hallo"}), actor=f"staff:{alice.pk}", at=clock.at)
    remove(own, actor=f"staff:{alice.pk}", at=clock.at)
    assert Entry.objects.count() == before
    shared = keep(HELLO, None, actor=actor, at=clock.at)
    reword(shared, Wording("Hallo", {"en": "Hello"}), actor=actor, at=clock.at)
    remove(shared, actor=actor, at=clock.at)
    entered = Entry.objects.filter(object=shared).order_by("id").values_list("kind", "actor", "facts")
    assert list(entered) == [
        ("quick_reply.changed", actor, {"change": change}) for change in ("kept", "reworded", "removed")
    ]
    assert not QuickReply.objects.exists()


def test_everybody_sees_what_is_shared_and_their_own(clock: Clock, alice: Agent, bob: Agent, ada: Agent) -> None:
    keep(Wording("Zu", {"de": "Zu"}), None, actor="system", at=clock.at)
    keep(Wording("auf", {"de": "Auf"}), alice, actor="system", at=clock.at)
    keep(Wording("Auf", {"de": "Mein Auf"}), bob, actor="system", at=clock.at)
    assert [(k.wording.texts["de"], k.is_own) for k in quick_replies(alice)] == [("Auf", True), ("Zu", False)]
    assert [k.wording.texts["de"] for k in quick_replies(bob)] == ["Mein Auf", "Zu"]
    assert [k.wording.texts["de"] for k in quick_replies(ada)] == ["Zu"]


def test_what_is_shared_changes_who_may_and_what_is_own_its_owner(clock: Clock, alice: Agent, bob: Agent) -> None:
    shared = keep(HELLO, None, actor="system", at=clock.at)
    own = keep(HELLO, alice, actor="system", at=clock.at)
    assert quick_reply_for(bob, shared).id == shared
    assert quick_reply_for(alice, own).id == own
    for person, quick_reply in ((alice, shared), (bob, own), (alice, uuid4())):
        with pytest.raises(QuickReply.DoesNotExist):
            quick_reply_for(person, quick_reply)


def test_a_name_is_there_once_among_those_it_lies_with(clock: Clock, alice: Agent) -> None:
    keep(HELLO, None, actor="system", at=clock.at)
    other = keep(Wording("Gruß", {"de": "Gruß"}), None, actor="system", at=clock.at)
    keep(HELLO, alice, actor="system", at=clock.at)
    same = Wording("BEGRÜSSUNG", {"de": "x"})
    for owner in (None, alice):
        with pytest.raises(CannotKeep, match="taken"):
            keep(same, owner, actor="system", at=clock.at)
    with pytest.raises(CannotKeep, match="taken"):
        reword(other, same, actor="system", at=clock.at)
    reword(other, Wording("gruß", {"de": "Gruß"}), actor="system", at=clock.at)


@pytest.mark.parametrize(("is_own", "most"), [(True, OWN_MAX), (False, SHARED_MAX)])
def test_there_are_only_so_many(clock: Clock, alice: Agent, is_own: bool, most: int) -> None:
    owner = alice if is_own else None
    QuickReply.objects.bulk_create(QuickReply(owner=owner, sealed=b"x") for _ in range(most))
    with pytest.raises(CannotKeep, match="full"):
        keep(HELLO, owner, actor="system", at=clock.at)
    keep(HELLO, None if is_own else alice, actor="system", at=clock.at)


def test_what_is_own_goes_with_the_account(clock: Clock, alice: Agent) -> None:
    keep(HELLO, alice, actor="system", at=clock.at)
    Agent.objects.filter(pk=alice.pk).delete()
    assert not QuickReply.objects.exists()


def test_whoever_removes_one_that_is_being_reworded_waits(transactional_db: None, alice: Agent, clock: Clock) -> None:
    """The table is locked before any row, by all of them."""
    there = keep(HELLO, alice, actor=alice.actor, at=clock.at)
    with transaction.atomic():
        keep(Wording("Abschied", {"de": "Bis bald"}), alice, actor=alice.actor, at=clock.at)
        other = Other(partial(remove, there, actor=alice.actor, at=clock.at))
        reword(there, HELLO, actor=alice.actor, at=clock.at)
    assert other.end() is None
    assert [kept.wording.name for kept in quick_replies(alice)] == ["Abschied"]
