"""The root key: 32 random bytes in a file of their own, from which every other key of an installation hangs.

It lies beside the database, not in it: a copy of the database alone is noise. Whoever loses it loses the content.
"""

import base64
import binascii
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jawort.core.config import ConfigError

KEY_BYTES = 32
FILE_BYTES_MAX = 1_024  # a key file holds 45; more is another file named by mistake
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyFileError(ConfigError):
    """A key file that cannot be used. The text is a sentence that says what to do."""


def derive(root: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose: HKDF-SHA256 (RFC 5869) without salt, the purpose as info.

    Purposes are never reused: "secret", "ingest", "epoch", "index/<use>".
    """
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"jawort/v1\0" + purpose.encode()).derive(root)


def load_or_create(path: Path) -> bytes:
    """The key in `path`; made there at the first start. Raises KeyFileError."""
    try:
        return load(path)
    except FileNotFoundError:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise KeyFileError(
                f"The folder {path.parent} cannot be made ({error.strerror}): name another data directory."
            ) from None
        write_once(path, secrets.token_bytes(KEY_BYTES))
        return load(path)


def load(path: Path) -> bytes:
    """The key in `path`: base64 of 32 bytes, readable by its owner only. Raises KeyFileError, FileNotFoundError."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & OTHERS:
                raise KeyFileError(f"The key file {path} can be read by others: run chmod 600 {path}")
            text = file.read(FILE_BYTES_MAX)
    except (PermissionError, IsADirectoryError) as error:
        raise KeyFileError(f"The key file {path} cannot be read ({error.strerror}): give it to this user.") from None
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(
            f"The key file {path} does not hold {KEY_BYTES} bytes in base64: put the right file back from your backup."
        )
    return key


def write_once(path: Path, key: bytes) -> None:
    """Put `key` into `path` with mode 0600, unless a file is there already, which then stays as it is.

    Written aside and linked into place: another process starting now sees the whole file or none, and a crash never
    leaves an empty one that would pass for a lost key.
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(6)}.new")
    _write(draft, key)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    _flush_directory(path.parent)


def write_ingest_key(path: Path, root: bytes) -> None:
    """Leave the webhook listener's key in `path`: it opens app secrets and verify tokens and nothing else."""
    key = derive(root, "ingest")
    with suppress(FileNotFoundError):  # the first start
        if load(path) == key:
            return
    draft = path.with_name(f"{path.name}.{secrets.token_hex(6)}.new")
    _write(draft, key)
    draft.replace(path)
    _flush_directory(path.parent)


def _write(draft: Path, key: bytes) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(key) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _flush_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
