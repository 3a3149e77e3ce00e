"""What waits for pick-up and since when, with the telephone to call: a page of rows at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)  # fmt: skip

from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.views import Key
from onestop_desktop.domain.number import short_code
from onestop_desktop.gui import theme
from onestop_desktop.gui.handover.matching import days_since
from onestop_desktop.gui.widgets.basics import Card, button, chip, label
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words

Index = QModelIndex | QPersistentModelIndex
PAGE = 50
_ROW = 48
_NUMBER, _SINCE, _EDGE = 88, 68, 8
_LONG = 7
"""Days of waiting from which a row asks for a call."""


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """One result that waits: since which instant (ISO) and for how many days."""

    id: str
    number: str
    applicant: str
    title: str
    phone: str
    since: str
    days: int


@dataclass(frozen=True, slots=True)
class ReadyPage:
    """Rows, the key of the next page, and how many wait in all."""

    rows: tuple[ReadyRow, ...]
    after: Key | None
    count: int


def ready_page(desk: Desk, before: Key | None, today: date) -> ReadyPage:
    """Read a page of what waits; runs on the worker, for each row's telephone is in its dossier."""
    page = desk.board("ready", before=before, limit=PAGE)
    rows = []
    for row in page.rows:
        dossier = desk.dossier(row.id)
        phone = dossier.applicant.phone or dossier.owner.phone
        days = days_since(row.finished_at, today) if row.finished_at else 0
        rows.append(ReadyRow(row.id, row.number, row.applicant, row.title, phone, row.finished_at, days))
    count = next((one.count for one in desk.chips() if one.code == "ready"), len(rows))
    return ReadyPage(tuple(rows), page.after, count)


def spaced_phone(phone: str) -> str:
    """Write "0987654321" as "0987 654 321"; another length stays as it is."""
    return f"{phone[:4]} {phone[4:7]} {phone[7:]}" if len(phone) == 10 else phone


class ReadyModel(QAbstractListModel):
    """The rows read so far; `more_wanted` asks for the page below a key."""

    more_wanted = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.rows: list[ReadyRow] = []
        self._after: Key | None = None

    def put(self, page: ReadyPage) -> None:
        """Begin with a first page."""
        self.beginResetModel()
        self.rows, self._after = list(page.rows), page.after
        self.endResetModel()

    def append(self, page: ReadyPage) -> None:
        """Add the next page."""
        at = len(self.rows)
        if page.rows:
            self.beginInsertRows(QModelIndex(), at, at + len(page.rows) - 1)
            self.rows += page.rows
            self.endInsertRows()
        self._after = page.after

    def waited(self, row: ReadyRow) -> str:
        """Return for how long a row waits, in words."""
        say = self._words.say
        return say("window.handover.list.days", days=row.days) if row.days else say("window.handover.list.today")

    # Qt's own names

    def rowCount(self, _parent: Index | None = None) -> int:
        """Return how many rows were read."""
        return len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a row, or what a screen reader says of it."""
        row = self.rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return ", ".join(part for part in (row.applicant, row.number, self.waited(row), row.phone) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join((row.number, row.applicant, row.title, spaced_phone(row.phone)))
        return row if role == Qt.ItemDataRole.UserRole else None

    def canFetchMore(self, _parent: Index) -> bool:
        """Say whether there are further pages."""
        return self._after is not None

    def fetchMore(self, _parent: Index) -> None:
        """Ask for the next page, once."""
        after, self._after = self._after, None
        if after is not None:
            self.more_wanted.emit(after)


@dataclass(frozen=True, slots=True)
class _Pen:
    points: float
    color: str
    weight: QFont.Weight = QFont.Weight.Normal


_FIRST, _SECOND = _Pen(10.0, "text"), _Pen(9.0, "muted")
_CALL = _Pen(9.0, "warn", QFont.Weight.DemiBold)


def _write(painter: QPainter, place: QRect, text: str, pen: _Pen) -> None:
    font = QFont(theme.FAMILY)
    font.setPointSizeF(pen.points)
    font.setWeight(pen.weight)
    painter.setFont(font)
    painter.setPen(theme.current().color(pen.color))
    painter.drawText(place, 0, QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width() - 4))


class _TwoLines(QStyledItemDelegate):
    def __init__(self, model: ReadyModel, view: QListView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._model.rows[index.row()]
        worn = theme.current()
        place = QRect(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, worn.color("primary-soft"))
            if self._view.hasFocus():
                painter.setPen(QPen(worn.color("focus"), 2))
                painter.drawRect(place.adjusted(1, 1, -1, -1))
        painter.setPen(worn.color("line"))
        painter.drawLine(place.bottomLeft(), place.bottomRight())
        number = QRect(place.left() + _EDGE, place.top() + 5, _NUMBER, 20)
        since = QRect(place.right() - _SINCE, place.top() + 5, _SINCE - _EDGE + 2, 20)
        who = QRect(number.right(), number.top(), since.left() - number.right() - 4, 20)
        below = QRect(number.left(), number.top() + 20, who.right() - number.left(), 20)
        waited = since.translated(0, 20)
        what = " · ".join(part for part in (spaced_phone(row.phone), row.title) if part)
        _write(painter, number, short_code(row.number), _FIRST)
        _write(painter, who, row.applicant, _FIRST)
        _write(painter, since, f"{row.since[8:10]}/{row.since[5:7]}", _FIRST)
        _write(painter, below, what, _SECOND)
        _write(painter, waited, self._model.waited(row), _CALL if row.days >= _LONG else _SECOND)
        painter.restore()


class _Rows(QListView):
    opened = Signal(str)
    edge_moved = Signal(int)
    """How many pixels the scroll bar takes from the rows."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.edge_moved.emit(self.width() - self.viewport().width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and index.isValid():
            self.opened.emit(index.data(Qt.ItemDataRole.UserRole).id)
            return
        super().keyPressEvent(event)


