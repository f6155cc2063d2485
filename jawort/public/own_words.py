"""What a customer reads on their own page of what is stored: what, why, on what basis, until when, and who gets it.

Plain words: whoever reads this has not studied law. Where a period has no end yet it says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from jawort.consent.purpose import CAMPAIGNS, CARE, Purpose
from jawort.consent.state import Event, State, Way
from jawort.messaging.own_page.rules import NoCode
from jawort.people.rules import AliasKind, NumberBasis
from jawort.staff.permissions import GRANTS, Permission, Role

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of data: what it is, why it is stored, on what legal basis, until when."""

    what: Text
    why: Text
    basis: Text
    until: Text


#: By deletion class of jawort/core/column.py, in the words of whom it is about.
UNTIL: Final[Mapping[str, Text]] = {
    "open": gettext_lazy(
        "No fixed day yet. Your messages stay while a conversation goes on, and until periods for closed conversations "
        "are in use here. You can ask for erasure before; what a law makes us keep, we then only keep."
    ),
    "identity": gettext_lazy("For as long as we have messages of yours. It goes with the last of them."),
    "consent": gettext_lazy("Three years after the end of the year in which it ended or counted for the last time."),
    "ledger": gettext_lazy("For good. It names nobody, and once your data are erased nothing in it leads to you."),
}
SECTIONS: Final[Mapping[str, Section]] = {
    "identity": Section(
        gettext_lazy("Your name and how we reach you"),
        gettext_lazy("So that we know who is writing, take you for nobody else, and can answer."),
        gettext_lazy(
            "You wrote to us, and we answer you (Art. 6(1)(b) GDPR). Where a number did not come from you, its own "
            "basis stands beside it."
        ),
        UNTIL["identity"],
    ),
    "attributes": Section(
        gettext_lazy("What we have noted of you"),
        gettext_lazy("What each of them is for stands beside it."),
        gettext_lazy(
            "To look after your matter (Art. 6(1)(b) GDPR), and because we would otherwise have to ask you again each "
            "time (Art. 6(1)(f) GDPR, our legitimate interest)."
        ),
        UNTIL["identity"],
    ),
    "messages": Section(
        gettext_lazy("Your messages and ours"),
        gettext_lazy("To answer you, and to know later what was said. They are stored encrypted."),
        gettext_lazy("You wrote to us, and we answer you (Art. 6(1)(b) GDPR)."),
        UNTIL["open"],
    ),
    "consents": Section(
        gettext_lazy("What you have said yes or no to"),
        gettext_lazy("To heed it, and to be able to show that we asked you and did what you said."),
        gettext_lazy("Our duty to show it (Art. 5(2) and Art. 7(1) GDPR, Art. 6(1)(c) GDPR)."),
        UNTIL["consent"],
    ),
    "log": Section(
        gettext_lazy("Our log"),
        gettext_lazy(
            "It shows what was done with your data, when, and who looked at it. It holds no texts and no names."
        ),
        gettext_lazy("Our duty to show it, and security (Art. 5(2) and Art. 32 GDPR)."),
        UNTIL["ledger"],
    ),
}
ADDRESSES: Final[Mapping[AliasKind, Text]] = {
    AliasKind.PHONE: gettext_lazy("Phone number"),
    AliasKind.WA_ID: gettext_lazy("Phone number on WhatsApp"),
    AliasKind.BSUID: gettext_lazy("WhatsApp’s mark for you, which stands in for your number"),
    AliasKind.PARENT_BSUID: gettext_lazy("WhatsApp’s mark for you, for several companies together"),
}
BASES: Final[Mapping[NumberBasis | None, Text]] = {
    None: gettext_lazy("you wrote to us with it"),
    NumberBasis.REQUEST: gettext_lazy("you gave it to us so that we write to you (Art. 6(1)(b) GDPR)"),
    NumberBasis.CONTRACT: gettext_lazy("it belongs to a contract or an order of yours (Art. 6(1)(b) GDPR)"),
    NumberBasis.CONSENT: gettext_lazy("you consented to it (Art. 6(1)(a) GDPR)"),
    NumberBasis.INTEREST: gettext_lazy("we have a legitimate interest in it (Art. 6(1)(f) GDPR)"),
}
EVENTS: Final[Mapping[Event, Text]] = {
    Event.REQUESTED: gettext_lazy("We asked you"),
    Event.REFUSED: gettext_lazy("You said no"),
    Event.GIVEN: gettext_lazy("You said yes"),
    Event.CONFIRMED: gettext_lazy("You confirmed your yes"),
    Event.REAFFIRMED: gettext_lazy("You repeated your yes"),
    Event.WITHDRAWN: gettext_lazy("You took it back"),
    Event.REVOKED: gettext_lazy("We ended it"),
    Event.EXPIRED: gettext_lazy("It ended by itself, after two years without use"),
    Event.INVALIDATED: gettext_lazy("It ended because your number or WhatsApp’s mark for you changed"),
}
WAYS: Final[Mapping[Way, Text]] = {
    Way.PAPER: gettext_lazy("on paper"),
    Way.PHONE: gettext_lazy("by phone"),
    Way.IN_PERSON: gettext_lazy("in person"),
    Way.WEBSITE: gettext_lazy("on a website"),
    Way.EMAIL: gettext_lazy("by e-mail"),
}
METHODS: Final[Mapping[str, Text]] = {
    "button": gettext_lazy("with a button in the chat"),
    "words": gettext_lazy("with a message"),
    "agent": gettext_lazy("noted by one of us"),
    "platform": gettext_lazy("in WhatsApp itself"),
}
STATES: Final[Mapping[State, Text]] = {
    State.NONE: gettext_lazy("You have not consented to advertising, so you get none."),
    State.REQUESTED: gettext_lazy("We have asked you, and you have not answered. You get no advertising."),
    State.REFUSED: gettext_lazy("You have said no to advertising, so you get none."),
    State.UNCONFIRMED: gettext_lazy("Your yes to advertising is not confirmed. You get none."),
    State.ACTIVE: gettext_lazy("You have consented to advertising. You can take that back at any time."),
    State.WITHDRAWN: gettext_lazy("You have taken your consent to advertising back, so you get none."),
    State.REVOKED: gettext_lazy("We have ended your consent to advertising. You get none."),
    State.EXPIRED: gettext_lazy("Your consent to advertising has expired. You get none."),
    State.INVALIDATED: gettext_lazy("Your consent to advertising has ended with your old address. You get none."),
}
#: The same of what a company has declared besides.
OTHER_STATES: Final[Mapping[State, Text]] = {
    State.NONE: gettext_lazy("“%(name)s”: you have not consented, so you get nothing of it."),
    State.REQUESTED: gettext_lazy("“%(name)s”: we have asked you, and you have not answered. You get nothing of it."),
    State.REFUSED: gettext_lazy("“%(name)s”: you have said no, so you get nothing of it."),
    State.UNCONFIRMED: gettext_lazy("“%(name)s”: your yes is not confirmed. You get nothing of it."),
    State.ACTIVE: gettext_lazy("“%(name)s”: you have consented. You can take that back at any time."),
    State.WITHDRAWN: gettext_lazy("“%(name)s”: you have taken your consent back, so you get nothing of it."),
    State.REVOKED: gettext_lazy("“%(name)s”: we have ended your consent. You get nothing of it."),
    State.EXPIRED: gettext_lazy("“%(name)s”: your consent has expired. You get nothing of it."),
    State.INVALIDATED: gettext_lazy("“%(name)s”: your consent has ended with your old address. You get nothing of it."),
}
#: What is mostly without words; of other kinds what can be read of them is their text.
KINDS: Final[Mapping[str, Text]] = {
    "image": gettext_lazy("picture"),
    "video": gettext_lazy("video"),
    "audio": gettext_lazy("voice message"),
    "document": gettext_lazy("document"),
    "sticker": gettext_lazy("sticker"),
    "location": gettext_lazy("location"),
    "contacts": gettext_lazy("contact card"),
    "call": gettext_lazy("call"),
}
LANGUAGES: Final[Mapping[str, Text]] = {"de": gettext_lazy("German"), "en": gettext_lazy("English")}
OBJECTED: Final[Mapping[Purpose, Text]] = {
    CARE: gettext_lazy("No messages at all"),
    CAMPAIGNS: gettext_lazy("No advertising"),
}
NO_CODE: Final[Mapping[NoCode, Text]] = {
    NoCode.SHUT: gettext_lazy("At the moment nothing can be shown here. Please ask in the chat."),
    NoCode.TOO_MANY: gettext_lazy("Five codes were sent today already. You get another one tomorrow."),
    NoCode.WRITE_FIRST: gettext_lazy("Please write us a short message in the chat first. Then we send the code."),
    NoCode.OBJECTED: gettext_lazy(
        "You have told us not to write to you any more, so we send no code either. Write to us in the chat if you want "
        "to see this page all the same."
    ),
    NoCode.STOPPED: gettext_lazy("At the moment we cannot send a code. Please ask in the chat."),
}
_ROLES: Final[Mapping[Role, Text]] = {
    Role.AGENT: gettext_lazy("customer service"),
    Role.SUPERVISOR: gettext_lazy("those who lead it"),
    Role.ADMINISTRATOR: gettext_lazy("those who run this system"),
    Role.DATA_PROTECTION_OFFICER: gettext_lazy("data protection"),
}
#: Who of ours may read the messages at all.
READERS: Final = tuple(words for role, words in _ROLES.items() if Permission.CONVERSATION_READ in GRANTS[role])
