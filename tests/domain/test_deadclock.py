"""A PC with a dead clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop_desktop.domain.calendar import HANOI
from onestop_desktop.domain.deadclock import ClockView, corrected, hub_time_now, offset_for, suspicion

NOW = datetime(2022, 3, 3, 9, 15, tzinfo=HANOI)
BUILD = date(2022, 1, 10)


@pytest.mark.parametrize(
    ("view", "code"),
    [
        (ClockView(NOW, None, BUILD), None),
        (ClockView(NOW, NOW - timedelta(days=90), BUILD), None),
        (ClockView(NOW, NOW + timedelta(seconds=30), BUILD), None),
        (ClockView(NOW, NOW + timedelta(hours=1), BUILD), "clock.before_last_entry"),
        (ClockView(NOW, None, date(2022, 3, 4)), "clock.before_build"),
        (ClockView(datetime(2022, 3, 3, 17, 30, tzinfo=UTC), None, date(2022, 3, 4)), None),
        (ClockView(NOW, None, BUILD, NOW + timedelta(hours=23)), None),
        (ClockView(NOW, None, BUILD, NOW + timedelta(hours=25)), "clock.off_from_hub"),
        (ClockView(NOW, None, BUILD, NOW - timedelta(hours=25)), "clock.off_from_hub"),
        (ClockView(datetime(2000, 1, 1, tzinfo=UTC), NOW, BUILD, NOW), "clock.before_last_entry"),
    ],
)
def test_a_time_that_cannot_be_true_is_suspected(view, code):
    assert suspicion(view) == code


def test_weeks_without_the_hub_raise_no_suspicion():
    told = NOW - timedelta(days=40)
    assert suspicion(ClockView(NOW, None, BUILD, hub_time_now(told, told, NOW))) is None
    wrong_then = told - timedelta(days=3)
    assert suspicion(ClockView(NOW, None, BUILD, hub_time_now(told, wrong_then, NOW))) == "clock.off_from_hub"


def test_the_answer_keeps_the_time_of_day():
    pc_now = datetime(2000, 1, 1, 9, 15, 20, 5000, tzinfo=HANOI)
    offset = offset_for(date(2022, 3, 3), pc_now, None)
    assert corrected(pc_now, offset) == datetime(2022, 3, 3, 9, 15, 20, 5000, tzinfo=HANOI)
    assert corrected(pc_now.astimezone(UTC), offset) == corrected(pc_now, offset)


def test_the_answer_is_never_before_the_last_entry_of_that_day():
    pc_now = datetime(2000, 1, 1, 0, 1, tzinfo=HANOI)
    offset = offset_for(date(2022, 3, 3), pc_now, NOW)
    assert corrected(pc_now, offset) == NOW


def test_an_answer_of_another_day_than_the_last_entry_is_believed():
    pc_now = datetime(2000, 1, 1, 8, 0, tzinfo=HANOI)
    for day in (date(2022, 3, 2), date(2022, 3, 4)):
        assert corrected(pc_now, offset_for(day, pc_now, NOW)).date() == day


@given(
    st.dates(date(2018, 1, 1), date(2040, 1, 1)),
    st.datetimes(datetime(1980, 1, 1), datetime(2050, 1, 1)),
    st.datetimes(datetime(2018, 1, 1), datetime(2040, 1, 1)),
)
def test_the_corrected_day_is_the_day_that_was_said(answer, pc, last):
    pc_now, not_before = pc.replace(tzinfo=HANOI), last.replace(tzinfo=HANOI)
    result = corrected(pc_now, offset_for(answer, pc_now, not_before))
    assert abs(result - datetime.combine(answer, pc_now.timetz())) <= timedelta(days=1)
    if not_before.date() == answer:
        assert result >= not_before
    else:
        assert result.date() == answer
