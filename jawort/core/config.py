"""Configuration: environment variables over one TOML file over defaults. docs/configuration.md lists every option.

Unknown and contradictory settings are refused at start with a sentence that says what to do.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "JAWORT_"
#: Read elsewhere and by others: not options of the product.
FOREIGN = frozenset(
    {"JAWORT_CONFIG", "JAWORT_CLOCK_FILE", "JAWORT_VECTORS", "JAWORT_TEST_DATABASE", "JAWORT_TEST_DB_NAME"}
)
PORT_MAX = 65_535


class ConfigError(Exception):
    """A setting that cannot be. The text is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Config:
    """What an installation can set. Each field is `JAWORT_<NAME>` in the environment and `name` in the file."""

    #: PostgreSQL 15 or newer; empty means that Jawort starts its own below `data_dir`.
    database_url: str = ""
    #: Where the root key and, without `database_url`, the database live.
    data_dir: Path = Path("data")
    #: Address that desk, API and ledger listen on.
    host: str = "127.0.0.1"
    #: Port of desk, API and ledger.
    port: int = 8470
    #: Address that the webhook listener binds.
    ingest_host: str = "127.0.0.1"
    #: Port of the webhook listener.
    ingest_port: int = 8471
    #: The desk's address as browsers see it; https switches on secure cookies and HSTS.
    public_url: str = "http://127.0.0.1:8470"
    #: The Graph API, or the simulator's imitation of it.
    graph_url: str = "https://graph.facebook.com/v26.0"
    #: Names the root key's file; empty means `root.key` below `data_dir`.
    root_key_file: str = ""
    #: Addresses beside loopback that may read the ledger, separated by commas; CIDR allowed.
    ledger_readers: str = ""
    #: Language of a person who has chosen none: `de` or `en`.
    language: str = "de"
    #: Time zone of a person who has chosen none.
    time_zone: str = "Europe/Berlin"
    #: The demo: persons chosen by a click, a clock that moves, the phone beside the inbox. Never with real customers.
    demo: bool = False
    #: The simulator's address as browsers see it; only with `demo`.
    simulator_url: str = ""

    @property
    def root_key(self) -> Path:
        """The root key's file."""
        return Path(self.root_key_file) if self.root_key_file else self.data_dir / "root.key"

    @property
    def ingest_key(self) -> Path:
        """The key file of the webhook listener: opens app secrets and verify tokens, and nothing else."""
        return self.root_key.with_name("ingest.key")

    @property
    def secure(self) -> bool:
        """Whether browsers reach the desk over TLS."""
        return self.public_url.startswith("https://")


def load(environ: Mapping[str, str] | None = None) -> Config:
    """The configuration, from `environ` (default: the process's own) and the file that JAWORT_CONFIG names.

    Raises ConfigError.
    """
    environ = os.environ if environ is None else environ
    given: dict[str, Any] = dict(_file(environ.get("JAWORT_CONFIG", "")))
    for name, value in environ.items():
        if name == "DATABASE_URL":
            given["database_url"] = value
        elif name.startswith(PREFIX) and name not in FOREIGN:
            if name.endswith("_FILE") and name != "JAWORT_ROOT_KEY_FILE":
                given[name.removeprefix(PREFIX).removesuffix("_FILE").lower()] = _secret(name, value)
            else:
                given[name.removeprefix(PREFIX).lower()] = value
    return _checked(given)


def _file(name: str) -> dict[str, Any]:
    if not name:
        return {}
    try:
        return tomllib.loads(Path(name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"JAWORT_CONFIG names {name}, which does not exist: create it or unset the variable."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name} is not valid TOML ({error}): correct that line.") from None


def _secret(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"{name} names {path}, which cannot be read ({error.strerror}).") from None


def _checked(given: Mapping[str, Any]) -> Config:
    known = {field.name: field for field in fields(Config)}
    for name in given:
        if name not in known:
            raise ConfigError(f"There is no setting “{name}”; docs/configuration.md lists all. Remove or correct it.")
    config = Config(**{name: _typed(name, value, known[name].default) for name, value in given.items()})
    _coherent(config)
    return config


def _typed(name: str, value: Any, default: Any) -> Any:
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
        if str(value).lower() in {"1", "true", "yes", "0", "false", "no", ""}:
            return str(value).lower() in {"1", "true", "yes"}
        raise ConfigError(f"“{name}” takes true or false, not {value!r}.")
    if isinstance(default, int):
        try:
            number = int(value)
        except ValueError:
            raise ConfigError(f"“{name}” takes a whole number, not {value!r}.") from None
        if not 0 < number <= PORT_MAX:
            raise ConfigError(f"“{name}” takes a port from 1 to {PORT_MAX}, not {number}.")
        return number
    return Path(value) if isinstance(default, Path) else str(value)


def _coherent(config: Config) -> None:
    if config.port == config.ingest_port and config.host == config.ingest_host:
        raise ConfigError(f"“port” and “ingest_port” are both {config.port}: the two listeners need a port each.")
    for name in ("public_url", "graph_url", "simulator_url"):
        url = getattr(config, name)
        if url and urlsplit(url).scheme not in {"http", "https"}:
            raise ConfigError(f"“{name}” takes an address that begins with http:// or https://, not {url!r}.")
    if config.simulator_url and not config.demo:
        raise ConfigError("“simulator_url” is for the demo: set “demo” too, or remove it.")
    if config.database_url and urlsplit(config.database_url).scheme not in {"postgres", "postgresql"}:
        raise ConfigError(
            "DATABASE_URL takes postgresql://user@host/name; Jawort stores in PostgreSQL 15 or newer only."
        )
    if config.language not in {"de", "en"}:
        raise ConfigError(f"“language” takes de or en, not {config.language!r}.")
