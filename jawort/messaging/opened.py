"""Messages opened whole, for the API and for the page that shows what is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from jawort.channels.whatsapp.errors import meaning
from jawort.ledger.queries import indices
from jawort.messaging.content import Content, key_name, open_content
from jawort.messaging.models import Conversation, Message
from jawort.messaging.provider import provider_id_of
from jawort.vault.keys import keks


@dataclass(frozen=True, slots=True)
class Opened:
    """A message with its content, in memory only."""

    message: Message
    content: Content
    provider_id: str | None
    ledger_index: int | None

    @property
    def readable(self) -> str:
        """The text, or for a kind that is not shown yet its name in brackets."""
        return self.content.what.text or f"[{self.content.what.kind}]"

    @property
    def failure_reason(self) -> str:
        """In English, for programs."""
        return meaning(int(self.message.failure)).en


def messages(conversation: Conversation, *, before: UUID | None = None, limit: int = 50) -> list[Opened]:
    """The newest messages and notes of a conversation older than `before`, newest first."""
    shown = Message.objects.filter(conversation=conversation).order_by("-id")
    if before is not None:
        shown = shown.filter(pk__lt=before)
    return opened(list(shown[:limit]))


def opened(held: Sequence[Message]) -> list[Opened]:
    """Open these messages."""
    keys = keks({key_name(m.contact_id, m.month) for m in held}, create=False)
    sealed = indices([m.entry_id for m in held if m.entry_id])
    found = []
    for message in held:
        kek = keys[key_name(message.contact_id, message.month)]
        content = open_content(kek, message)[0]
        provider_id = content.who.provider_id or provider_id_of(message, kek)
        found.append(Opened(message, content, provider_id, sealed.get(message.entry_id or 0)))
    return found
