"""The scanner's folder, looked at once a second on the worker; what came is offered to whichever page is open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from onestop_desktop.desk.scan_folder import ScanFolder
from onestop_desktop.gui.session import Session

EVERY_MS = 1000


class ScanWatch(QObject):
    """One a session; `waiting` is what nobody has taken or put off yet."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._folder: ScanFolder | None = None
        self._looking = False
        self._told = False
        self.waiting: tuple[Path, ...] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Look once, unless the last look has not come back yet; the folder may lie on a slow network."""
        named = self._session.settings.text("scan_folder")
        if not named:
            self._folder = None
            return
        if self._folder is None or str(self._folder.folder) != named:
            self._folder = ScanFolder(Path(named))
        if not self._looking:
            self._looking = True
            self._session.run(self._folder.look, self._seen, self._not_seen)

    def _seen(self, found: tuple[Path, ...]) -> None:
        self._looking = False
        self._told = False
        if found:
            self.waiting = tuple(dict.fromkeys((*self.waiting, *found)))
            self.changed.emit()

    def _not_seen(self, error: Exception) -> None:
        self._looking = False
        if not self._told:
            self._told = True
            self.failed.emit(self._session.tell(error))

    def take(self) -> tuple[Path, ...]:
        """Return what waits and offer it no more."""
        taken, self.waiting = self.waiting, ()
        self.changed.emit()
        return taken

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()


def scan_watch(session: Session) -> ScanWatch:
    """Return the session's watch, begun at the first call."""
    found = session.findChild(ScanWatch)
    return found if found is not None else ScanWatch(session)
