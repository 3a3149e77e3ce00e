"""`python -m tests.bench.line`: what a desk costs on a thin line, printed and written to docs/benchmarks.md.

The real desk, HTTP client, server and hub; only the line is made, by `tests.link.proxy`. Every byte that passes it is
counted, HTTP's heads included. Beside ours run PouchDB and Anki on the same facts. Nothing is asserted.
"""

from __future__ import annotations

import json
import logging
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import zstandard

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.entry import Entry
from onestop_desktop.store import journal
from onestop_desktop.sync.http import HttpPeer, certificate_of
from tests.bench.fill import SEED, a_person
from tests.bench.peers.beside import Document, Peer, all_there
from tests.bench.peers.install import ANKI, POUCHDB
from tests.bench.peers.runs import ATTEMPTS, IN_VAIN, Line, Run, changes, documents, send, steps
from tests.link.cuts import MORNING, Bench, Place, certified, counting, let_in, make_desk, port_of, the_day, until_same
from tests.link.proxy import Count, Proxy, Weather

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
TITLE = "## The line"
_START = datetime.fromisoformat("2025-07-01T07:00:00+07:00")
_SEEDS = (1, 2, 3)
_SOME, _MANY, _CHANGED = 500, 2000, 60
POOR = Weather(latency=0.6, rate=2_500, loss=0.1, stall=1.2, cut_every=60, cut_first=10)
NAMES = ("PouchDB", "Anki")
_ABOUT = f"""\
Written by `python -m tests.bench.line`, the last part of `make bench`. Every program has its own real client and
server on one PC, with a made line between them (`tests/link/proxy.py`); all bytes are counted, HTTP's heads included,
TCP's not. Beside ours run PouchDB {POUCHDB} with express-pouchdb, both in memory, and Anki {ANKI} with its sync
server, in the same run and on the same facts: a document or note a dossier, with every fact of its entry, of which
our packets derive some again at the hub. Users, keys and first contact are set up before the counting. Neither of the
two signs or chains what it sends.

Ours is flattered by its dictionary: it knows the procedures, and it was trained on made-up people with names like
these; real names would cost some bytes more. A session that broke is begun again at once, {ATTEMPTS:,} times at most
({IN_VAIN} as a program is set for a good line); a transfer ended when the server itself has every document."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `theirs` by the program's name."""

    what: str
    ours: str
    theirs: Mapping[str, str]
    goal: str

    @property
    def text(self) -> str:
        """Return the cells in their order, a dash for a program that was not run."""
        return " | ".join((self.what, self.ours, *(self.theirs.get(name, "–") for name in NAMES), self.goal))


@dataclass(frozen=True, slots=True)
class Room:
    """A folder with a desk that was let in to a hub; `bench` sends everything to fresh copies of that hub."""

    folder: Path
    clock: SetClock
    desk: Desk
    place: Place

    @property
    def bench(self) -> Bench:
        folder = self.folder / "copies"
        folder.mkdir(exist_ok=True)
        return Bench(self.desk, self.clock, self.place, folder)


def room(folder: Path, start: datetime) -> Room:
    folder.mkdir()
    clock = SetClock(start)
    desk = make_desk(folder, clock)
    place = Place(folder / "template").make(clock)
    let_in(desk, place, clock)
    # What every desk says once is not counted into what a dossier costs.
    with place.serving(clock) as (_ledger, address):
        until_same(desk, address)
    return Room(folder, clock, desk, place)


# -- bytes ----------------------------------------------------------------------------------------------------


def bench_bytes(folder: Path, peers: Sequence[Peer]) -> Iterator[Row]:
    """Give what 500 dossiers, 60 changes and an empty session cost, one after the other over the same line."""
    one = room(folder, _START)
    (new, packets), (changed, changed_packets), (empty, _none) = three_sessions(one)
    secret = over_tls(one)
    entries, done = of_kind(one.desk, "receive"), of_kind(one.desk, "ready")
    one.desk.close()
    loads: tuple[list[Document], ...] = (documents(entries), changes(done), [])
    theirs = {peer.name: list(steps(peer, folder / peer.name, loads)) for peer in peers}

    def beside(at: int, text: Callable[[Run], str]) -> dict[str, str]:
        return {name: runs[at].say(text) for name, runs in theirs.items()}

    yield Row(
        f"{_SOME} new dossiers, bytes sent for each (and read)",
        f"{new.up / _SOME:.0f} B ({new.down / _SOME:.0f}); packets alone {packets / _SOME:.0f} B",
        beside(0, lambda run: f"{run.up / _SOME:,.0f} B ({run.down / _SOME:.0f}); ours {new.up / run.up:.3f} ×"),
        f"≤ 0.7 × Anki, ≤ 0.1 × PouchDB. An entry is {json_size(entries):,.0f} B of JSON, a document"
        f" {document_size(loads[0]):,.0f}; zstd-19 over the msgpack of all: {squeezed(entries) / _SOME:.0f} B each",
    )
    yield Row(
        f"{_CHANGED} status changes, bytes sent (and read)",
        f"{changed.up:,} B ({changed.down:,}); bodies alone {changed_packets:,} B",
        beside(1, lambda run: f"{run.up:,} B ({run.down:,}); ours {changed.up / run.up:.2f} ×"),
        "≤ 2,000 B of body",
    )
    yield Row(
        "nothing to send, both ways",
        f"{empty.both} B ({empty.up} + {empty.down}); with a new TLS connection {secret:,} B",
        beside(2, lambda run: f"{run.up + run.down:,} B ({run.up:,} + {run.down:,})"),
        "≤ 500 B without TLS",
    )


