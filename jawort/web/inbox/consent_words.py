"""How a person's consents stand, and why they are not asked for one: in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy

from jawort.consent.models import DeclaredPurpose, Text
from jawort.consent.purpose import CAMPAIGNS, Purpose
from jawort.consent.reasons import REASONS
from jawort.consent.rules import Facts, Refused
from jawort.consent.state import CannotAsk, Standing, State
from jawort.consent.texts import texts_for
from jawort.messaging.ask_consent import why_not
from jawort.messaging.models import Conversation
from jawort.web.fields import purpose_name
from jawort.web.inbox.words import said

SAYS: Final[Mapping[State, str | Promise]] = {
    State.NONE: gettext_lazy("There is no consent to %(what)s."),
    State.REQUESTED: gettext_lazy("Asked for a consent to %(what)s on %(day)s, not answered yet."),
    State.REFUSED: gettext_lazy("Asked for a consent to %(what)s, the person said no on %(day)s."),
    State.UNCONFIRMED: gettext_lazy("The consent to %(what)s of %(day)s is not confirmed yet."),
    State.ACTIVE: gettext_lazy("The person consented to %(what)s on %(day)s."),
    State.WITHDRAWN: gettext_lazy("The person withdrew their consent to %(what)s on %(day)s."),
    State.REVOKED: gettext_lazy("The consent to %(what)s was ended by us on %(day)s."),
    State.EXPIRED: gettext_lazy(
        "The consent to %(what)s ended on %(day)s: it was not used for long, or not confirmed in time."
    ),
    State.INVALIDATED: gettext_lazy("The consent to %(what)s ended on %(day)s: number or WhatsApp id have changed."),
}
WHY_NOT: Final[Mapping[CannotAsk, str | Promise]] = {
    CannotAsk.NO_TEXT: gettext_lazy(
        "There is no text yet in which to ask. The administration puts one into use in the settings, under “Consents”."
    ),
    CannotAsk.STANDS: gettext_lazy("The person has consented already."),
    CannotAsk.ASKED: gettext_lazy("The person was asked within the last 24 hours: please do not ask again so soon."),
    CannotAsk.PAUSED: gettext_lazy("Something the person wrote may be a withdrawal: please decide that first."),
    CannotAsk.OVERTAKEN: gettext_lazy("Something has happened since: please look at the conversation first."),
    CannotAsk.OBJECTED: gettext_lazy(
        "The person has objected. Ask only if they have asked for it themselves, and say so in the form."
    ),
}


#: Beside one that nobody has used for long.
ENDS: Final = gettext_lazy("Nothing was sent on it for long: it ends on %(day)s if that stays so.")
#: What the first of them is called in a sentence; all others by their names.
MARKETING: Final = gettext_lazy("marketing")


@dataclass(frozen=True, slots=True)
class Consent:
    """How it stands, and whether it holds."""

    says: str
    holds: bool


def called(purpose: DeclaredPurpose) -> str:
    """A purpose in the midst of a sentence, in the reader's language."""
    if purpose.key == CAMPAIGNS:
        return str(MARKETING)
    return gettext("“%(name)s”") % {"name": purpose_name(purpose)}


def consent_words(how: Standing, purpose: DeclaredPurpose, at: datetime) -> Consent:
    """A standing at `at` in the reader's language."""
    says = str(SAYS[how.state]) % {"what": called(purpose), "day": _day(how.since) if how.since else ""}
    if how.ends_at is not None and at > how.ends_at - timedelta(days=purpose.unused_days - purpose.warned_days):
        says = f"{says} {str(ENDS) % {'day': _day(how.ends_at)}}"
    return Consent(says, how.state is State.ACTIVE)


def _day(at: datetime) -> str:
    return date_format(localtime(at), "DATE_FORMAT")


@dataclass(frozen=True, slots=True)
class Shown:
    """A consent in the panel of a thread: whether the person may be asked for it, and in which words they would be."""

    key: str
    what: str
    says: str
    holds: bool
    can_ask: bool
    must_have_wished: bool
    question: Text | None


def asking(
    home: Conversation, held: Sequence[tuple[DeclaredPurpose, Standing]], facts: Facts, at: datetime
) -> list[Shown]:
    """What the panel says of each."""
    why = {purpose.key: why_not(how, facts, at) for purpose, how in held}
    open_ = home.status == "open"
    can = {Purpose(key) for key, one in why.items() if open_ and one in {None, CannotAsk.OBJECTED}}
    texts = texts_for(can, home.contact.language) if can else {}
    shown = []
    for purpose, how in held:
        key, words = Purpose(purpose.key), consent_words(how, purpose, at)
        wished = why[key] is CannotAsk.OBJECTED
        shown.append(Shown(key, called(purpose), words.says, words.holds, key in can, wished, texts.get(key)))
    return shown


def not_asked(why: CannotAsk | Refused) -> str:
    """Why a person was not asked, and what to do."""
    if isinstance(why, CannotAsk):
        return str(WHY_NOT[why])
    reason = said(REASONS[why])
    return f"{reason.text} {reason.help}"
