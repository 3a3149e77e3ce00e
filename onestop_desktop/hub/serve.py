"""The hub's server: uvicorn with our own certificate and few headers."""

from __future__ import annotations

from pathlib import Path

import uvicorn

from onestop_desktop.hub import tls
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.web.app import WebSite, build
from onestop_desktop.hub.web.operations import Site


def serve(ledger: Ledger, folder: Path, site: Site, host: str, port: int, *, plain: bool) -> None:
    """Serve until stopped; port 0 takes a free one. Without a certificate, or with `plain`, there is no TLS."""
    application = build(ledger, WebSite(folder / "files", site))
    secured = not plain and (folder / tls.CERTIFICATE).exists()
    uvicorn.run(
        application, host=host, port=port, log_level="warning", access_log=False, server_header=False,
        date_header=False, timeout_keep_alive=75, h11_max_incomplete_event_size=16 << 10,
        ssl_certfile=folder / tls.CERTIFICATE if secured else None,
        ssl_keyfile=folder / tls.KEY if secured else None,
    )  # fmt: skip
