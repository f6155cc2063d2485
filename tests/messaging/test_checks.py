"""What `doctor` says of conversations and messages: each thing is spoiled once, and found."""

import pytest
from django.db import connection, transaction

from jawort.core import clock as core_clock
from jawort.messaging.assign import assign
from jawort.messaging.checks import findings
from jawort.messaging.day import close_days
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author

NEWEST = "(SELECT max(day) FROM messaging_day)"
FIRST_CLOSE = "(SELECT entry_id FROM messaging_day ORDER BY day LIMIT 1)"
SPOILED = {
    "UPDATE messaging_message SET seq = 7 WHERE direction = 'in' AND seq = 3": {"messaging.gap"},
    "UPDATE messaging_conversation SET last_message_id = NULL": {"messaging.preview"},
    "UPDATE staff_agent SET is_active = false": {"messaging.leaver_holds"},
    "DELETE FROM lanes_job WHERE kind = 'deliver'": {"messaging.stranded"},
    "UPDATE lanes_job SET parked_at = now(), reason = 'x' WHERE kind = 'deliver'": {"messaging.stranded"},
    "UPDATE messaging_message SET gate = '' WHERE state = 'accepted'": {"messaging.no_permit"},
    "UPDATE messaging_message SET gate = 'objected' WHERE state = 'accepted'": {"messaging.no_permit"},
    "UPDATE messaging_message SET gate = '' WHERE state = 'queued'": {"messaging.no_permit"},
    "UPDATE messaging_message SET gate = 'own_question' WHERE state = 'refused'": {"messaging.no_permit"},
    f"DELETE FROM messaging_day WHERE day = {NEWEST}": {"messaging.day_overdue"},
    "DELETE FROM messaging_day": {"messaging.day_overdue"},
    "DELETE FROM messaging_day WHERE day = '2026-06-09'": {"messaging.day_missing", "messaging.day_counts"},
    f"UPDATE messaging_day SET entry_id = {FIRST_CLOSE} - 1 WHERE day = {NEWEST}": {"messaging.day_entry"},
    f"UPDATE messaging_day SET entry_id = {FIRST_CLOSE} WHERE day = {NEWEST}": {
        *("messaging.day_entry", "messaging.day_counts"),
    },
    "UPDATE messaging_message SET seq = 7 WHERE direction = 'in' AND seq = 1": {
        *("messaging.gap", "messaging.day_counts"),
    },
    f"UPDATE ledger_entry SET facts = jsonb_set(facts, '{{lines,0,first}}', '2') WHERE id = {FIRST_CLOSE}": {
        "messaging.day_counts"
    },
    "UPDATE messaging_seen SET at = at - interval '9 days'": {"messaging.seen_late"},
}


def codes() -> set[str]:
    return {finding.code for finding in findings()}


@pytest.fixture
def busy(scene: Scene, alice: Agent, kim: Customer) -> None:
    """Three days closed; a conversation that is held, with a message of each fate."""
    for text in ("Guten Tag!", "Und?"):
        scene.writes(kim, "Hallo")
        send(scene.chat(kim), text, author(alice), core_clock.now())
        scene.delivers()
        scene.passes(days=1)
        close_days(core_clock.now())
    assert send(scene.chat(kim), "Zu spät", author(alice), core_clock.now()).state == "refused"
    scene.passes(days=1)
    close_days(core_clock.now())
    scene.writes(kim, "Noch da?")
    send(scene.chat(kim), "Ja", author(alice), core_clock.now())
    assign(scene.chat(kim), alice, actor="system", at=core_clock.now())


@pytest.mark.usefixtures("busy")
def test_what_is_spoiled_is_found() -> None:
    assert codes() == set()
    found = {}
    for change in SPOILED:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
            found[change] = codes()
            transaction.set_rollback(True)
    assert found == SPOILED


def test_a_day_may_take_some_minutes_to_be_closed(scene: Scene, kim: Customer) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(hours=15, minutes=4)
    assert codes() == set()
    scene.passes(minutes=2)
    assert codes() == {"messaging.day_overdue"}
