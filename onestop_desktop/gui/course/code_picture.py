"""The card of the course as a code on the screen: a scanner can read it like a real card."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

_QUIET = 4
_MODULE = 3
_INK, _PAPER = QColor(0, 0, 0), QColor(255, 255, 255)
"""Scanners need black on white, whatever the theme."""


class CodePicture(QWidget):
    """Draws rows of 0 and 1, each module three pixels wide."""

    def __init__(self, rows: Sequence[bytes], name: str) -> None:
        super().__init__()
        self._rows = rows
        side = (len(rows) + 2 * _QUIET) * _MODULE
        self.setFixedSize(QSize(side, side))
        self.setAccessibleName(name)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the code."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), _PAPER)
        for y, row in enumerate(self._rows, _QUIET):
            for x, dark in enumerate(row, _QUIET):
                if dark:
                    painter.fillRect(QRect(x * _MODULE, y * _MODULE, _MODULE, _MODULE), _INK)
