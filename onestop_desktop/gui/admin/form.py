"""A form of the page: fields, what is wrong with them beside them, and its buttons at the foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from onestop_desktop.errors import OneStopError
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.widgets.basics import button, label
from onestop_desktop.gui.widgets.fields import Choice, Entry, Field
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words


def text_of(entry: Entry) -> str:
    """Return what is typed, white space tidied."""
    return " ".join(entry.text().split())


def scrolled(inside: QWidget) -> QScrollArea:
    """Return a pane that scrolls up and down only."""
    area = QScrollArea()
    inside.setObjectName("column")
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


class AdminForm(QFrame):
    """Fields in a pane that scrolls; `sent` says that it shall be saved, `left` that the clerk goes back."""

    sent = Signal()
    left = Signal()

    def __init__(self, words: Words, title: str, fields: Mapping[str, Field], save: str = "") -> None:
        super().__init__()
        self.words = words
        self.fields = dict(fields)
        self._untouched: tuple[object, ...] = ()
        self.title = label(title, "title", wrap=True)
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        self.save = button(save or words.say("admin.save"), ACTIONS["save"].key, kind="primary")
        self.save.clicked.connect(self.sent)
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, 0, 8, 0)
        self.column.setSpacing(6)
        self.area = scrolled(inside)
        self.foot = WrappingRow(8)
        self.foot.add(self.save)
        self._buttons = [self.save]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        column.addLayout(head)
        column.addWidget(self.area, 1)
        column.addWidget(self.problem)
        column.addWidget(self.foot)
        self.walk(list(self.fields.values()))

    def walk(self, fields: Sequence[Field]) -> None:
        """Let Enter go from field to field and at the end to the button."""
        for at, field in enumerate(fields):
            if isinstance(field.entry, Entry | Choice):
                field.entry.entered.connect(partial(self._go_on, tuple(fields[at + 1 :])))

    def _go_on(self, following: Sequence[Field]) -> None:
        target = next((one.entry for one in following if one.isVisibleTo(self) and one.entry.isEnabled()), self.save)
        target.setFocus(Qt.FocusReason.TabFocusReason)
        if target is not self.save:
            self.area.ensureWidgetVisible(target)

    def offer(self, text: str, key: str = "") -> QPushButton:
        """Add a further button at the foot."""
        made = button(text, key)
        self.foot.add(made)
        self._buttons.append(made)
        return made

    def further(self) -> Sequence[QWidget]:
        """Return what is reached by Tab between the fields and the buttons."""
        return ()

    def order(self) -> None:
        """Let Tab go through fields, what follows them and the buttons, as they stand on the screen."""
        chain = [*(field.entry for field in self.fields.values()), *self.further(), *self._buttons]
        for one, following in pairwise(chain):
            QWidget.setTabOrder(one, following)

    def showEvent(self, event: QShowEvent) -> None:
        """Put the way of Tab right once all parts have their places."""
        super().showEvent(event)
        self.order()

    def entry(self, name: str) -> Entry:
        """Return a field to type in."""
        entry = self.fields[name].entry
        if not isinstance(entry, Entry):
            raise TypeError(name)
        return entry

    def choice(self, name: str) -> Choice:
        """Return a field to choose from."""
        entry = self.fields[name].entry
        if not isinstance(entry, Choice):
            raise TypeError(name)
        return entry

    def text(self, name: str) -> str:
        """Return what is typed into a field."""
        return text_of(self.entry(name))

    def _said(self) -> tuple[object, ...]:
        entries = (entry.text() for entry in self.findChildren(QLineEdit))
        texts = (text.toPlainText() for text in self.findChildren(QPlainTextEdit))
        return (*entries, *texts, *(choice.currentIndex() for choice in self.findChildren(QComboBox)))

    def mark_untouched(self) -> None:
        """Note what stands in the form: from now on `is_touched` says whether that was changed."""
        self._untouched = self._said()

    @property
    def is_touched(self) -> bool:
        """Say whether anything was typed or chosen since the form was filled."""
        return self._said() != self._untouched

    def start(self) -> None:
        """Put the focus into the first field that can be typed in."""
        for field in self.fields.values():
            entry = field.entry
            if field.isVisibleTo(self) and entry.isEnabled() and not (isinstance(entry, Entry) and entry.isReadOnly()):
                entry.setFocus(Qt.FocusReason.OtherFocusReason)
                self.area.ensureWidgetVisible(entry)
                return

    def field_of(self, error: OneStopError) -> Field | None:
        """Return the field that a refusal is about."""
        return self.fields.get(str(error.facts.get("field", "")))

    def show_problem(self, error: Exception, sentence: str) -> None:
        """Show a refusal at its field, else above the buttons."""
        field = self.field_of(error) if isinstance(error, OneStopError) else None
        if field is None or not field.isVisibleTo(self):
            self.problem.setText(sentence)
            self.problem.show()
            return
        field.wrong(sentence)
        field.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        self.area.ensureWidgetVisible(field.entry)
        self.area.ensureWidgetVisible(field.note)

    def quiet(self) -> None:
        """Take back every problem."""
        self.problem.hide()
        for field in self.fields.values():
            field.wrong("")

    def set_busy(self, *, busy: bool) -> None:
        """Take no second press while the desk writes."""
        self.foot.setEnabled(not busy)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape go back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            event.accept()
            return
        super().keyPressEvent(event)
