"""A person's choices."""

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

THEMES = (
    ("system", gettext_lazy("Same as the device")),
    ("light", gettext_lazy("Light")),
    ("dark", gettext_lazy("Dark")),
)
_NO_PLACES = ("Etc/", "posix/", "right/")
ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(_NO_PLACES))


class MeForm(forms.Form):
    """How the desk looks and speaks to one person."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    theme = forms.ChoiceField(choices=THEMES)
    time_zone = forms.ChoiceField(choices=[(zone, zone) for zone in ZONES])
