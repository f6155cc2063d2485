"""A second factor beside the password: six digits of an app (TOTP, RFC 6238), or one of ten codes kept on paper.

The codes help where app or passkeys (passkeys.py) are lost: there are some as long as there is one of these.

Tables and arithmetic are allauth's. That a code is good once is ours: allauth remembers used ones in the memory of one
process. Codes follow the world's time, as phones do, not a clock that a demo has moved.
"""

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.staff.models import Agent

#: The counter of the newest code that was used, in allauth's data: none that is older or the same is taken.
_LAST = "last"


class HasOne(ValueError):
    """There is a second factor already: it is removed first."""


@dataclass(frozen=True, slots=True)
class Factor:
    """Since when an app is asked for codes, None without one; and how many codes on paper are left."""

    since: datetime | None
    codes_left: int


def factor_of(agent: UUID) -> Factor | None:
    """What is asked for beside somebody's password; None if nothing. Without an app it is a passkey."""
    rows = {row.type: row for row in Authenticator.objects.filter(user=agent)}
    totp, codes = rows.get(Authenticator.Type.TOTP), rows.get(Authenticator.Type.RECOVERY_CODES)
    if not rows:
        return None
    return Factor(totp.created_at if totp else None, len(RecoveryCodes(codes).get_unused_codes()) if codes else 0)


def counter_of(secret: str, code: str, *, after: int = -1) -> int | None:
    """Which step of time `code` belongs to, of those that are taken now and come after `after`; None if to none."""
    given = "".join(code.split())
    for counter in yield_hotp_counters_from_time():
        right = format_hotp_value(hotp_value(secret, counter))
        if counter > after and given.isascii() and compare_digest(given, right):
            return int(counter)
    return None


@transaction.atomic
def set_up(agent: Agent, secret: str, counter: int, *, at: datetime) -> list[str]:
    """Ask for codes of `secret` from now on, after that of `counter`. Codes for paper if it is the first second factor.

    Raises HasOne.
    """
    Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)
    if Authenticator.objects.filter(user=agent, type=Authenticator.Type.TOTP).exists():
        raise HasOne
    data = {"secret": encrypt(secret), _LAST: counter}
    Authenticator.objects.create(user=agent, type=Authenticator.Type.TOTP, data=data, created_at=at)
    record([Entry(Kind.SECOND_FACTOR_SET_UP, agent.actor, agent.pk)], at)
    return first_codes(agent)


def first_codes(agent: Agent) -> list[str]:
    """Ten codes for paper where there are none; else nothing. Needs the lock of the account's row."""
    if Authenticator.objects.filter(user=agent, type=Authenticator.Type.RECOVERY_CODES).exists():
        return []
    codes: list[str] = RecoveryCodes.activate(agent).generate_codes()
    return codes


def forget_codes(agent: UUID) -> None:
    """Without app and passkeys there is nothing that they could stand in for."""
    rows = Authenticator.objects.filter(user=agent)
    if not rows.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        rows.delete()


@transaction.atomic
def renew_codes(agent: Agent, *, at: datetime) -> list[str] | None:
    """Ten other codes for paper; those so far are good for nothing. None without a second factor."""
    if not list(Authenticator.objects.select_for_update().filter(user=agent).order_by("pk")):
        return None
    Authenticator.objects.filter(user=agent, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(agent).generate_codes()
    record([Entry(Kind.RECOVERY_CODES_RENEWED, agent.actor, agent.pk)], at)
    return codes


@transaction.atomic
def remove_app(agent: Agent, *, at: datetime) -> bool:
    """Ask for no codes of an app any more. False if it was so."""
    if not Authenticator.objects.filter(user=agent, type=Authenticator.Type.TOTP).delete()[0]:
        return False
    forget_codes(agent.pk)
    record([Entry(Kind.SECOND_FACTOR_REMOVED, agent.actor, agent.pk)], at)
    return True


@transaction.atomic
def remove_all(agent: UUID, *, actor: str, at: datetime) -> bool:
    """Ask for the password alone from now on: app, passkeys and codes are lost. False if it was so."""
    if not Authenticator.objects.filter(user=agent).delete()[0]:
        return False
    record([Entry(Kind.SECOND_FACTOR_REMOVED, actor, agent)], at)
    return True


@transaction.atomic
def accepted(agent: Agent, code: str, *, at: datetime) -> Authenticator | None:
    """What `code` is right for; it is so once, also of many at once. None if for nothing, or the account is closed."""
    if not Agent.objects.filter(pk=agent.pk, is_active=True).exists():
        return None
    rows = {row.type: row for row in Authenticator.objects.select_for_update().filter(user=agent).order_by("pk")}
    totp, codes = rows.get(Authenticator.Type.TOTP), rows.get(Authenticator.Type.RECOVERY_CODES)
    counter = counter_of(decrypt(totp.data["secret"]), code, after=totp.data[_LAST]) if totp else None
    if totp is not None and counter is not None:
        totp.data[_LAST] = counter
        totp.save(update_fields=["data"])
        return totp
    if codes is None or not RecoveryCodes(codes).validate_code(code):
        return None
    left = len(RecoveryCodes(Authenticator.objects.get(pk=codes.pk)).get_unused_codes())
    record([Entry(Kind.RECOVERY_CODE_USED, agent.actor, agent.pk, {"left": left})], at)
    return codes
