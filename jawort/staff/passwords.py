"""What a password must be, wherever one is chosen: the validators of the settings (OWASP ASVS 6.2); and another one."""

from datetime import datetime
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.staff.models import Agent, PasswordLink, Session

#: Hashing takes any length; nobody types more, and a body of megabytes would only cost time.
PASSWORD_CHARACTERS_MAX: Final = 256


def check(password: str, *, email: str, name: str) -> None:
    """Raises Django's ValidationError, with a sentence for each thing that is wrong with it for this person."""
    validate_password(password, Agent(email=email, name=name))


@transaction.atomic
def change(agent: Agent, password: str, *, here: str | None, at: datetime) -> None:
    """Sign in with `password` from now on. Sign-ins end but the one with the key `here`, and so does an open link."""
    PasswordLink.objects.filter(agent=agent).delete()
    agent.set_password(password)
    agent.save(update_fields=["password"])
    count, _ = Session.objects.filter(agent=agent).exclude(session_key=here).delete()
    record([Entry(Kind.PASSWORD_CHANGED, agent.actor, agent.pk, {"count": count})], at)
