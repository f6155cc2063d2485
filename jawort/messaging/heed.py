"""What a failure says of the person's will."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from jawort.consent.rules import Purpose
from jawort.consent.stop import object_themselves

#: The person has stopped marketing messages at the platform, and may have told us nothing else.
STOPPED_MARKETING: Final = "131050"


def heed(failures: Iterable[tuple[UUID, str]], at: datetime) -> None:
    """Object to marketing for each contact whose message failed, given with its code, because they stopped it.

    Needs an open transaction.
    """
    stopped = {contact for contact, code in failures if code == STOPPED_MARKETING}
    object_themselves(stopped, Purpose.CAMPAIGNS, at=at, source=f"whatsapp.{STOPPED_MARKETING}")
