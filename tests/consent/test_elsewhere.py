"""A consent that was given elsewhere counts if it can be shown, and never against what the person has said to us."""

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given as holds_for
from hypothesis import strategies as st

from jawort.consent.checks import findings
from jawort.consent.elsewhere import Given, Recorder, Words, evidence_of, packed, record_by_number, record_given
from jawort.consent.models import ConsentEvent, Evidence, Text
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.rules import Basis, Permit, Refusal, Refused
from jawort.consent.shown_elsewhere import Wording, keep_text
from jawort.consent.state import (
    HOLDS,
    CannotRecord,
    Event,
    Happened,
    Noes,
    Source,
    State,
    Terms,
    Way,
    after_objection,
    may_record,
    standing,
)
from jawort.consent.stop import lift_objection, object_to
from jawort.consent.texts import TextUnfit, texts_in_use
from jawort.core.phone import Phone
from jawort.ledger.models import Entry
from jawort.messaging.merge import merge
from jawort.people.models import Alias, Contact
from jawort.staff.models import Agent
from jawort.vault.keys import keks
from jawort.vault.seal import Klass, aad, seal
from tests.consent.questions import HOUSE, says_yes, stands, verdict
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author

FORM = Wording(
    title="Formular an der Theke",
    language="de",
    controller=HOUSE,
    contents="Angebote",
    notice="",
    body="Ja, ich möchte Angebote der Werkstatt Lindenhof per WhatsApp erhalten.",
)
WHERE = "Formular 4711, Ordner 3, unterschrieben"


@pytest.fixture
def form(scene: Scene, ada: Agent) -> Text:
    """What stands on the company's form."""
    return keep_text(CAMPAIGNS, FORM, actor=author(ada).actor, at=scene.clock.at)


@pytest.fixture
def alices(alice: Agent) -> Recorder:
    """Alice records at her desk."""
    return Recorder(author(alice).actor, Source.DESK)


def on_paper(text: Text, at: datetime, evidence: str = WHERE) -> Given:
    return Given(text.pk, at, Way.PAPER, evidence, "An der Theke abgegeben")


def test_what_was_signed_on_paper_permits_marketing(scene: Scene, kim: Customer, form: Text, alices: Recorder) -> None:
    scene.writes(kim, "Hallo")
    contact, signed = scene.chat(kim).contact_id, scene.clock.at - timedelta(days=30)
    assert verdict(scene, kim) == Refusal(Refused.NO_CONSENT)
    (row,) = record_given([(contact, on_paper(form, signed))], alices, scene.clock.at)
    assert isinstance(row, ConsentEvent)
    assert verdict(scene, kim) == Permit(Basis.CONSENT)
    assert (row.at, row.recorded_at, row.text_id) == (signed, scene.clock.at, form.pk)
    shown = evidence_of([row])[row.pk]
    assert shown.words is not None
    assert (shown.way, shown.words.evidence, shown.words.reason) == (Way.PAPER, WHERE, "An der Theke abgegeben")
    entry = Entry.objects.get(kind="consent.changed")
    assert (entry.actor, entry.facts["way"], entry.facts["text"]) == (alices.actor, "paper", form.pk)
    assert len(str(entry.facts["evidence"])) == 64
    held = Evidence.objects.get()
    assert b"4711" not in bytes(held.ciphertext) + bytes(held.wrapped)
    scene.seals()


def test_the_same_once_more_is_the_same(scene: Scene, kim: Customer, form: Text, alices: Recorder) -> None:
    scene.writes(kim, "Hallo")
    paper = (scene.chat(kim).contact_id, on_paper(form, scene.clock.at))
    first, again = (record_given([paper], alices, scene.clock.at) for _ in range(2))
    assert first == again
    assert ConsentEvent.objects.count() == Evidence.objects.count() == 1


