"""Working time: weekly hours by effective date, days off, swapped and half days; all of it data.

Instants may have any zone; days and hours are civil time of Viet Nam.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum

from onestop_desktop.errors import InvalidInput

HANOI = timezone(timedelta(hours=7))
"""Civil time of Viet Nam: UTC+7 all year (Decision 134/2002/QĐ-TTg)."""

WORKING_DAY_MINUTES = 480
"""A working day of the law's limits: 8 hours; a quarter of it is 120 minutes."""

_DAY = timedelta(days=1)
_LONGEST_LIMIT = 360 * WORKING_DAY_MINUTES
_LONGEST_SEARCH = 1830
"""Days looked ahead before we say that the calendar has no working time."""
_LONGEST_BREAK = 31
_LONGEST_SPAN = 14_610
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile("([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of working time of one day, `start` included, `end` not."""

    start: time
    end: time


Spans = tuple[Span, ...]
Week = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]


@dataclass(frozen=True, slots=True)
class WeekHours:
    """The hours of a week, Monday first, from `valid_from` on; a day without spans is off."""

    valid_from: date
    week: Week


class DayKind(StrEnum):
    """What an office's own decision makes of a day; `usual` takes the decision back."""

    OFF = "off"
    WORKED = "worked"
    HALF = "half"
    USUAL = "usual"


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day as the office itself decided; `name` says why, `spans` are the hours of a half day."""

    day: date
    kind: DayKind
    name: str = ""
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which minutes are worked.

    `hours` ascends by `valid_from`; the first row also serves the time before it. A day in `days_worked` (a
    make-up Saturday) has Monday's hours. `provisional_years` are those whose notice is not out yet. `known` is
    the last day of the shipped data where the office's own days must not count for them. `sources` names the
    documents of the shipped days.
    """

    hours: tuple[WeekHours, ...]
    days_off: Mapping[date, str]
    days_worked: Mapping[date, str]
    half_days: Mapping[date, Spans]
    half_names: Mapping[date, str] = field(default_factory=dict)
    provisional_years: frozenset[int] = frozenset()
    known: date | None = None
    sources: Mapping[date, str] = field(default_factory=dict)
    _worked_in: dict[int, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Working days of each month asked for so far: a long list of overdue dossiers asks for the same ones."""

    def with_changes(self, days: Iterable[DayChange], weeks: Iterable[WeekHours] = ()) -> Calendar:
        """Return the calendar with an office's own days and weeks; of several for a day the last one holds.

        A week replaces the one that starts on the same day; `usual` gives a day back to the shipped data.
        """
        own = {change.day: change for change in days}
        told = {day: change for day, change in own.items() if change.kind is not DayKind.USUAL}
        rows = {row.valid_from: row for row in (*self.hours, *weeks)}

        def kept(kind: DayKind, shipped: Mapping[date, str]) -> dict[date, str]:
            names = {day: name for day, name in shipped.items() if day not in told}
            return names | {day: change.name for day, change in told.items() if change.kind is kind}

        half = {day: spans for day, spans in self.half_days.items() if day not in told}
        half |= {day: change.spans for day, change in told.items() if change.kind is DayKind.HALF}
        return replace(
            self,
            hours=tuple(sorted(rows.values(), key=lambda row: row.valid_from)),
            days_off=kept(DayKind.OFF, self.days_off),
            days_worked=kept(DayKind.WORKED, self.days_worked),
            half_days=half,
            half_names=kept(DayKind.HALF, self.half_names),
            known=self.known_through(),
        )

    def week_on(self, day: date) -> Week:
        """Return the weekly hours in force on `day`."""
        place = bisect_right(self.hours, day, key=lambda row: row.valid_from)
        return self.hours[max(place - 1, 0)].week

    def spans_on(self, day: date) -> Spans:
        """Return the working time of `day`, none on a day off."""
        if day in self.half_days:
            return self.half_days[day]
        if day in self.days_off:
            return ()
        return self.week_on(day)[0 if day in self.days_worked else day.weekday()]

    def is_working(self, day: date) -> bool:
        """Say whether anything is worked on `day`."""
        return bool(self.spans_on(day))

    def next_working_day(self, day: date) -> date:
        """Return the first working day strictly after `day`; raises InvalidInput `calendar.too_far`."""
        return next(later for later in self._days_from(day.toordinal() + 1) if self.is_working(later))

    def last_working_day(self, day: date) -> date:
        """Return the last working day strictly before `day`; the day before where nothing was worked for a month."""
        before = (day - _DAY * back for back in range(1, _LONGEST_BREAK + 1))
        return next((one for one in before if self.is_working(one)), day - _DAY)

    def end_of(self, day: date) -> datetime:
        """Return the end of the working day `day`, which must be one."""
        return datetime.combine(day, self.spans_on(day)[-1].end, HANOI)

    def name_of(self, day: date) -> str | None:
        """Return what `day` is called in the holiday data, if it stands there."""
        return self.days_off.get(day) or self.days_worked.get(day) or self.half_names.get(day)

    def after_minutes(self, start: datetime, minutes: int) -> datetime:
        """Return the instant at which `minutes` of working time have passed since `start`.

        A limit that ends with a span ends there, not at the start of the next one. Raises InvalidInput
        `calendar.too_far` past 360 working days or where the calendar has no working time.
        """
        if minutes > _LONGEST_LIMIT:
            raise InvalidInput("calendar.too_far", days=360)
        start = start.astimezone(HANOI)
        left = timedelta(minutes=minutes)
        for opened, closed in self._stretches_from(start):
            if opened + left <= closed:
                return opened + left
            left -= closed - opened
        raise InvalidInput("calendar.too_far", days=360)

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Return the whole minutes of working time between two instants, negative if `end` is earlier.

        Raises InvalidInput `calendar.too_far` for instants more than 40 years apart.
        """
        if end < start:
            return -self.minutes_between(end, start)
        if (end - start).days > _LONGEST_SPAN:
            raise InvalidInput("calendar.too_far", days=_LONGEST_SPAN)
        start, end = start.astimezone(HANOI), end.astimezone(HANOI)
        worked, day = timedelta(), start.date()
        while day <= end.date():
            for span in self.spans_on(day):
                opened = max(start, datetime.combine(day, span.start, HANOI))
                closed = min(end, datetime.combine(day, span.end, HANOI))
                worked += max(closed - opened, timedelta())
            day += _DAY
        return worked // timedelta(minutes=1)

    def working_days_between(self, first: date, last: date) -> int:
        """Count the working days after `first` up to and with `last`; stops counting after 40 years."""
        last = min(last, date.fromordinal(min(first.toordinal() + _LONGEST_SPAN, date.max.toordinal())))
        if last <= first:
            return 0
        return self._worked_until(last) - self._worked_until(first) + sum(map(self._year, range(first.year, last.year)))

    def _worked_until(self, day: date) -> int:
        """Count the working days of a year's months before `day`'s and of `day`'s month up to it."""
        before = sum(self._month(day.year, month) for month in range(1, day.month))
        return before + sum(self.is_working(day.replace(day=number)) for number in range(1, day.day + 1))

    def _year(self, year: int) -> int:
        return sum(self._month(year, month) for month in range(1, 13))

    def _month(self, year: int, month: int) -> int:
        key = year * 12 + month
        if key not in self._worked_in:
            days = range(1, monthrange(year, month)[1] + 1)
            self._worked_in[key] = sum(self.is_working(date(year, month, day)) for day in days)
        return self._worked_in[key]

    def known_through(self) -> date:
        """Return the last day of the last year that has holiday data (0001-01-01 when there is none)."""
        if self.known is not None:
            return self.known
        return date(max(self.days_off).year, 12, 31) if self.days_off else date.min

    def _days_from(self, first: int) -> Iterator[date]:
        last = min(first + _LONGEST_SEARCH, date.max.toordinal() + 1)
        yield from map(date.fromordinal, range(first, last))
        raise InvalidInput("calendar.too_far", days=_LONGEST_SEARCH)

    def _stretches_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        for day in self._days_from(start.toordinal()):
            for span in self.spans_on(day):
                closed = datetime.combine(day, span.end, HANOI)
                if closed > start:
                    yield max(start, datetime.combine(day, span.start, HANOI)), closed


def parse_calendar(hours: Mapping[str, object], years: Iterable[Mapping[str, object]]) -> Calendar:
    """Build the calendar from parsed data (`db/seed/hours.toml` and `db/seed/holidays/*.toml`).

    `hours`: {"hours": [{"valid_from": date, "mon".."sun": ["07:30-11:30", …]}]}, an absent day is off.
    A year: {"year": 2026, "confirmed": bool, "off": [{"day", "name"}], "worked": [{"day", "name"}],
    "half": [{"day", "name", "spans"}]}. Raises InvalidInput `calendar.bad_data`.
    """
    rows = sorted((_week_hours(row) for row in _rows(hours, "hours")), key=lambda row: row.valid_from)
    if not rows:
        raise InvalidInput("calendar.bad_data", what="hours")
    off: dict[date, str] = {}
    worked: dict[date, str] = {}
    half: dict[date, Spans] = {}
    half_names: dict[date, str] = {}
    sources: dict[date, str] = {}
    provisional = set()
    for year in years:
        number = year.get("year")
        if not isinstance(number, int):
            raise InvalidInput("calendar.bad_data", what="year")
        for kind, names in (("off", off), ("worked", worked), ("half", half_names)):
            for row in _rows(year, kind):
                day = _day_of(row, number)
                if day in off or day in worked or day in half:
                    raise InvalidInput("calendar.bad_data", what=day.isoformat())
                names[day] = _text(row, "name")
                sources[day] = str(row.get("source") or year.get("source") or "")
                if kind == "half":
                    half[day] = read_spans(row.get("spans"))
        if not year.get("confirmed", True):
            provisional.add(number)
    return Calendar(tuple(rows), off, worked, half, half_names, frozenset(provisional), sources=sources)


def _rows(table: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    rows = table.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise InvalidInput("calendar.bad_data", what=key)
    return rows


def _day_of(row: Mapping[str, object], year: int) -> date:
    day = row.get("day")
    if not isinstance(day, date) or isinstance(day, datetime) or day.year != year:
        raise InvalidInput("calendar.bad_data", what=f"{year}: {day}"[:80])
    return day


def _text(row: Mapping[str, object], key: str) -> str:
    text = row.get(key)
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput("calendar.bad_data", what=f"{row.get('day')}: {key}"[:80])
    return text.strip()


def _week_hours(row: Mapping[str, object]) -> WeekHours:
    valid_from = row.get("valid_from")
    if not isinstance(valid_from, date) or isinstance(valid_from, datetime):
        raise InvalidInput("calendar.bad_data", what="valid_from")
    mon, tue, wed, thu, fri, sat, sun = (read_spans(row.get(name, [])) for name in DAY_NAMES)
    return WeekHours(valid_from, (mon, tue, wed, thu, fri, sat, sun))


def written_spans(spans: Spans) -> list[str]:
    """Write the hours of a day as the data hold them: ["07:30-11:30", "13:00-17:00"]."""
    return [f"{span.start:%H:%M}-{span.end:%H:%M}" for span in spans]


def read_week(valid_from: date, days: Mapping[str, object]) -> WeekHours:
    """Read the hours of a week by the names of `DAY_NAMES`; an absent day is off.

    Raises InvalidInput `calendar.bad_data`.
    """
    return _week_hours({**days, "valid_from": valid_from})


def read_spans(texts: object) -> Spans:
    """Read the hours of a day, rising and apart; raises InvalidInput `calendar.bad_data`."""
    if not isinstance(texts, list):
        raise InvalidInput("calendar.bad_data", what=str(texts)[:80])
    spans = tuple(_span(text) for text in texts)
    edges = [edge for span in spans for edge in (span.start, span.end)]
    if edges != sorted(set(edges)):
        raise InvalidInput("calendar.bad_data", what=str(texts)[:80])
    return spans


def _span(text: object) -> Span:
    found = _SPAN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise InvalidInput("calendar.bad_data", what=str(text)[:80])
    from_hour, from_minute, to_hour, to_minute = (int(part) for part in found.groups())
    try:
        return Span(time(from_hour, from_minute), time(to_hour, to_minute))
    except ValueError:
        raise InvalidInput("calendar.bad_data", what=str(text)[:80]) from None
