"""A month as a grid: days off, make-up days and half days are told by word and colour; arrows move the mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from onestop_desktop.desk.working_time import DayView
from onestop_desktop.domain.calendar import DayKind
from onestop_desktop.gui import theme
from onestop_desktop.gui.calendar_words import day_words
from onestop_desktop.words import Words

_HEAD = 24
_WEEKS = 6
_STEPS: Mapping[Qt.Key, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
_TONES: Mapping[DayKind, str] = {DayKind.OFF: "bad", DayKind.WORKED: "ok", DayKind.HALF: "warn"}


def tone_of(view: DayView) -> str:
    """Return the tone of a day; an ordinary day and an ordinary weekend have none of their own."""
    return _TONES.get(view.kind, "muted" if not view.spans else "")


class MonthGrid(QWidget):
    """Seven columns, Monday first; `moved` tells the day that the mark goes to, `opened` the one Enter opens."""

    moved = Signal(object)
    opened = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._views: Mapping[date, DayView] = {}
        self.day = date.min
        self.today = date.min
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(words.say("admin.calendar.grid"))

    def sizeHint(self) -> QSize:
        """Return a size in which names of holidays can be read."""
        return QSize(560, 400)

    def minimumSizeHint(self) -> QSize:
        """Return the least size in which days can be told apart."""
        return QSize(280, 210)

    def put(self, views: Sequence[DayView], day: date, today: date) -> None:
        """Show a month with the mark on a day."""
        self._views = {view.day: view for view in views}
        self.day, self.today = day, today
        self.setAccessibleDescription(self.told(self._views[day]))
        self.update()

    def told(self, view: DayView) -> str:
        """Return a day as a screen reader says it."""
        kind = self._words.say(f"admin.day_kind.{view.kind if view.spans or view.kind is DayKind.OFF else 'weekend'}")
        return ", ".join(part for part in (day_words(view.day, self._words), kind, view.name, view.source) if part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by days and weeks with arrows, by months with Page keys; Home goes to today, Enter opens."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._go(self.day + timedelta(days=_STEPS[key]))
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            self.turn(1 if key == Qt.Key.Key_PageDown else -1)
        elif key == Qt.Key.Key_Home:
            self._go(self.today)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def turn(self, months: int) -> None:
        """Go to the same day of another month, or its last day."""
        at = self.day.year * 12 + self.day.month - 1 + months
        first = date(at // 12, at % 12 + 1, 1)
        last = date((at + 1) // 12, (at + 1) % 12 + 1, 1) - timedelta(days=1)
        self._go(min(first + timedelta(days=self.day.day - 1), last))

    def _go(self, day: date) -> None:
        if abs((day - self.today).days) < 3660:
            self.moved.emit(day)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Mark the day that is clicked."""
        super().mousePressEvent(event)
        day = next((day for day in self._views if self.place_of(day).contains(event.position().toPoint())), None)
        if day is not None:
            self.moved.emit(day)

    def place_of(self, day: date) -> QRect:
        """Return where a day of the shown month is drawn."""
        first = day.replace(day=1).weekday()
        row, column = divmod(first + day.day - 1, 7)
        width, height = self.width() / 7, (self.height() - _HEAD) / _WEEKS
        left, top = round(column * width) + 2, _HEAD + round(row * height) + 2
        return QRect(QPoint(left, top), QPoint(round((column + 1) * width) - 3, _HEAD + round((row + 1) * height) - 3))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the names of the week's days and each day."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(_font(9.0))
        painter.setPen(theme.current().color("muted"))
        for column in range(7):
            place = QRect(round(column * self.width() / 7), 0, self.width() // 7 - 4, _HEAD)
            name = self._words.say(f"admin.weekday.{column + 1}")
            painter.drawText(place.adjusted(6, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), name)
        for view in self._views.values():
            self._paint_day(painter, self.place_of(view.day), view)

    def _paint_day(self, painter: QPainter, place: QRect, view: DayView) -> None:
        worn, tone = theme.current(), tone_of(view)
        ground = {"": "field-bg", "muted": "bg"}.get(tone, f"{tone}-soft")
        marked = view.day == self.day
        painter.setBrush(worn.color(ground))
        painter.setPen(QPen(worn.color("focus" if marked else "line"), 3 if marked and self.hasFocus() else 1 + marked))
        painter.drawRoundedRect(place, 6, 6)
        text = place.adjusted(7, 3, -5, -3)
        today = view.day == self.today
        painter.setFont(_font(10.5, bold=today or view.kind is not DayKind.USUAL))
        painter.setPen(worn.color(tone or "text"))
        painter.drawText(text, int(Qt.AlignmentFlag.AlignTop), f"{view.day.day}")
        corner = self._words.say("admin.calendar.today") if today else ""
        corner = self._words.say("admin.calendar.own") if view.own else corner
        painter.setFont(_font(8.0))
        if QFontMetrics(_font(8.0)).horizontalAdvance(corner) < text.width() - 24:
            painter.drawText(text, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight), corner)
        # Grounds of days off and of working days are near to each other in the dark themes: a word tells them apart.
        name = view.name or (self._words.say("admin.calendar.off") if tone == "muted" else "")
        self._paint_name(painter, text.adjusted(0, QFontMetrics(_font(10.5)).height() + 1, 0, 0), name)

    @staticmethod
    def _paint_name(painter: QPainter, place: QRect, name: str) -> None:
        metrics = QFontMetrics(_font(8.0))
        if not name or place.height() < metrics.height() - 3:
            return
        rows = max(place.height() // metrics.height(), 1)
        flags = int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
        whole = metrics.boundingRect(place.adjusted(0, 0, 0, 999), flags, name).height()
        if rows > 1 and whole <= place.height():
            painter.drawText(place, flags, name)
        else:
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignTop), shown)


def _font(size: float, *, bold: bool = False) -> QFont:
    font = QFont(theme.FAMILY)
    font.setPointSizeF(size)
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    return font
