"""What every page of an open desk shares: the desk, the worker, the words, and the one signal of changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from onestop_desktop.desk.views import Changes
from onestop_desktop.errors import OneStopError
from onestop_desktop.gui.worker import Worker
from onestop_desktop.settings import Settings
from onestop_desktop.words import Words

if TYPE_CHECKING:
    from onestop_desktop.desk.desk import Desk

T = TypeVar("T")


class Press(Protocol):
    """What puts paper out; both methods may take long and run on the worker."""

    def names(self) -> tuple[str, ...]:
        """Return the printers of this PC."""
        ...

    def put_out(self, pdf: bytes, printer: str) -> None:
        """Print a PDF; raises TryLater `print.failed`, `print.no_printer`, `print.gone`."""
        ...


class Session(QObject):
    """An open desk as the window knows it."""

    changed = Signal(Changes)

    def __init__(
        self, desk: Desk, settings: Settings, words: Words, press: Press, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.settings = settings
        self.words = words
        self.press = press
        self.worker = Worker(self)

    def run(
        self,
        job: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        *,
        key: str = "",
    ) -> None:
        """Run a job on the worker."""
        self.worker.run(job, done, failed, key=key)

    def tell(self, error: Exception) -> str:
        """Return the sentence of a failure."""
        if isinstance(error, OneStopError):
            return self.words.tell(error)
        return self.words.say("window.bug")
