"""A plain table of lines: one column takes the room that is left, a line is opened by Enter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)  # fmt: skip
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)  # fmt: skip

from onestop_desktop.gui import theme

Index = QModelIndex | QPersistentModelIndex
ROW = 36
_GAP = 9
_PILL_PAD = 10
_PILL_HEIGHT = 22
_WIDEST = 190
_LEAST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its texts by column, the tones of those drawn as pills, and what it stands for."""

    cells: tuple[str, ...]
    value: object
    tones: Mapping[int, str] = field(default_factory=dict)


class Lines(QAbstractTableModel):
    """Lines under titles."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__()
        self.titles = tuple(titles)
        self.lines: tuple[Line, ...] = ()

    def put(self, lines: Sequence[Line]) -> None:
        """Show lines."""
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, _parent: Index | None = None) -> int:
        """Return the number of lines."""
        return len(self.lines)

    def columnCount(self, _parent: Index | None = None) -> int:
        """Return the number of columns."""
        return len(self.titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's title."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text."""
        line = self.lines[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return line.cells[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(cell for cell in line.cells if cell)
        return None


class _Cells(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(60, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        worn, place = theme.current(), QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, worn.color("primary-soft"))
            if index.column() == 0:
                painter.fillRect(QRect(place.left(), place.top(), 3, place.height()), worn.color("primary"))
        painter.fillRect(QRect(place.left(), place.bottom(), place.width(), 1), worn.color("line"))
        tone = model.lines[index.row()].tones.get(index.column(), "") if isinstance(model, Lines) else ""
        draw = _pill if tone and index.data() else _text
        draw(painter, place, str(index.data()), tone)
        painter.restore()


def _text(painter: QPainter, place: QRect, text: str, _tone: str) -> None:
    painter.setPen(theme.current().color("text"))
    room = place.adjusted(_GAP, 0, -4, 0)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)


def _pill(painter: QPainter, place: QRect, text: str, tone: str) -> None:
    worn = theme.current()
    painter.setFont(_pill_font())
    width = painter.fontMetrics().horizontalAdvance(text) + 2 * _PILL_PAD
    ground = QRectF(place.left() + 4, place.top() + (place.height() - _PILL_HEIGHT) / 2, width, _PILL_HEIGHT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(worn.color("bg" if tone == "muted" else f"{tone}-soft"))
    painter.drawRoundedRect(ground, _PILL_HEIGHT / 2, _PILL_HEIGHT / 2)
    painter.setPen(worn.color(tone))
    painter.drawText(ground.adjusted(0, -1, 0, 0), int(Qt.AlignmentFlag.AlignCenter), text)


def _pill_font() -> QFont:
    font = QFont(theme.FAMILY)
    font.setPointSizeF(9.0)
    font.setWeight(QFont.Weight.DemiBold)
    return font


class LinesTable(QTableView):
    """The table; `marked` tells the value that the mark moved to, `opened` the one that Enter or a click opens."""

    marked = Signal(object)
    opened = Signal(object)

    def __init__(self, name: str, titles: Sequence[str], stretch: int, hidden_narrow: Sequence[int] = ()) -> None:
        # Before Qt's own beginning, which already tells of fonts.
        self._needs: dict[int, int] = {}
        super().__init__()
        self.lines = Lines(titles)
        self._stretch = stretch
        self._hidden_narrow = tuple(hidden_narrow)
        self.setModel(self.lines)
        self.setItemDelegate(_Cells(self))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumHeight(30)
        header.setStyleSheet(f"QHeaderView::section {{ padding-left: {_GAP}px; }}")
        header.setMinimumSectionSize(30)
        self.selectionModel().currentRowChanged.connect(self._mark_moved)
        self.clicked.connect(lambda index: self.opened.emit(self.lines.lines[index.row()].value))

    def put(self, lines: Sequence[Line]) -> None:
        """Show lines; the mark stays on the line that stands for the same thing."""
        before = self.value()
        self._needs.clear()
        self.lines.put(lines)
        self.fit()
        at = next((place for place, line in enumerate(lines) if line.value == before), -1)
        if at >= 0 and before is not None:
            self.selectRow(at)

    def value(self) -> object | None:
        """Return what the marked line stands for."""
        index = self.currentIndex()
        return self.lines.lines[index.row()].value if index.isValid() else None

    def _mark_moved(self, now: Index) -> None:
        if now.isValid():
            self.marked.emit(self.lines.lines[now.row()].value)

    def fit(self) -> None:
        """Give each column what its texts need and one column the rest."""
        narrow = self.viewport().width() < sum(self._needed(column) for column in self._fixed()) + _LEAST
        left = self.viewport().width()
        for column in self._fixed():
            hidden = narrow and column in self._hidden_narrow
            self.setColumnHidden(column, hidden)
            self.setColumnWidth(column, self._needed(column))
            left -= 0 if hidden else self._needed(column)
        self.setColumnWidth(self._stretch, max(left, _LEAST))

    def _fixed(self) -> list[int]:
        return [column for column in range(len(self.lines.titles)) if column != self._stretch]

    def _needed(self, column: int) -> int:
        # Measured once for what is shown: every step of a resize asks for it.
        if column not in self._needs:
            self._needs[column] = self._measured(column)
        return self._needs[column]

    def _measured(self, column: int) -> int:
        plain, bold = QFontMetrics(self.font()), QFontMetrics(_pill_font())
        widths = [plain.horizontalAdvance(self.lines.titles[column]) + 2 * _GAP]
        # Many lines say the same in a column, and measuring is what costs.
        for text, pill in {(line.cells[column], column in line.tones) for line in self.lines.lines}:
            width = (bold if pill else plain).horizontalAdvance(text)
            widths.append(width + (2 * _PILL_PAD + 12 if pill else 2 * _GAP))
        return min(max(widths), _WIDEST)

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew in another font."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._needs.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self.fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark the first line where none is."""
        super().focusInEvent(event)
        if not self.selectionModel().hasSelection() and self.lines.lines:
            self.selectRow(max(self.currentIndex().row(), 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter open the line."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.value())
            event.accept()
            return
        super().keyPressEvent(event)
