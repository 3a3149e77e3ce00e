"""Each thread's own reading connection: opened when it first asks, closed with its thread or with the store."""

from __future__ import annotations

import contextlib
import logging
import threading
import weakref
from collections.abc import Callable
from typing import TypeVar

from onestop_desktop.errors import TryLater
from onestop_desktop.store.connect import Connection, DatabaseError

T = TypeVar("T")
_LOG = logging.getLogger(__name__)

CLOSE_SECONDS = 10.0
"""How long the closing waits for a question that is still being answered."""


class _Reader:
    """A connection that one thread asks; whoever closes it waits for the answer."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.busy = threading.RLock()

    def close(self) -> None:
        if not self.busy.acquire(timeout=CLOSE_SECONDS):
            # Closed under its feet the library would crash; it goes with its thread instead.
            _LOG.warning("a question was still being answered when the store was closed")
            return
        try:
            with contextlib.suppress(DatabaseError):  # nothing was written on it
                self.connection.close()
        finally:
            self.busy.release()


class Readers:
    """The reading connections of a store. `connect` must give one that another thread may close."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._own = threading.local()
        # Only the thread holds its reader: one that ends takes its connection along.
        self._all: weakref.WeakSet[_Reader] = weakref.WeakSet()
        self._opening = threading.Lock()
        self._closed = False

    def connection(self) -> Connection:
        """Return this thread's connection; raises TryLater `store.closed`."""
        return self._reader().connection

    def ask(self, question: Callable[[Connection], T]) -> T:
        """Ask a question on this thread's connection; raises TryLater `store.closed`."""
        reader = self._reader()
        with reader.busy:
            if self._closed:
                raise TryLater("store.closed")
            return question(reader.connection)

    def close(self) -> None:
        """Close every thread's connection; from now on nobody gets one."""
        with self._opening:
            self._closed = True
            readers = list(self._all)
        for reader in readers:
            reader.close()

    def _reader(self) -> _Reader:
        reader: _Reader | None = getattr(self._own, "reader", None)
        if reader is None or self._closed:
            with self._opening:
                if self._closed:
                    raise TryLater("store.closed")
                reader = _Reader(self._connect())
                self._all.add(reader)
            self._own.reader = reader
        return reader
