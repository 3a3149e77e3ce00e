"""One thread of its own for the network: what waits for a line never stands before the counter's worker.

The thread is a daemon: a read that hangs in a dead network holds up neither the window's end nor the program's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

CLOSE_S = 1.2
"""Seconds that the end of the window waits for a session to break off."""

Stopped = Callable[[], bool]
Progress = Callable[[int, int, int, int], None]
Deed = Callable[[Stopped, Progress], Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a deed: its result, or what went wrong."""

    name: str
    result: Any = None
    error: Exception | None = None


class Sender(QObject):
    """Runs one deed at a time; what it tells of its progress, and its end, come back on the window's thread."""

    progressed = Signal(int, int, int, int)
    ended = Signal(object)
    _landed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False
        self.name = ""
        self._landed.connect(self._land, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Say whether a deed has not ended yet."""
        return bool(self.name)

    @property
    def stopping(self) -> bool:
        """Say whether the deed that runs was asked to stop."""
        return self.running and self._stop.is_set()

    def begin(self, name: str, deed: Deed) -> bool:
        """Begin a deed; False while another one runs."""
        if self.running or self._closed:
            return False
        self.name = name
        stop = self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(name, deed, stop), name="link", daemon=True)
        self._thread.start()
        return True

    def stop(self) -> None:
        """Ask the deed that runs to stop; it ends as soon as the network gives it back."""
        self._stop.set()

    def close(self, seconds: float = CLOSE_S) -> None:
        """Stop and take no more; wait a moment, no longer than told."""
        self._closed = True
        self.stop()
        if self._thread is not None:
            self._thread.join(seconds)

    def _work(self, name: str, deed: Deed, stop: threading.Event) -> None:
        try:
            ended = Ended(name, deed(stop.is_set, self._progress))
        except Exception as error:  # noqa: BLE001  told on the window's thread
            ended = Ended(name, error=error)
        # The window may be gone by now.
        with suppress(RuntimeError):
            self._landed.emit(ended)

    def _progress(self, sent: int, waiting: int, received: int, size: int) -> None:
        with suppress(RuntimeError):
            self.progressed.emit(sent, waiting, received, size)

    def _land(self, ended: Ended) -> None:
        self.name = ""
        if not self._closed:
            self.ended.emit(ended)
