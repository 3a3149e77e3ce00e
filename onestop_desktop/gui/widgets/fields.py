"""Fields of a form: a label above, the entry, and below it what is wrong with it in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QStyledItemDelegate, QVBoxLayout, QWidget

from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.widgets.basics import label, set_tone

_SHOWN = 12
"""Choices that are shown at a time; more of them scroll."""


class Entry(QLineEdit):
    """A line to type in; Enter goes on to the next field."""

    entered = Signal()

    def __init__(self, placeholder: str = "", limit: int = 500) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setMaxLength(limit)

    def put(self, text: str) -> None:
        """Show a text from its beginning."""
        if text != self.text():
            self.setText(text)
        self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter as "next field"; all else is typing."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered.emit()
            event.accept()
            return
        super().keyPressEvent(event)


def is_typed(event: QKeyEvent) -> bool:
    """Say whether a key is a letter or a digit that somebody types, not a part of a shortcut."""
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return event.text().isalnum() and not event.modifiers() & held


class Choice(QComboBox):
    """One of a few values; the wheel never changes it by accident, and the arrow is drawn crisp."""

    entered = Signal()

    def __init__(self, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        for value, text in choices:
            self.addItem(text, value)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(6)
        self.setMaxVisibleItems(_SHOWN)
        # The delegate that Qt has for lists of choices hears nothing of the style sheet's heights.
        self.setItemDelegate(QStyledItemDelegate(self))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def value(self) -> str:
        """Return the chosen value."""
        return str(self.currentData() or "")

    def put(self, value: str) -> None:
        """Choose a value; an unknown one chooses the first."""
        self.setCurrentIndex(max(self.findData(value), 0))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page's scrolling."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter as "next field"; Space and Alt+Down open the list."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered.emit()
            event.accept()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrow of the icon set over the field."""
        super().paintEvent(event)
        painter = QPainter(self)
        side = 16
        place = QRect(self.width() - side - 11, (self.height() - side) // 2, side, side)
        painter.drawPixmap(place, icons.pixmap("open", theme.current().tokens["muted"], side))


class Field(QWidget):
    """A labelled entry with room for a problem or a doubt below it; neither is told by colour alone."""

    told = Signal()
    """What is said below the entry has changed."""

    def __init__(self, name: str, entry: QWidget, hint: str = "") -> None:
        super().__init__()
        self.entry = entry
        self.name = label(name, "label")
        self.name.setBuddy(entry)
        self.note = label("", "problem", wrap=True)
        self.note_wanted = False
        self.note.hide()
        entry.setAccessibleName(name)
        entry.setAccessibleDescription(hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.name)
        column.addWidget(entry)
        column.addWidget(self.note)
        column.addStretch(1)

    def leave_below(self, gap: int) -> None:
        """Keep a distance to what stands below, which goes with the field when it is hidden."""
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, gap)

    def wrong(self, sentence: str) -> None:
        """Tell what is wrong; an empty sentence takes it back."""
        self._tell(sentence, "problem")
        set_tone(self.entry, "doubtful", value=False)
        set_tone(self.entry, "wrong", value=bool(sentence))

    def doubt(self, sentence: str) -> None:
        """Tell what is worth a second look; a problem that is shown stays."""
        if self.entry.property("wrong") == "true":
            return
        self._tell(sentence, "doubt")
        set_tone(self.entry, "doubtful", value=bool(sentence))

    def _tell(self, sentence: str, role: str) -> None:
        set_tone(self.note, "role", role)
        self.note.setText(sentence)
        self.note_wanted = bool(sentence)
        self.note.setVisible(self.note_wanted)
        self.entry.setAccessibleDescription(sentence)
        self.told.emit()


_STAYS = frozenset({Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason})
"""The focus goes, but whoever types will be back in the middle of the text."""


class AllMarked(Entry):
    """An entry whose text is wholly marked when the focus comes by key, so that typing replaces it."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark everything."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the beginning again: a name is known by it."""
        super().focusOutEvent(event)
        if event.reason() not in _STAYS:
            self.setCursorPosition(0)
