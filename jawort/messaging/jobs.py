"""The lane kinds of this package."""

from jawort.lanes.outcome import Handler
from jawort.messaging.carrier import Carrier
from jawort.messaging.contact_book import DELETE, Book, ContactBook
from jawort.messaging.deliver import Deliver
from jawort.messaging.send import DELIVER


def handlers(carrier: Carrier, book: Book | None = None) -> dict[str, Handler]:
    """Handler by kind; without a way to the platform's contact book nothing is deleted from it."""
    found: dict[str, Handler] = {DELIVER: Deliver(carrier)}
    return found if book is None else found | {DELETE: ContactBook(book)}