def three_sessions(one: Room) -> list[tuple[Count, int]]:
    """Send new dossiers, then changes, then nothing, each in a session of its own; returns as `spoken`."""
    takes(one, _SOME)
    with one.place.serving(one.clock) as (_ledger, address):
        found = [spoken(one, address)]
        change(one, _CHANGED)
        return [*found, spoken(one, address), spoken(one, address)]


def spoken(one: Room, address: str) -> tuple[Count, int]:
    """Hold one session over a clear line; return what went over it, and the bytes of packets."""
    with Proxy(port_of(address)).running() as proxy, counting() as sent:
        assert one.desk.carry.sync(proxy.address).same
    return proxy.count, sent.bytes


def over_tls(one: Room) -> int:
    """Return the bytes of an empty session over TLS, both ways, when the hub's certificate is known."""
    certificates, pin = certified(one.place, one.clock)
    with one.place.serving(one.clock, certificates) as (_ledger, address):
        known = certificate_of("127.0.0.1", port_of(address), 5)
        with Proxy(port_of(address)).running() as proxy:
            peer = HttpPeer(f"https://127.0.0.1:{proxy.port}", (pin,), known)
            assert one.desk.link.sync(peer).same
            peer.close()
    return proxy.count.both


def change(one: Room, count: int) -> None:
    """Finish `count` dossiers, some minutes apart."""
    rng = random.Random(5)
    rows = one.desk.core.store.read(lambda c: c.execute("SELECT id FROM dossier ORDER BY number LIMIT ?", (count,)))
    for (dossier,) in rows.fetchall():
        one.clock.put(one.clock.now() + timedelta(seconds=rng.randint(40, 400)))
        one.desk.act(dossier, "ready", {})


def takes(one: Room, count: int) -> None:
    """Take dossiers one by one as a desk does, 150 a day at uneven moments."""
    rng = random.Random(1)
    codes = [procedure.code for procedure in SEED.catalogue.all() if procedure.rank][:40]
    start = one.clock.now()
    for number in range(count):
        day, place = divmod(number, 150)
        one.clock.put(start + timedelta(days=day, minutes=3 * place, milliseconds=rng.randrange(170_000)))
        papers = [{"name": "Tờ khai", "original": 1}]
        line = {"procedure": rng.choice(codes), "applicant": a_person(rng), "papers": papers}
        one.desk.receive(line, again=True)


def of_kind(desk: Desk, kind: str) -> list[Entry]:
    return desk.core.store.read(lambda c: list(journal.entries(c, kind=kind)))


def json_size(entries: list[Entry]) -> float:
    return sum(len(entry.envelope) + len(entry.body) for entry in entries) / len(entries)


def document_size(load: Sequence[Document]) -> float:
    return sum(len(json.dumps(one, ensure_ascii=False).encode()) for one in load) / len(load)


def squeezed(entries: list[Entry]) -> int:
    """Return what a good compressor makes of the same facts, all at once, with no signature and no head."""
    facts = [[dict(entry.fields), dict(entry.facts)] for entry in entries]
    return len(zstandard.ZstdCompressor(level=19).compress(msgspec.msgpack.encode(facts)))


# -- a line that breaks, and a slow one -----------------------------------------------------------------------


def bench_cuts(folder: Path, peers: Sequence[Peer]) -> Iterator[Row]:
    """Give what a line that breaks again and again costs beside a whole one."""
    one = room(folder, _START)
    takes(one, _MANY)
    bench, load = one.bench, documents(of_kind(one.desk, "receive"))
    clean = bench.run(Weather())
    theirs = [(peer, send(peer, folder / f"{peer.name}-clean", load, Line(Weather()))) for peer in peers]
    for length, goal in ((30_000, "1.10"), (8_000, "1.25")):
        weather = Weather(cut_up=length, again=True)
        cut = bench.run(weather, attempts=ATTEMPTS)
        yield Row(
            f"{_MANY:,} dossiers, cut after every {length // 1000} kB sent",
            f"{cut.up / clean.up:.2f} × the clean {clean.up:,} B ({cut.cuts} cuts)",
            {peer.name: torn(peer, folder / f"{peer.name}-{length}", load, weather, run) for peer, run in theirs},
            f"≤ {goal} ×",
        )
    one.desk.close()


