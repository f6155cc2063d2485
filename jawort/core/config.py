"""Configuration: environment variables over one TOML file over defaults. docs/configuration.md lists every option.

Unknown and contradictory settings are refused at start with a sentence that says what to do.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jawort.core.place import misplaced
from jawort.core.reach import by_mail, by_webhook, outward

PREFIX = "JAWORT_"
#: Read elsewhere and by others: not options of the product.
FOREIGN = frozenset(
    {"JAWORT_CONFIG", "JAWORT_CLOCK_FILE", "JAWORT_VECTORS", "JAWORT_TEST_DATABASE", "JAWORT_TEST_DB_NAME"}
)
PORT_MAX = 65_535
#: Ports that may be 0, for none.
MAY_BE_OFF = frozenset({"work_port"})
#: Whole numbers that are no ports: from, to, and of what.
AMOUNTS = {"search_days": (1, 3_650, "days"), "search_megabytes": (16, 65_536, "megabytes")}
TOKEN_CHARACTERS_MIN = 20
#: Addresses that may be empty, for none.
MAY_BE_EMPTY = frozenset({"simulator_url", "side_door_url", "webhook_url", "alarm_webhook_url", "oidc_issuer"})


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
    #: Address that the worker's health and figures are on.
    work_host: str = "127.0.0.1"
    #: Port of the worker's health and figures; the second worker of `serve` takes the next, search the one after.
    #: 0: none.
    work_port: int = 8473
    #: How far back messages are searched at the desk, in days.
    search_days: int = 90
    #: What the search process may hold of them in memory, in megabytes.
    search_megabytes: int = 300
    #: Lets programs on other machines read the figures; empty: this machine only.
    metrics_token: str = ""
    #: The desk's address as browsers see it, by default made of `host` and `port`; https switches on secure cookies.
    public_url: str = "http://127.0.0.1:8470"
    #: The address at which WhatsApp reaches the webhook listener; empty: `/webhooks/whatsapp` at `public_url`.
    webhook_url: str = ""
    #: What the company is called on pages that customers see.
    company: str = ""
    #: The address at which customers reach the side door, over https; empty: there is none.
    side_door_url: str = ""
    #: The company's sign-in service (OpenID Connect), as it names itself; empty: people sign in here.
    oidc_issuer: str = ""
    #: What Jawort is called at the sign-in service.
    oidc_client_id: str = ""
    #: The secret that the sign-in service knows Jawort by.
    oidc_client_secret: str = ""
    #: What people call the sign-in service, on the button that leads there.
    oidc_label: str = ""
    #: Passwords and passkeys open administrators' accounts only; everybody else comes by the sign-in service.
    oidc_only: bool = False
    #: Whoever has no second factor adds one before anything else; whom the sign-in service lets in has that of its own.
    second_factor_required: bool = False
    #: Who runs the place where database and root key lie, where that is, and the country, with semicolons between.
    stored_at: str = ""
    #: The same of the place where their backups lie.
    backed_up_at: str = ""
    #: The Graph API, or the simulator's imitation of it.
    graph_url: str = "https://graph.facebook.com/v26.0"
    #: The proxy that calls to other hosts take; empty: what HTTPS_PROXY and HTTP_PROXY say.
    https_proxy: str = field(default="", repr=False)
    #: A PEM file of certificates that are trusted beside the system's.
    ca_bundle: str = ""
    #: The mail server that alarms are sent by; empty: no mail is sent.
    mail_host: str = ""
    #: Its port.
    mail_port: int = 587
    #: How it is spoken to: `starttls`, `tls` or, on this machine only, `none`.
    mail_tls: str = "starttls"
    #: Who signs in there; empty: nobody does.
    mail_user: str = ""
    #: The password of that account.
    mail_password: str = field(default="", repr=False)
    #: The address that alarms come from.
    mail_from: str = ""
    #: The addresses that get them, separated by commas.
    mail_to: str = ""
    #: The address that alarms are posted to; empty: none are.
    alarm_webhook_url: str = ""
    #: What signs them, as `whsec_` and base64.
    alarm_webhook_secret: str = field(default="", repr=False)
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
    def ledger_mark(self) -> Path:
        """The file that keeps up to where the ledger was signed, beside the root key and so apart from the database."""
        return self.root_key.with_name("ledger.mark")

    @property
    def second_work_port(self) -> int:
        """Port of the second worker's health and figures; 0 for none."""
        return self.work_port + 1 if self.work_port else 0

    @property
    def search_port(self) -> int:
        """Port of the search process's health and figures; 0 for none."""
        return self.work_port + 2 if self.work_port else 0

    @property
    def search_socket(self) -> Path:
        """Where the search process of this node is asked."""
        return self.data_dir / "search.sock"

    @property
    def callback_url(self) -> str:
        """What is entered at the platform as the callback."""
        return self.webhook_url or f"{self.public_url.rstrip('/')}/webhooks/whatsapp"

    @property
    def readers(self) -> list[str]:
        """The networks of `ledger_readers`, one by one."""
        return [part.strip() for part in self.ledger_readers.split(",") if part.strip()]

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
    said: dict[str, str] = {}  # which variable gave a setting
    for variable, value in environ.items():
        name = _name(variable)
        if name is None:
            continue
        if name in said:
            raise ConfigError(f"{said[name]} and {variable} both give “{name}”: keep one of them.")
        said[name] = variable
        given[name] = _secret(variable, value) if _from_file(variable) else value
    return _checked(given)


