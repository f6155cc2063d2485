"""Does the store still hold what the ledger committed to? The commitment is computed anew from the opened record and

the row's columns: a changed byte of a text, an address, an original, a number or a time does not fit any more."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from jawort.consent.rules import Basis
from jawort.core.finding import Finding
from jawort.ledger.kinds import RECORDS, Kind
from jawort.ledger.models import Entry
from jawort.ledger.queries import in_chunks
from jawort.ledger.rules import commitment
from jawort.messaging.content import Content, Facts, groups, key_name, open_content
from jawort.messaging.files.proof import prove as prove_files
from jawort.messaging.models import Message
from jawort.messaging.provider import USE, provider_id_of
from jawort.messaging.rules import RANK, State
from jawort.vault.blind import blind
from jawort.vault.keys import keks
from jawort.vault.seal import Unreadable

CHUNK = 1_000
MESSAGES = RECORDS - {Kind.FILE}
PROBLEMS_MAX = 100  # of each kind: more say nothing new


@dataclass(frozen=True, slots=True)
class Proved:
    """How many records were checked, and what does not fit."""

    checked: int
    problems: list[Finding]


def prove() -> Proved:
    """Check every record of the ledger against its message or file, and every one of these against the ledger."""
    checked, problems = 0, []
    for entries in in_chunks(MESSAGES, CHUNK):
        found = Message.objects.in_bulk([e.pk for e in entries], field_name="entry_id")
        keys = keks({key_name(m.contact_id, m.month) for m in found.values()}, create=False)
        erased = _erased({m.contact_id for m in found.values() if key_name(m.contact_id, m.month) not in keys})
        for entry in entries:
            checked += 1
            message = found.get(entry.pk)
            if message is None:
                problems.append(Finding("record.missing", f"There is no record in the store for {_named(entry)}."))
            elif message.contact_id in erased and entry.object == message.pk:
                continue  # what remains is the commitment
            elif (text := _misfit(entry, message, keys.get(key_name(message.contact_id, message.month)))) is not None:
                problems.append(Finding("record.changed", text))
    files, misfits = prove_files()
    return Proved(checked + files, [*problems, *_unsealed(), *_astray(), *_untold(), *misfits])


def _erased(contacts: Collection[UUID]) -> set[UUID]:
    """Those of these whose keys were destroyed on purpose, as the ledger says. No query where there is none."""
    if not contacts:
        return set()
    told = Entry.objects.filter(object__in=contacts, kind=Kind.ERASED).values_list("object", flat=True)
    return {contact for contact in told if contact is not None}


def _named(entry: Entry) -> str:
    """The entry by its place in the log, as every screen counts; by its id as long as it has none."""
    place = f"without a place yet, id {entry.pk}" if entry.log_index is None else entry.log_index
    return f"ledger entry {place}"


def _misfit(entry: Entry, message: Message, kek: bytes | None) -> str | None:
    """The sentence that says what does not fit; None if all does."""
    where = f"Message {message.pk} ({_named(entry)})"
    if entry.object != message.pk:
        return f"{where} belongs to another entry."
    if kek is None:
        return f"{where} has no key."
    try:
        content, salt = open_content(kek, message)
    except Unreadable:
        return f"{where} does not open: key, row or ciphertext were changed."
    if not _committed(entry, message, content, salt):
        return f"{where} is not what was committed to."
    if not _matched(message, content, kek):
        return f"{where} has another id of the provider than it was given."
    return _disagreement(entry, message, content, where)


def _disagreement(entry: Entry, message: Message, content: Content, where: str) -> str | None:
    """What a column says against the entry or the content, though the commitment does not cover it."""
    if (message.kind == "text") != (content.what.kind == "text"):
        return f"{where} is stored as another kind than it came as."
    if message.direction == "out" and (message.kind, message.about_id) != (content.what.kind, content.what.about):
        return f"{where} is stored as another kind, or as being about another message, than it was written as."
    if entry.kind != Kind.MESSAGE_IN and entry.actor != message.actor:
        return f"{where} names another author than its entry."
    if entry.kind == Kind.MESSAGE_REFUSED and message.state != State.REFUSED:
        return f"{where} was refused, and is stored as if it might leave."
    return None


def _committed(entry: Entry, message: Message, content: Content, salt: bytes) -> bool:
    """Whether record and columns make the commitment.

    A message that was permitted once and refused on a later attempt has the refusal in its row. What it rested on
    before is one of the bases, and the ledger tells of the refusal (`_untold`).
    """
    replaced = message.state == State.REFUSED and entry.kind == Kind.MESSAGE_OUT
    gates: list[str | None] = [str(basis) for basis in Basis] if replaced else [None]
    ciphertext, wanted = bytes(message.ciphertext), bytes(entry.commitment or b"")
    made = (commitment(salt, groups(content, Facts.of(message, gate=gate)), ciphertext) for gate in gates)
    return wanted in made


def _matched(message: Message, content: Content, kek: bytes) -> bool:
    """Whether the provider's id is the one that receipts are matched by. What was accepted has one."""
    if message.direction == "in":
        name = content.who.provider_id
    else:
        try:
            name = provider_id_of(message, kek)
        except Unreadable:
            return False
    if name is None:
        return message.provider_index is None and RANK.get(State(message.state), 0) == 0
    return message.provider_index is not None and bytes(message.provider_index) == blind(USE, name)


