"""Contacts by what somebody typed.

A number or id is looked up among all of them, by its keyed index. Names lie sealed: one is found only among contacts
whose names are opened for it. What was typed is neither stored nor logged.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from jawort.core.phone import readings
from jawort.people.queries import all_names
from jawort.people.rules import AliasKind, Key, Nameless, classify
from jawort.people.spelling import Word, fits
from jawort.vault.blind import blind

# Each key is one probe of the index of living addresses, and one of that of ended ones.
HOLDERS: Final = """
SELECT DISTINCT h.contact_id, h.living
  FROM unnest(%b::text[], %b::text[], %b::bytea[]) AS w (kind, scope, blind)
 CROSS JOIN LATERAL (
       (SELECT contact_id, TRUE AS living FROM people_alias a
         WHERE a.kind = w.kind AND a.scope = w.scope AND a.blind = w.blind AND a.valid_to IS NULL LIMIT 1)
       UNION ALL
       SELECT contact_id, FALSE FROM people_alias a
        WHERE a.kind = w.kind AND a.scope = w.scope AND a.blind = w.blind AND a.valid_to IS NOT NULL) AS h
"""


@dataclass(frozen=True, slots=True)
class Holders:
    """Who has an address now, and who had it once and has it no longer."""

    living: frozenset[UUID]
    ended: frozenset[UUID]


def holders(text: str, homes: Iterable[str], scopes: Collection[str]) -> Holders | None:
    """Whose number or id `text` is; None if it is neither.

    `homes` are numbers of ours in digits, as core.phone.readings takes them, `scopes` the portfolios of our lines.
    """
    keys = _keys(text, homes, scopes)
    if not keys:
        return None
    with connection.cursor() as cursor:
        kinds, scopes_, marks = zip(*keys, strict=True)
        cursor.execute(HOLDERS, [[kind.value for kind in kinds], list(scopes_), list(marks)])
        rows = cursor.fetchall()
    living = frozenset(contact for contact, lives in rows if lives)
    return Holders(living, frozenset(contact for contact, _ in rows) - living)


def called(wanted: Collection[Word], among: Collection[UUID]) -> set[UUID]:
    """Those of these contacts who have a name or username with words that begin like the wanted ones."""
    return {contact for contact, names in all_names(among).items() if any(fits(wanted, name) for name in names.every)}


def _keys(text: str, homes: Iterable[str], scopes: Collection[str]) -> list[Key]:
    marks = [blind("phone", number.digits) for number in readings(text, homes)]
    if marks:
        return [Key(kind, "", mark) for kind in (AliasKind.WA_ID, AliasKind.PHONE) for mark in marks]
    try:
        claim = classify(text, None, None)
    except Nameless:
        return []
    ids = ((AliasKind.BSUID, claim.bsuid), (AliasKind.PARENT_BSUID, claim.parent_bsuid))
    return [Key(kind, scope, blind("bsuid", value)) for kind, value in ids if value for scope in scopes]
