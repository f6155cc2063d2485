"""What the inbox's forms may say."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.utils.dateparse import parse_datetime

from jawort.channels.whatsapp.limits import TEXT_MAX


class SayForm(forms.Form):
    """A reply or a note. `client_id` is the browser's own id of the bubble: a repeated request doubles nothing."""

    text = forms.CharField(max_length=TEXT_MAX)
    kind = forms.ChoiceField(choices=[("reply", "reply"), ("note", "note")], required=False)
    client_id = forms.UUIDField(required=False)


def uuids(text: str, *, limit: int = 200) -> list[UUID]:
    """The ids of a comma-separated list; what is no id is left out."""
    found = []
    for part in text.split(",")[:limit]:
        try:
            found.append(UUID(part))
        except ValueError:
            continue
    return found


def moment(text: str) -> datetime | None:
    """A time with its zone; None for everything else."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None
