"""The list as a table; it asks for the next page before the end of the last is reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from onestop_desktop.clock import HANOI
from onestop_desktop.desk.views import Key
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


HELD_MOST = 400
"""Lines that are held at a time: a list of any length scrolls like a short one, and is read again as quickly."""

BY_COLUMN: Mapping[Column, tuple[str, str]] = MappingProxyType(
    {
        Column.NUMBER: ("newest", "oldest"),
        Column.DUE: ("due", "due-last"),
        Column.LEFT: ("due", "due-last"),
    }
)
"""The two orders that a click on a column's title takes turns with; the other columns cannot sort."""

_WAITING = ("waiting", "waiting-last")
"""By how long a result has waited: no column shows that, so no title asks for it."""

ORDERS = tuple(dict.fromkeys(order for pair in (*BY_COLUMN.values(), _WAITING) for order in pair))
_GREATEST_FIRST = frozenset({"newest", "due-last", "waiting-last"})


class LinesModel(QAbstractTableModel):
    """A stretch of lines in the order of the board.

    `more_wanted` and `earlier_wanted` say that the page below or above should be fetched, `shifted` how many lines
    came (or, below zero, went) above all others.
    """

    more_wanted = Signal()
    earlier_wanted = Signal()
    shifted = Signal(int)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._titles = [words.say(f"window.dossiers.column.{column.name.lower()}") for column in Column]
        self.lines: list[Line] = []
        self.after: Key | None = None
        self.above: Key | None = None
        self.order = ""
        self.trimming = False
        self.today = datetime.min.replace(tzinfo=HANOI)
        self._fetching = False

    def put(self, got: Lines, today: datetime) -> None:
        """Show another list from its beginning."""
        self.beginResetModel()
        self.today = today
        self.lines = list(got.lines)
        self.after, self.above = got.after, got.above
        self._fetching = False
        self.endResetModel()
        self._show_order(got.order)

    def _show_order(self, order: str) -> None:
        if order != self.order:
            self.order = order
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)

    def append(self, got: Lines) -> None:
        """Add the page below; of a long list the topmost lines go."""
        self._fetching = False
        self.after = got.after
        self._insert(len(self.lines), got.lines)
        spare = len(self.lines) - HELD_MOST
        if spare > 0:
            self._trim(0, spare)
            self.above = self.lines[0].key
            self.shifted.emit(-spare)

    def prepend(self, got: Lines) -> None:
        """Add the page above; of a long list the lowest lines go."""
        self._fetching = False
        self.above = got.above
        self._insert(0, got.lines)
        self.shifted.emit(len(got.lines))
        spare = len(self.lines) - HELD_MOST
        if spare > 0:
            self._trim(HELD_MOST, spare)
            self.after = self.lines[-1].key

    def _insert(self, at: int, lines: Sequence[Line]) -> None:
        if lines:
            self.beginInsertRows(QModelIndex(), at, at + len(lines) - 1)
            self.lines[at:at] = lines
            self.endInsertRows()

    def _trim(self, at: int, count: int) -> None:
        self.trimming = True
        self._remove(at, count)
        self.trimming = False

    def _remove(self, at: int, count: int) -> None:
        if count:
            self.beginRemoveRows(QModelIndex(), at, at + count - 1)
            del self.lines[at : at + count]
            self.endRemoveRows()

    def renew(self, got: Lines, today: datetime) -> None:
        """Take a fresh reading of what is shown; only what differs is touched, so that place and mark stay."""
        new_day = self.today.date() != today.date()
        self.today = today
        self.after, self.above = got.after, got.above
        self._fetching = False
        self._show_order(got.order)
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
        self._remove(head, gone)
        self._insert(head, new[head : head + come])

    def failed(self) -> None:
        """Let the page that did not come be asked for again."""
        self._fetching = False

    def begin(self) -> Key | None:
        """Return where the stretch begins, None at the list's own beginning."""
        return self.lines[0].key if self.lines and self.above is not None else None

    def fetch_earlier(self) -> None:
        """Ask for the page above; it is put before the others when it comes."""
        if self.above is not None and not self._fetching:
            self._fetching = True
            self.earlier_wanted.emit()

    def following_order(self, column: Column) -> str:
        """Return the order that a click on a column's title asks for; empty where it cannot sort."""
        pair = BY_COLUMN.get(column)
        if pair is None:
            return ""
        return pair[1] if self.order == pair[0] else pair[0]

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
                return self._title(Column(section))
            if role == Qt.ItemDataRole.ToolTipRole and Column(section) in BY_COLUMN:
                return self._words.say("window.dossiers.sort.hint")
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _title(self, column: Column) -> str:
        title = self._titles[column]
        if self.order not in BY_COLUMN.get(column, ()):
            return title
        return f"{title} {'↓' if self.order in _GREATEST_FIRST else '↑'}"

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
