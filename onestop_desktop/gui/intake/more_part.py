"""What few intakes need, behind one button: note, shelf, e-mail, and a dossier that was taken on paper before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.intake.typed import read_due
from onestop_desktop.gui.widgets.basics import Card, button, label
from onestop_desktop.gui.widgets.fields import Entry, Field
from onestop_desktop.gui.widgets.grid import FieldGrid
from onestop_desktop.words import Words

BASIS = ("book", "page", "no")
_PLAIN = ("paper_number", "note", "shelf")
_HOUR = re.compile(r"\d\s*[:h]", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")
_MORNING = time(8, 0)
"""A paper without an hour: early enough that no rule of the afternoon puts its appointment off."""

_FIELD_OF = {"intake.future": "received_at", "intake.too_early": "received_at", "person.email": "email"}


class MorePart(QWidget):
    """Texts behind a button that says which of them are filled; nothing here judges them."""

    edited = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        say = words.say
        self.toggle = button(say("action.more"), ACTIONS["more"].key, kind="link")
        self.toggle.setCheckable(True)
        self.filled = label("", "muted")
        self.entries: dict[str, Entry] = {
            "received_at": Entry(say("window.more.received_hint"), 40),
            "paper_number": Entry(say("window.more.paper_number_hint"), 60),
            "book": Entry(limit=60),
            "page": Entry(limit=60),
            "no": Entry(limit=60),
            "email": Entry(limit=200),
            "shelf": Entry(say("window.more.shelf_hint"), 60),
            "note": Entry(limit=1000),
        }
        self.fields = {name: Field(say(f"window.more.{name}"), entry) for name, entry in self.entries.items()}
        self._lay_out()
        self._connect()
        self.open(on=False)

    def _lay_out(self) -> None:
        self.head = QHBoxLayout()
        self.head.setSpacing(10)
        self.head.addWidget(self.toggle)
        self.head.addWidget(self.filled, 1)
        get = self.fields.__getitem__
        self.card = Card()
        self.card.body.addWidget(label(self._words.say("window.more.late_hint"), "muted", wrap=True))
        self.card.body.addWidget(
            FieldGrid(
                wide=(
                    ((get("received_at"), 5), (get("paper_number"), 7)),
                    ((get("book"), 4), (get("page"), 4), (get("no"), 4)),
                    ((get("email"), 5), (get("shelf"), 7)),
                    ((get("note"), 12),),
                ),
                narrow=(
                    ((get("received_at"), 12),),
                    ((get("paper_number"), 12),),
                    ((get("book"), 4), (get("page"), 4), (get("no"), 4)),
                    ((get("email"), 6), (get("shelf"), 6)),
                    ((get("note"), 12),),
                ),
            )
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self.head)
        column.addWidget(self.card)

    def _connect(self) -> None:
        self.toggle.toggled.connect(lambda on: self.open(on=on))
        for name, entry in self.entries.items():
            entry.textChanged.connect(self._changed)
            entry.textEdited.connect(lambda _text, name=name: self.fields[name].wrong(""))

    def _changed(self) -> None:
        self._tell_filled()
        self.edited.emit()

    def _tell_filled(self) -> None:
        names = [field.name.text() for name, field in self.fields.items() if self.text(name)]
        folded = not self.toggle.isChecked()
        self.filled.setText(self._words.say("window.more.filled", names=", ".join(names)) if names and folded else "")

    def open(self, *, on: bool) -> None:
        """Open or fold; what is filled stays, and the line beside the button names it."""
        before = self.toggle.blockSignals(True)
        self.toggle.setChecked(on)
        self.toggle.blockSignals(before)
        self.card.setVisible(on)
        self._tell_filled()

    def go_to(self) -> None:
        """Open and go to the first field; once more folds."""
        if self.toggle.isChecked():
            self.open(on=False)
            return
        self.open(on=True)
        self.entries["received_at"].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def text(self, name: str) -> str:
        """Return what stands in an entry, spaces tidied."""
        return " ".join(self.entries[name].text().split())

    def put_email(self, email: str) -> None:
        """Show the e-mail address of whoever stands at the counter."""
        self.entries["email"].put(email)

    def line(self, today: date) -> dict[str, Any]:
        """Return the parts of the intake line that stand here but for the e-mail; what is empty is absent.

        Raises:
            InvalidInput: `window.day_typed`.
        """
        line: dict[str, Any] = {name: self.text(name) for name in _PLAIN if self.text(name)}
        if basis := {name: self.text(name) for name in BASIS if self.text(name)}:
            line["basis"] = basis
        if self.text("received_at"):
            line["received_at"] = read_received(self.text("received_at"), today)
        return line

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is typed."""
        return not any(self.text(name) for name in self.entries)

    def state(self) -> dict[str, str]:
        """Return the texts for a draft."""
        return {name: entry.text() for name, entry in self.entries.items() if entry.text()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put a draft's texts back, and open where there are any."""
        for name, entry in self.entries.items():
            entry.put(str(state.get(name, "")))
        self.quiet()
        self.open(on=not self.is_empty)

    def field_of(self, code: str, path: str) -> Field | None:
        """Return the field that an error is about, and open for it."""
        who, _, part = path.partition(".")
        name = _FIELD_OF.get(code) or (part if who == "basis" or path == "applicant.email" else path)
        field = self.fields.get(name)
        if field is not None:
            self.open(on=True)
        return field

    def quiet(self) -> None:
        """Take back every problem."""
        for field in self.fields.values():
            field.wrong("")

    def clear(self) -> None:
        """Empty and fold."""
        self.restore({})


def read_received(text: str, today: date, field: str = "received_at") -> str:
    """Read the day, and the hour if there is one, at which a paper says that it was received, as an ISO instant.

    A day without a year is the last such day; without an hour it is 08:00.

    Raises:
        InvalidInput: `window.day_typed`.
    """
    at = datetime.fromisoformat(read_due(text, today, field))
    if not _HOUR.search(text):
        at = datetime.combine(at.date(), _MORNING, at.tzinfo)
    if at.date() > today and not _YEAR.search(text):
        try:
            at = at.replace(year=at.year - 1)
        except ValueError:
            raise InvalidInput("window.day_typed", field=field, text=text[:40]) from None
    return at.isoformat()
