"""A customer's call at the desk: what it is, when it was, and what to do."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.test import Client

from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

SignedIn = Callable[[Agent], Client]


def test_the_thread_says_when_it_was_and_what_to_do(
    scene: Scene, bob: Agent, kim: Customer, signed_in: SignedIn
) -> None:
    """By WhatsApp's time of it, which may be long before we hear of it."""
    called_at = scene.clock.at - timedelta(hours=3)
    told = {"event": "connect", "direction": "USER_INITIATED", "timestamp": str(int(called_at.timestamp()))}
    call = {"id": "wacid.K1", "from": kim.phone.digits, "from_user_id": kim.bsuid, **told}
    scene.tells({"contacts": scene.message(kim, "", {})["contacts"], "calls": [call]}, field="calls")
    words = {
        "en": ("Call", "Not taken here", "Please answer in writing."),
        "de": ("Anruf", "Hier nicht angenommen", "Bitte antworten Sie schriftlich."),
    }
    time = called_at.astimezone(ZoneInfo("Europe/Berlin"))
    for language, said in words.items():
        Agent.objects.filter(pk=bob.pk).update(language=language)
        html = signed_in(Agent.objects.get(pk=bob.pk)).get(f"/inbox/{scene.chat(kim).pk}/").content.decode()
        bubble = html.partition('<article class="bubble"')[2].partition("</article>")[0]
        for one in (*said, f"{time:%M}"):
            assert one in bubble
        assert said[0] in html.partition("row__preview")[2].partition("</span><span")[0]
        assert "data-message" not in bubble, "a call is neither quoted nor reacted to"
