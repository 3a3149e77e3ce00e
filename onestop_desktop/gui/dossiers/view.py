"""Chips, list and detail side by side; it takes data and gives events, `flow` asks the desk."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from onestop_desktop.domain.number import read_barcode
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.dossiers.chips import ChipBar
from onestop_desktop.gui.dossiers.detail import DetailPane
from onestop_desktop.gui.dossiers.filters import FIND_KEY, FilterBar
from onestop_desktop.gui.dossiers.lines_model import ORDERS, LinesModel
from onestop_desktop.gui.dossiers.lines_table import LinesTable
from onestop_desktop.gui.dossiers.offers import READY_KEY
from onestop_desktop.gui.dossiers.query import CHIPS, Lines, Query
from onestop_desktop.gui.widgets.basics import button, label
from onestop_desktop.words import Words

SORT_KEY = "Ctrl+T"
EXPORT_KEY = "Ctrl+Shift+E"
_NARROW = 1000
_DETAIL = 378
_DETAIL_NARROW = 300
_CROWDED = 940
"""Below this width the list needs the room that the detail would take."""


class DossiersView(QWidget):
    """Chips above, the list on the left, the chosen dossier on the right."""

    queried = Signal()
    shown = Signal()
    hidden = Signal()
    ready_asked = Signal()
    code_entered = Signal(str)
    export_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._order = ""
        self.chips = ChipBar(words)
        self.filters = FilterBar(words)
        self.lines = LinesModel(words)
        self.table = LinesTable(self.lines, words)
        self.detail = DetailPane(words)
        self.empty = label("", "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.everywhere = button(words.say("window.dossiers.everywhere"))
        self.sort = button("", kind="link")
        self.sort.setToolTip(words.say("window.dossiers.sort.hint"))
        self.export = button(words.say("window.dossiers.export.button"))
        self.export.setToolTip(f"{words.say('window.dossiers.export.hint')} ({EXPORT_KEY})")
        self._lay_out()
        self._connect()
        self._add_keys()
        self.show_empty(Lines(()), loading=True)

    def _lay_out(self) -> None:
        card = QFrame()
        card.setProperty("role", "card")
        self._list = QVBoxLayout(card)
        self._list.setContentsMargins(8, 10, 8, 8)
        self._list.setSpacing(6)
        self._list.addWidget(self.filters)
        self._list.addWidget(self.table, 1)
        self._empty_box = QWidget()
        box = QVBoxLayout(self._empty_box)
        box.addStretch(1)
        box.addWidget(self.empty)
        box.addWidget(self.everywhere, 0, Qt.AlignmentFlag.AlignCenter)
        box.addStretch(2)
        self._list.addWidget(self._empty_box, 1)
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        self._row.addWidget(card, 1)
        self._row.addWidget(self.detail)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(18, 14, 18, 14)
        self._column.setSpacing(12)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.chips, 1)
        top.addWidget(self.sort, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self.export, 0, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(top)
        self._column.addLayout(self._row, 1)
        self.detail.setFixedWidth(_DETAIL)

    def _connect(self) -> None:
        self.chips.chosen.connect(lambda _code: self.sort_by(""))
        self.lines.headerDataChanged.connect(lambda *_which: self._show_order())
        self.sort.clicked.connect(self._next_order)
        self.table.sorted.connect(self.sort_by)
        self.export.clicked.connect(self.export_asked)
        self.filters.changed.connect(self.queried)
        self.filters.line.left_down.connect(self._go_down)
        self.filters.line.entered.connect(self._entered)
        self.table.narrowed.connect(self.filters.go_on)
        self.table.entered.connect(self.detail.start)
        self.everywhere.clicked.connect(self._look_everywhere)
        self.detail.left.connect(self.go_to_list)
        self.detail.narrowed.connect(self.filters.go_on)

    def _add_keys(self) -> None:
        keys = {
            FIND_KEY: lambda: self.filters.line.setFocus(Qt.FocusReason.ShortcutFocusReason),
            READY_KEY: self.ready_asked.emit,
            SORT_KEY: self._next_order,
            EXPORT_KEY: self.export.click,
        }
        for sequence, deed in keys.items():
            shortcut = QShortcut(QKeySequence(sequence), self)
            shortcut.activated.connect(lambda deed=deed: None if self._is_covered() else deed())
        for at, code in enumerate(CHIPS, 1):
            shortcut = QShortcut(QKeySequence(f"Alt+{at}"), self)
            shortcut.activated.connect(lambda code=code: None if self._is_covered() else self.chips.choose(code))

    @staticmethod
    def _is_covered() -> bool:
        """Say whether a question lies over the window: nothing below it may act."""
        focused: QWidget | None = QApplication.focusWidget()
        while focused is not None:
            if focused.objectName() == "sheet":
                return True
            focused = focused.parentWidget()
        return False

    def query(self) -> Query:
        """Return what the list is asked to show."""
        return replace(self.filters.query(self.chips.code), order=self._order)

    def sort_by(self, order: str) -> None:
        """Ask for the list in another order; an empty one is the chip's own."""
        self._order = order
        self.queried.emit()

    def _next_order(self) -> None:
        now = self.lines.order
        if now in ORDERS:
            self.sort_by(ORDERS[(ORDERS.index(now) + 1) % len(ORDERS)])

    def _show_order(self) -> None:
        order = self.lines.order
        # Where there is little room the arrow in the column's title says it alone.
        self.sort.setVisible(bool(order) and self.width() >= _NARROW)
        if order:
            told = self._words.say("window.dossiers.sort.now", order=f"word:window.dossiers.sort.{order}")
            self.sort.setText(told)
            self.sort.setAccessibleName(told)

    def _go_down(self) -> None:
        """Go from the search into what it found: on its first line where none is marked."""
        self.go_to_list()
        if self.lines.lines and not self.table.currentIndex().isValid():
            self.table.step(0)

    def go_to_list(self) -> None:
        """Put the focus into the list, and the mark on its first line when there is none."""
        if not self.lines.lines:
            self.filters.line.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.table.currentIndex().isValid() and not self.detail.dossier:
            self.table.step(0)

    def show_empty(self, got: Lines, *, loading: bool = False) -> None:
        """Say why the list is empty, or show it."""
        nothing = not self.lines.lines
        self._empty_box.setVisible(nothing)
        self.table.setVisible(not nothing)
        if not nothing:
            return
        code = "loading" if loading else ("elsewhere" if got.elsewhere else self._why_empty())
        self.empty.setText(self._words.say(f"window.dossiers.empty.{code}", count=got.elsewhere))
        self.everywhere.setVisible(bool(got.elsewhere))

    def _why_empty(self) -> str:
        query = self.query()
        return "filtered" if query.text or query.status or query.narrowing else query.chip

    def _entered(self) -> None:
        text = self.filters.line.text().strip()
        if not _is_barcode(text):
            self.go_to_list()
            return
        # A busy PC tore a scan to pieces: it stands here as if fingers had typed it.
        self.filters.line.clear()
        self.code_entered.emit(text)

    def _look_everywhere(self) -> None:
        text = self.filters.line.text()
        self.filters.put(Query(text=text))
        self.chips.put("all")
        self.queried.emit()
        self.filters.line.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- Qt's own names -------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take less room in a narrow window."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self._column.setContentsMargins(*((12, 8, 12, 8) if narrow else (18, 14, 18, 14)))
        self._column.setSpacing(8 if narrow else 12)
        self._row.setSpacing(8 if narrow else 12)
        self.chips.crowd(narrow=narrow)
        self._show_order()
        self.filters.crowd(narrow=narrow)
        self.detail.setFixedWidth(_DETAIL_NARROW if self.width() < _CROWDED else _DETAIL)

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that the page is seen, so that it may be read anew."""
        super().showEvent(event)
        self.shown.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that the page is no longer seen."""
        super().hideEvent(event)
        self.hidden.emit()


def _is_barcode(text: str) -> bool:
    try:
        return bool(text.isdecimal() and read_barcode(text))
    except InvalidInput:
        return False
