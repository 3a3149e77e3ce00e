"""What narrows the list: typed words and five choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStyleOptionComboBox, QVBoxLayout, QWidget

from onestop_desktop.domain.procedure import Channel, Procedure
from onestop_desktop.domain.text import fold
from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.dossiers.query import Query
from onestop_desktop.gui.widgets.basics import button
from onestop_desktop.gui.widgets.fields import Choice, Entry
from onestop_desktop.words import Words

DEBOUNCE_MS = 150
NAMES = ("status", "procedure", "officer", "village", "channel")
FIND_KEY = "Ctrl+F"
_BESIDE_TEXT = 42
_LEAST = 70


class FindEntry(Entry):
    """The words to look for; Down goes into the list, Escape empties."""

    left_down = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(words.say("window.dossiers.find"), 200)
        self.setAccessibleName(words.say("window.dossiers.find"))
        self.setToolTip(f"{words.say('window.dossiers.find_hint')} ({FIND_KEY})")
        self.setTextMargins(20, 0, 0, 0)
        self.setClearButtonEnabled(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Steer between line and list."""
        if event.key() == Qt.Key.Key_Down:
            self.left_down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the glass over the field."""
        super().paintEvent(event)
        painter = QPainter(self)
        glass = icons.pixmap("search", theme.current().tokens["muted"], 16)
        painter.drawPixmap(11, (self.height() - 16) // 2, glass)


class FilterChoice(Choice):
    """A narrow choice: it shows "…" where its value is longer than itself."""

    def __init__(self, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(choices)
        self.setProperty("filter", "true")
        self.setMinimumContentsLength(1)
        self.view().setTextElideMode(Qt.TextElideMode.ElideRight)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """Cut what does not fit."""
        super().initStyleOption(option)
        room = self.width() - _BESIDE_TEXT
        option.currentText = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)

    def natural(self) -> int:
        """Return the width that shows the unchosen value whole."""
        self.ensurePolished()
        return self.fontMetrics().horizontalAdvance(self.itemText(0)) + _BESIDE_TEXT + 4


class FilterBar(QWidget):
    """One line wide, two lines narrow with the choices behind a button."""

    changed = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._narrow = False
        self._open = False
        self.line = FindEntry(words)
        self.choices = {name: FilterChoice([("", words.say(f"window.dossiers.any.{name}"))]) for name in NAMES}
        self.more = button(words.say("window.dossiers.filters"))
        self.more.setCheckable(True)
        self.clear_all = button(words.say("window.dossiers.unfilter"), kind="link")
        self._debounce = QTimer(self)
        self._debounce.setSingleShot(True)
        self._debounce.setInterval(DEBOUNCE_MS)
        self._debounce.timeout.connect(self._rested)
        self._told = ""
        self._lay_out()
        self._connect()
        self.offer("channel", [(str(one), words.say(f"window.dossiers.channel.{one}")) for one in Channel])

    def _lay_out(self) -> None:
        for name, choice in self.choices.items():
            choice.setAccessibleName(self._words.say(f"window.dossiers.any.{name}"))
        self.line.setMinimumWidth(130)
        self._first = QHBoxLayout()
        self._first.setSpacing(6)
        self._first.addWidget(self.line, 1)
        self._second = QWidget()
        row = self._row = QHBoxLayout(self._second)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for choice in self.choices.values():
            row.addWidget(choice)
        self._first.addWidget(self._second)
        self._first.addWidget(self.more)
        self._first.addWidget(self.clear_all)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addLayout(self._first)
        self.clear_all.hide()
        self._arrange()

    def _connect(self) -> None:
        self.line.textChanged.connect(lambda _text: self._debounce.start())
        self.changed.connect(self._keep_told)
        for choice in self.choices.values():
            choice.currentIndexChanged.connect(self._chosen)
        self.more.toggled.connect(lambda _on: self._arrange())
        self.clear_all.clicked.connect(self.clear)

    def _rested(self) -> None:
        # A scan falls into the line and is taken out again: then there is nothing new to look for.
        if self.line.text() != self._told:
            self.changed.emit()

    def _keep_told(self) -> None:
        self._told = self.line.text()

    def _chosen(self) -> None:
        self._mark()
        self.changed.emit()

    def _mark(self) -> None:
        count = 0
        for name, choice in self.choices.items():
            on = bool(choice.value())
            count += on
            choice.setToolTip(choice.currentText() if on else self._words.say(f"window.dossiers.any.{name}"))
        text = self._words.say("window.dossiers.filters")
        self.more.setText(f"{text} ({count})" if count else text)
        self.clear_all.setVisible(bool(count))

    def offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        """Offer other values of a choice; a chosen one that is still there stays chosen."""
        choice = self.choices[name]
        if [choice.itemData(at) for at in range(1, choice.count())] == [value for value, _text in choices]:
            return
        kept = choice.value()
        before = choice.blockSignals(True)
        while choice.count() > 1:
            choice.removeItem(1)
        for value, text in choices:
            choice.addItem(text, value)
        choice.put(kept)
        choice.blockSignals(before)
        width = max((choice.fontMetrics().horizontalAdvance(text) for _value, text in choices), default=0)
        choice.view().setMinimumWidth(min(width + 44, 420))
        self._mark()

    def offer_statuses(self, statuses: Sequence[str]) -> None:
        """Offer the statuses that the chip can hold."""
        self.offer("status", [(code, self._words.say(f"status.{code}")) for code in statuses])

    def offer_procedures(self, procedures: Sequence[Procedure]) -> None:
        """Offer the catalogue by name; of several versions of a procedure one."""
        names = {one.code: one.display for one in procedures}
        self.offer("procedure", sorted(names.items(), key=lambda row: fold(row[1])))

    def query(self, chip: str) -> Query:
        """Return what is chosen, for a chip."""
        chosen = {name: choice.value() for name, choice in self.choices.items()}
        return replace(Query(chip=chip, text=self.line.text()), **chosen)

    def put(self, query: Query) -> None:
        """Show a query without telling."""
        values: Mapping[str, str] = {name: getattr(query, name) for name in NAMES}
        for name, choice in self.choices.items():
            before = choice.blockSignals(True)
            choice.put(values[name])
            choice.blockSignals(before)
        before = self.line.blockSignals(True)
        self.line.put(query.text)
        self.line.blockSignals(before)
        self._mark()

    def clear(self) -> None:
        """Narrow by nothing."""
        if self.clear_all.hasFocus():
            # It hides itself, and the focus would go wherever Qt finds a place.
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.put(Query())
        self.changed.emit()

    def go_on(self, letter: str) -> None:
        """Go on typing in the line what began in the list."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.end(False)
        self.line.insert(letter)

    def crowd(self, *, narrow: bool) -> None:
        """Put the choices behind a button in a narrow window."""
        if narrow is not self._narrow:
            self._narrow = narrow
            self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        """Measure in the font of the window: the bar was made before it stood in one."""
        super().showEvent(event)
        self._measure()

    def _measure(self) -> None:
        for choice in self.choices.values():
            natural = choice.natural()
            self._row.setStretchFactor(choice, natural)
            choice.setMinimumWidth(_LEAST if self._narrow else natural)

    def _arrange(self) -> None:
        self.more.setVisible(self._narrow)
        self._measure()
        self._first.removeWidget(self._second)
        self._column.removeWidget(self._second)
        if self._narrow:
            self._column.addWidget(self._second)
            self._second.setVisible(self.more.isChecked())
        else:
            self._first.insertWidget(1, self._second)
            self._second.show()
