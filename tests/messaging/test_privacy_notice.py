"""Whoever is answered for the first time reads in the same message where the privacy notice stands, and once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jawort.channels.parts import Button, Buttons, Reaction
from jawort.channels.whatsapp.limits import TEXT_MAX
from jawort.consent.models import Text
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.texts import Filled, put_into_use
from jawort.core.ids import uuid7
from jawort.legal.keep import keep as keep_links
from jawort.messaging.ask_consent import ask_for_consent
from jawort.messaging.compose import reply
from jawort.messaging.contents import whats_of
from jawort.messaging.describe import describe
from jawort.messaging.draft import Draft
from jawort.messaging.models import Message, PrivacyNotice
from jawort.messaging.privacy_notice import notice_in
from jawort.messaging.send import retry, send
from jawort.messaging.send_many import Wanted, send_many
from jawort.messaging.undo import undo
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Fault, Scene, author

ADDRESS = "https://www.firma.example/datenschutz"
BOTH = f"Datenschutz / Privacy: {ADDRESS}"


@pytest.fixture(autouse=True)
def known(scene: Scene) -> None:
    """The company has said where its privacy notice stands."""
    keep_links("https://www.firma.example/impressum", ADDRESS, actor="system", at=scene.clock.at)


def sent(scene: Scene) -> list[str]:
    scene.delivers()
    return [one.text for one in scene.wire.sent]


def says(scene: Scene, who: Customer, agent: Agent, *drafts: Draft | str) -> list[Message]:
    return [send(scene.chat(who), draft, author(agent), scene.clock.at) for draft in drafts]


def test_it_goes_with_the_first_answer_and_with_no_other(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    first, second = says(scene, kim, alice, "Guten Tag!", "Womit kann ich helfen?")
    assert sent(scene) == [f"Guten Tag!\n\n{BOTH}", "Womit kann ich helfen?"]
    assert [whats_of([one])[one.pk].notice for one in (first, second)] == [BOTH, ""]
    assert PrivacyNotice.objects.get().message == first.pk


def test_in_the_language_of_the_person(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hello")
    describe(scene.chat(kim).contact_id, name="", language="en", actor=author(alice).actor, at=scene.clock.at)
    says(scene, kim, alice, "Good morning!")
    assert sent(scene) == [f"Good morning!\n\nHow we handle your data: {ADDRESS}"]
    assert notice_in("de-AT", ADDRESS).startswith("Wie wir mit Ihren Daten umgehen: ")


def test_as_long_as_the_company_has_not_said_where_it_stands_nothing_is_added(
    scene: Scene, kim: Customer, alice: Agent
) -> None:
    connection.cursor().execute("DELETE FROM legal_links")
    scene.writes(kim, "Hallo")
    says(scene, kim, alice, "Guten Tag!")
    assert sent(scene) == ["Guten Tag!"]
    assert not PrivacyNotice.objects.exists()


def test_what_has_no_room_leaves_it_to_the_next(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    full = "x" * TEXT_MAX
    thumb = Draft(kind="reaction", part=Reaction("👍"), about=scene.chat(kim).last_message_id)
    buttons = Draft("Passt das?", "buttons", Buttons((Button("1", "Ja"),)))
    says(scene, kim, alice, full, thumb, buttons)
    assert sent(scene) == [full, "👍", f"Passt das?\n\n{BOTH}"]


def test_a_question_that_names_it_itself_is_not_told_twice(scene: Scene, kim: Customer, alice: Agent) -> None:
    (text,) = put_into_use(
        CAMPAIGNS, {"de": Filled("Firma", "Angebote", "", ADDRESS)}, actor="system", at=scene.clock.at
    )
    assert isinstance(text, Text)
    scene.writes(kim, "Hallo")
    ask_for_consent(scene.chat(kim), author(alice), scene.clock.at)
    says(scene, kim, alice, "Bis dann!")
    assert sent(scene) == [text.body, "Bis dann!"]


def test_what_was_undone_refused_or_failed_has_told_nobody(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    alice.undo_seconds = 10
    taken_back = reply(scene.chat(kim), Draft("Guten Tag!"), alice, scene.clock.at, client_id=uuid7())
    assert undo(taken_back, alice, scene.clock.at).text == "Guten Tag!"
    scene.wire.faults.append(Fault.NEVER)
    (failed,) = says(scene, kim, alice, "Moin!")
    scene.delivers()
    failed.refresh_from_db()
    assert failed.state == "failed"
    retry(failed, author(alice), scene.clock.at)
    assert sent(scene) == [f"Moin!\n\n{BOTH}"]
    scene.passes(hours=25)
    (refused,) = says(scene, kim, alice, "Zu spät")
    assert refused.state == "refused"
    assert whats_of([refused])[refused.pk].notice == ""


def test_of_many_at_once_each_person_reads_it_once(scene: Scene, kim: Customer, nour: Customer, alice: Agent) -> None:
    for who in (kim, nour):
        scene.writes(who, "Hallo")
    wanted = [Wanted(scene.chat(who).pk, Draft(text), uuid7()) for text in ("Eins", "Zwei") for who in (kim, nour)]
    send_many(wanted, author(alice), scene.clock.at)
    texts = sent(scene)
    assert sorted(text for text in texts if BOTH in text) == [f"Eins\n\n{BOTH}"] * 2
    assert len(texts) == 4


def test_who_knows_it_costs_one_query(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    says(scene, kim, alice, "Guten Tag!")
    with CaptureQueriesContext(connection) as asked:
        says(scene, kim, alice, "Noch etwas?")
    about = [one["sql"] for one in asked if "privacy_notice" in one["sql"] or "legal_links" in one["sql"]]
    assert len(about) == 1
    scene.clock.at += timedelta(seconds=1)
    scene.delivers()
