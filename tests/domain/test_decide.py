"""`decide` says what happened or refuses by code; it looks at nothing but its arguments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from onestop_desktop.domain.context import Allotted, Context
from onestop_desktop.domain.decide import decide_receive, decide_refuse, decide_step, received_at
from onestop_desktop.domain.dossier import Dossier, evolve
from onestop_desktop.domain.entry import GENESIS, Happening, Place, canonical, seal
from onestop_desktop.domain.intake import read_intake
from onestop_desktop.domain.office import Office, rules_on
from onestop_desktop.domain.procedure import Channel
from onestop_desktop.errors import InvalidInput, KnownError, OneStopError, Refused
from onestop_desktop.store.seed import Seed
from tests.builders import a_line

NOW = datetime.fromisoformat("2026-11-23T08:15:00+07:00")
SEED = Seed()
A_FILE = {"name": "a.pdf", "sha256": "0" * 64, "size": 5, "kind": "pdf"}


NO_LIMIT = next(
    one.code for one in SEED.catalogue.all() if one.in_force(NOW.date()) and one.limit_for(Channel.DESK) is None
)


def context(now: datetime = NOW, **changes: Any) -> Context:
    day = now.date()
    register = {"book": "01", "desk": "01", "no": 1, "year": day.year}
    whole = Context(
        now=now, calendar=SEED.calendar, actor="mai", procedure=SEED.catalogue.get("1.001193"),
        office=Office("000.12.34.H52", "UBND xã Sặp Vạt"), rules=rules_on(SEED.rules, day),
        allotted=Allotted("000.12.34.H52-261123-0001", day, 1, "261123000112345678", register),
        find_procedure=SEED.catalogue.get,
    )  # fmt: skip
    return replace(whole, **changes)


def happen(state: Dossier | None, happening: Happening, at: datetime = NOW, actor: str = "mai") -> Dossier:
    place = Place(desk="01", epoch="e" * 32, seq=1, prev=GENESIS, actor=actor, recorded_at=at)
    after = evolve(state, seal(happening, place))
    assert after is not None
    return after


def taken(**changes: Any) -> Dossier:
    intake = read_intake(a_line(**changes), NOW.date())
    procedure = SEED.catalogue.get(intake.procedure, NOW.date())
    return happen(None, decide_receive("d1", intake, context(procedure=procedure))[0])


def step(dossier: Dossier, name: str, values: dict[str, Any], at: datetime = NOW) -> Dossier:
    return happen(dossier, decide_step(dossier, name, values, context(at))[0], at)


def test_what_receive_says_can_be_written_and_read_back():
    happening = decide_receive("d1", read_intake(a_line(), NOW.date()), context())[0]
    assert canonical(happening.body)
    dossier = happen(None, happening)
    assert (dossier.status, dossier.first_due_at, dossier.due_at) == ("received", dossier.due_at, dossier.first_due_at)
    assert dossier.owner == dossier.applicant


@pytest.mark.parametrize("missing", ["procedure", "office", "rules", "allotted"])
def test_an_intake_without_its_context_is_refused(missing: str):
    with pytest.raises(KnownError, match=r"intake\.context"):
        decide_receive("d1", read_intake(a_line(), NOW.date()), context(**{missing: None}))


def test_ten_minutes_ahead_are_taken_and_eleven_are_not():
    for minutes, refused in ((10, False), (11, True)):
        intake = read_intake(a_line(received_at=(NOW + timedelta(minutes=minutes)).isoformat()), NOW.date())
        if refused:
            with pytest.raises(InvalidInput, match=r"intake\.future"):
                received_at(intake, NOW)
        else:
            assert received_at(intake, NOW) > NOW


def test_a_refusal_at_the_counter_needs_a_reason_and_makes_no_dossier():
    intake = read_intake(a_line(), NOW.date())
    with pytest.raises(InvalidInput, match=r"input\.missing"):
        decide_refuse(intake, "  ", context())
    happening = decide_refuse(intake, "Không thuộc thẩm quyền", context())[0]
    assert (happening.kind, happening.dossier) == ("refuse", "")


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("fly", {}, "step.unknown"),
        ("return", {}, "step.not_allowed"),
        ("settle", {"reason": "x"}, "step.not_allowed"),
        ("ready", {"at": "2026-11-23T09:00:00+07:00"}, "step.future"),
        ("ready", {"at": "2026-11-22T09:00:00+07:00"}, "step.before_received"),
        ("ready", {"outcome": "declined"}, "input.missing"),
        ("ready", {"outcome": "maybe"}, "input.choice"),
        ("ready", {"colour": "x"}, "input.unknown_key"),
        ("withdraw", {}, "input.missing"),
        ("collect", {"amount": 0}, "input.count_from"),
        ("collect", {"amount": "5"}, "input.type"),
        ("refund", {"amount": 1, "reason": "x"}, "refund.too_much"),
        ("extend", {"due_at": "2020-01-01T00:00:00+07:00", "reason": "x"}, "extend.not_later"),
        ("correct", {"reason": "x", "changes": {}}, "input.missing"),
        ("correct", {"reason": "x", "changes": {"number": "x"}}, "correct.field"),
        ("correct", {"reason": "x", "changes": {"due_at": "2027-01-01T00:00:00+07:00"}}, "correct.due_by_rule"),
        ("correct", {"reason": "x", "changes": {"status": "ready"}}, "correct.field"),
    ],
)
def test_a_step_that_cannot_be_is_refused_with_its_code(name: str, values: dict[str, Any], code: str):
    with pytest.raises(OneStopError) as caught:
        decide_step(taken(), name, values, context())
    assert caught.value.code == code


def test_an_apology_on_the_due_day_or_a_second_one_is_marked_and_never_stopped():
    dossier = taken()
    due = datetime.fromisoformat(dossier.due_at)
    late = step(dossier, "extend", {"due_at": "2026-12-21T17:00:00+07:00", "reason": "Xác minh"}, due)
    assert late.marks == ("apology.late",)
    assert (late.first_due_at, late.due_at) == (dossier.due_at, "2026-12-21T17:00:00+07:00")
    again = step(late, "extend", {"due_at": "2026-12-25T17:00:00+07:00", "reason": "Xác minh"}, due)
    assert again.marks == ("apology.late", "extend.again")


def test_a_declined_result_is_unresolved_and_ends_the_processing():
    dossier = step(taken(), "ready", {"outcome": "declined", "reason": "Không đủ điều kiện"})
    assert (dossier.status, dossier.finished_at) == ("declined", "2026-11-23T08:15:00+07:00")


def test_the_day_of_pick_up_does_not_move_the_end_of_processing():
    ready = step(taken(), "ready", {})
    returned = step(ready, "return", {}, NOW + timedelta(days=90))
    assert (returned.finished_at, returned.returned_at[:10]) == (ready.finished_at, "2027-02-21")


def test_a_hand_over_before_the_result_cannot_be():
    ready = step(taken(), "ready", {}, NOW + timedelta(hours=2))
    with pytest.raises(InvalidInput, match=r"step\.before_ready"):
        decide_step(ready, "return", {"at": NOW.isoformat()}, context(NOW + timedelta(hours=3)))


def test_the_result_goes_to_the_presenter_unless_somebody_else_is_named():
    ready = step(taken(), "ready", {})
    assert decide_step(ready, "return", {}, context())[0].body["to"]["name"] == "Quàng Văn Thương"
    other = decide_step(ready, "return", {"to": {"name": "Vì Thị Sắng"}, "authority": "GUQ 3"}, context())[0]
    assert other.body["to"]["name"] == "Vì Thị Sắng"


def test_void_at_thirty_minutes_alone_and_later_by_two():
    dossier = taken()
    assert decide_step(dossier, "void", {"reason": "x"}, context(NOW + timedelta(minutes=30)))[0].body["alone"] is True
    with pytest.raises(Refused, match=r"step\.two_people"):
        decide_step(dossier, "void", {"reason": "x"}, context(NOW + timedelta(minutes=30, seconds=1)))
    with pytest.raises(Refused, match=r"step\.same_person"):
        decide_step(dossier, "void", {"reason": "x"}, context(second="mai"))
    two = decide_step(dossier, "void", {"reason": "x"}, context(NOW + timedelta(days=9), second="tu"))[0]
    assert two.body == {"reason": "x"}


def test_a_voided_dossier_is_at_its_end():
    voided = step(taken(), "void", {"reason": "x"})
    for name in ("correct", "ready", "collect", "attach", "return", "void"):
        with pytest.raises(OneStopError):
            decide_step(voided, name, {"reason": "x"}, context())


def test_a_correction_says_what_stood_there_before():
    happening = decide_step(taken(), "correct", {"reason": "x", "changes": {"shelf": "K2", "sets": 3}}, context())[0]
    assert happening.body["changes"] == {"shelf": "K2", "sets": 3}
    assert happening.body["before"] == {"sets": 1}
    assert happening.body["printed"] == ["sets"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("ask-supplement", {"items": ["a"], "reason": "x"}), ("supplement", {})),
        (("ask-payment", {"amount": 1, "reason": "x"}), ("paid", {})),
        (("forward", {"unit": "Sở"}), ("ready", {})),
        (("forward", {"unit": "Sở"}), ("answer", {"text": "x"})),
        (("assign", {"officer": "Tư"}), ("stop", {"reason": "x"})),
        (("extend", {"due_at": "2027-01-04T17:00:00+07:00", "reason": "x"}), ("withdraw", {"reason": "x"})),
    ],
)
def test_a_step_before_the_one_that_it_follows_is_refused(before: Any, after: Any):
    now = NOW + timedelta(days=9)
    first = {**before[1], "at": (NOW + timedelta(days=3, seconds=40)).isoformat()}
    dossier = step(taken(), before[0], first, now)
    early = {**after[1], "at": (NOW + timedelta(days=2)).isoformat()}
    with pytest.raises(InvalidInput, match=r"step\.before_last") as caught:
        decide_step(dossier, after[0], early, context(now))
    assert caught.value.facts["last"] == f"word:step.{before[0]}"
    same_minute = {**after[1], "at": (NOW + timedelta(days=3)).isoformat()}
    assert decide_step(dossier, after[0], same_minute, context(now))
    later = {**after[1], "at": (NOW + timedelta(days=4)).isoformat()}
    assert decide_step(dossier, after[0], later, context(now))


@pytest.mark.parametrize(
    ("name", "values"), [("collect", {"amount": 5}), ("rate", {"score": "5"}), ("attach", {"files": [A_FILE]})]
)
def test_what_moves_no_status_may_be_told_of_any_moment_since_the_receipt(name: str, values: dict[str, Any]):
    now = NOW + timedelta(days=9)
    ready = step(taken(), "ready", {"at": (NOW + timedelta(days=3)).isoformat()}, now)
    assert decide_step(ready, name, {**values, "at": (NOW + timedelta(days=1)).isoformat()}, context(now))
    with pytest.raises(InvalidInput, match=r"step\.before_received"):
        decide_step(ready, name, {**values, "at": (NOW - timedelta(days=1)).isoformat()}, context(now))


def test_a_hand_over_that_was_taken_back_bars_no_earlier_one():
    now = NOW + timedelta(days=9)
    dossier = step(taken(), "ready", {"at": (NOW + timedelta(days=1)).isoformat()}, now)
    dossier = step(dossier, "return", {}, now)
    dossier = step(dossier, "correct", {"reason": "x", "changes": {"status": "ready"}}, now)
    assert decide_step(dossier, "return", {"at": (NOW + timedelta(days=2)).isoformat()}, context(now))
    with pytest.raises(InvalidInput, match=r"step\.before_ready"):
        decide_step(dossier, "return", {"at": NOW.isoformat()}, context(now))


def test_a_step_put_ahead_by_a_wrong_clock_does_not_bar_what_happens_now():
    ahead = step(taken(), "forward", {"unit": "Sở"}, NOW + timedelta(days=900))
    assert decide_step(ahead, "ready", {}, context(NOW + timedelta(days=1)))


def test_a_new_date_is_after_the_old_one_and_after_the_apology():
    dossier = taken()
    now = datetime.fromisoformat(dossier.due_at) + timedelta(days=10)
    past = (now - timedelta(days=2)).isoformat()
    form = {"due_at": past, "reason": "x"}
    with pytest.raises(InvalidInput, match=r"extend\.not_later"):
        decide_step(dossier, "extend", form, context(now))
    before = {**form, "at": (now - timedelta(days=5)).isoformat()}
    assert decide_step(dossier, "extend", before, context(now)), "a late entry of a letter that went out in time"


def test_a_new_date_on_a_day_off_is_taken_and_marked():
    form = {"due_at": "2026-12-19T10:00:00+07:00", "reason": "x"}
    assert "extend.day_off" in step(taken(), "extend", form).marks
    assert "extend.day_off" not in step(taken(), "extend", {**form, "due_at": "2026-12-18T10:00:00+07:00"}).marks


@pytest.mark.parametrize("due_at", [None, "2026-11-25T17:00:00+07:00"])
def test_a_promised_date_without_a_limit_is_an_agreed_one(due_at: str | None):
    dossier = taken(procedure=NO_LIMIT, due_at=due_at)
    after = step(dossier, "extend", {"due_at": "2026-12-18T10:00:00+07:00", "reason": "x"})
    assert (after.due_basis, after.due_at) == ("agreed", "2026-12-18T10:00:00+07:00")


def test_after_a_supplement_a_date_is_typed_only_where_no_rule_sets_it():
    asking = {"items": ["a"], "reason": "x"}
    typed = {"due_at": "2027-01-18T10:00:00+07:00"}
    ruled = step(taken(), "ask-supplement", asking)
    with pytest.raises(Refused, match=r"supplement\.due_by_rule"):
        decide_step(ruled, "supplement", typed, context())
    assert step(ruled, "supplement", {}).due_basis == "limit"
    unknown = step(taken(procedure=NO_LIMIT), "ask-supplement", asking)
    after = step(unknown, "supplement", typed)
    assert (after.due_basis, after.due_at, after.first_due_at) == ("agreed", typed["due_at"], typed["due_at"])
    assert step(unknown, "supplement", {}).due_basis == "unknown"
