"""The section Ngày nghỉ và giờ làm: the month, what is decided about its days, the hours of the week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from onestop_desktop.desk.setup import OwnWeek
from onestop_desktop.desk.working_time import DayView
from onestop_desktop.domain.calendar import DAY_NAMES, DayKind, Week
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.admin.form import AdminForm
from onestop_desktop.gui.admin.month import MonthGrid
from onestop_desktop.gui.admin.typed import day_of, shown, spans_of, spans_text
from onestop_desktop.gui.calendar_words import day_words
from onestop_desktop.gui.widgets.basics import button, chip, label
from onestop_desktop.gui.widgets.fields import Choice, Entry, Field
from onestop_desktop.gui.widgets.grid import FieldGrid
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words

_KINDS = (DayKind.OFF, DayKind.WORKED, DayKind.HALF)
_LEGEND = (("off", "bad"), ("worked", "ok"), ("half", "warn"), ("weekend", "muted"))
_TEXTS = ("reason", "document")


class DayForm(AdminForm):
    """What this office makes of the marked day."""

    back_asked = Signal()

    def __init__(self, words: Words) -> None:
        entries: dict[str, QWidget] = {
            "kind": Choice([(str(kind), words.say(f"admin.day_kind.{kind}")) for kind in _KINDS]),
            "spans": Entry("07:30-11:30", 60), "reason": Entry(words.say("admin.calendar.reason_hint"), 300),
            "document": Entry("12/QĐ-UBND", 300),
        }  # fmt: skip
        names = {"kind": "day_kind"}
        super().__init__(
            words, "",
            {name: Field(words.say(f"admin.field.{names.get(name, name)}"), entry) for name, entry in entries.items()},
        )  # fmt: skip
        self.told = label("", "muted", wrap=True)
        self.column.addWidget(self.told)
        for field in self.fields.values():
            self.column.addWidget(field)
        self.column.addWidget(label(words.say("admin.calendar.promised"), "muted", wrap=True))
        self.column.addStretch(1)
        self.take_back = self.offer(words.say("admin.calendar.take_back"))
        self.take_back.clicked.connect(self.back_asked)
        self.choice("kind").currentIndexChanged.connect(self._show)

    def _show(self) -> None:
        self.fields["spans"].setVisible(self.choice("kind").value() == DayKind.HALF)

    def put(self, view: DayView) -> None:
        """Show what a day is, ready to be changed."""
        say = self.words.say
        self.title.setText(day_words(view.day, self.words))
        usual = "usual" if view.spans else "weekend"
        kind = say(f"admin.day_kind.{usual if view.kind is DayKind.USUAL else view.kind}")
        where = say("admin.calendar.own_source" if view.own else "admin.calendar.source", source=view.source)
        self.told.setText("\n".join(filter(None, (
            kind if not view.name else f"{kind}: {view.name}", spans_text(view.spans), where if view.source else "",
        ))))  # fmt: skip
        worked = not view.spans and view.kind is DayKind.USUAL
        proposed = view.kind if view.own else DayKind.WORKED if worked else DayKind.OFF
        self.choice("kind").put(str(proposed))
        self.entry("spans").put(spans_text(view.spans) if view.kind is DayKind.HALF else "")
        self.entry("reason").put(view.name if view.own else "")
        self.entry("document").put(view.source if view.own else "")
        self.take_back.setVisible(view.own)
        self.quiet()
        self._show()

    def kind(self) -> DayKind:
        """Return what the day shall be."""
        return DayKind(self.choice("kind").value())

    def texts(self) -> dict[str, str]:
        """Return reason and document."""
        return {name: self.text(name) for name in _TEXTS}

    def spans(self) -> list[str]:
        """Return the hours of a half day as the calendar's spans."""
        return spans_of(self.text("spans"))


