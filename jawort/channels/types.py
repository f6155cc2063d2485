"""What every channel speaks: updates that came in, messages that go out, and the outcomes of a call.

Plain values without tables. Every one that came in keeps `original`: the platform's own JSON of that one update,
whole, in a form that the channel's `parse` reads again to the same value. All of it is personal data of customers.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from jawort.channels.parts import Part, Product, Referral


class Retry(StrEnum):
    """What a failure allows: never again, again with back-off, again after a named time, or stop the line and call."""

    NEVER = "never"
    BACKOFF = "backoff"
    WAIT = "wait"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class SenderRef:
    """Who wrote, as far as the platform says; at least one of the first three is there. `phone` is digits, no plus.

    Name and username are what the person calls themselves at present, and nothing to know them by.
    """

    phone: str | None
    bsuid: str | None
    parent_bsuid: str | None
    name: str | None
    username: str | None = None


#: What a message is to us, whatever the platform calls it. All but "text" may have a part of their own.
Kind = Literal[
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "choice",
    "form",
    "call_permission",
    "call",
    "reaction",
    "order",
    "edit",
    "revoke",
    "unsupported",
    "buttons",
    "options",
    "link",
    "ask",
    "template",
]


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message of a customer. `text` is what can be read of it in one line; `provider_kind` is the platform's word.
    A call is one too, without text: whoever is called wants to know and to answer, and it opens the window.

    `line_ref` is the platform's id of our number. `opens_window` says whether the service window starts anew with it.
    `about` is the provider's id of the message that this one answers, reacts to, or changes; `product` what it asks
    about. `often` if it was passed on many times, and not only `forwarded`. `standby` if Meta Business Agent had the
    chat when it came. `side_door` if it came over a page of ours: then the platform knows nothing of it, and has given
    it no id.
    """

    line_ref: str
    provider_id: str
    sender: SenderRef
    sent_at: datetime
    kind: Kind
    text: str
    provider_kind: str
    opens_window: bool
    original: bytes
    part: Part | None = None
    about: str | None = None
    forwarded: bool = False
    referral: Referral | None = None
    product: Product | None = None
    often: bool = False
    standby: bool = False
    side_door: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the platform could not deliver: its code (0 if it named none), title and detail, which are its own words."""

    code: int
    title: str
    details: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's word on one message of ours. `own_id` is the id that we gave along, if it came back.

    `billed` is how the platform bills the message, its words for category and type, where it says so. `standby` if Meta
    Business Agent had the chat: then it may be of what that wrote.
    """

    line_ref: str
    provider_id: str
    own_id: str | None
    state: Literal["sent", "delivered", "read", "played", "failed"]
    at: datetime
    failure: Failure | None
    original: bytes
    billed: tuple[str, str] | None = None
    standby: bool = False


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """The platform says that one customer's number or id changed. Unknown sides are None; never merge on these alone.

    `provider_id` is the same for every redelivery of the change.
    """

    line_ref: str
    provider_id: str
    old_phone: str | None
    old_bsuid: str | None
    old_parent_bsuid: str | None
    new_phone: str | None
    new_bsuid: str | None
    new_parent_bsuid: str | None
    at: datetime
    original: bytes


@dataclass(frozen=True, slots=True)
class Preference:
    """A customer told the platform itself what they want to get: `wish` is its word (stop, resume, signup), about
    `subject` (marketing_messages). `signup_ref` names the link of ours that was used, empty if none.

    `provider_id` is the same for every redelivery.
    """

    line_ref: str
    provider_id: str
    sender: SenderRef
    subject: str
    wish: str
    signup_ref: str
    at: datetime
    original: bytes


#: What comes while Meta Business Agent has the chat: the platform's field for it, and the kind of notices of what that
#: agent wrote.
STANDBY: Final = "standby"


@dataclass(frozen=True, slots=True)
class Notice:
    """What the platform reports of our account, its numbers and templates, and anything else that it says.

    `kind` is its word for the subject, `event` its word for what happened, empty where it has none. `line_ref` is empty
    where no number is named by its id; then `number` (digits) may name it, and without either it is about the whole
    account. `words` are further words of the platform as (name, word), never sentences. `until` is when the last of its
    restrictions ends; `ends` are all of them, each with its own end, None where it has none. `begins` is the day or
    moment from which it holds: nothing ends by it. `beside` is a hash of what it came with, empty if it came alone: a
    notice in the same words beside something else is another one. The original holds that hash beside the platform's
    own words.
    """

    line_ref: str
    kind: str
    original: bytes
    account_ref: str = ""
    event: str = ""
    number: str = ""
    template: str = ""
    language: str = ""
    words: tuple[tuple[str, str], ...] = ()
    at: datetime | None = None
    until: datetime | None = None
    ends: tuple[tuple[str, datetime | None], ...] = ()
    begins: datetime | None = None
    beside: bytes = b""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One update that does not mean anything to us, in a body that otherwise does. `reason` is a code, no content."""

    line_ref: str
    reason: str
    original: bytes


Update = Inbound | Receipt | IdentityChange | Preference | Notice | Unreadable


class Malformed(Exception):
    """The body as a whole cannot be read. The text is a code; it never quotes the body."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one customer. `own_id` comes back in every receipt: an id of ours, never personal data.

    One of `to_phone` (digits, no plus) and `to_bsuid` is set; with both the id is used, because an address by phone
    keeps the number visible to us for another 30 days; only one-time passwords need the number. `reply_to` is the
    provider's id of the message that this one answers or reacts to. Every kind but "text" has its part; a file in it
    bears the id that the platform gave it.
    """

    own_id: str
    to_phone: str | None
    to_bsuid: str | None
    text: str
    reply_to: str | None = None
    kind: Kind = "text"
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The platform took the message and named it. Not delivered yet: receipts tell."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Named:
    """The platform took a file and named it, for 30 days. Nobody sees it before a message refers to it."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The message did not leave. `code` is the platform's, or one of ours below 0; `reason` is a code, no content."""

    code: int
    reason: str
    retry: Retry


class NotTaken(Exception):
    """A mail or a POST of ours was not taken. `reason` is a code; `passing` if another attempt may help."""

    def __init__(self, reason: str, *, passing: bool) -> None:
        super().__init__(reason)
        self.reason, self.passing = reason, passing


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The message may have left. Only a receipt with our own id can tell; never send again by itself."""

    reason: str


Outcome = Accepted | Refused | Uncertain


@dataclass(frozen=True, slots=True)
class Examined:
    """What the platform says of a line. `subscribed` is None where it does not say, `expires_at` where the token never
    ends or that is not known; `leads_to` is the address that webhooks go to, empty if it is not said.
    """

    expires_at: datetime | None
    subscribed: bool | None
    leads_to: str


@dataclass(frozen=True, slots=True)
class Noted:
    """The platform has put somebody on the list of whom we block, or taken them off it."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """The platform has deleted something of a person, or had nothing of them. Asking again changes nothing."""
