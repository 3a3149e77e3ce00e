"""One widget for each kind of field that a step's form may have; each gives its value as the desk reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.person import Person
from onestop_desktop.domain.status import StepField
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui import theme
from onestop_desktop.gui.dossiers.offers import Opened
from onestop_desktop.gui.dossiers.typed import read_ahead, read_past
from onestop_desktop.gui.intake.typed import read_fee, written_fee
from onestop_desktop.gui.widgets.basics import Elided, button
from onestop_desktop.gui.widgets.fields import Choice, Entry, Field
from onestop_desktop.gui.widgets.grid import FieldGrid
from onestop_desktop.gui.widgets.suggest import Provider, SuggestEntry, Suggestion
from onestop_desktop.words import Words


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form knows besides its field: the dossier, the words, where suggestions come from."""

    opened: Opened
    words: Words
    procedures: Provider
    upper: str = ""

    @property
    def dossier(self) -> Dossier:
        """Return the dossier."""
        return self.opened.dossier

    @property
    def now(self) -> datetime:
        """Return the corrected time at which the form was opened."""
        return self.opened.now


class Answer(Protocol):
    """A widget that gives a value; None means that nothing was said."""

    def value(self) -> object:
        """Return the value; raises InvalidInput when it cannot be read."""
        ...


class TextAnswer(Entry):
    """A line of text."""

    def __init__(self, placeholder: str = "", limit: int = 2000) -> None:
        super().__init__(placeholder, limit)

    def value(self) -> object:
        """Return what is typed."""
        return " ".join(self.text().split()) or None


class NamedAnswer(SuggestEntry):
    """A line of text that suggests what stood there before."""

    def __init__(self, known: Sequence[str], placeholder: str) -> None:
        super().__init__(self._suggestions, placeholder=placeholder)
        self._known = known
        self.chosen.connect(lambda value: self.put(str(value)))

    def _suggestions(self, text: str) -> Sequence[Suggestion]:
        wanted = text.strip().lower()
        return [Suggestion(one, "", one) for one in self._known if wanted in one.lower()][:7]

    def value(self) -> object:
        """Return what is typed."""
        return " ".join(self.text().split()) or None


class LinesAnswer(QPlainTextEdit):
    """Several lines, one thing a line; Tab goes on."""

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setStyleSheet(f"placeholder-text-color: {theme.current().tokens['muted']};")
        self.setFixedHeight(84)

    def value(self) -> object:
        """Return the lines that say something."""
        return [text for line in self.toPlainText().splitlines() if (text := line.strip())] or None


class ChoiceAnswer(Choice):
    """One of the field's values; a required one begins unchosen, so that nothing is said by accident."""

    def __init__(self, field: StepField, words: Words) -> None:
        spoken = [(value, words.say(f"window.dossiers.choice.{field.name}.{value}")) for value in field.choices]
        unsaid = [("", words.say("window.dossiers.choose"))] if field.required else []
        super().__init__([*unsaid, *spoken])


class InstantAnswer(Entry):
    """A day and hour as people write them."""

    def __init__(self, name: str, now: datetime, words: Words, *, ahead: bool) -> None:
        code = "ahead" if ahead else "past"
        super().__init__(words.say(f"window.dossiers.hint.{code}", now=f"{now:%H:%M}"), 30)
        self._name = name
        self._now = now
        self._read = read_ahead if ahead else read_past

    def value(self) -> object:
        """Return an ISO instant."""
        text = self.text().strip()
        return self._read(text, self._now, self._name) if text else None


class AmountAnswer(Entry):
    """An amount in đồng, or a plain count."""

    def __init__(self, name: str, *, money: bool = True) -> None:
        super().__init__(limit=20)
        self._name = name
        self._money = money
        if money:
            self.editingFinished.connect(self._tidy)

    def value(self) -> object:
        """Return the number."""
        text = self.text().strip()
        if not text:
            return None
        try:
            return read_fee(text)
        except InvalidInput as error:
            raise InvalidInput(error.code, **{**error.facts, "field": self._name}) from None

    def _tidy(self) -> None:
        try:
            amount = self.value()
        except InvalidInput:
            return
        if isinstance(amount, int):
            self.put(written_fee(amount))


PERSON_FIELDS = ("name", "id_number", "birth_date", "phone", "address")
_PERSON_ROWS = ((("name", 12),), (("id_number", 7), ("birth_date", 5)), (("phone", 6),), (("address", 12),))


