"""Nhật ký: what went up and came down today; counts and codes only, no person's data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from onestop_desktop.gui import theme
from onestop_desktop.words import Words

KEPT = 200
_ROW = 38
_COLUMNS = ("at", "deed", "result")
_RESULT = len(_COLUMNS) - 1
_TONE = Qt.ItemDataRole.UserRole
_AT_WIDTH, _PILL_PAD = 56, 13

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


@dataclass(frozen=True, slots=True)
class LogLine:
    """One deed of the link: when, what, and what became of it in a tone; `quiet` lines replace one another."""

    at: datetime
    deed: str
    result: str
    tone: str
    quiet: bool = False


class _Rows(QStyledItemDelegate):
    """A line below each row; the result as a pill, its words in its tone."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        worn, rect = theme.current(), QRectF(option.rect)
        painter.save()
        painter.setPen(worn.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        font = QFont(theme.FAMILY, theme.POINTS)
        text, tone = str(index.data()), str(index.data(_TONE) or "")
        if tone:
            font.setPointSizeF(9)
            font.setWeight(QFont.Weight.DemiBold)
            wide = min(QFontMetrics(font).horizontalAdvance(text) + 2 * _PILL_PAD, int(rect.width()) - 4)
            pill = QRectF(rect.x() + 2, rect.center().y() - 10.5, wide, 22)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(worn.color("bg" if tone == "muted" else f"{tone}-soft"))
            painter.drawRoundedRect(pill, 11, 11)
            rect = pill.adjusted(_PILL_PAD - 1, -1, -4, -1)
        else:
            rect = rect.adjusted(3, 0, -4, 0)
        painter.setFont(font)
        painter.setPen(worn.color(tone or "text"))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        painter.restore()


class _Lines(QAbstractTableModel):
    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__()
        self._titles = tuple(titles)
        self._lines: tuple[LogLine, ...] = ()

    def put(self, lines: Sequence[LogLine]) -> None:
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(_COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        line = self._lines[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return (f"{line.at:%H:%M}", line.deed, line.result)[index.column()]
        return line.tone if role == _TONE and index.column() == _RESULT else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        shown = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._titles[section] if shown else None


class LogTable(QTableView):
    """Today's lines, newest first."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._lines = _Lines([words.say(f"window.closing.log.{one}") for one in _COLUMNS])
        self.setModel(self._lines)
        self.setAccessibleName(words.say("window.closing.log.title"))
        self.setItemDelegate(_Rows(self))
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumHeight(32)
        header.setHighlightSections(False)
        header.setStyleSheet("QHeaderView::section { padding-left: 3px; }")
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(0, _AT_WIDTH)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._grow()

    def _grow(self) -> None:
        # The panel scrolls as one: a list that scrolled inside it would hide its own end.
        self.setFixedHeight(self.horizontalHeader().minimumHeight() + self._lines.rowCount() * _ROW + 2)

    def put(self, lines: Sequence[LogLine]) -> None:
        """Show lines, the newest first."""
        font = QFont(theme.FAMILY)
        font.setPointSizeF(9)
        font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(font)
        widest = max((metrics.horizontalAdvance(one.result) for one in lines), default=0)
        self.setColumnWidth(_RESULT, min(max(widest + 2 * _PILL_PAD + 8, 100), 180))
        self._lines.put(lines)
        self._grow()
