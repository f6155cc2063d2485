"""An account is set up: its app and its token are kept, sealed, until its numbers are connected, or for a day."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.lines.connect import NewApp, add_app
from jawort.lines.models import App, Setup
from jawort.lines.secrets import open_app_secrets, open_setup_token, open_verify_token, seal_setup_token
from jawort.vault.state import vault

KEPT_FOR: Final = timedelta(days=1)


@transaction.atomic
def begin(
    app: App | NewApp,
    account: str,
    token: str,
    *,
    token_ends_at: datetime | None,
    actor: str,
    at: datetime,
    app_ref: str = "",
) -> Setup:
    """Begin with an account, by a new app or a known one; an earlier beginning with the account ends.

    `app_ref` is the platform's id of the app, proven with its secret: kept where nobody knew it.

    Raises IntegrityError if the app's name is taken, ValueError for an empty secret.
    """
    known = app if isinstance(app, App) else add_app(app, actor, at)
    App.objects.filter(pk=known.pk, ref="").update(ref=app_ref)
    for earlier in Setup.objects.select_for_update().filter(account=account):
        _end(earlier, actor, at)
    setup_id = uuid7()
    setup = Setup.objects.create(
        id=setup_id,
        app=known,
        account=account,
        token_sealed=seal_setup_token(setup_id, token, vault().secret_key),
        token_ends_at=token_ends_at,
        begun_at=at,
    )
    facts: dict[str, JSON] = {"change": "setup_begun", "waba_id": account}
    record([Entry(Kind.LINE_CHANGED, actor, setup_id, facts, related=known.pk)], at)
    return setup


@transaction.atomic
def end(setup_id: UUID, *, actor: str, at: datetime) -> None:
    """Forget app and token of the setup; what was connected stays. Nothing happens if it has ended."""
    for setup in Setup.objects.select_for_update().filter(pk=setup_id):
        _end(setup, actor, at)


@transaction.atomic
def forget_setups(at: datetime) -> int:
    """End those that nobody ended within a day. Their number."""
    late = list(Setup.objects.select_for_update().filter(begun_at__lt=at - KEPT_FOR).order_by("pk"))
    for setup in late:
        _end(setup, "system", at)
    return len(late)


def _end(setup: Setup, actor: str, at: datetime) -> None:
    record([Entry(Kind.LINE_CHANGED, actor, setup.pk, {"change": "setup_ended", "waba_id": setup.account})], at)
    Setup.objects.filter(pk=setup.pk).delete()


def setups() -> list[Setup]:
    """All that have begun, oldest first, each with its app."""
    return list(Setup.objects.defer("token_sealed").select_related("app").order_by("pk"))


def setup_of(setup_id: UUID) -> Setup | None:
    """One that has begun, with its app."""
    return Setup.objects.select_related("app").filter(pk=setup_id).first()


def token_of(setup: Setup) -> str:
    """The token, for calls and for nothing else. Raises vault.seal.Unreadable."""
    return open_setup_token(setup.pk, bytes(setup.token_sealed), vault().secret_key)


def secret_of(app: App) -> str:
    """The newest secret of the app, for calls and for nothing else. Raises vault.seal.Unreadable."""
    return open_app_secrets(app.pk, bytes(app.secrets_sealed), vault().ingest_key)[0]


def verify_token_of(app: App) -> str:
    """What is entered at the platform beside the callback. Raises vault.seal.Unreadable."""
    return open_verify_token(app.pk, bytes(app.verify_token_sealed), vault().ingest_key)


def is_new(setup: Setup) -> bool:
    """Whether the app had no line when this began, so that its callback may not have been entered yet."""
    return not setup.app.lines.filter(pk__lt=setup.pk).exists()
