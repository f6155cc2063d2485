"""Names and addresses in clear. Whoever shows them records the hand-out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import connection

from jawort.people.called import NAMES, USERNAME
from jawort.people.models import Alias, Contact, Review
from jawort.people.persons import contacts_of, members
from jawort.people.rules import AliasKind, Doubt, Names, ReviewKind
from jawort.vault.keys import keks
from jawort.vault.seal import Klass, Sealed, Unreadable, aad, open_

# Fenced, with nothing inside but the contact. Asked there for living aliases or a scope as well, PostgreSQL took the
# index of those while the tables were small, kept that plan, and read the aliases of everybody for one address when
# they had grown. Contacts that are one person with the one asked for come with it.
LIVING = """
SELECT a.id, known.id, a.contact_id, a.kind, c.month, a.wrapped, a.ciphertext
  FROM unnest(%b::uuid[]) AS known (id)
 CROSS JOIN LATERAL (SELECT person_id FROM people_contact WHERE id = known.id LIMIT 1) AS own
 CROSS JOIN LATERAL (
       (SELECT * FROM people_alias WHERE contact_id = known.id OFFSET 0)
       UNION ALL
       SELECT theirs.*
         FROM (SELECT id FROM people_contact WHERE person_id = own.person_id AND id <> known.id OFFSET 0) AS other
        CROSS JOIN LATERAL (SELECT * FROM people_alias WHERE contact_id = other.id OFFSET 0) AS theirs) AS a
 CROSS JOIN LATERAL (SELECT month FROM people_contact WHERE id = a.contact_id LIMIT 1) AS c
 WHERE a.valid_to IS NULL AND a.scope = ANY(%b::text[]) ORDER BY a.last_seen, a.id
"""

_NAMES = f"""
SELECT id, month, {", ".join(f"{column}_wrapped, {column}_ciphertext" for _, column, _ in NAMES)}
  FROM people_contact WHERE id = ANY(%b::uuid[])
"""  # noqa: S608 - columns of this package

_DOUBTED = "SELECT contact_id FROM people_review WHERE contact_id = ANY(%b::uuid[]) AND settled_at IS NULL"

# From one language to the next by the index: some dozen steps, where DISTINCT would read every contact that has one.
SPOKEN = """
WITH RECURSIVE spoken AS (
    (SELECT language FROM people_contact WHERE language <> '' ORDER BY language LIMIT 1)
    UNION ALL
    SELECT (SELECT language FROM people_contact WHERE language <> '' AND language > s.language
             ORDER BY language LIMIT 1)
      FROM spoken s WHERE s.language IS NOT NULL)
SELECT language FROM spoken WHERE language IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a contact can be written to: the number in digits without plus, the BSUID of one portfolio.

    `contact` is whose it is: of merged contacts perhaps another one's than was asked for.
    """

    phone: str | None
    bsuid: str | None
    contact: UUID


@dataclass(frozen=True, slots=True)
class OpenReview:
    """A doubt that waits for a person."""

    id: UUID
    doubt: Doubt
    since: datetime


def names(ids: Collection[UUID]) -> dict[UUID, str]:
    """What to call those contacts, by the rule of Names.shown. Those without any name are left out."""
    return {contact: shown for contact, found in all_names(ids).items() if (shown := found.shown)}


def all_names(ids: Collection[UUID]) -> dict[UUID, Names]:
    """All that those contacts are called, as far as it opens; contacts without any name are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [list(ids)])
        rows = cursor.fetchall()
    found: dict[UUID, dict[str, str]] = {}
    for place, (what, _, bound) in enumerate(NAMES):
        at = 2 + 2 * place  # behind the id and the month
        sealed = [(row[0], row[0], row[1], row[at], row[at + 1]) for row in rows if row[at] is not None]
        for contact, name in _opened(sealed, bound).items():
            found.setdefault(contact, {})[what] = name
    return {contact: Names(**of) for contact, of in found.items()}


def username_of(contact: UUID) -> tuple[str, datetime] | None:
    """The contact's WhatsApp username, as far as it is known, and since when; None without one."""
    held = Contact.objects.filter(id=contact).first()
    return None if held is None else username_in(held)


def username_in(held: Contact) -> tuple[str, datetime] | None:
    """The same of a contact that was read."""
    if held.username_wrapped is None or held.username_at is None:
        return None
    sealed = (held.pk, held.pk, held.month, bytes(held.username_wrapped), bytes(held.username_ciphertext or b""))
    found = _opened([sealed], USERNAME).get(held.pk)
    return None if found is None else (found, held.username_at)


def addresses(ids: Collection[UUID], scope: str) -> dict[UUID, Address]:
    """The living addresses of each contact in the portfolio `scope`; contacts without any are left out.

    WhatsApp's own form of a number goes before one from elsewhere, the last used before older ones. Of merged contacts
    each has the address of whichever was used last.
    """
    with connection.cursor() as cursor:
        cursor.execute(LIVING, [list(set(ids)), ["", scope]])
        rows = cursor.fetchall()
    best: dict[tuple[UUID, AliasKind], tuple[UUID, UUID, int, bytes, bytes]] = {}
    used: dict[UUID, dict[UUID, None]] = {}
    for id_, asked, contact, kind, month, wrapped, ciphertext in rows:
        best[contact, AliasKind(kind)] = (id_, contact, month, bytes(wrapped), bytes(ciphertext))
        of = used.setdefault(asked, {})
        of.pop(contact, None)
        of[contact] = None  # last used last
    clear = _opened(list(best.values()))

    def value(contact: UUID, kind: AliasKind) -> str | None:
        row = best.get((contact, kind))
        return None if row is None else clear.get(row[0])

    found = {
        contact: Address(
            value(contact, AliasKind.WA_ID) or value(contact, AliasKind.PHONE),
            value(contact, AliasKind.BSUID),
            contact,
        )
        for contact in dict.fromkeys(contact for contact, _ in best)
    }
    living = {contact: address for contact, address in found.items() if address.phone or address.bsuid}
    last = {asked: next((one for one in reversed(of) if one in living), None) for asked, of in used.items()}
    return {asked: living[contact] for asked, contact in last.items() if contact is not None}


