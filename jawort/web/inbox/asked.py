"""What a request asks of the list: a view, filters, an order. In addresses stand ids and fixed words, nothing else."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.http import urlencode

from jawort.messaging.listing import Filters, Order, Place, Wait
from jawort.messaging.queries import Listing, View
from jawort.web.inbox.forms import first_id, moment, uuids
from jawort.web.inbox.words import LANGUAGES

YES: Final = "yes"
LABELS_MAX: Final = 5  # at once: nobody looks for more, and each is a look into an index


def asked(request: HttpRequest) -> Listing:
    """What the address or the form says; what it says wrongly is left out."""
    said = request.POST if "view" in request.POST else request.GET
    view, waits, order = said.get("view"), said.get("waits"), said.get("order")
    language = said.get("language", "")
    filters = Filters(
        labels=tuple(dict.fromkeys(uuids(",".join(said.getlist("label")), limit=LABELS_MAX))),
        line=first_id(said.get("line", "")),
        language=language if language in LANGUAGES else "",
        waits=Wait(waits) if waits in set(Wait) else None,
        closing=said.get("closing") == YES,
        unread=said.get("unread") == YES,
    )
    return Listing(
        View(view) if view in set(View) else View.ALL, filters, Order(order) if order in set(Order) else Order.NEWEST
    )


def pairs(listing: Listing) -> list[tuple[str, str]]:
    """The listing as names and values: of an address, or of hidden fields."""
    by = listing.filters
    found = [("view", str(listing.view))] + [("label", str(label)) for label in by.labels]
    found += [("line", str(by.line))] if by.line else []
    found += [("language", by.language)] if by.language else []
    found += [("waits", by.waits.value)] if by.waits else []
    found += [("closing", YES)] if by.closing else []
    found += [("unread", YES)] if by.unread else []
    return found + ([("order", listing.order.value)] if listing.order is not Order.NEWEST else [])


def query(listing: Listing) -> str:
    """The listing as an address says it."""
    return urlencode(pairs(listing))


def place(request: HttpRequest) -> Place | None:
    """Behind which row the page begins that the address names."""
    said = request.GET
    after: UUID | None = first_id(said.get("after", ""))
    if after is None:
        return None
    return Place(after, moment(said.get("at", "")), int(said.get("part") == "1"), moment(said.get("now", "")))


def more(behind: Place | None) -> str:
    """The next page's beginning, as an address says it; empty if there is none."""
    if behind is None or behind.at is None or behind.now is None:
        return ""
    said = {"after": str(behind.id), "at": behind.at.isoformat(), "now": behind.now.isoformat()}
    return urlencode(said | ({"part": "1"} if behind.part else {}))
