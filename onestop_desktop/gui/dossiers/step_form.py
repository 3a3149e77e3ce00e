"""The small form of a step, made from the table of steps: one field after the other, problems beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from onestop_desktop.desk.steps import Second
from onestop_desktop.desk.views import Tile
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.status import STEPS, StepField
from onestop_desktop.errors import InvalidInput, OneStopError
from onestop_desktop.gui.dossiers.answers import Asked, on_enter, value_of
from onestop_desktop.gui.dossiers.build import build
from onestop_desktop.gui.dossiers.offers import Offer
from onestop_desktop.gui.dossiers.second import SecondPart
from onestop_desktop.gui.widgets.basics import button, label
from onestop_desktop.gui.widgets.fields import Choice, Entry, Field, is_typed

SEND_KEY = "Ctrl+Enter"
_WITHOUT_FIELD: Mapping[str, str] = MappingProxyType(
    {
        "step.future": "at", "step.before_received": "at", "step.before_ready": "at", "step.before_last": "at",
        "due.before_received": "due_at", "extend.not_later": "due_at", "supplement.due_by_rule": "due_at",
        "refund.too_much": "amount", "correct.due_by_rule": "changes", "correct.field": "changes",
        "procedure.unknown": "changes", "procedure.code": "changes", "procedure.not_in_force": "changes",
    }
)  # fmt: skip
"""The field that a refusal without a field's name is about."""

_OF_PERSON: Mapping[str, str] = MappingProxyType(
    {
        "person.name_empty": "name", "person.id_length": "id_number", "person.id_without_kind": "id_number",
        "person.tax_check": "id_number",
    }
)  # fmt: skip
"""The part of a person that a refusal without its name is about."""

_PEOPLE = frozenset({"applicant", "owner", "principal", "to"})

_ONLY_WHEN: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType({("ready", "reason"): ("outcome", "declined")})
"""A field that is asked for only where another one has this value."""

_WARNS: Mapping[str, tuple[Callable[[Dossier], int], str]] = MappingProxyType(
    {
        "ask-supplement": (lambda dossier: dossier.supplements, "window.dossiers.warns.supplement"),
        "extend": (lambda dossier: dossier.extensions, "window.dossiers.warns.extend"),
    }
)
"""What the law lets happen once: how often it has, and what is said before it happens again."""

_OF_SECOND = frozenset({"login.wrong", "login.unknown", "login.wait", "step.same_person"})
_REQUIRED = " *"


