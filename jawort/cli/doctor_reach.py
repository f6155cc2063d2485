"""What `jawort doctor` tries of the settings by which calls leave: a connection each, and nothing is sent."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from jawort.alarms.tell import Run, ways
from jawort.channels.call import status_of
from jawort.channels.destinations import Datum, Destination
from jawort.channels.egress import Egress
from jawort.channels.mail import try_out
from jawort.channels.types import NotTaken
from jawort.channels.wire import Load
from jawort.core.config import Config
from jawort.core.finding import Finding

_WHY: Final[Mapping[str, str]] = {
    "unreachable": "could not be reached: see address, port and firewall",
    "certificate": "shows a certificate that is not trusted: see its name, or add its authority to “ca_bundle”",
    "login": "does not let us in: see “mail_user” and “mail_password”",
    "unsupported": "does not offer what is asked of it: see “mail_tls” and “mail_port”",
    "refused": "refuses: its log says why",
}


def tried(config: Config, run: Run = asyncio.run) -> Iterator[Finding]:
    """One finding for each way that does not work. What the settings do not name is not tried."""
    known = ways(config)
    egress = Egress(config.https_proxy, config.ca_bundle)
    if known.mail is not None:
        server = known.mail
        where = f"The mail server {config.mail_host}:{config.mail_port}"
        yield from _found("reach.mail", where, lambda: try_out(server))
    if known.post is not None:
        call = _call(config.alarm_webhook_url, egress, Destination.ALARM_WEBHOOK)
        yield from _found("reach.webhook", "The receiver of alarms", lambda: run(call))
    if config.https_proxy or config.ca_bundle:
        where = "WhatsApp, by way of “https_proxy” and “ca_bundle”,"
        yield from _found("reach.platform", where, lambda: run(_call(config.graph_url, egress, Destination.GRAPH)))


async def _call(url: str, egress: Egress, destination: Destination) -> None:
    await status_of("HEAD", url, {}, None, egress, Load(destination, Datum.QUESTION))


def _found(code: str, where: str, attempt: Callable[[], object]) -> Iterator[Finding]:
    try:
        attempt()
    except NotTaken as problem:
        yield Finding(code, f"{where} {_WHY.get(problem.reason, problem.reason)}.")
