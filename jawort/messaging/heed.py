"""What failures say of the person's will, and of what they have read."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from jawort.consent.asking import close
from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.stop import object_themselves
from jawort.messaging.models import Message
from jawort.messaging.rules import State

#: The person has stopped marketing messages at the platform, and may have told us nothing else.
STOPPED_MARKETING: Final = "131050"


def heed(failures: Iterable[tuple[Message, str]], at: datetime) -> None:
    """Object to marketing for whose message failed because they stopped it; what never arrived has asked nothing.

    Each message comes with the code of its failure. Needs an open transaction.
    """
    told = list(failures)
    stopped = {message.contact_id: None for message, code in told if code == STOPPED_MARKETING}
    object_themselves(stopped, CAMPAIGNS, at=at, source=f"whatsapp.{STOPPED_MARKETING}")
    if lost := [message.pk for message, _ in told if message.state == State.FAILED]:
        close(lost, at)