def torn(peer: Peer, folder: Path, load: Sequence[Document], weather: Weather, clean: Run) -> str:
    """Say how a program fares on a line that breaks: set as for a good line, then as it can be set for a bad one."""

    def ratio(run: Run) -> str:
        return f"{run.up / clean.up:.2f} × the clean {clean.up:,} B ({run.cuts} cuts)"

    told: list[str] = []
    for options in (peer.clear, peer.torn)[: 1 + (peer.torn != peer.clear)]:
        attempts = IN_VAIN if options == peer.clear else ATTEMPTS
        run = send(peer, folder / f"{len(told)}", load, Line(weather, options=options, attempts=attempts))
        told.append(setting(options) + run.say(ratio))
    return "; ".join(told)


def setting(options: Mapping[str, int]) -> str:
    return "".join(f"{name} {value}: " for name, value in options.items())


def bench_slow(folder: Path, peers: Sequence[Peer]) -> Iterator[Row]:
    one = room(folder, _START)
    takes(one, _SOME)
    weather = Weather(latency=0.15, rate=16_000)
    found = one.bench.run(weather)
    load = documents(of_kind(one.desk, "receive"))
    one.desk.close()
    theirs = {peer.name: send(peer, folder / peer.name, load, Line(weather)) for peer in peers}
    yield Row(
        f"{_SOME} dossiers at 16 kB/s, 150 ms each way",
        f"{found.seconds:.1f} s ({found.up:,} B sent)",
        {name: run.say(lambda run: f"{run.seconds:.1f} s ({run.up:,} B sent)") for name, run in theirs.items()},
        "≤ 4 s",
    )


def bench_poor(folder: Path, peers: Sequence[Peer]) -> Iterator[Row]:
    """Give the sample day over the worst line; the cut comes after ten seconds, and then each minute."""
    one = room(folder, MORNING)
    the_day(one.desk, one.clock)
    found = {seed: one.bench.run(POOR, seed, ATTEMPTS) for seed in _SEEDS}
    entries = of_kind(one.desk, "receive")
    one.desk.close()
    seed, worst = max(found.items(), key=lambda each: each[1].seconds)
    yield Row(
        f"the sample day ({len(entries)} dossiers) at 20 kbit/s, 1.2 s there and back, every tenth segment 1.2 s late,"
        f" a cut each minute; our worst of {len(_SEEDS)}, and the others over that very line",
        f"{worst.seconds:.1f} s ({worst.up:,} B sent, {worst.cuts} cuts)",
        {peer.name: poorly(peer, folder / peer.name, documents(entries), seed) for peer in peers},
        f"≤ 60 s. zstd-19 over the msgpack of the same facts: {squeezed(entries):,} B",
    )


def poorly(peer: Peer, folder: Path, load: Sequence[Document], seed: int) -> str:
    """Say how another program, set for a bad line, brings a day over the worst one."""
    run = send(peer, folder, load, Line(POOR, seed, peer.torn))
    return setting(peer.torn) + run.say(lambda run: f"{run.seconds:.1f} s ({run.up:,} B sent, {run.cuts} cuts)")


# -- the page -------------------------------------------------------------------------------------------------


def measure(peers: Sequence[Peer]) -> list[Row]:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="onestop-line-") as name:
        for bench in (bench_bytes, bench_cuts, bench_slow, bench_poor):
            for row in bench(Path(name) / bench.__name__, peers):
                print(row.text, flush=True)
                rows.append(row)
    return rows


def write(rows: Sequence[Row], missing: Sequence[str]) -> None:
    """Put the section in the place of the one that stands there, or at the end; the rest of the page stays."""
    lines = [
        TITLE, "",
        *_ABOUT.splitlines(),
        *(f"\n{sentence}" for sentence in missing), "",
        f"| what | OneStop | {' | '.join(NAMES)} | goal |", "|---|---|---|---|---|",
        *(f"| {row.text} |" for row in rows),
    ]  # fmt: skip
    replace_section(TITLE, lines)


def replace_section(title: str, lines: Sequence[str]) -> None:
    before, _title, after = PAGE.read_text(encoding="utf-8").partition(title + "\n")
    _old, mark, rest = after.partition("\n## ")
    section = "\n".join(lines) + "\n"
    PAGE.write_text(before.rstrip("\n") + "\n\n" + section + mark + rest, encoding="utf-8")


def main() -> None:
    """Run everything; what cannot be had here is named in a sentence, and its column stays empty."""
    # Writing to a line that was just cut is what is measured here; asyncio would tell of each such write.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    peers, missing = all_there()
    write(measure(peers), missing)


if __name__ == "__main__":
    main()
