"""The buttons below the open dossier: put it back, print its receipt again, record the hand-over."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.status import UNDONE
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.widgets.basics import button
from onestop_desktop.words import Words


class Foot(QWidget):
    """`save` says what F9 does with the dossier that is open."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        say = words.say
        self.leave = button(say("window.handover.leave"), "Esc", kind="link")
        self.reprint = button(say("action.reprint"), ACTIONS["reprint"].key)
        self.save = button(say("window.handover.confirm"), ACTIONS["save"].key, kind="primary")
        row = QHBoxLayout(self)
        row.setSpacing(8)
        row.addStretch(1)
        for made in (self.leave, self.reprint, self.save):
            made.setMinimumHeight(37)
            row.addWidget(made)
        self.save.setMinimumHeight(39)

    def stand_off(self, side: int) -> None:
        """Keep so many pixels from both edges."""
        self.setContentsMargins(side, 0, side, 0)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)

    def show_dossier(self, dossier: Dossier | None, *, may_save: bool) -> None:
        """Offer what can be done with a dossier, or with none."""
        returns = dossier is None or dossier.status not in UNDONE
        word = self._words.say("window.handover.confirm" if returns else "window.handover.add")
        self.save.setText(f"{word}   {ACTIONS['save'].key}")
        self.save.setAccessibleName(word)
        self.save.setEnabled(may_save)
        self.reprint.setEnabled(dossier is not None and dossier.status != "voided")
        self.leave.setVisible(dossier is not None)
