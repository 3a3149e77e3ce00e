"""The right pane: when it is due and why, the receipt, and the two buttons that are always in sight."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from onestop_desktop.desk.views import Forecast
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.calendar_words import day_words
from onestop_desktop.gui.widgets.basics import Card, button, chip, label
from onestop_desktop.gui.widgets.preview import Preview
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words


class Aside(QWidget):
    """Due date, preview, buttons; `print_asked` repeats a print that failed."""

    save_asked = Signal()
    draft_asked = Signal()
    print_asked = Signal()
    printer_asked = Signal()
    pdf_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        say = words.say
        self.due = label("", "big", wrap=True)
        self.due.setAccessibleName(say("window.intake.due"))
        self.why = label("", "muted", wrap=True)
        self.late = chip(say("window.intake.late"), "warn")
        self.late.hide()
        self.preview = Preview(say("window.intake.preview"), say("window.intake.preview_empty"))
        self.unprinted = chip("", "bad")
        self.unprinted.hide()
        self.draft = button(say("action.draft"), ACTIONS["draft"].key)
        self.save = button(say("action.save"), ACTIONS["save"].key, kind="primary", icon="print")
        self._print_icon = self.save.icon()
        self._again = self._late = False
        self.draft.clicked.connect(self.draft_asked)
        self.save.clicked.connect(self.save_asked)
        self._lay_out()
        self.show_due(None)

    def _lay_out(self) -> None:
        card = Card()
        head = QHBoxLayout()
        head.addWidget(label(self._words.say("window.intake.due"), "label"))
        head.addStretch(1)
        head.addWidget(self.late)
        card.body.setSpacing(2)
        card.body.addLayout(head)
        card.body.addWidget(self.due)
        card.body.addWidget(self.why)
        self.unprinted_line = WrappingRow(4)
        self.again = button(self._words.say("window.print.again"), kind="link")
        self.again.clicked.connect(self.print_asked)
        self.other = button(self._words.say("window.print.other"), kind="link")
        self.other.clicked.connect(self.printer_asked)
        self.as_pdf = button(self._words.say("window.print.pdf"), kind="link")
        self.as_pdf.clicked.connect(self.pdf_asked)
        for one in (self.unprinted, self.again, self.other, self.as_pdf):
            self.unprinted_line.add(one)
        self.unprinted_line.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.draft, 1)
        buttons.addWidget(self.save, 2)
        self.save.setMinimumHeight(39)
        self.draft.setMinimumHeight(37)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(card)
        column.addWidget(self.preview, 1)
        column.addWidget(self.unprinted_line)
        column.addLayout(buttons)

    def show_due(self, forecast: Forecast | None) -> None:
        """Show the appointment with its arithmetic, in the words of the desk."""
        self.late.setVisible(forecast is not None and forecast.late)
        if forecast is None:
            self.due.setText("—")
            self.why.setText(self._words.say("window.intake.due_empty"))
            return
        at = forecast.due.at
        self.due.setText(due_words(at, self._words) if at else self._words.say("window.intake.due_unknown"))
        self.why.setText("\n".join(self._words.say(note.code, **note.facts) for note in forecast.due.notes))

    def show_unprinted(self, text: str) -> None:
        """Show the red chip of a receipt that did not come out; an empty text takes it away."""
        self.unprinted.setText(text)
        self.unprinted.setVisible(bool(text))
        self.unprinted_line.setVisible(bool(text))

    def offer_again(self, *, again: bool) -> None:
        """Let F9 say, on an empty form, that it prints again what did not come out."""
        self._again = again
        self.again.setVisible(not again)
        self._name_save()

    def show_late(self, day: str) -> None:
        """Say that this is a late entry of a day, for which no receipt is printed; an empty day takes it back."""
        self._late = bool(day)
        self._name_save()
        if day:
            self.why.setText(f"{self._words.say('window.more.late', day=day)}\n{self.why.text()}")

    def _name_save(self) -> None:
        code = "window.more.save_late" if self._late else "action.save"
        word = self._words.say("window.print.again_first" if self._again else code)
        self.save.setIcon(QIcon() if self._late and not self._again else self._print_icon)
        self.save.setText(f"  {word}   {ACTIONS['save'].key}")
        self.save.setAccessibleName(word)


def due_words(at: datetime, words: Words) -> str:
    """Write an appointment: "17:00 · Thứ Năm 03/03/2022"."""
    return f"{at:%H:%M} · {day_words(at, words)}"
