"""The day in four numbers, and what to look at before it is closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from onestop_desktop.desk.close_day import Check, DayFigures
from onestop_desktop.domain.money import format_dong
from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.close_day.line import dots
from onestop_desktop.gui.widgets.basics import Card, button, label
from onestop_desktop.words import Words

_SIDE = 20
_SHARES = (20, 20, 20, 24)
_BUTTONS: Mapping[str, str] = MappingProxyType(
    {"ready": "see", "overdue": "see", "conflict": "see", "unprinted": "print", "unsent": "send", "unpaid": "see"}
)
"""What settles a check: looking at its dossiers, printing, sending."""


class Mark(QWidget):
    """An icon that wears the theme's colour of the moment."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name, self._token = name, token
        self.setFixedSize(_SIDE, _SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        QPainter(self).drawPixmap(0, 0, icons.pixmap(self._name, theme.current().tokens[self._token], _SIDE))


class _Number(QWidget):
    """A large number; in a tone when it is worth a look, which its words say too."""

    def __init__(self) -> None:
        super().__init__()
        self.text = "–"
        self.tone = "text"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @staticmethod
    def _font(points: float = 22) -> QFont:
        font = QFont(theme.FAMILY)
        font.setPointSizeF(points)
        font.setWeight(QFont.Weight.Bold)
        return font

    def put(self, text: str, tone: str = "text") -> None:
        self.text, self.tone = text, tone
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font())
        return QSize(metrics.horizontalAdvance(self.text) + 2, metrics.height() - 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(QFontMetrics(self._font(13)).horizontalAdvance(self.text), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        points = 22.0
        while points > 12 and QFontMetrics(self._font(points)).horizontalAdvance(self.text) > self.width():
            points -= 1
        painter.setFont(self._font(points))
        painter.setPen(theme.current().color(self.tone))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text)


class Figure(QFrame):
    """One number with what it counts."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._caption = caption
        self.number = _Number()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 13, 16, 13)
        column.setSpacing(2)
        column.addWidget(self.number)
        column.addWidget(label(caption, "muted"))

    def put(self, text: str, tone: str = "text") -> None:
        """Show a number."""
        self.number.put(text, tone)
        self.setAccessibleName(f"{text} {self._caption}")


class FiguresRow(QWidget):
    """The four figures side by side."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        say = words.say
        self.received = Figure(say("window.closing.figure.received"))
        self.returned = Figure(say("window.closing.figure.returned"))
        self.overdue = Figure(say("window.closing.figure.overdue"))
        self.fees = Figure(say("window.closing.figure.fees"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._narrow: bool | None = None
        self.arrange(narrow=False)

    def arrange(self, *, narrow: bool) -> None:
        """Stand in one row, or two by two where there is little room."""
        if narrow is self._narrow:
            return
        self._narrow = narrow
        while self._grid.count():
            self._grid.takeAt(0)
        across = 2 if narrow else 4
        for at, one in enumerate((self.received, self.returned, self.overdue, self.fees)):
            self._grid.addWidget(one, at // across, at % across)
        for column, share in enumerate(_SHARES):
            self._grid.setColumnStretch(column, share if column < across else 0)

    def put(self, figures: DayFigures) -> None:
        """Show a day's figures."""
        self.received.put(dots(figures.received))
        self.returned.put(dots(figures.returned))
        self.overdue.put(dots(figures.overdue_new), "bad" if figures.overdue_new else "text")
        self.fees.put(format_dong(figures.fees))


class ChecksCard(Card):
    """One line a check: in order or not, with icon and words, and the button that settles it."""

    settled = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__(words.say("window.closing.checks"))
        self._words = words
        self._linked = False
        self.buttons: dict[str, QPushButton] = {}
        self._rows = QWidget()
        self.body.addWidget(self._rows)

    def put(self, checks: Sequence[Check], *, linked: bool = False) -> None:
        """Show what is in order and what is not; `linked` says that there is somebody to send to."""
        self._linked = linked
        focused = next((code for code, one in self.buttons.items() if one.hasFocus()), "")
        self.body.removeWidget(self._rows)
        self._rows.hide()
        self._rows.deleteLater()
        self.buttons = {}
        self._rows = QWidget()
        grid = QGridLayout(self._rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, check in enumerate(checks):
            self._add(grid, row, check)
        self.body.addWidget(self._rows)
        # At once: what is not shown yet cannot take the focus back.
        self._rows.show()
        if focused in self.buttons:
            self.buttons[focused].setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, grid: QGridLayout, row: int, check: Check) -> None:
        text = check_words(check, self._words)
        line = label(text, wrap=True)
        line.setAccessibleName(text)
        grid.addWidget(Mark(*(("good", "ok") if check.ok else ("warning", "warn"))), row, 0)
        grid.addWidget(line, row, 1)
        grid.setRowMinimumHeight(row, 22)
        if check.ok or check.action not in _BUTTONS:
            return
        deed = "see" if check.action == "unsent" and not self._linked else _BUTTONS[check.action]
        made = button(self._words.say(f"window.closing.settle.{deed}"))
        made.setAccessibleName(f"{made.text()}: {text}")
        made.clicked.connect(self._settle(check.action))
        grid.addWidget(made, row, 2, Qt.AlignmentFlag.AlignRight)
        self.buttons[check.code] = made

    def _settle(self, action: str) -> Callable[[], None]:
        return lambda: self.settled.emit(action)


def check_words(check: Check, words: Words) -> str:
    """Return what a check says: "2 hồ sơ có kết quả nhưng chưa bấm trả"."""
    facts = {"count": dots(check.count), "of": dots(check.of), "missing": dots(check.of - check.count)}
    facts["which"] = check.which
    code = f"window.closing.check.{check.code}.{'ok' if check.ok else 'no'}"
    return words.say(code, **facts)
