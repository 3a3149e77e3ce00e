"""The checklist on the screen: arrows move, Space checks, a digit sets the count, + and − change it."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)  # fmt: skip

from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.intake.papers import NAME, PaperRow, PapersModel

Index = QModelIndex | QPersistentModelIndex
_BOX = 16
_INDENT = 26
_COUNT_WIDTH = 68


class _Cells(QStyledItemDelegate):
    """Draws check box, name, reason and counts."""

    def __init__(self, view: Checklist) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        place = QRect(option.rect)
        row = self._view.papers.rows[index.row()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = self._view.currentIndex()
        if self._view.hasFocus() and at.isValid() and at.row() == index.row():
            painter.fillRect(place, theme.current().color("primary-soft"))
            if at.column() == index.column():
                painter.setPen(QPen(theme.current().color("focus"), 2))
                painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 4, 4)
        if index.column() == NAME:
            self._name(painter, place, row)
        else:
            self._count(painter, place, row, row.counts[index.column() - 1])
        painter.restore()

    def _name(self, painter: QPainter, place: QRect, row: PaperRow) -> None:
        worn = theme.current()
        self._box(painter, QRect(place.left() + 3, place.top() + 6, _BOX, _BOX), row)
        text = place.adjusted(_INDENT, 4, -6, -2)
        font = QFont(self._view.font())
        font.setStrikeOut(bool(row.database))
        painter.setFont(font)
        painter.setPen(worn.color("muted" if row.database else "text"))
        lines = wrapped(row.name, self._view.font(), text.width())
        height = QFontMetrics(font).height()
        for number, line in enumerate(lines):
            painter.drawText(text.left(), text.top() + number * height, text.width(), height, 0, line)
        if row.database:
            small = _small(self._view.font())
            painter.setFont(small)
            top = text.top() + len(lines) * height
            reason = self._view.papers.barred(row)
            shown = QFontMetrics(small).elidedText(reason, Qt.TextElideMode.ElideRight, text.width())
            painter.drawText(text.left(), top, text.width(), QFontMetrics(small).height(), 0, shown)

    @staticmethod
    def _box(painter: QPainter, box: QRect, row: PaperRow) -> None:
        worn = theme.current()
        if row.database:
            painter.drawPixmap(box, icons.pixmap("close", worn.tokens["muted"], _BOX))
            return
        painter.setPen(QPen(worn.color("primary" if row.checked else "field-line"), 1.4))
        painter.setBrush(worn.color("primary" if row.checked else "field-bg"))
        painter.drawRoundedRect(box, 4, 4)
        if row.checked:
            painter.drawPixmap(box.adjusted(2, 2, -2, -2), icons.pixmap("check", worn.tokens["on-primary"], _BOX - 4))

    @staticmethod
    def _count(painter: QPainter, place: QRect, row: PaperRow, count: int) -> None:
        if row.database:
            return
        worn = theme.current()
        told = row.checked and count
        painter.setPen(worn.color("text" if told else "muted"))
        painter.drawText(place.adjusted(0, 4, 0, 0), int(Qt.AlignmentFlag.AlignHCenter), str(count) if told else "–")

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        row = self._view.papers.rows[index.row()]
        metrics = QFontMetrics(self._view.font())
        if index.column() != NAME:
            return QSize(_COUNT_WIDTH, metrics.height() + 9)
        width = self._view.columnWidth(NAME) - _INDENT - 6
        height = max(len(wrapped(row.name, self._view.font(), width)), 1) * metrics.height()
        if row.database:
            height += QFontMetrics(_small(self._view.font())).height()
        return QSize(width, height + 9)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        made = QLineEdit(parent)
        made.setStyleSheet("min-height: 0; padding: 0 4px; border-radius: 4px;")
        made.setMaxLength(1000 if index.column() == NAME else 2)
        title = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
        made.setAccessibleName(str(title or self._view.accessibleName()))
        if index.column() != NAME:
            made.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return made

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        place = QRect(option.rect)
        editor.setGeometry(place.adjusted(_INDENT - 6 if index.column() == NAME else 2, 1, -2, -1))


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(9.0)
    return small


def wrapped(text: str, font: QFont, width: int) -> tuple[str, ...]:
    """Return a text in at most two lines; the second one ends in "…" where there is more."""
    return _wrapped(text, font.toString(), width)


@lru_cache(maxsize=1024)
def _wrapped(text: str, font_text: str, width: int) -> tuple[str, ...]:
    font = QFont()
    font.fromString(font_text)
    metrics = QFontMetrics(font)
    words = text.split()
    if metrics.horizontalAdvance(" ".join(words)) <= width:
        return (" ".join(words),)
    # The most words that fit: the width grows with their number.
    fits = bisect_left(
        range(1, len(words) + 1), True, key=lambda count: metrics.horizontalAdvance(" ".join(words[:count])) > width
    )
    first = max(fits, 1)
    parts = (" ".join(words[:first]), " ".join(words[first:]))
    return tuple(metrics.elidedText(part, Qt.TextElideMode.ElideRight, width) for part in parts if part)


class Checklist(QTableView):
    """The table; Tab leaves it, so that a long list never stands in the way."""

    left = Signal()

    def __init__(self, papers: PapersModel, name: str) -> None:
        super().__init__()
        self.papers = papers
        self.setModel(papers)
        self.setItemDelegate(_Cells(self))
        self.setAccessibleName(name)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(24)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(40)
        header.setFixedHeight(22)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        papers.modelReset.connect(self._fit)
        papers.rowsInserted.connect(self._fit)
        papers.dataChanged.connect(self._fit)
        self._fit()

    def add_own(self) -> None:
        """Add a line and let its name be typed."""
        index = self.papers.add_own()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.edit(index)

    def _fit(self) -> None:
        room = self.viewport().width()
        self.setColumnWidth(NAME, max(room - 3 * _COUNT_WIDTH, 120))
        for column in range(1, self.papers.columnCount()):
            self.setColumnWidth(column, _COUNT_WIDTH)
        self.resizeRowsToContents()

    def sizeHint(self) -> QSize:
        """Return a modest height: the list takes what is left and scrolls in its own pane."""
        return QSize(300, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the name the room that the counts leave."""
        super().resizeEvent(event)
        self._fit()

    @property
    def _whole_to(self) -> int:
        """Return down to where lines have room as a whole; half a line is shown to nobody."""
        height = self.viewport().height()
        row = self.rowAt(height - 1)
        top = self.rowViewportPosition(row) if row >= 0 else height
        return top if top > 0 and top + self.rowHeight(row) > height else height

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw whole lines only: the scroll bar says that there are more."""
        super().paintEvent(event)
        rest = self.viewport().rect().adjusted(0, self._whole_to, 0, 0)
        if rest.height() > 0:
            QPainter(self.viewport()).fillRect(rest, theme.current().color("surface"))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Start at the first line."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.papers.rows:
            self.setCurrentIndex(self.papers.index(0, NAME))
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the mark away."""
        super().focusOutEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Check by a click on the line, edit a count by a click on it."""
        at = event.position().toPoint()
        if at.y() >= self._whole_to:
            return
        super().mousePressEvent(event)
        index = self.indexAt(at)
        if not index.isValid():
            return
        if index.column() == NAME:
            self.papers.toggle(index.row())
        elif self.papers.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Check, count, edit or go on."""
        index = self.currentIndex()
        key, text = event.key(), event.text()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.left.emit()
        elif not index.isValid():
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Space:
            self.papers.toggle(index.row())
        elif text in {"+", "=", "-"}:
            kind = max(index.column() - 1, 0)
            step = -1 if text == "-" else 1
            self.papers.set_count(index.row(), kind, self.papers.rows[index.row()].counts[kind] + step)
        elif text.isdigit() and not self.papers.rows[index.row()].database:
            self.papers.set_count(index.row(), max(index.column() - 1, 0), int(text))
        elif text.isalpha() and self.papers.rows[index.row()].own:
            self.edit(self.papers.index(index.row(), NAME))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Tab and the arrows at the ends for the page."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            back = event.key() == Qt.Key.Key_Backtab
            if (back or event.key() == Qt.Key.Key_Tab) and self.state() != QAbstractItemView.State.EditingState:
                return self.focusNextPrevChild(not back)
        return super().event(event)
