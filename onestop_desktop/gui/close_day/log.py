"""Nhật ký: what went up and came down today; counts and codes only, no person's data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
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


class LogTable(QTableWidget):
    """Today's lines, newest first."""

    def __init__(self, words: Words) -> None:
        super().__init__(0, len(_COLUMNS))
        self._words = words
        self.setAccessibleName(words.say("window.closing.log.title"))
        self.setHorizontalHeaderLabels([words.say(f"window.closing.log.{one}") for one in _COLUMNS])
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
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(0, _AT_WIDTH)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._grow()

    def _grow(self) -> None:
        # The panel scrolls as one: a list that scrolled inside it would hide its own end.
        self.setFixedHeight(self.horizontalHeader().minimumHeight() + self.rowCount() * _ROW + 2)

    def put(self, lines: Sequence[LogLine]) -> None:
        """Show lines, the newest first."""
        font = QFont(theme.FAMILY)
        font.setPointSizeF(9)
        font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(font)
        widest = max((metrics.horizontalAdvance(one.result) for one in lines), default=0)
        self.setColumnWidth(_RESULT, min(max(widest + 2 * _PILL_PAD + 8, 100), 180))
        self.setRowCount(len(lines))
        self._grow()
        for row, line in enumerate(lines):
            for column, text in enumerate((f"{line.at:%H:%M}", line.deed, line.result)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if column == _RESULT:
                    item.setData(_TONE, line.tone)
                self.setItem(row, column, item)
