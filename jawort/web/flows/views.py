"""The data flows for people: the egress register, the stores, and the firewall's list."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jawort.channels.destinations import LEAVES, PERSONAL, Destination
from jawort.core import clock
from jawort.core.config import Config
from jawort.core.place import Located, located
from jawort.egress.firewall import Opening, configured, openings
from jawort.egress.queries import Sums, sums
from jawort.egress.words import DATA, OPENINGS, STORES, WORDS, Store, Words
from jawort.staff.access import requires
from jawort.staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class Leaving:
    """A category that may go to a destination, and how often it did."""

    name: str
    personal: bool
    sums: Sums


@dataclass(frozen=True, slots=True)
class Flow:
    """A destination with what went there within 30 days, and what may and did not; `hosts` as the settings name them.

    `here` if it is on this machine.
    """

    words: Words
    hosts: str
    leaving: list[Leaving]
    idle: list[str]
    here: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A store, and where it is as the settings say."""

    store: Store
    at: Located


@dataclass(frozen=True, slots=True)
class Passes:
    """A line of the firewall's list, with what it is for."""

    opening: Opening
    why: str


@require_GET
@requires(Permission.EGRESS_READ)
def index(request: HttpRequest) -> HttpResponse:
    """Everything that leaves, and where what lies."""
    config: Config = settings.CONFIG
    ways, counted, called = openings(config), sums(clock.now()), configured(config)
    known = called | {where for where, _ in counted}
    given = {
        "screen": "flows",
        "flows": [_flow(each, counted, ways) for each in Destination if each in known],
        "silent": [WORDS[each].name for each in Destination if each not in known],
        "stores": [Kept(each, located(getattr(config, each.ours) if each.ours else "")) for each in STORES],
        "signs_in_elsewhere": bool(config.oidc_issuer),
        "ways": [Passes(each, OPENINGS[each.what]) for each in ways],
    }
    return render(request, "flows/index.html", given)


def _flow(destination: Destination, counted: Mapping[tuple[str, str], Sums], ways: list[Opening]) -> Flow:
    may, none = LEAVES[destination], Sums()
    by_datum = {datum: counted.get((destination, datum), none) for datum in may}
    leaving = [Leaving(DATA[each], each in PERSONAL, found) for each, found in by_datum.items() if found.month]
    idle = [DATA[each] for each, found in by_datum.items() if not found.month]
    hosts = [each.host for each in ways if each.what == destination]
    return Flow(WORDS[destination], ", ".join(hosts), leaving, idle, not hosts)
