"""What somebody has just done to a conversation, with the verb that takes it back."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

#: The form of a toast says it: that nothing is offered once more, and that what cannot be is told in a sentence.
UNDOES = "undoes"


@dataclass(frozen=True, slots=True)
class Acted:
    """`said` in a sentence; `route` and the field undo it."""

    said: str | Promise
    route: str
    field: str = ""
    value: str = ""


RESOLVED = Acted(gettext_lazy("Resolved."), "inbox:reopen")
SNOOZED = Acted(gettext_lazy("Snoozed."), "inbox:wake")


def assigned(before: object) -> Acted:
    """It was given to somebody; before, to whoever has this key, or to nobody."""
    return Acted(gettext_lazy("Assigned."), "inbox:assign", "agent", str(before or ""))


def labelled(on: object, off: object) -> Acted:
    """A label was put on, or taken off."""
    if on is not None:
        return Acted(gettext_lazy("Label put on."), "inbox:label", "off", str(on))
    return Acted(gettext_lazy("Label taken off."), "inbox:label", "on", str(off))


def undoes(request: HttpRequest) -> bool:
    """Whether the request takes back what was done before."""
    return UNDOES in request.POST
