"""A message on the page with what can be done about it: no box in the way, no click needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.widgets.basics import button, label, set_tone
from onestop_desktop.gui.widgets.wrapping import WrappingRow

_ICONS = {"ok": "good", "warn": "warning", "bad": "bad", "primary": "info"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A button of a message."""

    text: str
    act: Callable[[], None]
    key: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """What a strip says: a tone with its icon, a large headline (may be empty), a sentence, and answers."""

    tone: str
    text: str
    headline: str = ""
    answers: tuple[Answer, ...] = ()
    topic: str = ""


class Strip(QFrame):
    """One message; Enter presses the first answer while the focus is in it, Escape closes it."""

    closed = Signal()

    def __init__(self, close_word: str = "") -> None:
        super().__init__()
        self.setObjectName("strip")
        self.message: Message | None = None
        self._asks = False
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._headline = label("", "number")
        self._headline.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text = label("", wrap=True)
        self._buttons = WrappingRow(8)
        self._made: list[QPushButton] = []
        self._close = button("", kind="link")
        self._close.setAccessibleName(close_word)
        self._close.setToolTip(close_word)
        self._close.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._close.clicked.connect(self.dismiss)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._headline)
        words.addWidget(self._text)
        words.addWidget(self._buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 8, 10)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)

    def say(self, message: Message, *, focus: bool = False) -> None:
        """Show a message in the place of the last one; `focus` puts the focus on its first answer."""
        self.message = message
        set_tone(self, "tone", message.tone)
        self._paint_icons()
        self._headline.setText(message.headline)
        self._headline.setVisible(bool(message.headline))
        self._text.setText(message.text)
        self._text.setVisible(bool(message.text))
        self.setAccessibleName(f"{message.headline} {message.text}".strip())
        self._asks = focus
        self._offer(message.answers)
        self.show()
        self.start()

    def start(self) -> bool:
        """Put the focus on the first answer of a question; False where nothing is asked."""
        if self.message is None or not self._asks or not self._made:
            return False
        self._made[0].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _paint_icons(self) -> None:
        if self.message is None:
            return
        worn, tone = theme.current().tokens, self.message.tone
        self._icon.setPixmap(icons.pixmap(_ICONS[tone], worn[tone], 22))
        self._close.setIcon(icons.icon("close", worn["muted"], 16))

    def changeEvent(self, event: QEvent) -> None:
        """Wear the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._paint_icons()

    def shrink(self) -> None:
        """Say the same on one line, to give room to the next dossier."""
        if self.message is None or not self.message.headline or self._headline.isHidden():
            return
        self._headline.hide()
        self._buttons.hide()
        self._text.setText(f"{self.message.headline}  ·  {self.message.text}")

    def dismiss(self) -> None:
        """Take the message away."""
        self.message = None
        self.hide()
        self.closed.emit()

    def drop(self, topic: str) -> None:
        """Take the message away if it is about this."""
        if self.message is not None and self.message.topic == topic:
            self.message = None
            self.hide()

    def _offer(self, answers: tuple[Answer, ...]) -> None:
        self._buttons.clear()
        self._buttons.setVisible(bool(answers))
        self._made = []
        for answer in answers:
            made = button(answer.text, answer.key, kind="primary" if answer.primary else "")
            made.clicked.connect(answer.act)
            self._made.append(made)
            self._buttons.add(made)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus, Escape close."""
        focused: QWidget | None = self.focusWidget()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and isinstance(focused, QPushButton):
            focused.click()
            return
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        super().keyPressEvent(event)
