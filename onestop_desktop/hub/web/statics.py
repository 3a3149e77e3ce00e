"""The one stylesheet and the letters that the pages are set in, read once and kept squeezed."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from functools import cache

from onestop_desktop import paths
from onestop_desktop.errors import InvalidInput
from onestop_desktop.hub.web.operations import NO_GUESSING, Access, Asked, Operation, Said

_TTF = "font/ttf"
_FILES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "style.css": (("hub", "style.css"), "text/css; charset=utf-8"),
    "BeVietnamPro-Regular.ttf": (("fonts", "be-vietnam-pro", "BeVietnamPro-Regular.ttf"), _TTF),
    "BeVietnamPro-SemiBold.ttf": (("fonts", "be-vietnam-pro", "BeVietnamPro-SemiBold.ttf"), _TTF),
}
"""What is served, where it lies below `resources`, and what it is."""
_KEPT, _ASKED_AGAIN = "public, max-age=31536000, immutable", "public, max-age=604800"


@cache
def _content(name: str) -> tuple[bytes, bytes, str]:
    """Return a file's bytes, the same squeezed, and a name of its content."""
    data = paths.resources(*_FILES[name][0]).read_bytes()
    return data, gzip.compress(data, 9, mtime=0), hashlib.sha256(data).hexdigest()[:16]


def version(name: str) -> str:
    """Return what changes when a file does, for its address."""
    return _content(name)[2]


def serve_static(asked: Asked) -> Said:
    """Give one of our files; an address with its version is kept by browsers for good."""
    name = asked.path["name"]
    if name not in _FILES:
        raise InvalidInput("hub.not_here")
    data, squeezed, tag = _content(name)
    kept = _KEPT if asked.query.get("v") == tag else _ASKED_AGAIN
    headers = {"etag": f'"{tag}"', "vary": "accept-encoding", "cache-control": kept} | NO_GUESSING
    if asked.headers.get("if-none-match") == f'"{tag}"':
        return Said(status=304, headers=headers)
    if "gzip" in asked.headers.get("accept-encoding", ""):
        data, headers = squeezed, headers | {"content-encoding": "gzip"}
    return Said(data, _FILES[name][1], headers=headers)


OPERATIONS = (
    Operation("static", "GET", "/static/{name}", Access.ANYBODY, serve_static, "Stylesheet and letters",
              statuses=(200, 304), listed=False),
)  # fmt: skip
