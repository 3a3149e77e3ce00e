"""Xuất Excel: the list as filtered to a file of the clerk's choice, slice after slice, so that F9 never waits."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.export import Asked, Running
from onestop_desktop.gui.dossiers.filters import NAMES
from onestop_desktop.gui.dossiers.query import DRAFTS, Query, fetch
from onestop_desktop.gui.dossiers.view import DossiersView
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.strip import Message

_TOPIC = "export"


class ExportFlow(QObject):
    """One spreadsheet at a time; its progress and its end are told on the strip above the detail."""

    def __init__(self, session: Session, view: DossiersView) -> None:
        super().__init__(session)
        self._session = session
        self._view = view
        self._say = session.words.say
        self.running: Running | None = None
        self._stopping = False
        self._busy = False
        self._idle_text = view.export.text()
        view.export_asked.connect(self.ask)

    def ask(self) -> None:
        """Ask where the file should be, and begin."""
        if self.running is not None:
            self.stop()
            return
        if self._busy:
            return
        if self._view.query().chip == DRAFTS or not self._view.lines.lines:
            self._tell("warn", self._say("window.dossiers.export.nothing"))
            return
        day = f"{self._session.desk.now():%Y-%m-%d}"
        name = f"{self._say('window.dossiers.export.file')} {day}.xlsx"
        title = self._say("window.dossiers.export.choose")
        path, _kind = QFileDialog.getSaveFileName(self._view, title, name, "Excel (*.xlsx)")
        if path:
            self.begin(Path(path if path.lower().endswith(".xlsx") else f"{path}.xlsx"))

    def begin(self, out: Path) -> None:
        """Write the list as it is filtered now."""
        desk, query, told = self._session.desk, self._view.query(), self._told()
        self._stopping = False
        self._busy = True
        self._session.run(lambda: desk.export.begin(asked_of(desk, query, told), out), self._begun, self._failed)

    def _begun(self, running: Running) -> None:
        self.running = running
        self._next()

    def _next(self) -> None:
        running = self.running
        if running is None:
            return
        if self._stopping:
            self._session.run(running.stop, lambda _none: self._end("warn", "window.dossiers.export.stopped"))
            return
        # The button itself stops: one that is made anew with each step could not be pressed.
        self._show("window.dossiers.export.stop", done=_dots(running.done), total=_dots(running.total))
        self._session.run(running.go_on, self._went_on, self._failed)

    def _went_on(self, more: bool) -> None:
        running = self.running
        if more or self._stopping or running is None:
            self._next()
            return
        self.running = None
        self._show("window.dossiers.export.finishing")
        self._session.run(running.finish, partial(self._finished, running.done), self._failed)

    def _finished(self, count: int, path: Path) -> None:
        self._end("ok", "window.dossiers.export.done", count=_dots(count), path=str(path))

    def stop(self) -> None:
        """Write no further and leave no file."""
        self._stopping = True

    def _failed(self, error: Exception) -> None:
        running, self.running = self.running, None
        if running is not None:
            self._session.run(running.stop)
        self._tell("bad", self._session.tell(error))
        self._rest()

    def _end(self, tone: str, code: str, **facts: str) -> None:
        self.running = None
        self._tell(tone, self._say(code, **facts))
        self._rest()

    def _rest(self) -> None:
        self._busy = False
        self._view.export.setText(self._idle_text)
        self._view.export.setAccessibleName(self._idle_text)

    def _show(self, code: str, **facts: str) -> None:
        text = self._say(code, **facts)
        self._view.export.setText(text)
        self._view.export.setAccessibleName(text)

    def _tell(self, tone: str, text: str) -> None:
        self._view.detail.strip.say(Message(tone, text, topic=_TOPIC))

    def _told(self) -> str:
        """Return chip, filters, words and order as they stand on the screen."""
        view, say = self._view, self._say
        parts = [(say("window.dossiers.export.chip"), say(f"window.dossiers.chip.{view.chips.code}"))]
        choices = view.filters.choices
        parts += [(say(f"window.dossiers.export.by.{name}"), choices[name].currentText()) for name in NAMES if
                  choices[name].value()]  # fmt: skip
        if view.filters.line.text().strip():
            parts.append((say("window.dossiers.export.search"), view.filters.line.text().strip()))
        if view.lines.order:
            parts.append((say("window.dossiers.export.order"), say(f"window.dossiers.sort.{view.lines.order}")))
        return "; ".join(say("window.dossiers.export.told", name=name, value=value) for name, value in parts)


def asked_of(desk: Desk, query: Query, told: str) -> Asked:
    """Return what a query exports; what was found by words is exported as found."""
    if query.text.strip():
        return Asked(query.chip, told=told, rows=tuple(line.row for line in fetch(desk, query).lines))
    states = (query.status,) if query.status else ()
    return Asked(query.chip, {**query.narrowing, "states": states, "order": query.order}, told)


def _dots(count: int) -> str:
    return f"{count:,}".replace(",", ".")
