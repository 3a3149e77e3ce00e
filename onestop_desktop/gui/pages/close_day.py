"""The page Chốt ngày: it takes data and gives events; `gui.flows.close_day` and `gui.flows.link` fill it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.close_day.enrol_part import EnrolPart
from onestop_desktop.gui.close_day.figures import ChecksCard, FiguresRow
from onestop_desktop.gui.close_day.line import LinkView
from onestop_desktop.gui.close_day.log import LogLine, LogTable
from onestop_desktop.gui.close_day.send_part import HandPart, SendPart
from onestop_desktop.gui.widgets.basics import Card, button, label
from onestop_desktop.gui.widgets.strip import Strip
from onestop_desktop.words import Words

_NARROW = 1000
_PANEL_WIDE, _PANEL_NARROW = 470, 310


def _scrolled(inside: QWidget) -> QScrollArea:
    inside.setObjectName("column")
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


class CloseDayPage(QWidget):
    """Figures, checks and the closing on the left, the link upwards on the right."""

    save_asked = Signal()
    register_asked = Signal()
    stale = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words = words
        say = words.say
        self.strip = Strip(say("window.close"))
        self.figures = FiguresRow(words)
        self.checks = ChecksCard(words)
        self.closed = label("", "muted", wrap=True)
        self.closed.hide()
        self.register = button(say("window.closing.register"))
        self.save = button(say("window.closing.close"), ACTIONS["save"].key, kind="primary")
        self.title = label("", "title", wrap=True)
        self.send = SendPart(words)
        self.enrol = EnrolPart(words)
        self.hand = HandPart(words)
        self.log = LogTable(words)
        self._lay_out()
        self.save.clicked.connect(self.save_asked)
        self.register.clicked.connect(self.register_asked)

    def _lay_out(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.addLayout(self._left(), 1)
        self._row.addWidget(self._right())
        self._fit()

    def _left(self) -> QVBoxLayout:
        column = QWidget()
        inner = QVBoxLayout(column)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(12)
        for part in (self.strip, self.figures, self.checks, self.closed):
            inner.addWidget(part)
        inner.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        self.register.setMinimumHeight(37)
        self.save.setMinimumHeight(39)
        foot.addWidget(self.register)
        foot.addWidget(self.save)
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(_scrolled(column), 1)
        left.addLayout(foot)
        return left

    def _right(self) -> QWidget:
        column = QWidget()
        inner = QVBoxLayout(column)
        inner.setContentsMargins(16, 13, 16, 13)
        inner.setSpacing(8)
        for part in (self.title, self.send, self.enrol):
            inner.addWidget(part)
        inner.addSpacing(22)
        inner.addWidget(self.hand)
        inner.addSpacing(22)
        inner.addWidget(label(self._words.say("window.closing.log.title"), "title"))
        inner.addWidget(self.log)
        inner.addStretch(1)
        self.panel = Card()
        self.panel.body.setContentsMargins(1, 1, 1, 1)
        self.panel.body.addWidget(_scrolled(column))
        return self.panel

    def _fit(self) -> None:
        narrow = self.width() < _NARROW
        self._row.setContentsMargins(*((12, 10, 12, 10) if narrow else (18, 14, 18, 14)))
        self._row.setSpacing(10 if narrow else 14)
        self.panel.setFixedWidth(_PANEL_NARROW if narrow else _PANEL_WIDE)
        self.figures.arrange(narrow=narrow)
        self.send.crowd(narrow=narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the figures their room in a narrow window."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus; a key held down presses nothing."""
        focused = self.focusWidget()
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and isinstance(focused, QPushButton) and not event.isAutoRepeat():
            focused.click()
            return
        super().keyPressEvent(event)

    # -- what the flows put in ------------------------------------------------------------------------------

    def show_link(self, view: LinkView) -> None:
        """Show the link as it is."""
        code = "window.closing.to" if view.upper else "window.closing.to_nobody"
        self.title.setText(self._words.say(code, upper=view.upper))
        self.title.setVisible(view.enrolled)
        self.send.setVisible(view.enrolled)
        self.enrol.show_renewing(renewing=view.enrolled)
        self.enrol.setVisible(view.wants_card)
        self.hand.show_enrolled(enrolled=view.enrolled)
        if view.enrolled:
            self.send.put(view)

    def show_log(self, lines: Sequence[LogLine]) -> None:
        """Show today's lines."""
        self.log.put(lines)

    def show_closed(self, sentence: str) -> None:
        """Say when this day was closed; an empty sentence when it was not."""
        self.closed.setText(sentence)
        self.closed.setVisible(bool(sentence))

    def set_busy(self, *, busy: bool) -> None:
        """Let a day be closed once at a time."""
        self.save.setEnabled(not busy)
        self.register.setEnabled(not busy)

    def start(self) -> None:
        """Put the focus where the end of a day begins: the first thing to settle, else the closing."""
        first = next(iter(self.checks.buttons.values()), self.save)
        first.setFocus(Qt.FocusReason.OtherFocusReason)