class ReadyList(Card):
    """The right pane: the list, and the same as lines for whoever calls the citizens."""

    opened = Signal(str)
    copy_asked = Signal()
    print_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(words.say("window.handover.list.title"))
        say = words.say
        self.count = chip("", keeps_room=True)
        self.head.addWidget(self.count)
        self.model = ReadyModel(words)
        self.view = _Rows()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_TwoLines(self.model, self.view))
        self.view.setAccessibleName(say("window.handover.list.title"))
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setMinimumHeight(_ROW)
        self.view.setUniformItemSizes(True)
        self.view.opened.connect(self.opened)
        self.view.clicked.connect(lambda index: self.opened.emit(index.data(Qt.ItemDataRole.UserRole).id))
        self.empty = label(say("window.handover.list.empty"), "muted", wrap=True)
        self.copy = button(say("window.handover.list.copy"))
        self.copy.clicked.connect(self.copy_asked)
        self.print = button(say("window.handover.list.print"))
        self.print.clicked.connect(self.print_asked)
        titles = self._header(*(say(f"window.handover.list.{code}") for code in ("number", "who", "since")))
        self.view.edge_moved.connect(lambda width: titles.setContentsMargins(_EDGE, 4, width, 2))
        self.body.addLayout(titles)
        self.body.addWidget(self.view, 1)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(label(say("window.handover.list.call"), "muted", wrap=True))
        foot = WrappingRow(8)
        foot.add(self.print)
        foot.add(self.copy)
        self.body.addWidget(foot)
        self.show_count(0)

    @staticmethod
    def _header(number: str, who: str, since: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(_EDGE, 4, 0, 2)
        row.setSpacing(0)
        first, last = label(number, "muted"), label(since, "muted")
        first.setFixedWidth(_NUMBER)
        last.setFixedWidth(_SINCE)
        row.addWidget(first)
        row.addWidget(label(who, "muted"), 1)
        row.addWidget(last)
        return row

    def show_count(self, count: int) -> None:
        """Show how many wait."""
        self.count.setText(str(count))
        self.count.setVisible(count > 0)
        self.view.setVisible(count > 0)
        self.copy.setEnabled(count > 0)
        self.print.setEnabled(count > 0)
        self.empty.setVisible(count == 0)

    def mark(self, dossier: str) -> None:
        """Mark the row of the open dossier; none when it does not wait."""
        at = next((place for place, row in enumerate(self.model.rows) if row.id == dossier), -1)
        self.view.setCurrentIndex(self.model.index(at) if at >= 0 else QModelIndex())
        if at < 0:
            self.view.clearSelection()

    def lines(self) -> str:
        """Return the rows read so far as lines to call by: name, telephone, number, procedure, since."""
        return "\n".join(
            "\t".join((row.applicant, row.phone, row.number, row.title, "/".join(reversed(row.since[:10].split("-")))))
            for row in self.model.rows
        )
