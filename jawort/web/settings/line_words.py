"""How a number is at the platform, in words: its quality, its name, what may leave."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext, gettext_lazy, pgettext, pgettext_lazy

from jawort.lines.reading import NotRead, Standing
from jawort.lines.register import RATE_PER_S, RATES
from jawort.web.notices.words import Mark, Text
from jawort.web.settings.connect_words import code_words

# Names for tools/icons.py: icon:circle-check icon:triangle-alert icon:octagon-alert icon:info
_GOOD, _WARN, _BAD = ("circle-check", "tag--ok"), ("triangle-alert", "tag--warning"), ("octagon-alert", "tag--bad")
_UNKNOWN: Final = Mark("info", "", gettext_lazy("Not known yet"))
_QUALITY: Final[Mapping[str, Mark]] = {
    "GREEN": Mark(*_GOOD, pgettext_lazy("quality", "Good")),
    "YELLOW": Mark(*_WARN, gettext_lazy("Middling: customers block or report the number")),
    "RED": Mark(*_BAD, gettext_lazy("Low: send less, and only what people expect")),
}
_SENDS: Final[Mapping[str, Mark]] = {
    "AVAILABLE": Mark(*_GOOD, pgettext_lazy("sending", "Possible")),
    "LIMITED": Mark(*_WARN, pgettext_lazy("sending", "Possible in part")),
    "BLOCKED": Mark(*_BAD, pgettext_lazy("sending", "Not possible")),
}
_NAMES: Final[Mapping[str, Mark]] = {
    "APPROVED": Mark(*_GOOD, pgettext_lazy("name", "Approved")),
    "AVAILABLE_WITHOUT_REVIEW": Mark(*_GOOD, gettext_lazy("Usable without a review")),
    "PENDING_REVIEW": Mark(*_WARN, gettext_lazy("Under review at Meta")),
    "DECLINED": Mark(*_BAD, gettext_lazy("Declined: apply for another name in WhatsApp Manager")),
    "EXPIRED": Mark(*_BAD, gettext_lazy("Expired: apply anew in WhatsApp Manager")),
    "NONE": Mark(*_WARN, gettext_lazy("Not applied for: do that in WhatsApp Manager")),
}
_LIMITS: Final = {"TIER_250": 250, "TIER_1K": 1_000, "TIER_2K": 2_000, "TIER_10K": 10_000, "TIER_100K": 100_000}
_THROUGHPUT: Final = {"STANDARD": RATE_PER_S, **RATES}
_PARTS: Final[Mapping[str, Text]] = {
    "PHONE_NUMBER": pgettext_lazy("of a line", "Number"),
    "WABA": gettext_lazy("Account"),
    "BUSINESS": gettext_lazy("Portfolio"),
    "APP": gettext_lazy("App at Meta"),
}
VERTICALS: Final[Mapping[str, Text]] = {
    "UNDEFINED": gettext_lazy("Not given"),
    "ALCOHOL": gettext_lazy("Alcoholic drinks"),
    "APPAREL": gettext_lazy("Clothing"),
    "AUTO": gettext_lazy("Vehicles"),
    "BEAUTY": gettext_lazy("Beauty, spa and salon"),
    "EDU": gettext_lazy("Education"),
    "ENTERTAIN": gettext_lazy("Entertainment"),
    "EVENT_PLAN": gettext_lazy("Event planning"),
    "FINANCE": gettext_lazy("Finance and banking"),
    "GOVT": gettext_lazy("Public service"),
    "GROCERY": gettext_lazy("Food and groceries"),
    "HEALTH": gettext_lazy("Medicine and health"),
    "HOTEL": gettext_lazy("Hotel and lodging"),
    "NONPROFIT": gettext_lazy("Non-profit"),
    "ONLINE_GAMBLING": gettext_lazy("Online gambling"),
    "OTC_DRUGS": gettext_lazy("Over-the-counter drugs"),
    "PHYSICAL_GAMBLING": gettext_lazy("Gambling on site"),
    "PROF_SERVICES": gettext_lazy("Professional services"),
    "RESTAURANT": gettext_lazy("Restaurant"),
    "RETAIL": gettext_lazy("Shopping and retail"),
    "TRAVEL": gettext_lazy("Travel and transport"),
    "OTHER": pgettext_lazy("business", "Other"),
}


def marks(standing: Standing) -> list[tuple[Text, Mark]]:
    """What is good and what is not, each under its heading."""
    state = standing.state
    return [
        (pgettext("of a number", "Sending"), _SENDS.get(state.can_send, _UNKNOWN)),
        (gettext("Quality as customers see it"), _QUALITY.get(state.quality, _UNKNOWN)),
        (gettext("Displayed name"), _NAMES.get(state.name_status, _UNKNOWN)),
    ]


def limit(standing: Standing) -> int | str:
    """How many people may be written to first in 24 hours, by the whole portfolio; empty for no end."""
    return "" if standing.state.limit.endswith("UNLIMITED") else _LIMITS.get(standing.state.limit, standing.state.limit)


def throughput(standing: Standing) -> int | str:
    """How many messages a second go through the number, in and out."""
    return _THROUGHPUT.get(standing.state.throughput, standing.state.throughput)


def troubles(standing: Standing) -> list[tuple[Text, str, str]]:
    """Of what there is trouble, what Meta says of it, and what it advises."""
    return [(_PARTS.get(one.entity, one.entity), one.said, one.advice) for one in standing.state.troubles]


def not_read_words(problem: NotRead) -> str:
    """Why the platform did not tell or do it, and what to do."""
    if problem.uncertain:
        return gettext("WhatsApp did not answer. Read anew to see whether it was done.")
    if problem.code in {0, 190}:
        return gettext("The access token does not hold any more. Enter another one below.")
    return code_words(problem.code)
