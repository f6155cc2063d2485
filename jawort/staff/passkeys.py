"""Passkeys (WebAuthn Level 3): a device that shows that its owner is there, by finger, face or PIN.

One opens an account alone: it is two factors in one, and answers to this host only, so nobody can be led to give it
away. What is kept of it is public. The cryptography is fido2's, the table allauth's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.staff.models import Agent
from jawort.staff.second_factor import first_codes, forget_codes

#: What the server must remember between its question and the answer.
State = dict[str, Any]
NAME_MAX: Final = 40
PASSKEYS_MAX: Final = 10
_KIND: Final = Authenticator.Type.WEBAUTHN


class NotShown(ValueError):
    """The answer is to no question of ours, is not this account's, or is from a copy of a passkey."""


class TooMany(ValueError):
    """There are PASSKEYS_MAX already."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """One as its owner named it."""

    id: int
    name: str
    since: datetime
    used_at: datetime | None


def passkeys_of(agent: UUID) -> list[Passkey]:
    """All of somebody, oldest first."""
    rows = Authenticator.objects.filter(user=agent, type=_KIND).order_by("pk")
    return [Passkey(row.pk, row.data["name"], row.created_at, row.last_used_at) for row in rows]


def begin(agent: Agent, host: str) -> tuple[Mapping[str, Any], State]:
    """What the browser is asked for a new one, as JSON; and what to remember until it answers."""
    owner = PublicKeyCredentialUserEntity(id=agent.pk.bytes, name=agent.email, display_name=agent.name)
    options, state = _server(host).register_begin(
        owner,
        credentials=[_credential(row) for row in _rows(agent.pk)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options), state


@transaction.atomic
def add(agent: Agent, host: str, state: State, answer: Any, name: str, *, at: datetime) -> list[str]:
    """Take it from now on. Codes for paper if it is the first second factor. Raises NotShown, TooMany."""
    try:
        shown = _server(host).register_complete(state, answer)
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise NotShown from wrong
    Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)
    if len(_rows(agent.pk)) >= PASSKEYS_MAX:
        raise TooMany
    assert shown.credential_data is not None, "register_complete has looked"
    data = {"name": name, "credential": websafe_encode(shown.credential_data), "count": shown.counter}
    Authenticator.objects.create(user=agent, type=_KIND, data=data, created_at=at)
    record([Entry(Kind.PASSKEY_ADDED, agent.actor, agent.pk)], at)
    return first_codes(agent)


def ask(host: str) -> tuple[Mapping[str, Any], State]:
    """What the browser is asked where somebody, whoever it is, wants to come in; and what to remember."""
    options, state = _server(host).authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return dict(options), state


@transaction.atomic
def shown(host: str, state: State, answer: Any, *, at: datetime) -> Authenticator:
    """Whose passkey answered: its row, with its user. Raises NotShown, also where the account is closed.

    Its count of uses must grow, where it keeps one: a copy would fall behind (WebAuthn section 6.1.1).
    """
    try:
        given = AuthenticationResponse.from_dict(answer)
        agent = UUID(bytes=given.response.user_handle or b"")
        rows = {bytes(_credential(row).credential_id): row for row in _rows(agent)}
        used = _server(host).authenticate_complete(state, [_credential(row) for row in rows.values()], answer)
        row = (
            Authenticator.objects.select_for_update(of=("self",))
            .select_related("user")
            .get(pk=rows[bytes(used.credential_id)].pk)
        )
    except (ValueError, TypeError, KeyError, AttributeError, Authenticator.DoesNotExist) as wrong:
        raise NotShown from wrong
    count = given.response.authenticator_data.counter
    if not row.user.is_active or ((count or row.data["count"]) and count <= row.data["count"]):
        raise NotShown
    row.data["count"], row.last_used_at = count, at
    row.save(update_fields=["data", "last_used_at"])
    return row


@transaction.atomic
def remove_passkey(agent: Agent, pk: int, *, at: datetime) -> bool:
    """Take it no more. False if it is none of theirs."""
    if not Authenticator.objects.filter(user=agent, type=_KIND, pk=pk).delete()[0]:
        return False
    forget_codes(agent.pk)
    record([Entry(Kind.PASSKEY_REMOVED, agent.actor, agent.pk)], at)
    return True


def _rows(agent: UUID) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=agent, type=_KIND))


def _credential(row: Authenticator) -> AttestedCredentialData:
    return AttestedCredentialData(websafe_decode(row.data["credential"]))


def _server(host: str) -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(name="Jawort", id=host))
