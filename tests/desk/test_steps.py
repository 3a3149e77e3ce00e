"""Moving dossiers on: any order of steps keeps table and journal the same; what the table forbids writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.steps import Second
from onestop_desktop.domain.decide import steps_now
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.status import STATUSES, STEPS, Counts, next_steps
from onestop_desktop.errors import InvalidInput, OneStopError, Refused
from onestop_desktop.store import fold, journal, left
from onestop_desktop.sync.export import Exported
from tests.builders import a_line
from tests.conftest import _SEED, MORNING, Door, FirstUser, NewDesk, Office
from tests.papers.reading import words_of

SECOND = Second("tu", "tap2")
FORMS: dict[str, dict[str, Any]] = {
    "assign": {"officer": "Hà Văn Tư"},
    "ask-supplement": {"items": ["Giấy chứng sinh"], "reason": "Thiếu"},
    "supplement": {"items": ["Giấy chứng sinh"]},
    "ask-payment": {"amount": 8000, "reason": "Lệ phí"},
    "paid": {"document": "BL 01"},
    "forward": {"unit": "Sở Tư pháp"},
    "answer": {"text": "Đồng ý"},
    "extend": {"due_at": "2027-06-01T17:00:00+07:00", "reason": "Xác minh"},
    "withdraw": {"reason": "Đổi ý"},
    "stop": {"reason": "Không bổ sung"},
    "ready": {},
    "return": {},
    "collect": {"amount": 5000},
    "refund": {"amount": 1000, "reason": "Thu thừa"},
    "attach": {"files": [__file__]},
    "rate": {"score": "5"},
    "settle": {"reason": "Đã xem"},
    "correct": {"reason": "Gõ nhầm", "changes": {"shelf": "K2"}},
    "void": {"reason": "Nhập nhầm"},
}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, SetClock]]:
    """A desk that all examples share: each takes a dossier of its own."""
    folder = tmp_path_factory.mktemp("busy")
    clock = SetClock(datetime.fromisoformat(MORNING))
    door = Door(folder / "desk", folder / "state", clock, _SEED)
    new = NewDesk((Office("000.12.34.H52", "UBND xã"),), 1, FirstUser("mai", "Mai", "tap"), training=True)
    desk, _code = door.create(new)
    desk.add_user("tu", "Tư", "tap2")
    yield desk, clock
    assert desk.verify() == []
    desk.close()


def table_row(desk: Desk, dossier: str) -> tuple[Any, ...]:
    sql = f"SELECT {', '.join(fold.COLUMNS)} FROM dossier WHERE id = ?"
    return desk.core.store.read(lambda c: tuple(c.execute(sql, (dossier,)).fetchone()))


def folded(desk: Desk, dossier: str) -> Dossier:
    found = desk.core.store.read(lambda c: journal.dossier_of(c, dossier))
    assert found is not None
    return found


def test_every_step_has_a_form_here():
    assert set(FORMS) == set(STEPS)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)  # fmt: skip
@given(steps=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 2000)), max_size=12))
def test_any_order_of_steps_keeps_table_and_journal_the_same(busy: tuple[Desk, SetClock], steps: list[tuple[str, int]]):
    desk, clock = busy
    taken = desk.receive(a_line(), again=True)
    first_due = taken.due_at
    for step, minutes in steps:
        clock.put(clock.at + timedelta(minutes=minutes))
        before = folded(desk, taken.id)
        entries = desk.pending().entries
        allowed = next_steps(before.status, conflict=before.conflict)
        assert desk.show(taken.id)["next"] == list(steps_now(before))
        assert set(allowed) - set(steps_now(before)) <= {"refund"}
        try:
            after, _changes = desk.act(taken.id, step, FORMS[step], SECOND if step == "void" else None)
        except OneStopError as error:
            assert desk.pending().entries == entries, "a refused step wrote something"
            refused = error.code == "step.not_allowed"
            assert refused == (step not in allowed)
            after = before
        else:
            assert step in allowed
            target = STATUSES[before.status].next[step]
            assert after.status == (target or before.status)
        now = folded(desk, taken.id)
        assert now == after
        assert table_row(desk, taken.id) == fold.row_of(now)
        assert now.first_due_at == first_due
        assert not now.conflict


def test_received_is_the_sum_of_what_became_of_them(busy: tuple[Desk, SetClock]):
    """The identity of the book: nothing is counted twice, nothing falls between."""
    desk, _clock = busy
    for step in ("ready", "withdraw", "stop", "ask-supplement", "ask-payment"):
        one = desk.receive(a_line(step), again=True)
        desk.act(one.id, step, FORMS[step])
    rows = desk.core.store.read(lambda c: c.execute("SELECT status, count(*) FROM dossier GROUP BY status").fetchall())
    received = desk.core.store.read(
        lambda c: c.execute("SELECT count(*) FROM journal WHERE kind = 'receive'").fetchone()[0]
    )
    summed = {count: sum(n for status, n in rows if STATUSES[status].counts is count) for count in Counts}
    assert sum(summed.values()) == received
    assert all(summed[one] for one in Counts if one is not Counts.VOIDED)


def test_a_step_that_the_table_does_not_allow_is_refused_by_name(desk: Desk):
    taken = desk.receive(a_line())
    with pytest.raises(Refused) as caught:
        desk.act(taken.id, "return", {})
    assert caught.value.code == "step.not_allowed"
    assert caught.value.facts["number"] == taken.number


def test_the_clerk_who_took_it_may_cancel_alone_within_half_an_hour(desk: Desk, clock: SetClock):
    taken = desk.receive(a_line())
    desk.issue_receipt(taken.id, out="file")
    clock.put(clock.at + timedelta(minutes=29))
    after, _changes = desk.act(taken.id, "void", {"reason": "Nhầm"})
    assert after.status == "voided"
    assert after.history[-1].facts["alone"] is True


@pytest.mark.parametrize("further", [False, True])
def test_later_or_after_a_further_step_it_takes_two(desk: Desk, clock: SetClock, further: bool):
    taken = desk.receive(a_line())
    if further:
        desk.act(taken.id, "assign", {"officer": "Tư"})
    else:
        clock.put(clock.at + timedelta(minutes=31))
    entries = desk.pending().entries
    for second, code in (
        (None, "step.two_people"),
        (Second("mai", "tap"), "step.same_person"),
        (Second("tu", "sai"), "login.wrong"),
        (Second("ai-do", "tap2"), "login.unknown"),
    ):
        with pytest.raises(Refused) as caught:
            desk.act(taken.id, "void", {"reason": "Nhầm"}, second)
        assert caught.value.code == code
    assert desk.pending().entries == entries
    after, _changes = desk.act(taken.id, "void", {"reason": "Nhầm"}, SECOND)
    assert after.status == "voided"
    assert "alone" not in after.history[-1].facts
    entry = desk.core.store.read(lambda c: list(journal.entries(c, kind="void")))[0]
    assert entry.fields["second"]["user"] == "tu"
    assert len(entry.fields["second"]["mac"]) == 64


def test_another_clerk_may_not_cancel_alone(desk: Desk, tmp_path, clock: SetClock):
    taken = desk.receive(a_line())
    desk.close()
    other = Door(tmp_path / "desk", tmp_path / "desk-state", clock, _SEED).open("tu", "tap2")
    try:
        with pytest.raises(Refused, match=r"step\.two_people"):
            other.act(taken.id, "void", {"reason": "Nhầm"})
    finally:
        other.close()


@pytest.mark.parametrize("answer", ["2025-11-24", "2027-11-24"])
def test_half_an_hour_is_half_an_hour_on_a_corrected_clock(desk: Desk, clock: SetClock, answer: str):
    """`recorded_at` is the PC's own clock, `now` the corrected one: they must not be compared as they stand."""
    desk.set_today(datetime.fromisoformat(answer).date())
    taken = desk.receive(a_line())
    clock.put(clock.at + timedelta(hours=5))
    with pytest.raises(Refused, match=r"step\.two_people"):
        desk.act(taken.id, "void", {"reason": "Nhầm"})
    fresh = desk.receive(a_line("Khác"))
    clock.put(clock.at + timedelta(minutes=5))
    assert desk.act(fresh.id, "void", {"reason": "Nhầm"})[0].status == "voided"


