"""The one door to a customer. Agents, programs, campaigns and retries all come through here.

The gate's answer is stored with the message, permit or refusal. A refused message keeps its text, so that a person
finds it again with the reason; it never leaves. What is permitted waits in the conversation's lane for `deliver`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from msgspec import structs

from jawort.consent.asking import is_question, say_more
from jawort.consent.purpose import Purpose
from jawort.consent.rules import Permit
from jawort.core.ids import uuid7
from jawort.lanes.enqueue import NewJob, enqueue
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.about import checked_about
from jawort.messaging.again import waits_until
from jawort.messaging.content import Content, Facts, Who, key_name, period, seal_content
from jawort.messaging.contents import whats_of
from jawort.messaging.draft import Draft, checked
from jawort.messaging.failures import failures_of
from jawort.messaging.files.along import take_along, with_file
from jawort.messaging.files.models import File
from jawort.messaging.gate import Answer, Recipient, answers, is_document, template_of
from jawort.messaging.live import notify
from jawort.messaging.meanwhile import AnsweredMeanwhile, answers_since
from jawort.messaging.models import Conversation, Message
from jawort.messaging.once import said_before, taken_meanwhile
from jawort.messaging.privacy_notice import note_given, notices
from jawort.messaging.rules import State, may_retry
from jawort.messaging.templates import Patterns, patterns, worded
from jawort.messaging.touch import wrote
from jawort.messaging.write import insert
from jawort.staff.models import Agent
from jawort.vault.keys import keks

DELIVER, GIVE = "deliver", "give"
#: The pace of files on their way out: taken by workers of their own, because one may take minutes.
GIVING = "files:out"


class NotOpen(ValueError):
    """The conversation was resolved meanwhile: reopen it, then send. Nothing was stored."""


class CannotRetry(ValueError):
    """The message is on its way, has arrived, was sent again already, or does not open. Nothing was stored."""


class TooEarly(CannotRetry):
    """The platform refused the message for a while, which ends at `until`. Nothing was stored."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"This message may be sent again from {until:%Y-%m-%d %H:%M:%S} UTC.")
        self.until = until


@dataclass(frozen=True, slots=True)
class Author:
    """Under whose name and right: `actor` as the ledger writes it, `agent` where a person stands behind it."""

    actor: str
    agent: Agent | None


def send(
    conversation: Conversation,
    draft: Draft | str,
    author: Author,
    at: datetime,
    *,
    client_id: UUID | None = None,
    retry_of: Message | None = None,
    undo_for: timedelta = timedelta(0),
    seen: UUID | None = None,
) -> Message:
    """Queue `draft`, or keep it refused with the gate's reason. Raises Unfit, NotOpen, CannotRefer, ClientIdTaken.

    For as long as `undo_for` it does not leave, so that it can be undone, nor does what follows it here. `seen` is
    the newest message that the author had before them: if others have answered since, AnsweredMeanwhile.

    A string is a draft of that text. The same `client_id` again returns the first message: a browser may repeat a
    request whose answer it lost.
    """
    said = checked(Draft(draft) if isinstance(draft, str) else draft)
    with taken_meanwhile(), transaction.atomic():
        home = Conversation.objects.select_related("line").select_for_update(of=("self",)).get(pk=conversation.pk)
        if known := said_before(client_id, home, actor=author.actor, direction="out"):
            return known
        must_be_open(home)
        if seen is not None and (theirs := answers_since(home, seen, author.actor)):
            raise AnsweredMeanwhile(theirs)
        fitting = fit(said, home, patterns([(said, home.line.waba_id)]), at)
        fitting = replace(fitting, client_id=client_id, retry_of=retry_of, undo_for=undo_for)
        return queue([fitting], author, at)[0]


def retry(message: Message, author: Author, at: datetime) -> Message:
    """Send what did not get through once more, as a new message. Raises CannotRetry, TooEarly, CannotRefer, NotOpen."""
    if message.conversation_id is None:
        raise CannotRetry("This message belongs to no conversation.")
    with transaction.atomic():
        # Conversations are locked before messages everywhere; the other way round a receipt and a retry deadlock.
        home = Conversation.objects.select_for_update(of=("self",)).get(pk=message.conversation_id)
        held = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if is_question(held.pk):
            raise CannotRetry("This message asks for a consent: ask anew instead.")
        if Message.objects.filter(retry_of=held).exists():
            raise CannotRetry("This message was sent again already.")
        whats = whats_of([held])
        waits = waits_until([held], whats, failures_of([held]), at).get(held.pk)
        if not may_retry(State(held.state), held.called_at, at, waits):
            raise TooEarly(waits) if waits else CannotRetry("This message is on its way or has arrived.")
        what = whats.get(held.pk)
        if what is None:
            raise CannotRetry("This message does not open: it cannot be sent again.")
        again = replace(Draft.of(what), purpose=Purpose(held.purpose))
        return send(home, again, author, at, retry_of=held)


