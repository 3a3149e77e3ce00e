"""The list on the screen: pills are drawn whole, a number is never cut, Enter goes to the detail."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)  # fmt: skip

from onestop_desktop.domain.status import STATUSES
from onestop_desktop.gui import theme
from onestop_desktop.gui.dossiers.lines_model import PILL_ROLE, Column, LinesModel
from onestop_desktop.gui.dossiers.looks import Pill
from onestop_desktop.words import Words

Index = QModelIndex | QPersistentModelIndex
ROW = 38
_GAP = 9
_PILL_PAD = 13
_CLOSE_PAD = 8
_PILL_HEIGHT = 23
_LEAST_NAME = 108
_LEAST_TITLE = 120
_NEVER_CUT = (Column.NUMBER, Column.DUE, Column.LEFT, Column.STATUS)


def pill_font() -> QFont:
    """Return the face of pills."""
    font = QFont(theme.FAMILY)
    font.setPointSizeF(9.0)
    font.setWeight(QFont.Weight.DemiBold)
    return font


class _Cells(QStyledItemDelegate):
    """Draws a line: rule below, ground of the chosen line, text or pill."""

    pad = _PILL_PAD

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(60, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        place = QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        worn = theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.fillRect(place, worn.color("primary-soft"))
            if index.column() == Column.NUMBER:
                painter.fillRect(QRect(place.left(), place.top(), 3, place.height()), worn.color("primary"))
        painter.fillRect(QRect(place.left(), place.bottom(), place.width(), 1), worn.color("line"))
        pill = index.data(PILL_ROLE)
        if pill is None:
            self._text(painter, place.adjusted(_GAP, 0, -4, 0), index)
        else:
            self._pill(painter, place, pill, chosen=chosen)
        painter.restore()

    @staticmethod
    def _text(painter: QPainter, place: QRect, index: Index) -> None:
        painter.setPen(theme.current().color("text"))
        shown = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _pill(self, painter: QPainter, place: QRect, pill: Pill, *, chosen: bool) -> None:
        worn, text, tone = theme.current(), pill.text, pill.tone
        painter.setFont(pill_font())
        width = painter.fontMetrics().horizontalAdvance(text) + 2 * self.pad
        top = place.top() + (place.height() - _PILL_HEIGHT) / 2
        ground = QRectF(place.left() + _GAP - 3, top, width, _PILL_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        token = "bg" if tone == "muted" else f"{tone}-soft"
        # The ground of the chosen line is too near to that of most pills for their shape to be seen on it.
        painter.setBrush(worn.color("surface" if chosen else token))
        painter.drawRoundedRect(ground, _PILL_HEIGHT / 2, _PILL_HEIGHT / 2)
        painter.setPen(worn.color(tone))
        painter.drawText(ground.adjusted(0, -1, 0, 0), int(Qt.AlignmentFlag.AlignCenter), text)


class LinesTable(QTableView):
    """The table: `marked` names the marked dossier, `entered` asks for its detail, `narrowed` gives a typed letter.

    `sorted` asks for another order of the list, `far` for its beginning (-1) or its end (1).
    """

    marked = Signal(str)
    entered = Signal()
    narrowed = Signal(str)
    sorted = Signal(str)
    far = Signal(int)

    def __init__(self, lines: LinesModel, words: Words) -> None:
        super().__init__()
        self.lines = lines
        self._words = words
        self._quiet = False
        self._widest = dict.fromkeys(_NEVER_CUT, 0)
        self.setModel(lines)
        self._cells = _Cells(self)
        self.setItemDelegate(self._cells)
        self.setAccessibleName(words.say("window.dossiers.list"))
        self.setAccessibleDescription(words.say("window.dossiers.keys"))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(lambda section: self._sort_by(Column(section)))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumHeight(32)
        header.setStyleSheet(f"QHeaderView::section {{ padding-left: {_GAP}px; }}")
        header.setMinimumSectionSize(40)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self._mark_moved(now))
        self.clicked.connect(self._mark_moved)
        self.verticalScrollBar().valueChanged.connect(self._near_end)
        lines.shifted.connect(self._stay)
        lines.modelReset.connect(self._measure_all)
        lines.rowsInserted.connect(self._inserted)
        lines.dataChanged.connect(lambda first, last: self._measure(first.row(), last.row()))
        self._measure_all()

    def _mark_moved(self, now: Index) -> None:
        if now.isValid() and not self._quiet:
            self.marked.emit(self.lines.lines[now.row()].row.id)

    def _near_end(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if value > bar.maximum() - 2 * bar.pageStep() and self.lines.canFetchMore(QModelIndex()):
            self.lines.fetchMore(QModelIndex())

        elif value < 2 * bar.pageStep():
            self.lines.fetch_earlier()

    def rowsAboutToBeRemoved(self, parent: Index, first: int, last: int) -> None:
        """Let the mark go with lines that only leave the stretch: Qt would put it on a neighbour and scroll there."""
        if self.lines.trimming and first <= self.currentIndex().row() <= last:
            self.selectionModel().clear()
        super().rowsAboutToBeRemoved(parent, first, last)

    def _stay(self, rows: int) -> None:
        """Keep the same lines in sight when others came or went above them."""
        bar = self.verticalScrollBar()
        value = bar.value()
        self.updateGeometries()
        bar.setValue(value + rows * ROW)

    def _sort_by(self, column: Column) -> None:
        order = self.lines.following_order(column)
        if order:
            self.sorted.emit(order)

    def hold(self, *, quiet: bool) -> None:
        """Say nothing of the mark while the lines themselves change."""
        self._quiet = quiet

    def mark(self, dossier: str) -> None:
        """Put the mark on a dossier without asking for its detail; none is marked when it is not in the list."""
        at = self.lines.row_of(dossier)
        self._quiet = True
        try:
            if at < 0:
                self.selectionModel().clear()
            elif self.currentIndex().row() != at or not self.selectionModel().hasSelection():
                flags = QItemSelectionModel.SelectionFlag
                index = self.lines.index(at, 0)
                self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        finally:
            self._quiet = False

    def marked_id(self) -> str:
        """Return the marked dossier, empty when there is none."""
        index = self.currentIndex()
        return self.lines.lines[index.row()].row.id if index.isValid() else ""

    def step(self, by: int) -> None:
        """Move the mark by lines."""
        if not self.lines.lines:
            return
        at = self.currentIndex().row()
        to = min(max(at + by, 0), len(self.lines.lines) - 1) if at >= 0 else 0
        self.selectRow(to)

    # -- widths ---------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Give numbers, days and pills what they need, names and procedures what is left."""
        room = self.viewport().width()
        widths = self.needed(_PILL_PAD)
        spare = room - sum(widths.values())
        narrow = spare < _LEAST_NAME + _LEAST_TITLE
        self._cells.pad = _CLOSE_PAD if narrow else _PILL_PAD
        if narrow:
            widths = self.needed(_CLOSE_PAD)
            spare = room - sum(widths.values()) + widths[Column.DUE]
        self.setColumnHidden(Column.TITLE, narrow)
        self.setColumnHidden(Column.DUE, narrow)
        for column, width in widths.items():
            self.setColumnWidth(column, width)
        name = max(spare, _LEAST_NAME) if narrow else max(round(spare * 0.42), _LEAST_NAME)
        self.setColumnWidth(Column.APPLICANT, name)
        self.setColumnWidth(Column.TITLE, max(spare - name, _LEAST_TITLE))

    def _measure_all(self) -> None:
        self._widest = dict.fromkeys(_NEVER_CUT, 0)
        self._measure(0, len(self.lines.lines) - 1)

    def _inserted(self, _parent: Index, first: int, last: int) -> None:
        self._measure(first, last)

    def _measure(self, first: int, last: int) -> None:
        """Note what further lines need; those that were measured before are not looked at again."""
        before = dict(self._widest)
        plain, bold = QFontMetrics(self.font()), QFontMetrics(pill_font())
        shown = self.lines.lines[first : last + 1]
        for column in _NEVER_CUT:
            metrics = plain if column in {Column.NUMBER, Column.DUE} else bold
            texts = {self.lines.text(line, column) for line in shown} | self._usual(column)
            self._widest[column] = max(self._widest[column], *map(metrics.horizontalAdvance, texts))
        if self._widest != before:
            self.fit()

    def _usual(self, column: Column) -> set[str]:
        """Return texts that always have room, so that columns do not jump."""
        say = self._words.say
        if column is Column.NUMBER:
            return {"0303-0017"}
        if column is Column.DUE:
            return {"03/03 17:00"}
        if column is Column.STATUS:
            return {say(f"status.{code}") for code in STATUSES}
        return {say(f"window.dossiers.left.{code}", amount=28) for code in ("days", "late", "ready")}

    def needed(self, pad: int) -> dict[Column, int]:
        """Return the widths below which something would be cut."""
        around = {Column.NUMBER: _GAP + 12, Column.DUE: _GAP + 10}
        return {column: widest + around.get(column, 2 * pad + 12) for column, widest in self._widest.items()}

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self.fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus without choosing a line: Qt would put the mark on the first one."""
        marked, quiet = self.currentIndex().isValid(), self._quiet
        self._quiet = True
        super().focusInEvent(event)
        if not marked:
            self.selectionModel().clear()
        self._quiet = quiet

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter open the detail, Left and Right scroll nothing, all else move the mark."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right}:
            self.entered.emit()
            event.accept()
            return
        ends = {Qt.Key.Key_Home: -1, Qt.Key.Key_End: 1}
        if event.key() in ends:
            self.far.emit(ends[Qt.Key(event.key())])
            event.accept()
            return
        if event.text().isalnum() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.narrowed.emit(event.text())
            event.accept()
            return
        super().keyPressEvent(event)