class PersonFields(QWidget):
    """The few fields that tell a person; the rest of a known person is kept as it is."""

    entered = Signal()

    def __init__(self, words: Words, person: Person | None = None) -> None:
        super().__init__()
        self._body = person.as_body() if person else {}
        self.entries: dict[str, Entry] = {}
        self.fields: dict[str, Field] = {}
        for name in PERSON_FIELDS:
            entry = self.entries[name] = Entry(limit=300)
            shown = self._body.get(name, "")
            entry.put("/".join(reversed(shown.split("-"))) if name == "birth_date" else shown)
            self.fields[name] = Field(words.say(f"window.dossiers.person.{name}"), entry)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        rows = tuple(tuple((self.fields[name], share) for name, share in row) for row in _PERSON_ROWS)
        column.addWidget(FieldGrid(rows, rows))
        rest = list(self.entries.values())
        for entry, following in pairwise(rest):
            entry.entered.connect(lambda following=following: following.setFocus(Qt.FocusReason.TabFocusReason))
        rest[-1].entered.connect(self.entered)
        self.setFocusProxy(rest[0])

    def field_of(self, part: str) -> Field | None:
        """Return the field that a refusal's last word is about."""
        return self.fields.get(part)

    def value(self) -> object:
        """Return the person as an entry holds it; None when nothing is typed."""
        typed = {name: " ".join(entry.text().split()) for name, entry in self.entries.items()}
        if not any(typed.values()):
            return None
        typed["birth_date"] = "-".join(reversed(typed["birth_date"].split("/")))
        body = dict(self._body)
        if typed["id_number"] != body.get("id_number", ""):
            body.pop("id_kind", None)
        return {name: value for name, value in (body | typed).items() if value}


class ReceiverAnswer(QWidget):
    """To whom the result is given: somebody whom the dossier names, or another person."""

    entered = Signal()

    def __init__(self, dossier: Dossier, words: Words) -> None:
        super().__init__()
        self._known: dict[str, Person] = {"applicant": dossier.applicant}
        if dossier.owner != dossier.applicant:
            self._known["owner"] = dossier.owner
        if dossier.principal is not None:
            self._known["principal"] = dossier.principal
        say = words.say
        rows = [(code, f"{one.name} ({say(f'window.dossiers.fact.{code}')})") for code, one in self._known.items()]
        self.choice = Choice([*rows, ("other", say("window.dossiers.other_person"))])
        self.choice.setAccessibleName(say("window.dossiers.field.to"))
        self.other = PersonFields(words)
        self.other.hide()
        self.choice.currentIndexChanged.connect(lambda: self.other.setVisible(self.choice.value() == "other"))
        self.choice.entered.connect(self._go_on)
        self.other.entered.connect(self.entered)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.choice)
        column.addWidget(self.other)
        self.setFocusProxy(self.choice)

    def field_of(self, part: str) -> Field | None:
        """Return the field of the other person that a refusal's last word is about."""
        return self.other.fields.get(part) if self.choice.value() == "other" else None

    def _go_on(self) -> None:
        if self.choice.value() == "other":
            self.other.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.entered.emit()

    def value(self) -> object:
        """Return the person; None is the applicant, whom the desk fills in itself."""
        chosen = self.choice.value()
        if chosen == "other":
            said = self.other.value()
            if said is None:
                raise InvalidInput("input.missing", field="to")
            return said
        return None if chosen == "applicant" else self._known[chosen].as_body()


class FilesAnswer(QWidget):
    """Files chosen from this PC; each can be taken out again."""

    entered = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.paths: list[str] = []
        self.add = button(words.say("window.dossiers.add_files"))
        self.add.clicked.connect(self.ask)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._rows)
        line = QHBoxLayout()
        line.addWidget(self.add)
        line.addStretch(1)
        column.addLayout(line)
        self.setFocusProxy(self.add)

    def ask(self) -> None:
        """Let the clerk choose files."""
        paths, _kind = QFileDialog.getOpenFileNames(self, self._words.say("window.dossiers.add_files"))
        self.put([*self.paths, *paths])

    def put(self, paths: Sequence[str]) -> None:
        """Show these files."""
        self.paths = list(dict.fromkeys(paths))
        while (item := self._rows.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.hide()
                row.deleteLater()
        for path in self.paths:
            self._rows.addWidget(self._row(path))

    def _row(self, path: str) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        name = Elided(Path(path).name)
        name.setToolTip(path)
        line.addWidget(name, 1)
        gone = button(self._words.say("window.dossiers.take_out"), kind="link")
        gone.clicked.connect(lambda: self.put([one for one in self.paths if one != path]))
        line.addWidget(gone)
        return row

    def value(self) -> object:
        """Return the paths."""
        return list(self.paths) or None


def value_of(widget: QWidget) -> Any:
    """Return what a field's widget says; an empty text says nothing."""
    said = cast("Answer", widget).value()
    return None if said == "" else said


def on_enter(widget: QWidget, deed: Callable[[], None]) -> None:
    """Do something when Enter is pressed in a field."""
    signal = getattr(widget, "entered", None)
    if signal is not None:
        signal.connect(deed)