def test_two_at_once_record_one(scene: Scene, kim: Customer, form: Text, alices: Recorder) -> None:
    scene.writes(kim, "Hallo")
    paper, at_once = (scene.chat(kim).contact_id, on_paper(form, scene.clock.at)), Barrier(2)

    def records() -> None:
        at_once.wait()
        record_given([paper], alices, scene.clock.at)
        connections.close_all()

    threads = [Thread(target=records) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ConsentEvent.objects.count() == Evidence.objects.count() == 1


def test_nobody_overrules_the_person(scene: Scene, kim: Customer, form: Text, alices: Recorder, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    contact, before = scene.chat(kim).contact_id, scene.clock.at
    scene.passes(days=1)
    scene.writes(kim, "STOP")
    scene.delivers()
    scene.passes(days=1)
    later = scene.clock.at
    assert record_given([(contact, on_paper(form, later))], alices, later) == [CannotRecord.OBJECTED]
    lift_objection(contact, CAMPAIGNS, actor=author(alice).actor, at=later)
    assert record_given([(contact, on_paper(form, before))], alices, later) == [CannotRecord.ENDED]
    assert verdict(scene, kim) == Refusal(Refused.NO_CONSENT)
    assert record_given([(contact, on_paper(form, later))], alices, later) == [CannotRecord.ENDED]
    scene.passes(minutes=1)
    (new,) = record_given([(contact, on_paper(form, scene.clock.at))], alices, scene.clock.at)
    assert isinstance(new, ConsentEvent)
    assert stands(scene, kim) is State.ACTIVE


@pytest.mark.parametrize(
    ("days", "evidence", "why"),
    [(1, WHERE, CannotRecord.NOT_YET), (-800, WHERE, CannotRecord.EXPIRED), (-1, " \n", CannotRecord.NO_EVIDENCE)],
)
def test_what_proves_nothing_is_not_recorded(
    scene: Scene, form: Text, alices: Recorder, days: int, evidence: str, why: CannotRecord
) -> None:
    paper = on_paper(form, scene.clock.at + timedelta(days=days), evidence)
    assert record_by_number([(Phone("491713920077"), paper)], alices, scene.clock.at) == [why]
    assert not Contact.objects.exists()
    unknown = replace(paper, text="0" * 64)
    assert record_by_number([(Phone("491713920077"), unknown)], alices, scene.clock.at) == [CannotRecord.TEXT_UNKNOWN]
    assert not Entry.objects.filter(kind="consent.changed").exists()


def test_who_has_consented_already_is_left_as_they_are(
    scene: Scene, kim: Customer, alice: Agent, texts: tuple[Text, ...], alices: Recorder
) -> None:
    says_yes(scene, kim, alice)
    paper = on_paper(texts[0], scene.clock.at - timedelta(days=1))
    assert record_given([(scene.chat(kim).contact_id, paper)], alices, scene.clock.at) == [CannotRecord.STANDS]


def test_a_no_is_that_of_all_merged_contacts(
    scene: Scene, kim: Customer, nour: Customer, form: Text, alices: Recorder, alice: Agent
) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    kims, nours, before = scene.chat(kim).contact_id, scene.chat(nour).contact_id, scene.clock.at
    merge(kims, nours, actor=alices.actor, at=scene.clock.at)
    scene.passes(hours=1)
    scene.writes(kim, "STOP")
    scene.delivers()
    lift_objection(kims, CAMPAIGNS, actor=alices.actor, at=scene.clock.at)
    scene.passes(hours=1)
    for contact in (kims, nours):
        assert record_given([(contact, on_paper(form, before))], alices, scene.clock.at) == [CannotRecord.ENDED]


def test_a_second_no_counts_too(scene: Scene, kim: Customer, form: Text, alices: Recorder) -> None:
    """While an objection stands it leaves no trace of its own."""
    scene.writes(kim, "STOP")
    scene.passes(hours=1)
    signed = scene.clock.at
    scene.passes(hours=1)
    scene.writes(kim, "STOP")
    scene.delivers()
    scene.passes(hours=1)
    contact = scene.chat(kim).contact_id
    lift_objection(contact, CAMPAIGNS, actor=alices.actor, at=scene.clock.at)
    assert record_given([(contact, on_paper(form, signed))], alices, scene.clock.at) == [CannotRecord.ENDED]


def test_whoever_learns_why_not_is_entered(scene: Scene, kim: Customer, form: Text, alices: Recorder) -> None:
    scene.writes(kim, "STOP")
    scene.delivers()
    paper = on_paper(form, scene.clock.at)
    assert record_by_number([(kim.phone, paper)], alices, scene.clock.at) == [CannotRecord.OBJECTED]
    told = Entry.objects.get(kind="content.handed_out_to_many")
    assert told.facts == {"right": "consent.record", "to": [alices.actor], "of": [str(scene.chat(kim).contact_id)]}


def test_who_stands_in_a_table_twice_is_recorded_once(
    scene: Scene, kim: Customer, form: Text, alices: Recorder
) -> None:
    paper = (kim.phone, on_paper(form, scene.clock.at))
    told = record_by_number([paper] * 450, alices, scene.clock.at)
    assert len(told) == 450
    assert all(isinstance(one, ConsentEvent) for one in told)
    assert ConsentEvent.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE consent_event SET at = at + interval '1 hour'",
        "DELETE FROM consent_evidence",
    ],
)
def test_doctor_finds_what_was_changed_behind_our_back(
    scene: Scene, kim: Customer, form: Text, alices: Recorder, change: str
) -> None:
    record_by_number([(kim.phone, on_paper(form, scene.clock.at - timedelta(days=1)))], alices, scene.clock.at)
    assert list(findings()) == []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
        found = {one.code for one in findings()}
        transaction.set_rollback(True)
    assert found == {"consent.event"}


