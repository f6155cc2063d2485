"""Whether new people say yes before they are read: the form on a line's page, what it means, how often it happened."""

from typing import Any, Final

from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from jawort.consent.texts import company_in_texts
from jawort.core import clock
from jawort.core.text import is_blank
from jawort.legal.queries import links
from jawort.lines.models import Line, Newcomers
from jawort.messaging.yes_first.queries import ended_lately, how_many_wait
from jawort.messaging.yes_first.rules import End
from jawort.messaging.yes_first.words import COMPANY_CHARS_MAX, wording
from jawort.web.fields import REQUIRED, TOO_LONG
from jawort.web.notices.words import Text
from jawort.web.settings.words import Choice

CHOICES: Final = (
    Choice(
        Newcomers.OPEN,
        pgettext_lazy("of a line", "Open"),
        gettext_lazy("Whoever writes is read. That is how a line begins."),
    ),
    Choice(
        Newcomers.YES_FIRST,
        gettext_lazy("Yes first"),
        gettext_lazy(
            "What a new person writes is sealed and shown to nobody. They are asked once; after a “Yes” their "
            "conversation appears in the inbox, after a “No” or 24 hours of silence it is deleted unread and counted."
        ),
    ),
)
#: How waiting ended, in words.
ENDS: Final[dict[str, Text]] = {
    End.LET_IN: gettext_lazy("Said yes"),
    End.REFUSED: gettext_lazy("Said no"),
    End.STOPPED: gettext_lazy("Wanted nothing more of us"),
    End.SILENT: gettext_lazy("Said nothing for 24 hours"),
    End.UNASKED: gettext_lazy("Could not be asked"),
}


class NewcomersForm(forms.Form):
    """Which of the two, and in whose name people are asked."""

    newcomers = forms.ChoiceField(
        choices=Newcomers.choices, error_messages={"required": gettext_lazy("Choose one of the two.")}
    )
    company = forms.CharField(max_length=COMPANY_CHARS_MAX, required=False, error_messages={"max_length": TOO_LONG})

    def clean(self) -> dict[str, Any]:
        """Whoever asks says who they are."""
        said: dict[str, Any] = super().clean() or {}
        asks = said.get("newcomers") == Newcomers.YES_FIRST and "company" not in self.errors
        if asks and is_blank(said["company"]):
            self.add_error("company", str(REQUIRED))
        return said


def shown(line: Line, sent: NewcomersForm | None) -> dict[str, Any]:
    """What the section shows."""
    legal, company = links(), line.company or company_in_texts()
    lately = ended_lately(line.pk, clock.now().date())
    question = wording(get_language() or "de", company, legal.privacy).body if legal and company else ""
    return {
        "newcomers_form": sent or NewcomersForm({"newcomers": line.newcomers, "company": company}),
        "newcomers_sent": sent is not None,
        "newcomers_choices": CHOICES,
        "company_most": COMPANY_CHARS_MAX,
        "question": question,
        "links": legal,
        "waiting": how_many_wait(line.pk),
        "ended": [(words, lately.get(how, 0)) for how, words in ENDS.items()],
    }
