"""The size of packets: what a line carries before it breaks is filled, and found out at little cost."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from onestop_desktop.sync.pace import FIRST, LEAST, MOST, Pace

HEAD = 150


def carry(pace: Pace, whole: int, breaks: Iterable[int]) -> tuple[int, list[int]]:
    """Send `whole` bytes over a line that breaks after so many bytes each; return what went, and each packet tried."""
    gaps, sent, tried = iter(breaks), 0, []
    left = next(gaps)
    while whole > 0:
        size = min(pace.wanted, whole)
        tried.append(size)
        if size + HEAD <= left:
            left -= size + HEAD
            sent += size + HEAD
            whole -= size
            pace.passed(size)
        else:
            sent += left
            left = next(gaps)
            pace.failed(size)
    return sent, tried


def every(length: int) -> Iterable[int]:
    return iter(lambda: length, -1)


def test_packets_grow_while_they_pass() -> None:
    _sent, tried = carry(Pace(), 500_000, every(10**9))
    assert tried[:4] == [FIRST, 2 * FIRST, MOST, MOST]
    assert set(tried[3:-1]) == {MOST}


def test_a_remembered_size_is_where_it_begins() -> None:
    assert Pace(20_000).wanted == 20_000
    assert Pace(5).wanted == LEAST
    assert Pace(10**9).wanted == MOST


@pytest.mark.parametrize(("length", "most"), [(8_000, 1.25), (30_000, 1.15), (100_000, 1.15)])
def test_a_line_that_breaks_at_the_same_place_is_filled_up_to_it(length: int, most: float) -> None:
    clean, _tried = carry(Pace(), 2_000_000, every(10**9))
    sent, _tried = carry(Pace(), 2_000_000, every(length))
    assert sent <= most * clean


def test_on_a_line_that_carries_almost_nothing_packets_are_as_small_as_may_be() -> None:
    pace = Pace()
    _sent, tried = carry(pace, 20_000, every(LEAST + HEAD))
    assert tried[-3:-1] == [LEAST, LEAST]


def test_a_line_that_got_well_is_trusted_again() -> None:
    pace = Pace()
    carry(pace, 50_000, every(8_000))
    _sent, tried = carry(pace, 500_000, every(10**9))
    assert MOST in tried
    assert len(tried) < 40


def test_breaks_at_any_place_cost_less_than_as_much_again() -> None:
    chance = random.Random(1)
    sent, _tried = carry(Pace(), 2_000_000, iter(lambda: int(chance.expovariate(1 / 20_000)) + 200, -1))
    assert sent < 2 * 2_000_000


def test_a_bad_guess_is_better_the_next_time() -> None:
    pace = Pace()
    pace.packed(3_000, 1_000)
    assert pace.guess == pytest.approx(3 * pace.wanted, rel=0.1)
    assert pace.fits(pace.wanted)
    assert not pace.fits(pace.wanted + 1)
    assert not pace.fits(pace.wanted // 2 - 1)
    guesses = [(pace.guess_less(), pace.guess)[1] for _again in range(6)]
    assert guesses == sorted(guesses, reverse=True)
    assert guesses[0] <= pace.wanted // 2
    assert guesses[-1] < pace.wanted // 50
