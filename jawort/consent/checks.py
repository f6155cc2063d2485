"""What must hold of consents at rest."""

from collections.abc import Iterator

from django.db import connection

from jawort.consent.borne_out import committed
from jawort.consent.elsewhere import evidence_of, packed
from jawort.consent.existing import opened_sales
from jawort.consent.models import ConsentEvent, ExistingCustomer, Text
from jawort.consent.purposes import purposes
from jawort.consent.texts import Whole
from jawort.core.finding import Finding
from jawort.ledger.models import Entry

FINDINGS_MAX = 100  # of each kind: more say nothing new
SAMPLE_ROWS = 200  # of the newest evidence: all of it would take minutes

# A yes names the text that was read, and the entry that tells of it names the person and what happened.
_UNPROVED = f"""
SELECT e.id FROM consent_event e
  LEFT JOIN ledger_entry l ON l.id = e.entry
 WHERE (e.event IN ('given', 'confirmed') AND e.text_id IS NULL)
    OR l.kind IS DISTINCT FROM 'consent.changed' OR l.object IS DISTINCT FROM e.contact_id
    OR l.facts ->> 'change' IS DISTINCT FROM e.event OR l.facts ->> 'purpose' IS DISTINCT FROM e.purpose
    OR e.at IS DISTINCT FROM COALESCE((l.facts ->> 'happened_at')::timestamptz, l.at)
    OR (l.facts ? 'evidence') IS DISTINCT FROM EXISTS (SELECT FROM consent_evidence v WHERE v.event_id = e.id)
    OR l.facts ->> 'text' IS DISTINCT FROM e.text_id OR l.facts ->> 'message' IS DISTINCT FROM e.message::text
 ORDER BY e.id LIMIT {FINDINGS_MAX}
"""  # noqa: S608 - a number of ours

# A picture is named by its hash, and the entry under which it was kept says that name.
_REPAINTED = f"""
SELECT p.id FROM consent_picture p
  LEFT JOIN ledger_entry l ON l.id = p.entry
 WHERE encode(sha256(p.content), 'hex') <> p.id
    OR l.kind IS DISTINCT FROM 'consent_text.changed' OR NOT COALESCE(l.facts -> 'pictures' ? p.id, false)
 ORDER BY p.id LIMIT {FINDINGS_MAX}
"""  # noqa: S608 - a number of ours


# Whoever was recorded as an existing customer has an entry that says so of them, with the commitment to the words.
_UNSOLD = f"""
SELECT c.id FROM consent_existing_customer c
  LEFT JOIN ledger_entry l ON l.id = c.entry
 WHERE l.kind IS DISTINCT FROM 'existing_customer.changed' OR l.object IS DISTINCT FROM c.contact_id
    OR l.facts ->> 'change' IS DISTINCT FROM 'recorded' OR l.facts ->> 'purpose' IS DISTINCT FROM c.purpose
    OR l.facts ->> 'sold_on' IS DISTINCT FROM c.sold_on::text OR NOT l.facts ? 'evidence'
 ORDER BY c.id LIMIT {FINDINGS_MAX}
"""  # noqa: S608 - a number of ours

_SPOKEN_OF = """
SELECT purpose FROM consent_text UNION SELECT purpose FROM consent_event UNION SELECT purpose FROM consent_objection
UNION SELECT purpose FROM consent_opt_in_link UNION SELECT purpose FROM consent_existing_customer
"""


def findings() -> list[Finding]:
    """Texts and pictures that are not what their names say, events that the ledger does not bear out, and purposes that
    nobody has declared."""
    return [*_changed_texts(), *_repainted(), *_unproved(), *_unborne(), *_unsold(), *_undeclared()]


def _unsold() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(_UNSOLD)
        for (row,) in cursor.fetchall():
            yield Finding("consent.existing", f"Existing customer {row} is not what its entry in the ledger says.")
    newest = list(ExistingCustomer.objects.select_related("contact").order_by("-pk")[:SAMPLE_ROWS])
    entries = Entry.objects.in_bulk([row.entry for row in newest])
    for kept, opened in opened_sales(newest):
        entry = entries.get(kept.entry)
        if opened and (entry is None or entry.facts.get("evidence") != committed(opened[1], opened[0])):
            yield Finding("consent.existing", f"The words of existing customer {kept.pk} are not those committed to.")


def _undeclared() -> Iterator[Finding]:
    known = purposes()
    with connection.cursor() as cursor:
        cursor.execute(_SPOKEN_OF)
        for (purpose,) in cursor.fetchall():
            if purpose not in known:
                yield Finding("consent.purpose", f"Nobody has declared the purpose “{purpose}” that consents name.")


def _changed_texts() -> Iterator[Finding]:
    for text in Text.objects.order_by("pk").iterator():
        if Whole.of(text).id != text.pk:
            yield Finding("consent.text", f"Consent text {text.pk} says something else than when it was put into use.")


def _repainted() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(_REPAINTED)
        for (picture,) in cursor.fetchall():
            yield Finding("consent.picture", f"Picture {picture} of a consent form is not the one that was kept.")


def _unproved() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(_UNPROVED)
        for (event,) in cursor.fetchall():
            yield Finding("consent.event", f"Consent event {event} is not what its entry in the ledger says.")


def _unborne() -> Iterator[Finding]:
    """Evidence that is not what its entry commits to. Whose keys are gone is not asked."""
    newest = list(ConsentEvent.objects.filter(evidence__isnull=False).order_by("-pk")[:SAMPLE_ROWS])
    entries = Entry.objects.in_bulk([event.entry for event in newest])
    shown = evidence_of(newest)
    for event in newest:
        held, entry = shown[event.pk], entries.get(event.entry)
        if held.words is None or held.salt is None:
            continue
        if entry is None or entry.facts.get("evidence") != committed(held.salt, packed(held.words)):
            yield Finding("consent.evidence", f"The evidence of consent event {event.pk} is not what was committed to.")
