"""What one sees of a person without opening anything: their language, and since when they wait."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from jawort.messaging.models import Conversation
from jawort.staff.models import Agent
from jawort.web.templatetags.jawort import iso
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene


@pytest.fixture
def chat(scene: Scene, kim: Customer) -> Conversation:
    """kim has written."""
    scene.writes(kim, "Guten Tag")
    return scene.chat(kim)


@pytest.fixture
def desk_of_alice(alice: Agent, signed_in: Callable[[Agent], Client]) -> Client:
    """alice's browser."""
    return signed_in(alice)


def test_the_head_says_in_which_language_they_are_written_to(desk_of_alice: Client, chat: Conversation) -> None:
    def head() -> str:
        page = desk_of_alice.get(f"/inbox/{chat.pk}/").content.decode()
        return page[page.index('<header class="conv__head">') : page.index("</header>", page.index("conv__head"))]

    assert "Language:" not in head()
    desk_of_alice.post(f"/contacts/{chat.contact_id}/edit", {"name": "", "language": "tr"})
    assert '<span aria-hidden="true">tr</span><span class="sr">Language: Turkish</span>' in head()


def test_a_row_says_since_when_somebody_waits_until_they_are_answered(
    desk_of_alice: Client, chat: Conversation, scene: Scene, kim: Customer
) -> None:
    since = Conversation.objects.get(pk=chat.pk).waiting_since
    assert since is not None
    scene.passes(minutes=3)
    scene.writes(kim, "Sind Sie noch da?")
    for order in ("newest", "waiting"):  # the same row in every list: what the list is sorted by decides what is seen
        page = desk_of_alice.get(f"/inbox/?view=all&order={order}").content.decode()
        assert f'data-order="{order}"' in page
        (waits,) = re.findall(r'<span class="row__waits">.*?</relative-time></span>', page)
        assert f'datetime="{iso(since)}"' in waits
        assert "Waiting since" in waits
    desk_of_alice.post(f"/inbox/{chat.pk}/send", {"text": "Ja"})
    assert "row__waits" not in desk_of_alice.get("/inbox/?view=all").content.decode()
