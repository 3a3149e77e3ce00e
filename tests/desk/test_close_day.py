"""The end of a day at the desk: what is newly overdue, fees that nobody recorded, work that lies on this PC alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from onestop_desktop.clock import HANOI, SetClock
from onestop_desktop.desk.close_day import COPIED_WITHIN, Check
from onestop_desktop.desk.desk import Desk
from onestop_desktop.errors import InvalidInput
from onestop_desktop.store import left
from onestop_desktop.words import load
from tests.builders import a_line

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 11, day) for day in range(23, 28))
"""The 24th is a day off (Vietnamese Culture Day)."""
MONDAY_AFTER = date(2026, 11, 30)


def at(day: date, hour: int = 16) -> datetime:
    return datetime.combine(day, datetime.min.time(), HANOI).replace(hour=hour)


def take(desk: Desk, due: date | None = None, **more: object) -> str:
    if due is not None:
        more["due_at"] = at(due, 11).isoformat()
    return desk.receive(a_line("Quàng Văn Thương", **more), again=True).id


def overdue(desk: Desk, day: date) -> int:
    return desk.close_day.figures(day).overdue_new


def check(desk: Desk, code: str) -> Check:
    return next(one for one in desk.close_day.checks(desk.now().date()) if one.code == code)


# -- newly overdue --------------------------------------------------------------------------------------------


def test_what_was_due_the_day_before_and_is_not_finished_is_newly_overdue(desk: Desk, clock: SetClock) -> None:
    for due in (MONDAY, MONDAY, TUESDAY):
        take(desk, due)
    assert overdue(desk, MONDAY) == 0
    clock.put(at(TUESDAY))
    # The figure is that of the red chip: both are a matter of dates.
    assert overdue(desk, TUESDAY) == len(desk.board("overdue", limit=500).rows) == 2


def test_nobody_is_late_on_the_due_day_itself_even_after_the_hour(desk: Desk, clock: SetClock) -> None:
    take(desk, MONDAY)
    clock.put(at(MONDAY, 17))
    assert overdue(desk, MONDAY) == 0


def test_over_a_week_each_overdue_dossier_is_new_on_one_working_day(desk: Desk, clock: SetClock) -> None:
    week = [WEDNESDAY, THURSDAY, FRIDAY, MONDAY_AFTER]
    for due in (MONDAY, THURSDAY, THURSDAY, FRIDAY, date(2026, 11, 28), date(2026, 11, 29)):
        take(desk, due)
    clock.put(at(MONDAY_AFTER))
    assert [overdue(desk, day) for day in week] == [1, 0, 2, 3]


def test_what_is_finished_in_time_stopped_waiting_or_put_off_is_not_overdue(desk: Desk, clock: SetClock) -> None:
    moves = (
        ("ready", {}), ("withdraw", {"reason": "Đổi ý"}), ("ask-supplement", {"items": ["Ảnh"], "reason": "Thiếu"}),
        ("extend", {"due_at": at(FRIDAY).isoformat(), "reason": "Xác minh"}), ("void", {"reason": "Nhầm"}),
    )  # fmt: skip
    for step, values in moves:
        desk.act(take(desk, MONDAY), step, values)
    clock.put(at(TUESDAY))
    assert overdue(desk, TUESDAY) == 0


def test_a_past_day_stays_as_it_was_whatever_came_after_it(desk: Desk, clock: SetClock) -> None:
    late, put_off, voided = (take(desk, MONDAY) for _one in range(3))
    clock.put(at(TUESDAY))
    assert overdue(desk, TUESDAY) == 3
    desk.act(late, "ready", {})
    desk.act(put_off, "extend", {"due_at": at(FRIDAY).isoformat(), "reason": "Xác minh"})
    clock.put(at(THURSDAY))
    desk.act(late, "return", {})
    desk.act(voided, "stop", {"reason": "Không bổ sung"})
    assert overdue(desk, TUESDAY) == 3
    assert overdue(desk, THURSDAY) == 0
    clock.put(at(MONDAY_AFTER))
    # The new date ran over too.
    assert overdue(desk, MONDAY_AFTER) == 1


def test_a_result_that_is_said_to_have_come_in_time_was_in_time(desk: Desk, clock: SetClock) -> None:
    dossier = take(desk, MONDAY)
    clock.put(at(TUESDAY))
    assert overdue(desk, TUESDAY) == 1
    desk.act(dossier, "ready", {"at": at(MONDAY, 10).isoformat()})
    assert overdue(desk, TUESDAY) == 0


def test_the_working_day_before_skips_weekends_and_holidays(desk: Desk) -> None:
    calendar = desk.core.calendar
    assert calendar.last_working_day(TUESDAY) == MONDAY
    assert calendar.last_working_day(MONDAY) == date(2026, 11, 20)
    assert calendar.last_working_day(WEDNESDAY) == MONDAY


# -- fees -----------------------------------------------------------------------------------------------------


def handed_over(desk: Desk, fee: int, *collected: int) -> str:
    dossier = take(desk, fee=fee)
    for amount in collected:
        desk.act(dossier, "collect", {"amount": amount})
    desk.act(dossier, "ready", {})
    desk.act(dossier, "return", {})
    return dossier


def test_a_result_handed_over_without_its_whole_fee_is_named(desk: Desk) -> None:
    paid, free, part, nothing = (handed_over(desk, *one) for one in ((8000, 8000), (0,), (8000, 5000), (8000,)))
    found = check(desk, "fees")
    assert (found.ok, found.count, found.action) == (False, 2, "unpaid")
    tails = [desk.dossier(one).number[-4:] for one in (part, nothing, paid, free)]
    assert [one[-4:] for one in found.which.split(", ")] == tails[:2]
    desk.act(part, "collect", {"amount": 3000})
    desk.act(nothing, "correct", {"reason": "Được miễn", "changes": {"fee": 0}})
    assert check(desk, "fees") == Check("fees", True, 0)


def test_what_is_not_handed_over_yet_owes_nothing_at_the_end_of_the_day(desk: Desk, clock: SetClock) -> None:
    take(desk, fee=8000)
    desk.act(take(desk, fee=8000), "ready", {})
    assert check(desk, "fees").ok
    handed_over(desk, 8000)
    assert not check(desk, "fees").ok
    clock.put(at(TUESDAY))
    assert check(desk, "fees").ok


def test_a_fee_that_was_given_back_after_the_result_is_told(desk: Desk) -> None:
    dossier = handed_over(desk, 8000, 8000)
    assert check(desk, "fees").ok
    desk.act(dossier, "refund", {"amount": 8000, "reason": "Thu nhầm"})
    assert check(desk, "fees").count == 1


def test_many_are_counted_and_a_few_are_named(desk: Desk) -> None:
    for _one in range(5):
        handed_over(desk, 8000)
    found = check(desk, "fees")
    assert found.count == 5
    assert found.which.split(", ")[3:] == ["…"]


# -- alone on this PC -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "ok"), [(0, True), (COPIED_WITHIN, True), (COPIED_WITHIN + 1, False), (40, False)])
def test_work_that_lies_on_this_pc_alone_for_too_long_is_told(
    desk: Desk, clock: SetClock, days: int, *, ok: bool
) -> None:
    take(desk)
    clock.put(at(MONDAY + timedelta(days=days)))
    found = check(desk, "copied")
    assert (found.ok, found.count) == (ok, days)
    assert found.action == ("" if ok else "unsent")


def test_once_the_hub_has_it_nothing_lies_alone(desk: Desk, clock: SetClock) -> None:
    take(desk)
    clock.put(at(MONDAY + timedelta(days=30)))
    assert not check(desk, "copied").ok
    newest = desk.pending().entries
    desk.core.store.write_plain(lambda c: c.execute(
        "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (left.SENT, str(newest))
    ))  # fmt: skip
    assert check(desk, "sent").ok
    assert check(desk, "copied") == Check("copied", True, 0)


def test_nothing_in_clear_is_written_beside_the_store(desk: Desk) -> None:
    folder = desk.core.store.site.data / "chốt ngày"
    with pytest.raises(InvalidInput, match=r"cli\.receipts_inside_data"):
        desk.close_day.close(MONDAY, folder, load("vi"))
    assert not folder.exists()
