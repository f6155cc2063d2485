"""Bearer tokens for programs: shown once, stored as a digest, acting with the rights of the person they belong to."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.staff.models import Agent, Token

TOKEN_BYTES = 32
USE_NOTED_EVERY = timedelta(minutes=10)  # a write per request would cost more than the answer is worth
PREFIX = "jw_"  # lets secret scanners find a token that leaked


def digest(token: str) -> bytes:
    """What is stored of a token. A plain hash is enough: 256 random bits cannot be guessed."""
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def issue(agent: Agent, name: str, *, actor: str, at: datetime) -> str:
    """A new token of `agent`, in clear; nobody can read it again."""
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    row = Token.objects.create(id=uuid7(), agent=agent, name=name, digest=digest(token), created_at=at)
    record([Entry(Kind.TOKEN_CREATED, actor, row.id, {"agent": str(agent.id)})], at)
    return token


@transaction.atomic
def revoke(token_id: UUID, *, actor: str, at: datetime) -> bool:
    """End a token: from now on it lets nobody in. False if it is none that lives."""
    if not Token.objects.filter(pk=token_id, revoked_at=None).update(revoked_at=at):
        return False
    record([Entry(Kind.TOKEN_REVOKED, actor, token_id, {})], at)
    return True


def bearer(token: str, at: datetime) -> Token | None:
    """The living token that reads `token`, with its agent; None for anything else."""
    living = Token.objects.select_related("agent").filter(digest=digest(token), revoked_at=None, agent__is_active=True)
    found = living.first()
    if found and (found.used_at is None or at - found.used_at > USE_NOTED_EVERY):
        Token.objects.filter(pk=found.pk).update(used_at=at)
    return found
