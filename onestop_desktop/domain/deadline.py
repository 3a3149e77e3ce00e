"""When a dossier is due, said with its arithmetic; and how much of that time is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from onestop_desktop.domain.calendar import HANOI, WORKING_DAY_MINUTES, Calendar
from onestop_desktop.errors import InvalidInput

SAME_DAY_UNTIL = time(15, 0)
"""Received later, the result is due the next working day (Decree 23/2015/NĐ-CP, art. 7)."""

_LONGEST_DAYS = 3660


class LimitKind(StrEnum):
    """How a procedure's limit is counted."""

    WORKING = "working"
    CALENDAR = "calendar"
    SAME_DAY = "same-day"
    HOURS = "hours"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Limit:
    """A procedure's time limit: `minutes` of working time (working, hours) or calendar `days` (calendar)."""

    kind: LimitKind
    minutes: int = 0
    days: int = 0

    def as_body(self) -> dict[str, str | int]:
        """Return the limit as an entry holds it."""
        body: dict[str, str | int] = {"kind": str(self.kind)}
        if self.minutes:
            body["minutes"] = self.minutes
        if self.days:
            body["days"] = self.days
        return body

    @classmethod
    def from_body(cls, body: Mapping[str, object]) -> Limit:
        """Read what an entry holds; a kind that a newer program invented reads as no known limit."""
        kind, minutes, days = body.get("kind"), body.get("minutes"), body.get("days")
        return cls(
            LimitKind(kind) if isinstance(kind, str) and kind in frozenset(LimitKind) else LimitKind.NONE,
            minutes if isinstance(minutes, int) else 0,
            days if isinstance(days, int) else 0,
        )


@dataclass(frozen=True, slots=True)
class Note:
    """One step of the arithmetic, as a code and its facts; the sentence lives in the words."""

    code: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """The instant of the appointment (zone +07:00), None when no limit is known, and why."""

    at: datetime | None
    notes: tuple[Note, ...]


def notes_body(notes: tuple[Note, ...]) -> list[dict[str, Any]]:
    """Return the arithmetic of a due date as the entry keeps it."""
    return [{"code": note.code, "facts": dict(note.facts)} if note.facts else {"code": note.code} for note in notes]


class RemainingKind(StrEnum):
    """The unit in which what is left is told."""

    HOURS = "hours"
    DAYS = "days"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left, or by how much the due date is past.

    `days`: working days, at least 1. `hours`: the due day itself, working hours left rounded up, 0 once the
    hour has passed.
    """

    kind: RemainingKind
    amount: int
    overdue: bool


def due(received_at: datetime, limit: Limit, calendar: Calendar) -> Due:
    """Count the due date of a dossier received at `received_at` (aware; counted by its minute).

    Raises InvalidInput `calendar.too_far`.
    """
    received = received_at.astimezone(HANOI).replace(second=0, microsecond=0)
    if limit.kind is LimitKind.NONE:
        return Due(None, (Note("due.unknown"),))
    at, notes = _RULES[limit.kind](received, limit, calendar)
    return Due(at, (*notes, *_days_of_note(received.date(), at.date(), calendar)))


def remaining(now: datetime, due_at: datetime | None, calendar: Calendar) -> Remaining:
    """Tell what is left at `now`; late is a matter of dates, not of hours."""
    if due_at is None:
        return Remaining(RemainingKind.NONE, 0, overdue=False)
    today, due_day = now.astimezone(HANOI).date(), due_at.astimezone(HANOI).date()
    if today == due_day:
        minutes = max(calendar.minutes_between(now, due_at), 0)
        return Remaining(RemainingKind.HOURS, -(-minutes // 60), overdue=False)
    first, last = min(today, due_day), max(today, due_day)
    days = calendar.working_days_between(first, last)
    return Remaining(RemainingKind.DAYS, max(days, 1), overdue=today > due_day)


def written_days(minutes: int) -> str:
    """Write working time in days as Vietnamese papers do: 960 is "2", 1680 is "3,5", 120 is "0,25"."""
    return f"{minutes / WORKING_DAY_MINUTES:.3f}".rstrip("0").rstrip(".").replace(".", ",")


_Counted = tuple[datetime, tuple[Note, ...]]


def _working(received: datetime, limit: Limit, calendar: Calendar) -> _Counted:
    at = calendar.after_minutes(received, limit.minutes)
    return at, (Note("due.working_days", {"days": written_days(limit.minutes)}),)


def _hours(received: datetime, limit: Limit, calendar: Calendar) -> _Counted:
    at = calendar.after_minutes(received, limit.minutes)
    hours, minutes = divmod(limit.minutes, 60)
    if not minutes:
        return at, (Note("due.working_hours", {"hours": str(hours)}),)
    return at, (Note("due.working_minutes", {"hours": str(hours), "minutes": str(minutes)}),)


def _calendar(received: datetime, limit: Limit, calendar: Calendar) -> _Counted:
    """Count days without the first one; a last day off gives way to the next working day.

    Civil Code 2015, art. 147 and 148.
    """
    if limit.days > _LONGEST_DAYS:
        raise InvalidInput("calendar.too_far", days=_LONGEST_DAYS)
    last = received.date() + timedelta(days=limit.days)
    counted = Note("due.calendar_days", {"days": str(limit.days)})
    if calendar.is_working(last):
        return calendar.end_of(last), (counted,)
    moved_to = calendar.next_working_day(last)
    moved = Note("due.moved", {"day": f"{last:%d/%m/%Y}", "to": f"{moved_to:%d/%m/%Y}"})
    return calendar.end_of(moved_to), (counted, moved)


def _same_day(received: datetime, _limit: Limit, calendar: Calendar) -> _Counted:
    day = received.date()
    if not calendar.is_working(day):
        return calendar.end_of(calendar.next_working_day(day)), (Note("due.day_off"),)
    if received.time() > SAME_DAY_UNTIL:
        return calendar.end_of(calendar.next_working_day(day)), (Note("due.after_1500"),)
    # A half day may end before 15:00.
    if received >= calendar.end_of(day):
        return calendar.end_of(calendar.next_working_day(day)), (Note("due.after_hours"),)
    return calendar.end_of(day), (Note("due.same_day"),)


_RULES: dict[LimitKind, Callable[[datetime, Limit, Calendar], _Counted]] = {
    LimitKind.WORKING: _working,
    LimitKind.HOURS: _hours,
    LimitKind.CALENDAR: _calendar,
    LimitKind.SAME_DAY: _same_day,
}


def _days_of_note(first: date, last: date, calendar: Calendar) -> tuple[Note, ...]:
    """Name the holidays and make-up days passed on the way; ordinary weekends explain themselves."""
    notes = []
    for step in range((last - first).days + 1):
        day = first + timedelta(days=step)
        facts = {"day": f"{day:%d/%m/%Y}", "name": calendar.name_of(day) or ""}
        if day in calendar.half_days:
            notes.append(Note("due.half_day", facts))
        elif day in calendar.days_off and calendar.week_on(day)[day.weekday()]:
            notes.append(Note("due.skipped", facts))
        elif day in calendar.days_worked:
            notes.append(Note("due.worked", facts))
    if last > calendar.known_through():
        notes.append(Note("due.calendar_unknown", {"year": str(last.year)}))
    elif last.year in calendar.provisional_years:
        notes.append(Note("due.calendar_provisional", {"year": str(last.year)}))
    return tuple(notes)
