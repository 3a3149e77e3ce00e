"""The table of statuses written out a second time, by hand: a row changed by mistake turns this red.

Whoever changes the table on purpose changes the line here too. Sources: the design's list of steps and its identity
of the book; the national exchange's list of statuses 1 to 10 with its transitions.
"""

from __future__ import annotations

import pytest

from onestop_desktop.domain.status import (
    REFUSED_AT_COUNTER,
    STATUSES,
    STEPS,
    TO_HAND_OVER,
    UNDONE,
    next_steps,
)  # fmt: skip

# Status: portal code, counts as, clock, label; then each step, with the status that it leads to behind `>`.
TABLE = """
received: 2 processing running Mới tiếp nhận
    assign>processing ask-supplement>awaiting-supplement ask-payment>awaiting-payment forward>forwarded
    extend withdraw>withdrawn stop>stopped ready>ready collect refund attach correct void>voided
processing: 4 processing running Đang xử lý
    assign>processing ask-supplement>awaiting-supplement ask-payment>awaiting-payment forward>forwarded
    extend withdraw>withdrawn stop>stopped ready>ready collect refund attach correct void>voided
forwarded: 4 processing running Đã chuyển cấp trên
    answer>processing extend withdraw>withdrawn stop>stopped ready>ready collect refund attach correct void>voided
awaiting-supplement: 5 awaiting-supplement paused Chờ bổ sung
    supplement>processing withdraw>withdrawn stop>stopped collect refund attach correct void>voided
awaiting-payment: 6 awaiting-payment paused Chờ nộp phí
    paid>processing withdraw>withdrawn stop>stopped collect refund attach correct void>voided
ready: 9 finished ended Chờ trả
    return>returned rate collect refund attach correct void>voided
returned: 10 finished ended Đã trả
    rate collect refund attach correct void>voided
withdrawn: 7 unresolved ended Công dân rút
    collect refund attach correct void>voided
stopped: 8 unresolved ended Đã dừng
    collect refund attach correct void>voided
declined: 3 unresolved ended Không đủ điều kiện
    return>declined-returned rate collect refund attach correct void>voided
declined-returned: 3 unresolved ended Đã trả từ chối
    rate collect refund attach correct void>voided
voided: 8 voided ended Đã hủy
    refund
"""

TERMINAL = {"returned", "withdrawn", "stopped", "declined-returned", "voided"}
"""Nothing but a void leads out of these; a mistake is corrected by an entry of its own."""

PORTAL_WAYS = {2: {3, 4, 5, 7, 8, 9}, 4: {3, 5, 6, 7, 8, 9}, 5: {3, 4, 7, 8}, 6: {4, 7, 8}, 9: {10}}
"""The national exchange's transitions; 4 to 3 is a dossier declined after examination (Decree 61/2018, art. 19.8)."""

OWN_WAYS = {(2, 6)}
"""What the desk has besides: a payment asked for at once, before anybody has begun."""


def written() -> dict[str, tuple[int, str, str, str, dict[str, str]]]:
    """Read the table above."""
    rows: dict[str, tuple[int, str, str, str, dict[str, str]]] = {}
    code = ""
    for line in TABLE.strip().splitlines():
        if line.startswith(" "):
            rows[code][4].update({step: to for step, _sign, to in (one.partition(">") for one in line.split())})
        else:
            code, _colon, rest = line.partition(": ")
            portal, counts, timing, label = rest.split(" ", 3)
            rows[code] = (int(portal), counts, timing, label, {})
    return rows


def test_the_statuses_are_these_in_this_order():
    assert list(STATUSES) == list(written())


@pytest.mark.parametrize("code", written())
def test_a_status_is_as_it_was_written_out(code: str):
    row = STATUSES[code]
    assert (row.portal, str(row.counts), str(row.timing), row.label, dict(row.next)) == written()[code]
    assert row.code == code


@pytest.mark.parametrize("code", written())
def test_the_steps_allowed_are_those_of_the_row_and_a_conflict_adds_settling(code: str):
    steps = set(written()[code][4])
    assert set(next_steps(code)) == steps
    assert set(next_steps(code, conflict=True)) == steps | {"settle"}


def test_the_steps_are_those_of_the_design():
    design = (
        "assign ask-supplement supplement ask-payment paid forward answer extend withdraw stop ready return collect "
        "refund attach rate correct void settle"
    )
    assert set(STEPS) == set(design.split())
    assert {name for name, step in STEPS.items() if step.two_people} == {"void"}
    assert {step for row in written().values() for step in row[4]} == set(STEPS) - {"settle"}


def test_only_a_void_leads_out_of_an_end():
    ends = {code for code, row in STATUSES.items() if not {to for to in row.next.values() if to} - {"voided"}}
    assert ends == TERMINAL


def test_the_portals_statuses_move_as_the_national_exchange_lets_them():
    """A void is told as 8, whatever was told before: it corrects by an entry, not by a way of the portal."""
    moves = {
        (row.portal, STATUSES[to].portal)
        for row in STATUSES.values()
        for to in row.next.values()
        if to and to != "voided" and STATUSES[to].portal != row.portal
    }
    allowed = {(before, after) for before, ways in PORTAL_WAYS.items() for after in ways}
    assert moves - allowed == OWN_WAYS


def test_what_is_handed_over_and_what_is_undone():
    assert dict(UNDONE) == {"returned": "ready", "declined-returned": "declined"}
    assert set(TO_HAND_OVER) == {"ready", "declined"}
    assert REFUSED_AT_COUNTER == 3  # "Không được tiếp nhận"
