"""The alarms: what is wrong, what to do, who sees to it; and what the self-test of each line found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from jawort.alarms import queries
from jawort.alarms.acknowledge import acknowledge as take_on
from jawort.alarms.rules import Code, is_unwatched
from jawort.alarms.self_test import want_tests
from jawort.alarms.tell import tell_a_trial, ways
from jawort.alarms.words import FOUND, WORDS, Text, Words
from jawort.core import clock
from jawort.core.config import Config
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission
from jawort.staff.queries import names

PAST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Way:
    """Where something is done about an alarm: the name of an address, and what the link says."""

    route: str
    words: str | Promise


@dataclass(frozen=True, slots=True)
class Shown:
    """An alarm with its words. `by` is who of the staff sees to it, empty as long as nobody does."""

    alarm: queries.Shown
    words: Words
    way: Way | None
    by: str

    @property
    def address(self) -> str:
        """Where something is done about it: the line's own page where it is about one that there still is."""
        if self.way is None:
            return ""
        of_line = self.way is _LINES and self.alarm.line
        return reverse("settings:line", args=[self.alarm.subject]) if of_line else reverse(self.way.route)


@dataclass(frozen=True, slots=True)
class Found:
    """What a self-test says of one thing: `code` is empty if it is well."""

    code: str
    words: Text


_LINES = Way("settings:lines", gettext_lazy("To the line"))
_NOTICES = Way("notices:index", gettext_lazy("To the notices"))
WAYS: Mapping[Code, Way] = {
    Code.LEDGER: Way("ledger:index", gettext_lazy("To the ledger")),
    Code.LINE_STOPPED: _NOTICES,
    Code.TOKEN_REFUSED: _LINES,
    Code.TOKEN_EXPIRES: _LINES,
    Code.UNSUBSCRIBED: _LINES,
    Code.CALLBACK: _LINES,
    Code.LINE_SILENT: _LINES,
    Code.PARKED: Way("parked:index", gettext_lazy("To what is parked")),
    Code.NOTICES: _NOTICES,
}


@require_GET
@requires(Permission.ALARM_READ)
def index(request: HttpRequest) -> HttpResponse:
    """What is wrong now, what was, and the self-test of each line."""
    standing, past = queries.standing(), queries.past(PAST_SHOWN)
    looked_at = queries.looked_at()
    given = {
        "standing": _shown(standing),
        "past": _shown(past),
        "tests": [
            (each, found(each.found.token), found(each.found.subscription), found(each.found.callback))
            for each in queries.results()
        ],
        "looked_at": looked_at,
        "ways": told_by(settings.CONFIG),
        "unwatched": is_unwatched(looked_at, clock.now()),
        "screen": "alarms",
    }
    return render(request, "alarms/index.html", given)


@require_POST
@requires(Permission.ALARM_HANDLE)
def acknowledge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that one sees to it."""
    if take_on(pk, actor=actor_of(request), at=clock.now()):
        messages.success(request, gettext("It is yours now. It ends by itself when what is wrong is mended."))
    else:
        messages.error(request, gettext("It has ended, or somebody sees to it already."))
    return redirect("alarms:index")


@require_POST
@requires(Permission.ALARM_HANDLE)
def test(request: HttpRequest) -> HttpResponse:
    """Have every line tested now."""
    want_tests(clock.now())
    messages.success(request, gettext("The lines are being tested. Load this page again in a moment."))
    return redirect("alarms:index")


@require_POST
@requires(Permission.ALARM_HANDLE)
def trial(request: HttpRequest) -> HttpResponse:
    """Have a trial told by every way."""
    tell_a_trial(ways(settings.CONFIG).kinds, actor=actor_of(request), at=clock.now())
    messages.success(request, gettext("A trial is on its way. If it does not arrive, “jawort doctor” says why."))
    return redirect("alarms:index")


def found(code: str) -> Found:
    """What a self-test's code says."""
    return Found(code, FOUND.get(code, code))


def told_by(config: Config) -> list[str]:
    """By which ways alarms are told beside this page, in words. Whom they reach stands in the settings."""
    known = ways(config)
    mails = gettext("by mail, over %(host)s") % {"host": config.mail_host}
    posts = gettext("by a signed webhook to %(host)s") % {"host": urlsplit(config.alarm_webhook_url).hostname or ""}
    return [words for words, way in ((mails, known.mail), (posts, known.post)) if way is not None]


def _shown(alarms: Sequence[queries.Shown]) -> list[Shown]:
    by = {alarm.id: _uuid(alarm.acknowledged_by.removeprefix("staff:")) for alarm in alarms}
    people = names({person for person in by.values() if person})
    return [
        Shown(alarm, WORDS[alarm.code], WAYS.get(alarm.code), people.get(person, "") if person else "")
        for alarm in alarms
        for person in [by[alarm.id]]
    ]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
