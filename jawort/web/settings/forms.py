"""A person's choices."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from jawort.staff.rules import SIGNATURE_CHARACTERS_MAX, UNDO_SECONDS, Occasion

THEMES = (
    ("system", gettext_lazy("Same as the device")),
    ("light", gettext_lazy("Light")),
    ("dark", gettext_lazy("Dark")),
)
DENSITIES = (
    ("comfortable", gettext_lazy("Comfortable")),
    ("compact", gettext_lazy("Compact")),
)
OCCASIONS = (
    (Occasion.MINE, gettext_lazy("A new message in one of my conversations")),
    (Occasion.UNASSIGNED, gettext_lazy("Somebody waits in “Unassigned”")),
    (Occasion.ASSIGNED, gettext_lazy("Somebody assigns me a conversation")),
    (Occasion.NAMED, gettext_lazy("Somebody mentions me in a note")),
)
NO_TIME = gettext_lazy("Please enter a time of day, for example 22:00.")
HALF = gettext_lazy("Quiet hours need a beginning and an end. Leave both empty to have none.")
NEVER = gettext_lazy("These quiet hours would end when they begin. Please choose two different times.")
_NO_PLACES = ("Etc/", "posix/", "right/")
ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(_NO_PLACES))


class MeForm(forms.Form):
    """How the desk looks and speaks to one person."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    theme = forms.ChoiceField(choices=THEMES)
    density = forms.ChoiceField(choices=DENSITIES)
    time_zone = forms.ChoiceField(choices=[(zone, zone) for zone in ZONES])
    single_keys = forms.BooleanField(required=False)
    enter_sends = forms.BooleanField(required=False)
    signature = forms.CharField(max_length=SIGNATURE_CHARACTERS_MAX, required=False)
    tells_reading = forms.BooleanField(required=False)
    undo_seconds = forms.TypedChoiceField(
        choices=[(seconds, str(seconds)) for seconds in UNDO_SECONDS], coerce=int, empty_value=None, required=False
    )


class NotificationsForm(forms.Form):
    """Of what somebody hears, and when not."""

    sounds = forms.MultipleChoiceField(choices=OCCASIONS, required=False)
    banners = forms.MultipleChoiceField(choices=OCCASIONS, required=False)
    banners_name = forms.BooleanField(required=False)
    quiet_from = forms.TimeField(required=False, error_messages={"invalid": NO_TIME})
    quiet_until = forms.TimeField(required=False, error_messages={"invalid": NO_TIME})

    def clean(self) -> dict[str, Any]:
        """Quiet hours have a beginning and an end, and these differ."""
        said = super().clean() or self.cleaned_data
        begins, ends = said.get("quiet_from"), said.get("quiet_until")
        if self.errors:
            return said
        if (begins is None) != (ends is None):
            self.add_error("quiet_until", HALF)
        elif begins is not None and begins == ends:
            self.add_error("quiet_until", NEVER)
        return said
