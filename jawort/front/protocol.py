"""An HTTP connection of every listener: whoever sends what leads to nothing, or stops in the middle, is hung up on.

uvicorn leaves all this to a proxy in front. There should be one, for TLS; the only port that strangers reach does not
rely on it. Bodies have their own limits (ingest.py, django.py).
"""

import asyncio
import logging
import socket
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from jawort.core.config import ConfigError

#: Request line and headers (the platform's have below 2 KB); also what stands between the parts of a body.
HEAD_BYTES_MAX: Final = 32 * 1024
HEAD_S: Final = 10.0
#: Connections that wait to be taken.
BACKLOG: Final = 2_048

log = logging.getLogger(__name__)
log.setLevel(logging.ERROR)  # uvicorn warns of every malformed request: strangers would fill the disk


def listening(app: Any, **own: Any) -> uvicorn.Config:
    """How every listener of ours listens to `app`: over such connections, without WebSockets, and without a log of who
    asked for what (addresses hold ids). `own` is what one has for itself."""
    return uvicorn.Config(
        app, http=Protocol, loop="uvloop", ws="none", log_config=None, access_log=False, server_header=False, **own
    )


class Protocol(HttpToolsProtocol):
    """httptools, with limits on everything but the body itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = log
        #: Between two requests too: what comes next begins with a head.
        self._in_head = True
        #: What has led neither to a whole head nor to a part of a body.
        self._vain_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_S, self._close_in_head)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._vain_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._vain_bytes > HEAD_BYTES_MAX:
            self.transport.close()
        elif self._in_head and self._head_timer is None and self._answered():
            # uvicorn has just ended its own timer, that of an idle connection.
            self._head_timer = self.loop.call_later(HEAD_S, self._close_in_head)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # else it is a trailer, and would be taken for a header
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._vain_bytes = 0
        self._end_head_timer()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._vain_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_head = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # Answered before the body was whole: whoever goes on sending speaks to nobody, and could do so for ever.
        if self._answered() and self.cycle.more_body and not self.transport.is_closing():
            self.transport.close()

    def _answered(self) -> bool:
        return self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]  # None at first

    def _end_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _close_in_head(self) -> None:
        self._head_timer = None
        if self._in_head and not self.transport.is_closing():
            self.transport.close()


def listener(host: str, port: int, setting: str = "port") -> socket.socket:
    """A socket that listens; `setting` gave the port. Raises ConfigError with a sentence that says what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise ConfigError(
            f"Cannot listen on {host}, port {port} ({error.strerror}): end what listens there or set “{setting}” to "
            "another."
        ) from None
