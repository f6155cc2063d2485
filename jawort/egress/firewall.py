"""What a firewall must let pass, as the configuration says it, and the environment where it names a proxy."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from yarl import URL

from jawort.channels.destinations import Destination
from jawort.channels.egress import Egress
from jawort.channels.whatsapp.hosts import HOSTS, HTTPS_PORT
from jawort.core.config import Config
from jawort.core.reach import is_here

POSTGRESQL_PORT: Final = 5432
#: Beside the destinations: what is called or listened on, and is no destination.
PROXY, DATABASE = "proxy", "database"
INGEST, DESK, FIGURES = "ingest", "desk", "figures"
#: Which processes call. The desk connects numbers, and tells of alarms as long as no worker runs.
_CALLERS: Final = {
    Destination.GRAPH: ("work", "front"),
    Destination.MEDIA: ("work",),
    Destination.MAIL: ("work", "front"),
    Destination.ALARM_WEBHOOK: ("work", "front"),
    Destination.SIGN_IN: ("front",),
    Destination.CALLBACK: ("work", "front"),
}
ALL: Final = ("ingest", "front", "work", "search")


@dataclass(frozen=True, slots=True)
class Opening:
    """A way that TCP connections take: to `host` if `outward`, else to a port of ours that is bound to `host`.

    `what` is a Destination or one of the words above, `by` the processes that call or listen. What has `through`
    leaves by that proxy: the firewall needs the proxy alone.
    """

    what: str
    host: str
    port: int
    by: tuple[str, ...]
    outward: bool = True
    through: str = ""


def openings(config: Config) -> list[Opening]:
    """All that is configured and does not stay on this machine; out before in."""
    out = [*_called(config)]
    proxies = dict.fromkeys(each.through for each in out if each.through)
    by_proxy = [_proxy(each) for each in proxies]
    return [*by_proxy, *out, *_database(config.database_url), *_listeners(config)]


def configured(config: Config) -> set[str]:
    """The destinations that are called at all, on this machine or elsewhere."""
    return {what for what, _ in _addresses(config)}


def _addresses(config: Config) -> Iterator[tuple[Destination, str]]:
    """Where each destination is; mail has an address of its own making, so that all are read alike."""
    yield Destination.GRAPH, config.graph_url
    if not is_here(urlsplit(config.graph_url).hostname or ""):
        for host in HOSTS:
            yield Destination.MEDIA, f"https://*.{host}:{HTTPS_PORT}"
    yield Destination.CALLBACK, config.callback_url
    if config.mail_host:
        yield Destination.MAIL, f"smtp://{_bracketed(config.mail_host)}:{config.mail_port}"
    if config.alarm_webhook_url:
        yield Destination.ALARM_WEBHOOK, config.alarm_webhook_url
    if config.oidc_issuer:
        yield Destination.SIGN_IN, config.oidc_issuer


def _called(config: Config) -> Iterator[Opening]:
    egress = Egress(config.https_proxy)
    for what, address in _addresses(config):
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or (HTTPS_PORT if parts.scheme == "https" else 80)
        if is_here(host):
            continue
        proxy = None if what is Destination.MAIL else egress.proxy_for(URL(address.replace("*.", "any.")))[0]
        through = f"{proxy.host}:{proxy.port}" if proxy is not None else ""
        yield Opening(what, host, port, _CALLERS[what], through=through)


def _proxy(address: str) -> Opening:
    host, _, port = address.rpartition(":")
    return Opening(PROXY, host, int(port), ("work", "front"))


def _database(url: str) -> Iterator[Opening]:
    """Only where it is another machine: a path is a socket, and without an address Jawort runs its own."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host and not host.lower().startswith("%2f") and not is_here(host):
        yield Opening(DATABASE, host, parts.port or POSTGRESQL_PORT, ALL)


def _listeners(config: Config) -> Iterator[Opening]:
    for what, host, port, by in (
        (INGEST, config.ingest_host, config.ingest_port, "ingest"),
        (DESK, config.host, config.port, "front"),
        (FIGURES, config.work_host, config.work_port, "work"),
        (FIGURES, config.work_host, config.second_work_port, "work"),
        (FIGURES, config.work_host, config.search_port, "search"),
    ):
        if port and not is_here(host):
            yield Opening(what, host, port, (by,), outward=False)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
