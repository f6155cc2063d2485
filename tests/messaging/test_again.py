"""What the platform refuses for a while is sent again only when that is over, and the desk says from when."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from jawort.messaging.models import Message
from jawort.messaging.send import TooEarly, retry
from jawort.messaging.thread import thread
from jawort.staff.models import Agent
from jawort.web.inbox.words import too_early, why
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene, author
from tests.messaging.test_refused import GERMAN, approves, done, left, refuses

SignedIn = Callable[[Agent], Client]
ENOUGH, PAUSED = 131049, 132015


def offered(scene: Scene, kim: Customer) -> bool:
    """Whether the newest message has its button."""
    return thread(scene.chat(kim))[-1].can_retry


def refused_for_now(message: Message, agent: Agent, scene: Scene) -> TooEarly:
    with pytest.raises(TooEarly) as early:
        retry(message, author(agent), scene.clock.at)
    assert not Message.objects.filter(retry_of=message).exists()
    return early.value


def sent_again(message: Message, agent: Agent, scene: Scene) -> str:
    """What becomes of it."""
    again = retry(message, author(agent), scene.clock.at)
    scene.delivers()
    again.refresh_from_db()
    return again.state


def sent_again_after(wait: timedelta, failed: Message, agent: Agent, who: Customer, scene: Scene) -> str:
    """What becomes of it then; until then it is neither taken nor offered, to the minute."""
    from_when = scene.clock.at + wait
    scene.passes(seconds=(wait - timedelta(minutes=1)).total_seconds())
    assert refused_for_now(failed, agent, scene).until == from_when
    assert not offered(scene, who)
    scene.passes(minutes=1)
    assert offered(scene, who)
    return sent_again(failed, agent, scene)


@pytest.mark.parametrize("late", [False, True])
def test_who_had_enough_marketing_gets_none_for_24_hours(scene: Scene, kim: Customer, alice: Agent, late: bool) -> None:
    scene.writes(kim, "Hallo")
    if late:
        failed = left(scene, kim, alice, GERMAN)
        scene.passes(hours=1)
        scene.tells(scene.receipt(failed, "failed", errors=[{"code": ENOUGH, "title": "x"}]))
        failed.refresh_from_db()
    else:
        refuses(scene, ENOUGH)
        failed = left(scene, kim, alice, GERMAN)
    assert failed.failure == str(ENOUGH)
    assert sent_again_after(timedelta(hours=24), failed, alice, kim, scene) == "accepted"


def test_a_paused_template_is_sent_again_when_its_pause_is_over(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    refuses(scene, PAUSED)
    failed = left(scene, kim, alice, GERMAN)
    assert sent_again_after(timedelta(hours=3), failed, alice, kim, scene) == "accepted"
    done(scene)


def test_a_template_that_is_approved_is_sent_again_at_once(scene: Scene, kim: Customer, alice: Agent) -> None:
    scene.writes(kim, "Hallo")
    refuses(scene, PAUSED)
    failed = left(scene, kim, alice, GERMAN)
    scene.passes(minutes=10)
    refused_for_now(failed, alice, scene)
    approves(scene)
    assert offered(scene, kim)
    assert sent_again(failed, alice, scene) == "accepted"


def test_the_desk_says_from_when_and_shows_no_button_before(
    scene: Scene, kim: Customer, alice: Agent, signed_in: SignedIn
) -> None:
    scene.writes(kim, "Hallo")
    scene.passes(seconds=30)
    refuses(scene, ENOUGH)
    failed = left(scene, kim, alice, GERMAN)
    desk, home = signed_in(alice), f"/inbox/{scene.chat(kim).pk}/"
    shown = desk.get(home).content.decode()
    assert "You can send it again from 9 Jun 2026, 11:01." in shown
    assert f"{failed.pk}/retry" not in shown
    answer = desk.post(f"{home}messages/{failed.pk}/retry", follow=True).content.decode()
    assert "WhatsApp takes this message again from 9 Jun 2026, 11:01 at the earliest." in answer
    with translation.override("de"):
        said = why(thread(scene.chat(kim))[-1])
        assert said is not None
        assert "Ab 09.06.2026, 11:01 Uhr können Sie die Nachricht erneut senden." in said.help
        assert "frühestens ab 09.06.2026, 11:01 Uhr" in too_early(scene.clock.at + timedelta(hours=24))
    scene.passes(hours=24)
    shown = desk.get(home).content.decode()
    assert f"{failed.pk}/retry" in shown
    assert "You can send it again from" not in shown
