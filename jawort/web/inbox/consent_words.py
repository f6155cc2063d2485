"""How a person's consent to marketing stands, and why they are not asked for one: in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from jawort.consent.purpose import CAMPAIGNS
from jawort.consent.reasons import REASONS
from jawort.consent.rules import Facts, Refused
from jawort.consent.state import TERMS, WARNED_AFTER, CannotAsk, Standing, State
from jawort.consent.texts import text_for
from jawort.messaging.ask_consent import why_not
from jawort.messaging.models import Conversation
from jawort.web.inbox.words import said

SAYS: Final[Mapping[State, str | Promise]] = {
    State.NONE: gettext_lazy("There is no consent to marketing."),
    State.REQUESTED: gettext_lazy("Asked for a consent to marketing on %(day)s, not answered yet."),
    State.REFUSED: gettext_lazy("Asked for a consent to marketing, the person said no on %(day)s."),
    State.UNCONFIRMED: gettext_lazy("The consent to marketing of %(day)s is not confirmed yet."),
    State.ACTIVE: gettext_lazy("The person consented to marketing on %(day)s."),
    State.WITHDRAWN: gettext_lazy("The person withdrew their consent to marketing on %(day)s."),
    State.REVOKED: gettext_lazy("The consent to marketing was ended by us on %(day)s."),
    State.EXPIRED: gettext_lazy("The consent to marketing ended on %(day)s: it was not used for two years."),
    State.INVALIDATED: gettext_lazy("The consent to marketing ended on %(day)s: number or WhatsApp id have changed."),
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


#: Beside one that nobody has used for a year.
ENDS: Final = gettext_lazy("Nothing was sent on it for a year: it ends on %(day)s if that stays so.")


@dataclass(frozen=True, slots=True)
class Consent:
    """How it stands, and whether it holds."""

    says: str
    holds: bool


def consent_words(how: Standing, at: datetime) -> Consent:
    """A standing at `at` in the reader's language."""
    says = str(SAYS[how.state]) % {"day": _day(how.since) if how.since else ""}
    if how.ends_at is not None and at > how.ends_at - TERMS[CAMPAIGNS].unused_for + WARNED_AFTER:
        says = f"{says} {str(ENDS) % {'day': _day(how.ends_at)}}"
    return Consent(says, how.state is State.ACTIVE)


def _day(at: datetime) -> str:
    return date_format(localtime(at), "DATE_FORMAT")


def asking(home: Conversation, how: Standing, facts: Facts, at: datetime) -> dict[str, Any]:
    """What the panel of a thread says of it, and in which words the person would be asked, where they may be."""
    why = why_not(how, facts, at)
    can = home.status == "open" and why in {None, CannotAsk.OBJECTED}
    return {
        "consent": consent_words(how, at),
        "can_ask": can,
        "must_have_wished": why is CannotAsk.OBJECTED,
        "question": text_for(CAMPAIGNS, home.contact.language) if can else None,
    }


def not_asked(why: CannotAsk | Refused) -> str:
    """Why a person was not asked, and what to do."""
    if isinstance(why, CannotAsk):
        return str(WHY_NOT[why])
    reason = said(REASONS[why])
    return f"{reason.text} {reason.help}"
