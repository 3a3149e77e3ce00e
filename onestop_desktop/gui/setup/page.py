"""The form of a real desk: from a slip, or typed; what is wrong stands at its field before the button is pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.desk.setup_file import SetupFile, check_offices
from onestop_desktop.desk.upkeep import check_user
from onestop_desktop.domain.number import DESKS, check_agency
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.text import clean, fold
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.login import Screen
from onestop_desktop.gui.passwords import NewPassword
from onestop_desktop.gui.setup.card import SlipBox
from onestop_desktop.gui.widgets.basics import button, label
from onestop_desktop.gui.widgets.fields import Choice, Entry, Field
from onestop_desktop.words import Words

_WIDTH = 760
_NAME = 200


class SetupScreen(Screen):
    """`made` gives the desk to be made; `later` leaves to the training desk."""

    made = Signal(object)
    later = Signal()

    def __init__(self, words: Words, today: date) -> None:
        super().__init__(words, width=_WIDTH)
        self._today = today
        self._file: SetupFile | None = None
        self.slip = SlipBox(words)
        self.agency, self.name, self.upper = Entry(limit=40), Entry(limit=_NAME), Entry(limit=_NAME)
        self.desk = Choice([(str(one), f"{one:02d}") for one in range(1, DESKS + 1)])
        self.user_name, self.user_id = Entry(limit=100), Entry(limit=32)
        self._entries = {
            "agency": self.agency, "name": self.name, "upper": self.upper, "user_name": self.user_name,
            "user_id": self.user_id,
        }  # fmt: skip
        self.fields = {key: Field(words.say(f"door.setup.{key}"), entry) for key, entry in self._entries.items()}
        self.fields["desk"] = Field(words.say("door.setup.desk"), self.desk)
        for key, entry in self._entries.items():
            entry.setPlaceholderText(words.say(f"door.setup.{key}_hint"))
        self.pair = NewPassword(words, beside=True)
        self.offices = label("", "muted", wrap=True)
        self.make = button(words.say("door.setup.make"), "F9", kind="primary")
        self.make.setShortcut("F9")
        self.put_off = button(words.say("door.setup.later"), "Esc")
        self._checks: dict[str, Callable[[], object]] = {
            "agency": lambda: check_agency(self.agency.text()),
            "name": self._checked_name,
            "upper": lambda: clean(self.upper.text(), "upper", _NAME),
            "user_name": self._checked_user_name,
            "user_id": lambda: check_user(self.user_id.text().strip()),
        }
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        say, body = self.words.say, self.card.body
        body.addWidget(label(say("door.setup.title"), "big", wrap=True))
        body.addWidget(label(say("door.setup.why"), "muted", wrap=True))
        body.addWidget(self.slip)
        body.addWidget(label(say("door.setup.office"), "title"))
        body.addLayout(_grid([("agency", 2), ("desk", 1), ("name", 3), ("upper", 3)], self.fields, 3))
        body.addWidget(self.offices)
        self.offices.hide()
        body.addWidget(label(say("door.setup.first_user"), "title"))
        body.addLayout(_grid([("user_name", 1), ("user_id", 1)], self.fields, 2))
        body.addWidget(self.pair)
        row = QHBoxLayout()
        row.addWidget(self.make)
        row.addWidget(self.put_off)
        row.addStretch(1)
        body.addLayout(row)

    def _connect(self) -> None:
        order: Sequence[QWidget] = (
            self.agency, self.desk, self.name, self.upper, self.user_name, self.user_id, self.pair.first,
        )  # fmt: skip
        for at, after in pairwise(order):
            at.entered.connect(after.setFocus)  # type: ignore[attr-defined]
        for key in self._checks:
            self._entries[key].editingFinished.connect(lambda key=key: self._left(key))
        self.user_name.editingFinished.connect(self._propose_id)
        self.pair.entered.connect(self._make)
        self.make.clicked.connect(self._make)
        self.put_off.clicked.connect(self.later)

    def start(self) -> None:
        """Begin with the slip: most desks get one."""
        self.slip.text.setFocus()

    # -- the slip -------------------------------------------------------------------------------------------

    def fill(self, found: SetupFile) -> None:
        """Show what a slip says; agencies of several days are shown and not typed over."""
        try:
            office = check_offices(found.offices, self._today)
        except InvalidInput as error:
            self.slip.tell(self.words.tell(error))
            return
        self._file = found
        for entry, text in ((self.agency, office.agency), (self.name, office.name), (self.upper, office.upper)):
            entry.put(text)
            entry.setReadOnly(len(found.offices) > 1)
        if found.desk is not None:
            self.desk.put(str(found.desk))
        for field in self.fields.values():
            field.wrong("")
        self.offices.setText("\n".join(self._told(one) for one in found.offices))
        self.offices.setVisible(len(found.offices) > 1)
        self.slip.tell(self.words.say("door.slip.read", name=office.name), good=True)
        self.user_name.setFocus()

    def _told(self, office: Office) -> str:
        ends = [f"{day:%d/%m/%Y}" if day else "…" for day in (office.valid_from, office.valid_to)]
        return self.words.say("door.setup.span", name=office.name, agency=office.agency, first=ends[0], last=ends[1])

    # -- checks ---------------------------------------------------------------------------------------------

    def _checked_name(self) -> None:
        if not clean(self.name.text(), "office.name", _NAME):
            raise InvalidInput("office.name_empty")

    def _checked_user_name(self) -> None:
        if not clean(self.user_name.text(), "user.name", 100):
            raise InvalidInput("door.setup.no_user_name")

    def _left(self, key: str) -> None:
        if self._entries[key].text():
            self._check(key)

    def _check(self, key: str) -> bool:
        try:
            self._checks[key]()
        except InvalidInput as error:
            self.fields[key].wrong(self.words.tell(error))
            return False
        self.fields[key].wrong("")
        return True

    def _propose_id(self) -> None:
        words = "".join(one if one.isalnum() else " " for one in fold(self.user_name.text())).split()
        if words and not self.user_id.text():
            self.user_id.put(words[-1])
            self._check("user_id")

    # -- the button -----------------------------------------------------------------------------------------

    def _make(self) -> None:
        wrong = [self._entries[key] for key in self._checks if not self._check(key)]
        password = self.pair.wrong()
        first = [*wrong, *([password] if password else [])][:1]
        if first:
            self.reach(first[0])
        elif self.make.isEnabled():
            self.set_making(making=True)
            self.made.emit(self._new())

    def _new(self) -> NewDesk:
        found, desk = self._file, int(self.desk.value())
        user = FirstUser(self.user_id.text().strip(), clean(self.user_name.text(), "user.name", 100), self.pair.text)
        typed = Office(
            check_agency(self.agency.text()),
            clean(self.name.text(), "office.name", _NAME),
            clean(self.upper.text(), "upper", _NAME),
        )
        if found is None:
            return NewDesk((typed,), desk, user)
        start = found.start if found.desk == desk else None
        if len(found.offices) > 1:
            return NewDesk(found.offices, desk, user, start=start)
        only = found.offices[0]
        kept = Office(typed.agency, typed.name, typed.upper, only.place, only.valid_from, only.valid_to)
        return NewDesk((kept,), desk, user, start=start)

    @property
    def card_text(self) -> str:
        """Return the hub's card that the slip brought, if any."""
        return self._file.card if self._file else ""

    def set_making(self, *, making: bool) -> None:
        """Show that the desk is being made."""
        code = "door.setup.making" if making else "door.setup.make"
        self.make.setText(self.words.say(code) + ("" if making else "   F9"))
        self.make.setEnabled(not making)
        self.put_off.setEnabled(not making)

    def refuse(self, sentence: str) -> None:
        """Tell why the desk was not made; everything stays as typed."""
        self.set_making(making=False)
        self.pair.refuse(sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape puts it off."""
        if event.key() == Qt.Key.Key_Escape and self.put_off.isEnabled():
            self.later.emit()
        else:
            super().keyPressEvent(event)


def _grid(cells: Sequence[tuple[str, int]], fields: dict[str, Field], columns: int) -> QGridLayout:
    """Return fields in rows, each (key, columns that it takes)."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(8)
    row = at = 0
    for key, wide in cells:
        if at + wide > columns:
            row, at = row + 1, 0
        grid.addWidget(fields[key], row, at, 1, wide)
        at += wide
    for column in range(columns):
        grid.setColumnStretch(column, 1)
    return grid
