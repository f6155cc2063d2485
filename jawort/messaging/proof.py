"""Does the store still hold what the ledger committed to? The commitment is computed anew from the opened record and

the row's columns: a changed byte of a text, an address, an original, a number or a time does not fit any more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, Q

from jawort.core.finding import Finding
from jawort.ledger.kinds import RECORDS, Kind
from jawort.ledger.models import Entry
from jawort.ledger.rules import commitment
from jawort.messaging.content import Facts, groups, key_name, open_content
from jawort.messaging.models import Message
from jawort.vault.keys import keks
from jawort.vault.seal import Unreadable

CHUNK = 1_000
PROBLEMS_MAX = 100  # of each kind: more say nothing new


@dataclass(frozen=True, slots=True)
class Proved:
    """How many records were checked, and what does not fit."""

    checked: int
    problems: list[Finding]


def prove() -> Proved:
    """Check every record of the ledger against its message, and every message against the ledger."""
    checked, problems = 0, []
    for entries in _chunks():
        found = Message.objects.in_bulk([e.pk for e in entries], field_name="entry_id")
        keys = keks({key_name(m.contact_id, m.month) for m in found.values()}, create=False)
        for entry in entries:
            checked += 1
            message = found.get(entry.pk)
            if message is None:
                problems.append(Finding("record.missing", f"Ledger entry {entry.pk} has no record in the store."))
            elif (text := _misfit(entry, message, keys.get(key_name(message.contact_id, message.month)))) is not None:
                problems.append(Finding("record.changed", text))
    return Proved(checked, [*problems, *_unsealed(), *_astray(), *_untold()])


def _chunks() -> Iterator[Sequence[Entry]]:
    last = 0
    records = Entry.objects.filter(kind__in=[str(kind) for kind in RECORDS]).order_by("pk")
    while entries := list(records.filter(pk__gt=last)[:CHUNK]):
        yield entries
        last = entries[-1].pk


def _misfit(entry: Entry, message: Message, kek: bytes | None) -> str | None:
    """The sentence that says what does not fit; None if all does."""
    where = f"Message {message.pk} (ledger entry {entry.pk})"
    if entry.object != message.pk:
        return f"{where} belongs to another entry."
    if kek is None:
        return f"{where} has no key."
    try:
        content, salt = open_content(kek, message)
    except Unreadable:
        return f"{where} does not open: key, row or ciphertext were changed."
    facts = Facts.of(message, refused=entry.kind == Kind.MESSAGE_REFUSED)
    if commitment(salt, groups(content, facts), bytes(message.ciphertext)) != bytes(entry.commitment or b""):
        return f"{where} is not what was committed to."
    if (message.kind == "text") != (content.what.kind == "text"):
        return f"{where} is stored as another kind than it came as."
    if entry.kind != Kind.MESSAGE_IN and entry.actor != message.actor:
        return f"{where} names another author than its entry."
    return None


def _astray() -> Iterator[Finding]:
    """A message lies in a conversation of its own contact and line, or somebody reads what is not theirs."""
    elsewhere = ~Q(conversation__contact=F("contact")) | ~Q(conversation__line=F("line"))
    moved = Message.objects.filter(elsewhere, conversation__isnull=False)
    for pk in moved.values_list("pk", flat=True)[:PROBLEMS_MAX]:
        yield Finding("record.moved", f"Message {pk} lies in the conversation of another contact or line.")


def _untold() -> Iterator[Finding]:
    """A failure is told by the ledger, and what it tells has failed, unless a receipt said later that it arrived."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m.id FROM messaging_message m
            WHERE m.direction = 'out' AND m.state NOT IN ('delivered', 'read', 'played', 'refused')
              AND (m.state = 'failed') <> EXISTS (
                SELECT 1 FROM ledger_entry e
                WHERE e.object = m.id AND e.kind = %s AND e.facts ->> 'state' = 'failed')
            ORDER BY m.id LIMIT %s
            """,
            [Kind.MESSAGE_OUTCOME, PROBLEMS_MAX],
        )
        for (pk,) in cursor.fetchall():
            yield Finding("record.state", f"Message {pk} is in a state that the ledger does not tell.")


def _unsealed() -> Iterator[Finding]:
    """Nothing came in, left, or was noted without an entry; what waits gets its own when it leaves, if it ever does."""
    loose = Message.objects.filter(entry_id=None).exclude(direction="out", state__in=["queued", "failed"])
    for pk in loose.values_list("pk", flat=True)[:PROBLEMS_MAX]:
        yield Finding("record.unsealed", f"Message {pk} has no ledger entry.")
