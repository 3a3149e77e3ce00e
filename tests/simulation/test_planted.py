"""The simulation is no better than what it catches: bugs planted one by one, each must show."""

from __future__ import annotations

import pytest

from tests.simulation import bugs
from tests.simulation.runs import Caught, catch_all, workers

MOST = 400
"""Seeds a bug may pass, counted from where a rare one showed; from 0 to 10,000 it is `make simulate` that looks."""


@pytest.fixture(scope="module")
def caught() -> dict[str, Caught]:
    with workers() as executor:
        return {one.bug: one for one in catch_all(executor, MOST, firsts=bugs.RARE)}


def test_there_are_at_least_twelve() -> None:
    assert len({one.__name__ for one in bugs.BUGS}) == len(bugs.BUGS) >= 12


@pytest.mark.slow
@pytest.mark.parametrize("bug", [one.__name__ for one in bugs.BUGS])
def test_a_planted_bug_is_caught(caught: dict[str, Caught], bug: str) -> None:
    assert caught[bug].seed >= 0
