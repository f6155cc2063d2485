"""What must hold of lines at rest."""

from datetime import timedelta

from jawort.core.clock import now
from jawort.core.finding import Finding
from jawort.lines.models import App, Line, Listing, Notice, State
from jawort.lines.notices import waiting
from jawort.lines.reading import ending_tokens
from jawort.lines.secrets import open_access_token, open_app_secrets, open_verify_token
from jawort.lines.tell import ORIGINAL_KEPT_FOR
from jawort.vault.seal import Unreadable
from jawort.vault.state import vault

UPKEEP_WITHIN = timedelta(minutes=5)  # a worker keeps house every minute; a restart takes less than one
NOTICES_COUNTED_MAX = 100
TOKEN_ENDS_WITHIN = timedelta(days=14)  # whoever makes tokens at the company is not always there
ROTATION_DAYS_MAX = 8  # the platform redelivers for seven days; after that nothing carries the old signature


def findings() -> list[Finding]:
    """Everything about lines that should hold and does not."""
    return [*_apps(), *_lines(), *_originals()]


def notes() -> list[Finding]:
    """What is no fault here and waits for a person."""
    count = waiting(NOTICES_COUNTED_MAX)
    text = f"{count} notices of WhatsApp wait for somebody: the desk’s page “Notices” says what to do."
    found = [Finding("lines.notices", text)] if count else []
    for one in Listing.objects.exclude(trouble="").order_by("account"):
        stands = f"what it said at {one.listed_at:%Y-%m-%d %H:%M} UTC stands" if one.listed_at else "it never did"
        text = f"WhatsApp does not list templates of account {one.account} ({one.trouble}): {stands}. See its token."
        found.append(Finding("lines.templates", text))
    for line, ends in ending_tokens(now() + TOKEN_ENDS_WITHIN):
        text = f"The access token of the line “{line.name}” ends {ends:%Y-%m-%d}: replace it on the line’s page."
        found.append(Finding("lines.token_ends", text))
    return found


def _apps() -> list[Finding]:
    found = []
    key, long_ago = vault().ingest_key, now() - timedelta(days=ROTATION_DAYS_MAX)
    for app in App.objects.order_by("name"):
        try:
            open_app_secrets(app.pk, bytes(app.secrets_sealed), key)
            open_verify_token(app.pk, bytes(app.verify_token_sealed), key)
        except Unreadable:
            text = f"The secrets of the app “{app.name}” do not open: enter them anew or put the right root key back."
            found.append(Finding("lines.secret", text))
        if app.rotating_since is not None and app.rotating_since < long_ago:
            text = f"The app “{app.name}” accepts two secrets since {app.rotating_since:%Y-%m-%d}: drop the old one."
            found.append(Finding("lines.rotation", text))
    return found


def _lines() -> list[Finding]:
    found = []
    key = vault().secret_key
    for line in Line.objects.order_by("name", "id"):
        try:
            open_access_token(line.pk, bytes(line.token_sealed), key)
        except Unreadable:
            text = f"The access token of the line “{line.name}” does not open: enter it anew."
            found.append(Finding("lines.token", text))
        if line.state != State.LIVE:
            reason = f" ({line.health})" if line.health else ""
            found.append(
                Finding("lines.state", f"The line “{line.name}” is {line.state}{reason}: nothing leaves by it.")
            )
    return found


def _originals() -> list[Finding]:
    """What a notice came with may name a customer, and goes after eight days."""
    late = Notice.objects.filter(original__isnull=False, received_at__lt=now() - ORIGINAL_KEPT_FOR - UPKEEP_WITHIN)
    count = late.count()
    text = f"{count} originals of notices are kept for more than {ORIGINAL_KEPT_FOR.days} days: see that a worker runs."
    return [Finding("lines.notice_originals", text)] if count else []
