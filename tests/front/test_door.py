"""Who a session belongs to."""

from collections.abc import Callable

from django.conf import settings
from django.test import Client

from jawort.front.door import admit
from jawort.front.hub import Viewer
from jawort.staff.models import Agent, Session


def key_of(client: Client) -> str:
    """The session key in the client's cookie."""
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_a_session_opens_the_stream_for_who_may_read(
    alice: Agent, dana: Agent, signed_in: Callable[..., Client]
) -> None:
    assert admit(key_of(signed_in(alice))) == Viewer(alice.pk, "en", "conversation.read")
    assert admit(key_of(signed_in(dana))) == 404


def test_nobody_else_gets_in(alice: Agent, signed_in: Callable[..., Client]) -> None:
    for key in ("", "x", "no-such-session-key-at-all-here"):
        assert admit(key) == 401
    key = key_of(signed_in(alice))
    Session.objects.all().delete()
    assert admit(key) == 401


def test_a_closed_account_and_a_new_password_end_it(alice: Agent, signed_in: Callable[..., Client]) -> None:
    key = key_of(signed_in(alice))
    Agent.objects.filter(pk=alice.pk).update(is_active=False)
    assert admit(key) == 401
    Agent.objects.filter(pk=alice.pk).update(is_active=True)
    assert isinstance(admit(key), Viewer)
    alice.set_password("another correct horse")
    Agent.objects.filter(pk=alice.pk).update(password=alice.password)
    assert admit(key) == 401
