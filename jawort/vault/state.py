"""The root key in the memory of this process: read once at start, never written anywhere again. Needs no Django."""

from functools import cache
from uuid import UUID

from jawort.core.config import Config
from jawort.vault.memory import Memory
from jawort.vault.root import derive, load_or_create, write_ingest_key
from jawort.vault.seal import Klass

REMEMBERED_KEYS_MAX = 50_000  # about 15 MB


class LockedError(RuntimeError):
    """The vault is asked before `unlock`: a command forgot it."""


class Vault:
    """The root key and what hangs from it. Keys are derived once and kept."""

    def __init__(self, root: bytes) -> None:
        self.root = root
        self.key = cache(self._key)
        #: Keys by subject, class and month (vault/keys.py).
        self.remembered: Memory[tuple[UUID, Klass, int], bytes] = Memory(REMEMBERED_KEYS_MAX)

    def _key(self, purpose: str) -> bytes:
        return derive(self.root, purpose)

    @property
    def secret_key(self) -> bytes:
        """Opens the tokens of lines (vault/secret.py)."""
        return self.key("secret")

    @property
    def ingest_key(self) -> bytes:
        """Opens app secrets and verify tokens; also in the webhook listener's own key file."""
        return self.key("ingest")

    def __repr__(self) -> str:
        return "Vault()"  # never the key, wherever this is printed


_open: list[Vault] = []


def unlock(config: Config) -> Vault:
    """Read the root key (make it at the first start) and leave the webhook listener its key file.

    Raises KeyFileError.
    """
    root = load_or_create(config.root_key)
    write_ingest_key(config.ingest_key, root)
    return unlock_with(root)


def unlock_with(root: bytes) -> Vault:
    """Use this root key from now on: for tests and for a process that was handed the key."""
    _open[:] = [Vault(root)]
    return _open[0]


def vault() -> Vault:
    """The unlocked vault of this process. Raises LockedError."""
    if not _open:
        raise LockedError("call jawort.vault.state.unlock(config) at the start of the process")
    return _open[0]
