"""A business number is connected: the app it is reached through, the line, its counters."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from jawort.core.ids import uuid7
from jawort.lanes.pace import set_pace
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.lines.models import App, Direction, Line, Sequence
from jawort.lines.rotate import notify_listener
from jawort.lines.secrets import seal_access_token, seal_app_secrets, seal_verify_token
from jawort.vault.state import vault


@dataclass(frozen=True, slots=True)
class NewApp:
    """A platform app: its secret signs webhooks, its verify token is shown when the callback is set.

    `ref` is the platform's id of it, where it is known.
    """

    name: str
    secret: str
    verify_token: str
    ref: str = ""

    def __repr__(self) -> str:
        return f"NewApp({self.name!r})"  # never the secret, wherever this is printed


@transaction.atomic
def connect(
    *,
    app: App | NewApp,
    name: str,
    phone_number_id: str,
    waba_id: str,
    display_number: str,
    token: str,
    actor: str,
    at: datetime,
    portfolio: str = "",
    rate_per_s: int = 80,
) -> Line:
    """Connect one number, with a new app or one that other numbers use already. The line is live at once.

    Raises IntegrityError if the number is connected or the app's name is taken, ValueError for an empty secret.
    """
    known = app if isinstance(app, App) else add_app(app, actor, at)
    line_id = uuid7()
    line = Line.objects.create(
        id=line_id,
        app=known,
        name=name,
        phone_number_id=phone_number_id,
        waba_id=waba_id,
        portfolio=portfolio,
        display_number=display_number,
        token_sealed=seal_access_token(line_id, token, vault().secret_key),
        rate_per_s=rate_per_s,
        health_at=at,
    )
    set_pace(line.pace, rate_per_s, at)
    Sequence.objects.bulk_create(Sequence(line=line, direction=direction) for direction in Direction)
    facts: dict[str, JSON] = {
        "change": "connected",
        "phone_number_id": phone_number_id,
        "waba_id": waba_id,
        "rate_per_s": rate_per_s,
    }
    record([Entry(Kind.LINE_CHANGED, actor, line.id, facts, related=known.id)], at)
    line.refresh_from_db()  # what the database filled in
    return line


@transaction.atomic
def add_app(new: NewApp, actor: str, at: datetime) -> App:
    """Accept webhooks of this app from now on. Raises IntegrityError if its name is taken, ValueError for no secret."""
    app_id, key = uuid7(), vault().ingest_key
    app = App.objects.create(
        id=app_id,
        name=new.name,
        ref=new.ref,
        secrets_sealed=seal_app_secrets(app_id, [new.secret], key),
        verify_token_sealed=seal_verify_token(app_id, new.verify_token, key),
    )
    record([Entry(Kind.LINE_CHANGED, actor, app.id, {"change": "app_added"})], at)
    notify_listener()
    return app
