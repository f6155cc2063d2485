"""What a person wants to hear of marketing, as the panel and the banner say it."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from jawort.consent.queries import told_last


@dataclass(frozen=True, slots=True)
class Marketing:
    """`objected` is what the gate goes by; `told` is what the person told WhatsApp last, empty if nothing."""

    objected: bool
    told: str


def marketing(person: Collection[UUID], objected: bool) -> Marketing | None:
    """What there is to say of these contacts of a person; None if nothing."""
    last = told_last(person)
    if last is None:
        return Marketing(objected, "") if objected else None
    on = {"day": date_format(localtime(last.at), "DATE_FORMAT")}
    match last.wish:
        case "stop":
            told = gettext("The person stopped marketing messages in WhatsApp on %(day)s.") % on
        case "resume":
            told = (
                gettext("The person allowed marketing messages in WhatsApp again on %(day)s. That is no consent.") % on
            )
        case "signup":
            told = gettext(
                "The person signed up for marketing messages in WhatsApp on %(day)s. That alone is no consent."
            )
            told %= on
        case _:
            on["wish"] = last.wish
            told = gettext("The person told WhatsApp on %(day)s about marketing messages: %(wish)s.") % on
    return Marketing(objected, told)
