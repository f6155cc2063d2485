"""What the inbox's forms may say."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django import forms
from django.utils.dateparse import parse_datetime

from jawort.channels.parts import Ask, Button, Buttons, Media, Options, Row, Section
from jawort.channels.whatsapp.limits import BUTTON_TITLE_MAX, BUTTONS_MAX, TEXT_MAX
from jawort.messaging.draft import Draft
from jawort.messaging.files.along import best_kind

ENTRY_DIGITS_MAX = 18  # of what PostgreSQL numbers with
#: What a request says of another year was made up, and at the calendar's ends hours cannot be added or taken away.
YEARS: Final = range(1970, 9_999)


class SayForm(forms.Form):
    """A reply or a note. `client_id` is the browser's own id of the bubble: a repeated request doubles nothing.

    `reply_to` is the message that a reply quotes, `file` an uploaded file that it brings along, `voice` that this
    file was spoken.
    """

    text = forms.CharField(max_length=TEXT_MAX, required=False)
    kind = forms.ChoiceField(choices=[("reply", "reply"), ("note", "note")], required=False)
    client_id = forms.UUIDField(required=False)
    reply_to = forms.UUIDField(required=False)
    file = forms.UUIDField(required=False)
    voice = forms.BooleanField(required=False)

    def draft(self, contact: UUID) -> Draft:
        """What the form asks for. A file goes as what the customer's phone shows best; sounds bear no caption."""
        said = self.cleaned_data
        text, about, file = said["text"], said["reply_to"], said["file"]
        if file is None:
            return Draft(text, about=about)
        if said["voice"]:
            return Draft(text, "audio", Media("", voice=True), about, file)
        kind = best_kind(file, contact)
        return Draft(text, "document" if kind == "audio" and text else kind, Media(""), about, file)


class AskForm(forms.Form):
    """A question to the customer. `answers` has one a line, with what explains it behind a bar.

    Whether they become buttons or a list is the platform's matter: few and short ones are buttons.
    """

    what = forms.ChoiceField(choices=[(word, word) for word in ("answers", "location", "contact")])
    text = forms.CharField(max_length=TEXT_MAX)
    answers = forms.CharField(required=False, max_length=TEXT_MAX)
    button = forms.CharField(required=False)
    client_id = forms.UUIDField(required=False)

    def draft(self) -> Draft:
        """What the form asks for. It may break limits: the door says so."""
        said = self.cleaned_data
        text = said["text"]
        if said["what"] != "answers":
            return Draft(text, "ask", Ask(said["what"]))
        lines = [line.partition("|") for line in said["answers"].splitlines() if line.strip()]
        rows = [Row(str(n), title.strip(), more.strip()) for n, (title, _, more) in enumerate(lines, 1)]
        if len(rows) <= BUTTONS_MAX and all(not r.description and len(r.title) <= BUTTON_TITLE_MAX for r in rows):
            return Draft(text, "buttons", Buttons(tuple(Button(r.payload, r.title) for r in rows)))
        return Draft(text, "options", Options(said["button"], (Section(tuple(rows)),)))


def uuids(text: str, *, limit: int = 200) -> list[UUID]:
    """The ids of a comma-separated list; what is no id is left out."""
    found = []
    for part in text.split(",")[:limit]:
        try:
            found.append(UUID(part))
        except ValueError:
            continue
    return found


def first_id(text: str) -> UUID | None:
    """The first id of such a list; None if there is none."""
    return next(iter(uuids(text)), None)


def entry_number(text: str) -> int | None:
    """The number of an entry of the ledger; None for everything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= ENTRY_DIGITS_MAX else None


def moment(text: str) -> datetime | None:
    """A time with its zone; None for everything else."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo and found.year in YEARS else None
