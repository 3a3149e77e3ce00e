"""Due dates: the worked examples, and an oracle that walks minute by minute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onestop_desktop.domain.calendar import HANOI, Calendar, Span, WeekHours
from onestop_desktop.domain.deadline import (
    Due,
    Limit,
    LimitKind,
    Note,
    Remaining,
    RemainingKind,
    due,
    remaining,
    written_days,
)
from onestop_desktop.errors import InvalidInput

FULL_DAY = (Span(time(7, 30), time(11, 30)), Span(time(13), time(17)))
CALENDAR = Calendar(
    hours=(WeekHours(date(2018, 1, 1), (FULL_DAY,) * 5 + ((), ())),),
    days_off={
        date(2026, 8, 31): "Ngày nghỉ (thay cho ngày 22/08/2026)",
        date(2026, 9, 1): "Quốc khánh",
        date(2026, 9, 2): "Quốc khánh",
        date(2026, 11, 24): "Ngày Văn hóa Việt Nam",
        date(2026, 11, 29): "Một Chủ nhật",
    },
    days_worked={date(2026, 8, 22): "Làm bù"},
    half_days={date(2026, 12, 3): FULL_DAY[:1]},
    half_names={date(2026, 12, 3): "Nghỉ chiều"},
)
SAME_DAY = Limit(LimitKind.SAME_DAY)


def days(number: float) -> Limit:
    return Limit(LimitKind.WORKING, minutes=int(number * 480))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def codes(answer: Due) -> list[str]:
    return [note.code for note in answer.notes]


@pytest.mark.parametrize(
    ("received", "limit", "expected"),
    [
        ("2026-11-20T16:00", days(1), "2026-11-23T16:00"),
        ("2026-11-20T16:00", days(2), "2026-11-25T16:00"),
        ("2026-11-23T15:01", SAME_DAY, "2026-11-25T17:00"),
        ("2026-08-22T09:00", days(1), "2026-08-24T09:00"),
        ("2026-08-28T14:00", days(2), "2026-09-04T14:00"),
        # The rest are ours.
        ("2026-11-20T16:00", days(0.25), "2026-11-23T08:30"),
        ("2026-11-20T16:00:59", days(1), "2026-11-23T16:00"),
        ("2026-11-21T10:00", days(1), "2026-11-23T17:00"),
        ("2026-11-20T18:00", days(1), "2026-11-23T17:00"),
        ("2026-11-20T16:30", Limit(LimitKind.HOURS, minutes=90), "2026-11-23T08:30"),
        ("2026-11-23T15:00", SAME_DAY, "2026-11-23T17:00"),
        ("2026-11-23T15:00:30", SAME_DAY, "2026-11-23T17:00"),
        ("2026-11-23T06:00", SAME_DAY, "2026-11-23T17:00"),
        ("2026-11-23T19:00", SAME_DAY, "2026-11-25T17:00"),
        ("2026-11-21T09:00", SAME_DAY, "2026-11-23T17:00"),
        ("2026-11-21T16:00", SAME_DAY, "2026-11-23T17:00"),
        ("2026-12-03T10:00", SAME_DAY, "2026-12-03T11:30"),
        ("2026-12-03T12:00", SAME_DAY, "2026-12-04T17:00"),
        ("2026-12-02T16:00", SAME_DAY, "2026-12-03T11:30"),
        ("2026-11-23T09:00", Limit(LimitKind.CALENDAR, days=3), "2026-11-26T17:00"),
        ("2026-11-23T09:00", Limit(LimitKind.CALENDAR, days=1), "2026-11-25T17:00"),
        ("2026-11-20T09:00", Limit(LimitKind.CALENDAR, days=1), "2026-11-23T17:00"),
        ("2026-11-20T09:00", Limit(LimitKind.CALENDAR, days=0), "2026-11-20T17:00"),
    ],
)
def test_the_due_date_is_counted_as_the_law_says(received, limit, expected):
    assert due(at(received), limit, CALENDAR).at == at(expected)


def test_an_unknown_limit_gives_no_date():
    assert due(at("2026-11-20T16:00"), Limit(LimitKind.NONE), CALENDAR) == Due(None, (Note("due.unknown"),))


def test_the_holiday_on_the_way_is_named_and_ordinary_weekends_are_not():
    assert due(at("2026-11-20T16:00"), days(2), CALENDAR).notes == (
        Note("due.working_days", {"days": "2"}),
        Note("due.skipped", {"day": "24/11/2026", "name": "Ngày Văn hóa Việt Nam"}),
    )
    assert codes(due(at("2026-11-27T16:00"), days(1), CALENDAR)) == ["due.working_days"]


@pytest.mark.parametrize(
    ("received", "limit", "expected"),
    [
        ("2026-11-23T09:00", SAME_DAY, ["due.same_day"]),
        ("2026-11-23T15:01", SAME_DAY, ["due.after_1500", "due.skipped"]),
        ("2026-11-21T09:00", SAME_DAY, ["due.day_off"]),
        ("2026-12-03T12:00", SAME_DAY, ["due.after_hours", "due.half_day"]),
        ("2026-11-20T16:30", Limit(LimitKind.HOURS, minutes=60), ["due.working_hours"]),
        ("2026-11-20T16:30", Limit(LimitKind.HOURS, minutes=90), ["due.working_minutes"]),
        (
            "2026-11-23T09:00",
            Limit(LimitKind.CALENDAR, days=1),
            ["due.calendar_days", "due.moved", "due.skipped"],
        ),
        ("2026-08-21T16:00", days(1), ["due.working_days", "due.worked"]),
        ("2026-12-31T16:00", days(1), ["due.working_days", "due.calendar_unknown"]),
    ],
)
def test_the_notes_explain_the_arithmetic(received, limit, expected):
    assert codes(due(at(received), limit, CALENDAR)) == expected


def test_a_year_without_notice_is_said_to_be_provisional():
    calendar = Calendar(CALENDAR.hours, CALENDAR.days_off, {}, {}, {}, frozenset({2026}))
    assert codes(due(at("2026-11-23T09:00"), SAME_DAY, calendar)) == [
        "due.same_day",
        "due.calendar_provisional",
    ]


@pytest.mark.parametrize(
    ("minutes", "text"), [(480, "1"), (960, "2"), (1680, "3,5"), (120, "0,25"), (60, "0,125"), (4800, "10")]
)
def test_days_are_written_with_a_comma(minutes, text):
    assert written_days(minutes) == text


def test_a_limit_past_reason_is_refused():
    for limit in (Limit(LimitKind.CALENDAR, days=10**9), Limit(LimitKind.WORKING, minutes=10**9)):
        with pytest.raises(InvalidInput, match=r"calendar\.too_far"):
            due(at("2026-11-20T16:00"), limit, CALENDAR)


def walked(received: datetime, minutes: int) -> datetime:
    """Step minute by minute; a working minute is one whose start lies in the hours."""

    def works(moment: datetime) -> bool:
        day, clock = moment.date(), f"{moment:%H:%M}"
        on = day in CALENDAR.days_worked or (moment.isoweekday() <= 5 and day not in CALENDAR.days_off)
        morning, afternoon = "07:30" <= clock < "11:30", "13:00" <= clock < "17:00"
        return on and (morning or (afternoon and day not in CALENDAR.half_days))

    while minutes:
        minutes -= works(received)
        received += timedelta(minutes=1)
    return received


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(datetime(2026, 8, 15), datetime(2026, 12, 10)).map(
        lambda moment: moment.replace(second=0, microsecond=0)
    ),
    st.integers(1, 2500),
)
def test_working_time_agrees_with_walking_minute_by_minute(moment, minutes):
    received = moment.replace(tzinfo=HANOI)
    expected = walked(received, minutes)
    assert due(received, Limit(LimitKind.WORKING, minutes=minutes), CALENDAR).at == expected
    assert CALENDAR.minutes_between(received, expected) == minutes


@pytest.mark.parametrize(
    ("now", "due_at", "expected"),
    [
        ("2026-11-23T09:00", "2026-11-25T16:00", (RemainingKind.DAYS, 1, False)),
        ("2026-11-20T09:00", "2026-11-25T16:00", (RemainingKind.DAYS, 2, False)),
        ("2026-11-25T09:00", "2026-11-25T16:00", (RemainingKind.HOURS, 6, False)),
        ("2026-11-25T15:30", "2026-11-25T16:00", (RemainingKind.HOURS, 1, False)),
        ("2026-11-25T16:30", "2026-11-25T16:00", (RemainingKind.HOURS, 0, False)),
        ("2026-11-26T07:00", "2026-11-25T16:00", (RemainingKind.DAYS, 1, True)),
        ("2026-11-25T07:00", "2026-11-20T16:00", (RemainingKind.DAYS, 2, True)),
        ("2026-11-28T07:00", "2026-11-27T16:00", (RemainingKind.DAYS, 1, True)),
        ("2026-11-27T23:00", "2026-11-28T09:00", (RemainingKind.DAYS, 1, False)),
    ],
)
def test_what_is_left_is_told_in_working_days_and_late_is_by_date(now, due_at, expected):
    assert remaining(at(now), at(due_at), CALENDAR) == Remaining(*expected)


def test_nothing_is_left_or_late_without_a_due_date():
    assert remaining(at("2026-11-20T09:00"), None, CALENDAR) == Remaining(RemainingKind.NONE, 0, overdue=False)
    assert RemainingKind.NONE == "none"


def test_a_far_due_date_is_told_all_the_same():
    assert remaining(at("1900-01-01T09:00"), at("2026-11-20T09:00"), CALENDAR).kind is RemainingKind.DAYS


@pytest.mark.parametrize(
    ("limit", "body"),
    [
        (days(2), {"kind": "working", "minutes": 960}),
        (Limit(LimitKind.CALENDAR, days=25), {"kind": "calendar", "days": 25}),
        (SAME_DAY, {"kind": "same-day"}),
        (Limit(LimitKind.NONE), {"kind": "none"}),
    ],
)
def test_a_limit_is_written_and_read_back(limit, body):
    assert limit.as_body() == body
    assert Limit.from_body(body) == limit


def test_a_limit_of_a_newer_program_is_an_unknown_one():
    assert Limit.from_body({"kind": "moons", "minutes": "many"}) == Limit(LimitKind.NONE)
    assert Limit.from_body({}) == Limit(LimitKind.NONE)
