"""Somebody joins: the account, with its role in the ledger."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.staff.models import Agent
from jawort.staff.permissions import Role


@transaction.atomic
def hire(email: str, name: str, role: Role, *, password: str, actor: str, at: datetime, language: str = "de") -> Agent:
    """Open an account. Raises IntegrityError if the address is taken."""
    agent = Agent.objects.create(
        id=uuid7(),
        email=email.lower(),
        name=name,
        role=role,
        password=make_password(password),
        language=language,
    )
    EmailAddress.objects.create(user=agent, email=agent.email, verified=True, primary=True)
    record([Entry(Kind.ROLE_CHANGED, actor, agent.id, {"role": str(role)})], at)
    return agent
