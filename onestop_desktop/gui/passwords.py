"""Screens on which a password is chosen: one's own instead of a colleague's, and a new one for a forgotten one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from onestop_desktop.desk.upkeep import check_password
from onestop_desktop.desk.views import Tile
from onestop_desktop.domain.text import nfc
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.login import Screen
from onestop_desktop.gui.widgets.basics import button, label
from onestop_desktop.gui.widgets.fields import Choice, Entry, Field
from onestop_desktop.words import Words

_LONGEST = 200
_WIDTH = 560


def secret_entry() -> Entry:
    """Return an entry that shows dots."""
    made = Entry(limit=_LONGEST)
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData)
    return made


class NewPassword(QWidget):
    """A new password typed twice; what is wrong is told below each as soon as it is left."""

    entered = Signal()

    def __init__(self, words: Words, *, training: bool = False, beside: bool = False) -> None:
        super().__init__()
        self._words = words
        self._training = training
        self.first, self.again = secret_entry(), secret_entry()
        self.first_field = Field(words.say("door.password.first"), self.first)
        self.again_field = Field(words.say("door.password.again"), self.again)
        box = QHBoxLayout(self) if beside else QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(14 if beside else 8)
        box.addWidget(self.first_field, 1)
        box.addWidget(self.again_field, 1)
        self.first.editingFinished.connect(self._left_first)
        self.again.editingFinished.connect(self._left_again)
        self.first.entered.connect(self.again.setFocus)
        self.again.entered.connect(self.entered)

    @property
    def text(self) -> str:
        """Return the password as it will be asked for, composed."""
        return nfc(self.first.text())

    def _left_first(self) -> None:
        if self.first.text():
            self.first_field.wrong(self._problem())
        if self.again.text():
            self._left_again()

    def _left_again(self) -> None:
        if self.again.text():
            self.again_field.wrong(self._difference())

    def _problem(self) -> str:
        try:
            check_password(self.text, training=self._training)
        except InvalidInput as error:
            return self._words.tell(error)
        return ""

    def _difference(self) -> str:
        return "" if nfc(self.again.text()) == self.text else self._words.say("door.password.differ")

    def wrong(self) -> Entry | None:
        """Tell what is wrong and return the entry to go back to; None when nothing is."""
        problem, difference = self._problem(), self._difference()
        self.first_field.wrong(problem)
        self.again_field.wrong(difference)
        if problem:
            return self.first
        return self.again if difference else None

    def refuse(self, sentence: str) -> None:
        """Tell why the desk did not take it."""
        self.again.clear()
        self.again_field.wrong("")
        self.first.selectAll()
        self.first.setFocus()
        self.first_field.wrong(sentence)


class OwnPasswordScreen(Screen):
    """A password that somebody else chose must be changed before the work begins; `back` lets another one sit down."""

    chosen = Signal(str)
    back = Signal()

    def __init__(self, words: Words, name: str, set_by: str, *, training: bool = False) -> None:
        super().__init__(words, training=training, width=_WIDTH)
        self.pair = NewPassword(words, training=training)
        self.use = button(words.say("door.own.use"), "Enter", kind="primary")
        body = self.card.body
        body.addWidget(label(words.say("door.own.title", name=name), "big", wrap=True))
        body.addWidget(label(words.say("door.own.why", who=set_by), wrap=True))
        body.addWidget(self.pair)
        body.addWidget(self.use)
        self.leave = button(words.say("door.own.leave"), "Esc")
        self.leave.hide()
        body.addWidget(self.leave)
        self.use.clicked.connect(self._choose)
        self.leave.clicked.connect(self.back)
        self.pair.entered.connect(self._choose)

    def offer_back(self) -> None:
        """Let whoever waits for the seat have it."""
        self.leave.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back, where that is offered."""
        if event.key() == Qt.Key.Key_Escape and not self.leave.isHidden():
            self.back.emit()
        else:
            super().keyPressEvent(event)

    def start(self) -> None:
        """Let the password be typed."""
        self.pair.first.setFocus()

    def _choose(self) -> None:
        wrong = self.pair.wrong()
        if wrong is not None:
            wrong.setFocus()
        elif self.use.isEnabled():
            self.use.setEnabled(False)
            self.chosen.emit(self.pair.text)

    def refuse(self, sentence: str) -> None:
        """Tell why it was not taken."""
        self.use.setEnabled(True)
        self.pair.refuse(sentence)


class ForgottenScreen(Screen):
    """The recovery code from the sealed envelope, and a new password for one user."""

    asked = Signal(str, str, str)
    back = Signal()

    def __init__(self, words: Words, users: Sequence[Tile], user: str, *, training: bool) -> None:
        super().__init__(words, training=training, width=_WIDTH)
        self.user = Choice([(one.id, one.name) for one in users])
        self.user.put(user)
        self.code = Entry(words.say("door.code.hint"), 80)
        self.code_field = Field(words.say("door.forgotten.code"), self.code)
        self.pair = NewPassword(words, training=training)
        self.use = button(words.say("door.forgotten.use"), "Enter", kind="primary")
        leave = button(words.say("door.back"), "Esc")
        body = self.card.body
        body.addWidget(label(words.say("door.forgotten.title"), "big", wrap=True))
        body.addWidget(label(words.say("door.forgotten.why"), wrap=True))
        for part in (Field(words.say("door.forgotten.user"), self.user), self.code_field, self.pair, self.use, leave):
            body.addWidget(part)
        self.code.entered.connect(self.pair.first.setFocus)
        self.user.entered.connect(self.code.setFocus)
        self.pair.entered.connect(self._ask)
        self.use.clicked.connect(self._ask)
        leave.clicked.connect(self.back)

    def start(self) -> None:
        """Let the code be typed."""
        self.code.setFocus()

    def _ask(self) -> None:
        wrong = self.pair.wrong()
        missing = not self.code.text().strip()
        self.code_field.wrong(self.words.say("recovery.mistyped") if missing else "")
        first = self.code if missing else wrong
        if first is not None:
            first.setFocus()
        elif self.use.isEnabled():
            self.use.setEnabled(False)
            self.asked.emit(self.user.value(), self.code.text(), self.pair.text)

    def refuse_code(self, sentence: str) -> None:
        """Tell what is wrong with the code; the password stays as typed."""
        self.use.setEnabled(True)
        self.code_field.wrong(sentence)
        self.code.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.back.emit()
        else:
            super().keyPressEvent(event)
