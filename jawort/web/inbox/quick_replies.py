"""Quick replies in the composer: filled here, for the conversation that somebody has open and may see."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, override
from django.views.decorators.http import require_GET

from jawort.core import clock
from jawort.messaging.quick_replies.queries import Kept, quick_replies
from jawort.messaging.quick_replies.rules import LANGUAGES, Piece, Placeholder, pieces
from jawort.people.queries import names
from jawort.staff.access import person_of, requires
from jawort.staff.permissions import Permission
from jawort.web.inbox.answers import handed, home_of

#: What each placeholder stands for, in the order in which the editor explains them.
EXPLAINED: Mapping[Placeholder, str | Promise] = {
    Placeholder.CUSTOMER: gettext_lazy("what the customer is called here"),
    Placeholder.AGENT: gettext_lazy("the name of whoever answers"),
    Placeholder.LINE: gettext_lazy("the name of the line"),
    Placeholder.NUMBER: gettext_lazy("our number, as people read it"),
    Placeholder.TODAY: gettext_lazy("today’s date"),
    Placeholder.TOMORROW: gettext_lazy("tomorrow’s date"),
    Placeholder.GAP: gettext_lazy("a gap that somebody fills in each time"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One text to choose. `tag` names its language where the quick reply has several."""

    dom_id: str
    name: str
    is_own: bool
    language: str
    tag: str
    pieces: list[Piece]


@require_GET
@requires(Permission.CONVERSATION_WRITE)
def index(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All that this person may use, filled in; in the customer's language first, where we know it."""
    home, person = home_of(request, pk), person_of(request)
    handed(request, [home.pk])
    known = {
        Placeholder.CUSTOMER: names([home.contact_id]).get(home.contact_id, ""),
        Placeholder.AGENT: person.name,
        Placeholder.LINE: home.line.name,
        Placeholder.NUMBER: home.line.display_number,
    }
    values = {language: known | dates(language, clock.now()) for language in LANGUAGES}
    order = [home.contact.language, get_language() or "de", *LANGUAGES]
    choices = [choice for kept in quick_replies(person) for choice in _choices(kept, order, values)]
    return render(request, "inbox/_quick_replies.html", {"choices": choices})


def dates(language: str, at: datetime) -> dict[Placeholder, str]:
    """Today and tomorrow, as they are written in that language, where the reader is."""
    today = timezone.localtime(at).date()
    with override(language):
        return {
            Placeholder.TODAY: date_format(today),
            Placeholder.TOMORROW: date_format(today + timedelta(days=1)),
        }


def _choices(kept: Kept, order: list[str], values: Mapping[str, Mapping[Placeholder, str]]) -> Iterator[Choice]:
    texts = kept.wording.texts
    for language in sorted(texts, key=order.index):
        tag = language.upper() if len(texts) > 1 else ""
        filled = list(pieces(texts[language], values[language]))
        yield Choice(f"qr-{kept.id}-{language}", kept.wording.name, kept.is_own, language, tag, filled)
