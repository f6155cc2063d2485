"""The places of the desk: the menu, the keys that lead to them and the commands are made from this list."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from jawort.alarms import queries as alarms
from jawort.lines import notices
from jawort.people import queries as people
from jawort.staff.access import holds
from jawort.staff.models import Agent
from jawort.staff.permissions import Permission

COUNTED_MAX = 99  # of what waits for somebody, beside a line of the menu


@dataclass(frozen=True, slots=True)
class Place:
    """A screen in the menu. After G its `key` leads there. `waiting` counts what waits there, up to a limit; `open`

    are the words that readers hear beside the number. On a phone `always` is said of what the bottom bar never hides.
    """

    screen: str
    permission: Permission
    icon: str
    name: str | Promise
    key: str
    always: bool = False
    waiting: Callable[[int], int] | None = None
    open: str | Promise = ""

    @property
    def route(self) -> str:
        """The name of its address."""
        return "settings:me" if self.screen == "settings" else f"{self.screen}:index"


@dataclass(frozen=True, slots=True)
class Shown:
    """A place in somebody's menu: how many wait there, as it is read, and whether it gives way on a phone."""

    place: Place
    waits: str
    wide: bool


# Names for tools/icons.py: icon:inbox icon:contact icon:shield-check icon:circle-parking icon:circle-help
# icon:forward icon:megaphone icon:siren icon:settings
PLACES = (
    Place("inbox", Permission.CONVERSATION_READ, "inbox", gettext_lazy("Inbox"), "I", always=True),
    Place("contacts", Permission.CONTACT_READ, "contact", gettext_lazy("Contacts"), "C", always=True),
    Place("ledger", Permission.LEDGER_READ, "shield-check", gettext_lazy("Ledger"), "L", always=True),
    Place("flows", Permission.EGRESS_READ, "forward", gettext_lazy("Data flows"), "D"),
    Place("parked", Permission.PARKED_READ, "circle-parking", gettext_lazy("Parked"), "P"),
    Place(
        "reviews",
        Permission.REVIEW_SETTLE,
        "circle-help",
        gettext_lazy("Reviews"),
        "R",
        waiting=people.reviews_waiting,
        open=pgettext_lazy("reviews", "open"),
    ),
    Place(
        "notices",
        Permission.NOTICE_READ,
        "megaphone",
        gettext_lazy("Notices"),
        "N",
        waiting=notices.waiting,
        open=pgettext_lazy("notices", "open"),
    ),
    Place(
        "alarms",
        Permission.ALARM_READ,
        "siren",
        gettext_lazy("Alarms"),
        "A",
        waiting=alarms.waiting,
        open=pgettext_lazy("alarms", "open"),
    ),
    Place("settings", Permission.SETTINGS_OWN, "settings", gettext_lazy("Settings"), "S"),
)


def places(person: Agent, screen: str) -> list[Shown]:
    """Where this person may go, who is at `screen` now."""
    return [_shown(place, screen) for place in PLACES if holds(person, place.permission)]


def _shown(place: Place, screen: str) -> Shown:
    waits = read(place.waiting(COUNTED_MAX + 1)) if place.waiting else ""
    stays = place.always or waits or (screen == place.screen and place.screen != "settings")
    return Shown(place, waits, wide=not stays)


def read(count: int) -> str:
    """How many wait, as it is read beside a line of the menu and before the title of a tab; empty for none."""
    return f"{COUNTED_MAX}+" if count > COUNTED_MAX else str(count or "")
