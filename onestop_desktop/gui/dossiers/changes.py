"""Correcting what was recorded: choose the field, change its value; one line a field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from onestop_desktop.domain.intake import RETURN_WAYS
from onestop_desktop.domain.procedure import Procedure
from onestop_desktop.domain.status import FieldKind, StepField
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.dossiers.answers import (
    AmountAnswer,
    Asked,
    ChoiceAnswer,
    InstantAnswer,
    PersonFields,
    TextAnswer,
    on_enter,
    value_of,
)  # fmt: skip
from onestop_desktop.gui.dossiers.looks import upper_first
from onestop_desktop.gui.dossiers.typed import written
from onestop_desktop.gui.intake.checklist import Checklist
from onestop_desktop.gui.intake.papers import PaperRow, PapersModel
from onestop_desktop.gui.intake.typed import written_fee
from onestop_desktop.gui.widgets.basics import button
from onestop_desktop.gui.widgets.fields import Choice, Field
from onestop_desktop.gui.widgets.suggest import SuggestEntry

_MAY_BE_EMPTY = frozenset({"post_address", "shelf", "note", "paper_number"})
_MAY_BE_ZERO = frozenset({"fee", "pages", "certified_copies"})


class ProcedureAnswer(SuggestEntry):
    """Another procedure, chosen from the catalogue."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked.procedures, placeholder=asked.dossier.procedure_title, first=True)
        self._code = ""
        self.chosen.connect(self._choose)
        self.textEdited.connect(lambda _text: self._forget())

    def _choose(self, value: object) -> None:
        if isinstance(value, Procedure):
            self.put(value.display)
            self._code = value.code

    def _forget(self) -> None:
        self._code = ""

    def value(self) -> object:
        """Return the procedure's code; a text that names none counts as a code."""
        return self._code or " ".join(self.text().split()) or None


class PapersAnswer(QWidget):
    """The papers that came in, as a checklist."""

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        say = asked.words.say
        titles = [say(f"window.dossiers.papers.{name}") for name in ("name", "original", "certified", "copy")]
        spoken, barred = asked.words.raw("window.dossiers.papers.spoken"), "{database}"
        self.model = PapersModel(titles, spoken, barred)
        rows = [
            PaperRow(one.name, [one.original, one.certified, one.copy], checked=True, own=True)
            for one in asked.dossier.papers
        ]
        self.model.put(rows)
        self.list = Checklist(self.model, say("window.dossiers.section.papers"))
        self.list.setFixedHeight(min(64 + 34 * len(rows), 150))
        self.add = button(say("window.dossiers.add_paper"))
        self.add.clicked.connect(self.list.add_own)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        line = QHBoxLayout()
        line.addWidget(self.add)
        line.addStretch(1)
        column.addLayout(line)
        self.setFocusProxy(self.list)

    def value(self) -> object:
        """Return the papers."""
        return self.model.taken()


def _person(name: str) -> Callable[[Asked], QWidget]:
    return lambda asked: PersonFields(asked.words, getattr(asked.dossier, name))


def _text(name: str) -> Callable[[Asked], QWidget]:
    def made(asked: Asked) -> QWidget:
        entry = TextAnswer(limit=1000)
        entry.put(str(getattr(asked.dossier, name)))
        return entry

    return made


def _count(name: str) -> Callable[[Asked], QWidget]:
    def made(asked: Asked) -> QWidget:
        entry = AmountAnswer(name, money=name == "fee")
        value = getattr(asked.dossier, name)
        entry.put(written_fee(value) if value is not None else "")
        return entry

    return made


def _due(asked: Asked) -> QWidget:
    entry = InstantAnswer("due_at", asked.now, asked.words, ahead=True)
    entry.put(written(asked.dossier.due_at) if asked.dossier.due_at else "")
    return entry


def _return_by(asked: Asked) -> QWidget:
    choice = ChoiceAnswer(StepField("return_by", FieldKind.CHOICE, choices=RETURN_WAYS), asked.words)
    choice.put(asked.dossier.return_by)
    return choice


