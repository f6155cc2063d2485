"""Where calls of the house go, and which data may go there: the one list. What is not in it does not leave (wire.py).

Plain values without words: what readers are told of each stands in jawort/egress/words.py. Calls within the machine
(search, the demo's parts) are no destination, and neither is the database, which is the house.

Sources: WhatsApp Business Platform: the pages on messages, media, block users, contact book, business profiles, data
privacy and security (contents at most 30 days, identifiers until 30 days after the last status), local storage.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Destination(StrEnum):
    """Somebody whom a process of ours calls."""

    GRAPH = "graph"  # WhatsApp's Graph API
    MEDIA = "media"  # WhatsApp's hosts for files
    MAIL = "mail"  # the mail server for alarms
    ALARM_WEBHOOK = "alarm_webhook"
    SIGN_IN = "sign_in"  # the company's sign-in service
    CALLBACK = "callback"  # our own webhook listener, asked from outside as WhatsApp would


class Datum(StrEnum):
    """A category of what leaves. A call may carry several; each counts once for it."""

    NUMBER = "number"
    BSUID = "bsuid"
    TEXT = "text"
    FILE = "file"
    FILE_NAMED = "file_named"  # in a message: the id that the platform gave a file, and a document's name
    TEMPLATE = "template"
    PLACE = "place"
    CARD = "card"
    REACTION = "reaction"
    OWN_ID = "own_id"
    REFERENCE = "reference"
    READ = "read"
    BLOCKED = "blocked"
    FORGOTTEN = "forgotten"
    FILE_ID = "file_id"
    SIGN_IN = "sign_in"
    RECIPIENT = "recipient"
    ALARM = "alarm"
    PROFILE = "profile"
    ACCOUNT = "account"
    CREDENTIALS = "credentials"
    QUESTION = "question"


_OF_CUSTOMERS: Final = (
    *(Datum.NUMBER, Datum.BSUID, Datum.TEXT, Datum.FILE, Datum.FILE_NAMED, Datum.TEMPLATE, Datum.PLACE, Datum.CARD),
    *(Datum.REACTION, Datum.OWN_ID, Datum.REFERENCE, Datum.READ, Datum.BLOCKED, Datum.FORGOTTEN),
)

#: What may go where, in the order in which it is read.
LEAVES: Final[Mapping[Destination, tuple[Datum, ...]]] = {
    Destination.GRAPH: (
        *_OF_CUSTOMERS,
        *(Datum.FILE_ID, Datum.PROFILE, Datum.ACCOUNT, Datum.CREDENTIALS, Datum.QUESTION),
    ),
    Destination.MEDIA: (Datum.FILE_ID, Datum.CREDENTIALS),
    Destination.MAIL: (Datum.RECIPIENT, Datum.ALARM, Datum.CREDENTIALS, Datum.QUESTION),
    Destination.ALARM_WEBHOOK: (Datum.ALARM, Datum.QUESTION),
    Destination.SIGN_IN: (Datum.SIGN_IN, Datum.CREDENTIALS, Datum.QUESTION),
    Destination.CALLBACK: (Datum.CREDENTIALS,),
}

#: What is about a person: a customer, or for the last two somebody of the staff.
PERSONAL: Final = frozenset({*_OF_CUSTOMERS, Datum.FILE_ID, Datum.SIGN_IN, Datum.RECIPIENT})
#: For how many days the platform keeps contents at most; nobody but it can delete them before.
PLATFORM_KEEPS_DAYS: Final = 30