def test_a_corrected_name_makes_the_receipt_stale_and_the_next_one_a_replacement(desk: Desk):
    taken = desk.receive(a_line())
    first = desk.issue_receipt(taken.id, out="file")
    changed = {"applicant": {**a_line()["applicant"], "name": "Quàng Văn Thưởng"}}
    after, _changes = desk.act(taken.id, "correct", {"reason": "Gõ nhầm", "changes": changed})
    assert after.issued[0].stale
    assert [row.id for row in desk.unprinted()] == [taken.id]
    second = desk.issue_receipt(taken.id, out="file")
    assert (second.number, second.sha256 != first.sha256) == (taken.number, True)
    assert [paper["version"] for paper in desk.show(taken.id)["issued"]] == [1, 2]
    assert desk.core.store.vault.get(first.sha256) == first.pdf
    assert [row.id for row in desk.find("quang van thuong")] == [taken.id]


def test_a_corrected_shelf_leaves_the_receipt_as_it_is(desk: Desk):
    taken = desk.receive(a_line())
    first = desk.issue_receipt(taken.id, out="file")
    desk.act(taken.id, "correct", {"reason": "Chuyển kệ", "changes": {"shelf": "K2"}})
    assert desk.issue_receipt(taken.id).sha256 == first.sha256


@pytest.mark.parametrize(
    "papers",
    [[{"name": "Đơn", "original": -1}], [{"name": "Đơn", "original": "ba"}], [{"name": ""}], [{"name": "A" * 5000}],
     [{"name": "Đơn", "colour": 1}], [{"name": "Đơn"}] * 500, ["Đơn"],
     [{"name": "Đơn\0"}], [{"name": "Đơn", "copy": 1.5}]],
)  # fmt: skip
def test_corrected_papers_are_read_as_strictly_as_new_ones(desk: Desk, papers: list[object]):
    taken = desk.receive(a_line())
    with pytest.raises(InvalidInput):
        desk.act(taken.id, "correct", {"reason": "Nhầm", "changes": {"papers": papers}})


