"""Five faces for the citizen: a click, or 1 to 5 while a face has the focus; again takes it back."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from onestop_desktop.gui import icons, theme
from onestop_desktop.words import Words

SCORES = ("5", "4", "3", "2", "1")
"""From very satisfied to very dissatisfied, as the faces stand from left to right."""

_FACE = 30
_HEIGHT = 84
_EDGE = 5
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
_FOR_THE_ROW = {*_STEPS, Qt.Key.Key_Return, Qt.Key.Key_Enter}


class _Face(QPushButton):
    def __init__(self, score: str, text: str) -> None:
        super().__init__(text)
        self.score = score
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _font(self) -> QFont:
        font = QFont(theme.FAMILY)
        font.setPointSizeF(9.0)
        font.setWeight(QFont.Weight.Medium)
        return font

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font())
        longest = max((metrics.horizontalAdvance(word) for word in self.text().split()), default=0)
        return QSize(longest + 2 * _EDGE, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _FOR_THE_ROW:
            event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        worn = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked, chosen = self.hasFocus(), self.isChecked()
        ring = "focus" if marked else "primary" if chosen else "field-line"
        painter.setPen(QPen(worn.color(ring), 2 if marked or chosen else 1))
        painter.setBrush(worn.color("primary-soft" if chosen or self.underMouse() else "surface"))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        face = QRect((self.width() - _FACE) // 2, 9, _FACE, _FACE)
        painter.drawPixmap(face.topLeft(), icons.pixmap(f"face-{self.score}", worn.tokens["primary"], _FACE))
        if chosen:
            painter.drawPixmap(8, 8, icons.pixmap("check", worn.tokens["primary"], 16))
        painter.setFont(self._font())
        painter.setPen(worn.color("muted"))
        painter.drawText(self.rect().adjusted(0, 7, -10, 0), int(Qt.AlignmentFlag.AlignRight), self.score)
        painter.setPen(worn.color("text"))
        place = self.rect().adjusted(_EDGE, _FACE + 10, -_EDGE, -5)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self.text())


class Faces(QWidget):
    """A row of five; none needs to be chosen."""

    chosen = Signal(str)
    entered = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.setAccessibleName(words.say("window.handover.rate"))
        self.buttons = {score: _Face(score, words.say(f"window.handover.face.{score}")) for score in SCORES}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for score, face in self.buttons.items():
            row.addWidget(face, 1)
            face.clicked.connect(lambda _checked, score=score: self._clicked(score))
        first = self.buttons[SCORES[0]]
        first.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(first)

    @property
    def score(self) -> str:
        """Return the chosen score, empty while none is."""
        return next((score for score, face in self.buttons.items() if face.isChecked()), "")

    def choose(self, score: str) -> None:
        """Choose a face; an empty score chooses none."""
        for one, face in self.buttons.items():
            face.setChecked(one == score)
        self.chosen.emit(score)

    def _clicked(self, score: str) -> None:
        self.choose(score if self.buttons[score].isChecked() else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by digit, move by arrow, go on by Enter."""
        key, text = event.key(), event.text()
        if text in self.buttons:
            self.choose("" if self.score == text else text)
            self.buttons[text].setFocus(Qt.FocusReason.OtherFocusReason)
        elif key in _STEPS:
            self._move(_STEPS[Qt.Key(key)])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def _move(self, by: int) -> None:
        faces = list(self.buttons.values())
        at = next((place for place, face in enumerate(faces) if face.hasFocus()), 0)
        faces[(at + by) % len(faces)].setFocus(Qt.FocusReason.OtherFocusReason)
