"""Parts of the detail below the buttons: the way so far as dots, and headed lists."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from onestop_desktop.gui import theme
from onestop_desktop.gui.dossiers.facts import Happened, Section
from onestop_desktop.gui.widgets.basics import label

_INDENT = 20
_DOT = 4.5
_DOT_AT = 10.0


class Dot(QWidget):
    """One thing that happened: what, more about it, when and who; a line leads on to the next."""

    def __init__(self, happened: Happened, *, last: bool) -> None:
        super().__init__()
        self._tone = happened.tone
        self._last = last
        column = QVBoxLayout(self)
        column.setContentsMargins(_INDENT, 0, 0, 8)
        column.setSpacing(0)
        column.addWidget(label(happened.title, "title", wrap=True))
        if happened.detail:
            column.addWidget(label(happened.detail, "", wrap=True))
        column.addWidget(label(happened.when, "muted", wrap=True))
        self.setAccessibleName(", ".join(part for part in (happened.title, happened.detail, happened.when) if part))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw dot and line."""
        worn = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._last:
            painter.setPen(QPen(worn.color("line"), 2))
            painter.drawLine(QPointF(5, _DOT_AT + 8), QPointF(5, self.height() + 4))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(worn.color(self._tone))
        painter.drawEllipse(QRectF(5 - _DOT, _DOT_AT - _DOT, 2 * _DOT, 2 * _DOT))


def timeline_widget(title: str, happened: Sequence[Happened]) -> QWidget:
    """Return the way so far, oldest first."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    head = label(title, "title")
    head.setContentsMargins(0, 0, 0, 6)
    column.addWidget(head)
    for at, one in enumerate(happened):
        column.addWidget(Dot(one, last=at == len(happened) - 1))
    return made


class SectionPart(QWidget):
    """A headed list of names and values; values wrap, nothing is cut."""

    def __init__(self, section: Section) -> None:
        super().__init__()
        self._names: list[QLabel] = []
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label(section.title, "title"), 0, 0, 1, 2)
        tone = "doubt" if section.code == "marks" else ""
        for at, (name, value) in enumerate(section.rows, 1):
            said = label(value, tone, wrap=True)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            said.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            if not name:
                said.setText(f"⚠ {value}" if tone else f"• {value}")
                grid.addWidget(said, at, 0, 1, 2)
                continue
            named = label(name, "muted")
            named.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            self._names.append(named)
            grid.addWidget(named, at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(said, at, 1)

    @property
    def widest_name(self) -> int:
        """Return how many pixels the names need, 0 where there are none."""
        for named in self._names:
            named.ensurePolished()
        return max((named.sizeHint().width() for named in self._names), default=0)

    def begin_values_at(self, width: int) -> None:
        """Give the names `width` pixels."""
        self._grid.setColumnMinimumWidth(0, width if self._names else 0)


def line_up(parts: Sequence[SectionPart]) -> None:
    """Let the values of all lists begin below one another."""
    widest = max((part.widest_name for part in parts), default=0)
    for part in parts:
        part.begin_values_at(widest)
