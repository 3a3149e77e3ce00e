"""`python -m tests.bench.load`: 200 desks bring their day to one hub at once; written to docs/benchmarks.md.

The hub is the real program with TLS, one process with its defaults, as its systemd unit starts it. Every desk has a
connection of its own, greets, and sends its next packet when the one before was answered. Packets are made ahead, from
one day of a real desk, so that what sends them costs little. Nothing is asserted about speed; that every entry arrived
and that no answer was an error is.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import multiprocessing
import os
import random
import ssl
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from onestop_desktop.clock import HANOI, SetClock, SystemClock
from onestop_desktop.domain.entry import GENESIS, Entry, Happening, Place, seal
from onestop_desktop.domain.number import barcode_digits
from onestop_desktop.domain.office import Office
from onestop_desktop.hub import desks, tls
from onestop_desktop.hub.new import HubSite, create, open_hub
from onestop_desktop.store import journal
from onestop_desktop.store.transaction import new_dossier_id
from onestop_desktop.wire import signing
from onestop_desktop.wire.messages import HELLO, PROTOCOL, Hello, sign_message
from onestop_desktop.wire.packet import pack
from tests.bench.fill import SEED, a_person, new_desk
from tests.hub.postgres import Server, start_server
from tests.link.hub_process import Hub

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
TITLE = "## 200 desks"
DESKS = int(os.environ.get("BENCH_DESKS", "200"))
SIZES = (100, 5)
"""Entries a packet: what two weeks without a line are sent in, and what a desk sends during the day."""
_DOSSIERS, _DONE = 60, 45
_MORNING = datetime.fromisoformat("2026-11-23T07:30:00+07:00")
_PATIENCE = 900
_COLUMNS = (
    "database, packet", "entries a second", "the hub's CPU an entry", "acknowledgement p50, p95", "answers",
    "bare COPY of the same rows", "ours : COPY",
)  # fmt: skip
Row = tuple[str, ...]


# -- a day ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What happened at the desk whose day all others have."""

    kind: str
    body: dict[str, Any]
    dossier: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sheaf:
    """A desk's day as it is sent: the packets by their size, and what the hub must hold in the end."""

    number: int
    entries: int
    digest: bytes
    packets: dict[int, list[bytes]]


def a_day(folder: Path) -> list[Told]:
    """Return a real desk's day: 60 dossiers received, three quarters of them finished and handed over."""
    clock = SetClock(_MORNING)
    desk = new_desk(folder, clock)
    rng = random.Random(11)
    codes = [procedure.code for procedure in SEED.catalogue.all() if procedure.rank][:40]
    names: list[str] = []
    for at in range(_DOSSIERS):
        clock.put(clock.now() + timedelta(minutes=rng.randint(4, 9)))
        line = {
            "procedure": rng.choice(codes),
            "applicant": a_person(rng),
            "papers": [{"name": "Tờ khai", "original": 1}],
        }
        names.append(desk.receive(line, again=True).id)
        if at >= _DOSSIERS - _DONE:
            name = names[at - (_DOSSIERS - _DONE)]
            clock.put(clock.now() + timedelta(seconds=rng.randint(20, 90)))
            desk.act(name, "ready", {})
            desk.act(name, "return", {})
    entries = desk.core.store.read(lambda c: list(journal.entries(c)))
    desk.close()
    return [
        Told(one.kind, dict(one.facts), one.dossier, datetime.fromisoformat(one.happened_at))
        for one in entries
        if one.dossier
    ]


def agency_of(number: int) -> str:
    return f"001.{number // 1000 + 10}.{number % 1000:03}.H52"


def secret_of(number: int) -> bytes:
    return random.Random(number).randbytes(32)


def another(day: Sequence[Told], number: int) -> list[Entry]:
    """Return the day as a desk of another commune had it: its agency, its dossiers, its people."""
    rng = random.Random(number)
    epoch, prev = rng.randbytes(16).hex(), GENESIS
    names: dict[str, str] = {}
    made: list[Entry] = []
    for seq, one in enumerate(day, 1):
        dossier = names.setdefault(one.dossier, new_dossier_id(one.at))
        body = json.loads(json.dumps(one.body).replace("H52.999.99", agency_of(number)))
        if one.kind == "receive":
            body["barcode"] = barcode_digits(one.at.astimezone(HANOI).date(), body["sequence"], dossier)
            body["applicant"] |= a_person(rng) | {"sex": body["applicant"].get("sex", "nam")}
        at = one.at + timedelta(seconds=rng.randint(0, 50), milliseconds=rng.randint(0, 999))
        place = Place("01", epoch, seq, prev, "mai", at)
        made.append(seal(Happening(one.kind, body, at, dossier), place))
        prev = made[-1].hash
    return made


