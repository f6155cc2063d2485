"""The lane kinds of this package."""

from jawort.lanes.outcome import Handler
from jawort.messaging.carrier import Carrier
from jawort.messaging.deliver import Deliver
from jawort.messaging.send import DELIVER


def handlers(carrier: Carrier) -> dict[str, Handler]:
    """Handler by kind."""
    return {DELIVER: Deliver(carrier)}
