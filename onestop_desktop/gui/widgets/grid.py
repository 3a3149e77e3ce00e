"""Fields in rows that regroup when the window is narrow; what is wrong with a row's fields stands right below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from onestop_desktop.gui.widgets.fields import Field

Rows = Sequence[Sequence[tuple[Field, int]]]
COLUMNS = 12
_GAP = 6


class FieldGrid(QWidget):
    """Rows of (field, share of twelve columns), one arrangement for wide, one for narrow windows."""

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
                self._grid.addWidget(field, 2 * row, column, 1, share)
                column += share
            self._grid.addWidget(self._notes_of(fields), 2 * row + 1, 0, 1, COLUMNS)
        for box in emptied:
            box.deleteLater()

    def _notes_of(self, fields: Sequence[tuple[Field, int]]) -> QWidget:
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

    def minimumSizeHint(self) -> QSize:
        """Return a width small enough for the narrow arrangement ever to be reached."""
        return QSize(200, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Regroup when the width crosses the mark."""
        super().resizeEvent(event)
        self.arrange(narrow=self.width() < self._break_at)