def _astray() -> Iterator[Finding]:
    """A message lies in a conversation of its own person and line, or somebody reads what is not theirs."""
    another = ~Q(conversation__contact=F("contact"))
    strange = another & (Q(contact__person=None) | ~Q(conversation__contact__person=F("contact__person")))
    moved = Message.objects.filter(strange | ~Q(conversation__line=F("line")), conversation__isnull=False)
    for pk in moved.values_list("pk", flat=True)[:PROBLEMS_MAX]:
        yield Finding("record.moved", f"Message {pk} lies in the conversation of another contact or line.")


#: Of every message the outcomes that the ledger tells of it, and the states that they do not fit.
_UNTOLD = """
    SELECT m.id FROM messaging_message m CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(e.facts ->> 'state'), '{}') AS states,
               coalesce(array_agg(concat(e.facts ->> 'state', ' ', e.facts ->> 'code')), '{}') AS codes
        FROM ledger_entry e WHERE e.object = m.id AND e.kind = %(outcome)s
    ) AS told
    WHERE m.direction = 'out' AND CASE
        WHEN m.state IN ('queued', 'claimed', 'calling') THEN told.states && '{accepted,unknown,failed,refused}'
        WHEN m.state IN ('accepted', 'unknown') THEN 'failed' = ANY(told.states) OR m.state <> ALL(told.states)
        WHEN m.state = 'sent' THEN 'failed' = ANY(told.states)
        WHEN m.state = 'failed' THEN concat('failed ', m.failure) <> ALL(told.codes)
        WHEN m.state = 'refused' THEN concat('refused ', m.gate) <> ALL(told.codes) AND NOT EXISTS (
            SELECT FROM ledger_entry e WHERE e.id = m.entry_id AND e.kind = %(refused)s)
        ELSE false END
    ORDER BY m.id LIMIT %(limit)s
"""


def _untold() -> Iterator[Finding]:
    """What a message came to is what the ledger tells of it, down to the code of a failure.

    Receipts are counted, not entered: of what the platform took, only that it failed or was refused is told. What has
    arrived is beyond doubt, whatever was told before.
    """
    given: dict[str, str | int] = {
        "outcome": Kind.MESSAGE_OUTCOME,
        "refused": Kind.MESSAGE_REFUSED,
        "limit": PROBLEMS_MAX,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNTOLD, given)
        for (pk,) in cursor.fetchall():
            yield Finding("record.state", f"Message {pk} is in a state that the ledger does not tell.")


def _unsealed() -> Iterator[Finding]:
    """Nothing came in, left, or was noted without an entry; what waits gets its own when it leaves, if it ever does."""
    loose = Message.objects.filter(entry_id=None).exclude(direction="out", state__in=["queued", "failed"])
    for pk in loose.values_list("pk", flat=True)[:PROBLEMS_MAX]:
        yield Finding("record.unsealed", f"Message {pk} has no ledger entry.")
