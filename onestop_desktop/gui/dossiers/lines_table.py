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
from onestop_desktop.gui.dossiers.looks import CONFLICT, Pill
from onestop_desktop.words import Words

Index = QModelIndex | QPersistentModelIndex
ROW = 38
_GAP = 9
_PILL_PAD = 13
_CLOSE_PAD = 8
_PILL_HEIGHT = 23
_LEAST_NAME = 108
_LEAST_TITLE = 120


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
        # The chosen line has the ground of such pills itself.
        painter.setBrush(worn.color("surface" if chosen and tone == "primary" else token))
        painter.drawRoundedRect(ground, _PILL_HEIGHT / 2, _PILL_HEIGHT / 2)
        painter.setPen(worn.color(tone))
        painter.drawText(ground.adjusted(0, -1, 0, 0), int(Qt.AlignmentFlag.AlignCenter), text)


class LinesTable(QTableView):
    """The table: `marked` names the marked dossier, `entered` asks for its detail, `narrowed` gives a typed letter."""

    marked = Signal(str)
    entered = Signal()
    narrowed = Signal(str)

    def __init__(self, lines: LinesModel, words: Words) -> None:
        super().__init__()
        self.lines = lines
        self._words = words
        self._quiet = False
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
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumHeight(32)
        header.setStyleSheet(f"QHeaderView::section {{ padding-left: {_GAP}px; }}")
        header.setMinimumSectionSize(40)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self._mark_moved(now))
        self.clicked.connect(self._mark_moved)
        self.verticalScrollBar().valueChanged.connect(self._near_end)
        for signal in (lines.modelReset, lines.rowsInserted, lines.rowsRemoved):
            signal.connect(self.fit)

    def _mark_moved(self, now: Index) -> None:
        if now.isValid() and not self._quiet:
            self.marked.emit(self.lines.lines[now.row()].row.id)

    def _near_end(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if value > bar.maximum() - 2 * bar.pageStep() and self.lines.canFetchMore(QModelIndex()):
            self.lines.fetchMore(QModelIndex())

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

    def needed(self, pad: int) -> dict[Column, int]:
        """Return the widths below which something would be cut."""
        plain, bold = QFontMetrics(self.font()), QFontMetrics(pill_font())
        lines = self.lines
        numbers = {lines.text(line, Column.NUMBER) for line in lines.lines} | {"0303-0017"}
        days = {lines.text(line, Column.DUE) for line in lines.lines} | {"03/03 17:00"}
        lefts = {lines.text(line, Column.LEFT) for line in lines.lines}
        lefts |= {self._words.say(f"window.dossiers.left.{code}", amount=28) for code in ("days", "late", "ready")}
        states = {self._words.say(f"status.{code}") for code in STATUSES}
        conflicts = {CONFLICT} if any(line.row.conflict for line in lines.lines) else {""}
        sign = max(map(bold.horizontalAdvance, conflicts))
        pills = 2 * pad + 12
        return {
            Column.NUMBER: max(map(plain.horizontalAdvance, numbers)) + _GAP + 12,
            Column.DUE: max(map(plain.horizontalAdvance, days)) + _GAP + 10,
            Column.LEFT: max(map(bold.horizontalAdvance, lefts)) + pills,
            Column.STATUS: max(map(bold.horizontalAdvance, states)) + sign + pills,
        }

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
        if event.text().isalnum() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.narrowed.emit(event.text())
            event.accept()
            return
        super().keyPressEvent(event)
