"""What a part says in words where a template alone could not: cards, products, advertisements, answers about calls."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from jawort.channels.parts import Address, CallPermission, Card, Cards, Part, Product, Referral

#: What numbers and addresses on a card are called, by the word that phones use; any other stands as it came.
LABELS = {
    "home": pgettext_lazy("of a number or address on a contact card", "home"),
    "work": pgettext_lazy("of a number or address on a contact card", "work"),
    "office": pgettext_lazy("of a number or address on a contact card", "work"),
    "company": pgettext_lazy("of a number or address on a contact card", "company"),
    "cell": pgettext_lazy("of a number or address on a contact card", "mobile"),
    "mobile": pgettext_lazy("of a number or address on a contact card", "mobile"),
    "main": pgettext_lazy("of a number or address on a contact card", "main number"),
    "other": pgettext_lazy("of a number or address on a contact card", "other"),
}
_FROM = {
    "ad": gettext_lazy("From an advertisement:"),
    "post": gettext_lazy("From a post:"),
}


@dataclass(frozen=True, slots=True)
class ShownCard:
    """One person on a contact card: each line with what the sender calls it."""

    name: str
    lines: list[tuple[str, str]]


def shown_cards(part: Part | None) -> list[ShownCard]:
    """The cards of a message that has some."""
    return [ShownCard(card.name, _lines(card)) for card in part.cards] if isinstance(part, Cards) else []


def _lines(card: Card) -> list[tuple[str, str]]:
    job = ", ".join(filter(None, (card.title, card.department, card.organisation)))
    phones = zip(card.phones, card.phone_labels or [""] * len(card.phones), strict=False)
    emails = zip(card.emails, card.email_labels or [""] * len(card.emails), strict=False)
    found = [
        (job, ""),
        *phones,
        *emails,
        *((_postal(one), one.label) for one in card.addresses),
        *((web(one.url), one.label) for one in card.pages),
        (_birthday(card.birthday), ""),
    ]
    return [(line, str(LABELS.get(label.casefold(), label))) for line, label in found if line]


def _postal(address: Address) -> str:
    city = " ".join(filter(None, (address.zip, address.city)))
    return ", ".join(filter(None, (address.street, city, address.state, address.country)))


def _birthday(said: str) -> str:
    """As people write dates; what is no whole date stands as it came."""
    try:
        day = date_format(date.fromisoformat(said), "DATE_FORMAT")
    except ValueError:
        day = said
    return gettext("Birthday: %(day)s") % {"day": day} if said else ""


def web(url: str) -> str:
    """An address of the web, to be read and not to be followed; empty for one of anything else."""
    return url if url.startswith(("https://", "http://")) else ""


def asks_about(product: Product | None) -> str:
    """Which product a message is about; empty if about none."""
    if product is None:
        return ""
    if not product.number:
        return gettext("Asks about a product of the catalogue %(catalogue)s") % {"catalogue": product.catalog}
    if not product.catalog:
        return gettext("Asks about the product %(number)s") % {"number": product.number}
    names = {"number": product.number, "catalogue": product.catalog}
    return gettext("Asks about the product %(number)s of the catalogue %(catalogue)s") % names


def came_from(referral: Referral | None) -> list[str]:
    """From which advertisement or post a customer wrote, line by line; nothing if from none."""
    if referral is None:
        return []
    where = str(_FROM.get(referral.kind, gettext_lazy("From an advertisement or post:")))
    greeting = gettext("Greeted with: %(text)s") % {"text": referral.greeting} if referral.greeting else ""
    lines = [line for line in (referral.headline, referral.text, greeting, web(referral.url)) if line]
    return [f"{where} {lines[0]}", *lines[1:]] if lines else [where.removesuffix(":")]


def about_calls(permission: CallPermission) -> str:
    """Whether the customer may be called over WhatsApp, until when, and that it is nothing beyond that."""
    if not permission.allowed:
        return gettext("Wants no calls over WhatsApp.")
    if permission.until is not None:
        until = date_format(localtime(permission.until), "SHORT_DATETIME_FORMAT")
        said = [gettext("Allows calls over WhatsApp until %(time)s.") % {"time": until}]
    elif permission.permanent:
        said = [gettext("Allows calls over WhatsApp until further notice.")]
    else:
        said = [gettext("Allows calls over WhatsApp.")]
    if permission.by_calling:
        said.append(gettext("WhatsApp sets this by itself after a call from the customer."))
    return " ".join([*said, gettext("This is a switch of WhatsApp’s and no consent.")])


def called(at: datetime) -> str:
    """That a customer has called, when, and what can be done about it."""
    time = date_format(localtime(at), "SHORT_DATETIME_FORMAT")
    said = gettext("Called over WhatsApp on %(time)s. Not taken here: Jawort takes no calls. Please answer in writing.")
    return said % {"time": time}
