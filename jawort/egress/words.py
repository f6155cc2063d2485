"""What readers are told of each destination, datum and way through the firewall. English here, German in the catalogue.

Whoever shows it translates it; the command line shows it as it is. It names nobody.

Sources: WhatsApp Business Platform, data privacy and security (contents at most 30 days, identifiers until 30 days
after the last status) and local storage (in processing up to 60 minutes anywhere); WhatsApp Business Data Transfer
Addendum of 16 February 2024 (WhatsApp Ireland Limited, onward to WhatsApp LLC and Meta Platforms, Inc.; Data Privacy
Framework, else standard contractual clauses). Which contract a company accepted it must read in its own copy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jawort.channels.destinations import Datum, Destination
from jawort.egress.firewall import DATABASE, DESK, FIGURES, INGEST, PROXY


def _(text: str) -> str:
    """`text`, marked for the catalogue. Django's own mark wants settings, which the command line need not have."""
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """Of one destination: who gets it, where that is, what for, on what legal basis, and what stays there."""

    name: str
    operator: str
    place: str
    why: str
    basis: str
    stays: str


_META: Final = _(
    "Meta. For customers in Europe WhatsApp Ireland Limited, which passes data on to WhatsApp LLC and Meta Platforms, "
    "Inc. in the USA."
)
_META_PLACE: Final = _(
    "Contents rest in the country that was chosen for the number (local storage), without a choice in the USA. While "
    "they are processed, up to 60 minutes, they may be in any of Meta’s data centres."
)
_META_BASIS: Final = _(
    "Processing on your behalf (Art. 28 GDPR); to the USA under the Data Privacy Framework, else standard contractual "
    "clauses. On what basis each message was sent stands with the message."
)
_YOURS: Final = _("Whoever runs it for you: you have named its address in the settings.")
_YOURS_PLACE: Final = _("Where you or your provider run it.")
_SAFE_BASIS: Final = _("Running the installation safely (Art. 6(1)(f) and Art. 32 GDPR).")

WORDS: Final[Mapping[str, Words]] = {
    Destination.GRAPH: Words(
        _("WhatsApp"),
        _META,
        _META_PLACE,
        _("To deliver what you write to customers, and to look after your numbers, your profile and your templates."),
        _META_BASIS,
        _(
            "Contents for at most 30 days, who was written to until 30 days after the last status. Nobody but Meta can "
            "delete them before. What was delivered lies on the customer’s phone, for as long as the customer likes."
        ),
    ),
    Destination.MEDIA: Words(
        _("WhatsApp, files of customers"),
        _META,
        _META_PLACE,
        _("To fetch the files that customers have sent."),
        _META_BASIS,
        _("Nothing that Meta did not have before: it is told which of its files is fetched, and gets none."),
    ),
    Destination.MAIL: Words(
        _("Mail server"),
        _YOURS,
        _YOURS_PLACE,
        _("To tell your people of alarms."),
        _SAFE_BASIS,
        _("The mail, at the server and in the mailboxes, for as long as you keep it there. It names no customer."),
    ),
    Destination.ALARM_WEBHOOK: Words(
        _("Alarm webhook"),
        _YOURS,
        _YOURS_PLACE,
        _("To tell a program of yours of alarms."),
        _SAFE_BASIS,
        _("The alarm, for as long as that program keeps it. It names no customer."),
    ),
    Destination.SIGN_IN: Words(
        _("Sign-in service"),
        _YOURS,
        _YOURS_PLACE,
        _("To ask who of your people is signing in."),
        _SAFE_BASIS,
        _("That somebody of the staff signed in here, as its own log says it. It learns nothing of customers."),
    ),
    Destination.CALLBACK: Words(
        _("Your own webhook listener"),
        _("You: the call leaves the house only where your own address leads outside and back."),
        _YOURS_PLACE,
        _("To try once a day whether WhatsApp would reach you."),
        _SAFE_BASIS,
        _("Nothing: a question of nobody, which is answered and forgotten."),
    ),
}