def without(environ: Mapping[str, str], *names: str) -> dict[str, str]:
    """`environ` but for the variables that give the settings `names`, however they spell them."""
    return {variable: value for variable, value in environ.items() if _name(variable) not in names}


def _name(variable: str) -> str | None:
    """The setting that an environment variable gives; None for a variable that is not ours."""
    if variable in FOREIGN:
        return None
    bare = variable.removesuffix("_FILE") if _from_file(variable) else variable
    if bare == "DATABASE_URL":
        return "database_url"
    return bare.removeprefix(PREFIX).lower() if bare.startswith(PREFIX) else None


def _from_file(variable: str) -> bool:
    """Whether the variable names a file that holds the value, as secrets come into containers."""
    return variable.endswith("_FILE") and variable != "JAWORT_ROOT_KEY_FILE"


def _file(name: str) -> dict[str, Any]:
    if not name:
        return {}
    try:
        return tomllib.loads(Path(name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"JAWORT_CONFIG names {name}, which does not exist: create it or unset the variable."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"JAWORT_CONFIG names {name}, which cannot be read ({type(error).__name__}).") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name} is not valid TOML ({error}): correct that line.") from None


def _secret(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name} names {path}, which cannot be read ({type(error).__name__}).") from None


def _checked(given: Mapping[str, Any]) -> Config:
    known = {field.name: field for field in fields(Config)}
    for name in given:
        if name not in known:
            raise ConfigError(f"There is no setting “{name}”; docs/configuration.md lists all. Remove or correct it.")
    config = Config(**{name: _typed(name, value, known[name].default) for name, value in given.items()})
    if "public_url" not in given:
        config = replace(config, public_url=f"http://{_bracketed(config.host)}:{config.port}")
    _coherent(config)
    return config


