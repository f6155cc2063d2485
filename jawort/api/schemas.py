"""The shapes of the API, as its OpenAPI description shows them."""

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar, get_args
from uuid import UUID

from ninja import Schema
from pydantic import Field

from jawort.channels.types import Kind

T = TypeVar("T")
KINDS: tuple[str, ...] = get_args(Kind)
OUT = [
    *("queued", "claimed", "calling", "accepted", "sent", "delivered"),
    *("read", "played", "failed", "unknown", "refused"),
]


class Page(Schema, Generic[T]):
    """One page of a list, newest first."""

    items: Annotated[list[T], Field(description="At most `limit`.")]
    next: Annotated[UUID | None, Field(description="Pass as `after` for the next page; null on the last.")]


class Contact(Schema):
    """The customer."""

    id: Annotated[UUID, Field(description="Stays the same for ever.")]
    name: Annotated[str, Field(description="As the customer gives it; empty if unknown.")]


class Conversation(Schema):
    """One customer on one line of ours."""

    id: Annotated[UUID, Field(description="Stays the same for ever.")]
    channel: Annotated[Literal["whatsapp"], Field(description="The kind of channel.")]
    line: Annotated[str, Field(description="Name of our line.")]
    status: Annotated[
        Literal["open", "resolved"], Field(description="Resolved ones take no messages until they are reopened.")
    ]
    assignee: Annotated[str | None, Field(description="Name of the agent who looks after it.")]
    contact: Annotated[Contact, Field(description="With whom.")]
    last_message_at: Annotated[datetime, Field(description="Newest message or note.")]
    snoozed: Annotated[bool, Field(description="Put aside: of the views with open ones only `snoozed` has it.")] = False
    snoozed_until: Annotated[
        datetime | None, Field(description="When it comes back; null of a snoozed one: when the customer writes.")
    ] = None


class Sender(Schema):
    """The customer’s address as it came with the message. The number is missing where the customer withholds it."""

    phone: Annotated[str | None, Field(description="Digits with country code, no plus.")]
    bsuid: Annotated[str | None, Field(description="WhatsApp’s id of the customer for our business.")]


class Failure(Schema):
    """Why a message did not get through."""

    code: Annotated[str, Field(description="The platform’s error code, or the gate’s refusal.")]
    reason: Annotated[str, Field(description="What it means, in English.")]


class File(Schema):
    """A file of a message."""

    id: Annotated[UUID, Field(description="Stays the same for ever.")]
    status: Annotated[
        str,
        Field(description="waiting (being fetched), stored, draft (its message can be undone), refused or lost."),
    ]
    reason: Annotated[str | None, Field(description="Why it still waits, was refused or is lost: a code.")]
    name: Annotated[str | None, Field(description="As the sender names it: nothing to rely on. Empty if not named.")]
    type: Annotated[str | None, Field(description="Read from its bytes.")]
    claimed_type: Annotated[str | None, Field(description="What the sender says.")]
    size: Annotated[int | None, Field(description="In bytes.")]


class SideDoor(Schema):
    """Files pass by a link to our own host, and not over WhatsApp: the message brought them, or its text holds it.

    Of a link that was sent again the first message tells; of files that came in the message with their link does.
    """

    way: Annotated[str | None, Field(description="in: the customer brings files; out: the customer takes ours.")]
    status: Annotated[
        str | None,
        Field(description="Of a link: open, used, expired, withdrawn, or worn (too often files that are not taken)."),
    ] = None
    ends_at: Annotated[datetime | None, Field(description="Until when the link may be used.")] = None
    used_at: Annotated[datetime | None, Field(description="When the files passed.")] = None


class Message(Schema):
    """One message of a conversation."""

    id: Annotated[UUID, Field(description="Stays the same for ever.")]
    direction: Annotated[str, Field(description="in, out or note.")]
    type: Annotated[
        str, Field(description=f"What it is: {', '.join(KINDS)}; or unreadable where the stored message was changed.")
    ]
    text: Annotated[str, Field(description="The text, or a readable rendering of another kind.")]
    notice: Annotated[
        str,
        Field(description="What left below the text: where the privacy notice stands, with somebody’s first answer."),
    ] = ""
    status: Annotated[
        str,
        Field(description="How far it has come: received, note, or of ours " + ", ".join(OUT)),
    ]
    provider_time: Annotated[datetime | None, Field(description="The platform’s time of an inbound message.")]
    received_at: Annotated[datetime, Field(description="When it came in, or was accepted from its author.")]
    provider_message_id: Annotated[str | None, Field(description="WhatsApp’s id. It holds the number: personal data.")]
    sender: Annotated[Sender | None, Field(description="Of inbound messages.")]
    ledger_index: Annotated[int | None, Field(description="Place in the ledger; null until it is sealed.")]
    failure: Annotated[Failure | None, Field(description="Of failed, refused and unknown messages.")]
    files: Annotated[list[File], Field(description="What it carries beside its text.")]
    about: Annotated[UUID | None, Field(description="The message that this one answers, reacts to, or changes.")] = None
    standby: Annotated[
        bool, Field(description="Meta Business Agent had the chat when it came; an answer takes the chat over.")
    ] = False
    side_door: Annotated[
        SideDoor | None, Field(description="Null of everything whose files, if it has any, go over WhatsApp.")
    ] = None


class NewFile(Schema):
    """A file that was uploaded and waits for the message that takes it along."""

    id: Annotated[UUID, Field(description="Pass as `file` of a message.")]
    type: Annotated[str, Field(description="What it is, read from its bytes.")]
    size: Annotated[int, Field(description="Bytes.")]
    kind: Annotated[str, Field(description="As what it is best sent: image, video, audio or document.")]


class RawEvents(Schema):
    """Webhook bodies: ever stored, waiting, set aside."""

    stored: Annotated[int, Field(description="Ever accepted.")]
    pending: Annotated[int, Field(description="Waiting to be taken in.")]
    parked: Annotated[int, Field(description="Set aside for a person to look at.")]


class Messages(Schema):
    """How many messages came in, and how far each of ours has come."""

    in_: Annotated[int, Field(alias="in", description="Messages of customers.")]
    out: Annotated[dict[str, int], Field(description="Messages of ours by status.")]


class Ledger(Schema):
    """How many entries are sealed, and how old the newest signed checkpoint is."""

    size: Annotated[int, Field(description="Entries with a place in the log.")]
    waiting: Annotated[int, Field(description="Entries that have no place yet: a moment is usual, a minute is not.")]
    checkpoint_age_s: Annotated[
        float | None, Field(description="Seconds; grows while nothing happens. Null before the first.")
    ]


class Stats(Schema):
    """The state of the installation in numbers."""

    raw_events: Annotated[RawEvents, Field(description="The webhook queue.")]
    messages: Annotated[Messages, Field(description="Messages both ways.")]
    ledger: Annotated[Ledger, Field(description="The ledger.")]