@pytest.mark.parametrize("changes", [{"sets": 10**30}, {"pages": 10**9}, {"fee": 10**16}, {"sets": -1}, {"sets": "2"}])
def test_corrected_counts_have_the_bounds_of_an_intake(desk: Desk, changes: dict[str, object]):
    taken = desk.receive(a_line())
    with pytest.raises(InvalidInput):
        desk.act(taken.id, "correct", {"reason": "Nhầm", "changes": changes})


def test_corrected_papers_typed_with_loose_marks_are_composed(desk: Desk):
    taken = desk.receive(a_line())
    loose = {"papers": [{"name": "Giấy chứng sinh", "original": 1}]}
    after, _changes = desk.act(taken.id, "correct", {"reason": "Nhầm", "changes": loose})
    assert after.papers[0].name == "Giấy chứng sinh"


def by_limit(desk: Desk, kind: str) -> list[str]:
    """Return codes of procedures whose limit at the desk is of a kind; `none` for those without."""
    found = []
    for procedure in desk.catalogue.all():
        limit = procedure.limit_for("desk")  # type: ignore[arg-type]
        if (limit is None and kind == "none") or (limit is not None and limit.kind == kind and limit.minutes > 2000):
            found.append(procedure.code)
    return found


def test_a_corrected_procedure_brings_its_own_limit_for_every_later_step(desk: Desk, clock: SetClock):
    """After a supplement the limit starts from zero: the new procedure's, not that of the wrong one."""
    wrong, right = "1.001193", by_limit(desk, "working")[0]
    one = desk.receive(a_line(procedure=wrong))
    other = desk.receive(a_line(procedure=right))
    desk.act(one.id, "correct", {"reason": "Nhầm", "changes": {"procedure": right}})
    assert desk.show(one.id)["due_at"] == other.due_at
    for dossier in (one.id, other.id):
        desk.act(dossier, "ask-supplement", FORMS["ask-supplement"])
    clock.put(clock.at + timedelta(days=3))
    due = [desk.act(dossier, "supplement", {})[0].due_at for dossier in (one.id, other.id)]
    assert due[0] == due[1]


def test_a_procedure_corrected_to_one_without_a_limit_keeps_no_foreign_due_date(desk: Desk):
    taken = desk.receive(a_line())
    after, _changes = desk.act(
        taken.id, "correct", {"reason": "Nhầm", "changes": {"procedure": by_limit(desk, "none")[0]}}
    )
    assert after.due_basis != "limit" or after.due_at == ""
    assert after.first_due_at == taken.due_at


