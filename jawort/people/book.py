"""The living aliases in the database: read for a batch, locked where something changes, written set-based.

Reading locks nothing: most batches bring only people who are known. Where a decision changes an alias, the keys of that
sender and then the contacts they lead to are locked, both in order, and everything is read and decided once more. So
two transactions that meet the same new person, or attach two BSUIDs to one contact, come one after the other; the
unique constraint only proves it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.ledger.rules import JSON
from jawort.people.rules import AliasKind, Book, Decision, Doubt, Key, ReviewKind, Verdict
from jawort.vault.seal import Klass, Sealed, aad, month_of, seal

# Each key is one probe of the index of living aliases, whatever the planner believes of the tables. A join left to it
# is planned once, perhaps while the tables are empty, and walks over all of them when they have grown.
PROBES = """
SELECT DISTINCT h.contact_id AS id
  FROM unnest(%b::text[], %b::text[], %b::bytea[]) AS w (kind, scope, blind)
 CROSS JOIN LATERAL (SELECT contact_id FROM people_alias a
                      WHERE a.kind = w.kind AND a.scope = w.scope AND a.blind = w.blind AND a.valid_to IS NULL
                      LIMIT 1) AS h
"""

# Whether anybody is merged is found out once; only then each contact is asked.
OWNERS = f"""
WITH known AS MATERIALIZED ({PROBES})
SELECT known.id, CASE WHEN (SELECT EXISTS (SELECT FROM people_contact WHERE person_id IS NOT NULL))
                      THEN (SELECT person_id FROM people_contact c WHERE c.id = known.id) END
  FROM known
"""  # noqa: S608 - of this file

LOAD = f"""
WITH known AS MATERIALIZED ({PROBES})
SELECT a.id, known.id, a.kind, a.scope, a.blind, a.last_seen, c.month, c.name_wrapped, c.name_ciphertext,
       c.username_wrapped, c.username_ciphertext, c.person_id,
       ARRAY(SELECT r.kind FROM people_review r WHERE r.contact_id = known.id AND r.settled_at IS NULL)
  FROM known
 CROSS JOIN LATERAL (SELECT * FROM people_contact WHERE id = known.id LIMIT 1) AS c
 CROSS JOIN LATERAL (SELECT * FROM people_alias WHERE contact_id = known.id OFFSET 0) AS a
 WHERE a.valid_to IS NULL
"""  # noqa: S608 - of this file

_LOCK_KEYS = "SELECT pg_advisory_xact_lock(k) FROM unnest(%b::bigint[]) AS k"

_LOCK_CONTACTS = "SELECT id FROM people_contact WHERE id = ANY(%b::uuid[]) ORDER BY id FOR NO KEY UPDATE"

_CONTACTS = """
INSERT INTO people_contact (id, name_wrapped, name_ciphertext, language, created_at, month)
SELECT id, name_wrapped, name_ciphertext, '', %s, %s
  FROM unnest(%b::uuid[], %b::bytea[], %b::bytea[]) AS n (id, name_wrapped, name_ciphertext)
"""

_CLOSE = "UPDATE people_alias SET valid_to = %s WHERE id = ANY(%b::uuid[])"

_ALIASES = """
INSERT INTO people_alias
       (id, contact_id, kind, scope, blind, wrapped, ciphertext, basis, first_seen, last_seen, valid_to)
SELECT n.id, n.contact_id, n.kind, n.scope, n.blind, n.wrapped, n.ciphertext, %s, %s, %s, n.valid_to
  FROM unnest(%b::uuid[], %b::uuid[], %b::text[], %b::text[], %b::bytea[], %b::bytea[], %b::bytea[], %b::timestamptz[])
       AS n (id, contact_id, kind, scope, blind, wrapped, ciphertext, valid_to)
