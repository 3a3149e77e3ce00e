"""Fields in rows that regroup when the window is narrow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

Rows = Sequence[Sequence[tuple[QWidget, int]]]
COLUMNS = 12


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
        self._grid.setVerticalSpacing(7)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self.arrange(narrow=False)

    def arrange(self, *, narrow: bool) -> None:
        """Put the fields where they belong."""
        if narrow is self._narrow:
            return
        self._narrow = narrow
        while self._grid.count():
            self._grid.takeAt(0)
        for row, fields in enumerate(self._arrangements[narrow]):
            column = 0
            for field, share in fields:
                self._grid.addWidget(field, row, column, 1, share)
                column += share

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Regroup when the width crosses the mark."""
        super().resizeEvent(event)
        self.arrange(narrow=self.width() < self._break_at)