class WeekForm(AdminForm):
    """The hours of each day of the week from a day on."""

    def __init__(self, words: Words) -> None:
        entries = {"day": Entry(limit=20)} | {name: Entry(words.say("admin.calendar.closed"), 80) for name in DAY_NAMES}
        entries |= {"reason": Entry(limit=300), "document": Entry("12/QĐ-UBND", 300)}
        names = {name: words.say(f"window.weekday.{at}") for at, name in enumerate(DAY_NAMES, start=1)}
        names["day"] = words.say("admin.field.valid_from")
        fields = {
            name: Field(names.get(name) or words.say(f"admin.field.{name}"), one) for name, one in entries.items()
        }
        super().__init__(words, words.say("admin.calendar.week_title"), fields)
        rows = [((field, 12),) for field in fields.values()]
        self.before = label("", "muted", wrap=True)
        self.column.addWidget(self.before)
        self.column.addWidget(FieldGrid(wide=rows, narrow=rows, break_at=1))
        self.column.addWidget(label(words.say("admin.calendar.promised"), "muted", wrap=True))
        self.column.addStretch(1)
        back = self.offer(words.say("admin.back"), "Esc")
        back.clicked.connect(self.left)

    def put(self, week: Week, own: Sequence[OwnWeek], start: date) -> None:
        """Show the hours in force as the beginning of other ones."""
        for name, spans in zip(DAY_NAMES, week, strict=True):
            self.entry(name).put(spans_text(spans))
        self.entry("day").put(shown(start))
        for name in _TEXTS:
            self.entry(name).put("")
        told = [
            self.words.say("admin.calendar.week_from", day=shown(one.hours.valid_from), reason=one.reason,
                           document=one.document)
            for one in own
        ]  # fmt: skip
        self.before.setText("\n".join(told))
        self.before.setVisible(bool(told))
        self.quiet()

    def start_day(self, today: date) -> date:
        """Return the day from which the hours hold; raises InvalidInput `window.day_typed`, `admin.empty`."""
        day = day_of(self.text("day"), today, "day")
        if day is None:
            raise InvalidInput("admin.empty", field="day")
        return day

    def days(self) -> dict[str, list[str]]:
        """Return the hours by the names of the days."""
        return {name: spans_of(self.text(name)) for name in DAY_NAMES}

    def texts(self) -> dict[str, str]:
        """Return reason and document."""
        return {name: self.text(name) for name in _TEXTS}


class WorkingDaysPart(QWidget):
    """The month on the left, the form of its marked day or of the week on the right."""

    week_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.grid = MonthGrid(words)
        self.day_form, self.week_form = DayForm(words), WeekForm(words)
        self.forms = QStackedWidget()
        self.forms.addWidget(self.day_form)
        self.forms.addWidget(self.week_form)
        self.forms.setMinimumWidth(250)
        self.month = label("", "title")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addLayout(self._left(), 5)
        row.addWidget(self.forms, 3)
        self.grid.opened.connect(self._to_form)
        self.day_form.left.connect(self.grid.setFocus)
        self.week_form.left.connect(self.show_day)

    def _left(self) -> QVBoxLayout:
        say = self._words.say
        before, after = button("‹"), button("›")
        for one, code, months in ((before, "before", -1), (after, "after", 1)):
            one.setAccessibleName(say(f"admin.calendar.{code}"))
            one.setToolTip(say(f"admin.calendar.{code}"))
            one.clicked.connect(lambda _on, months=months: self.grid.turn(months))
        week = button(say("admin.calendar.week"))
        week.clicked.connect(self.week_asked)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(before)
        head.addWidget(after)
        head.addWidget(self.month, 1)
        head.addWidget(week)
        legend = WrappingRow(6)
        for code, tone in _LEGEND:
            legend.add(chip(say(f"admin.day_kind.{code}"), tone))
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.grid, 1)
        column.addWidget(legend)
        return column

    @property
    def form(self) -> AdminForm:
        """Return the form in front."""
        return self.week_form if self.forms.currentWidget() is self.week_form else self.day_form

    def put(self, views: Sequence[DayView], day: date, today: date) -> None:
        """Show a month with the mark on a day."""
        self.grid.put(views, day, today)
        self.month.setText(self._words.say("admin.calendar.month", month=day.month, year=day.year))
        self.day_form.put(next(view for view in views if view.day == day))

    def show_day(self) -> None:
        """Bring the form of the marked day to the front."""
        self.forms.setCurrentWidget(self.day_form)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_week(self, week: Week, own: Sequence[OwnWeek], start: date) -> None:
        """Bring the form of the week to the front."""
        self.week_form.put(week, own, start)
        self.forms.setCurrentWidget(self.week_form)
        self.week_form.start()

    def _to_form(self) -> None:
        self.forms.setCurrentWidget(self.day_form)
        self.day_form.start()

    def start(self) -> None:
        """Put the focus into the month."""
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
