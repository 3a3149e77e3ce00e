"""What of an entry stands in columns beside its bytes; the bytes may say anything, a column may not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onestop_desktop.domain.entry import Entry

NAME = 64
"""An id or an instant in a column has no more letters."""
TEXT = 300
LARGEST = 2**53


def plain(text: str, most: int = TEXT) -> str:
    """Return a text that any database keeps: no NUL (PostgreSQL has none), and bounded for its indexes."""
    return text[:most].replace("\0", "\N{REPLACEMENT CHARACTER}")


def whole(number: int) -> int:
    """Return a whole number within what every column holds."""
    return max(-LARGEST, min(number, LARGEST))


def columns_of(entry: Entry | None) -> Mapping[str, Any]:
    """Return an entry's columns; empty ones for bytes that are no entry."""
    if entry is None:
        return dict.fromkeys(_COLUMNS, "")
    return {name: plain(getattr(entry, name), NAME) for name in _COLUMNS}


_COLUMNS = ("kind", "dossier", "happened_at", "recorded_at", "corrected_at")