DATA: Final[Mapping[str, str]] = {
    Datum.NUMBER: _("Phone number of the person written to"),
    Datum.BSUID: _("WhatsApp’s own id of the person written to (BSUID), without the number"),
    Datum.TEXT: _("Text of a message, with its buttons"),
    Datum.FILE: _("File that is sent"),
    Datum.FILE_NAMED: _("That a file belongs to a message, and a document’s name"),
    Datum.TEMPLATE: _("Template and what fills it in"),
    Datum.PLACE: _("Location that is sent"),
    Datum.CARD: _("Contact card that somebody of yours sends"),
    Datum.REACTION: _("Reaction to a message"),
    Datum.OWN_ID: _("Our own id of the message, made of time and chance"),
    Datum.REFERENCE: _("WhatsApp’s own id of an earlier message, which this is about"),
    Datum.READ: _("That a message was read, and that somebody is typing"),
    Datum.BLOCKED: _("That a person is blocked, or is so no more"),
    Datum.FORGOTTEN: _("That Meta is to delete a person from its contact book"),
    Datum.FILE_ID: _("Which of WhatsApp’s own files is fetched"),
    Datum.SIGN_IN: _("Code or token of somebody of the staff who is signing in"),
    Datum.RECIPIENT: _("Mail addresses of the staff who get alarms"),
    Datum.ALARM: _("Alarm: what is wrong, of which line, since when"),
    Datum.PROFILE: _("Your company’s profile, which customers see"),
    Datum.ACCOUNT: _("Questions about your account, numbers and templates, and changes to them"),
    Datum.CREDENTIALS: _("What proves who we are: token, password, signature"),
    Datum.QUESTION: _("Whether anybody answers: nothing but the connection"),
}

#: What each line of the firewall's list is for.
OPENINGS: Final[Mapping[str, str]] = {
    **{what: words.why for what, words in WORDS.items()},
    PROXY: _("The proxy by which the calls leave that name it."),
    DATABASE: _("PostgreSQL, on a machine of its own."),
    INGEST: _("Takes WhatsApp’s webhooks. Your proxy with TLS stands in front."),
    DESK: _("Desk, API and ledger, for browsers and programs of yours. Your proxy with TLS stands in front."),
    FIGURES: _("Health and figures, for your monitoring."),
}


@dataclass(frozen=True, slots=True)
class Store:
    """A place where data lie. `ours` says by which setting it is located; empty where it is somebody else's."""

    name: str
    holds: str
    ends: str
    ours: str = ""
    operator: str = ""
    place: str = ""
    deletable: bool = True


_AS_SAID: Final = "stored_at"
STORES: Final = (
    Store(
        _("Database (PostgreSQL)"),
        _("Messages, files, names and addresses, sealed; the ledger; accounts of the staff."),
        _("Can be deleted. What is sealed is gone with its key."),
        _AS_SAID,
    ),
    Store(
        _("Data directory with the root key"),
        _("The key from which all others hang. Nothing of anybody."),
        _("Can be deleted; without it nothing in the database opens."),
        _AS_SAID,
    ),
    Store(
        _("Memory of the search process"),
        _("Words of the messages of the last days, with ids. On no disk."),
        _("Gone when the process ends, and within ten minutes after what is erased."),
        _AS_SAID,
    ),
    Store(
        _("Backups"),
        _("What you copy: sealed as in the database. Keep the root key apart from them."),
        _("What was deleted stays in older backups until you overwrite them."),
        "backed_up_at",
    ),
    Store(
        _("Browsers of the staff"),
        _("The page while it is open; drafts, sealed."),
        _("Gone when the page is closed; drafts when they are sent."),
        operator=_("You"),
        place=_("On the devices of your people."),
    ),
    Store(
        _("WhatsApp"),
        _("The messages both ways, and who wrote with whom."),
        _("Cannot be deleted by you or by us: contents go after at most 30 days."),
        operator=_META,
        place=_META_PLACE,
        deletable=False,
    ),
    Store(
        _("The customer’s phone"),
        _("The messages both ways, and whatever backup the customer makes."),
        _("Cannot be deleted by anybody but the customer."),
        operator=_("The customer"),
        place=_("Wherever the phone is."),
        deletable=False,
    ),
)
