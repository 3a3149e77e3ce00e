"""A question that must be answered first, laid over the whole window: a title, a list, two buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from onestop_desktop.gui.widgets.basics import Card, button, label
from onestop_desktop.words import Words

_WIDTH = 460
_ROW = 34


class PrinterSheet(QWidget):
    """Which printer; those that put out no paper are marked in words."""

    chosen = Signal(str)
    declined = Signal()

    def __init__(self, parent: QWidget, words: Words, is_virtual: Callable[[str], bool]) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self._words = words
        self._is_virtual = is_virtual
        self.list = QListWidget()
        self.list.setAccessibleName(words.say("window.printer.title"))
        self._names: tuple[str, ...] = ()
        self.list.activated.connect(lambda _index: self._choose())
        self.list.currentRowChanged.connect(lambda _row: self._warn())
        self.warning = label("", "doubt", wrap=True)
        self.use = button(words.say("window.printer.use"), "Enter", kind="primary")
        self.later = button(words.say("window.printer.later"), "Esc")
        self.use.clicked.connect(self._choose)
        self.later.clicked.connect(self._decline)
        card = Card(words.say("window.printer.title"))
        card.setFixedWidth(_WIDTH)
        card.body.addWidget(label(words.say("window.printer.why"), "muted", wrap=True))
        card.body.addWidget(self.list)
        card.body.addWidget(self.warning)
        buttons = QHBoxLayout()
        buttons.addWidget(self.use)
        buttons.addWidget(self.later)
        buttons.addStretch(1)
        card.body.addLayout(buttons)
        column = QVBoxLayout(self)
        column.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        parent.installEventFilter(self)
        self.hide()

    def ask(self, names: Sequence[str]) -> None:
        """Show the printers."""
        self.list.clear()
        self._names = tuple(names)
        self.list.addItems([self._shown(name) for name in names])
        self.list.setFixedHeight(min(len(names), 6) * _ROW + 8)
        self.list.setCurrentRow(0)
        self._cover()
        self.show()
        self.raise_()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _shown(self, name: str) -> str:
        mark = self._words.say("window.printer.virtual") if self._is_virtual(name) else ""
        return f"{name}   ⚠ {mark}" if mark else name

    def _cover(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())

    def _name(self) -> str:
        row = self.list.currentRow()
        return self._names[row] if row >= 0 else ""

    def _warn(self) -> None:
        self.warning.setText(self._words.say("window.printer.warning") if self._is_virtual(self._name()) else "")

    def _choose(self) -> None:
        if self.isVisible() and self._name():
            self.hide()
            self.chosen.emit(self._name())

    def _decline(self) -> None:
        self.hide()
        self.declined.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter choose and Escape put it off."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._choose()
        elif event.key() == Qt.Key.Key_Escape:
            self._decline()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the window at any size."""
        if event.type() == QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)
