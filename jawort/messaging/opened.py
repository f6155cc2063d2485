"""Messages opened whole, for the API and for the page that shows what is stored."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from jawort.channels.whatsapp.errors import meaning
from jawort.ledger.queries import indices
from jawort.messaging.content import Content, What, Who, key_name, open_content
from jawort.messaging.contents import UNREADABLE
from jawort.messaging.files.queries import Attached, attached
from jawort.messaging.models import Conversation, Message
from jawort.messaging.provider import provider_id_of
from jawort.vault.keys import keks
from jawort.vault.seal import Unreadable


@dataclass(frozen=True, slots=True)
class Opened:
    """A message with its content, in memory only."""

    message: Message
    content: Content
    provider_id: str | None
    ledger_index: int | None
    files: tuple[Attached, ...] = ()

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
    """Open these messages. One that does not open any more is shown as such: it must not take the others with it."""
    keys = keks({key_name(m.contact_id, m.month) for m in held}, create=False)
    sealed = indices([m.entry_id for m in held if m.entry_id])
    files = attached([m.pk for m in held])
    found = []
    for message in held:
        content, provider_id = _open(message, keys.get(key_name(message.contact_id, message.month)))
        place = sealed.get(message.entry_id or 0)
        found.append(Opened(message, content, provider_id, place, files.get(message.pk, ())))
    return found


def _open(message: Message, kek: bytes | None) -> tuple[Content, str | None]:
    if kek is not None:
        with suppress(Unreadable):  # `doctor` and `verify` name it
            content = open_content(kek, message)[0]
            return content, content.who.provider_id or provider_id_of(message, kek)
    return Content(Who(), What(UNREADABLE)), None
