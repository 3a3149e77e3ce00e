"""Many seeds on as many processors as there are, and planted bugs until they are caught."""

from __future__ import annotations

import gc
import multiprocessing
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass

from tests.simulation import bugs
from tests.simulation.schedule import Outcome, run

BATCH = 20
TWICE = 100
"""Every so many seeds one is run twice, and both traces must be the same."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one seed showed: why it is broken (empty: all holds), its trace if so, how many entries were compared."""

    seed: int
    broken: str
    trace: tuple[str, ...]
    entries: int

    def __str__(self) -> str:
        """Show the seed as somebody wants to read it who is to find out why."""
        return "\n".join((*self.trace, f"seed {self.seed}: {self.broken}"))


STEP = 4
"""Of the seeds that may pass, each fourth is told, at length: that shows more than all of them short."""


@dataclass(frozen=True, slots=True)
class Caught:
    """At which seed a planted bug was caught, and how it showed; seed -1 when it was not."""

    bug: str
    seed: int
    broken: str
    seconds: float


def workers() -> Executor:
    """Return one process a processor, at most two in a test run."""
    count = min(2, os.cpu_count() or 1)
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_quiet)


def many(executor: Executor, first: int, count: int) -> Iterator[Result]:
    """Run seeds and give what each showed."""
    starts = range(first, first + count, BATCH)
    for batch in executor.map(_batch, starts, [min(BATCH, first + count - start) for start in starts]):
        yield from batch


def _quiet() -> None:
    """What was imported lives as long as the process: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _batch(first: int, count: int) -> list[Result]:
    return [_result(seed) for seed in range(first, first + count)]


def _result(seed: int) -> Result:
    outcome = run(seed)
    broken = outcome.broken
    if not broken and seed % TWICE == 0 and run(seed).trace != outcome.trace:
        broken = "two runs of one seed differ"
    return Result(seed, broken, tuple(outcome.trace) if broken else (), outcome.entries)


def catch(name: str, most: int, first: int = 0) -> Caught:
    """Run a planted bug from a seed on until one shows it, at most so many seeds; only long stories are told."""
    plant = next(one for one in bugs.BUGS if one.__name__ == name)
    start = time.monotonic()
    for seed in range(first, first + most, STEP):
        outcome: Outcome
        with plant():
            outcome = run(seed, long=True)
        if outcome.broken:
            return Caught(name, seed, outcome.broken, time.monotonic() - start)
    return Caught(name, -1, "", time.monotonic() - start)


def catch_all(
    executor: Executor, most: int, names: Sequence[str] = (), firsts: Mapping[str, int] | None = None
) -> Iterator[Caught]:
    """Catch every planted bug, in the order of the table."""
    chosen = names or [one.__name__ for one in bugs.BUGS]
    yield from executor.map(catch, chosen, [most] * len(chosen), [(firsts or {}).get(name, 0) for name in chosen])
