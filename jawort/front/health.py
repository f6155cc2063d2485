"""Whether a process is well and how much it does: `/healthz`, `/readyz` and `/metrics`, alike on every port.

`/healthz` asks nobody: that it answers is the answer, and who does not should be started again. `/readyz` says whether
the process can do its work now, and in a few fixed words why not. `/metrics` speaks Prometheus' text format, to this
machine and to whoever has the token. Needs no Django: the webhook listener answers with it too.
"""

import hmac
from collections.abc import Awaitable, Callable
from ipaddress import IPv6Address, ip_address
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, Info, disable_created_metrics, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from jawort import __version__
from jawort.front.asgi import SHIELD, Receive, Scope, Send, header, say

PATHS: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_FORWARDED: Final = frozenset({b"forwarded", b"via", b"x-real-ip"})

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series beside each counter, for nobody

#: Empty if the process can do its work now, else why not.
Ready = Callable[[], Awaitable[str]]


async def _nothing() -> None:
    """Every figure is at hand."""


class Health:
    """The ASGI application that answers PATHS for one process.

    `registry` holds what is this process's alone, beside what its modules count; `refresh` is awaited before figures
    are given out.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        ready: Ready,
        token: str,
        refresh: Callable[[], Awaitable[None]] = _nothing,
    ) -> None:
        self._registry, self._ready, self._token, self._refresh = registry, ready, token, refresh

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request for one of PATHS."""
        if scope["method"] not in {"GET", "HEAD"}:
            await say(send, 405, "GET\n", (b"allow", b"GET, HEAD"), (b"connection", b"close"))
        elif scope["path"] == "/healthz":
            await say(send, 200, "ok\n")
        elif scope["path"] == "/readyz":
            wrong = await self._ready()
            await say(send, 503 if wrong else 200, f"{wrong or 'ready'}\n")
        else:
            await self._metrics(scope, send)

    async def _metrics(self, scope: Scope, send: Send) -> None:
        if not (is_local(scope) or self._knows_token(scope)):
            if self._token:
                await say(send, 401, "token\n", (b"www-authenticate", b"Bearer"))
            else:
                await say(send, 404, "")
            return
        await self._refresh()
        body = generate_latest(REGISTRY) + generate_latest(self._registry)
        headers = [(b"content-type", CONTENT_TYPE_PLAIN_0_0_4.encode()), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": [*headers, *SHIELD]})
        await send({"type": "http.response.body", "body": body})

    def _knows_token(self, scope: Scope) -> bool:
        scheme, _, given = header(scope, b"authorization").partition(" ")
        same = hmac.compare_digest(given.strip().encode("latin-1"), self._token.encode())
        return bool(self._token) and scheme.lower() == "bearer" and same


def own_registry(process: str) -> CollectorRegistry:
    """Where a process puts what is its alone; it says first which one it is, and of which version."""
    registry = CollectorRegistry()
    build = Info("jawort_build", "Version of Jawort, and which of its processes this is.", registry=registry)
    build.info({"version": __version__, "process": process})
    return registry


def is_local(scope: Scope) -> bool:
    """Whether a request comes from this machine. What a proxy passes on does not, wherever the proxy stands."""
    client = scope.get("client")
    passed_on = any(name in _FORWARDED or name.startswith(b"x-forwarded") for name, _ in scope["headers"])
    if not client or passed_on:
        return False
    try:
        address = ip_address(client[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
