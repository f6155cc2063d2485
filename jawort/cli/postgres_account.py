"""Which account the server runs as, and what that account can reach.

PostgreSQL refuses to run as root. As root, Jawort uses an account that is there (`postgres`, else `nobody`): it never
adds users, and it never changes the modes of directories that are not its own.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

_CANDIDATES = ("postgres", "nobody")


class ServerError(Exception):
    """PostgreSQL cannot be had. The text is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The user that the server runs as."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, cluster: Path) -> Self:
        """The account for the cluster at `cluster`: its owner if it exists, else the best there is.

        Raises ServerError when the cluster is another user's, or when no account may run a server.
        """
        uid = os.geteuid()
        try:
            owner = cluster.stat().st_uid
        except FileNotFoundError:
            owner = _fresh() if uid == 0 else uid
        if owner == 0:
            raise ServerError(f"{cluster} belongs to root, who may not run PostgreSQL: give it to another account.")
        if uid not in (0, owner):
            raise ServerError(
                f"{cluster} belongs to user {owner}: run Jawort as that user, or choose another data directory."
            )
        try:
            entry = pwd.getpwuid(owner)
        except KeyError:
            raise ServerError(
                f"User id {owner} has no entry in /etc/passwd, which PostgreSQL needs: add one, or set DATABASE_URL."
            ) from None
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    @property
    def other(self) -> bool:
        """Whether it is another user than the one we run as."""
        return self.uid != os.geteuid()

    def popen(self) -> dict[str, Any]:
        """What `subprocess` is told so that a child runs as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.other else {}

    def reaches(self, place: Path) -> bool:
        """Whether the account can enter the directory `place`; asked of the kernel, as modes alone miss ACLs."""
        try:
            asked = subprocess.run(  # noqa: S603 - our own words; the path is an argument, not code
                ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(place)],
                cwd="/",
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
                **self.popen(),
            )
        except PermissionError:
            raise ServerError(
                "PostgreSQL may not run as root and this root may not change to another user: "
                "run Jawort as an ordinary user, or set DATABASE_URL."
            ) from None
        return asked.returncode == 0

    def own(self, place: Path, mode: int = 0o700) -> None:
        """Make the directory `place` if needed, and give it to the account with `mode`."""
        place.mkdir(mode=mode, exist_ok=True)
        if place.is_symlink():
            raise ServerError(f"{place} is a link where a directory is needed: remove it.")
        if self.other:
            os.chown(place, self.uid, self.gid)
        place.chmod(mode)


def _fresh() -> int:
    for name in _CANDIDATES:
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise ServerError(
        "PostgreSQL may not run as root, and there is neither an account “postgres” nor “nobody”: "
        "add one, run Jawort as an ordinary user, or set DATABASE_URL."
    )
