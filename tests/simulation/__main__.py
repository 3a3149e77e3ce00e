"""Run the simulation by hand: `python -m tests.simulation --seeds 20000 --from 0`, `--planted`, `--show SEED`."""

from __future__ import annotations

import argparse
import sys
import time

from tests.simulation.runs import Result, catch_all, many, workers
from tests.simulation.schedule import run

MOST = 10_000
SHOWN = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=0, metavar="N", help="how many seeds")
    parser.add_argument("--from", type=int, default=0, dest="first", metavar="SEED", help="the first seed")
    parser.add_argument("--planted", action="store_true", help="catch every planted bug")
    parser.add_argument("--bug", action="append", default=[], metavar="NAME", help="one planted bug")
    parser.add_argument("--show", type=int, metavar="SEED", help="print the trace of one seed")
    given = parser.parse_args()
    if given.show is not None:
        outcome = run(given.show)
        print(*outcome.trace, outcome.broken or "all holds", sep="\n")
        return bool(outcome.broken)
    bad = _seeds(given.first, given.seeds) if given.seeds else 0
    return int(bool(bad + (_planted(given.bug) if given.planted or given.bug else 0)))


def _seeds(first: int, count: int) -> int:
    start, entries = time.monotonic(), 0
    broken: list[Result] = []
    with workers() as executor:
        for done, result in enumerate(many(executor, first, count), 1):
            entries += result.entries
            if result.broken:
                broken.append(result)
                print(result if len(broken) <= SHOWN else f"seed {result.seed}: {result.broken}", flush=True)
            if done % 500 == 0 or done == count:
                rate = done / (time.monotonic() - start)
                print(f"{done} seeds, {len(broken)} broken, {entries} entries, {rate:.1f} seeds/s", flush=True)
    return len(broken)


def _planted(names: list[str]) -> int:
    missed = 0
    with workers() as executor:
        for one in catch_all(executor, MOST, names):
            missed += one.seed < 0
            where = f"seed {one.seed:5}" if one.seed >= 0 else "NOT CAUGHT"
            print(f"{one.bug:36} {where}  {one.seconds:6.1f} s  {one.broken[:110]}", flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main())
