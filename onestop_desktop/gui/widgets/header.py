"""The top of the window: whose desk, the scan box, what waits to be sent, who sits here and what time it is."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout

from onestop_desktop.desk.views import Identity, Pending
from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.calendar_words import now_words
from onestop_desktop.gui.widgets.basics import Elided, chip
from onestop_desktop.gui.widgets.suggest import Provider, SuggestEntry
from onestop_desktop.words import Words

_NARROW = 1000


class ScanBox(SuggestEntry):
    """The one box for bar codes, cards, numbers and names."""

    def __init__(self, words: Words, provider: Provider) -> None:
        super().__init__(provider, placeholder=words.say("window.scan.hint"), first=True, limit=4096)
        self.setObjectName("scan")
        self.setAccessibleName(words.say("window.scan.name"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the glass over the field."""
        super().paintEvent(event)
        painter = QPainter(self)
        glass = icons.pixmap("search", theme.current().tokens["muted"], 18)
        painter.drawPixmap(QPoint(13, (self.height() - 18) // 2), glass)


class UserButton(QToolButton):
    """Who sits here and the time; opens the small menu."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.setObjectName("user")
        self.setAccessibleName(words.say("action.menu"))
        self.setToolTip(f"{words.say('action.menu')} ({ACTIONS['menu'].key})")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.choices = QMenu(self)
        self.setMenu(self.choices)
        self.name = Elided("", "title")
        self.time = Elided("", "muted")
        for one in (self.name, self.time):
            one.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 3, 8, 3)
        column.setSpacing(1)
        column.addWidget(self.name)
        column.addWidget(self.time)


class Header(QFrame):
    """The bar itself."""

    def __init__(self, words: Words, provider: Provider) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setFixedHeight(58)
        self._words = words
        self._pending = Pending(0)
        self.office = Elided("", "title")
        self.counter = Elided("", "muted")
        self.scan = ScanBox(words, provider)
        self.pill = chip("", "warn")
        self.pill.setAccessibleName(words.say("window.pill.name"))
        self.user = UserButton(words)
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addStretch(1)
        names.addWidget(self.office)
        names.addWidget(self.counter)
        names.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(18, 0, 12, 0)
        self._row.setSpacing(12)
        self._row.addLayout(names, 8)
        self._row.addWidget(self.scan, 17)
        self._row.addStretch(2)
        self._row.addWidget(self.pill)
        self._row.addWidget(self.user)

    def show_identity(self, identity: Identity) -> None:
        """Show office, desk and user."""
        self.office.setText(self._words.say("window.header.office", office=identity.office, desk=identity.desk))
        self.counter.setText(identity.counter)
        self.user.name.setText(identity.user_name)

    def show_time(self, now: datetime) -> None:
        """Show day and time."""
        self.user.time.setText(now_words(now, self._words))
        self._fit()

    def show_pending(self, pending: Pending) -> None:
        """Show how much waits to be sent; no way upwards exists in this version, and the pill says so."""
        self._pending = pending
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < _NARROW
        code = "window.pill.short" if narrow else "window.pill.waiting"
        self.pill.setText("● " + self._words.say(code, count=self._pending.entries))
        self.pill.setToolTip(self._words.say("window.pill.waiting", count=self._pending.entries))
        self.user.setFixedWidth(max(self.user.name.sizeHint().width(), self.user.time.sizeHint().width()) + 20)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say less where there is little room."""
        super().resizeEvent(event)
        self._fit()
