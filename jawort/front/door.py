"""Who a session belongs to, for the live stream, which stands before Django's middleware."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from jawort.front.hub import Viewer
from jawort.staff.access import holds, lacks_factor
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission


def admit(session_key: str) -> Viewer | int:
    """The viewer that this session belongs to; 401 without a person, 404 without the right: it does not exist then.

    Everybody who may read conversations may read the same ones, so this right is the whole class.
    """
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    person = get_user(request)
    if not isinstance(person, Agent) or not person.is_active:
        return 401
    if lacks_factor(person, request.session):
        return 401
    if not holds(person, Permission.CONVERSATION_READ):
        return 404
    return Viewer(person.pk, person.language, Permission.CONVERSATION_READ.value)
