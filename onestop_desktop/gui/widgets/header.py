"""The top of the window: whose desk, the scan box, what waits to be sent, who sits here and what time it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from onestop_desktop.desk.views import Identity
from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.calendar_words import now_words
from onestop_desktop.gui.widgets.basics import Elided
from onestop_desktop.gui.widgets.suggest import Provider, SuggestEntry
from onestop_desktop.words import Words

_NARROW = 1000
_NAMES, _NAMES_NARROW = 228, 150
_SCAN = 520
_PAD, _ICON = 12, 15
_DOT = "● "


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
        column.addStretch(1)
        column.addWidget(self.name)
        column.addWidget(self.time)
        column.addStretch(1)


@dataclass(frozen=True, slots=True)
class Pill:
    """How it stands with the link upwards: tone, icon (empty where the text has a dot), words, and fewer of them."""

    tone: str
    icon: str
    text: str
    short: str


class LinkPill(QAbstractButton):
    """How it stands with the link upwards: icon and words in a tone; it leads to the page Chốt ngày."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._pill = Pill("muted", "", "", "")
        # Its page has a key of its own, and the way from field to field at the counter stays as short as it was.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def put(self, pill: Pill, *, narrow: bool) -> None:
        """Show a state; where there is little room in fewer words."""
        self._pill = pill
        self.setText(pill.short if narrow else pill.text)
        self.setAccessibleName(f"{self._words.say('window.pill.name')}: {pill.text.removeprefix(_DOT)}")
        self.setToolTip(f"{pill.text.removeprefix(_DOT)} ({ACTIONS['close-day'].key})")
        self.updateGeometry()
        self.update()

    @staticmethod
    def _font() -> QFont:
        font = QFont(theme.FAMILY)
        font.setPointSizeF(9)
        font.setWeight(QFont.Weight.DemiBold)
        return font

    @property
    def _indent(self) -> int:
        return _PAD + (_ICON + 6 if self._pill.icon else 0)

    def sizeHint(self) -> QSize:
        """Return the room for icon and words."""
        metrics = QFontMetrics(self._font())
        width = self._indent + metrics.horizontalAdvance(self.text()) + _PAD + 2
        return QSize(width, max(22, metrics.height() + 6))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        worn, pill = theme.current(), self._pill
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(worn.color(pill.tone) if self.underMouse() else Qt.PenStyle.NoPen)
        painter.setBrush(worn.color("bg" if pill.tone == "muted" else f"{pill.tone}-soft"))
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(ground, ground.height() / 2, ground.height() / 2)
        if pill.icon:
            top = (self.height() - _ICON) // 2
            painter.drawPixmap(QPoint(_PAD, top), icons.pixmap(pill.icon, worn.tokens[pill.tone], _ICON))
        painter.setFont(self._font())
        painter.setPen(worn.color(pill.tone))
        inner = self.rect().adjusted(self._indent, -1, -4, -1)
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())


class Header(QFrame):
    """The bar itself; `link_asked` says that the pill was clicked."""

    link_asked = Signal()

    def __init__(self, words: Words, provider: Provider) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setFixedHeight(58)
        self._words = words
        self._link: Pill | None = None
        # The number of the desk stands at the end: it alone tells two PCs of an office apart.
        self.office = Elided("", "title", Qt.TextElideMode.ElideMiddle)
        self.counter = Elided("", "muted")
        self.scan = ScanBox(words, provider)
        self.pill = LinkPill(words)
        self.pill.clicked.connect(self.link_asked)
        self.user = UserButton(words)
        self._names = QWidget()
        names = QVBoxLayout(self._names)
        names.setContentsMargins(0, 0, 0, 0)
        names.setSpacing(1)
        names.addStretch(1)
        names.addWidget(self.office)
        names.addWidget(self.counter)
        names.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(18, 0, 12, 0)
        self._row.setSpacing(12)
        self._row.addWidget(self._names)
        # The box stays where it is, whatever the pill says: it takes only from the room between them.
        self._row.addWidget(self.scan, 1000)
        self._row.addStretch(1)
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

    def show_link(self, pill: Pill) -> None:
        """Show how it stands with the link upwards and how much waits to be sent."""
        self._link = pill
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < _NARROW
        self._names.setFixedWidth(_NAMES_NARROW if narrow else _NAMES)
        self.scan.setMaximumWidth(_SCAN)
        if self._link is not None:
            self.pill.put(self._link, narrow=narrow)
        self.user.setFixedWidth(max(self.user.name.sizeHint().width(), self.user.time.sizeHint().width()) + 20)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say less where there is little room."""
        super().resizeEvent(event)
        self._fit()
