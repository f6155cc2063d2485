"""`jawort staff`: hire somebody, give a program a token, take it back, remove a second factor; then who there is."""

import secrets
from argparse import Namespace
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.utils.translation import override

from jawort.cli import first_link
from jawort.cli.secret_file import secret_in
from jawort.core import clock
from jawort.core.config import Config, ConfigError
from jawort.staff.hire import hire
from jawort.staff.models import Agent, Token
from jawort.staff.passwords import check
from jawort.staff.permissions import Role
from jawort.staff.second_factor import remove_all
from jawort.staff.tokens import issue, revoke

ACTOR = "system"
PASSWORD_BYTES = 15  # 20 characters


def run(options: Namespace, config: Config) -> int:
    """Do what is asked for, then list accounts and living tokens; where nothing is asked, the first link as well.

    Raises ConfigError.
    """
    if options.hire is not None:
        _hire(options)
    if options.token is not None:
        agent = _account(options.token)
        print(f"Token, shown this once: {issue(agent, options.name or 'program', actor=ACTOR, at=clock.now())}")
    if options.revoke is not None:
        _revoke(options.revoke)
    if options.remove_second_factor is not None:
        remove_all(_account(options.remove_second_factor).pk, actor=ACTOR, at=clock.now())
    for agent in Agent.objects.order_by("name", "pk"):
        print(f"{agent.email}  {agent.name}  {agent.role}  {'open' if agent.is_active else 'closed'}")
    for token in Token.objects.filter(revoked_at=None).select_related("agent").order_by("created_at"):
        print(f"token {token.pk}  {token.name}  acts as {token.agent.email}")
    asked = options.hire, options.token, options.revoke, options.remove_second_factor
    return first_link.run(options, config) if asked == (None,) * len(asked) else 0


def _hire(options: Namespace) -> None:
    try:
        validate_email(options.hire)
    except ValidationError:
        raise ConfigError(f"--hire takes an e-mail address, not “{options.hire}”.") from None
    if not options.name or not options.role:
        raise ConfigError("To hire somebody, --name and --role must be given too.")
    given = options.password_file is not None
    password = secret_in("--password-file", options.password_file) if given else secrets.token_urlsafe(PASSWORD_BYTES)
    try:
        with override("en"):
            check(password, email=options.hire, name=options.name)
    except ValidationError as refusal:
        raise ConfigError(" ".join(refusal.messages)) from None
    role = Role(options.role)
    try:
        hire(options.hire, options.name, role, password=password, actor=ACTOR, at=clock.now())
    except IntegrityError:
        raise ConfigError(f"There is an account {options.hire} already.") from None
    if not given:
        print(f"Password, shown this once: {password}")


def _account(email: str) -> Agent:
    agent = Agent.objects.filter(email=email.lower(), is_active=True).first()
    if agent is None:
        raise ConfigError(f"There is no open account {email}: “jawort staff” lists them.")
    return agent


def _revoke(token: str) -> None:
    try:
        known = revoke(UUID(token), actor=ACTOR, at=clock.now())
    except ValueError:
        known = False
    if not known:
        raise ConfigError(f"There is no living token {token}: “jawort staff” lists them.")
