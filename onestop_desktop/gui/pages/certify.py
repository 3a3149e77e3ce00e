"""The certification desk: it takes data and gives events; `gui.flows.certify` connects it with the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from onestop_desktop.desk.views import Changes
from onestop_desktop.domain.procedure import Procedure
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.certify.aside import CertifyAside
from onestop_desktop.gui.certify.form import CertifyForm
from onestop_desktop.gui.certify.lines import Line, LinesModel, LinesTable
from onestop_desktop.gui.widgets.basics import Card, button, label
from onestop_desktop.gui.widgets.strip import Strip
from onestop_desktop.gui.widgets.suggest import Provider
from onestop_desktop.words import Words

_NARROW = 1000
_ASIDE_WIDE, _ASIDE_NARROW = 400, 310


class CertifyPage(QWidget):
    """Fields and lines on the left; total, next number and F9 on the right."""

    edited = Signal()
    add_asked = Signal()
    save_asked = Signal()
    stale = Signal(Changes)
    change_refused = Signal()
    """A line cannot come back into the fields: another one is being typed there."""

    def __init__(self, words: Words, kinds: Provider, people: Provider) -> None:
        super().__init__()
        self.setObjectName("page")
        self._words = words
        say = words.say
        self.strip = Strip(say("window.close"))
        procedures = [row.value for row in kinds("") if isinstance(row.value, Procedure)]
        self.form = CertifyForm(words, procedures, people)
        self.lines = LinesModel(words)
        self.table = LinesTable(self.lines, words)
        self.empty = label(say("window.certify.lines_empty"), "muted", wrap=True)
        self.remove = button(say("window.certify.remove"), "Delete", kind="link")
        self.aside = CertifyAside(words)
        self._lay_out()
        self._connect()
        self._show_lines()

    def _lay_out(self) -> None:
        column = QWidget()
        column.setObjectName("column")
        parts = QVBoxLayout(column)
        parts.setContentsMargins(0, 0, 4, 0)
        parts.setSpacing(10)
        parts.addWidget(self.strip)
        parts.addWidget(self.form)
        card = Card(self._words.say("window.certify.lines_name"))
        card.head.addWidget(self.remove)
        card.body.addWidget(self.empty)
        card.body.addWidget(self.table, 1)
        card.body.addStretch(0)
        parts.addWidget(card, 1)
        self._area = QScrollArea()
        self._area.setWidget(column)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(10)
        self._row.addWidget(self._area, 1)
        self._row.addWidget(self.aside)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < _NARROW
        self._row.setContentsMargins(*((12, 10, 12, 10) if narrow else (18, 14, 18, 14)))
        self.aside.setFixedWidth(_ASIDE_NARROW if narrow else _ASIDE_WIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the fields their room in a narrow window."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus; a key held down presses nothing."""
        focused = self.focusWidget()
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and isinstance(focused, QPushButton) and not event.isAutoRepeat():
            focused.click()
            return
        super().keyPressEvent(event)

    def _connect(self) -> None:
        self.form.edited.connect(self.edited)
        self.form.added.connect(self.add_asked)
        self.lines.edited.connect(self._show_lines)
        self.table.again.connect(self.change)
        self.table.removed.connect(self.drop)
        self.remove.clicked.connect(lambda: self.drop(self.table.currentIndex().row()))
        self.aside.save_asked.connect(self.save_asked)
        self.aside.clear_asked.connect(self.clear)

    def _show_lines(self) -> None:
        some = bool(self.lines.lines)
        self.table.setVisible(some)
        self.remove.setVisible(some)
        self.empty.setVisible(not some)
        self.edited.emit()

    # -- lines ----------------------------------------------------------------------------------------------

    @property
    def begun(self) -> Line | None:
        """Return the line that is being typed, as far as it can be read; None when there is none."""
        return self.form.peek() if self.form.is_begun else None

    def wanted(self) -> list[Line]:
        """Return the lines that F9 certifies: those added, and the one being typed.

        Raises:
            InvalidInput: the line being typed is not complete.
        """
        lines = list(self.lines.lines)
        return [*lines, self.form.line()] if self.form.is_begun or not lines else lines

    def add(self, line: Line) -> None:
        """Put a complete line into the table and begin the next one for the same person."""
        self.form.next_line()
        self.lines.add(line)
        self.table.scrollToBottom()

    def change(self, at: int) -> None:
        """Take a line back into the fields; a line that is being typed there is not typed over."""
        if not 0 <= at < len(self.lines.lines):
            return
        if self.form.is_begun:
            self.change_refused.emit()
            return
        self.form.put(self.lines.take(at))

    def drop(self, at: int) -> None:
        """Take a line out; without a marked one the last goes."""
        if self.lines.lines:
            self.lines.take(at if at >= 0 else len(self.lines.lines) - 1)
            if not self.lines.lines:
                self.start()

    def show_price(self, fee: int | None) -> None:
        """Show the fee of the line being typed, and what all lines cost with it."""
        self.form.show_price(fee)
        lines = list(self.lines.lines)
        begun = self.begun
        if begun is not None:
            price = begun.typed_fee if begun.typed_fee is not None else fee or 0
            lines.append(replace(begun, fee=price))
        self.aside.show_total(sum(line.fee for line in lines), len(lines), sum(line.copies for line in lines))

    def state(self) -> dict[str, Any] | None:
        """Return lines and fields for a draft; None when nothing is typed."""
        lines = [asdict(line) for line in self.lines.lines]
        begun = self.form.state() if self.form.is_begun else None
        if not lines and begun is None:
            return None
        state: dict[str, Any] = {"lines": lines, "receipt": self.aside.receipt.isChecked()}
        return state | ({"begun": begun} if begun else {})

    def restore(self, state: Mapping[str, Any], lines: Sequence[Line]) -> None:
        """Put a draft back; its lines come with today's fees."""
        self.clear()
        for line in lines:
            self.lines.add(line)
        if "begun" in state:
            self.form.restore(state["begun"])
        self.aside.receipt.setChecked(bool(state.get("receipt")))

    def show_problem(self, error: InvalidInput, sentence: str) -> bool:
        """Show a problem beside its field; False when no field is meant."""
        return self.form.show_problem(error, sentence)

    def clear(self) -> None:
        """Empty fields and table; messages stay."""
        self.lines.clear()
        self.form.clear()
        self.aside.receipt.setChecked(False)
        self.start()

    def start(self) -> None:
        """Put the focus where a certification begins."""
        self._area.verticalScrollBar().setValue(0)
        self.form.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def changed(self, changes: Changes) -> None:
        """Ask for what a write elsewhere has touched."""
        self.stale.emit(changes)
