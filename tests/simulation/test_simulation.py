"""Whatever goes wrong between desks, carriers and hub: in the end nothing is lost, nothing counts twice."""

from __future__ import annotations

import os

import pytest

from tests.simulation.runs import many, workers
from tests.simulation.schedule import run

SEEDS = int(os.environ.get("ONESTOP_SEEDS", "2000"))


def test_one_seed_gives_one_trace() -> None:
    first = run(7, long=True)
    assert first.broken == ""
    assert len(first.trace) > 40
    assert run(7, long=True).trace == first.trace
    assert run(8, long=True).trace != first.trace


@pytest.mark.slow
def test_after_any_accident_desk_and_hub_agree() -> None:
    with workers() as executor:
        results = list(many(executor, 0, SEEDS))
    broken = [one for one in results if one.broken]
    assert not broken, "\n\n".join(map(str, broken[:3]))
    assert len(results) == SEEDS
    assert sum(one.entries for one in results) > 5 * SEEDS
