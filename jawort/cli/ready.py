"""What a command needs before it can work: a database, keys, Django. Nothing here imports Django at the top.

A command's module is imported after `django()`, because models cannot be imported before it (cli/commands.py does).
"""

import importlib
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from jawort.cli.postgres import Server, running
from jawort.core.config import Config, ConfigError, without
from jawort.vault.root import load
from jawort.vault.state import Vault, unlock, unlock_with

CONNECT_S = 10


@contextmanager
def database(config: Config, *, make: bool = False) -> Iterator[str]:
    """The DSN of the database: the configured one, the one that another Jawort runs here, else our own, started for
    as long as this command takes. `make` allows to make a new one.

    Raises ConfigError where there is none, ServerError where it does not start.
    """
    dsn = config.database_url or running(config.data_dir)
    if dsn:
        _answers(dsn)
        yield dsn
        return
    if not make and not (config.data_dir / "pg").exists():
        raise ConfigError(
            f"There is no database in {config.data_dir.resolve()}: name the data directory (--data-dir or "
            "JAWORT_DATA_DIR) or the database (DATABASE_URL), or run “jawort serve” first."
        )
    with Server(config.data_dir) as own:
        yield own


def _answers(dsn: str) -> None:
    """Raises ConfigError if nobody answers at `dsn`."""
    try:
        psycopg.connect(dsn, connect_timeout=CONNECT_S).close()
    except psycopg.Error as error:
        said = (str(error).strip().splitlines() or ["no reason given"])[0].rstrip(".")
        raise ConfigError(f"The database does not answer: {said}. Start it, or correct DATABASE_URL.") from None


def standing_database(config: Config) -> str:
    """The DSN of a database that stays when this command ends. Raises ConfigError where there is none."""
    dsn = config.database_url or running(config.data_dir)
    if not dsn:
        raise ConfigError(
            "There is no database to work with: set DATABASE_URL, or run “jawort serve”, which starts its own "
            f"in {config.data_dir.resolve()}."
        )
    return dsn


def open_vault(config: Config, *, make: bool) -> Vault:
    """The vault of this process, opened with the root key; `make` allows to make the key at the first start.

    A key is never made for a command that only looks, nor beside a database that has keys already: with a new key
    nothing that lies there could be read. Raises ConfigError.
    """
    if make and (config.root_key.exists() or not holds_keys(config)):
        return unlock(config)
    try:
        return unlock_with(load(config.root_key))
    except FileNotFoundError:
        raise ConfigError(
            f"The root key {config.root_key.resolve()} is not there: name the data directory (--data-dir or "
            "JAWORT_DATA_DIR) or the key's file (JAWORT_ROOT_KEY_FILE)."
        ) from None


def holds_keys(config: Config) -> bool:
    """Whether the database is one that was used before. Raises ConfigError where the configured one does not answer."""
    if not config.database_url:
        return (config.data_dir / "pg").exists()
    _answers(config.database_url)
    with psycopg.connect(config.database_url) as link:
        return _newest_epoch(link) is not None


def _newest_epoch(link: psycopg.Connection) -> tuple[int, bytes] | None:
    """Number and wrapped key of the newest epoch; None before the first start."""
    if link.execute("SELECT to_regclass('vault_epoch')").fetchone() == (None,):
        return None
    row = link.execute(
        "SELECT number, wrapped FROM vault_epoch WHERE wrapped IS NOT NULL ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return None if row is None else (row[0], bytes(row[1]))


def _fits(dsn: str) -> None:
    """Raises ConfigError if the root key of this process does not open the keys of the database."""
    with psycopg.connect(dsn) as link:
        newest = _newest_epoch(link)
    epochs = importlib.import_module("jawort.vault.epochs")
    try:
        if newest is not None:
            epochs.epoch_key(*newest)
    except epochs.WrongRootError as wrong:
        raise ConfigError(str(wrong)) from None


def environment(config: Config, dsn: str) -> dict[str, str]:
    """The environment in which a child finds the same installation. No key is in it: children read the key's file."""
    made = {"DATABASE_URL": dsn, "JAWORT_DATA_DIR": str(config.data_dir.resolve())}
    # What was said in another way, as a file for example, would now be said twice, which is refused.
    return {**without(os.environ, "database_url", "data_dir"), **made, **moved_clock(config.data_dir)}


def moved_clock(data_dir: Path) -> dict[str, str]:
    """Where a demo lives below `data_dir`, its clock: whoever looks at its data must share its time."""
    clock = data_dir.resolve() / "clock"
    if "JAWORT_CLOCK_FILE" not in os.environ and clock.exists():
        return {"JAWORT_CLOCK_FILE": str(clock)}
    return {}


def django(config: Config, dsn: str, *, make_key: bool) -> None:
    """Set Django up in this process for the database `dsn`, and open the vault. Raises ConfigError.

    Django signs with a key made from the root key, so every process of an installation signs with the same.
    """
    vault = open_vault(config, make=make_key)
    environ = environment(config, dsn)
    os.environ.clear()
    os.environ.update(environ)
    os.environ["DJANGO_SECRET_KEY"] = vault.key("django").hex()
    os.environ["DJANGO_SETTINGS_MODULE"] = "jawort.settings"
    importlib.import_module("django").setup()
    _fits(dsn)


def no_core_dumps() -> None:
    """A dump of memory would put keys and clear text on the disk; children inherit this."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