def test_a_procedure_without_a_limit_corrected_to_while_a_supplement_is_awaited_takes_a_date_by_hand(desk: Desk):
    """The limit of the wrong procedure must not bar the only way there is to a due date."""
    taken = desk.receive(a_line(procedure=by_limit(desk, "working")[0]))
    desk.act(taken.id, "ask-supplement", FORMS["ask-supplement"])
    wrong = {"reason": "Nhầm", "changes": {"procedure": by_limit(desk, "none")[0]}}
    after, _changes = desk.act(taken.id, "correct", wrong, SECOND)
    assert (after.due_at, after.due_basis) == ("", "unknown")
    due = "2026-12-11T17:00:00+07:00"
    after, _changes = desk.act(taken.id, "supplement", {"due_at": due})
    assert (after.due_at, after.due_basis, after.first_due_at) == (due, "agreed", taken.due_at)


def test_no_date_is_promised_while_a_supplement_is_awaited_whatever_the_procedure_becomes(desk: Desk, clock: SetClock):
    first, other = by_limit(desk, "working")[:2]
    taken = desk.receive(a_line(procedure=first))
    desk.act(taken.id, "ask-supplement", FORMS["ask-supplement"])
    wrong = {"reason": "Nhầm", "changes": {"procedure": other}}
    after, _changes = desk.act(taken.id, "correct", wrong, SECOND)
    assert (after.due_at, after.due_basis, after.first_due_at) == ("", "limit", taken.due_at)
    clock.put(clock.at + timedelta(days=2))
    after, _changes = desk.act(taken.id, "supplement", {})
    assert after.due_at == desk.receive(a_line(procedure=other), again=True).due_at


@pytest.mark.parametrize("end", ["stop", "withdraw"])
def test_a_procedure_corrected_after_the_end_moves_no_date(desk: Desk, end: str):
    taken = desk.receive(a_line(procedure=by_limit(desk, "working")[0]))
    desk.act(taken.id, "ask-payment", FORMS["ask-payment"])
    before, _changes = desk.act(taken.id, end, FORMS[end])
    right = {"reason": "Nhầm", "changes": {"procedure": by_limit(desk, "working")[1]}}
    after, _changes = desk.act(taken.id, "correct", right, SECOND)
    assert (after.due_at, after.due_basis) == (before.due_at, before.due_basis)


def test_a_procedure_corrected_from_one_without_a_limit_gets_its_due_date(desk: Desk):
    taken = desk.receive(a_line(procedure=by_limit(desk, "none")[0]))
    assert taken.due_at == ""
    right = by_limit(desk, "working")[0]
    expected = desk.receive(a_line(procedure=right)).due_at
    after, _changes = desk.act(taken.id, "correct", {"reason": "Nhầm", "changes": {"procedure": right}})
    assert (after.due_at, after.first_due_at) == (expected, expected)


def test_a_due_date_agreed_later_is_the_first_one(desk: Desk):
    taken = desk.receive(a_line(procedure=by_limit(desk, "none")[0]))
    changes = {"due_at": "2026-12-01T17:00:00+07:00"}
    after, _changes = desk.act(taken.id, "correct", {"reason": "Thống nhất", "changes": changes})
    assert (after.due_at, after.first_due_at) == (changes["due_at"],) * 2


def test_an_agreed_due_date_comes_back_after_a_supplement(desk: Desk):
    """Where no limit is known the clerk's date must not silently turn into none: such a dossier is never late."""
    line = a_line(procedure=by_limit(desk, "none")[0], due_at="2026-12-01T17:00:00+07:00")
    taken = desk.receive(line)
    desk.act(taken.id, "ask-supplement", FORMS["ask-supplement"])
    try:
        after, _changes = desk.act(taken.id, "supplement", {})
    except InvalidInput:
        return  # asking for a new date is as good
    assert after.due_at


def test_a_supplement_starts_the_limit_again_and_a_second_request_is_marked(desk: Desk, clock: SetClock):
    taken = desk.receive(a_line(procedure=by_limit(desk, "working")[0]))
    asked, _changes = desk.act(taken.id, "ask-supplement", FORMS["ask-supplement"])
    assert (asked.due_at, asked.first_due_at) == ("", taken.due_at)
    clock.put(clock.at + timedelta(days=9))
    given_back, _changes = desk.act(taken.id, "supplement", {})
    assert given_back.due_at == desk.receive(a_line(procedure=by_limit(desk, "working")[0]), again=True).due_at
    assert given_back.marks == ()
    again, _changes = desk.act(taken.id, "ask-supplement", FORMS["ask-supplement"])
    assert again.marks == ("supplement.again",)
    assert again.first_due_at == taken.due_at


