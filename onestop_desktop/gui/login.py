"""Before the desk is open: who sits here, the password, and the one question when the PC's clock is dead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from onestop_desktop.desk.views import Tile
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.calendar_words import day_words
from onestop_desktop.gui.intake.typed import read_day
from onestop_desktop.gui.widgets.basics import Card, button, label, set_tone
from onestop_desktop.gui.widgets.fields import Entry, Field
from onestop_desktop.words import Words

_WIDTH = 420
_WIDER = 660
_ONE_COLUMN = 7
"""So many tiles stand one below the other; more go into two columns."""


class Screen(QWidget):
    """A full window with one card in its middle, and the orange band where nothing is real."""

    def __init__(self, words: Words, *, training: bool = False, width: int = _WIDTH) -> None:
        super().__init__()
        self.setObjectName("login")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.words = words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        if training:
            column.addWidget(label(words.say("window.training"), "band"))
        self.card = Card()
        self.card.setFixedWidth(width)
        self.card.body.setContentsMargins(26, 24, 26, 24)
        self.card.body.setSpacing(10)
        column.addWidget(self._scrolled(), 1)

    def _scrolled(self) -> QScrollArea:
        """Keep what is larger than the window within reach."""
        inner = QWidget()
        inner.setObjectName("column")
        column = QVBoxLayout(inner)
        # Not by alignment: an aligned card would not be asked how high its wrapped lines are at its width.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.card)
        row.addStretch(1)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        area = self._area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        return area

    def reach(self, widget: QWidget) -> None:
        """Put the focus somewhere and bring it into sight."""
        widget.setFocus()
        self._area.ensureWidgetVisible(widget)

    def start(self) -> None:
        """Put the focus where the first thing is to be typed."""
        self.setFocus()


class SayScreen(Screen):
    """One sentence, and at most two buttons."""

    quit_asked = Signal()
    retry_asked = Signal()

    def __init__(self, words: Words, sentence: str, *, failed: bool = False) -> None:
        super().__init__(words)
        if failed:
            self.card.body.addWidget(label(words.say("window.start.failed"), "huge", wrap=True))
        said = label(sentence, "title", wrap=True)
        said.setAccessibleName(sentence)
        self.card.body.addWidget(said)
        if failed:
            retry = button(words.say("window.start.retry"), "Enter", kind="primary")
            leave = button(words.say("window.start.quit"), "Esc")
            retry.clicked.connect(self.retry_asked)
            leave.clicked.connect(self.quit_asked)
            self.card.body.addWidget(retry)
            self.card.body.addWidget(leave)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter tries again, Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.quit_asked.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.retry_asked.emit()
        else:
            super().keyPressEvent(event)


class LoginScreen(Screen):
    """A tile a user; the password below. Alt with a digit chooses at any time: a password may begin with one."""

    asked = Signal(str, str)
    forgotten = Signal(str)
    set_up_asked = Signal()

    def __init__(
        self, words: Words, office: str, users: Sequence[Tile], last: str, *, training: bool, who: str = ""
    ) -> None:
        super().__init__(words, training=training, width=_WIDTH if len(users) <= _ONE_COLUMN else _WIDER)
        self._users = users
        self._user = ""
        self.tiles: dict[str, QPushButton] = {}
        self.password = Entry(limit=200)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData)
        self.field = Field(words.say("window.login.password"), self.password)
        self.open = button(words.say("window.login.open"), "Enter", kind="primary")
        self.card.body.addWidget(label(office, "big", wrap=True))
        self.card.body.addWidget(label(who or words.say("window.login.who"), "title", wrap=True))
        self._grid = QGridLayout()
        self._grid.setSpacing(10)
        self.card.body.addLayout(self._grid)
        for number, tile in enumerate(users, start=1):
            self._add_tile(number, tile)
        self.card.body.addWidget(label(words.say("window.login.keys"), "muted"))
        self.card.body.addWidget(self.field)
        if training:
            self.card.body.addWidget(label(words.say("window.login.training_hint"), "doubt", wrap=True))
        self.open.setMinimumHeight(39)
        self.card.body.addWidget(self.open)
        self.open.clicked.connect(self._ask)
        self.password.entered.connect(self._ask)
        names = [tile.id for tile in users]
        self.choose(last if last in names else names[0] if names else "")

    def _add_tile(self, number: int, tile: Tile) -> None:
        key = f"Alt+{number}" if number <= 9 else ""
        made = button(tile.name, key)
        if key:
            chosen = QShortcut(QKeySequence(key), self)
            chosen.activated.connect(lambda user=tile.id: self.choose(user))
        made.setCheckable(True)
        made.setMinimumHeight(42)
        made.setIconSize(QSize(20, 20))
        made.setStyleSheet("text-align: left;")
        made.clicked.connect(lambda _checked, user=tile.id: self.choose(user))
        made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.tiles[tile.id] = made
        columns = 1 if len(self._users) <= _ONE_COLUMN else 2
        self._grid.addWidget(made, (number - 1) // columns, (number - 1) % columns)

    def offer_help(self, *, set_up: bool) -> None:
        """Offer the way of who forgot the password; where there is no real desk yet, the way to one."""
        row = QHBoxLayout()
        offers = [("door.forgotten.ask", lambda: self.forgotten.emit(self._user))]
        if set_up:
            offers.append(("door.doors.real", self.set_up_asked.emit))
        for code, deed in offers:
            made = button(self.words.say(code), kind="link")
            made.clicked.connect(lambda _checked, deed=deed: deed())
            row.addWidget(made)
        row.addStretch(1)
        self.card.body.addLayout(row)

    def start(self) -> None:
        """Let the password be typed."""
        self.password.setFocus()

    @property
    def user(self) -> str:
        """Return who is chosen."""
        return self._user

    def choose(self, user: str) -> None:
        """Choose a user and let the password be typed."""
        self._user = user
        worn = theme.current().tokens
        for name, tile in self.tiles.items():
            chosen = name == user
            tile.setChecked(chosen)
            set_tone(tile, "kind", "primary" if chosen else "")
            shown: QIcon = icons.icon("check" if chosen else "person", worn["on-primary" if chosen else "muted"])
            tile.setIcon(shown)
        self.password.clear()
        self.field.wrong("")
        self.password.setFocus()

    def refuse(self, sentence: str) -> None:
        """Tell why the desk did not open."""
        self.set_opening(opening=False)
        self.field.wrong(sentence)
        self.password.clear()
        self.password.setFocus()

    def set_opening(self, *, opening: bool) -> None:
        """Show that the password is being tried."""
        code = "window.login.opening" if opening else "window.login.open"
        self.open.setText(self.words.say(code) + ("" if opening else "   Enter"))
        self.open.setEnabled(not opening)

    def _ask(self) -> None:
        if self._user and self.open.isEnabled():
            self.field.wrong("")
            self.set_opening(opening=True)
            self.asked.emit(self._user, self.password.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose."""
        names = [tile.id for tile in self._users]
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step and names:
            self.choose(names[(names.index(self._user) + step) % len(names)])
            return
        super().keyPressEvent(event)


class DayScreen(Screen):
    """The one question about the day."""

    answered = Signal(object)

    def __init__(self, words: Words, shown: datetime) -> None:
        super().__init__(words)
        self._shown = shown
        self.entry = Entry(words.say("window.login.day_hint"), 12)
        self.field = Field(words.say("window.login.day"), self.entry)
        use = button(words.say("window.login.day_use"), "Enter", kind="primary")
        self.card.body.addWidget(label(words.say("window.login.day"), "big", wrap=True))
        self.card.body.addWidget(label(words.say("window.login.day_why", shown=day_words(shown, words)), wrap=True))
        self.card.body.addWidget(self.field)
        self.card.body.addWidget(use)
        use.clicked.connect(self._answer)
        self.entry.entered.connect(self._answer)

    def start(self) -> None:
        """Let the day be typed."""
        self.entry.setFocus()

    def _answer(self) -> None:
        try:
            self.answered.emit(read_day(self.entry.text(), self._shown.date(), "day"))
        except InvalidInput as error:
            self.field.wrong(self.words.tell(error))
