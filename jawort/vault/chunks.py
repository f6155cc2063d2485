"""Sealing what is too long to be held in memory, chunk by chunk as it streams. Pure: bytes in, bytes out.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): chunks of 256 KiB under one random key that seals
nothing else, the chunk's place and whether it is the last in the nonce and in what is bound to it.

    chunk = AES-256-GCM(key, nonce = place (u88) || last (u8), plaintext, aad = bound || nonce)

Cut off, exchanged, in another order or moved to another stream nothing opens. All chunks but the last are full, so each
can be opened for itself, and a stream of nothing is one empty chunk.
"""

import os
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jawort.vault.seal import KEY_BYTES, NONCE_BYTES, Unreadable

CHUNK_BYTES = 256 * 1024


def new_key() -> bytes:
    """A key for one stream, written once: a second writing under the same key would repeat its nonces."""
    return os.urandom(KEY_BYTES)


def chunks_of(size: int) -> int:
    """How many chunks `size` bytes make."""
    return max(1, -(-size // CHUNK_BYTES))


def seal_chunks(key: bytes, bound: bytes, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The sealed chunks of a stream, whatever the sizes of `blocks`. Holds one chunk and one block in memory."""
    aead = AESGCM(key)
    held = bytearray()
    place = 0
    for block in blocks:
        held += block
        while len(held) > CHUNK_BYTES:  # a full one stays: it may be the last
            yield _seal(aead, bound, place, False, bytes(held[:CHUNK_BYTES]))
            del held[:CHUNK_BYTES]
            place += 1
    yield _seal(aead, bound, place, True, bytes(held))


def open_chunk(key: bytes, bound: bytes, place: int, last: bool, chunk: bytes) -> bytes:
    """The clear bytes of one chunk. Raises Unreadable."""
    nonce = _nonce(place, last)
    try:
        return AESGCM(key).decrypt(nonce, chunk, bound + nonce)
    except (InvalidTag, ValueError):
        raise Unreadable("chunk does not open") from None


def _seal(aead: AESGCM, bound: bytes, place: int, last: bool, plaintext: bytes) -> bytes:
    nonce = _nonce(place, last)
    return aead.encrypt(nonce, plaintext, bound + nonce)


def _nonce(place: int, last: bool) -> bytes:
    return place.to_bytes(NONCE_BYTES - 1, "big") + bytes([last])