def bsuids(contact: UUID, scope: str) -> dict[UUID, str]:
    """Every BSUID that the person has or had in that portfolio, newest first, by its alias. Merged contacts are one."""
    person = contacts_of(contact)
    rows = Alias.objects.filter(contact__in=person, kind=AliasKind.BSUID, scope=scope)
    return named(rows.order_by("-first_seen", "-id").values_list("id", flat=True))


def named(aliases: Iterable[UUID]) -> dict[UUID, str]:
    """The addresses of these aliases in clear, in their order, as far as they open."""
    wanted = list(aliases)
    rows = Alias.objects.filter(pk__in=wanted).values_list("id", "contact", "contact__month", "wrapped", "ciphertext")
    clear = _opened([(id_, of, month, bytes(wrapped), bytes(text)) for id_, of, month, wrapped, text in rows])
    return {alias: clear[alias] for alias in wanted if alias in clear}


def living_of(contacts: Collection[UUID]) -> list[tuple[UUID, AliasKind, str]]:
    """Every living address of these contacts with whose it is and its kind, as far as they open."""
    rows = Alias.objects.filter(contact__in=list(contacts), valid_to=None).values_list("id", "contact", "kind")
    known = {alias: (contact, AliasKind(kind)) for alias, contact, kind in rows}
    return [(*known[alias], value) for alias, value in named(known).items()]


def in_review(ids: Collection[UUID], persons: Mapping[UUID, Sequence[UUID]] | None = None) -> set[UUID]:
    """Those contacts about whom, or about whom they are one person with, there is an open doubt.

    Whoever took over their number is not in doubt.
    """
    merged = members(ids) if persons is None else persons
    with connection.cursor() as cursor:
        cursor.execute(_DOUBTED, [[*{*ids, *chain.from_iterable(merged.values())}]])
        doubted = {contact for (contact,) in cursor.fetchall()}
    return {contact for contact in ids if not doubted.isdisjoint(merged.get(contact, (contact,)))}


def doubts_about(person: Collection[UUID]) -> set[ReviewKind]:
    """What is in doubt about any of these contacts of a person."""
    open_ = Review.objects.filter(contact__in=person, settled_at__isnull=True)
    return {ReviewKind(kind) for kind in open_.values_list("kind", flat=True)}


def open_reviews(limit: int) -> list[OpenReview]:
    """The doubts that wait for a person, oldest first."""
    rows = Review.objects.filter(settled_at__isnull=True).order_by("created_at", "id")
    return [
        OpenReview(id_, Doubt(ReviewKind(kind), contact, other), since)
        for id_, kind, contact, other, since in rows.values_list("id", "kind", "contact_id", "other_id", "created_at")[
            :limit
        ]
    ]


def open_reviews_about(contacts: Collection[UUID]) -> list[OpenReview]:
    """The doubts about any of these contacts that wait for a person, oldest first."""
    rows = Review.objects.filter(contact_id__in=set(contacts), settled_at__isnull=True).order_by("created_at", "id")
    return [
        OpenReview(id_, Doubt(ReviewKind(kind), contact, other), since)
        for id_, kind, contact, other, since in rows.values_list("id", "kind", "contact_id", "other_id", "created_at")
    ]


def open_review(review_id: UUID) -> Doubt | None:
    """The doubt, None if it is settled or never was."""
    row = Review.objects.filter(pk=review_id, settled_at__isnull=True).values_list("kind", "contact_id", "other_id")
    return next((Doubt(ReviewKind(kind), contact, other) for kind, contact, other in row), None)


def reviews_waiting(limit: int) -> int:
    """How many doubts wait for a person; counted up to `limit`."""
    return Review.objects.filter(settled_at__isnull=True)[:limit].count()


def spoken() -> list[str]:
    """The codes of the languages that contacts speak, as far as somebody said so."""
    with connection.cursor() as cursor:
        cursor.execute(SPOKEN)
        return [code for (code,) in cursor.fetchall()]


def first_seen(ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When each contact was first heard of."""
    return dict(Contact.objects.filter(id__in=set(ids)).values_list("id", "created_at"))


def _opened(rows: Collection[tuple[UUID, UUID, int, bytes, bytes]], what: bytes = b"") -> dict[UUID, str]:
    """Clear text by row id, of rows (row id, contact, month, wrapped, ciphertext).

    What does not open is left out: its person was erased, or the row was changed, which doctor reports; neither may
    take a whole list away.
    """
    keys = keks({(contact, Klass.IDENTITY, month) for _, contact, month, _, _ in rows}, create=False) if rows else {}
    clear = {}
    for id_, contact, month, wrapped, ciphertext in rows:
        key = keys.get((contact, Klass.IDENTITY, month))
        if key is None:
            continue
        try:
            plaintext, _ = open_(key, Sealed(wrapped, ciphertext), aad(Klass.IDENTITY, id_) + what)
        except Unreadable:
            continue
        clear[id_] = plaintext.decode()
    return clear
