"""Khai báo bằng thẻ: the card's text in, four words to compare out; over the line, or by a file on a stick."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from onestop_desktop.gui.widgets.basics import button, label
from onestop_desktop.gui.widgets.fields import Entry, Field
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words

CARD = "MCHUB1:"
"""How the text of every card begins."""
_LONGEST = 2_000


class EnrolPart(QWidget):
    """The panel of a desk that no hub has let in yet."""

    card_entered = Signal(str)
    ask_again_asked = Signal()
    request_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        say = words.say
        self.card = Field(say("window.closing.enrol.card"), Entry(say("window.closing.enrol.card_hint"), _LONGEST))
        self.declare = button(say("window.closing.enrol.declare"), kind="primary")
        self.asked = label("", wrap=True)
        self.four = label("", "number", wrap=True)
        self.compare = label(say("window.closing.enrol.compare"), "muted", wrap=True)
        self.state = label("", wrap=True)
        self.again = button(say("window.closing.enrol.again"))
        self.request = button(say("window.closing.enrol.request"))
        self.other = button(say("window.closing.enrol.other"), kind="link")
        self._lay_out()
        entry = self.entry
        entry.entered.connect(self._enter)
        self.declare.clicked.connect(self._enter)
        self.again.clicked.connect(self.ask_again_asked)
        self.request.clicked.connect(self.request_asked)
        self.other.clicked.connect(self.start_over)
        self.start_over()

    @property
    def entry(self) -> Entry:
        """Return the line that takes the card's text."""
        entry = self.card.entry
        assert isinstance(entry, Entry)  # noqa: S101  made above
        return entry

    def _lay_out(self) -> None:
        self._ask = QWidget()
        ask = QVBoxLayout(self._ask)
        ask.setContentsMargins(0, 0, 0, 0)
        ask.setSpacing(8)
        first = WrappingRow(8)
        first.add(self.declare)
        ask.addWidget(self.card)
        ask.addWidget(first)
        self._answer = QFrame()
        self._answer.setProperty("role", "pop")
        answer = QVBoxLayout(self._answer)
        answer.setContentsMargins(14, 12, 14, 12)
        answer.setSpacing(8)
        deeds = WrappingRow(8)
        for one in (self.again, self.request, self.other):
            deeds.add(one)
        for part in (self.asked, self.four, self.compare, self.state, deeds):
            answer.addWidget(part)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        say = self._words.say
        self.title = label(say("window.closing.enrol.title"), "title", wrap=True)
        self.why = label(say("window.closing.enrol.why"), "muted", wrap=True)
        column.addWidget(self.title)
        column.addWidget(self.why)
        column.addWidget(self._ask)
        column.addWidget(self._answer)

    def showEvent(self, event: QShowEvent) -> None:
        """Let a link beside buttons stand in the middle of their height."""
        super().showEvent(event)
        self.other.setMinimumHeight(self.again.sizeHint().height())

    def _enter(self) -> None:
        text = self.entry.text().strip()
        if text:
            self.card_entered.emit(text)
        else:
            self.wrong(self._words.say("window.closing.enrol.empty"))

    def show_renewing(self, *, renewing: bool) -> None:
        """Speak to a desk that is let in anew, or for the first time."""
        self._column.setContentsMargins(0, 14 if renewing else 0, 0, 0)
        parts = (("title", self.title), ("why", self.why))
        for name, part in parts:
            part.setText(self._words.say(f"window.closing.enrol.{name}{'_again' if renewing else ''}"))

    def wrong(self, sentence: str) -> None:
        """Tell why a card was not taken."""
        self._ask.show()
        self._answer.hide()
        self.card.wrong(sentence)
        self.entry.setFocus()

    def show_asked(self, name: str, four: str, *, by_network: bool) -> None:
        """Show for whom the card is, and the words that both sides compare."""
        self.card.wrong("")
        # A card opens a way once: its text need not stand on the screen any longer.
        self.entry.clear()
        self.asked.setText(self._words.say("window.closing.enrol.asked", name=name))
        self.four.setText(four)
        self.four.setAccessibleName(four)
        self.again.setVisible(by_network)
        self._ask.hide()
        self._answer.show()

    def say_state(self, sentence: str) -> None:
        """Tell how far the request is."""
        self.state.setText(sentence)

    def start_over(self) -> None:
        """Take another card."""
        self.card.wrong("")
        self._ask.show()
        self._answer.hide()
