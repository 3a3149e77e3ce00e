"""Fields in rows that regroup when the window is narrow; what is wrong with a row's fields stands right below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from onestop_desktop.gui.widgets.fields import Field

Rows = Sequence[Sequence[tuple[Field, float]]]
_FINER = 2
COLUMNS = 12 * _FINER
_GAP = 6
_AIR = 8
"""Pixels that a sentence may be wider than its letters, so that it is not broken for one of them."""


class FieldGrid(QWidget):
    """Rows of (field, share of twelve columns, halves too), one arrangement for wide, one for narrow windows."""

    def __init__(self, wide: Rows, narrow: Rows, break_at: int = 560) -> None:
        super().__init__()
        self._arrangements = {False: wide, True: narrow}
        self._break_at = break_at
        self._narrow: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self._notes: list[QWidget] = []
        for field, _share in (one for row in wide for one in row):
            field.leave_below(_GAP)
            field.told.connect(self._place_notes)
        self.arrange(narrow=False)

    def arrange(self, *, narrow: bool) -> None:
        """Put the fields where they belong."""
        if narrow is self._narrow:
            return
        self._narrow = narrow
        while self._grid.count():
            self._grid.takeAt(0)
        emptied, self._notes = self._notes, []
        for row, fields in enumerate(self._arrangements[narrow]):
            column = 0
            for field, share in fields:
                wide = round(share * _FINER)
                self._grid.addWidget(field, 2 * row, column, 1, wide)
                column += wide
            self._grid.addWidget(self._notes_of(fields), 2 * row + 1, 0, 1, COLUMNS)
        for box in emptied:
            box.deleteLater()
        self._place_notes()

    def _notes_of(self, fields: Sequence[tuple[Field, float]]) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for field, _share in fields:
            shown = field.note_wanted
            column.addWidget(field.note)
            field.note.setVisible(shown)
        box.show()
        self._notes.append(box)
        return box

    def _place_notes(self) -> None:
        """Let each note begin below its field, or further left where it would not end within the row."""
        for field, _share in (one for row in self._arrangements[bool(self._narrow)] for one in row):
            if field.note_wanted:
                field.note.ensurePolished()
                needed = field.note.fontMetrics().horizontalAdvance(field.note.text()) + _AIR
                field.note.setContentsMargins(max(min(field.x(), self.width() - needed), 0), 0, 0, 0)

    def minimumSizeHint(self) -> QSize:
        """Return a width small enough for the narrow arrangement ever to be reached."""
        return QSize(200, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Regroup when the width crosses the mark."""
        super().resizeEvent(event)
        self.arrange(narrow=self.width() < self._break_at)
        self._place_notes()
