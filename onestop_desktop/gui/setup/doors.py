"""The first start: two doors, to practise or to declare the real desk."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from onestop_desktop.gui.login import Screen
from onestop_desktop.gui.widgets.basics import button, label
from onestop_desktop.words import Words

_WIDTH = 520


class DoorsScreen(Screen):
    """Which desk is to be opened on this PC."""

    training_asked = Signal()
    real_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(words, width=_WIDTH)
        self.card.body.addWidget(label(words.say("door.doors.title"), "big", wrap=True))
        self.training = self._door("training", "1")
        self.training.clicked.connect(self.training_asked)
        self.real = self._door("real", "2")
        self.real.clicked.connect(self.real_asked)

    def _door(self, name: str, key: str) -> QPushButton:
        body = self.card.body
        body.addSpacing(6)
        made = button(self.words.say(f"door.doors.{name}"), f"Alt+{key}", kind="primary" if name == "training" else "")
        made.setShortcut(f"Alt+{key}")
        made.setAutoDefault(True)
        made.setMinimumHeight(44)
        body.addWidget(made)
        body.addWidget(label(self.words.say(f"door.doors.{name}_why"), "muted", wrap=True))
        return made

    def start(self) -> None:
        """Offer to practise first."""
        self.training.setFocus()
