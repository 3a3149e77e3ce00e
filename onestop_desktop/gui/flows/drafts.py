"""What is typed survives a power cut: kept every ten seconds and at changes of focus, offered at the next start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from onestop_desktop.gui.session import Session

FORM = "intake"
CERTIFY = "certify"
EVERY_MS = 10_000
_EARLIER = "earlier"


class Drafts(QObject):
    """Keeps the form's state with the desk; a draft that is offered and not yet answered is kept along."""

    kept = Signal()

    def __init__(self, session: Session, state: Callable[[], Mapping[str, Any] | None], form: str = FORM) -> None:
        super().__init__(session)
        self._session = session
        self._form = form
        self._state = state
        self._changed = False
        self._stored = False
        self.offered: dict[str, Any] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.keep)
        self._timer.start()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)

    def find(self) -> dict[str, Any] | None:
        """Return the draft of the last run, if there is one."""
        found = self._session.desk.load_draft(self._form)
        if found:
            self.offered = dict(found)
            self._stored = True
        return self.offered

    def touch(self) -> None:
        """Note that the form has changed."""
        self._changed = True

    def keep(self, *, always: bool = False) -> None:
        """Keep what is typed, if it has changed since the last time."""
        if not self._changed and not always:
            return
        self._changed = False
        state = self._state()
        if state is None:
            if self._stored and self.offered is None:
                self.drop()
            return
        data = dict(state) | ({_EARLIER: self.offered} if self.offered else {})
        self._stored = True
        self._save(data, lambda _none: self.kept.emit())

    def _save(self, data: Mapping[str, Any], done: Callable[[None], None] | None = None) -> None:
        desk = self._session.desk
        self._session.run(lambda: desk.save_draft(self._form, data), done, self._not_written)

    def _not_written(self, _error: Exception) -> None:
        # The disk is full or the desk is closing: no reason to stop whoever types; it is tried again.
        self._changed = self._stored = True

    def take_offered(self) -> dict[str, Any]:
        """Return the offered draft; what stands in the form from now on takes its place."""
        offered, self.offered = self.offered or {}, None
        earlier = offered.pop(_EARLIER, None)
        self.offered = earlier if isinstance(earlier, dict) else None
        return offered

    def take(self, at: int, state: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return one of the drafts that wait, counted from the latest; what is typed now waits in its place.

        Args:
            at: Which of those that wait; one that is not there takes the last.
            state: What stands in the form, None when it is empty.
        """
        waiting = []
        while self.offered is not None:
            waiting.append(self.take_offered())
        if not waiting:
            return {}
        wanted = waiting.pop(min(at, len(waiting) - 1))
        for draft in [*([dict(state)] if state else []), *waiting][::-1]:
            self.offered = draft | ({_EARLIER: self.offered} if self.offered else {})
        self._changed = True
        return wanted

    def refuse_offered(self) -> None:
        """Discard the offered draft."""
        self.take_offered()
        self._changed = True
        self.keep()

    def drop(self) -> None:
        """Forget the form's draft: it was received or discarded."""
        self._changed = False
        self._stored = False
        if self.offered:
            self._save(self.offered)
            self._stored = True
            return
        desk = self._session.desk
        self._session.run(lambda: desk.drop_draft(self._form), failed=self._not_written)

    def watch_no_more(self) -> None:
        """Keep nothing from now on; may be called twice."""
        if not self._timer.isActive():
            return
        self._timer.stop()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.disconnect(self._focus_changed)

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        # Without a successor the window goes or lies behind another program's: the timer does it, if anything is left.
        if now is not None:
            self.keep()
