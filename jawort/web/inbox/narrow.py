"""What stands above the list: filters that are on, the menus to change them, and what is done to chosen rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from jawort.core import clock
from jawort.lines.queries import every
from jawort.messaging.labels.queries import Defined, labels
from jawort.messaging.listing import ALL_OF_THEM, WAITS, Filters, Order, Wait
from jawort.messaging.queries import Listing
from jawort.people.queries import spoken
from jawort.staff.permissions import Permission
from jawort.staff.queries import who_may
from jawort.web.inbox.asked import LABELS_MAX, pairs, query
from jawort.web.inbox.snoozes import presets
from jawort.web.inbox.words import language_name

#: What each order is called, and how the list says it.
ORDERS: Mapping[Order, tuple[str | Promise, str | Promise]] = {
    Order.NEWEST: (gettext_lazy("Newest first"), gettext_lazy("Conversations, newest first")),
    Order.WAITING: (gettext_lazy("Longest waiting first"), gettext_lazy("Conversations, longest waiting first")),
    Order.WINDOW: (gettext_lazy("Window ends first"), gettext_lazy("Conversations, by the end of their window")),
}
LONG: Mapping[Wait, str | Promise] = {
    Wait.QUARTER: gettext_lazy("Waiting for over 15 min"),
    Wait.HOUR: gettext_lazy("Waiting for over an hour"),
    Wait.HOURS: gettext_lazy("Waiting for over 4 h"),
    Wait.DAY: gettext_lazy("Waiting for over a day"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose in a menu: where it leads, and whether it is on now; then it leads back."""

    name: str | Promise
    query: str
    is_on: bool
    hue: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Choices that belong together."""

    name: str | Promise
    choices: Sequence[Choice]


def above(listing: Listing) -> dict[str, object]:
    """What the template is given."""
    by = listing.filters
    known = labels(by.labels)
    groups = [group for group in _groups(listing, known) if group.choices]
    orders = [
        Choice(name, query(replace(listing, order=order)), order is listing.order)
        for order, (name, _) in ORDERS.items()
    ]
    usual = query(replace(listing, order=Order.NEWEST))
    chosen = [replace(each, query=usual) for each in orders if each.is_on and each.query != usual]
    return {
        "groups": groups,
        "chips": [choice for group in groups for choice in group.choices if choice.is_on] + chosen,
        "orders": orders,
        "order": listing.order,
        "list_label": ORDERS[listing.order][1],
        "listing": listing,
        "waits_s": int(WAITS[by.waits].total_seconds()) if by.waits else "",
        "is_narrowed": by != ALL_OF_THEM,
        "unnarrowed": query(replace(listing, filters=ALL_OF_THEM)),
        "fields": pairs(listing),
        "labels_to_put": [label for label in known if label.retired_at is None],
    }


def choices() -> dict[str, object]:
    """What can be done to several conversations at once."""
    return {
        "agents": who_may(Permission.CONVERSATION_WRITE),
        "snoozes": presets(timezone.localtime(clock.now())),
    }


def _groups(listing: Listing, known: Sequence[Defined]) -> list[Group]:
    by = listing.filters

    def choice(name: str | Promise, changed: Filters, is_on: bool, hue: int | None = None) -> Choice:
        return Choice(name, query(replace(listing, filters=changed)), is_on, hue)

    lines = every()
    return [
        Group(
            gettext("Show only"),
            [
                choice(gettext("Unread"), replace(by, unread=not by.unread), by.unread),
                choice(gettext("Window ends within 4 h"), replace(by, closing=not by.closing), by.closing),
                *(
                    choice(name, replace(by, waits=None if by.waits is wait else wait), by.waits is wait)
                    for wait, name in LONG.items()
                ),
            ],
        ),
        Group(
            gettext("Labels"),
            [
                choice(label.name, replace(by, labels=_toggled(by.labels, label.id)), label.id in by.labels, label.hue)
                for label in _fitting(known, by)
            ],
        ),
        Group(
            gettext("Lines"),
            [
                choice(line.name, replace(by, line=None if by.line == line.pk else line.pk), by.line == line.pk)
                for line in lines
                if len(lines) > 1 or by.line == line.pk
            ],
        ),
        Group(
            gettext("Languages"),
            [
                choice(name, replace(by, language="" if by.language == code else code), by.language == code)
                for name, code in sorted((language_name(code), code) for code in {*spoken(), by.language} - {""})
            ],
        ),
    ]


def _fitting(known: Sequence[Defined], by: Filters) -> list[Defined]:
    """Those to choose from: no more can be on than an address takes."""
    full = len(by.labels) >= LABELS_MAX
    return [each for each in known if each.id in by.labels or not full]


def _toggled(labels: tuple[UUID, ...], one: UUID) -> tuple[UUID, ...]:
    return tuple(each for each in labels if each != one) if one in labels else (*labels, one)
