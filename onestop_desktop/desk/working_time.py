"""Days off, make-up days, half days and weekly hours that this office decided itself, over the shipped calendar.

Nothing here moves a due date that was promised: it stands in its dossier's entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.setup import WEEK, OwnDay, OwnWeek
from onestop_desktop.domain.calendar import DayKind, Spans, read_spans, read_week, written_spans
from onestop_desktop.domain.entry import present
from onestop_desktop.domain.text import clean
from onestop_desktop.errors import InvalidInput

_FARTHEST = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class DayView:
    """A day of the month's grid: what it is, why, and where that stands; `own` where this office decided."""

    day: date
    kind: DayKind
    spans: Spans
    name: str = ""
    source: str = ""
    own: bool = False


def day_view(core: Core, day: date) -> DayView:
    """Return a day as the calendar in force knows it."""
    calendar = core.calendar
    own = next((one for one in core.setup.days if one.change.day == day), None)
    mine = own is not None and own.change.kind is not DayKind.USUAL
    named = {DayKind.HALF: calendar.half_names, DayKind.OFF: calendar.days_off, DayKind.WORKED: calendar.days_worked}
    kind = next((kind for kind, names in named.items() if day in names), DayKind.USUAL)
    source = own.document if own and mine else calendar.sources.get(day, "")
    return DayView(day, kind, calendar.spans_on(day), calendar.name_of(day) or "", source, mine)


def month(core: Core, year: int, number: int) -> tuple[DayView, ...]:
    """Return the days of a month; raises InvalidInput `calendar.day` outside the years of the calendar."""
    try:
        first = date(year, number, 1)
        following = date(year + number // 12, number % 12 + 1, 1)
    except ValueError:
        raise InvalidInput("calendar.day", field="day") from None
    return tuple(day_view(core, first + timedelta(days=step)) for step in range((following - first).days))


def set_day(core: Core, day: date, kind: DayKind, texts: Mapping[str, str], spans: object = ()) -> None:
    """Record what this office makes of a day; `texts` holds `reason` and `document`, `spans` a half day's hours.

    Raises:
        InvalidInput: `calendar.day`, `calendar.reason`, `calendar.document`, `calendar.hours`.
    """
    _check_day(core, day)
    body: dict[str, object] = {"change": str(kind), "day": day.isoformat(), **_texts(texts)}
    if kind is DayKind.HALF:
        body["spans"] = written_spans(_read_spans(spans, "spans"))
        if not body["spans"]:
            raise InvalidInput("calendar.hours", field="spans")
    core.record("calendar", body)


def take_back(core: Core, day: date) -> None:
    """Give a day back to the shipped calendar.

    Raises:
        InvalidInput: `calendar.not_own` where this office decided nothing about the day.
    """
    if not day_view(core, day).own:
        raise InvalidInput("calendar.not_own", field="day", day=f"{day:%d/%m/%Y}")
    core.record("calendar", {"change": str(DayKind.USUAL), "day": day.isoformat()})


def set_week(core: Core, start: date, days: Mapping[str, object], texts: Mapping[str, str]) -> None:
    """Record weekly hours from a day on, by the names of the days of the week; an absent day is off.

    Raises:
        InvalidInput: as `set_day`; `calendar.no_hours` where no day has any.
    """
    _check_day(core, start)
    week = {name: written_spans(_read_spans(spans, name)) for name, spans in days.items()}
    if not any(read_week(start, week).week):
        raise InvalidInput("calendar.no_hours", field="mon")
    core.record("calendar", {"change": WEEK, "day": start.isoformat(), "week": present(week), **_texts(texts)})


def own_days(core: Core) -> tuple[OwnDay, ...]:
    """Return what this office decided about days, the latest day first."""
    told = [one for one in core.setup.days if one.change.kind is not DayKind.USUAL]
    return tuple(sorted(told, key=lambda one: one.change.day, reverse=True))


def own_weeks(core: Core) -> tuple[OwnWeek, ...]:
    """Return the weekly hours that this office decided, the latest first."""
    return tuple(sorted(core.setup.weeks, key=lambda one: one.hours.valid_from, reverse=True))


def _check_day(core: Core, day: date) -> None:
    if abs(day - core.now().date()) > _FARTHEST:
        raise InvalidInput("calendar.day", field="day")


def _texts(texts: Mapping[str, str]) -> dict[str, str]:
    said = {name: clean(texts.get(name, ""), name, 300) for name in ("reason", "document")}
    if not said["reason"]:
        raise InvalidInput("calendar.reason", field="reason")
    if not said["document"]:
        raise InvalidInput("calendar.document", field="document")
    return said


def _read_spans(spans: object, field: str) -> Spans:
    try:
        return read_spans(list(spans) if isinstance(spans, list | tuple) else spans)
    except InvalidInput:
        raise InvalidInput("calendar.hours", field=field) from None
