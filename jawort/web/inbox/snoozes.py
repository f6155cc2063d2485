"""Until when a conversation can be put aside: a few usual times, reckoned on the person's own clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from jawort.web.inbox.forms import moment

#: When a working day begins.
MORNING: Final = time(9)
LATER: Final = timedelta(hours=3)
NO_TIME: Final = gettext_lazy("Choose until when: a day and a time.")
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Preset:
    """A time by its name; None is when the person writes."""

    word: str
    name: str | Promise
    until: datetime | None

    @property
    def is_day(self) -> bool:
        """Whether a day is meant, and not a distance from the moment in which it is chosen."""
        return self.word in _DAYS

    @property
    def value(self) -> str:
        """What the form sends: of a day the moment that was shown, for the page may be older than midnight."""
        return self.until.isoformat() if self.until is not None and self.is_day else self.word


_NAMES: Mapping[str, Promise] = {
    "later": gettext_lazy("In three hours"),
    "tomorrow": gettext_lazy("Tomorrow morning"),
    "monday": gettext_lazy("Monday morning"),
    "reply": gettext_lazy("When the person writes"),
}
_DAYS = frozenset({"tomorrow", "monday"})


def times(at: datetime) -> dict[str, datetime | None]:
    """Each word's time at this moment; `at` in the zone in which mornings are meant."""
    tomorrow, monday = (at.date() + timedelta(days=days) for days in (1, _WEEK - at.weekday()))
    later = (at.astimezone(UTC) + LATER).astimezone(at.tzinfo)  # three hours, also in a night when the clocks change
    return {"later": later, "tomorrow": _morning(tomorrow, at), "monday": _morning(monday, at), "reply": None}


def presets(at: datetime) -> list[Preset]:
    """What is offered at this moment: each time once."""
    found = times(at)
    if found["monday"] == found["tomorrow"]:
        del found["monday"]
    return [Preset(word, _NAMES[word], until) for word, until in found.items()]


def _morning(day: date, at: datetime) -> datetime:
    return datetime.combine(day, MORNING, at.tzinfo)


class SnoozeForm(forms.Form):
    """Until when: the word of a preset, a moment with its zone, or `at` with a time of day in the person's zone."""

    until = forms.CharField(max_length=40)
    at = forms.CharField(required=False)

    def clean_at(self) -> datetime | None:
        """On the person's clock. Of an hour that comes twice it is the first; a skipped one lies behind the gap."""
        said: str = self.cleaned_data["at"]
        if not said:
            return None
        try:
            found = datetime.fromisoformat(said)
        except ValueError:
            raise forms.ValidationError("no time") from None
        return found if found.tzinfo else found.replace(tzinfo=timezone.get_current_timezone())

    def clean_until(self) -> str | datetime:
        """A word of ours, or a moment that says its zone."""
        said: str = self.cleaned_data["until"]
        if said in {*_NAMES, "at"}:
            return said
        found = moment(said)
        if found is None:
            raise forms.ValidationError("no time")
        return found

    def clean(self) -> dict[str, object]:
        """A time of one's own is named."""
        said = super().clean() or {}
        if said.get("until") == "at" and said.get("at") is None:
            self.add_error("at", "missing")
        return said

    def time(self, at: datetime) -> datetime | None:
        """What the form asks for at this moment, None for when the person writes."""
        said = self.cleaned_data
        if said["until"] == "at":
            own: datetime = said["at"]
            return own
        if isinstance(said["until"], datetime):
            return said["until"]
        return times(timezone.localtime(at))[said["until"]]
