"""The checklist of papers: what came in, how many of which kind, and what may no longer be asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from onestop_desktop.domain.procedure import PaperAsked, Procedure
from onestop_desktop.domain.text import fold

Index = QModelIndex | QPersistentModelIndex
_AT_COUNTER = "truc tiep"
KINDS = ("original", "certified", "copy")
NAME = 0
MOST = 99


@dataclass(slots=True)
class PaperRow:
    """One line of the checklist; `database` names why it is not asked for, `own` says that the clerk added it."""

    name: str
    counts: list[int]
    checked: bool = False
    database: str = ""
    detail: str = ""
    own: bool = False

    def as_taken(self) -> dict[str, Any]:
        """Return the paper as the intake line holds it."""
        counts = {kind: count for kind, count in zip(KINDS, self.counts, strict=True) if count}
        return {"name": self.name, **counts}


def rows_of(procedure: Procedure) -> list[PaperRow]:
    """Return the checklist of a procedure: papers that are always needed first and checked, forbidden ones last."""
    rows = [_asked(paper) for paper in procedure.papers]
    rows.sort(key=lambda row: (bool(row.database), not row.checked))
    named = {row.name for row in rows}
    barred = (one for one in procedure.not_to_ask if one.paper not in named)
    return rows + [PaperRow(one.paper, [0, 0, 0], database=one.database) for one in barred]


def _asked(paper: PaperAsked) -> PaperRow:
    counts = [paper.original, paper.certified, paper.copy]
    if not any(counts):
        counts[0] = 1
    detail = " · ".join(part for part in (paper.case, paper.note) if part)
    # A paper of one case only is left to the clerk, unless the case is the counter itself.
    here = not paper.case or _AT_COUNTER in fold(paper.case)
    checked = paper.required and not paper.forbidden and here
    return PaperRow(paper.name, counts, checked, paper.forbidden, detail)


class PapersModel(QAbstractTableModel):
    """The checklist as a table: name with its check, then a column a kind of copy."""

    edited = Signal()

    def __init__(self, titles: Sequence[str], kinds_spoken: str, barred: str) -> None:
        super().__init__()
        self._titles = titles
        self._spoken = kinds_spoken
        self._barred = barred
        self.rows: list[PaperRow] = []

    def put(self, rows: list[PaperRow]) -> None:
        """Show another checklist."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def taken(self) -> list[dict[str, Any]]:
        """Return the papers that came in."""
        return [row.as_taken() for row in self.rows if row.checked and row.name.strip() and any(row.counts)]

    def state(self) -> list[dict[str, Any]]:
        """Return every line for a draft."""
        return [
            {"name": row.name, "counts": list(row.counts), "checked": row.checked, "own": row.own} for row in self.rows
        ]

    def restore(self, state: Sequence[Mapping[str, Any]]) -> None:
        """Put a draft's checks and counts back; papers that the catalogue lost since come back as the clerk's own."""
        self.beginResetModel()
        by_name = {row.name: row for row in self.rows}
        for kept in state:
            row = by_name.get(str(kept["name"]))
            if row is None:
                if not kept["checked"]:
                    continue
                row = PaperRow(str(kept["name"]), [1, 0, 0], own=True)
                self.rows.append(row)
            row.counts = [int(count) for count in kept["counts"]]
            row.checked = bool(kept["checked"]) and not row.database
        self.endResetModel()

    def add_own(self) -> QModelIndex:
        """Add an empty line for a paper that the catalogue does not name."""
        at = next((place for place, row in enumerate(self.rows) if row.database), len(self.rows))
        self.beginInsertRows(QModelIndex(), at, at)
        self.rows.insert(at, PaperRow("", [1, 0, 0], checked=True, own=True))
        self.endInsertRows()
        return self.index(at, NAME)

    def toggle(self, at: int) -> None:
        """Check or uncheck a line; a forbidden paper stays unchecked."""
        row = self.rows[at]
        if row.database:
            return
        row.checked = not row.checked
        if row.checked and not any(row.counts):
            row.counts[0] = 1
        self._touched(at)

    def set_count(self, at: int, kind: int, count: int) -> None:
        """Set how many of a kind came in; any count checks the line."""
        row = self.rows[at]
        if row.database:
            return
        row.counts[kind] = max(0, min(count, MOST))
        row.checked = any(row.counts)
        self._touched(at)

    def _touched(self, at: int) -> None:
        self.dataChanged.emit(self.index(at, 0), self.index(at, len(KINDS)))
        self.edited.emit()

    def spoken(self, row: PaperRow) -> str:
        """Return a line as a screen reader says it."""
        if row.database:
            return f"{row.name}: {self._barred.format(database=row.database)}"
        return self._spoken.format(name=row.name, original=row.counts[0], certified=row.counts[1], copy=row.counts[2])

    def barred(self, row: PaperRow) -> str:
        """Return why a paper is not asked for."""
        return self._barred.format(database=row.database)

    # Qt's own names

    def rowCount(self, _parent: Index | None = None) -> int:
        """Return the number of lines."""
        return len(self.rows)

    def columnCount(self, _parent: Index | None = None) -> int:
        """Return name and kinds."""
        return 1 + len(KINDS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's title."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            return Qt.AlignmentFlag.AlignLeft if section == NAME else Qt.AlignmentFlag.AlignHCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell says."""
        row = self.rows[index.row()]
        column = index.column()
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return row.name if column == NAME else row.counts[column - 1]
        if role == Qt.ItemDataRole.CheckStateRole and column == NAME:
            return Qt.CheckState.Checked if row.checked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(row)
        if role == Qt.ItemDataRole.ToolTipRole and column == NAME:
            return "\n".join(part for part in (row.name, row.detail) if part)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what was typed into a cell."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        if index.column() == NAME:
            self.rows[index.row()].name = " ".join(str(value).split())
            self._touched(index.row())
            return True
        text = str(value).strip()
        if not text.isdigit():
            return False
        self.set_count(index.row(), index.column() - 1, int(text[:4]))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Say what may be done with a cell."""
        row = self.rows[index.row()]
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == NAME:
            return flags | Qt.ItemFlag.ItemIsEditable if row.own else flags
        return flags if row.database else flags | Qt.ItemFlag.ItemIsEditable
