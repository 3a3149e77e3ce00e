"""Other programs over the same made line with the same facts: what they sent, how often the line broke, how long."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from onestop_desktop.domain.entry import Entry
from tests.bench.peers.beside import Broken, Document, Pair, Peer
from tests.link.proxy import Proxy, Weather

ATTEMPTS, IN_VAIN = 1_000, 50
"""Attempts at most; and as it is set for a good line, where each begins from nothing."""
_LONGEST = 600.0


def documents(entries: Sequence[Entry]) -> list[Document]:
    """Return dossiers as other programs would keep them: all facts of the entry; none of its chain and place."""
    return [
        {"_id": entry.dossier, "happened_at": entry.happened_at, "recorded_at": entry.recorded_at,
         "actor": entry.actor, **entry.facts}
        for entry in entries
    ]  # fmt: skip


def changes(entries: Sequence[Entry]) -> list[Document]:
    """Return what further steps put into documents that are there."""
    return [
        {"_id": entry.dossier, "state": entry.kind, "state_at": entry.happened_at, "changed_at": entry.recorded_at,
         "changed_by": entry.actor, **entry.facts}
        for entry in entries
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What one transfer cost; when it `failed` to end, `held` documents came all the same."""

    up: int = 0
    down: int = 0
    cuts: int = 0
    seconds: float = 0.0
    held: int = 0
    failed: bool = False

    def say(self, text: Callable[[Run], str]) -> str:
        """Return `text` of a run that ended, or that it did not."""
        if not self.failed:
            return text(self)
        return f"gave up after {self.cuts:,} cuts and {self.seconds:.0f} s with {self.held:,} there"


@dataclass(frozen=True, slots=True)
class Line:
    """A line's weather and seed, and how the program is set for it; without `options` as for a good one."""

    weather: Weather
    seed: int = 1
    options: Mapping[str, int] | None = None
    attempts: int = ATTEMPTS


def steps(peer: Peer, folder: Path, loads: Sequence[Sequence[Document]]) -> Iterator[Run]:
    """Write one load after the other into the client, each synchronised over one clear line."""
    with peer.start(folder, [one for load in loads for one in load]) as pair, through(pair, Weather()) as proxy:
        wanted = len({one["_id"] for load in loads for one in load})
        for load in loads:
            pair.put(load)
            yield transfer(pair, proxy, wanted, 1, peer.clear)


def send(peer: Peer, folder: Path, load: Sequence[Document], line: Line) -> Run:
    """Send all documents of a fresh client over a line with this weather, again and again until they are there."""
    with peer.start(folder, load) as pair:
        pair.put(load)
        with through(pair, line.weather, line.seed) as proxy:
            return transfer(pair, proxy, len(load), line.attempts, line.options or peer.clear)


@contextmanager
def through(pair: Pair, weather: Weather, seed: int = 1) -> Iterator[Proxy]:
    """Put a made line between a client and its server until the block ends."""
    with Proxy(pair.port, weather, seed).running() as proxy:
        pair.way = proxy.port
        yield proxy


def transfer(pair: Pair, proxy: Proxy, wanted: int, attempts: int, options: Mapping[str, int]) -> Run:
    """Hold one transfer; it counts as ended only when the server itself has all documents."""
    before, started, failed = replace(proxy.count), time.perf_counter(), False
    try:
        pair.sync(attempts, _LONGEST, **options)
    except Broken as error:
        print(str(error).partition("\n")[0], file=sys.stderr)
        failed = True
    seconds, now, held = time.perf_counter() - started, replace(proxy.count), pair.held()
    return Run(
        now.up - before.up, now.down - before.down, now.cuts - before.cuts, seconds, held, failed or held != wanted
    )
