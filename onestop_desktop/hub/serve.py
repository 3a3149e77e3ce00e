"""The hub's server: uvicorn with our own certificate, few headers, and no patience for lines that say nothing."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from onestop_desktop.errors import KnownError, TryLater
from onestop_desktop.hub import tls
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.web.app import WebSite, build

HEAD_SECONDS = 20
"""A request's first lines must be whole within this; a line without a request is closed."""
IDLE_SECONDS = 75
MOST_LINES = 2_000
_HEAD_LARGEST = 16 << 10
_GOODBYE_SECONDS = 10


class Line(H11Protocol):
    """A connection that is closed when it is open without asking anything, or sends its first lines too slowly."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock; one line too many is closed at once."""
        super().connection_made(transport)
        if len(self.connections) > MOST_LINES:
            transport.abort()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; the clock stands still while a request is being read in full or answered."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._forget()
        if self.conn.trailing_data[0]:  # the next request has begun to come
            self._watch()

    def _watch(self) -> None:
        busy = self.cycle is not None and not self.cycle.response_complete
        if busy:
            self._forget()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self._too_late)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.abort()


class Server(uvicorn.Server):
    """A server that says where it listens once it does."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[str], None]) -> None:
        super().__init__(config)
        self._tell = tell

    async def startup(self, sockets: list[Any] | None = None) -> None:
        """Listen and say so."""
        await super().startup(sockets)
        for server in self.servers[:1]:
            host, port = server.sockets[0].getsockname()[:2]
            scheme = "https" if self.config.is_ssl else "http"
            self._tell(f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}")


def make_server(
    ledger: Ledger, site: WebSite, host: str, port: int, tell: Callable[[str], None], folder: Path | None = None
) -> Server:
    """Return a server that is not running yet; without a `folder` with a certificate there is no TLS."""
    config = uvicorn.Config(
        build(ledger, site), host=host, port=port, loop="asyncio", http=Line, ws="none", lifespan="off",
        log_level="error", access_log=False, server_header=False, date_header=False, proxy_headers=False,
        timeout_keep_alive=IDLE_SECONDS, timeout_graceful_shutdown=_GOODBYE_SECONDS,
        h11_max_incomplete_event_size=_HEAD_LARGEST, backlog=1024,
        ssl_certfile=folder / tls.CERTIFICATE if folder else None,
        ssl_keyfile=folder / tls.KEY if folder else None,
    )  # fmt: skip
    return Server(config, tell)


def serve(ledger: Ledger, folder: Path, site: WebSite, host: str, port: int) -> None:
    """Serve until stopped; port 0 takes a free one. One line of JSON on stdout says where, once it listens.

    Raises:
        KnownError: `hub.no_certificate` when there is none and TLS was not waived.
        TryLater: `hub.port` when the port cannot be opened.
    """
    if not site.site.plain and not (folder / tls.CERTIFICATE).exists():
        raise KnownError("hub.no_certificate", path=str(folder))
    pin = "" if site.site.plain else tls.pin_of(folder).hex()

    def tell(address: str) -> None:
        sys.stdout.write(json.dumps({"listening": address, "pin": pin}) + "\n")
        sys.stdout.flush()

    server = make_server(ledger, site, host, port, tell, None if site.site.plain else folder)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    try:
        server.run()  # at its end it raises the signal again that ended it
    except SystemExit as end:
        if end.code:  # it could not listen
            raise TryLater("hub.port", port=port) from None
