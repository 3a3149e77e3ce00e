"""One background thread for all that writes, renders, prints or hashes; answers come back by one queued signal."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from onestop_desktop.errors import OneStopError

T = TypeVar("T")


class _Superseded(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Landed:
    future: Future[Any]
    done: Callable[[Any], None] | None
    failed: Callable[[Exception], None] | None
    key: str
    ticket: int


class Worker(QObject):
    """Runs jobs one after the other on its thread; a job sees no widget, a callback runs on the window's thread."""

    idle = Signal()
    _landed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self._latest: dict[str, int] = {}
        self._ticket = 0
        self._waiting = 0
        self._closed = False
        self._landed.connect(self._land, Qt.ConnectionType.QueuedConnection)

    @property
    def waiting(self) -> int:
        """Return how many jobs have not answered yet."""
        return self._waiting

    def run(
        self,
        job: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        *,
        key: str = "",
    ) -> None:
        """Run a job; of several jobs with one key only the latest is worth doing and answering.

        An exception goes to `failed`; one that nobody foresaw is raised on the window's thread besides, where the
        crash page meets it.
        """
        if self._closed:
            return
        self._ticket += 1
        ticket = self._ticket
        if key:
            self._latest[key] = ticket
        self._waiting += 1

        def guarded() -> T:
            if self._stale(key, ticket):
                raise _Superseded
            return job()

        future = self._pool.submit(guarded)
        future.add_done_callback(lambda it: self._tell(_Landed(it, done, failed, key, ticket)))

    def close(self) -> None:
        """Let the running jobs finish, take no more."""
        self._closed = True
        self._pool.shutdown(wait=True)

    def _tell(self, landed: _Landed) -> None:
        self._landed.emit(landed)

    def _stale(self, key: str, ticket: int) -> bool:
        return bool(key) and self._latest.get(key) != ticket

    def _land(self, landed: _Landed) -> None:
        self._waiting -= 1
        try:
            self._answer(landed)
        finally:
            if not self._waiting:
                self.idle.emit()

    def _answer(self, landed: _Landed) -> None:
        if self._closed or self._stale(landed.key, landed.ticket):
            return
        error = landed.future.exception()
        if error is None:
            if landed.done:
                landed.done(landed.future.result())
            return
        if landed.failed and isinstance(error, Exception):
            landed.failed(error)
        if landed.failed is None or not isinstance(error, OneStopError):
            raise error
