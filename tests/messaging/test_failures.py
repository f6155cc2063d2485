"""What the platform says of messages that failed: kept in its own words, shown beside ours; nothing moves backwards."""

from collections.abc import Callable

import pytest
from django.test import Client

from jawort.lines.models import Notice
from jawort.messaging.failures import failures_of
from jawort.messaging.models import Failure, Message
from jawort.messaging.send import send
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author

SignedIn = Callable[[Agent], Client]
DETAILS = "More than 24 hours have passed since +49 171 3920021 last replied."
CLOSED = {"code": 131047, "title": "Re-engagement message", "error_data": {"details": DETAILS}}
PARTLY = {"code": 131036, "title": "Partial delivery"}


@pytest.fixture
def sent(scene: Scene, alice: Agent, kim: Customer) -> Message:
    scene.writes(kim, "Hallo")
    message = send(scene.chat(kim), "Guten Tag!", author(alice), scene.clock.at)
    scene.delivers()
    return message


def page(scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn) -> str:
    return signed_in(alice).get(f"/inbox/{scene.chat(kim).pk}/").content.decode()


def test_the_thread_says_why_in_our_words_and_in_theirs(
    scene: Scene, sent: Message, kim: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    scene.tells(scene.receipt(sent, "failed", errors=[CLOSED]))
    shown = page(scene, kim, alice, signed_in)
    assert "Not delivered" in shown
    assert "WhatsApp, code 131047" in shown
    assert "Re-engagement message. More than 24 hours have passed" in shown
    row = Failure.objects.get()
    assert (row.code, row.message_id) == ("131047", sent.pk)
    for secret in (b"Re-engagement", b"171"):
        assert secret not in bytes(row.ciphertext) + bytes(row.wrapped)


@pytest.mark.parametrize("state", ["delivered", "read", "played"])
@pytest.mark.parametrize("late", [True, False])
def test_a_failure_beside_an_arrival_is_an_incident_and_nothing_moves_backwards(
    scene: Scene, sent: Message, kim: Customer, alice: Agent, signed_in: SignedIn, state: str, late: bool
) -> None:
    told = [scene.receipt(sent, state), scene.receipt(sent, "failed", errors=[PARTLY])]
    for value in told if late else told[::-1]:
        scene.tells(value)
    sent.refresh_from_db()
    assert (sent.state, sent.failure) == (state, "")
    shown = page(scene, kim, alice, signed_in)
    assert "Arrived, with a failure reported later" in shown
    assert "WhatsApp, code 131036" in shown
    assert "Send again" not in shown.partition('id="msgs"')[2].partition("composer")[0]


def test_a_failure_without_a_word_is_one(scene: Scene, sent: Message) -> None:
    scene.tells(scene.receipt(sent, "failed"))
    sent.refresh_from_db()
    assert (sent.state, sent.failure) == ("failed", "0")
    told = failures_of([sent])[sent.pk]
    assert (told.code, told.title, told.details) == ("0", "", "")


def test_words_that_were_changed_are_left_out(scene: Scene, sent: Message) -> None:
    scene.tells(scene.receipt(sent, "failed", errors=[CLOSED]))
    Failure.objects.update(ciphertext=b"x" * 40)
    told = failures_of([sent])[sent.pk]
    assert (told.code, told.title, told.details) == ("131047", "", "")


@pytest.mark.parametrize("state", ["deleted", "warning", "tomorrows"])
def test_a_state_that_nobody_knows_is_a_notice_of_the_line(scene: Scene, sent: Message, state: str) -> None:
    scene.tells(scene.receipt(sent, state))
    notice = Notice.objects.get()
    assert (notice.kind, notice.line_id, notice.needs_somebody) == (f"status.{state}", scene.line.pk, False)
    sent.refresh_from_db()
    assert sent.state == "accepted"
    scene.tells(scene.receipt(sent, "read"))
    sent.refresh_from_db()
    assert sent.state == "read"
