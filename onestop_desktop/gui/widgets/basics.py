"""Cards, chips, labels and buttons in the looks of the style sheet."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from onestop_desktop.gui import icons, theme

CARD_MARGINS = (16, 13, 16, 13)


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label in a role of the style sheet; its text is never read as markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    # A style sheet's padding makes Qt indent the text by half an x besides, so that it stands beside its field's edge.
    made.setIndent(0)
    return made


def chip(text: str, tone: str = "muted", *, keeps_room: bool = False) -> QLabel:
    """Return a rounded chip; the tone only underlines what its words say.

    One that keeps its room moves nothing beside or below it when it comes and goes.
    """
    made = label(text)
    made.setMinimumHeight(22)
    set_tone(made, "chip", tone)
    policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    policy.setRetainSizeWhenHidden(keeps_room)
    made.setSizePolicy(policy)
    return made


def set_tone(widget: QWidget, name: str, value: str | bool) -> None:
    """Set a property that the style sheet looks at, and restyle if it changed."""
    value = ("true" if value else "false") if isinstance(value, bool) else value
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.updateGeometry()


def button(text: str, key: str = "", *, kind: str = "", icon: str = "") -> QPushButton:
    """Return a button; its key stands behind the words."""
    made = QPushButton(f"{text}   {key}" if key else text)
    made.setProperty("kind", kind)
    made.setAccessibleName(text)
    made.setAutoDefault(False)
    if icon:
        token = "on-primary" if kind == "primary" else "primary"
        made.setText(f"  {made.text()}")
        made.setIcon(icons.icon(icon, theme.current().tokens[token], 18))
        made.setIconSize(QSize(18, 18))
    return made


def ground_of(widget: QWidget) -> QWidget:
    """Return what lists and cards are laid over: the desk's window, and with it they go when the clerk logs out."""
    at: QWidget | None = widget
    while at is not None and at.objectName() != "window":
        at = at.parentWidget()
    return at or widget.window()


class Card(QFrame):
    """A white card with an optional numbered title; parts go into `body`."""

    def __init__(self, title: str = "", step: str = "") -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(*CARD_MARGINS)
        self.body.setSpacing(7)
        self.head = QHBoxLayout()
        self.head.setSpacing(10)
        if step:
            badge = label(step, "step")
            badge.setFixedSize(20, 20)
            badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self.head.addWidget(badge)
        if title:
            self.head.addWidget(label(title, "title"))
            self.head.addStretch(1)
            self.body.addLayout(self.head)


class Elided(QLabel):
    """A label for text of any length: "…" stands for what has no room, and it tells the whole on hover."""

    def __init__(self, text: str = "", role: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__(text)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setMinimumWidth(20)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Show a text."""
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        """Return a width that may shrink."""
        return QSize(20, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = QFontMetrics(self.font()).elidedText(self.text(), self._mode, self.width())
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)
