"""Correcting what was recorded: a correction takes nothing away that the way of a dossier has given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from onestop_desktop.domain.deadline import due
from onestop_desktop.domain.decide import decide_step
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.procedure import Channel, Procedure
from onestop_desktop.errors import InvalidInput, Refused
from tests.domain.test_decide import NOW, SEED, context, happen, step, taken

WRONG = "2.001035"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}+07:00")


def corrected(dossier: Dossier, changes: dict[str, Any], now: datetime) -> Dossier:
    form = {"reason": "Nhầm", "changes": changes}
    return happen(dossier, decide_step(dossier, "correct", form, context(now, second="tu"))[0], now)


def with_limit(days: int | None) -> Procedure:
    """Return a procedure whose limit at the desk is so many working days, or unknown."""
    for one in SEED.catalogue.all():
        limit = one.limit_for(Channel.DESK)
        if one.in_force(NOW.date()) and days is None and limit is None:
            return one
        if one.in_force(NOW.date()) and limit and limit.kind == "working" and days and limit.minutes == days * 480:
            return one
    raise LookupError(days)


def counted(procedure: Procedure, start: datetime) -> datetime:
    limit = procedure.limit_for(Channel.DESK)
    assert limit is not None
    worked = due(start, limit, SEED.calendar).at
    assert worked is not None
    return worked


def test_another_procedure_counts_from_the_supplement_as_the_wrong_one_did():
    dossier = step(taken(), "ask-supplement", {"items": ["CCCD"], "reason": "Thiếu"}, at("11-25T10:00:00"))
    dossier = step(dossier, "supplement", {}, at("11-27T16:00:00"))
    right = with_limit(5)
    after = corrected(dossier, {"procedure": right.code}, at("11-30T08:00:00"))
    assert datetime.fromisoformat(after.due_at) == counted(right, at("11-27T16:00:00"))
    assert after.first_due_at == dossier.first_due_at


def test_another_procedure_keeps_the_time_that_payments_took():
    dossier = step(taken(), "ask-payment", {"amount": 8000, "reason": "Phí"}, at("11-23T10:00:00"))
    dossier = step(dossier, "paid", {}, at("11-25T11:00:00"))
    right = with_limit(5)
    after = corrected(dossier, {"procedure": right.code}, at("11-26T08:00:00"))
    waited = SEED.calendar.minutes_between(at("11-23T10:00:00"), at("11-25T11:00:00"))
    assert waited > 480
    assert datetime.fromisoformat(after.due_at) == SEED.calendar.after_minutes(counted(right, NOW), waited)
    assert after.due_notes[-1] == {"code": "due.waited", "facts": {"hours": "9", "minutes": "0"}}


def test_another_procedure_does_not_take_a_promised_date_back():
    promised = "2026-12-20T17:00:00+07:00"
    dossier = step(taken(), "extend", {"due_at": promised, "reason": "Xác minh"}, at("11-23T09:00:00"))
    short = corrected(dossier, {"procedure": with_limit(2).code}, at("11-24T09:00:00"))
    assert (short.due_at, short.first_due_at, short.due_basis) == (promised, dossier.first_due_at, "limit")
    unknown = corrected(dossier, {"procedure": with_limit(None).code}, at("11-24T09:00:00"))
    assert (unknown.due_at, unknown.due_basis) == (promised, "agreed")
    long = corrected(dossier, {"procedure": with_limit(30).code}, at("11-24T09:00:00"))
    assert datetime.fromisoformat(long.due_at) == counted(with_limit(30), NOW)


def test_a_promised_date_moves_with_a_payment_and_ends_with_a_supplement():
    dossier = step(taken(), "extend", {"due_at": "2026-12-18T10:00:00+07:00", "reason": "x"}, at("11-23T09:00:00"))
    paused = step(dossier, "ask-payment", {"amount": 1, "reason": "x"}, at("11-25T10:00:00"))
    paid = step(paused, "paid", {}, at("11-26T10:00:00"))
    assert (paid.promised, paid.waited) == ("2026-12-21T10:00:00+07:00", 480)
    asked = step(paid, "ask-supplement", {"items": ["a"], "reason": "x"}, at("11-27T10:00:00"))
    given = step(asked, "supplement", {}, at("11-30T10:00:00"))
    assert (given.promised, given.waited, given.counted_from) == ("", 0, "2026-11-30T10:00:00+07:00")


def test_another_procedure_is_the_one_of_the_day_of_receipt():
    gone = next(one for one in SEED.catalogue.all() if one.valid_to and not one.in_force(NOW.date()))
    with pytest.raises(Refused, match=r"procedure\.not_in_force"):
        corrected(taken(), {"procedure": gone.code}, NOW)
    days = []

    def find(code: str, day: date) -> Procedure:
        days.append(day)
        return SEED.catalogue.get(code, day)

    form = {"reason": "Nhầm", "changes": {"procedure": WRONG}}
    decide_step(taken(), "correct", form, context(at("12-20T08:00:00"), second="tu", find_procedure=find))
    assert set(days) == {NOW.date()}


def test_a_dossier_has_at_least_one_set():
    with pytest.raises(InvalidInput, match=r"input\.count_from"):
        corrected(taken(), {"sets": 0}, NOW)


COPY = "2.000815"
"""Certified copies: so much a page."""


def certified(pages: int = 2, copies: int = 1, **changes: Any) -> Dossier:
    return taken(procedure=COPY, pages=pages, certified_copies=copies, **changes)


def test_a_fee_by_the_rule_is_computed_anew_from_other_counts():
    rule = SEED.catalogue.get(COPY, NOW.date()).fee
    dossier = certified()
    assert (dossier.fee, dossier.fee_basis) == (rule.total(2, 1), "rule")
    after = corrected(dossier, {"pages": 10, "certified_copies": 3}, NOW)
    assert (after.fee, after.fee_basis) == (rule.total(10, 3), "rule")
    form = {"reason": "x", "changes": {"pages": 10}}
    assert "fee" in decide_step(dossier, "correct", form, context())[0].body["printed"]


def test_a_fee_follows_another_procedure_also_to_one_whose_fee_is_not_known():
    dossier = certified()
    other = "2.000884"
    assert corrected(dossier, {"procedure": other}, NOW).fee == SEED.catalogue.get(other, NOW.date()).fee.total(2, 1)
    unknown = next(one for one in SEED.catalogue.all() if one.in_force(NOW.date()) and not one.fee.is_known)
    after = corrected(dossier, {"procedure": unknown.code}, NOW)
    assert (after.fee, after.fee_basis) == (None, "unknown")
    again = corrected(after, {"procedure": COPY}, NOW)
    assert (again.fee, again.fee_basis) == (dossier.fee, "rule")


def test_a_typed_fee_stays():
    waived = certified(fee=0)
    assert corrected(waived, {"pages": 10}, NOW).fee == 0
    typed = corrected(certified(), {"fee": 500, "pages": 10}, NOW)
    assert (typed.fee, typed.fee_basis) == (500, "typed")
    assert corrected(typed, {"pages": 20}, NOW).fee == 500


def test_entries_that_do_not_tell_whose_fee_it_is_are_believed_where_the_rule_gives_the_same():
    ruled, typed = replace(certified(), fee_basis=""), replace(certified(fee=1), fee_basis="")
    assert corrected(ruled, {"pages": 10}, NOW).fee != ruled.fee
    assert corrected(typed, {"pages": 10}, NOW).fee == 1
