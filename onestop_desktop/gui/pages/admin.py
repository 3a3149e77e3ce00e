"""The page Quản trị: its sections on the left, one of them on the right; `gui.flows.admin` connects it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from onestop_desktop.gui.admin.offices import OfficesPart
from onestop_desktop.gui.admin.procedures import ProceduresPart
from onestop_desktop.gui.admin.this_pc import ThisPcPart
from onestop_desktop.gui.admin.users import UsersPart
from onestop_desktop.gui.admin.working_days import WorkingDaysPart
from onestop_desktop.gui.widgets.basics import Card
from onestop_desktop.gui.widgets.strip import Strip
from onestop_desktop.words import Words

Part = ProceduresPart | OfficesPart | WorkingDaysPart | UsersPart | ThisPcPart
AnyPart = TypeVar("AnyPart", ProceduresPart, OfficesPart, WorkingDaysPart, UsersPart, ThisPcPart)
_NARROW = 1000
_NAV_WIDE, _NAV_NARROW = 190, 132


class _Sections(QListWidget):
    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right}:
            self.entered.emit()
            event.accept()
            return
        super().keyPressEvent(event)


class AdminPage(QWidget):
    """The list of sections, the message above and the section in front; a section is made when it is turned to."""

    section_changed = Signal(str)

    def __init__(self, words: Words, databases: Sequence[str] = ()) -> None:
        super().__init__()
        self.setObjectName("page")
        self.strip = Strip(words.say("window.close"))
        self._words = words
        self._databases = tuple(databases)
        self.nav = _Sections()
        self.nav.setAccessibleName(words.say("action.settings"))
        self.nav.addItems([words.say(f"admin.section.{name}") for name in SECTIONS])
        self.nav.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nav.setWordWrap(True)
        self.pages = QStackedWidget()
        self._lay_out()
        self.nav.setCurrentRow(0)
        self.pages.setCurrentWidget(_PARTS[self.section](self))
        self.nav.currentRowChanged.connect(self._chosen)
        self.nav.entered.connect(self.start)

    @cached_property
    def procedures(self) -> ProceduresPart:
        """The procedures the desk takes."""
        return self._put(ProceduresPart(self._words, self._databases))

    @cached_property
    def offices(self) -> OfficesPart:
        """The agency and its names."""
        return self._put(OfficesPart(self._words))

    @cached_property
    def working_days(self) -> WorkingDaysPart:
        """Days off and hours."""
        return self._put(WorkingDaysPart(self._words))

    @cached_property
    def users(self) -> UsersPart:
        """Who works here."""
        return self._put(UsersPart(self._words))

    @cached_property
    def this_pc(self) -> ThisPcPart:
        """The settings of this PC."""
        return self._put(ThisPcPart(self._words))

    def _put(self, part: AnyPart) -> AnyPart:
        self.pages.addWidget(part)
        return part

    def _lay_out(self) -> None:
        left, right = Card(), Card()
        left.body.setContentsMargins(8, 10, 8, 10)
        left.body.addWidget(self.nav)
        self._left = left
        right.body.addWidget(self.pages, 1)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self.strip)
        column.addWidget(right, 1)
        self._row = QHBoxLayout(self)
        self._row.addWidget(left)
        self._row.addLayout(column, 1)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < _NARROW
        self._row.setContentsMargins(*((12, 10, 12, 10) if narrow else (18, 14, 18, 14)))
        self._row.setSpacing(10 if narrow else 14)
        self._left.setFixedWidth(_NAV_NARROW if narrow else _NAV_WIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the section its room in a narrow window."""
        super().resizeEvent(event)
        self._fit()

    @property
    def section(self) -> str:
        """Return the section in front."""
        return SECTIONS[self.nav.currentRow()]

    def show_section(self, name: str) -> None:
        """Bring a section to the front."""
        self.nav.setCurrentRow(SECTIONS.index(name))

    def _chosen(self, at: int) -> None:
        if at >= 0:
            self.pages.setCurrentWidget(_PARTS[SECTIONS[at]](self))
            self.section_changed.emit(SECTIONS[at])

    def start(self) -> None:
        """Put the focus where the section's work begins."""
        _PARTS[self.section](self).start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus, Escape go to the list of sections."""
        focused = self.focusWidget()
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and isinstance(focused, QPushButton) and not event.isAutoRepeat():
            focused.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.nav.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)


_PARTS: dict[str, Callable[[AdminPage], Part]] = {
    "procedures": lambda page: page.procedures,
    "offices": lambda page: page.offices,
    "working_days": lambda page: page.working_days,
    "users": lambda page: page.users,
    "this_pc": lambda page: page.this_pc,
}
SECTIONS = tuple(_PARTS)
