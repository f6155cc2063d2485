"""A person settles a doubt about who somebody is."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.people.book import settling
from jawort.people.models import Alias, Contact, Review
from jawort.people.rules import VERDICTS, AliasKind, Doubt, ReviewKind, Verdict


class CannotSettle(ValueError):
    """The verdict makes no sense for this kind of doubt."""


@transaction.atomic
def settle(review_id: UUID, verdict: Verdict, *, actor: str, at: datetime) -> UUID | None:
    """Settle the doubt; the contact it was about, or None if it was settled before: then nothing is written.

    Other doubts about the same contact stay open. Raises CannotSettle, and Review.DoesNotExist.
    """
    about = Review.objects.only("contact_id").get(pk=review_id).contact_id
    Contact.objects.select_for_update(no_key=True).get(pk=about)  # as who writes aliases does: one after the other
    review = Review.objects.select_for_update().get(pk=review_id)
    doubt = Doubt(ReviewKind(review.kind), review.contact_id, review.other_id)
    if verdict not in VERDICTS[doubt.kind]:
        raise CannotSettle(f"{verdict} does not settle {doubt.kind}")
    if review.settled_at is not None:
        return None
    Review.objects.filter(pk=review.pk).update(settled_at=at)
    closed = _close_numbers(review, at, actor) if verdict is Verdict.LEFT else []
    record([settling(review.pk, doubt, verdict, actor), *closed], at)
    return about


def _close_numbers(review: Review, at: datetime, actor: str) -> list[Entry]:
    """Close the number that the doubt was about; one that came after it was raised is another."""
    held = Alias.objects.filter(contact=review.contact_id, valid_to=None, first_seen__lte=review.created_at)
    numbers = held.filter(kind__in=[AliasKind.WA_ID, AliasKind.PHONE]).order_by("id")
    rows = list(numbers.values_list("id", "kind"))
    Alias.objects.filter(id__in=[id_ for id_, _ in rows]).update(valid_to=at)
    return [
        Entry(Kind.ALIAS_CLOSED, actor, review.contact_id, {"alias": str(id_), "kind": kind, "reason": "settled"})
        for id_, kind in rows
    ]
