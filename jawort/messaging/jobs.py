"""The lane kinds of this package."""

from jawort.lanes.outcome import Handler
from jawort.messaging.carrier import Carrier
from jawort.messaging.contact_book import DELETE, ContactBook
from jawort.messaging.deliver import Deliver
from jawort.messaging.send import DELIVER


def handlers(carrier: Carrier, graph_url: str = "") -> dict[str, Handler]:
    """Handler by kind. What is no message goes to `graph_url` by itself; without it nothing does."""
    return {DELIVER: Deliver(carrier)} | ({DELETE: ContactBook(graph_url)} if graph_url else {})
