"""The stretch of the list that is held: pages below and above it, and the jump to the list's beginning or end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from onestop_desktop.gui.dossiers.query import Lines, Piece, fetch
from onestop_desktop.gui.dossiers.view import DossiersView
from onestop_desktop.gui.session import Session


class Stretch(QObject):
    """Reads on in both directions; `generation` tells whether the list has meanwhile become another one."""

    def __init__(
        self,
        session: Session,
        view: DossiersView,
        generation: Callable[[], int],
        added: Callable[[Lines], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(session)
        self._session = session
        self._view = view
        self._generation = generation
        self._added = added
        self._failed = failed
        view.lines.more_wanted.connect(self._read_more)
        view.lines.earlier_wanted.connect(self._read_earlier)
        view.table.far.connect(self._go_far)

    def _read_more(self) -> None:
        self._read(Piece(self._view.lines.after), self._more)

    def _more(self, got: Lines) -> None:
        # What leaves the stretch above takes its mark along, not the detail.
        self._quietly(partial(self._view.lines.append, got), partial(self._added, got))

    def _quietly(self, change: Callable[[], object], mark: Callable[[], object]) -> None:
        self._view.table.hold(quiet=True)
        change()
        self._view.table.hold(quiet=False)
        mark()

    def _read_earlier(self) -> None:
        self._read(Piece(self._view.lines.above, back=True), self._earlier)

    def _earlier(self, got: Lines) -> None:
        detail = self._view.detail
        self._quietly(partial(self._view.lines.prepend, got), lambda: self._view.table.mark(detail.dossier))

    def _go_far(self, way: int) -> None:
        lines = self._view.lines
        there = (lines.above if way < 0 else lines.after) is None
        if there:
            self._arrive(way)
            return
        self._read(Piece(back=way > 0), partial(self._far, way))

    def _far(self, way: int, got: Lines) -> None:
        self._quietly(partial(self._view.lines.put, got, self._session.desk.now()), partial(self._arrive, way))

    def _arrive(self, way: int) -> None:
        table = self._view.table
        count = len(self._view.lines.lines)
        if count:
            table.selectRow(count - 1 if way > 0 else 0)
            (table.scrollToBottom if way > 0 else table.scrollToTop)()

    def _read(self, piece: Piece, done: Callable[[Lines], None]) -> None:
        desk, query, generation = self._session.desk, self._view.query(), self._generation()

        def landed(got: Lines) -> None:
            if generation == self._generation():
                done(got)

        def missed(error: Exception) -> None:
            if generation == self._generation():
                self._view.lines.failed()
            self._failed(error)

        self._session.run(lambda: fetch(desk, query, piece), landed, missed)