def test_doctor_finds_other_words_under_the_right_key(
    scene: Scene, kim: Customer, form: Text, alices: Recorder
) -> None:
    record_by_number([(kim.phone, on_paper(form, scene.clock.at))], alices, scene.clock.at)
    event = ConsentEvent.objects.select_related("contact").get()
    ref = (event.contact_id, Klass.IDENTITY, event.contact.month)
    bound = aad(Klass.IDENTITY, event.pk) + b"\0evidence"
    other = seal(keks([ref], create=False)[ref], packed(Words("Formular 9999")), bytes(32), bound)
    with transaction.atomic():
        Evidence.objects.update(wrapped=other.wrapped, ciphertext=other.ciphertext)
        (found,) = findings()
        transaction.set_rollback(True)
    assert found.code == "consent.evidence"
    assert str(event.pk) in found.text


def test_by_number_the_person_becomes_a_contact_and_writes_later_as_the_same(
    scene: Scene, kim: Customer, form: Text, alices: Recorder
) -> None:
    (row,) = record_by_number([(kim.phone, on_paper(form, scene.clock.at))], alices, scene.clock.at)
    assert isinstance(row, ConsentEvent)
    assert Alias.objects.get().basis == "consent"
    scene.passes(days=1)
    scene.writes(kim, "Hallo")
    assert scene.chat(kim).contact_id == row.contact_id
    assert stands(scene, kim) is State.ACTIVE
    scene.writes(kim, "STOP")
    assert verdict(scene, kim) == Refusal(Refused.OBJECTED)
    scene.seals()


def test_many_cost_as_many_queries_as_few(scene: Scene, form: Text, alices: Recorder) -> None:
    def queries(numbers: range) -> int:
        given = [(Phone(f"4917139{n:05}"), on_paper(form, scene.clock.at)) for n in numbers]
        with CaptureQueriesContext(connection) as asked:
            told = record_by_number(given, alices, scene.clock.at)
        assert all(isinstance(one, ConsentEvent) for one in told)
        return len(asked)

    queries(range(1))  # what is read once and remembered
    assert queries(range(1, 3)) == queries(range(100, 150))


def test_an_objection_that_comes_in_meanwhile_prevails(
    scene: Scene, kim: Customer, form: Text, alices: Recorder, alice: Agent
) -> None:
    """It is said while the consent is being recorded: neither sees the other."""
    scene.writes(kim, "Hallo")
    contact = scene.chat(kim).contact_id
    paper, said = on_paper(form, scene.clock.at - timedelta(days=1)), author(alice).actor

    def objects() -> None:
        object_to(contact, CAMPAIGNS, actor=said, at=scene.clock.at)
        connections.close_all()

    with transaction.atomic():
        record_given([(contact, paper)], alices, scene.clock.at)
        other = Thread(target=objects)
        other.start()
        other.join()
    lift_objection(contact, CAMPAIGNS, actor=said, at=scene.clock.at + timedelta(hours=1))
    scene.passes(hours=2)
    assert stands(scene, kim) is State.WITHDRAWN
    assert verdict(scene, kim) == Refusal(Refused.NO_CONSENT)


def test_a_text_of_another_place_is_kept_once_and_nobody_is_asked_in_it(
    scene: Scene, form: Text, texts: tuple[Text, ...]
) -> None:
    assert form not in texts_in_use(CAMPAIGNS)
    assert set(texts) == set(texts_in_use(CAMPAIGNS))
    with pytest.raises(TextUnfit):
        keep_text(CAMPAIGNS, replace(FORM, title="Anderswo"), actor="system", at=scene.clock.at)
    for empty in (replace(FORM, body=" \n"), replace(FORM, title=""), replace(FORM, contents="")):
        with pytest.raises(TextUnfit):
            keep_text(CAMPAIGNS, empty, actor="system", at=scene.clock.at)


DAY = datetime.fromisoformat("2026-06-08T09:00+00:00")
TOLD = st.lists(
    st.builds(
        Happened, st.sampled_from(Event), st.integers(0, 900).map(lambda h: DAY + timedelta(hours=h)), st.just("t")
    ),
    max_size=6,
)


@holds_for(told=TOLD, hours=st.integers(0, 900), objected=st.booleans(), last_hours=st.none() | st.integers(0, 900))
def test_what_may_be_recorded_holds_and_nothing_that_stands_is_touched(
    told: list[Happened], hours: int, objected: bool, last_hours: int | None
) -> None:
    at, new = DAY + timedelta(hours=901), Happened(Event.GIVEN, DAY + timedelta(hours=hours), "paper")
    terms = Terms(confirms=False, unused_for=timedelta(days=730))
    last = None if last_hours is None else DAY + timedelta(hours=last_hours)
    why = may_record(told, new, terms, at, Noes(objected, last, last))
    before = after_objection(standing(told, terms, at), last)
    after = after_objection(standing([*told, new], terms, at), last)
    fits = before.state not in HOLDS and after.state in HOLDS and (last is None or last < new.at)
    assert (why is None) == (not objected and fits)
    if why is None:
        assert all(one.at < new.at for one in told if one.event in {Event.WITHDRAWN, Event.REFUSED})
        assert last is None or last < new.at
