"""The first administrator: as long as nobody can administer, a link lets whoever has it open that account.

Who can read what `jawort serve` prints has the machine anyway. There is one such link at a time, for a day, once; it is
worth nothing from the moment that somebody can administer, however they came to it.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from jawort.staff.hire import hire
from jawort.staff.models import Agent, FirstLink
from jawort.staff.permissions import Permission, Role
from jawort.staff.queries import who_may
from jawort.staff.tokens import TOKEN_BYTES, digest

OPEN_FOR: Final = timedelta(days=1)
ACTOR: Final = "system"  # nobody of the company is there yet


class AddressTaken(ValueError):
    """Somebody who may not administer has this address already."""


def is_needed() -> bool:
    """Whether nobody can administer."""
    return not who_may(Permission.STAFF_MANAGE)


@transaction.atomic
def offer(at: datetime) -> str | None:
    """The token of a new link, in clear, this once; the one before ends. None if somebody can administer."""
    if not is_needed():
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    new = {"digest": digest(token), "ends_at": at + OPEN_FOR}
    FirstLink.objects.update_or_create(pk=FirstLink.ONLY, defaults=new)
    return token


def opens(token: str, at: datetime) -> bool:
    """Whether the link with this token lets somebody in."""
    return FirstLink.objects.filter(digest=digest(token), ends_at__gt=at).exists() and is_needed()


@transaction.atomic
def take(token: str, email: str, name: str, password: str, language: str, *, at: datetime) -> Agent | None:
    """The administrator's account of whoever has the link; None if it lets nobody in. Raises AddressTaken.

    Of two at once one waits here for the other, and then finds no link.
    """
    row = FirstLink.objects.select_for_update().filter(digest=digest(token)).first()
    if row is None or not opens(token, at):
        return None
    try:
        with transaction.atomic():
            agent = hire(email, name, Role.ADMINISTRATOR, password=password, actor=ACTOR, at=at, language=language)
    except IntegrityError:
        raise AddressTaken from None
    row.delete()
    return agent
