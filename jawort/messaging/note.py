"""A note among us: never leaves, sealed like all that is said of a person."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jawort.core.ids import uuid7
from jawort.ledger.kinds import Kind
from jawort.ledger.record import Entry, record
from jawort.messaging.content import Content, Facts, What, Who, key_name, period, seal_content
from jawort.messaging.draft import checked_text
from jawort.messaging.live import notify
from jawort.messaging.mentions.mention import mention
from jawort.messaging.models import Conversation, Message
from jawort.messaging.once import said_before, taken_meanwhile
from jawort.messaging.rules import State
from jawort.messaging.send import Author
from jawort.messaging.touch import wrote
from jawort.vault.keys import keks


@taken_meanwhile()
@transaction.atomic
def note(
    conversation: Conversation, text: str, author: Author, at: datetime, *, client_id: UUID | None = None
) -> Message:
    """Write a note into the thread, and tell whom it names with an @; the same `client_id` again returns the first.

    Raises TextUnfit, ClientIdTaken.
    """
    checked_text(text)
    home = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if known := said_before(client_id, home, actor=author.actor, direction="note"):
        return known
    message = Message(
        id=uuid7(),
        conversation=home,
        contact_id=home.contact_id,
        line_id=home.line_id,
        direction="note",
        kind="text",
        state=State.NOTE,
        month=period(at),
        created_at=at,
        author=author.agent,
        actor=author.actor,
        client_id=client_id,
    )
    name = key_name(message.contact_id, message.month)
    kek = keks([name], create=True)[name]
    committed = seal_content(kek, message.pk, Content(Who(), What("text", text)), Facts.of(message))
    message.wrapped, message.ciphertext = committed.sealed.wrapped, committed.sealed.ciphertext
    message.entry_id = record([Entry(Kind.NOTE, author.actor, message.pk, commitment=committed.commitment)], at)[0]
    message.save(force_insert=True)
    wrote([message], at)
    notify([home.pk], [(home.pk, message.pk)], given=mention(home, message, text))
    return message
