"""The list as a table; it asks for the next page before the end of the last is reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from onestop_desktop.clock import HANOI
from onestop_desktop.domain.number import short_code
from onestop_desktop.gui.dossiers.looks import Pill, due_text, left_pill, status_pill
from onestop_desktop.gui.dossiers.query import DRAFTS, Line, Lines, same_ids
from onestop_desktop.words import Words

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns in the order of the screen."""

    NUMBER = 0
    APPLICANT = 1
    TITLE = 2
    DUE = 3
    LEFT = 4
    STATUS = 5


LINE_ROLE = int(Qt.ItemDataRole.UserRole)
PILL_ROLE = LINE_ROLE + 1


class LinesModel(QAbstractTableModel):
    """Lines in the order of the board; `more_wanted` says that the next page should be fetched."""

    more_wanted = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._titles = [words.say(f"window.dossiers.column.{column.name.lower()}") for column in Column]
        self.lines: list[Line] = []
        self.after: int | None = None
        self.today = datetime.min.replace(tzinfo=HANOI)
        self._fetching = False

    def put(self, got: Lines, today: datetime) -> None:
        """Show another list from its beginning."""
        self.beginResetModel()
        self.today = today
        self.lines = list(got.lines)
        self.after = got.after
        self._fetching = False
        self.endResetModel()

    def append(self, got: Lines) -> None:
        """Add the next page."""
        self._fetching = False
        self.after = got.after
        first = len(self.lines)
        if got.lines:
            self.beginInsertRows(QModelIndex(), first, first + len(got.lines) - 1)
            self.lines += got.lines
            self.endInsertRows()

    def renew(self, got: Lines, today: datetime) -> None:
        """Take a fresh reading of what is shown; only what differs is touched, so that place and mark stay."""
        new_day = self.today.date() != today.date()
        self.today = today
        self.after = got.after
        self._fetching = False
        new = list(got.lines)
        if not same_ids(self.lines, new):
            self._splice(new)
        differing = [at for at, (one, other) in enumerate(zip(self.lines, new, strict=True)) if new_day or one != other]
        self.lines = new
        if differing:
            last = self.index(differing[-1], len(Column) - 1)
            self.dataChanged.emit(self.index(differing[0], 0), last)

    def _splice(self, new: list[Line]) -> None:
        head = _alike(self.lines, new)
        tail = min(_alike(self.lines[::-1], new[::-1]), len(self.lines) - head, len(new) - head)
        gone, come = len(self.lines) - head - tail, len(new) - head - tail
        if gone:
            self.beginRemoveRows(QModelIndex(), head, head + gone - 1)
            del self.lines[head : head + gone]
            self.endRemoveRows()
        if come:
            self.beginInsertRows(QModelIndex(), head, head + come - 1)
            self.lines[head:head] = new[head : head + come]
            self.endInsertRows()

    def failed(self) -> None:
        """Let the page that did not come be asked for again."""
        self._fetching = False

    def row_of(self, dossier: str) -> int:
        """Return where a dossier stands, -1 when it is not loaded."""
        return next((at for at, line in enumerate(self.lines) if line.row.id == dossier), -1)

    # -- Qt's own names -------------------------------------------------------------------------------------

    def canFetchMore(self, _parent: Index) -> bool:
        """Say whether a further page exists and none is on its way."""
        return self.after is not None and not self._fetching

    def fetchMore(self, _parent: Index) -> None:
        """Ask for the next page; it is appended when it comes."""
        if self.after is not None and not self._fetching:
            self._fetching = True
            self.more_wanted.emit()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many lines are loaded."""
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def columnCount(self, _parent: Index | None = None) -> int:
        """Return the number of columns."""
        return len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's title."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._titles[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell says."""
        line, column = self.lines[index.row()], Column(index.column())
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self.text(line, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._told(line, column)
        if role == PILL_ROLE:
            return self.pill(line, column)
        return line if role == LINE_ROLE else None

    def pill(self, line: Line, column: Column) -> Pill | None:
        """Return the pill of a cell; None for a cell of plain text."""
        if column is Column.LEFT:
            return left_pill(line.row.status, line.left, self._words)
        if column is Column.STATUS:
            return status_pill(line.row.status, self._words, conflict=line.row.conflict)
        return None

    def text(self, line: Line, column: Column) -> str:
        """Return the words of a cell."""
        row = line.row
        pill = self.pill(line, column)
        if pill is not None:
            return pill.text
        if column is Column.DUE:
            return due_text(row, self.today, self._words)
        if column is Column.NUMBER:
            return self._words.say("window.dossiers.draft.number") if row.status == DRAFTS else short_code(row.number)
        return row.applicant if column is Column.APPLICANT else row.title

    def _told(self, line: Line, column: Column) -> str:
        pill = self.pill(line, column)
        if pill is not None:
            return pill.full or pill.text
        return line.row.number if column is Column.NUMBER else self.text(line, column)


def _alike(first: Sequence[Line], second: Sequence[Line]) -> int:
    count = 0
    for one, other in zip(first, second, strict=False):
        if one.row.id != other.row.id:
            break
        count += 1
    return count
