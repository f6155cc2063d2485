"""Somebody decides that two contacts are one person, or takes that back. Nothing merges by itself.

A merge is a pointer and nothing else: aliases, messages and keys stay with the contact that they came for. So taking it
back restores what was, and a wrong merge has given nobody's key to anybody.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.people.book import settling
from jawort.people.models import Contact, Merge, Review
from jawort.people.rules import Doubt, ReviewKind, Verdict


class CannotMerge(ValueError):
    """They are one contact, or the one to be merged stands in front of others: undo that first. Nothing was changed."""


class NotMerged(ValueError):
    """The contact is merged with nobody, or is the one in front."""


@transaction.atomic
def merge(into: UUID, other: UUID, *, actor: str, at: datetime) -> Merge:
    """From now on `other` is one person with `into`. Doubts between the two end. Raises CannotMerge."""
    held = {c.pk: c for c in Contact.objects.select_for_update(no_key=True).filter(pk__in=[into, other]).order_by("pk")}
    if len(held) != 2:
        raise CannotMerge("A contact cannot be merged with itself or with nobody.")
    if held[other].person_id is not None or held[into].person_id not in (None, into):
        raise CannotMerge("One of them is merged already: undo that first, or merge into the contact in front.")
    Contact.objects.filter(pk__in=[into, other]).update(person=into)
    between = Q(contact=into, other=other) | Q(contact=other, other=into)
    doubts = list(Review.objects.select_for_update(no_key=True).filter(between, settled_at=None).order_by("pk"))
    Review.objects.filter(pk__in=[doubt.pk for doubt in doubts]).update(settled_at=at)
    merged = Merge.objects.create(
        id=uuid7(), into_id=into, other_id=other, at=at, settled=[str(doubt.pk) for doubt in doubts]
    )
    record(
        [
            Entry(Kind.CONTACT_MERGED, actor, other, {"merge": str(merged.pk)}, related=into),
            *(
                settling(d.pk, Doubt(ReviewKind(d.kind), d.contact_id, d.other_id), Verdict.MERGED, actor)
                for d in doubts
            ),
        ],
        at,
    )
    return merged


@transaction.atomic
def unmerge(other: UUID, *, actor: str, at: datetime) -> Merge:
    """`other` is a contact of its own again, and the doubts that ended with the merge are open again.

    Raises NotMerged.
    """
    merged = Merge.objects.select_for_update(no_key=True).filter(other=other, undone_at=None).first()
    if merged is None:
        raise NotMerged("This contact is merged into no other.")
    ids = [merged.into_id, other]
    list(Contact.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    Contact.objects.filter(pk=other).update(person=None)
    if not Contact.objects.filter(person=merged.into_id).exclude(pk=merged.into_id).exists():
        Contact.objects.filter(pk=merged.into_id).update(person=None)
    Merge.objects.filter(pk=merged.pk).update(undone_at=at)
    record([Entry(Kind.CONTACT_UNMERGED, actor, other, {"merge": str(merged.pk)}, related=merged.into_id)], at)
    _reopen(merged, actor, at)
    return merged


def _reopen(merged: Merge, actor: str, at: datetime) -> None:
    """Open the doubts anew, but those that were raised once more meanwhile."""
    for doubt in Review.objects.filter(pk__in=merged.settled).order_by("pk"):
        alike = Review.objects.filter(kind=doubt.kind, contact=doubt.contact_id, other=doubt.other_id, settled_at=None)
        if alike.exists():
            continue
        Review.objects.filter(pk=doubt.pk).update(settled_at=None)
        facts = {"review": str(doubt.pk), "kind": doubt.kind}
        record([Entry(Kind.REVIEW_RAISED, actor, doubt.contact_id, facts, related=doubt.other_id)], at)