def sheaf(day: Sequence[Told], number: int) -> Sheaf:
    entries = another(day, number)
    secret = secret_of(number)
    key, sign = signing.key_id(signing.public_of(secret)), signing.sign(secret)
    packets = {
        size: [pack(entries[at : at + size], "01", key, sign) for at in range(0, len(entries), size)] for size in SIZES
    }
    lines = sorted(f"{one.epoch} {one.seq} {one.hash.hex()}\n" for one in entries)
    return Sheaf(number, len(entries), hashlib.sha256("".join(lines).encode()).digest(), packets)


def sheaves(day: Sequence[Told]) -> list[Sheaf]:
    """Make every desk's packets, on every core."""
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        return pool.starmap(sheaf, [(day, number) for number in range(1, DESKS + 1)], chunksize=5)


# -- a hub ----------------------------------------------------------------------------------------------------


def make_hub(site: HubSite) -> None:
    """Make a hub with its certificate, and let every desk in, each of a commune of its own."""
    ledger = create(site, "UBND tỉnh Sơn La", SystemClock())
    tls.make_certificate(site.folder, ["localhost"], SystemClock())
    with ledger.writing() as connection:
        for number in range(1, DESKS + 1):
            commune = desks.add_commune(connection, f"Xã {number}")
            office = Office(agency_of(number), f"UBND xã {number}")
            desk = desks.add_desk(connection, commune, "01", "Bàn 01", [office])
            desks.add_key(connection, desk, signing.public_of(secret_of(number)), ledger.now_ms())
    ledger.close()


def check(site: HubSite, sent: Sequence[Sheaf]) -> None:
    """Compare every desk's digest, computed by the hub from its rows, with the desk's own."""
    ledger = open_hub(site, SystemClock())
    try:
        for one in sent:
            with ledger.reading() as connection:
                desk = desks.desk_named(connection, agency_of(one.number), "01")
            assert ledger.digest(desk) == one.digest.hex(), one.number
    finally:
        ledger.close()


# -- the desks ------------------------------------------------------------------------------------------------


@dataclass
class Measured:
    """What came back: each packet's seconds until its answer, each answer's status, and from when to when."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    entries: int = 0
    took: float = 0.0
    hub_cpu: float = 0.0

    @property
    def rate(self) -> float:
        return self.entries / self.took

    def spread(self, part: float) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * part)]


@dataclass
class Line:
    """One desk's connection; requests are bytes made ahead."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def post(self, path: str, body: bytes) -> tuple[int, float]:
        """Send a request; return the answer's status and how long it took."""
        head = f"POST {path} HTTP/1.1\r\nhost: hub\r\ncontent-type: application/octet-stream\r\n"
        start = time.perf_counter()
        self.writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        await self.reader.readexactly(int(answer.split(b"content-length:")[1].split(b"\r\n")[0]))
        return int(answer.split(None, 2)[1]), time.perf_counter() - start


def greeting(one: Sheaf) -> bytes:
    secret = secret_of(one.number)
    nonce = os.urandom(8)
    hello = Hello(
        PROTOCOL, signing.key_id(signing.public_of(secret)), nonce, b"s" * 16, b"install1", b"", 0, one.entries,
        one.digest, 0, time.time_ns() // 1_000_000,
    )  # fmt: skip
    return sign_message(HELLO, nonce, hello, signing.sign(secret))


async def bring(one: Sheaf, line: Line, size: int, found: Measured) -> None:
    """Bring a desk's day over its line, a packet after the other."""
    status, _seconds = await line.post("/v1/hello", greeting(one))
    found.statuses[status] += 1
    for packet in one.packets[size]:
        status, seconds = await line.post("/v1/packets", packet)
        found.statuses[status] += 1
        found.seconds.append(seconds)


async def all_at_once(port: int, folder: Path, sent: Sequence[Sheaf], size: int) -> Measured:
    """Let every desk connect; then all begin in the same moment."""
    trust = ssl.create_default_context(cafile=str(folder / tls.CERTIFICATE))
    lines = [
        Line(*await asyncio.open_connection("127.0.0.1", port, ssl=trust, server_hostname="localhost")) for _ in sent
    ]
    found = Measured(entries=sum(one.entries for one in sent))
    start = time.perf_counter()
    async with asyncio.timeout(_PATIENCE):
        await asyncio.gather(*(bring(one, line, size, found) for one, line in zip(sent, lines, strict=True)))
    found.took = time.perf_counter() - start
    for line in lines:
        line.writer.close()
    return found


def measured(site: HubSite, sent: Sequence[Sheaf], size: int) -> Measured:
    """Make a hub, serve it as its unit does, and let all desks bring their day; then compare the digests."""
    make_hub(site)
    hub = Hub(site.folder.parent)
    more = ("--database-url", site.address) if site.address else ()
    with hub.serving(*more) as address:
        assert hub.process is not None
        before = cpu_of(hub.process.pid)
        found = asyncio.run(all_at_once(int(address.rpartition(":")[2]), site.folder, sent, size))
        found.hub_cpu = cpu_of(hub.process.pid) - before
    check(site, sent)
    assert set(found.statuses) == {200}, found.statuses
    return found


