"""The lunar calendar at UTC+7, against printed calendars."""

from __future__ import annotations

from datetime import date

import pytest

from onestop_desktop.domain.lunar import hung_kings_day, lunar_new_year

PRINTED = {
    1985: ("1985-01-21", None),  # a month before the Chinese new year
    2007: ("2007-02-17", None),  # one day before the Chinese new year
    2022: ("2022-02-01", "2022-04-10"),
    2023: ("2023-01-22", "2023-04-29"),  # a leap second month stands between
    2024: ("2024-02-10", "2024-04-18"),
    2025: ("2025-01-29", "2025-04-07"),
    2026: ("2026-02-17", "2026-04-26"),
    2027: ("2027-02-06", "2027-04-16"),
    2028: ("2028-01-26", "2028-04-04"),
    2029: ("2029-02-13", "2029-04-23"),
    2030: ("2030-02-02", "2030-04-12"),
    2031: ("2031-01-23", "2031-04-01"),
    2032: ("2032-02-11", "2032-04-19"),
    2033: ("2033-01-31", "2033-04-09"),
    2034: ("2034-02-19", "2034-04-28"),
    2035: ("2035-02-08", "2035-04-17"),
}


@pytest.mark.parametrize("year", PRINTED)
def test_tet_and_the_hung_kings_day_fall_as_printed(year):
    tet, kings = PRINTED[year]
    assert lunar_new_year(year) == date.fromisoformat(tet)
    assert kings is None or hung_kings_day(year) == date.fromisoformat(kings)
