"""What customers tell the platform about marketing is taken in.

The platform's switch is no record of a consent: nobody was shown a text of ours. So `stop` is an objection to marketing
(Art. 21(2) GDPR), and `resume` and `signup` are kept as what they are, something that was said; they lift nothing and
permit nothing, in whatever order they come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from jawort.consent.models import Preference
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.stop import object_themselves
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record

WISH_CHARACTERS_MAX = 16
STOP: Final = "stop"
SOURCE: Final = "whatsapp"


@dataclass(frozen=True, slots=True)
class Wish:
    """What one person told the platform, with the line through which it told us. `wish` is its word."""

    contact_id: UUID
    line_id: UUID
    subject: str
    wish: str
    signup_ref: str
    told_at: datetime


def take_wishes(wishes: Sequence[Wish], at: datetime) -> None:
    """Keep what was told, and object for whoever said stop. Needs the batch's transaction."""
    if not wishes:
        return
    Preference.objects.bulk_create(
        Preference(
            contact_id=wish.contact_id,
            line_id=wish.line_id,
            subject=wish.subject,
            wish=wish.wish[:WISH_CHARACTERS_MAX],
            signup_ref=wish.signup_ref,
            told_at=wish.told_at,
            received_at=at,
        )
        for wish in wishes
    )
    record(
        [
            Entry(
                Kind.PREFERENCE_TOLD,
                f"customer:{wish.contact_id}",
                wish.contact_id,
                {"subject": wish.subject, "wish": wish.wish[:WISH_CHARACTERS_MAX]},
                related=wish.line_id,
            )
            for wish in wishes
        ],
        at,
    )
    object_themselves({wish.contact_id: None for wish in wishes if wish.wish == STOP}, CAMPAIGNS, at=at, source=SOURCE)
