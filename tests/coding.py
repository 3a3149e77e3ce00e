"""Coding the same entries once, for tests that hold hundreds of sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from unittest import mock

from onestop_desktop.wire import rows


@contextmanager
def coding_once() -> Iterator[None]:
    """Work out once what the same entries are as a packet's rows, and back; the same bytes go, and all else is done.

    Both are functions of their arguments alone, and most of what a session costs that is held hundreds of times.
    """
    coded, read = lru_cache(256)(rows.encode), lru_cache(256)(rows.decode)
    with mock.patch.multiple(
        rows, encode=lambda pairs, place: coded(tuple(pairs), place), decode=lambda *given: list(read(*given))
    ):
        yield