def test_waiting_for_payment_moves_the_due_date_by_the_working_time_waited(desk: Desk, clock: SetClock):
    taken = desk.receive(a_line(procedure=by_limit(desk, "working")[0]))
    desk.act(taken.id, "ask-payment", FORMS["ask-payment"])
    clock.put(clock.at + timedelta(days=2))  # Tuesday is 24 November, a day off since 2026
    after, _changes = desk.act(taken.id, "paid", {})
    moved = datetime.fromisoformat(after.due_at) - datetime.fromisoformat(taken.due_at)
    assert moved >= timedelta(days=1)
    assert after.first_due_at == taken.due_at


def test_no_more_is_refunded_than_was_collected(desk: Desk):
    taken = desk.receive(a_line())
    desk.act(taken.id, "collect", {"amount": 8000})
    desk.act(taken.id, "refund", {"amount": 5000, "reason": "Thừa"})
    with pytest.raises(Refused, match=r"refund\.too_much"):
        desk.act(taken.id, "refund", {"amount": 3001, "reason": "Thừa"})


def test_a_wrong_hand_over_is_undone_alone_within_half_an_hour_and_by_two_later(desk: Desk, clock: SetClock):
    taken = desk.receive(a_line())
    desk.act(taken.id, "ready", {})
    desk.act(taken.id, "return", {})
    undo = {"reason": "Trả nhầm", "changes": {"status": "ready"}}
    after, _changes = desk.act(taken.id, "correct", undo)
    assert (after.status, after.returned_at) == ("ready", "")
    desk.act(taken.id, "return", {})
    clock.put(clock.at + timedelta(minutes=31))
    with pytest.raises(Refused, match=r"step\.two_people"):
        desk.act(taken.id, "correct", undo)
    assert desk.act(taken.id, "correct", undo, SECOND)[0].status == "ready"
    assert desk.verify() == []


def sent(desk: Desk) -> None:
    """Let the hub have said that it has everything."""
    newest = desk.core.store.read(lambda c: c.execute("SELECT max(position) FROM journal").fetchone()[0])
    sql = "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)"
    desk.core.store.write_plain(lambda c: c.execute(sql, (left.SENT, str(newest))))


def carried(desk: Desk) -> None:
    desk.core.store.write_plain(left.keep_carried)


@pytest.mark.parametrize("leave", [sent, carried])
@pytest.mark.parametrize(
    ("step", "form"), [("void", {"reason": "x"}), ("correct", {"reason": "x", "changes": {"procedure": "2.001035"}})]
)
def test_once_a_packet_has_left_it_takes_two(
    desk: Desk, leave: Callable[[Desk], None], step: str, form: dict[str, Any]
):
    before = desk.receive(a_line("Trước"))
    leave(desk)
    taken = desk.receive(a_line())
    with pytest.raises(Refused, match=r"step\.two_people"):
        desk.act(before.id, step, form)
    assert desk.act(taken.id, step, form)[0].history[-1].kind == step
    assert desk.act(before.id, step, form, SECOND)[0].history[-1].kind == step
    assert desk.verify() == []


