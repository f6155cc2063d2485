"""The key that signs checkpoints: made at the first start, sealed under the root key, its public half in clear."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jawort.ledger.models import Secret
from jawort.ledger.tlog.note import KEY_BYTES, Signer

CHECKPOINT = "checkpoint"
ROOT_BYTES = 32
NONCE_BYTES = 12
#: A log's name needs no domain: it is a name that nobody else has, under a top-level domain that nobody can own.
ORIGIN = "jawort.invalid/"


class SigningKeyError(Exception):
    """The signing key cannot be opened with this root key, or was exchanged."""


def signer(root: bytes) -> Signer:
    """The signer of this log's checkpoints; the first call makes key and origin. `root` is the root key, 32 bytes.

    Raises SigningKeyError if the stored key was sealed under another root key or does not belong to its public half.
    """
    if not Secret.objects.filter(name=CHECKPOINT).exists():
        _make(root)
    row = Secret.objects.get(name=CHECKPOINT)
    sealed = bytes(row.sealed)
    try:
        seed = _cipher(root).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], row.public.encode())
    except InvalidTag:
        raise SigningKeyError(
            "The ledger's signing key cannot be opened: the root key is not the one that this database was made with."
        ) from None
    made = Signer(row.public.partition("+")[0], seed)
    if made.verifier.vkey != row.public:
        raise SigningKeyError("The ledger's signing key does not belong to the verifier key beside it.")
    return made


def _make(root: bytes) -> None:
    """Store a fresh key under a fresh origin, unless another process was first."""
    seed, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
    public = Signer(ORIGIN + os.urandom(6).hex(), seed).verifier.vkey
    sealed = nonce + _cipher(root).encrypt(nonce, seed, public.encode())
    Secret.objects.bulk_create([Secret(name=CHECKPOINT, public=public, sealed=sealed)], ignore_conflicts=True)


def _cipher(root: bytes) -> AESGCM:
    if len(root) != ROOT_BYTES:
        raise ValueError(f"A root key has {ROOT_BYTES} bytes, not {len(root)}.")
    return AESGCM(HKDF(SHA256(), length=32, salt=None, info=b"ledger/secret").derive(root))
