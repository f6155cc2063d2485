"""The listener's HTTP connection: a head that is too long, or that does not come, closes it.

uvicorn leaves both to a proxy in front. There should be one, for TLS; the only port that strangers reach does not rely
on it. Bodies have their own limits (ingest.py).
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES_MAX: Final = 32 * 1024  # request line and headers; the platform's have below 2 KB
HEAD_S: Final = 10.0


class Protocol(HttpToolsProtocol):
    """httptools, with limits on the head."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_head = True
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_S, self._close_in_head)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head:
            if self._head_bytes > HEAD_BYTES_MAX:
                self._close_in_head()
            elif self._head_timer is None and not self.transport.is_closing():
                self._head_timer = self.loop.call_later(HEAD_S, self._close_in_head)

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._head_bytes = 0
        self._end_head_timer()
        super().on_headers_complete()

    def _end_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _close_in_head(self) -> None:
        self._head_timer = None
        if self._in_head and not self.transport.is_closing():
            self.transport.close()