class StepForm(QFrame):
    """Asks for what a step needs; `sent` and `left` say what the clerk wants."""

    sent = Signal()
    left = Signal()

    def __init__(self, offer: Offer, asked: Asked, users: Sequence[Tile], *, two: bool) -> None:
        super().__init__()
        self.offer = offer
        self.asked = asked
        self._words = asked.words
        self._users = users
        self.fields: dict[str, Field] = {}
        self.second = SecondPart(self._words)
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        self.send = button(self._words.say("window.dossiers.send"), SEND_KEY, kind="primary")
        self.leave = button(self._words.say("window.dossiers.leave"), "Esc")
        self._build()
        self._lay_out()
        self._connect()
        if two:
            self.second.ask(users)
        self._untouched = self._said()

    def _build(self) -> None:
        for row in _ordered(STEPS[self.offer.step].fields):
            if row.name not in self.offer.preset and not self._is_by_rule(row):
                self.fields[row.name] = self._field(row)
        for (step, name), (other, value) in _ONLY_WHEN.items():
            if step == self.offer.step and name in self.fields:
                self._show_only(self.fields[name], self.fields[other].entry, value)
        usual = f"window.dossiers.usual.{self.offer.word.rsplit('.', 1)[-1]}.reason"
        reason = self.fields.get("reason")
        if usual in self._words and reason is not None and isinstance(reason.entry, Entry):
            reason.entry.put(self._words.say(usual))

    def _is_by_rule(self, row: StepField) -> bool:
        """Say whether a rule computes what a field asks for, so that nobody types it."""
        return (self.offer.step, row.name) == ("supplement", "due_at") and self.asked.dossier.due_basis == "limit"

    @staticmethod
    def _show_only(field: Field, other: QWidget, value: str) -> None:
        if isinstance(other, Choice):
            other.currentIndexChanged.connect(lambda: field.setVisible(other.value() == value))
            field.setVisible(other.value() == value)

    def _field(self, row: StepField) -> Field:
        words, step = self._words, self.offer.step
        own = f"window.dossiers.ask.{step}.{row.name}"
        name = words.say(own if own in words else f"window.dossiers.field.{row.name}")
        return Field(name + (_REQUIRED if row.required else ""), build(row, self.asked, step))

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setObjectName("column")
        fields = QVBoxLayout(inside)
        fields.setContentsMargins(0, 0, 6, 0)
        fields.setSpacing(7)
        why = f"window.dossiers.why.{self.offer.word.rsplit('.', 1)[-1]}"
        if why in self._words:
            fields.addWidget(label(self._words.say(why), "muted", wrap=True))
        times, warning = _WARNS.get(self.offer.step, (lambda _dossier: 0, ""))
        if times(self.asked.dossier):
            fields.addWidget(label(f"⚠ {self._words.say(warning)}", "doubt", wrap=True))
        for field in self.fields.values():
            fields.addWidget(field)
        fields.addWidget(self.second)
        fields.addWidget(self.problem)
        fields.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(inside)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.send)
        buttons.addWidget(self.leave)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.title = label(self._words.say(self.offer.word), "title")
        self.title.setStyleSheet("font-size: 12pt;")
        column.addWidget(self.title)
        column.addWidget(self.area, 1)
        column.addLayout(buttons)

    def _connect(self) -> None:
        entries = [field.entry for field in self.fields.values()]
        for at, entry in enumerate(entries, 1):
            on_enter(entry, partial(self._go_to, entries[at:]))
        self.second.entered.connect(self.sent)
        self.send.clicked.connect(self.sent)
        self.leave.clicked.connect(self.left)
        # A field takes Enter as "next field", with or without Ctrl; a shortcut comes before it.
        for sequence in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(sequence), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.send.click)

    def _go_to(self, rest: Sequence[QWidget]) -> None:
        following = next((entry for entry in rest if entry.isVisible()), None)
        if following is not None:
            following.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.second.isVisible():
            self.second.start()
        else:
            self.send.setFocus(Qt.FocusReason.TabFocusReason)

    def start(self) -> None:
        """Put the focus into the first field that must be filled, else on the button."""
        required = [field for field in self.fields.values() if field.name.text().endswith(_REQUIRED)]
        empty = next((field for field in required if not _says(field.entry)), None)
        if empty is not None:
            empty.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.second.isVisibleTo(self):
            self.second.start()
        else:
            self.send.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- what is typed --------------------------------------------------------------------------------------

    def values(self) -> dict[str, Any] | None:
        """Return the step's values; None after showing beside each field what is missing or cannot be read."""
        self.quiet()
        values = dict(self.offer.preset)
        wrong: list[Field] = []
        for row in STEPS[self.offer.step].fields:
            field = self.fields.get(row.name)
            if field is None or field.isHidden():
                continue
            try:
                value = value_of(field.entry)
                if value is None and row.required:
                    raise InvalidInput("input.missing", field=row.name)  # noqa: TRY301  told like any other
            except InvalidInput as error:
                field.wrong(self._words.tell(error))
                wrong.append(field)
                continue
            if value is not None:
                values[row.name] = value
        if wrong:
            self._go_to_wrong(wrong[0])
            return None
        return values

    def _said(self) -> dict[str, object]:
        """Return what each field holds now, the unreadable as such."""
        said: dict[str, object] = {}
        for name, field in self.fields.items():
            try:
                said[name] = value_of(field.entry)
            except InvalidInput as error:
                said[name] = (error.code, tuple(sorted(error.facts.items())))
        return said

    @property
    def is_touched(self) -> bool:
        """Say whether anything stands in the form that was not there when it was opened."""
        return self._said() != self._untouched

    def second_person(self) -> tuple[Second | None, bool]:
        """Return the second person, and whether the form may be sent as far as that goes."""
        if self.second.isHidden():
            return None, True
        said = self.second.value()
        if said is None:
            self.second.field.wrong(self._words.say("window.dossiers.second.missing"))
            self.second.start()
        return said, said is not None

    def _go_on_typing(self, letter: str) -> None:
        entry = next((field.entry for field in self.fields.values() if self._can_be_typed(field)), None)
        if isinstance(entry, Entry):
            entry.setFocus(Qt.FocusReason.OtherFocusReason)
            entry.end(False)
            entry.insert(letter)

    @staticmethod
    def _can_be_typed(field: Field) -> bool:
        return isinstance(field.entry, Entry) and field.isVisible() and field.entry.isEnabled()

    # -- what the desk says ---------------------------------------------------------------------------------

    def show_problem(self, error: Exception, sentence: str) -> None:
        """Show a refusal beside its field, or below all of them."""
        code = error.code if isinstance(error, OneStopError) else ""
        if code == "step.two_people" and self.second.isHidden():
            self.second.ask(self._users)
            self.second.field.doubt(sentence)
            self.area.ensureWidgetVisible(self.second)
            self.second.start()
            return
        if code in _OF_SECOND and not self.second.isHidden():
            self.second.field.wrong(sentence)
            self.second.password.clear()
            self.second.password.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        field = self._part_of(error) or self._field_of(error)
        if field is None:
            self.problem.setText(sentence)
            self.problem.show()
            self.area.ensureWidgetVisible(self.problem)
            return
        field.wrong(sentence)
        self._go_to_wrong(field)

    def _part_of(self, error: Exception) -> Field | None:
        """Return the field inside a person's fields that a refusal is about."""
        if not isinstance(error, OneStopError) or _whole_of(error) not in _PEOPLE:
            return None
        part = _OF_PERSON.get(error.code) or str(error.facts.get("field", "")).rpartition(".")[2]
        holders = (field.entry for field in self.fields.values() if hasattr(field.entry, "field_of"))
        return next((found for one in holders if (found := one.field_of(part)) is not None), None)

    def _field_of(self, error: Exception) -> Field | None:
        if not isinstance(error, OneStopError):
            return None
        name = _WITHOUT_FIELD.get(error.code) or _whole_of(error)
        return self.fields.get(name) or (self.fields.get("changes") if name else None)

    def _go_to_wrong(self, field: Field) -> None:
        field.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        # The sentence has its place only when it has been laid out; a tall field is shown at its end, where it stands.
        QTimer.singleShot(0, self, lambda: self._bring_up(field))

    def _bring_up(self, field: Field) -> None:
        self.area.ensureWidgetVisible(field)
        self.area.ensureWidgetVisible(field.note)

    def quiet(self) -> None:
        """Take back every problem."""
        self.problem.hide()
        self.second.field.wrong("")
        for field in self.findChildren(Field):
            field.wrong("")

    def set_busy(self, *, busy: bool) -> None:
        """Take no second press while the desk writes."""
        self.send.setEnabled(not busy)
        self.leave.setEnabled(not busy)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus, Escape leave; letters go into the first field to type in."""
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        focused: QWidget | None = QApplication.focusWidget()
        if enter and isinstance(focused, QPushButton):
            focused.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.leave.click()
        elif is_typed(event) and isinstance(focused, QPushButton):
            # A form without a required field opens on its button: whoever types on means the document's number, and
            # a blank among the words must not send the form.
            self._go_on_typing(event.text())
        else:
            super().keyPressEvent(event)
            return
        event.accept()


def _whole_of(error: OneStopError) -> str:
    return str(error.facts.get("field", "")).partition(".")[0]


def _ordered(fields: Sequence[StepField]) -> list[StepField]:
    """Return what must be said first, the time last: it is now unless told otherwise."""
    return sorted(fields, key=lambda row: (row.name == "at", not row.required))


def _says(entry: QWidget) -> bool:
    try:
        return value_of(entry) is not None
    except InvalidInput:
        return True
