"""The provider's message id: it contains the customer's number, so it is sealed, and looked up by keyed hash."""

import os
from typing import Final

from jawort.messaging.models import Message
from jawort.vault.blind import blind
from jawort.vault.seal import Sealed, open_, seal

USE: Final = "provider"


def bound_to(message: Message) -> bytes:
    """The additional data of the seal: the id belongs to this message."""
    return b"jw/1\0provider\0" + message.pk.bytes


def seal_provider_id(message: Message, provider_id: str, kek: bytes) -> None:
    """Put the id into the row, sealed, with its hash."""
    sealed = seal(kek, provider_id.encode(), os.urandom(32), bound_to(message))
    message.provider_wrapped, message.provider_ciphertext = sealed.wrapped, sealed.ciphertext
    message.provider_index = blind(USE, provider_id)


def provider_id_of(message: Message, kek: bytes) -> str | None:
    """The id that the provider gave a message of ours; None while it gave none."""
    if message.provider_wrapped is None or message.provider_ciphertext is None:
        return None
    sealed = Sealed(bytes(message.provider_wrapped), bytes(message.provider_ciphertext))
    return open_(kek, sealed, bound_to(message))[0].decode()
