"""`evolve` never fails and reads nothing but the entry, whatever a newer or a broken program wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onestop_desktop.domain.dossier import Dossier, evolve
from onestop_desktop.domain.entry import GENESIS, Entry, Happening, Place, seal
from onestop_desktop.domain.status import STATUSES, STEPS, next_steps

AT = datetime.fromisoformat("2026-11-23T08:15:00+07:00")
RECEIVED: dict[str, Any] = {
    "agency": "000.12.34.H52",
    "applicant": {"kind": "person", "name": "Lò Thị Ế", "id_kind": "none"},
    "barcode": "261123000112345678",
    "channel": "desk",
    "day": "2026-11-23",
    "due_at": "2026-11-25T17:00:00+07:00",
    "due_basis": "limit",
    "number": "000.12.34.H52-261123-0001",
    "office": {"agency": "000.12.34.H52", "name": "UBND xã Sặp Vạt"},
    "papers": [{"name": "Đơn", "original": 1}],
    "procedure": {"code": "1.001193", "field": "Hộ tịch", "title": "Khai sinh"},
    "register": {"book": "01", "desk": "01", "no": 1, "year": 2026},
    "return_by": "desk",
    "rules": "2025",
    "sequence": 1,
    "sets": 1,
}
KINDS = (*STEPS, "issue", "printed", "receive", "of-a-newer-program")
values = st.recursive(
    st.one_of(st.integers(-(2**50), 2**50), st.booleans(), st.text("abc -1", max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "name"]), inner)),
    max_leaves=4,
)
FACTS = (
    "officer", "amount", "due_at", "due_notes", "files", "score", "changes", "printed", "form", "version", "sha256",
    "outcome", "marks", "unit", "text", "reason",
)  # fmt: skip


def entry(kind: str, body: dict[str, Any]) -> Entry:
    place = Place(desk="01", epoch="e" * 32, seq=1, prev=GENESIS, actor="mai", recorded_at=AT)
    return seal(Happening(kind, body, AT, "d1"), place)


def received() -> Dossier:
    state = evolve(None, entry("receive", RECEIVED))
    assert state is not None
    return state


@pytest.mark.parametrize("status", list(STATUSES))
@pytest.mark.parametrize("step", [step for step in STEPS if step != "settle"])
def test_a_step_the_table_does_not_allow_changes_nothing_but_the_conflict(status: str, step: str):
    before = replace(received(), status=status)
    after = evolve(before, entry(step, {"reason": "x"}))
    assert after is not None
    if step in next_steps(status):
        assert not after.conflict
    else:
        assert after == replace(before, conflict=True, history=after.history)
        assert after.history[:-1] == before.history


def test_a_conflict_is_settled_by_a_person_and_leaves_the_rest():
    before = replace(received(), conflict=True)
    after = evolve(before, entry("settle", {"reason": "Đã xem"}))
    assert after == replace(before, conflict=False, history=after.history)  # type: ignore[union-attr]


def test_a_second_receive_is_a_conflict_and_changes_no_fact():
    before = received()
    assert evolve(before, entry("receive", {**RECEIVED, "number": "x"})) == replace(before, conflict=True)


def test_nothing_comes_of_a_step_before_its_dossier():
    assert evolve(None, entry("ready", {})) is None


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(KINDS), body=st.dictionaries(st.sampled_from(FACTS), values, max_size=5))
def test_evolve_never_fails_on_a_later_entry(kind: str, body: dict[str, Any]):
    """A hub or an older desk folds what it is given; it must not stop at one strange body."""
    assert evolve(received(), entry(kind, body)) is not None


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(sorted(RECEIVED)), value=st.one_of(st.just(None), values))
def test_evolve_never_fails_on_a_strange_first_entry(name: str, value: object):
    body = {key: one for key, one in RECEIVED.items() if key != name}
    evolve(None, entry("receive", body if value is None else {**body, name: value}))


def test_every_status_of_the_table_is_reached_and_each_has_its_labels():
    targets = {target for status in STATUSES.values() for target in status.next.values() if target}
    assert targets | {"received", "declined"} == set(STATUSES)
    assert {step for status in STATUSES.values() for step in status.next} == set(STEPS) - {"settle"}