def cpu_of(process: int) -> float:
    """Return the seconds that a process has used, its threads' included."""
    parts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


# -- COPY -----------------------------------------------------------------------------------------------------


def bare_copy(address: str, size: int) -> float:
    """COPY the hub's journal rows into a bare table of the same columns, a commit each `size` rows; rows a second."""
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        rows = connection.execute("SELECT * FROM journal ORDER BY number").fetchall()
        connection.execute("CREATE TABLE bare (LIKE journal)")
        connection.commit()
        start = time.perf_counter()
        for at in range(0, len(rows), size):
            with connection.cursor() as cursor, cursor.copy("COPY bare FROM STDIN") as copy:
                for row in rows[at : at + size]:
                    copy.write_row(row)
            connection.commit()
        took = time.perf_counter() - start
        connection.execute("DROP TABLE bare")
        connection.commit()
    return len(rows) / took


# -- the page -------------------------------------------------------------------------------------------------


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="onestop-load-") as name:
        folder = Path(name)
        (folder / "day").mkdir()
        sent = sheaves(a_day(folder / "day"))
        for size in SIZES:
            found = measured(HubSite(folder / f"s{size}" / "hub", folder / f"s{size}" / "state"), sent, size)
            yield row("SQLite", size, found)
        server = start_server(settings=())
        if server is None:
            print("PostgreSQL is not installed here: measured on SQLite only", file=sys.stderr)
            return
        try:
            for size in SIZES:
                yield on_postgresql(folder / f"p{size}", server, sent, size)
        finally:
            server.remove()


def on_postgresql(folder: Path, server: Server, sent: Sequence[Sheaf], size: int) -> Row:
    site = HubSite(folder / "hub", folder / "state", server.new_database(f"hub{size}"))
    found = measured(site, sent, size)
    each, whole = bare_copy(site.address, size), bare_copy(site.address, found.entries)
    beside = f"{each:,.0f} a second with as many commits, {whole:,.0f} with one"
    return row("PostgreSQL", size, found, beside, f"1 : {each / found.rate:.1f}, 1 : {whole / found.rate:.0f}")


def row(database: str, size: int, found: Measured, beside: str = "", ratio: str = "") -> Row:
    answers = ", ".join(f"{many:,} × {status}" for status, many in sorted(found.statuses.items()))
    return (
        f"{database}, {size} entries a packet", f"{found.rate:,.0f}", f"{1000 * found.hub_cpu / found.entries:.2f} ms",
        f"{found.spread(0.5):.2f} s, {found.spread(0.95):.2f} s", answers, beside, ratio,
    )  # fmt: skip


_TEXT = """\
Written by `python -m tests.bench.load`. {desks} desks, each with a day of {dossiers} dossiers ({entries} entries),
bring it to one hub in the same moment: one process with TLS, as its unit starts it; desks and database on the same
machine. A desk sends its next packet when the one before was acknowledged, so an acknowledgement here waits for those
of all other desks. Each is given after the commit, with chain, signature and fold checked; in the end every desk's
digest equals the hub's. Where other programs run beside, the hub's CPU an entry tells more than its rate; the load
average was {load:.1f} on {cores} cores at the start and {after:.1f} at the end. Goals: 5,000 entries a second at
100 a packet, 1,000 at 5, p95 ≤ 3 s, no answer of 500 or more.
"""


def write(rows: Sequence[Row], load: float) -> None:
    """Put the section in the place of the one that stands there, or at the end; the rest of the page stays."""
    text = _TEXT.format(
        desks=DESKS, dossiers=_DOSSIERS, entries=_DOSSIERS + 2 * _DONE, load=load, cores=os.cpu_count(),
        after=os.getloadavg()[0],
    )  # fmt: skip
    lines = [
        TITLE, "", text,
        f"| {' | '.join(_COLUMNS)} |",
        "|---" * len(_COLUMNS) + "|",
        *(f"| {' | '.join(one)} |" for one in rows),
    ]  # fmt: skip
    before, _title, after = PAGE.read_text(encoding="utf-8").partition(TITLE + "\n")
    _old, mark, rest = after.partition("\n## ")
    section = "\n".join(lines) + "\n"
    PAGE.write_text(before.rstrip("\n") + "\n\n" + section + mark + rest, encoding="utf-8")


def main() -> None:
    load, rows = os.getloadavg()[0], []
    for one in measure():
        print(" | ".join(one), flush=True)
        rows.append(one)
    write(rows, load)


if __name__ == "__main__":
    main()
