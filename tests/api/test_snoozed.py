"""What is put aside, as a foreign program sees it."""

from datetime import datetime, timedelta

from django.test import Client

from jawort.messaging.snooze import snooze
from jawort.staff.models import Agent
from jawort.staff.tokens import issue
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene


def test_a_conversation_says_whether_it_is_put_aside_and_until_when(scene: Scene, bob: Agent, kim: Customer) -> None:
    program = Client(headers={"Authorization": f"Bearer {issue(bob, 'test', actor='system', at=scene.clock.at)}"})
    scene.writes(kim, "Hallo")
    until = scene.clock.at + timedelta(hours=3)
    snooze(scene.chat(kim), until, actor="system", at=scene.clock.at)
    (asleep,) = program.get("/api/v1/conversations", {"view": "snoozed"}).json()["items"]
    assert (asleep["snoozed"], datetime.fromisoformat(asleep["snoozed_until"])) == (True, until)
    assert program.get("/api/v1/conversations", {"view": "all"}).json()["items"] == []
