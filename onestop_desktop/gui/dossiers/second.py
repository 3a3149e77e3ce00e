"""The second person of an act that takes two: who, and the password."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLineEdit, QPushButton, QVBoxLayout

from onestop_desktop.desk.steps import Second
from onestop_desktop.desk.views import Tile
from onestop_desktop.gui.widgets.basics import button, label, set_tone
from onestop_desktop.gui.widgets.fields import Entry, Field
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words


def _show_chosen(tile: QPushButton, name: str, on: bool) -> None:
    tile.setText(f"✓ {name}" if on else name)
    set_tone(tile, "kind", "primary" if on else "")


class SecondPart(QFrame):
    """Tiles of everybody else at this desk and a password; hidden until it is needed."""

    entered = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._users = QButtonGroup(self)
        self._ids: dict[int, str] = {}
        self._tiles = WrappingRow(6)
        self.password = Entry(limit=200)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.entered.connect(self.entered)
        self.field = Field(words.say("window.dossiers.second.password"), self.password)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        column.addWidget(label(words.say("window.dossiers.second.title"), "title"))
        column.addWidget(label(words.say("window.dossiers.second.why"), "muted", wrap=True))
        column.addWidget(self._tiles)
        column.addWidget(self.field)
        self.hide()

    def ask(self, users: Sequence[Tile]) -> None:
        """Show everybody who may be the second person."""
        if self._ids:
            self.show()
            return
        for at, user in enumerate(users):
            tile = button(user.name)
            tile.setCheckable(True)
            self._users.addButton(tile, at)
            self._ids[at] = user.id
            self._tiles.add(tile)
            tile.toggled.connect(partial(_show_chosen, tile, user.name))
            tile.clicked.connect(lambda: self.password.setFocus(Qt.FocusReason.OtherFocusReason))
        if len(users) == 1:
            self._users.buttons()[0].setChecked(True)
        if not users:
            self.field.wrong(self._words.say("window.dossiers.second.nobody"))
        self.show()

    def choose(self, user: str) -> None:
        """Choose a person."""
        at = next(at for at, one in self._ids.items() if one == user)
        self._users.button(at).setChecked(True)

    def start(self) -> None:
        """Put the focus where the second person begins."""
        chosen = self._users.checkedButton()
        first = self.password if chosen or not self._ids else self._users.button(0)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def value(self) -> Second | None:
        """Return the second person; None while somebody or the password is missing."""
        at = self._users.checkedId()
        if at < 0 or not self.password.text():
            return None
        return Second(self._ids[at], self.password.text())
