"""Where a cluster lives, and where its socket.

A cluster is `pg` below the data directory: 0700, the account's. What root writes for it (settings, log) lies beside it
in a directory that root owns, never inside: in a directory of somebody else's, root could be led by a link to write
anywhere.

As root, the account may be unable to enter the data directory because a parent is closed (0700, as /root is). Parents
are not Jawort's to open. Then the cluster is made below /var/lib/jawort/clusters and `pg` is a link to it; the link
is the only record of where it is, and is followed from then on.
"""

import hashlib
import os
import secrets
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from jawort.cli import postgres_programs
from jawort.cli.postgres_account import Account, ServerError
from jawort.core.finding import Finding

#: A socket's path is limited to 107 bytes (Linux, sockaddr_un) or 103 (macOS); the name in it takes 15.
SOCKET_PATH_MAX = 100
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True, slots=True)
class Places:
    """Everything of one cluster."""

    #: The data directory as given, absolute.
    data_dir: Path
    #: Holds `pg`: the data directory, or its stand-in below /var/lib/jawort/clusters.
    home: Path

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own directory."""
        return self.home / "pg"

    @property
    def draft(self) -> Path:
        """Where a cluster is made before it is renamed: one that is half made is never taken for whole."""
        return self.home / "pg.new"

    @property
    def settings(self) -> Path:
        """Settings, rewritten at every start, and the operator's `local.conf`, which is not."""
        return self.home / "pg.settings"

    @property
    def log(self) -> Path:
        """PostgreSQL's log."""
        return self.data_dir / "pg.log"

    @property
    def lock(self) -> Path:
        """Locked by the process that runs the server."""
        return self.data_dir / "pg.lock"

    def socket_dir(self, account: Account) -> Path:
        """The directory of the socket, 0700; one of the runtime directories when the path would be too long."""
        beside = self.home / "run"
        if len(os.fsencode(beside / SOCKET_NAME)) <= SOCKET_PATH_MAX:
            account.own(beside)
            return beside
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        place = _runtime() / name
        account.own(place)
        return place


def placed(data_dir: Path) -> Places:
    """The places as they are or would be by default; nothing is made. For reading `pg/postmaster.pid` and the like."""
    data_dir = data_dir.resolve()
    return Places(data_dir, (data_dir / "pg").resolve().parent)


def place(data_dir: Path, account: Account) -> Places:
    """Make the data directory, and settle where the cluster lives. Raises ServerError."""
    data_dir = data_dir.resolve()
    try:
        fresh = not data_dir.is_dir()
        data_dir.mkdir(parents=True, exist_ok=True)
        if fresh or account.other:
            data_dir.chmod(0o711)
    except OSError as error:
        raise ServerError(f"The data directory {data_dir} cannot be used ({error.strerror}): choose another.") from None
    link = data_dir / "pg"
    if link.is_symlink():
        if not link.exists():
            raise ServerError(
                f"{link} is a link to {link.readlink()}, which is gone: bring that directory back, "
                "or remove the link to begin with an empty database."
            )
        return Places(data_dir, link.resolve().parent)
    if not account.reaches(data_dir):
        if link.exists():
            raise ServerError(
                f"The account {account.name} cannot enter {data_dir}: open its parents for it "
                "(chmod o+x), or move the data directory to where it can."
            )
        return Places(data_dir, _stand_in(data_dir, link, account))
    return Places(data_dir, data_dir)


def orphans() -> list[Finding]:
    """Notes about clusters that stood in for a data directory which is gone, or which has another cluster by now.

    They are never removed by themselves: somebody may have moved the directory and need them.
    """
    notes = []
    for home in sorted((postgres_programs.SHARED / "clusters").glob("*/belongs-to")):
        try:
            data_dir = Path(home.read_text(encoding="utf-8").removesuffix("\n"))
            lost = (data_dir / "pg").resolve() != home.parent / "pg"
        except OSError:
            continue
        if lost:
            text = (
                f"{home.parent} holds the database of {data_dir}, which does not use it: delete it if nobody needs it."
            )
            notes.append(Finding("postgresql.orphan", text))
    return notes


def _stand_in(data_dir: Path, link: Path, account: Account) -> Path:
    """A directory that the account can reach, with the link to the cluster that will be in it."""
    try:
        clusters = postgres_programs.shared() / "clusters"
        clusters.mkdir(exist_ok=True)
        clusters.chmod(0o711)
        home = clusters / secrets.token_hex(6)
        home.mkdir()
        home.chmod(0o711)
        (home / "belongs-to").write_text(f"{data_dir}\n", encoding="utf-8")
        account.own(home / "pg")  # empty for now: a link that leads nowhere would look like a loss
        link.symlink_to(home / "pg")
    except OSError as error:
        raise ServerError(
            f"The account {account.name} cannot enter {data_dir}, and {postgres_programs.SHARED} cannot be used "
            f"instead ({error.strerror}): choose a data directory whose parents are open to it."
        ) from None
    return home


def _runtime() -> Path:
    """A short directory for sockets, ours."""
    if os.geteuid() == 0:
        top = Path("/run/jawort" if sys.platform.startswith("linux") else "/var/run/jawort")
        top.mkdir(exist_ok=True)
        top.chmod(0o711)
        return top
    given = os.environ.get("XDG_RUNTIME_DIR")
    top = Path(given) / "jawort" if given else Path(tempfile.gettempdir()) / f"jawort-{os.geteuid()}"
    top.mkdir(mode=0o700, exist_ok=True)
    found = top.lstat()
    # In a directory open to all, another user may have made it first to sit between us and the server.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise ServerError(
            f"{top} is not a directory of this user's alone: remove it, or choose a shorter data directory."
        )
    return top
