"""Secrets of an app and tokens of a line are replaced without losing a webhook or a message.

The platform changes an app secret at once, deliveries on their way still carry the old signature, and redeliveries do
so for days: for a while both stand.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.lines.models import App, Line
from jawort.lines.secrets import (
    SECRETS_MAX,
    open_app_secrets,
    seal_access_token,
    seal_app_secrets,
    seal_verify_token,
)
from jawort.vault.state import vault
from jawort.vault.transit_seal import LISTENER_CHANNEL


class RotationError(Exception):
    """The secret cannot be replaced now. The text says what to do first."""


@transaction.atomic
def begin(app_id: UUID, new_secret: str, *, actor: str, at: datetime) -> None:
    """Accept webhooks signed with `new_secret` too. Raises RotationError while an earlier one is unfinished."""
    app, secrets = _locked(app_id)
    if len(secrets) == SECRETS_MAX:
        raise RotationError("Two secrets are accepted already: finish that replacement first.")
    if new_secret in secrets:
        raise RotationError("That is the present secret: make a new one at the platform first.")
    _write(app, [new_secret, *secrets], at, actor, "secret_added", at)


@transaction.atomic
def finish(app_id: UUID, *, actor: str, at: datetime) -> None:
    """Accept only the newest secret from now on. Raises RotationError if there is but one."""
    app, secrets = _locked(app_id)
    if len(secrets) < SECRETS_MAX:
        raise RotationError("There is only one secret: begin with a new one.")
    _write(app, secrets[:1], None, actor, "secret_dropped", at)


@transaction.atomic
def replace_verify_token(app_id: UUID, token: str, *, actor: str, at: datetime) -> None:
    """Answer the callback's verification to this token only. Raises App.DoesNotExist, ValueError."""
    app = App.objects.select_for_update().get(pk=app_id)
    App.objects.filter(pk=app.pk).update(verify_token_sealed=seal_verify_token(app.pk, token, vault().ingest_key))
    record([Entry(Kind.LINE_CHANGED, actor, app.pk, {"change": "verify_token_replaced"})], at)
    notify_listener()


@transaction.atomic
def replace_access_token(line_id: UUID, token: str, *, actor: str, at: datetime) -> None:
    """Send with this token from now on. Raises Line.DoesNotExist, ValueError."""
    line = Line.objects.select_for_update().get(pk=line_id)
    Line.objects.filter(pk=line.pk).update(token_sealed=seal_access_token(line.pk, token, vault().secret_key))
    record([Entry(Kind.LINE_CHANGED, actor, line.pk, {"change": "access_token_replaced"})], at)


def notify_listener() -> None:
    """Tell the webhook listeners, on commit, that secrets changed; they look every few seconds anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [LISTENER_CHANNEL])


def _locked(app_id: UUID) -> tuple[App, list[str]]:
    app = App.objects.select_for_update().get(pk=app_id)
    return app, open_app_secrets(app.pk, bytes(app.secrets_sealed), vault().ingest_key)


def _write(app: App, secrets: list[str], since: datetime | None, actor: str, change: str, at: datetime) -> None:
    sealed = seal_app_secrets(app.pk, secrets, vault().ingest_key)
    App.objects.filter(pk=app.pk).update(secrets_sealed=sealed, rotating_since=since)
    record([Entry(Kind.LINE_CHANGED, actor, app.pk, {"change": change})], at)
    notify_listener()
