"""Working time, and the shipped data of it."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop_desktop.domain.calendar import HANOI, Calendar, Span, WeekHours, parse_calendar
from onestop_desktop.domain.lunar import hung_kings_day, lunar_new_year
from onestop_desktop.errors import InvalidInput

SEED = Path(__file__).parents[2] / "db" / "seed"
YEARS = range(2018, 2028)


def read(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def shipped() -> Calendar:
    return parse_calendar(read(SEED / "hours.toml"), [read(SEED / f"holidays/{year}.toml") for year in YEARS])


CALENDAR = shipped()
MORNING, AFTERNOON = Span(time(7, 30), time(11, 30)), Span(time(13), time(17))
FULL_DAY = (MORNING, AFTERNOON)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


@pytest.mark.parametrize(
    ("day", "spans"),
    [
        ("2026-11-23", FULL_DAY),
        ("2026-11-24", ()),
        ("2026-11-22", ()),
        ("2026-11-21", ()),
        ("2026-08-22", FULL_DAY),
        ("2026-08-31", ()),
        ("2026-01-02", ()),
        ("2026-01-10", FULL_DAY),
        ("2022-03-03", FULL_DAY),
        ("2025-04-26", FULL_DAY),
        ("2025-05-02", ()),
        ("2015-06-01", FULL_DAY),
    ],
)
def test_the_shipped_days_are_worked_or_not(day, spans):
    assert CALENDAR.spans_on(date.fromisoformat(day)) == spans
    assert CALENDAR.is_working(date.fromisoformat(day)) == bool(spans)


@pytest.mark.parametrize("year", YEARS)
def test_a_shipped_year_holds_the_holidays_of_the_law_and_the_moon(year):
    law = [(1, 1), (4, 30), (5, 1), (9, 2)] + ([(11, 24)] if year >= 2026 else [])
    off = CALENDAR.days_off
    assert all(date(year, *day) in off for day in law)
    assert off[lunar_new_year(year)] == "Tết Nguyên Đán"
    assert off[hung_kings_day(year)] == "Ngày Giỗ Tổ Hùng Vương"
    tet = [day for day in off if abs(day - lunar_new_year(year)) <= timedelta(days=5)]
    assert len(tet) >= 5


@pytest.mark.parametrize("year", YEARS)
def test_every_shipped_day_names_its_source(year):
    table = read(SEED / f"holidays/{year}.toml")
    assert all(row["name"] and row["source"] for kind in ("off", "worked") for row in table.get(kind, []))


def test_the_shipped_years_have_as_many_days_as_the_notices():
    counts = {year: sum(day.year == year for day in CALENDAR.days_off) for year in YEARS}
    assert counts == dict(zip(YEARS, (14, 12, 12, 14, 15, 17, 14, 13, 15, 15), strict=True))
    assert sorted(map(str, CALENDAR.days_worked)) == [
        "2019-01-05",
        "2019-05-04",
        "2024-05-04",
        "2025-04-26",
        "2026-01-10",
        "2026-08-22",
    ]


def test_make_up_days_stand_on_weekends_and_swapped_days_do_not():
    assert all(day.weekday() >= 5 for day in CALENDAR.days_worked)
    swapped = [day for day, name in CALENDAR.days_off.items() if "thay cho ngày" in name or "nghỉ bù" in name]
    assert len(swapped) > 15
    assert all(day.weekday() < 5 for day in swapped)


def test_the_next_working_day_is_strictly_later_and_knows_holidays():
    assert CALENDAR.next_working_day(date(2026, 11, 23)) == date(2026, 11, 25)
    assert CALENDAR.next_working_day(date(2026, 8, 21)) == date(2026, 8, 22)
    assert CALENDAR.next_working_day(date(2026, 2, 13)) == date(2026, 2, 23)


def test_a_day_is_called_by_its_name():
    assert CALENDAR.name_of(date(2026, 11, 24)) == "Ngày Văn hóa Việt Nam"
    assert CALENDAR.name_of(date(2026, 1, 10)) == "Làm bù cho ngày 02/01/2026"
    assert CALENDAR.name_of(date(2026, 11, 22)) is None


def test_the_data_ends_with_its_last_year_which_is_provisional():
    assert CALENDAR.known_through() == date(2027, 12, 31)
    assert CALENDAR.provisional_years == {2027}


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-23T07:30", "2026-11-23T17:00", 480),
        ("2026-11-23T00:00", "2026-11-24T00:00", 480),
        ("2026-11-23T11:00", "2026-11-23T13:30", 60),
        ("2026-11-23T11:30", "2026-11-23T13:00", 0),
        ("2026-11-23T16:00", "2026-11-25T08:00", 90),
        ("2026-11-21T09:00", "2026-11-22T09:00", 0),
        ("2026-11-25T08:00", "2026-11-23T16:00", -90),
        ("2026-11-23T09:00", "2026-11-23T09:00", 0),
    ],
)
def test_minutes_between_count_working_time_only(start, end, minutes):
    assert CALENDAR.minutes_between(at(start), at(end)) == minutes


def test_instants_of_another_zone_count_by_civil_time():
    start = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    assert CALENDAR.minutes_between(start, start + timedelta(hours=1)) == 60
    assert CALENDAR.after_minutes(start, 60) == at("2026-11-23T08:30")


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-23T07:30", 480, "2026-11-23T17:00"),
        ("2026-11-23T17:00", 480, "2026-11-25T17:00"),
        ("2026-11-23T12:00", 480, "2026-11-25T11:30"),
        ("2026-11-23T11:30", 240, "2026-11-23T17:00"),
        ("2026-11-23T11:00", 31, "2026-11-23T13:01"),
        ("2026-11-21T09:00", 0, "2026-11-23T07:30"),
    ],
)
def test_time_counted_on_ends_within_working_hours(start, minutes, end):
    assert CALENDAR.after_minutes(at(start), minutes) == at(end)


def test_hours_change_on_their_day():
    late = WeekHours(date(2026, 4, 1), ((Span(time(8), time(12)),),) * 5 + ((), ()))
    early = WeekHours(date(2020, 1, 1), (FULL_DAY,) * 5 + ((), ()))
    calendar = Calendar((early, late), {}, {}, {})
    assert calendar.spans_on(date(2026, 3, 31)) == FULL_DAY
    assert calendar.spans_on(date(2026, 4, 1)) == (Span(time(8), time(12)),)
    assert calendar.spans_on(date(2010, 4, 1)) == FULL_DAY


def test_a_half_day_has_its_own_hours_even_on_a_weekend():
    year = {
        "year": 2026,
        "half": [{"day": date(2026, 11, 28), "name": "Sáng thứ Bảy", "spans": ["07:30-11:30"]}],
    }
    calendar = parse_calendar(read(SEED / "hours.toml"), [year])
    assert calendar.spans_on(date(2026, 11, 28)) == (MORNING,)
    assert calendar.name_of(date(2026, 11, 28)) == "Sáng thứ Bảy"
    assert calendar.after_minutes(at("2026-11-27T17:00"), 300) == at("2026-11-30T08:30")


def test_a_calendar_without_working_time_ends_with_a_refusal():
    calendar = Calendar((WeekHours(date(2020, 1, 1), ((),) * 7),), {}, {}, {})
    for count in (
        lambda: calendar.next_working_day(date(2026, 1, 1)),
        lambda: calendar.after_minutes(at("2026-01-01T08:00"), 1),
    ):
        with pytest.raises(InvalidInput, match=r"calendar\.too_far"):
            count()
    assert calendar.known_through() == date.min


def test_limits_beyond_a_working_year_are_refused():
    assert CALENDAR.after_minutes(at("2022-03-03T08:00"), 360 * 480).year == 2023
    with pytest.raises(InvalidInput, match=r"calendar\.too_far"):
        CALENDAR.after_minutes(at("2022-03-03T08:00"), 360 * 480 + 1)
    with pytest.raises(InvalidInput, match=r"calendar\.too_far"):
        CALENDAR.minutes_between(at("1900-01-01T00:00"), at("2026-01-01T00:00"))
    with pytest.raises(InvalidInput, match=r"calendar\.too_far"):
        CALENDAR.next_working_day(date(9999, 12, 31))


DAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    "year",
    [
        {},
        {"year": "2026"},
        {"year": 2026, "off": [{"day": DAY}]},
        {"year": 2026, "off": [{"day": DAY, "name": " "}]},
        {"year": 2025, "off": [{"day": DAY, "name": "x"}]},
        {"year": 2026, "off": [{"day": "2026-05-01", "name": "x"}]},
        {"year": 2026, "off": [{"day": DAY, "name": "x"}, {"day": DAY, "name": "y"}]},
        {"year": 2026, "off": [{"day": DAY, "name": "x"}], "worked": [{"day": DAY, "name": "y"}]},
        {"year": 2026, "off": {"day": DAY}},
        {"year": 2026, "off": [DAY]},
        {"year": 2026, "half": [{"day": DAY, "name": "x"}]},
        {"year": 2026, "half": [{"day": DAY, "name": "x", "spans": ["11:30-07:30"]}]},
        {"year": 2026, "half": [{"day": DAY, "name": "x", "spans": ["07:30-25:00"]}]},
        {"year": 2026, "half": [{"day": DAY, "name": "x", "spans": ["7-11"]}]},
    ],
)
def test_bad_holiday_data_is_refused(year):
    with pytest.raises(InvalidInput, match=r"calendar\.bad_data"):
        parse_calendar(read(SEED / "hours.toml"), [year])


@pytest.mark.parametrize(
    "hours",
    [
        {},
        {"hours": []},
        {"hours": [{}]},
        {"hours": [{"valid_from": DAY, "mon": "07:30-11:30"}]},
        {"hours": [{"valid_from": DAY, "mon": ["13:00-17:00", "07:30-11:30"]}]},
        {"hours": [{"valid_from": DAY, "mon": ["07:30-11:30", "11:00-12:00"]}]},
    ],
)
def test_bad_hours_are_refused(hours):
    with pytest.raises(InvalidInput, match=r"calendar\.bad_data"):
        parse_calendar(hours, [])


def test_the_province_codes_are_the_63_of_before_the_merger():
    provinces = read(SEED / "provinces.toml")["provinces"]
    assert len(provinces) == 63
    assert provinces["014"] == "Tỉnh Sơn La"
    assert all(len(code) == 3 and code.isdigit() for code in provinces)


@given(first=st.dates(date(2018, 1, 1), date(2030, 1, 1)), days=st.integers(-5, 1500))
def test_working_days_are_counted_as_by_hand(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    by_hand = sum(CALENDAR.is_working(first + timedelta(days=step)) for step in range(1, days + 1))
    assert CALENDAR.working_days_between(first, last) == by_hand
