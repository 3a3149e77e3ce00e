"""A line with a list of suggestions below it: type, arrow, Enter; the list never takes the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from onestop_desktop.gui import theme
from onestop_desktop.gui.widgets.basics import ground_of
from onestop_desktop.gui.widgets.fields import AllMarked

Index = QModelIndex | QPersistentModelIndex
Provider = Callable[[str], "Sequence[Suggestion]"]
"""What gives suggestions for a text."""

_ROW = 46
_SHOWN = 7


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One row: what it is, what tells it from its like, and the value that choosing it gives."""

    title: str
    detail: str
    value: object


class _Rows(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Suggestion] = ()

    def put(self, rows: Sequence[Suggestion]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, _parent: Index | None = None) -> int:
        return len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{row.title}, {row.detail}"
        return row if role == Qt.ItemDataRole.UserRole else None


class _TwoLines(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(100, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(Qt.ItemDataRole.UserRole)
        worn = theme.current()
        place = QRect(option.rect)
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(worn.color("primary-soft"))
            painter.drawRoundedRect(place.adjusted(2, 1, -2, -1), 6, 6)
            painter.setBrush(worn.color("primary"))
            painter.drawRoundedRect(QRect(place.left() + 2, place.top() + 8, 3, place.height() - 16), 1, 1)
        inner = place.adjusted(14, 4, -10, -4)
        self._line(painter, inner.adjusted(0, 0, 0, -18), row.title, QFont.Weight.DemiBold, "text", 10.0)
        self._line(painter, inner.adjusted(0, 20, 0, 0), row.detail, QFont.Weight.Normal, "muted", 9.0)
        painter.restore()

    @staticmethod
    def _line(painter: QPainter, place: QRect, text: str, weight: QFont.Weight, token: str, size: float) -> None:
        font = QFont(theme.FAMILY)
        font.setPointSizeF(size)
        font.setWeight(weight)
        painter.setFont(font)
        painter.setPen(theme.current().color(token))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), shown)


class SuggestList(QFrame):
    """The list itself, laid over the window below an entry."""

    picked = Signal(object)

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self.setProperty("role", "pop")
        self._owner = owner
        self._model = _Rows()
        self.view = QListView()
        self.view.setModel(self._model)
        self.view.setItemDelegate(_TwoLines(self.view))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.clicked.connect(lambda index: self.picked.emit(self._model.rows[index.row()]))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self.view)
        self.hide()

    @property
    def rows(self) -> Sequence[Suggestion]:
        """Return what is listed."""
        return self._model.rows

    def offer(self, rows: Sequence[Suggestion], *, first: bool) -> None:
        """Show rows; the first one is marked at once when `first`."""
        self._model.put(rows)
        if not rows:
            self.hide()
            return
        self.setParent(ground_of(self._owner))
        self._place(len(rows))
        self.show()
        self.raise_()
        if first:
            self.move_mark(1)

    def marked(self) -> Suggestion | None:
        """Return the marked row."""
        index = self.view.currentIndex()
        return self._model.rows[index.row()] if index.isValid() else None

    def move_mark(self, by: int) -> None:
        """Move the mark up or down, around the ends."""
        count = len(self._model.rows)
        if not count:
            return
        index = self.view.currentIndex()
        at = (index.row() + by) % count if index.isValid() else (0 if by > 0 else count - 1)
        self.view.setCurrentIndex(self._model.index(at))

    def _place(self, count: int) -> None:
        window = ground_of(self._owner)
        below = self._owner.mapTo(window, QPoint(0, self._owner.height() + 4))
        room = max((window.height() - below.y() - 18) // _ROW, 2)
        height = min(count, _SHOWN, room) * _ROW + 10
        width = max(self._owner.width(), 300)
        left = min(below.x(), max(window.width() - width - 8, 0))
        self.setGeometry(left, below.y(), width, height)


class SuggestEntry(AllMarked):
    """An entry that suggests; `chosen` tells the row's value, Enter without a mark goes on."""

    chosen = Signal(object)

    def __init__(
        self,
        provider: Provider,
        *,
        placeholder: str = "",
        first: bool = False,
        limit: int = 200,
    ) -> None:
        super().__init__(placeholder, limit)
        self._provider = provider
        self._first = first
        self.list = SuggestList(self)
        self.list.picked.connect(self._pick)
        self.textEdited.connect(self.suggest)

    def suggest(self, text: str) -> None:
        """Ask the provider and show what it says."""
        self.list.offer(self._provider(text) if text.strip() else (), first=self._first)

    def put(self, text: str) -> None:
        """Show a text; what was suggested for another one goes away."""
        self.list.hide()
        super().put(text)

    def clear(self) -> None:
        """Show nothing."""
        self.list.hide()
        super().clear()

    def _pick(self, row: Suggestion) -> None:
        self.list.hide()
        self.chosen.emit(row.value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Steer the list with arrows, Enter and Escape."""
        key, shown = event.key(), self.list.isVisible()
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            if shown:
                self.list.move_mark(1 if key == Qt.Key.Key_Down else -1)
            else:
                self.list.offer(self._provider("" if self.hasSelectedText() else self.text()), first=True)
            return
        marked = self.list.marked() if shown else None
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab} and marked is not None:
            self._pick(marked)
            return
        if key == Qt.Key.Key_Escape and shown:
            self.list.hide()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the list away with the focus."""
        super().focusOutEvent(event)
        self.list.hide()
