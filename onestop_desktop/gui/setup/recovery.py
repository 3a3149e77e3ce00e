"""The code for the sealed envelope: shown, printed or copied by hand, then asked back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout

from onestop_desktop.gui.login import Screen
from onestop_desktop.gui.printing import is_virtual
from onestop_desktop.gui.widgets.basics import button, label
from onestop_desktop.gui.widgets.fields import Choice, Entry, Field
from onestop_desktop.words import Words

_WIDTH = 560
ACROSS = 3


class CodeScreen(Screen):
    """Shows the code once; a printer that only writes files is not offered, since the code must stay off the disk."""

    print_asked = Signal(str)
    written_down = Signal()

    def __init__(self, words: Words, code: str) -> None:
        super().__init__(words, width=_WIDTH)
        self.printer = Choice([("", words.say("door.code.looking"))])
        self.print = button(words.say("door.code.print"), "F9", icon="print")
        self.print.setShortcut("F9")
        self.note = label("", "muted", wrap=True)
        self.done = button(words.say("door.code.done"), "Enter", kind="primary")
        self.done.setAutoDefault(True)
        body = self.card.body
        body.addWidget(label(words.say("door.code.title"), "big", wrap=True))
        body.addWidget(label(words.say("door.code.why"), wrap=True))
        body.addWidget(self._groups(code))
        row = QHBoxLayout()
        row.addWidget(self.printer, 1)
        row.addWidget(self.print)
        body.addLayout(row)
        body.addWidget(self.note)
        body.addWidget(label(words.say("door.code.by_hand"), "muted", wrap=True))
        body.addWidget(self.done)
        self.printer.setAccessibleName(words.say("door.code.printer"))
        self.printer.entered.connect(self._print)
        self.print.clicked.connect(self._print)
        self.done.clicked.connect(self.written_down)
        self.show_printers(())

    def _groups(self, code: str) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "pop")
        frame.setAccessibleName(code)
        grid = QGridLayout(frame)
        grid.setContentsMargins(12, 12, 12, 12)
        grid.setVerticalSpacing(8)
        for at, group in enumerate(code.split("-")):
            cell = label(group, "huge")
            cell.setAlignment(Qt.AlignmentFlag.AlignCenter)
            grid.addWidget(cell, at // ACROSS, at % ACROSS)
        return frame

    def start(self) -> None:
        """Offer the next step."""
        self.done.setFocus()

    def show_printers(self, names: Sequence[str]) -> None:
        """Offer the printers that put out paper."""
        real = [name for name in names if not is_virtual(name)]
        self.printer.clear()
        for name in real:
            self.printer.addItem(name, name)
        self.printer.setVisible(bool(real))
        self.print.setVisible(bool(real))

    def _print(self) -> None:
        if self.printer.value() and self.print.isEnabled():
            self.print.setEnabled(False)
            self.tell(self.words.say("door.code.printing"))
            self.print_asked.emit(self.printer.value())

    def tell(self, sentence: str) -> None:
        """Tell what became of the printing."""
        self.note.setText(sentence)

    def printed(self, sentence: str) -> None:
        """Tell how it ended; it may be printed again."""
        self.print.setEnabled(True)
        self.tell(sentence)


class AskBackScreen(Screen):
    """The whole code from paper, typed or scanned."""

    typed = Signal(str)
    back = Signal()

    def __init__(self, words: Words, *, back: str) -> None:
        super().__init__(words, width=_WIDTH)
        self.entry = Entry(words.say("door.code.hint"), 80)
        self.field = Field(words.say("door.ask.field"), self.entry)
        self.use = button(words.say("door.ask.use"), "Enter", kind="primary")
        leave = button(back, "Esc")
        body = self.card.body
        body.addWidget(label(words.say("door.ask.title"), "big", wrap=True))
        body.addWidget(label(words.say("door.ask.why"), wrap=True))
        for part in (self.field, self.use, leave):
            body.addWidget(part)
        self.entry.entered.connect(self._use)
        self.use.clicked.connect(self._use)
        leave.clicked.connect(self.back)

    def start(self) -> None:
        """Let the code be typed."""
        self.entry.setFocus()

    def _use(self) -> None:
        if self.use.isEnabled():
            self.field.wrong("")
            self.use.setEnabled(False)
            self.typed.emit(self.entry.text())

    def refuse(self, sentence: str) -> None:
        """Tell that it is not the code; what was typed stays to be compared."""
        self.use.setEnabled(True)
        self.field.wrong(sentence)
        self.entry.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.back.emit()
        else:
            super().keyPressEvent(event)


class UnconfirmedScreen(Screen):
    """Nobody ever proved that the code is on paper: say so, and offer a way out."""

    have_it = Signal()
    new_asked = Signal()
    later = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(words, width=_WIDTH)
        body = self.card.body
        body.addWidget(label(words.say("door.unconfirmed.title"), "big", wrap=True))
        body.addWidget(label(words.say("door.unconfirmed.why"), wrap=True))
        self.new = button(words.say("door.unconfirmed.new"), "Alt+1", kind="primary")
        self.have = button(words.say("door.unconfirmed.have"), "Alt+2")
        self.put_off = button(words.say("door.unconfirmed.later"), "Esc")
        for made, signal, key in (
            (self.new, self.new_asked, "Alt+1"), (self.have, self.have_it, "Alt+2"), (self.put_off, self.later, "Esc"),
        ):  # fmt: skip
            made.setShortcut(key)
            made.setAutoDefault(True)
            made.clicked.connect(signal)
            body.addWidget(made)

    def start(self) -> None:
        """Offer a new code first."""
        self.new.setFocus()
