"""The fold order of one dossier: any arrival order gives one fold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from onestop_desktop.domain.dossier import evolve
from onestop_desktop.domain.entry import GENESIS, Entry, Happening, Parent, Place, seal
from onestop_desktop.domain.order import in_fold_order

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DOSSIER = "0195d3a0-1111-7000-8000-000000000001"


def entry(
    epoch: str, seq: int, minute: int, prev: bytes = GENESIS, *, again: bytes | None = None, note: str = ""
) -> Entry:
    at = START + timedelta(minutes=minute)
    place = Place("01", epoch * 32, seq, prev, "mai", at, again=again)
    return seal(Happening("assign", {"note": note or f"{epoch}{seq}"}, at, DOSSIER), place)


def names(entries: list[Entry]) -> list[str]:
    return [str(one.facts["note"]) for one in entries]


def test_one_epoch_stays_as_it_stands_whatever_its_clock_said() -> None:
    run = [entry("a", 1, 9), entry("a", 2, 3), entry("a", 5, 1)]
    assert in_fold_order(run, {}) == run
    assert in_fold_order(reversed(run), {}) == run


def test_two_branches_of_a_parent_go_by_their_corrected_time() -> None:
    base = entry("a", 1, 0)
    run = [base, entry("b", 1, 5), entry("b", 2, 30), entry("c", 1, 10), entry("a", 2, 20)]
    parent = Parent("a" * 32, 1, base.hash)
    assert names(in_fold_order(run, {"b" * 32: parent, "c" * 32: parent})) == ["a1", "b1", "c1", "a2", "b2"]


def test_a_child_epoch_waits_for_what_came_before_its_parent_though_its_clock_ran_behind() -> None:
    run = [entry("a", 4, 50), entry("a", 9, 60), entry("b", 2, 1), entry("c", 1, 0)]
    parents = {"b" * 32: Parent("a" * 32, 4, GENESIS), "c" * 32: Parent("b" * 32, 7, GENESIS)}
    assert names(in_fold_order(run, parents)) == ["a4", "b2", "c1", "a9"]


def test_a_grandchild_waits_where_the_epoch_between_holds_nothing_of_the_dossier() -> None:
    run = [entry("c", 1, 0), entry("a", 3, 50)]
    parents = {"b" * 32: Parent("a" * 32, 4, GENESIS), "c" * 32: Parent("b" * 32, 7, GENESIS)}
    assert names(in_fold_order(run, parents)) == ["a3", "c1"]


def test_an_effect_that_was_issued_again_counts_once() -> None:
    first = entry("a", 1, 0, note="first")
    run = [first, entry("b", 1, 5, again=first.hash, note="again"), entry("b", 2, 6)]
    assert names(in_fold_order(run, {"b" * 32: Parent("a" * 32, 1, first.hash)})) == ["first", "b2"]


def test_epochs_that_claim_to_come_before_one_another_still_have_one_order() -> None:
    run = [entry("a", 1, 3), entry("b", 1, 2), entry("b", 2, 9)]
    parents = {"a" * 32: Parent("b" * 32, 5, GENESIS), "b" * 32: Parent("a" * 32, 5, GENESIS)}
    assert names(in_fold_order(run, parents)) == names(in_fold_order(reversed(run), parents)) == ["b1", "a1", "b2"]


def test_the_instant_counts_not_its_writing() -> None:
    odd = Place("01", "b" * 32, 1, GENESIS, "mai", START, clock={"offset_ms": 60_000})
    late = seal(Happening("assign", {"note": "late"}, START, DOSSIER), odd)
    bad = seal(Happening("assign", {"note": "bad"}, START, DOSSIER), Place("01", "c" * 32, 1, GENESIS, "mai", START))
    bad = Entry(bad.envelope, bad.body, bad.prev, bad.hash, {**bad.fields, "recorded_at": "yesterday"}, bad.facts)
    assert names(in_fold_order([late, entry("a", 1, 0), bad], {})) == ["bad", "a1", "late"]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Entry], dict[str, Parent]]:
    """Epochs that start from entries of earlier ones, forks inside an epoch, clocks that run wild, `again`."""
    epochs = "abcdef"[: draw(st.integers(1, 6))]
    made: dict[str, list[Entry]] = {}
    parents: dict[str, Parent] = {}
    for epoch in epochs:
        prev = GENESIS
        if made and draw(st.booleans()):
            start = draw(st.sampled_from([one for run in made.values() for one in run]))
            parents[epoch * 32] = Parent(start.epoch, start.seq, start.hash)
            prev = start.hash
        run = []
        for seq in range(1, draw(st.integers(1, 5)) + 1):
            sources = [one for older in made.values() for one in older]
            again = draw(st.sampled_from(sources)).hash if sources and draw(st.integers(0, 5)) == 0 else None
            run.append(entry(epoch, seq, draw(st.integers(0, 9)), prev, again=again))
            prev = run[-1].hash
            if draw(st.integers(0, 3)) == 0:  # a clone went on in the same epoch
                run.append(entry(epoch, seq, draw(st.integers(0, 9)), run[-1].prev, note=f"{epoch}{seq}'"))
        made[epoch] = run
    return [one for run in made.values() for one in run], parents


@settings(max_examples=400, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_any_arrival_order_gives_one_order_and_one_fold(made: tuple[list[Entry], dict[str, Parent]], rng) -> None:
    entries, parents = made
    expected = in_fold_order(sorted(entries, key=lambda one: one.hash), parents)
    for _time in range(4):
        rng.shuffle(entries)
        twice = entries + entries[: rng.randrange(len(entries) + 1)]
        found = in_fold_order(twice, parents)
        assert found == expected
        assert reduce(evolve, found, None) == reduce(evolve, expected, None)


@settings(max_examples=300, deadline=None)
@given(histories())
def test_what_came_before_stands_before_and_nothing_is_lost(made: tuple[list[Entry], dict[str, Parent]]) -> None:
    entries, parents = made
    found = in_fold_order(entries, parents)
    assert {one.identity for one in found} == {one.identity for one in entries}
    assert len({one.identity for one in found}) == len(found)
    for at, one in enumerate(found):
        parent = parents.get(one.epoch)
        for later in found[at + 1 :]:
            assert later.epoch != one.epoch or later.seq >= one.seq
            assert parent is None or later.epoch != parent.epoch or later.seq > parent.seq
