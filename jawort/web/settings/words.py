"""How a line is, what its customers may learn of being read, and whether documents go through it, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy

from jawort.channels.whatsapp.errors import meaning
from jawort.lines.models import PLATFORM, REFUSED, Book, Documents, Line, Receipts, State
from jawort.web.notices.words import Mark, Text


@dataclass(frozen=True, slots=True)
class Condition:
    """How a line is; `why` is empty if nothing is wrong."""

    mark: Mark
    why: Text = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen, and what follows from it."""

    value: str
    name: Text
    hint: Text


RECEIPTS = (
    Choice(
        Receipts.NEVER,
        gettext_lazy("Nothing"),
        gettext_lazy("Customers do not see whether they were read. That is how a line begins."),
    ),
    Choice(
        Receipts.READ,
        gettext_lazy("That they were read"),
        gettext_lazy("The ticks turn blue as soon as somebody has the conversation open."),
    ),
    Choice(
        Receipts.TYPING,
        gettext_lazy("That they were read, and that somebody is writing"),
        gettext_lazy("WhatsApp shows for up to 25 seconds that somebody is writing, and never without the blue ticks."),
    ),
)

DOCUMENTS = (
    Choice(
        Documents.ALLOWED,
        gettext_lazy("Documents may go over WhatsApp"),
        gettext_lazy("Whoever answers decides what goes over WhatsApp and what by the side door."),
    ),
    Choice(
        Documents.FORBIDDEN,
        gettext_lazy("Documents do not go over WhatsApp"),
        gettext_lazy(
            "What is sent as a document, on its own or above a text, is refused, at the desk and over the API. "
            "Pictures, films and sounds go as before."
        ),
    ),
)

BOOKS = (
    Choice(
        Book.OFF,
        gettext_lazy("It is off at Meta"),
        gettext_lazy("I have looked in Meta Business Suite: it is switched off."),
    ),
    Choice(Book.ON, gettext_lazy("It stays on"), gettext_lazy("For the reason that stands below.")),
)

# Names for tools/icons.py: icon:circle-check icon:triangle-alert icon:octagon-alert
_STATES: Mapping[str, Mark] = {
    State.LIVE: Mark("circle-check", "tag--ok", gettext_lazy("Sends and receives")),
    State.PAUSED: Mark("octagon-alert", "tag--bad", gettext_lazy("Only receives")),
    State.BANNED: Mark("octagon-alert", "tag--bad", gettext_lazy("Banned by WhatsApp, only receives")),
}
_ANSWERS_ONLY = Mark("triangle-alert", "tag--warning", gettext_lazy("Receives and answers, begins no conversation"))
_TOLD = gettext_lazy("WhatsApp has said so in a notice.")


def condition(line: Line) -> Condition:
    """How `line` is, and why if it does less than it should."""
    mark = _ANSWERS_ONLY if line.answers_only else _STATES[line.state]
    code = line.health.removeprefix(REFUSED)
    if line.health.startswith(PLATFORM):
        return Condition(mark, _TOLD)
    if code == line.health or not code.lstrip("-").isdigit():
        return Condition(mark)
    return Condition(mark, meaning(int(code)).in_language(get_language() or "de"))