@dataclass(frozen=True, slots=True)
class Fitting:
    """A draft that may be a message of `home`, in its final words; `file` is what it brings along, locked."""

    home: Conversation
    said: Draft
    file: File | None = None
    client_id: UUID | None = None
    retry_of: Message | None = None
    undo_for: timedelta = timedelta(0)

    @property
    def recipient(self) -> Recipient:
        """What the gate is asked."""
        template, document = template_of(self.said.part), is_document(self.said.kind, self.said.part)
        return Recipient(self.home.contact_id, self.home.line_id, self.said.purpose, template, document)


def must_be_open(home: Conversation) -> None:
    """Raises NotOpen."""
    if home.status != "open":
        raise NotOpen("This conversation is resolved: reopen it first.")


def fit(said: Draft, home: Conversation, known: Patterns, at: datetime) -> Fitting:
    """`said`, which the channel takes, if it fits into `home`. Needs the lock. Raises CannotRefer, Unfit.

    No query, but where it is about another message or brings a file along.
    """
    checked_about(said, home, at)
    return Fitting(home, *with_file(worded(said, home.line.waba_id, known), home.contact_id))


def queue(drafts: Sequence[Fitting], author: Author, at: datetime) -> list[Message]:
    """Their messages, in their order: queued, or kept refused. Needs the locks of their conversations.

    However many they are it takes as many statements, but for files. Raises Unfit if one has just gone.
    """
    if not drafts:
        return []
    verdicts = answers([one.recipient for one in drafts], at)
    messages = [_message(one, verdicts[one.recipient], author, at) for one in drafts]
    pairs = list(zip(drafts, messages, strict=True))
    _store(pairs, at)
    for file, taker in {one.file.pk: (one.file, message) for one, message in reversed(pairs) if one.file}.values():
        take_along(file, taker, at)  # the first that brings it; for the others it is stored by then
    _let_leave([(one, message) for one, message in pairs if message.state == State.QUEUED], verdicts, at)
    wrote(messages, at)
    notify([one.home.pk for one in drafts], [(one.home.pk, message.pk) for one, message in pairs])
    return messages


def _message(one: Fitting, answer: Answer, author: Author, at: datetime) -> Message:
    home, permitted = one.home, isinstance(answer.verdict, Permit)
    return Message(
        id=uuid7(),
        conversation=home,
        contact_id=home.contact_id,
        line_id=home.line_id,
        direction="out",
        kind=one.said.kind,
        state=State.QUEUED if permitted else State.REFUSED,
        month=period(at),
        created_at=at,
        leaves_at=at + one.undo_for if one.undo_for and permitted else None,
        author=author.agent,
        actor=author.actor,
        client_id=one.client_id,
        retry_of=one.retry_of,
        about_id=one.said.about,
        purpose=one.said.purpose,
        gate=answer.word,
    )


def _store(pairs: Sequence[tuple[Fitting, Message]], at: datetime) -> None:
    """Seal and insert. A refusal is an entry at once; what is permitted gets its entry and number when it leaves."""
    keys = keks({key_name(message.contact_id, message.month) for _, message in pairs}, create=True)
    told = notices([(message, one.said.text) for one, message in pairs])
    entries = {}
    for one, message in pairs:
        kek = keys[key_name(message.contact_id, message.month)]
        what = structs.replace(one.said.what, notice=told.get(message.pk, ""))
        committed = seal_content(kek, message.pk, Content(Who(), what), Facts.of(message))
        message.wrapped, message.ciphertext = committed.sealed.wrapped, committed.sealed.ciphertext
        if message.state == State.REFUSED:
            entries[message] = Entry(Kind.MESSAGE_REFUSED, message.actor, message.pk, commitment=committed.commitment)
    for message, entry_id in zip(entries, record(list(entries.values()), at), strict=True):
        message.entry_id = entry_id
    # By the id under which each was asked for: two at once that name the same ids elsewhere wait in one order.
    insert(sorted((message for _, message in pairs), key=lambda message: message.client_id or message.pk))
    note_given([message for _, message in pairs if message.pk in told])


def _let_leave(pairs: Sequence[tuple[Fitting, Message]], verdicts: Mapping[Recipient, Answer], at: datetime) -> None:
    """A question of ours that is still open does not have the last word any more."""
    enqueue([job for one, message in pairs for job in _jobs(message, one.home, one.file)], at)
    addresses = [verdicts[one.recipient].address for one, _ in pairs]
    say_more({one.home.contact_id for one, _ in pairs} | {to.contact for to in addresses if to is not None}, at)


def _jobs(message: Message, home: Conversation, file: File | None) -> list[NewJob]:
    """What is to be done in the conversation's lane: a file goes to the platform before its message does."""
    lane, ids = f"conversation:{home.pk}", {"message": str(message.pk)}
    deliver = NewJob(lane, DELIVER, ids, pace=home.line.pace)
    return [deliver] if file is None else [NewJob(lane, GIVE, ids, pace=GIVING), deliver]
