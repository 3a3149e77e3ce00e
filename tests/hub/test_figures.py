"""Figures, the public's view, look-ups, and what was passed up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from onestop_desktop.domain.number import check_97_10
from onestop_desktop.domain.status import STATUSES, Counts
from onestop_desktop.errors import InvalidInput, Refused, TryLater
from onestop_desktop.hub import inbox, lookup
from onestop_desktop.hub.figures import (
    CommuneFigures,
    Period,
    days,
    figures,
    merge_small,
    public_figures,
    standing_on,
    total,
)
from onestop_desktop.hub.tables import DOSSIER, LOOKUP_TRY
from tests.hub.made import AGENCY, START, enrol, enrol_another

TODAY = START.date()
STEPS = {
    "assign": {"officer": "Tư"}, "ask-supplement": {"items": ["x"], "reason": "y"}, "ask-payment": {"amount": 1},
    "supplement": {}, "paid": {}, "forward": {"unit": "huyện"}, "answer": {"text": "x"}, "withdraw": {"reason": "x"},
    "stop": {"reason": "x"}, "ready": {"outcome": "granted"}, "return": {}, "void": {"reason": "x"},
}  # fmt: skip


def send(desk):
    for packet in desk.packets(40):
        answer = desk.send(packet)
    return answer


def of(hub, desk, today=TODAY, period=None):
    with hub.reading() as connection:
        return next(one for one in figures(connection, today, period) if one.commune == desk.commune)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    walks=st.lists(st.lists(st.sampled_from(sorted(STEPS)), max_size=6), min_size=1, max_size=12),
)
def test_the_identity_holds_whatever_happened_and_equals_an_independent_recount(hub, walks):
    desk = enrol_another(hub)
    for walk in walks:
        dossier = desk.receive()
        for step in walk:
            desk.act(dossier, step, **STEPS[step])
    send(desk)
    found = of(hub, desk)
    states = desk.folded().values()
    by = {counts: sum(STATUSES[one.status].counts is counts for one in states) for counts in Counts}
    assert (found.received, found.by) == (len(walks), by)
    assert found.holds
    with hub.reading() as connection:
        everything = figures(connection, TODAY)
        stood = standing_on(connection, desk.commune, TODAY)
    assert total(everything).holds
    assert total(everything).received == sum(one.received for one in everything)
    assert (stood.received, stood.by) == (found.received, found.by)


def test_lateness_is_the_end_of_processing_against_the_due_day(hub):
    desk = enrol(hub)
    on_time, late, extended, open_late, open_ = (desk.receive(due_days=days) for days in (3, 1, 1, 1, 9))
    desk.act(on_time, "ready", outcome="granted")
    desk.act(extended, "extend", due_at="2026-12-30T17:00:00+07:00", reason="x")
    desk.at += timedelta(days=2)
    desk.act(late, "ready", outcome="granted")
    desk.act(extended, "ready", outcome="granted")
    desk.at += timedelta(days=20)
    desk.act(on_time, "return")
    send(desk)
    found = of(hub, desk, TODAY + timedelta(days=2))
    assert (found.on_time, found.late, found.first_late, found.overdue) == (2, 1, 2, 1)
    assert found.resolved_permille == 600
    assert {open_late, open_} <= {row.id for row in rows(hub, status="received")}
    with hub.reading() as connection:
        assert days(connection, Period(TODAY, TODAY + timedelta(days=9))) == {
            TODAY.isoformat(): (5, 1),
            (TODAY + timedelta(days=2)).isoformat(): (0, 2),
        }


def rows(hub, **where):
    with hub.reading() as connection:
        query = DOSSIER.select()
        for name, value in where.items():
            query = query.where(DOSSIER.c[name] == value)
        return connection.execute(query).all()


def test_a_period_counts_the_dossiers_received_in_it(hub):
    desk = enrol(hub)
    desk.receive()
    desk.at += timedelta(days=3)
    desk.receive()
    desk.receive()
    send(desk)
    later = TODAY + timedelta(days=3)
    next_day = TODAY + timedelta(days=1)
    spans = (Period(), Period(TODAY, TODAY), Period(later), Period(None, later), Period(next_day, later))
    counted = [of(hub, desk, period=span).received for span in spans]
    assert counted == [3, 1, 2, 3, 2]


def test_what_waits_and_what_is_odd_stands_beside_the_figures(hub):
    desk = enrol(hub)
    desk.add("refuse", {"agency": AGENCY, "reason": "thiếu giấy tờ"})
    for _ in range(11):
        desk.receive()
    first, _gap, third = desk.packets(4)
    desk.send(first)
    desk.send(third)
    found = of(hub, desk)
    assert (found.received, found.refused, found.waiting, found.desks) == (3, 1, 4, 1)
    assert found.seen_ms == found.accepted_ms == hub.now_ms()
    assert found.newest_at.startswith("2026-11-23T01:")
    assert of(hub, enrol(hub, seed=5, agency="000.19.34.H52")).received == 0


# -- the public ---------------------------------------------------------------------------------------------


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 30), min_size=1))
def test_no_small_count_can_be_read_or_computed(cells):
    groups, other = merge_small(cells)
    assert sum(groups.values()) + other == sum(cells.values())
    assert all(not 0 < many < 5 for many in groups.values())
    assert other == 0 or other >= 5 or not any(groups.values())


def test_public_figures_are_numbers_without_small_cells():
    by = {Counts.PROCESSING: 3, Counts.FINISHED: 20, Counts.VOIDED: 1}
    shown = public_figures(CommuneFigures(1, "Sặp Vạt", received=24, by=by, on_time=18, late=2))
    assert (shown.received, dict(shown.groups), shown.other) == (24, {}, 24)
    assert shown.on_time_permille is None
    few = public_figures(CommuneFigures(1, "Sặp Vạt", received=4, by={Counts.FINISHED: 4}, on_time=4))
    assert (few.received, few.groups, few.other, few.on_time_permille) == (None, {}, 0, None)
    many = public_figures(CommuneFigures(1, "x", received=40, by={Counts.FINISHED: 40}, on_time=30, late=10))
    assert (many.received, many.groups["finished"], many.on_time_permille) == (40, 40, 750)


def test_public_figures_of_an_agency(hub):
    desk = enrol(hub)
    for _ in range(6):
        desk.receive()
    send(desk)
    assert lookup.public(hub, AGENCY.lower()).groups == {"open": 6, "finished": 0, "unresolved": 0}
    with pytest.raises(InvalidInput, match=r"hub\.unknown_agency"):
        lookup.public(hub, "H99.1")


# -- look-up ------------------------------------------------------------------------------------------------


def wrong_secret(digits: str, plus: int) -> str:
    body = digits[:-8] + f"{(int(digits[-8:-2]) + plus) % 10**6:06}"
    return body + check_97_10(body)


def barcode(hub, dossier: str) -> str:
    return str(rows(hub, id=dossier)[0].barcode)


def test_a_receipts_digits_tell_group_completion_and_due_day_and_nothing_else(hub):
    desk = enrol(hub)
    ready, voided, fresh, asked = (desk.receive() for _ in range(4))
    desk.act(ready, "ready", outcome="granted")
    desk.act(voided, "void", reason="x")
    desk.act(asked, "ask-supplement", items=["x"], reason="y")
    send(desk)
    found = {name: lookup.lookup(hub, AGENCY, barcode(hub, name), "10.0.0.1") for name in (ready, voided, fresh, asked)}
    due = (TODAY + timedelta(days=5)).isoformat()
    assert found[ready] == lookup.Found(True, "finished", 75, due)
    assert found[voided] == lookup.Found(True, "ended", 100, due)
    assert found[fresh] == lookup.Found(True, "processing", 25, due)
    assert found[asked] == lookup.Found(True, "waiting", 50, "")


def test_unknown_wrong_and_foreign_digits_answer_the_same(hub):
    desk = enrol(hub)
    digits = barcode_of_one(desk, hub)
    nothing = lookup.Found()
    for agency, asked in (
        (AGENCY, wrong_secret(digits, 1)), (AGENCY, "1" * 18), (AGENCY, "hello"), (AGENCY, ""), ("H11.22", digits),
        (AGENCY, "9" * 500), ("x" * 500, digits),
    ):  # fmt: skip
        assert lookup.lookup(hub, agency, asked, "10.0.0.1") == nothing


def barcode_of_one(desk, hub) -> str:
    dossier = desk.receive()
    send(desk)
    return barcode(hub, dossier)


def test_ten_wrong_tries_at_a_dossier_close_it_for_the_day_for_everybody(hub, hub_clock):
    desk = enrol(hub)
    digits = barcode_of_one(desk, hub)
    for n in range(10):
        assert not lookup.lookup(hub, AGENCY, wrong_secret(digits, n + 1), f"10.0.0.{n}").found
    with pytest.raises(TryLater, match=r"hub\.lookup_later"):
        lookup.lookup(hub, AGENCY, digits, "10.0.9.9")
    hub_clock.put(hub_clock.at + timedelta(days=1))
    assert lookup.lookup(hub, AGENCY, digits, "10.0.9.9").found


def test_a_hundred_wrong_tries_close_an_address_and_no_other(hub):
    desk = enrol(hub)
    digits = barcode_of_one(desk, hub)
    for _ in range(100):
        lookup.lookup(hub, AGENCY, "123", "10.0.0.1")
    with pytest.raises(TryLater, match=r"hub\.lookup_later"):
        lookup.lookup(hub, AGENCY, digits, "10.0.0.1")
    assert lookup.lookup(hub, AGENCY, digits, "10.0.0.2").found
    with hub.reading() as connection:
        kept = b"".join(bytes(row.who) for row in connection.execute(LOOKUP_TRY.select()))
    assert b"10.0.0.1" not in kept


# -- passed up ----------------------------------------------------------------------------------------------


def test_an_answer_goes_down_once_and_the_dossier_leaves_the_list_when_the_desk_has_it(hub):
    desk = enrol(hub)
    dossier, other = desk.receive(), desk.receive(due_days=2)
    desk.act(dossier, "forward", unit="UBND huyện")
    desk.act(other, "forward", unit="Sở Tư pháp")
    send(desk)

    def listed():
        with hub.reading() as connection:
            return [(one.dossier, bool(one.sent_ms)) for one in inbox.waiting(connection)]

    assert listed() == [(other, False), (dossier, False)]
    with pytest.raises(InvalidInput, match=r"input\.missing"):
        inbox.answer(hub, desk.commune, other, "  ", "", "hà")
    number = inbox.answer(hub, desk.commune, other, "Đồng ý", "12/UBND", "hà")
    assert listed() == [(dossier, False), (other, True)]
    with pytest.raises(Refused, match=r"hub\.answered"):
        inbox.answer(hub, desk.commune, other, "Lần nữa", "", "hà")
    [message] = desk.hello().messages
    assert (message.n, message.kind) == (number, "answer")
    desk.act(other, "answer", text="Đồng ý", document="12/UBND", message=number)
    send(desk)
    assert listed() == [(dossier, False)]
    with pytest.raises(Refused, match=r"hub\.not_forwarded"):
        inbox.answer(hub, desk.commune, other, "Muộn", "", "hà")
    with pytest.raises(InvalidInput, match=r"hub\.no_dossier"):
        inbox.answer(hub, desk.commune, "none", "x", "", "hà")


def test_a_status_of_a_newer_program_is_counted_apart_and_never_lost(hub):
    desk = enrol(hub)
    desk.receive()
    send(desk)
    with hub.writing() as connection:
        connection.execute(update(DOSSIER).values(status="floating", counts=""))
    found = of(hub, desk, date(2026, 12, 1))
    assert (found.received, found.unknown, found.holds) == (1, 1, True)