FIELDS: Mapping[str, Callable[[Asked], QWidget]] = MappingProxyType(
    {name: _person(name) for name in ("applicant", "owner", "principal")}
    | {"papers": PapersAnswer, "procedure": ProcedureAnswer, "due_at": _due, "return_by": _return_by}
    | {name: _text(name) for name in ("post_address", "shelf", "note", "paper_number")}
    | {name: _count(name) for name in ("fee", "sets", "pages", "certified_copies")}
)
"""What may be corrected, each with the widget that shows what stands there now."""


class _Line(QWidget):
    """A field and its new value."""

    entered = Signal()

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self._asked = asked
        self.answer: QWidget | None = None
        say = asked.words.say
        # A date that a rule computed moves by the steps that the law names, never by hand.
        barred = {"due_at"} if asked.dossier.due_basis == "limit" else set()
        rows = [(name, upper_first(say(f"field.{name}"))) for name in FIELDS if name not in barred]
        self.choice = Choice([("", say("window.dossiers.which_field")), *rows])
        self.choice.setAccessibleName(say("window.dossiers.which_field"))
        self.choice.currentIndexChanged.connect(self._show)
        self.choice.entered.connect(self._go_on)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.choice)
        self.setFocusProxy(self.choice)

    def _show(self) -> None:
        if self.answer is not None:
            self._column.removeWidget(self.answer)
            self.answer.hide()
            self.answer.deleteLater()
            self.answer = None
        name = self.choice.value()
        if name:
            self.answer = FIELDS[name](self._asked)
            self.answer.setAccessibleName(self.choice.currentText())
            self._column.addWidget(self.answer)
            self._order(self.answer)
            on_enter(self.answer, self.entered.emit)

    def _order(self, answer: QWidget) -> None:
        """Let Tab go from the choice into what it asks for: the answer was made after all that stands below it."""
        before: QWidget = self.choice
        for one in (answer, *answer.findChildren(QWidget)):
            # The list of a choice is a window of its own.
            here = one.window() is self.window() and one.focusProxy() is None
            if here and one.focusPolicy() & Qt.FocusPolicy.TabFocus:
                QWidget.setTabOrder(before, one)
                before = one

    def _go_on(self) -> None:
        if self.answer is not None:
            self.answer.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.entered.emit()

    def change(self) -> dict[str, Any]:
        """Return the field's new value; nothing when it is what it was."""
        name = self.choice.value()
        if not name or self.answer is None:
            return {}
        value = value_of(self.answer)
        if value is None and name in _MAY_BE_EMPTY:
            value = ""
        if value is None or (value == 0 and name not in _MAY_BE_ZERO):
            raise InvalidInput("input.missing", field=name)
        return {} if value == self._current(name) else {name: value}

    def _current(self, name: str) -> object:
        value = getattr(self._asked.dossier, name)
        if name == "papers":
            return [paper.as_body() for paper in value]
        return value.as_body() if hasattr(value, "as_body") else value


class ChangesAnswer(QWidget):
    """The lines; a further one by a button."""

    entered = Signal()

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self._asked = asked
        self.lines: list[_Line] = []
        self.add = button(asked.words.say("window.dossiers.another_field"), kind="link")
        self.add.clicked.connect(self.add_line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        column.addLayout(self._lines)
        line = QHBoxLayout()
        line.addWidget(self.add)
        line.addStretch(1)
        column.addLayout(line)
        self.add_line()
        self.setFocusProxy(self.lines[0])

    def add_line(self) -> None:
        """Let a further field be corrected."""
        line = _Line(self._asked)
        line.entered.connect(self.entered)
        self.lines.append(line)
        self._lines.addWidget(line)

    def put(self, name: str) -> QWidget:
        """Choose a field in the last line and return the widget of its value."""
        self.lines[-1].choice.put(name)
        answer = self.lines[-1].answer
        if answer is None:
            raise LookupError(name)
        return answer

    def field_of(self, part: str) -> Field | None:
        """Return the field of a corrected person that a refusal's last word is about."""
        people = (line.answer for line in self.lines if isinstance(line.answer, PersonFields))
        return next((found for one in people if (found := one.field_of(part)) is not None), None)

    def value(self) -> object:
        """Return every change; None when nothing differs."""
        changes: dict[str, Any] = {}
        for line in self.lines:
            changes |= line.change()
        return changes or None
