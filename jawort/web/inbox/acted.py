"""What somebody has just done to a conversation, or to several, with the verb that takes it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec
from django.core import signing
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext_lazy

from jawort.messaging.undo_act import Before

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


Many = Promise | str
"""A sentence that says of how many (`n`) something holds."""
ASSIGNED: Final = ngettext_lazy("%(n)s conversation assigned.", "%(n)s conversations assigned.", "n")
LABELLED: Final = ngettext_lazy("%(n)s conversation labelled.", "%(n)s conversations labelled.", "n")
PUT_ASIDE: Final = ngettext_lazy("%(n)s conversation snoozed.", "%(n)s conversations snoozed.", "n")
SETTLED: Final = ngettext_lazy("%(n)s conversation resolved.", "%(n)s conversations resolved.", "n")
#: In the session, from the act to the page that follows.
_DID: Final = "did"
_SALT: Final = "jawort.inbox.several"


@dataclass(frozen=True, slots=True)
class Several:
    """What `by` has done to several conversations at once."""

    by: UUID
    befores: Sequence[Before]
    label: UUID | None
    assigns: bool


def offer(request: HttpRequest, said: Many, many: int, did: Several) -> None:
    """The next page says it, with a way to undo it.

    How everything was before goes along signed, for nobody else may say it, and not in the session: that is read with
    each request.
    """
    signed = signing.dumps(msgspec.to_builtins(did), salt=_SALT, compress=True)
    request.session[_DID] = {"said": said % {"n": many}, "did": signed}


def offered(request: HttpRequest) -> dict[str, str] | None:
    """What is offered with this page, once."""
    did: dict[str, str] | None = request.session.pop(_DID, None)
    return did


def kept(signed: str) -> Several | None:
    """What was done; None if we have not said so."""
    try:
        return msgspec.convert(signing.loads(signed, salt=_SALT), Several)
    except (signing.BadSignature, msgspec.ValidationError):
        return None
