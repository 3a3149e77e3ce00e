"""The rail of tasks; a task whose page is not built yet is shown muted and says so."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout

from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.actions import RAIL, Action
from onestop_desktop.words import Words

WIDTH = 92


class RailButton(QAbstractButton):
    """Icon, name and key of a task."""

    def __init__(self, action: Action, words: Words) -> None:
        super().__init__()
        self.action = action
        self.setText(words.say(f"action.{action.name}"))
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setEnabled(action.built)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        later = "" if action.built else words.say("window.later")
        self.setToolTip(later or f"{self.text()} ({action.key})")
        self.setAccessibleName(f"{self.text()} {action.key}")
        self.setAccessibleDescription(later)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """Return the size where there is room."""
        return QSize(80, 67)

    def minimumSizeHint(self) -> QSize:
        """Return the least size in which icon and both lines are whole."""
        return QSize(80, 53)

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew when enabled or disabled."""
        super().changeEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a rounded ground when chosen, icon, name, key."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        worn = theme.current()
        if self.isChecked() or self.underMouse():
            ground = worn.color("rail-active")
            ground.setAlphaF(1.0 if self.isChecked() else 0.5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(self.rect(), 8, 8)
        if self.isChecked():
            painter.setPen(QPen(worn.color("rail-text"), 3))
            painter.drawLine(QRectF(self.rect()).topLeft() + QRectF(1, 16, 0, 0).topLeft(),
                             QRectF(self.rect()).bottomLeft() + QRectF(1, -16, 0, 0).topLeft())  # fmt: skip
        ink = worn.tokens["rail-text" if self.isEnabled() else "rail-off"]
        top = (self.height() - 54) // 2
        painter.drawPixmap((self.width() - 22) // 2, top, icons.pixmap(self.action.icon, ink, 22))
        painter.setPen(ink)
        painter.setFont(_font(8.5, QFont.Weight.DemiBold))
        painter.drawText(QRect(0, top + 24, self.width(), 16), int(Qt.AlignmentFlag.AlignCenter), self.text())
        painter.setPen(worn.color("rail-muted" if self.isEnabled() else "rail-off"))
        painter.setFont(_font(8, QFont.Weight.Normal))
        painter.drawText(QRect(0, top + 40, self.width(), 14), int(Qt.AlignmentFlag.AlignCenter), self.action.key)


def _font(points: float, weight: QFont.Weight) -> QFont:
    font = QFont(theme.FAMILY)
    font.setPointSizeF(points)
    font.setWeight(weight)
    return font


class Rail(QFrame):
    """The buttons of the rail, the last at its foot."""

    chosen = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 6)
        column.setSpacing(2)
        self.buttons = {action.name: RailButton(action, words) for action in RAIL}
        for action in RAIL:
            if action is RAIL[-1]:
                column.addStretch(1)
            button = self.buttons[action.name]
            button.clicked.connect(lambda _checked, name=action.name: self.chosen.emit(name))
            column.addWidget(button)

    def show_chosen(self, name: str) -> None:
        """Mark the task whose page is shown."""
        self.buttons[name].setChecked(True)
