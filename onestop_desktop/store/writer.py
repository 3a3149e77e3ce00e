"""The one thread that owns the one writing connection; the counter's jobs go first, checkpoints when it is idle."""

from __future__ import annotations

import itertools
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from onestop_desktop.errors import TryLater
from onestop_desktop.store.connect import Connection, world

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
Job = Callable[[Connection], T]

URGENT, LONG, LAST = 0, 1, 9
IDLE_SECONDS = 2.0
CHECKPOINT_PAGES = 4_000
"""About 16 MB of log, between two jobs, when no idle moment came."""


class _Work(Generic[T]):
    """One job and where its result goes."""

    def __init__(self, job: Job[T], committed: Callable[[T], None] | None) -> None:
        self.job = job
        self.committed = committed
        self.future: Future[T] = Future()

    def run(self, connection: Connection) -> None:
        try:
            result = in_transaction(connection, self.job)
            if self.committed:
                self.committed(result)
        except BaseException as error:  # noqa: BLE001  whatever it was belongs to whoever asked
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


def in_transaction(connection: Connection, job: Job[T]) -> T:
    """Run a job in one immediate transaction: before or after, never between."""
    with world():
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = job(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return result


def touch(connection: Connection) -> None:
    """Write one small row, so that a new log's header is flushed now.

    The value must change: SQLite does not write a page whose bytes stay the same.
    """
    connection.execute(
        "INSERT INTO meta (name, value) VALUES ('touched', '1')"
        " ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )


class Writer:
    """A queue of write jobs and the thread that serves it."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._queue: queue.PriorityQueue[tuple[int, int, _Work[object] | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._opened: Future[None] = Future()
        self._closed = False
        self._unclean = False
        self._thread = threading.Thread(target=self._serve, name="onestop-writer", daemon=True)
        self._thread.start()
        self._opened.result()

    def submit(self, job: Job[T], *, urgent: bool = True, committed: Callable[[T], None] | None = None) -> Future[T]:
        """Queue a job; its future brings the result after the commit, or the failure after the rollback.

        `committed` is called on the writer thread after the commit and before the next job.
        """
        if self._closed:
            raise TryLater("store.closed")
        work = _Work(job, committed)
        self._queue.put((URGENT if urgent else LONG, next(self._order), work))  # type: ignore[arg-type]
        return work.future

    def run(self, job: Job[T]) -> T:
        """Queue an urgent job and wait for its result."""
        return self.submit(job).result()

    def close(self) -> None:
        """Finish what is queued, checkpoint, close the connection."""
        if not self._closed:
            self._closed = True
            self._queue.put((LAST, next(self._order), None))
            self._thread.join()

    def _serve(self) -> None:
        try:
            connection = self._connect()
        except BaseException as error:  # noqa: BLE001  the opener is told
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        while self._next(connection):
            pass
        connection.close()

    def _next(self, connection: Connection) -> bool:
        try:
            work = self._queue.get(timeout=IDLE_SECONDS)[2]
        except queue.Empty:
            self._checkpoint(connection, at_least=1)
            return True
        if work is None:
            return False
        work.run(connection)
        self._unclean = True
        self._checkpoint(connection, at_least=CHECKPOINT_PAGES)
        return True

    def _checkpoint(self, connection: Connection, at_least: int) -> None:
        """Move the log into the file, then write once: the log's new header is flushed now, not at the counter."""
        if not self._unclean:
            return
        try:
            _busy, pages, _moved = connection.execute("PRAGMA wal_checkpoint(NOOP)").fetchone() or (0, 0, 0)
            if pages < at_least:
                return
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            touch(connection)
        except Exception:  # noqa: BLE001
            # Whatever it was, the log is whole and is tried again; the thread must live, or the counter hangs.
            _LOG.exception("the log could not be moved into the file")
            return
        self._unclean = False
