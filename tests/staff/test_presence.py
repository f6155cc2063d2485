"""What somebody tells colleagues of themselves: what holds now, and nothing of what was."""

import pytest

from jawort.ledger.models import Entry
from jawort.staff.models import Agent
from jawort.staff.presence import show
from jawort.staff.rules import Presence
from tests.fixtures.time import Clock


@pytest.mark.django_db
def test_it_holds_from_when_it_was_told_and_leaves_no_history(alice: Agent, clock: Clock) -> None:
    assert (alice.presence, alice.presence_since) == (Presence.AVAILABLE, None)
    entries, began = Entry.objects.count(), clock.at
    show(alice, Presence.AWAY, at=clock.at)
    clock.forward(hours=1)
    show(alice, Presence.AWAY, at=clock.at)
    alice.refresh_from_db()
    assert (alice.presence, alice.presence_since) == (Presence.AWAY, began)
    show(alice, Presence.AVAILABLE, at=clock.at)
    alice.refresh_from_db()
    assert (alice.presence, alice.presence_since) == (Presence.AVAILABLE, clock.at)
    assert Entry.objects.count() == entries
