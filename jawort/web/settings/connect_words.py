"""What keeps a number from being connected, in words that say what to do."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext, gettext_lazy

from jawort.channels.whatsapp.callback import Found, Tried
from jawort.channels.whatsapp.errors_accounts import BUSY, CERTIFICATE, NO_API, UNREACHABLE
from jawort.lines.grant import Grant, Objection
from jawort.lines.register import NotDone, Step
from jawort.web.notices.words import Text

_RIGHTS: Final = gettext_lazy(
    "The access token has no right to this. Give the system user at Meta full control of the app and of the account."
)
#: What is to be subscribed to at Meta, by Meta’s own names; docs/first-number.md lists the same.
FIELDS: Final = (
    "messages",
    "account_alerts",
    "account_review_update",
    "account_update",
    "business_capability_update",
    "message_template_status_update",
    "message_template_quality_update",
    "message_template_components_update",
    "template_category_update",
    "phone_number_name_update",
    "phone_number_quality_update",
    "security",
    "standby",
    "calls",
    "user_preferences",
)
#: The platform’s codes about the PIN itself.
PIN_CODES: Final = frozenset({133005, 133008, 133009})
_LATER: Final = gettext_lazy("WhatsApp asks for a pause. Wait some minutes, then try again.")
_CODES: Final[Mapping[int, Text]] = {
    UNREACHABLE: gettext_lazy("WhatsApp could not be reached. Check the way out of your network, then try again."),
    CERTIFICATE: gettext_lazy("The other side’s certificate could not be verified. Check proxy and CA bundle."),
    NO_API: gettext_lazy("What answers is not the Graph API. Check “graph_url” and the proxy."),
    BUSY: _LATER,
    2: _LATER,
    4: _LATER,
    80007: _LATER,
    0: gettext_lazy("The access token does not hold any more. Begin anew with another one."),
    190: gettext_lazy("The access token does not hold any more. Begin anew with another one."),
    **dict.fromkeys((3, 10, 131005, *range(200, 300)), _RIGHTS),
    33: gettext_lazy("The number was deleted at Meta. Choose another one."),
    368: gettext_lazy("Meta has blocked your account for a while for breaking its policies. You can appeal there."),
    131031: gettext_lazy("Meta has locked the account. Settle it there, then go on here."),
    131037: gettext_lazy("The number’s display name is not approved yet. Wait for Meta’s approval, then go on here."),
    133000: gettext_lazy("An earlier deregistration of the number is not complete. Wait some minutes, then try again."),
    133004: _LATER,
    133005: gettext_lazy("This is not the number’s PIN. Enter the one that it has; WhatsApp Manager can change it."),
    133006: gettext_lazy("The number is not confirmed yet. Confirm it in WhatsApp Manager, by SMS or a call."),
    133008: gettext_lazy("The PIN was wrong too often. Wait an hour before you try again."),
    133009: gettext_lazy("The PIN was entered too fast. Wait an hour before you try again."),
    133015: gettext_lazy("The number was just deleted elsewhere. It can be registered after five minutes."),
    133016: gettext_lazy("The number was registered too often. It is possible again after 72 hours."),
    2200: gettext_lazy("WhatsApp does not reach the callback. Enter it at Meta first, and test it before you go on."),
    2494100: gettext_lazy("Meta is maintaining the number. Wait some minutes, then try again."),
}
_GRANTS: Final[Mapping[Objection, tuple[str, Text]]] = {
    Objection.NO_APP: ("secret", gettext_lazy("App ID and app secret do not belong together. Copy both again.")),
    Objection.OTHER_APP: ("token", gettext_lazy("This access token belongs to another app. Make one for this app.")),
    Objection.INVALID: ("token", gettext_lazy("This access token does not hold: it has ended or is not whole.")),
    Objection.ACCOUNT: (
        "account",
        gettext_lazy("The access token does not reach this account. Check the ID, and the system user’s assets."),
    ),
}
_TRIED: Final[Mapping[Found, Text]] = {
    Found.UNREACHABLE: gettext_lazy(
        "Nothing answers at the callback from here. Check name, firewall and proxy; from outside it may differ."
    ),
    Found.CERTIFICATE: gettext_lazy("The callback’s certificate is not valid: WhatsApp would refuse it."),
    Found.REFUSED: gettext_lazy("The listener refuses it. Is it this installation’s listener that answers there?"),
    Found.OTHER: gettext_lazy("Something else answers at the callback. Let the proxy pass this path to the listener."),
}


def grant_words(grant: Grant, *, known: bool) -> tuple[str | None, str]:
    """The field of the form, None for the whole, and the sentence. `known` if app and secret were there already."""
    if grant.objection is Objection.NO_APP and known:
        return "token", gettext("This access token belongs to another app, or the app’s secret was changed at Meta.")
    if grant.objection is Objection.SCOPES:
        said = gettext("This access token lacks a permission: %(scopes)s. Make one that has both.")
        return "token", said % {"scopes": ", ".join(grant.lacks)}
    if grant.objection is not None and (found := _GRANTS.get(grant.objection)):
        field, words = found
        return field, str(words)
    return None, code_words(grant.code)


def code_words(code: int) -> str:
    """What the platform's code means here."""
    if code in _CODES:
        return str(_CODES[code])
    said = gettext("WhatsApp refused it with the code %(code)s. Meta’s error list of the Cloud API explains it.")
    return said % {"code": code}


def not_done_words(problem: NotDone) -> str:
    """Why it went no further, and what to do."""
    if problem.uncertain:
        return gettext("WhatsApp did not answer. Whether it was done is seen on this page now: go on from there.")
    if problem.step is Step.LINK:
        return gettext("Enter imprint and privacy notice first: customers must find both.")
    if problem.step is Step.CONNECT:
        return gettext("This number is connected already.")
    if problem.step is Step.FIND and not problem.code:
        return gettext("The account has no such number. Choose one of the list.")
    if problem.step is Step.STORE and problem.code not in _CODES:
        return gettext("WhatsApp does not take the place of storage (code %(code)s). The number is not registered.") % {
            "code": problem.code
        }
    return code_words(problem.code)


def tried_words(tried: Tried) -> list[tuple[bool, str]]:
    """What became of the two tries: whether it was good, and the sentence."""
    if tried.verified is not Found.GOOD:
        return [(False, _why(tried.verified, tried.status))]
    said = [(True, gettext("The verification was answered as Meta wants it."))]
    if tried.stored is Found.GOOD:
        return [*said, (True, gettext("A signed webhook was stored."))]
    return [*said, (False, _why(tried.stored or Found.UNREACHABLE, tried.status))]


def _why(found: Found, status: int) -> str:
    return f"{_TRIED[found]} (HTTP {status})" if status else str(_TRIED[found])
