"""A message that does not open looks like what it is, wherever somebody meets it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from jawort.messaging.models import Conversation, Message
from jawort.staff.models import Agent
from tests.fixtures.cast import Customer
from tests.fixtures.scene import Scene

SignedIn = Callable[[Agent], Client]


@contextmanager
def a_byte_turned() -> Iterator[None]:
    """A byte of each message is changed behind Jawort's back; afterwards it is put back."""
    turn = "UPDATE messaging_message SET ciphertext = set_byte(ciphertext, 2, 255 - get_byte(ciphertext, 2))"
    with connection.cursor() as cursor:
        cursor.execute(turn)
    yield
    with connection.cursor() as cursor:
        cursor.execute(turn)


@pytest.fixture
def forged(scene: Scene, kim: Customer) -> Iterator[tuple[Conversation, Message]]:
    """kim's message, which does not open."""
    scene.writes(kim, "Guten Tag!")
    scene.seals()
    with a_byte_turned():
        yield scene.chat(kim), Message.objects.get()


def test_nothing_about_it_is_green(forged: tuple[Conversation, Message], bob: Agent, signed_in: SignedIn) -> None:
    chat, _ = forged
    page = signed_in(bob).get(f"/inbox/{chat.pk}/").content.decode()
    assert "msg--unreadable" in page
    assert "row__preview--bad" in page
    assert "Sealed as entry" not in page
    assert "Does not open; entry" in page
    panel = page.partition('id="panel-facts"')[2]
    assert "The newest message does not open." in panel
    assert "dot dot--no" in panel
    assert "The newest message is entry" not in panel


@pytest.mark.parametrize("place", ["", "messages/{message}/data/"])
def test_who_may_read_the_ledger_goes_there_and_who_may_not_tells_somebody(
    forged: tuple[Conversation, Message], alice: Agent, bob: Agent, signed_in: SignedIn, place: str
) -> None:
    chat, message = forged
    address = f"/inbox/{chat.pk}/" + place.format(message=message.pk)
    leads = signed_in(bob).get(address).content.decode().partition("<main")[2]
    assert 'href="/ledger/"' in leads
    answers = signed_in(alice).get(address).content.decode()
    assert 'href="/ledger/"' not in answers
    assert "Tell your team lead." in answers
