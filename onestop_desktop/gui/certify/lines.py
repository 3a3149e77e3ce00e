"""The lines that F9 certifies in one go, as a small table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from onestop_desktop.domain.money import format_dong
from onestop_desktop.words import Words

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("name", "kind", "pages", "copies", "fee", "number")
_RIGHT = {"pages", "copies", "fee", "number"}
_WIDTHS = {"pages": 58, "copies": 54, "fee": 92, "number": 84}
_ROOMY = 500
"""Below this width pages and copies are not shown: the fee tells of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One certification: who, which procedure, how many pages and copies, and the fee in đồng."""

    applicant: Mapping[str, Any]
    procedure: str
    title: str
    pages: int
    copies: int
    fee: int
    typed_fee: int | None = None

    @property
    def name(self) -> str:
        """Return who asks for it."""
        return str(self.applicant.get("name", ""))

    def as_intake(self) -> dict[str, Any]:
        """Return the intake line of the desk."""
        line: dict[str, Any] = {"procedure": self.procedure, "applicant": dict(self.applicant)}
        counts = {"pages": self.pages, "certified_copies": self.copies}
        line |= {name: count for name, count in counts.items() if count}
        return line | ({"fee": self.typed_fee} if self.typed_fee is not None else {})


class LinesModel(QAbstractTableModel):
    """Lines with the book numbers that they would get if F9 came now."""

    edited = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.lines: list[Line] = []
        self._numbers: list[int] = []
        self._next: Callable[[str], int] = lambda _code: 1

    def number_by(self, following: Callable[[str], int]) -> None:
        """Take the next free number of each procedure's book from here."""
        self._next = following
        self.renumber()

    def renumber(self) -> None:
        """Count the numbers again: each procedure has a book of its own."""
        seen: Counter[str] = Counter()
        self._numbers = []
        for line in self.lines:
            self._numbers.append(self._next(line.procedure) + seen[line.procedure])
            seen[line.procedure] += 1
        if self.lines:
            last = self.index(len(self.lines) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, len(COLUMNS) - 1), last)

    def count_of(self, procedure: str) -> int:
        """Return how many lines a procedure has."""
        return sum(line.procedure == procedure for line in self.lines)

    def add(self, line: Line) -> None:
        """Add a line at the end."""
        at = len(self.lines)
        self.beginInsertRows(QModelIndex(), at, at)
        self.lines.append(line)
        self._numbers.append(0)
        self.endInsertRows()
        self.renumber()
        self.edited.emit()

    def take(self, at: int) -> Line:
        """Take a line out."""
        self.beginRemoveRows(QModelIndex(), at, at)
        line = self.lines.pop(at)
        self._numbers.pop(at)
        self.endRemoveRows()
        self.renumber()
        self.edited.emit()
        return line

    def clear(self) -> None:
        """Take all lines out."""
        self.beginResetModel()
        self.lines, self._numbers = [], []
        self.endResetModel()
        self.edited.emit()

    # Qt's own names

    def rowCount(self, _parent: Index | None = None) -> int:
        """Return the number of lines."""
        return len(self.lines)

    def columnCount(self, _parent: Index | None = None) -> int:
        """Return the number of columns."""
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's title."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._words.say(f"window.certify.column.{COLUMNS[section]}")
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return self._side(COLUMNS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell says."""
        name = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(name)
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{line.name}\n{line.title}"
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        cells: dict[str, str] = {
            "name": line.name, "kind": line.title, "pages": str(line.pages or "–"), "copies": str(line.copies or "–"),
            "fee": format_dong(line.fee), "number": f"{self._numbers[index.row()]}/SCT",
        }  # fmt: skip
        return cells[name]

    @staticmethod
    def _side(name: str) -> int:
        side = Qt.AlignmentFlag.AlignRight if name in _RIGHT else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)


class LinesTable(QTableView):
    """Enter takes a line back into the fields, Delete takes it out; Tab leaves the table."""

    again = Signal(int)
    removed = Signal(int)

    def __init__(self, model: LinesModel, words: Words) -> None:
        super().__init__()
        self.setModel(model)
        self.setAccessibleName(words.say("window.certify.lines_name"))
        self.setAccessibleDescription(words.say("window.certify.lines_keys"))
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(34)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setStyleSheet("QHeaderView::section { padding-left: 3px; }")
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(lambda index: self.again.emit(index.row()))
        self.setMinimumHeight(110)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give name and kind what the figures leave."""
        super().resizeEvent(event)
        narrow = self.viewport().width() < _ROOMY
        for name in ("pages", "copies"):
            self.setColumnHidden(COLUMNS.index(name), narrow)
        shown = [wide for name, wide in _WIDTHS.items() if not self.isColumnHidden(COLUMNS.index(name))]
        room = max(self.viewport().width() - sum(shown), 120)
        for place, name in enumerate(COLUMNS):
            share = room * 9 // 20 if name == "name" else room - room * 9 // 20
            self.setColumnWidth(place, _WIDTHS.get(name, share))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit or remove the marked line."""
        index = self.currentIndex()
        if index.isValid() and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.again.emit(index.row())
        elif index.isValid() and event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.removed.emit(index.row())
        else:
            super().keyPressEvent(event)
