"""The right pane of the certification desk: what it costs in all, the next number, the receipt if asked, F9."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from onestop_desktop.domain.money import format_dong
from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.widgets.basics import Card, Elided, button, label
from onestop_desktop.words import Words

_TOTAL = "font-size: 30pt; font-weight: 700;"
_BOX = 18


class Tick(QCheckBox):
    """A check box drawn in the colours of the theme, as the checklist draws its own."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw box and words."""
        worn = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRect(1, (self.height() - _BOX) // 2, _BOX, _BOX)
        ring = "focus" if self.hasFocus() else "primary" if self.isChecked() else "field-line"
        painter.setPen(QPen(worn.color(ring), 2 if self.hasFocus() else 1.4))
        painter.setBrush(worn.color("primary" if self.isChecked() else "field-bg"))
        painter.drawRoundedRect(box, 4, 4)
        if self.isChecked():
            check = icons.pixmap("check", worn.tokens["on-primary"], _BOX - 4)
            painter.drawPixmap(box.topLeft() + QPoint(2, 2), check)
        painter.setPen(worn.color("text"))
        place = self.rect().adjusted(_BOX + 9, 0, 0, 0)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic), self.text())

    def sizeHint(self) -> QSize:
        """Return the room for box and words."""
        wide = self.fontMetrics().horizontalAdvance(self.text()) + _BOX + 12
        return QSize(wide, max(self.fontMetrics().height(), _BOX) + 8)

    def minimumSizeHint(self) -> QSize:
        """Return the same: words are never cut."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Take a click on the words too."""
        return self.rect().contains(pos)


class CertifyAside(QWidget):
    """Figures in large type; two buttons always in sight."""

    save_asked = Signal()
    clear_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        say = words.say
        self.total = label("")
        self.total.setStyleSheet(_TOTAL)
        self.total.setAccessibleName(say("window.certify.total"))
        self.count = label("", "muted", wrap=True)
        self.number = label("", "big", wrap=True)
        self.book = Elided("", "muted")
        self.receipt = Tick(say("window.certify.receipt"))
        self.clear = button(say("window.certify.clear"))
        self.save = button(say("window.certify.save"), ACTIONS["save"].key, kind="primary")
        self.clear.clicked.connect(self.clear_asked)
        self.save.clicked.connect(self.save_asked)
        self._lay_out()

    def _lay_out(self) -> None:
        say = self._words.say
        total = Card()
        total.body.setSpacing(2)
        for one in (label(say("window.certify.total"), "label"), self.total, self.count):
            total.body.addWidget(one)
        following = Card()
        following.body.setSpacing(2)
        for one in (label(say("window.certify.next"), "label"), self.number, self.book):
            following.body.addWidget(one)
        asked = Card()
        asked.body.addWidget(self.receipt)
        asked.body.addWidget(label(say("window.certify.receipt_hint"), "muted", wrap=True))
        for card in (total, following, asked):
            card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.clear)
        buttons.addWidget(self.save, 1)
        self.clear.setMinimumHeight(37)
        self.save.setMinimumHeight(39)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(_scrolled(total, following, asked), 1)
        column.addLayout(buttons)

    def show_total(self, total: int, lines: int, copies: int) -> None:
        """Show what all lines cost, the one being typed included."""
        self.total.setText(format_dong(total))
        say = self._words.say
        told = say("window.certify.count", lines=lines, copies=copies) if lines else say("window.certify.nothing")
        self.count.setText(told)
        self.save.setEnabled(lines > 0)

    def show_next(self, number: int, kind: str) -> None:
        """Show the next number in the book of a kind."""
        self.number.setText(self._words.say("window.certify.number", no=number))
        self.book.setText(kind)


def _scrolled(*cards: Card) -> QScrollArea:
    """Return cards below one another, within reach where there is less height than they need."""
    inner = QWidget()
    inner.setObjectName("column")
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    for card in cards:
        column.addWidget(card)
    column.addStretch(1)
    area = QScrollArea()
    area.setWidget(inner)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
