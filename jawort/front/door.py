"""Who a session belongs to, for the live stream, which stands before Django's middleware."""

from jawort.front.hub import Viewer
from jawort.staff.access import holds, lacks_factor
from jawort.staff.permissions import Permission
from jawort.staff.sessions import SessionStore, person_in


def admit(session_key: str) -> Viewer | int:
    """The viewer that this session belongs to; 401 without a person, 404 without the right: it does not exist then.

    Everybody who may read conversations may read the same ones, so this right is the whole class.
    """
    session = SessionStore(session_key)
    person = person_in(session)
    if person is None or lacks_factor(person, session):
        return 401
    if not holds(person, Permission.CONVERSATION_READ):
        return 404
    return Viewer(person.pk, person.language, Permission.CONVERSATION_READ.value)
