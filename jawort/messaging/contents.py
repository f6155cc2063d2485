"""Messages opened: what lies sealed in each of them."""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from jawort.messaging.content import Content, Held, What, key_name, open_content
from jawort.vault.keys import keks
from jawort.vault.seal import Unreadable

#: Shown in place of the kind of a message that does not open: its key is gone, or somebody changed its bytes.
UNREADABLE = "unreadable"


def contents_of(messages: Iterable[Held]) -> dict[UUID, Content]:
    """What lies sealed in each message.

    One that does not open, because it was changed or its key is gone, is missing here, and shown as `UNREADABLE`: it
    must not look empty, and must not take the whole list with it.
    """
    held = list(messages)
    keys = keks({key_name(m.contact_id, m.month) for m in held}, create=False)
    contents = {}
    for message in held:
        kek = keys.get(key_name(message.contact_id, message.month))
        if kek is not None:
            with suppress(Unreadable):
                contents[message.id] = open_content(kek, message)[0]
    return contents


def whats_of(messages: Iterable[Held]) -> dict[UUID, What]:
    """What each message says, as far as it opens."""
    return {message: content.what for message, content in contents_of(messages).items()}


def texts_of(messages: Iterable[Held]) -> dict[UUID, str]:
    """The text of each message that opens."""
    return {message: what.text for message, what in whats_of(messages).items()}
