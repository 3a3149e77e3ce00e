"""The page Quản trị: its sections on the left, one of them on the right; `gui.flows.admin` connects it."""

from __future__ import annotations

from collections.abc import Sequence

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

SECTIONS = ("procedures", "offices", "working_days", "users", "this_pc")
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
    """The list of sections, the message above and the section in front."""

    section_changed = Signal(str)

    def __init__(self, words: Words, databases: Sequence[str] = ()) -> None:
        super().__init__()
        self.setObjectName("page")
        self.strip = Strip(words.say("window.close"))
        self.procedures = ProceduresPart(words, databases)
        self.offices = OfficesPart(words)
        self.working_days = WorkingDaysPart(words)
        self.users = UsersPart(words)
        self.this_pc = ThisPcPart(words)
        self.parts: dict[str, QWidget] = dict(
            zip(SECTIONS, (self.procedures, self.offices, self.working_days, self.users, self.this_pc), strict=True)
        )
        self.nav = _Sections()
        self.nav.setAccessibleName(words.say("action.settings"))
        self.nav.addItems([words.say(f"admin.section.{name}") for name in SECTIONS])
        self.nav.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nav.setWordWrap(True)
        self.pages = QStackedWidget()
        for part in self.parts.values():
            self.pages.addWidget(part)
        self._lay_out()
        self.nav.currentRowChanged.connect(self._chosen)
        self.nav.entered.connect(self.start)

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
        return SECTIONS[max(self.nav.currentRow(), 0)]

    def show_section(self, name: str) -> None:
        """Bring a section to the front."""
        self.nav.setCurrentRow(SECTIONS.index(name))

    def _chosen(self, at: int) -> None:
        if at >= 0:
            self.pages.setCurrentIndex(at)
            self.section_changed.emit(SECTIONS[at])

    def start(self) -> None:
        """Put the focus where the section's work begins."""
        part = self.parts[self.section]
        if isinstance(part, ProceduresPart | OfficesPart | WorkingDaysPart | UsersPart | ThisPcPart):
            part.start()

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