"""

# An open doubt is not raised twice; a settled one may come back.
_REVIEWS = """
INSERT INTO people_review (id, kind, contact_id, other_id, created_at)
SELECT n.id, n.kind, n.contact_id, n.other_id, %s
  FROM unnest(%b::uuid[], %b::text[], %b::uuid[], %b::uuid[]) AS n (id, kind, contact_id, other_id)
    ON CONFLICT (kind, contact_id, other_id) WHERE settled_at IS NULL DO NOTHING
RETURNING id
"""

_SETTLE = """
UPDATE people_review r SET settled_at = %s FROM unnest(%b::uuid[], %b::text[]) AS p (contact, kind)
 WHERE r.contact_id = p.contact AND r.kind = p.kind AND r.settled_at IS NULL
RETURNING r.id, r.contact_id, r.other_id, r.kind
"""


@dataclass(frozen=True, slots=True)
class AliasRow:
    """A living alias as it lies in the table."""

    id: UUID
    last_seen: datetime


@dataclass(slots=True)
class Page:
    """What the database knows of everybody whom a batch concerns."""

    book: Book = field(default_factory=Book)
    rows: dict[Key, AliasRow] = field(default_factory=dict)
    months: dict[UUID, int] = field(default_factory=dict)
    names: dict[UUID, Sealed | None] = field(default_factory=dict)
    usernames: dict[UUID, Sealed | None] = field(default_factory=dict)


def settle(keys: Collection[Key], decide: Callable[[Book], Sequence[Decision]]) -> tuple[Page, Sequence[Decision]]:
    """Read, decide and lock until every decision that changes something was made under its locks.

    `decide` gets a fresh book each time and writes its own decisions into it. Needs an open transaction.
    """
    locked: set[Key] = set()
    while True:
        page = load(keys)
        decisions = decide(page.book)
        open_ = {key for decision in decisions if decision.changes for key in decision.asked} - locked
        if not open_:
            return page, decisions
        _lock(open_)
        locked |= open_


def load(keys: Collection[Key]) -> Page:
    """The contacts that any of `keys` leads to, with all their living aliases. One query."""
    page = Page()
    with connection.cursor() as cursor:
        cursor.execute(LOAD, _columns(keys))
        for id_, contact, kind, scope, blind, last_seen, month, *called, person, doubts in cursor.fetchall():
            key = Key(AliasKind(kind), scope, bytes(blind))
            page.book.attach(key, contact)
            page.rows[key] = AliasRow(id_, last_seen)
            page.months[contact] = month
            if person is not None:
                page.book.persons[contact] = person
            if ReviewKind.NUMBER_MOVED in doubts:
                page.book.moved.add(contact)
            if ReviewKind.CHANGE_UNCLEAR in doubts:
                page.book.unclear.add(contact)
            page.names[contact], page.usernames[contact] = _sealed(*called[:2]), _sealed(*called[2:])
    return page


def _sealed(wrapped: bytes | None, ciphertext: bytes | None) -> Sealed | None:
    return None if wrapped is None or ciphertext is None else Sealed(bytes(wrapped), bytes(ciphertext))


def owners(keys: Collection[Key]) -> list[UUID]:
    """The contacts that any of `keys` leads to. One query."""
    with connection.cursor() as cursor:
        cursor.execute(PROBES, _columns(keys))
        return [row[0] for row in cursor.fetchall()]


def merged_owners(keys: Collection[Key]) -> tuple[list[UUID], bool]:
    """The contacts that any of `keys` leads to, and whether any of them is merged with another. One query."""
    with connection.cursor() as cursor:
        cursor.execute(OWNERS, _columns(keys))
        rows = cursor.fetchall()
    return [row[0] for row in rows], any(row[1] is not None for row in rows)


def _lock(keys: Collection[Key]) -> None:
    # The index is a keyed hash: its first half is as good a lock number as any. A number's two kinds share it.
    numbers = sorted({int.from_bytes(key.mark[:8], "big", signed=True) for key in keys})
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_KEYS, [numbers])
        cursor.execute(_LOCK_CONTACTS, [owners(keys)])


def _columns(keys: Iterable[Key]) -> list[list[str] | list[bytes]]:
    ordered = sorted(keys)
    return [[key.kind.value for key in ordered], [key.scope for key in ordered], [key.mark for key in ordered]]


@dataclass(frozen=True, slots=True)
class _NewAlias:
    id: UUID
    key: Key
    contact: UUID


def write(
    page: Page,
    decisions: Sequence[Decision],
    values: Mapping[Key, str],
    names: Mapping[UUID, str],
    keks: Mapping[UUID, bytes],
    at: datetime,
    *,
    reason: str,
    actor: str = "system",
    basis: str = "",
) -> None:
    """Write what was decided, and its ledger entries, in the caller's transaction.

    `values` are the addresses in clear, `names` the names of new contacts, `keks` the identity keys of everybody who
    gets a row. `reason` says in the ledger why aliases were closed, `actor` who made contacts, `basis` on what basis we
    have the new addresses, where customers did not come with them.
    """
    created = [decision.contact for decision in decisions if decision.created]
    living = {key: row.id for key, row in page.rows.items()}
    closed: dict[UUID, tuple[Key, UUID]] = {}
    added: list[_NewAlias] = []
    for decision in decisions:
        for key, owner in decision.close:
            closed[living.pop(key)] = (key, owner)
        for key in decision.attach:
            alias = _NewAlias(uuid7(), key, decision.contact)
            living[key] = alias.id
            added.append(alias)
    _insert_contacts(created, names, keks, at)
    _close(closed, {alias.id for alias in added}, at)
    _insert_aliases(added, closed, values, keks, at, basis)
    record([*_entries(created, added, closed, reason, (actor, basis)), *_reviewed(decisions, at)], at)


def _entries(
    created: Sequence[UUID],
    added: Sequence[_NewAlias],
    closed: Mapping[UUID, tuple[Key, UUID]],
    reason: str,
    origin: tuple[str, str],
) -> list[Entry]:
    """What the ledger learns: ids and kinds. A new contact's first aliases stand in its own entry.

    `origin` is who made the contacts, and on what basis.
    """
    actor, basis = origin
    on: dict[str, JSON] = {"basis": basis} if basis else {}
    first: dict[UUID, dict[str, JSON]] = {contact: {} for contact in created}
    later = []
    for alias in added:
        if alias.contact in first:
            first[alias.contact][str(alias.id)] = alias.key.kind.value
        else:
            facts = {"alias": str(alias.id), "kind": alias.key.kind.value}
            later.append(Entry(Kind.ALIAS_ADDED, "system", alias.contact, facts))
    return [
        *(Entry(Kind.CONTACT_CREATED, actor, contact, {"aliases": kinds} | on) for contact, kinds in first.items()),
        *(
            Entry(Kind.ALIAS_CLOSED, "system", owner, {"alias": str(id_), "kind": key.kind.value, "reason": reason})
            for id_, (key, owner) in closed.items()
        ),
        *later,
    ]


def _reviewed(decisions: Sequence[Decision], at: datetime) -> list[Entry]:
    """Raise and settle doubts as the decisions say, in their order; what the ledger learns of it.

    One statement for all that is settled and one for all that is raised, but where a doubt arises and ends in the same
    batch.
    """
    entries: list[Entry] = []
    doubts: list[Doubt] = []
    proven: set[tuple[UUID, str]] = set()
    for decision in decisions:
        ended = {(decision.contact, kind.value) for kind in decision.ended}
        if ended and any(doubt.contact == decision.contact for doubt in doubts):
            entries += _written(proven, doubts, at)
            doubts, proven = [], set()
        proven |= ended
        doubts += decision.doubts
    return entries + _written(proven, doubts, at)


def _written(proven: Collection[tuple[UUID, str]], doubts: Sequence[Doubt], at: datetime) -> list[Entry]:
    settled: list[tuple[UUID, UUID, UUID | None, str]] = []
    if proven:
        contacts, kinds = zip(*sorted(proven), strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE, [at, list(contacts), list(kinds)])
            settled = sorted(cursor.fetchall())
    return [
        *(
            settling(id_, Doubt(ReviewKind(kind), contact, other), Verdict.PROVEN, "system")
            for id_, contact, other, kind in settled
        ),
        *(
            Entry(Kind.REVIEW_RAISED, "system", d.contact, {"review": str(id_), "kind": d.kind.value}, related=d.other)
            for id_, d in _insert_reviews(doubts, at)
        ),
    ]


def settling(review: UUID, doubt: Doubt, verdict: Verdict, actor: str) -> Entry:
    """What the ledger learns of a settled doubt: ids and codes."""
    facts = {"review": str(review), "kind": doubt.kind.value, "verdict": verdict.value}
    return Entry(Kind.REVIEW_SETTLED, actor, doubt.contact, facts, related=doubt.other)


def sealed_value(kek: bytes, record_id: UUID, text: str, what: bytes = b"") -> Sealed:
    """A name or address sealed for its row. The ledger commits to none of them, so there is no salt.

    `what` tells a second value of the same row from the first: they cannot be exchanged.
    """
    return seal(kek, text.encode(), b"", aad(Klass.IDENTITY, record_id) + what)


def _insert_contacts(
    created: Sequence[UUID], names: Mapping[UUID, str], keks: Mapping[UUID, bytes], at: datetime
) -> None:
    if not created:
        return
    sealed = [sealed_value(keks[id_], id_, names[id_]) if id_ in names else None for id_ in created]
    with connection.cursor() as cursor:
        cursor.execute(
            _CONTACTS,
            [
                at,
                month_of(at),
                list(created),
                [name and name.wrapped for name in sealed],
                [name and name.ciphertext for name in sealed],
            ],
        )


def _close(closed: Iterable[UUID], new: Collection[UUID], at: datetime) -> None:
    rows = sorted(set(closed) - set(new))
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_CLOSE, [at, rows])


def _insert_aliases(
    added: Sequence[_NewAlias],
    closed: Collection[UUID],
    values: Mapping[Key, str],
    keks: Mapping[UUID, bytes],
    at: datetime,
    basis: str,
) -> None:
    """Write new aliases; one that the same batch closed again is written closed, so that its history is whole."""
    if not added:
        return
    ordered = sorted(added, key=lambda alias: (alias.key, alias.id))
    sealed = [sealed_value(keks[alias.contact], alias.id, values[alias.key]) for alias in ordered]
    kinds, scopes, marks = zip(*((a.key.kind.value, a.key.scope, a.key.mark) for a in ordered), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _ALIASES,
            [
                *(basis, at, at),
                [alias.id for alias in ordered],
                [alias.contact for alias in ordered],
                *(list(kinds), list(scopes), list(marks)),
                [one.wrapped for one in sealed],
                [one.ciphertext for one in sealed],
                [at if alias.id in closed else None for alias in ordered],
            ],
        )


def _insert_reviews(doubts: Sequence[Doubt], at: datetime) -> list[tuple[UUID, Doubt]]:
    """Raise the doubts that are not open already; those raised, with their ids."""
    if not doubts:
        return []
    wanted = {uuid7(): doubt for doubt in dict.fromkeys(doubts)}
    with connection.cursor() as cursor:
        cursor.execute(
            _REVIEWS,
            [
                at,
                list(wanted),
                [doubt.kind.value for doubt in wanted.values()],
                [doubt.contact for doubt in wanted.values()],
                [doubt.other for doubt in wanted.values()],
            ],
        )
        raised = sorted(row[0] for row in cursor.fetchall())
    return [(id_, wanted[id_]) for id_ in raised]
