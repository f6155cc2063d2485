"""What templates are called, what they cost, and why one is not to be had now."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import get_language_info, gettext, gettext_lazy, pgettext

from jawort.channels.whatsapp.templates import APPROVED, MARKETING
from jawort.consent.reasons import REASONS
from jawort.consent.rules import Permit, Refusal
from jawort.lines.template_list import Offered
from jawort.web.inbox.words import said


@dataclass(frozen=True, slots=True)
class Category:
    """What WhatsApp counts a template as, and what follows from that: what it costs stands in its price list."""

    name: str | Promise
    hint: str | Promise


# Since October 2026 nothing is free because a window is open; only whoever came by an advertisement costs nothing for
# three days. Source: developers.facebook.com/documentation/business-messaging/whatsapp/pricing
CATEGORIES: Mapping[str, Category] = {
    "UTILITY": Category(
        gettext_lazy("Transactional"),
        gettext_lazy(
            "About an order, an appointment or a request of the person. WhatsApp bills it when it arrives, since "
            "October 2026 also while the reply window is open."
        ),
    ),
    MARKETING: Category(
        gettext_lazy("Marketing"),
        gettext_lazy("Advertising: it needs the person’s consent. WhatsApp bills it whenever it arrives."),
    ),
    "AUTHENTICATION": Category(
        gettext_lazy("One-time password"),
        gettext_lazy("A code to sign in with. Programs send these. WhatsApp bills it whenever it arrives."),
    ),
}
UNKNOWN = Category(gettext_lazy("Another category"), gettext_lazy("WhatsApp bills it when it arrives."))
#: Of a list of all of them.
ANY = gettext_lazy(
    "WhatsApp bills a template when it arrives, at the price of its category, also while the reply window is open."
)
#: Stands for every category without a name here, where one is chosen.
OTHER = "OTHER"
#: Why a template cannot be sent, by WhatsApp’s word for its state.
STATES: Mapping[str, str | Promise] = {
    "PENDING": gettext_lazy("WhatsApp is still reviewing it."),
    "IN_APPEAL": gettext_lazy("WhatsApp rejected it, and is reviewing that."),
    "PAUSED": gettext_lazy("WhatsApp has paused it: too many people blocked or reported it."),
    "DISABLED": gettext_lazy("WhatsApp has disabled it for good."),
    "ARCHIVED": gettext_lazy("It is archived at WhatsApp."),
    "PENDING_DELETION": gettext_lazy("It is being deleted at WhatsApp."),
    "DELETED": gettext_lazy("It has been deleted at WhatsApp."),
}
#: What no form here fills in, by the platform’s word.
BEYOND: Mapping[str, str | Promise] = {
    "carousel": gettext_lazy("It has cards to swipe through. Programs can send it."),
    "location": gettext_lazy("It needs a place on the map. Programs can send it."),
    "flow": gettext_lazy("It opens a form. Programs can send it."),
    "otp": gettext_lazy("It brings a one-time password. Programs can send it."),
}
_BEYOND = gettext_lazy("It needs something that cannot be filled in here. Programs can send it.")
#: Why the list did not come.
TROUBLES: Mapping[str, str | Promise] = {
    "whatsapp.190": gettext_lazy("The access to WhatsApp is not valid. Administration can renew it."),
    "token_shut": gettext_lazy("The access to WhatsApp does not open. Administration can renew it."),
    "whatsapp.-1": gettext_lazy("WhatsApp cannot be reached."),
}


def category(word: str) -> Category:
    """What WhatsApp counts a template as."""
    return CATEGORIES.get(word, UNKNOWN)


def category_key(word: str) -> str:
    """The word by which a category is chosen."""
    return word if word in CATEGORIES else OTHER


def language(code: str) -> str:
    """German, English (US): the language of a template as the reader calls it."""
    base, _, region = code.partition("_")
    try:
        name = str(get_language_info(base.lower())["name_translated"])
    except KeyError:
        return code
    return f"{name} ({region})" if region else name


def unusable(one: Offered) -> str:
    """Why nobody can send this template now, whoever it is for; empty if it can be sent."""
    if one.status == "REJECTED":
        reason = "" if one.reason in {"", "NONE"} else f" ({one.reason})"
        return gettext("WhatsApp has rejected it%(reason)s.") % {"reason": reason}
    if one.paused and one.until is not None:
        until = date_format(localtime(one.until), "SHORT_DATETIME_FORMAT")
        return gettext("WhatsApp has paused it until %(time)s.") % {"time": until}
    if one.status != APPROVED:
        state = STATES.get(one.status) or gettext("WhatsApp does not send it now (%(state)s).")
        return str(state) % {"state": one.status}
    if one.paused:
        return gettext("WhatsApp does not send it now. The administration sees under “Notices” what to do.")
    return str(BEYOND.get(one.pattern.beyond, _BEYOND)) if one.pattern.beyond else ""


def against(verdict: Permit | Refusal) -> str:
    """Why the gate would refuse it for this person; empty if it would not."""
    if isinstance(verdict, Permit):
        return ""
    reason = said(REASONS[verdict.code])
    return f"{reason.text} {reason.help}"


def trouble(code: str) -> str:
    """Why the newest list did not come; empty if it did."""
    if not code:
        return ""
    return str(TROUBLES.get(code) or gettext("WhatsApp did not hand the list over (%(code)s).") % {"code": code})


def label(place: str, name: str, *, named: bool) -> str:
    """What a placeholder is called; `place` is header or body."""
    called = name.replace("_", " ") if named else gettext("Placeholder %(n)s") % {"n": name}
    if place != "header":
        return called
    return pgettext("placeholder in the header of a template", "Header: %(name)s") % {"name": called}


def button_label(takes: str, title: str) -> str:
    """What a button is given is called."""
    if takes == "copy_code":
        return gettext("Code to copy")
    return gettext("End of the address behind “%(title)s”") % {"title": title}
