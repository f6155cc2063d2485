"""How a draft is sealed: under the keys of the person whom it is for, as the message will be."""

from datetime import datetime
from uuid import UUID

from jawort.messaging.content import key_name, period
from jawort.messaging.drafts.models import KeptDraft
from jawort.messaging.drafts.rules import Meant, Words
from jawort.messaging.models import Conversation
from jawort.staff.models import Agent
from jawort.vault.keys import keks
from jawort.vault.seal import Sealed, Unreadable, open_, seal


def sealed_draft(home: Conversation, author: Agent, words: Words, at: datetime) -> KeptDraft:
    """The row of `words`, not stored."""
    name = key_name(home.contact_id, period(at))
    bound = _bound(home.pk, author.pk, words.meant)
    sealed = seal(keks([name], create=True)[name], words.text.encode(), b"", bound)
    return KeptDraft(
        conversation_id=home.pk,
        contact_id=home.contact_id,
        author=author,
        meant=words.meant,
        month=period(at),
        changed_at=at,
        wrapped=sealed.wrapped,
        ciphertext=sealed.ciphertext,
    )


def opened_draft(row: KeptDraft) -> Words | None:
    """What was sealed; None if it does not open: its key is gone, or somebody changed the row."""
    name = key_name(row.contact_id, row.month)
    kek = keks([name], create=False).get(name)
    bound = _bound(row.conversation_id, row.author_id, Meant(row.meant))
    try:
        text = kek and open_(kek, Sealed(bytes(row.wrapped), bytes(row.ciphertext)), bound)[0]
    except Unreadable:
        return None
    return Words(text.decode(), Meant(row.meant)) if text else None


def _bound(conversation: UUID, author: UUID, meant: Meant) -> bytes:
    """Moved to another conversation or author, or turned from a note into a reply, it does not open."""
    return b"jw/1\0draft\0" + conversation.bytes + author.bytes + meant.encode()
