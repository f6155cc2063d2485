"""Who is writing: find the contacts of a batch of senders, make the new ones."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from jawort.core.ids import uuid7
from jawort.people import book
from jawort.people.called import rename
from jawort.people.rules import AliasKind, Book, Claim, Decision, Key, Marks, classify, clean_name, decide
from jawort.vault.blind import blind
from jawort.vault.keys import keks
from jawort.vault.seal import Klass, Unreadable, month_of

#: An alias says by the day when it was last used: finer would be a write for every message and nobody's business.
SEEN_AGAIN = timedelta(days=1)

# Waits for nobody: what is skipped here is written with the next message.
_TOUCH = """
UPDATE people_alias SET last_seen = %s
 WHERE id IN (SELECT id FROM people_alias WHERE id = ANY(%b::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent something, as the channel says. `scope` is the portfolio of the line; at least one address is there."""

    phone: str | None
    bsuid: str | None
    parent_bsuid: str | None
    name: str | None
    scope: str
    username: str | None = None


@dataclass(slots=True)
class Addresses:
    """The addresses of a batch in clear, by their keys. Lives as long as the batch."""

    values: dict[Key, str] = field(default_factory=dict)
    _known: dict[Sender, Marks] = field(default_factory=dict)

    def of(self, sender: Sender) -> Marks:
        """What a sender comes with, as keys; found out once a batch. Raises Nameless."""
        if sender not in self._known:
            claim = classify(sender.phone, sender.bsuid, sender.parent_bsuid)
            self._known[sender] = self.marked(claim, sender.scope)
        return self._known[sender]

    def marked(self, claim: Claim, scope: str) -> Marks:
        """The claim with its values replaced by their keyed indexes, which are noted here."""
        marks = Marks.of(
            scope,
            number=None if claim.number is None else blind("phone", claim.number),
            bsuid=None if claim.bsuid is None else blind("bsuid", claim.bsuid),
            parent_bsuid=None if claim.parent_bsuid is None else blind("bsuid", claim.parent_bsuid),
        )
        known = {
            AliasKind.BSUID: claim.bsuid,
            AliasKind.PARENT_BSUID: claim.parent_bsuid,
            AliasKind.WA_ID: claim.number,
            AliasKind.PHONE: claim.number,
        }
        for key in marks.keys:
            self.values[key] = known[key.kind] or ""
        return marks


def resolve(senders: Sequence[Sender], at: datetime, addresses: Addresses | None = None) -> list[UUID]:
    """The contact of each sender, in order; made where nobody is known. For up to some 300 senders at once.

    `addresses` is the batch's, where it has looked at its senders before.

    The number of queries does not grow with the batch. Later senders see what earlier ones changed. Contacts made,
    aliases added and closed, and doubts are entered in the ledger. Raises Nameless for a sender without any address.
    """
    if not senders:
        return []
    addresses = addresses or Addresses()
    marks = [addresses.of(sender) for sender in senders]

    def decide_all(of: Book) -> list[Decision]:
        return [_decided(of, one) for one in marks]

    with transaction.atomic():
        page, decisions = book.settle(addresses.values, decide_all)
        said = {d.contact: name for d, s in zip(decisions, senders, strict=True) if (name := clean_name(s.name))}
        nicks = {d.contact: nick for d, s in zip(decisions, senders, strict=True) if (nick := clean_name(s.username))}
        identity_keys = keys_for(page, decisions, said.keys() | nicks.keys(), at)
        if any(decision.changes for decision in decisions):
            book.write(page, decisions, addresses.values, said, identity_keys, at, reason="moved")
        _touch(page, decisions, at)
        rename(page, said, nicks, identity_keys, at)
    return [decision.contact for decision in decisions]


def keys_for(
    page: book.Page, decisions: Sequence[Decision], also: Collection[UUID], at: datetime
) -> Mapping[UUID, bytes]:
    """The identity keys of new contacts, which are made, and of known ones that get an alias or are in `also`.

    Raises Unreadable if a known contact's key is gone: then the contact is being erased and nothing may be added.
    """
    month = month_of(at)
    created = {decision.contact for decision in decisions if decision.created}
    added = {decision.contact for decision in decisions if decision.attach}
    fresh = {(id_, Klass.IDENTITY, month) for id_ in created}
    known = {(id_, Klass.IDENTITY, page.months[id_]) for id_ in (added | set(also)) - created}
    found = (keks(fresh, create=True) if fresh else {}) | (keks(known, create=False) if known else {})
    if len(found) < len(fresh) + len(known):
        raise Unreadable("a contact has no key any more")
    return {ref[0]: key for ref, key in found.items()}


def _decided(of: Book, marks: Marks) -> Decision:
    decision = decide(of, marks, uuid7())
    of.apply(decision)
    return decision


def _touch(page: book.Page, decisions: Sequence[Decision], at: datetime) -> None:
    asked = {key for decision in decisions for key in decision.asked}
    old = sorted(row.id for key in asked if (row := page.rows.get(key)) and at - row.last_seen >= SEEN_AGAIN)
    if old:
        with connection.cursor() as cursor:
            cursor.execute(_TOUCH, [at, old])