def _bracketed(host: str) -> str:
    """A host as an address has it: IPv6 in brackets, and this machine where all its addresses are bound."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _typed(name: str, value: Any, default: Any) -> Any:
    """`value` as the type that `default` has."""
    if isinstance(default, bool):
        return _switch(name, value)
    if isinstance(default, int):
        return _amount(name, value) if name in AMOUNTS else _port(name, value)
    if not isinstance(value, str):
        raise ConfigError(f"“{name}” takes a text in quotes, not {value!r}.")
    if isinstance(default, Path) and not value:
        raise ConfigError(f"“{name}” takes a path, and is empty: name one or remove the setting.")
    return Path(value) if isinstance(default, Path) else value


def _switch(name: str, value: Any) -> bool:
    word = str(value).lower()
    if word not in {"1", "true", "yes", "0", "false", "no", ""}:
        raise ConfigError(f"“{name}” takes true or false, not {value!r}.")
    return word in {"1", "true", "yes"}


def _port(name: str, value: Any) -> int:
    word = str(value).strip()
    least = 0 if name in MAY_BE_OFF else 1
    if not (word.isascii() and word.isdigit() and least <= int(word) <= PORT_MAX):
        raise ConfigError(f"“{name}” takes a port from {least} to {PORT_MAX}, not {value!r}.")
    return int(word)


def _amount(name: str, value: Any) -> int:
    least, most, what = AMOUNTS[name]
    word = str(value).strip()
    if not (word.isascii() and word.isdigit() and least <= int(word) <= most):
        raise ConfigError(f"“{name}” takes {what} from {least} to {most}, not {value!r}.")
    return int(word)


def _coherent(config: Config) -> None:
    """Refuse what is well-formed and cannot work."""
    _apart(config)
    if config.metrics_token and not _is_token(config.metrics_token):
        raise ConfigError(
            f"“metrics_token” takes {TOKEN_CHARACTERS_MIN} or more letters and digits, as “openssl rand -hex 32” makes."
        )
    if config.simulator_url and not config.demo:
        raise ConfigError("“simulator_url” is for the demo: set “demo” too, or remove it.")
    if config.side_door_url and not config.company.strip():
        raise ConfigError("“side_door_url” needs “company”: customers are told who asks them for a file. Set it too.")
    if config.side_door_url and not (config.side_door_url.startswith("https://") or config.demo):
        raise ConfigError("“side_door_url” takes an https address: files pass there. Put a proxy with TLS in front.")
    if config.language not in {"de", "en"}:
        raise ConfigError(f"“language” takes de or en, not {config.language!r}.")
    if not _is_time_zone(config.time_zone):
        raise ConfigError(f"“time_zone” takes a name like Europe/Berlin, not {config.time_zone!r}.")
    _addressed(config)
    _signed_in_by_service(config)
    signs_in = config.mail_user, config.mail_password
    places = {"stored_at": config.stored_at, "backed_up_at": config.backed_up_at}
    for fault in (
        *outward(config.https_proxy, config.ca_bundle, config.webhook_url),
        *by_mail(config.mail_host, config.mail_tls, signs_in, config.mail_from, config.mail_to),
        *by_webhook(config.alarm_webhook_url, config.alarm_webhook_secret),
        *misplaced(places),
    ):
        raise ConfigError(fault)


def _signed_in_by_service(config: Config) -> None:
    """Refuse half a sign-in service, and one that a secret may not go to."""
    if not config.oidc_issuer:
        if config.oidc_client_id or config.oidc_client_secret or config.oidc_only:
            raise ConfigError(
                "“oidc_client_id”, “…_secret” and “oidc_only” need “oidc_issuer”: set it, or remove them."
            )
        return
    if not (config.oidc_client_id and config.oidc_client_secret):
        raise ConfigError("“oidc_issuer” needs “oidc_client_id” and “oidc_client_secret”: the service gives out both.")
    parts = urlsplit(config.oidc_issuer)
    is_here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if (parts.scheme != "https" and not is_here) or parts.query or parts.fragment:
        raise ConfigError(
            "“oidc_issuer” takes an https address without “?” and “#”, letter for letter as the service names itself."
        )
    if find_spec("joserfc") is None:
        raise ConfigError("“oidc_issuer” needs a package that is not installed: run pip install 'jawort[oidc]'.")


def _apart(config: Config) -> None:
    """Refuse two listeners on one port."""
    taken: dict[tuple[str, int], str] = {}
    for name, host, port in (
        ("port", config.host, config.port),
        ("ingest_port", config.ingest_host, config.ingest_port),
        ("work_port", config.work_host, config.work_port),
        ("work_port plus one", config.work_host, config.second_work_port),
        ("work_port plus two", config.work_host, config.search_port),
    ):
        other = taken.setdefault((host, port), name)
        if port and other != name:
            raise ConfigError(f"“{other}” and “{name}” are both {port}: the listeners need a port each.")
    if config.search_port > PORT_MAX:
        raise ConfigError(f"“work_port” takes a port to {PORT_MAX - 2}: second worker and search take the next ones.")


def _is_token(text: str) -> bool:
    """Whether it fits into an HTTP header, and nobody guesses it."""
    return len(text) >= TOKEN_CHARACTERS_MIN and text.isascii() and text.isprintable() and " " not in text


def _addressed(config: Config) -> None:
    """Refuse addresses that are none."""
    for name in ("public_url", "graph_url", *sorted(MAY_BE_EMPTY)):
        url = getattr(config, name)
        if (url or name not in MAY_BE_EMPTY) and not _is_web_address(url):
            raise ConfigError(f"“{name}” takes an address that begins with http:// or https://, not {url!r}.")
    if config.database_url and urlsplit(config.database_url).scheme not in {"postgres", "postgresql"}:
        raise ConfigError(
            "DATABASE_URL takes postgresql://user@host/name; Jawort stores in PostgreSQL 15 or newer only."
        )
    for reader in config.readers:
        try:
            ip_network(reader, strict=False)
        except ValueError:
            raise ConfigError(
                f"“ledger_readers” takes addresses like 192.0.2.7 or 192.0.2.0/24, not {reader!r}."
            ) from None


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