def test_a_bundle_on_a_stick_has_left(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = Exported(b"sealed", 1, "2026-11-23", "2026-11-23")
    monkeypatch.setattr(desk.carry, "bundle", lambda *, everything=False: made)
    taken = desk.receive(a_line())
    desk.carry.write(tmp_path)
    with pytest.raises(Refused, match=r"step\.two_people"):
        desk.act(taken.id, "void", {"reason": "x"})


def test_a_hand_over_is_taken_back_alone_until_it_has_left_itself(desk: Desk):
    taken = desk.receive(a_line())
    desk.act(taken.id, "ready", {})
    sent(desk)
    desk.act(taken.id, "return", {})
    undo = {"reason": "Trả nhầm", "changes": {"status": "ready"}}
    assert desk.act(taken.id, "correct", undo)[0].status == "ready"
    desk.act(taken.id, "return", {})
    sent(desk)
    with pytest.raises(Refused, match=r"step\.two_people"):
        desk.act(taken.id, "correct", undo)


@pytest.mark.parametrize(
    ("step", "seconds", "alone"),
    [("rate", 0, True), ("collect", 50, True), ("rate", 70, False), ("correct", 0, False), ("refund", 0, False)],
)
def test_a_hand_over_is_taken_back_by_two_after_a_further_step(
    desk: Desk, clock: SetClock, step: str, seconds: int, alone: bool
):
    """The form of a hand-over records its rating and money with it: those are no further steps."""
    taken = desk.receive(a_line())
    desk.act(taken.id, "collect", FORMS["collect"])
    desk.act(taken.id, "ready", {})
    desk.act(taken.id, "return", {})
    clock.put(clock.at + timedelta(seconds=seconds))
    desk.act(taken.id, step, FORMS[step])
    undo = {"reason": "Trả nhầm", "changes": {"status": "ready"}}
    if not alone:
        with pytest.raises(Refused, match=r"step\.two_people"):
            desk.act(taken.id, "correct", undo)
    assert desk.act(taken.id, "correct", undo, None if alone else SECOND)[0].status == "ready"


def test_a_second_persons_wrong_passwords_are_counted_too(desk: Desk):
    """Otherwise one clerk tries the other's password as often as needed."""
    taken = desk.receive(a_line())
    desk.act(taken.id, "assign", FORMS["assign"])
    codes = []
    for _guess in range(6):
        with pytest.raises(Refused) as caught:
            desk.act(taken.id, "void", {"reason": "x"}, Second("tu", "sai"))
        codes.append(caught.value.code)
    assert "login.wait" in codes


def test_a_payment_made_elsewhere_brings_no_slip_of_money_taken_here(desk: Desk):
    taken = desk.receive(a_line())
    desk.act(taken.id, "ask-payment", FORMS["ask-payment"])
    desk.act(taken.id, "paid", {"document": "BL 9"})
    with pytest.raises(Refused, match=r"paper\.not_happened"):
        desk.paper(taken.id, "fee-slip")
    desk.act(taken.id, "collect", FORMS["collect"])
    assert desk.paper(taken.id, "fee-slip")[1].startswith(b"%PDF")


@pytest.mark.parametrize(("amount", "told"), [(8000, ()), (8001, ("doubt.collect_over",))])
def test_more_than_is_owed_is_taken_and_told(desk: Desk, amount: int, told: tuple[str, ...]):
    taken = desk.receive(a_line(fee=8000))
    after, changes = desk.act(taken.id, "collect", {"amount": amount})
    assert (after.collected, changes.doubts) == (amount, told)


@pytest.mark.parametrize("end", ["void", "withdraw", "stop"])
def test_what_was_taken_for_a_dossier_that_ended_is_given_back(desk: Desk, end: str):
    taken = desk.receive(a_line())
    desk.act(taken.id, "collect", FORMS["collect"])
    desk.act(taken.id, end, FORMS[end], SECOND)
    after, _changes = desk.act(taken.id, "refund", {"amount": 5000, "reason": "Hồ sơ đã hủy"})
    assert after.refunded == 5000
    with pytest.raises(Refused, match=r"refund\.too_much"):
        desk.act(taken.id, "refund", {"amount": 1, "reason": "x"})


def test_files_that_are_doubtful_are_taken_and_told(desk: Desk, tmp_path: Path):
    scan = tmp_path / "a.pdf"
    scan.write_bytes(b"%PDF-1.4 no more")
    named = {"path": str(scan), "paper": "Giấy khác"}
    taken = desk.receive(a_line(attachments=[named]))
    assert {"attachment.pdf_damaged", "doubt.other_paper"} <= set(taken.doubts)
    _after, changes = desk.act(taken.id, "attach", {"files": [named]})
    assert changes.doubts == ("attachment.pdf_damaged", "doubt.other_paper")
    assert desk.show(taken.id)["digitised"] == {"complete": False, "missing": ["Giấy chứng sinh"]}
    desk.act(taken.id, "attach", {"files": [{"path": str(scan), "paper": 1}]})
    assert desk.show(taken.id)["digitised"] == {"complete": True, "missing": []}


def test_a_receipt_to_be_filled_by_hand_replaces_none_and_a_voided_dossier_has_none(desk: Desk):
    taken = desk.receive(a_line())
    desk.issue_receipt(taken.id, out="file")
    assert "thay thế" not in words_of(desk.paper(taken.id, "receipt", blank=True)[1])
    desk.act(taken.id, "void", {"reason": "Nhầm"})
    with pytest.raises(Refused, match=r"paper\.voided"):
        desk.paper(taken.id, "receipt", blank=True)
