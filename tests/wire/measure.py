"""Prints what packets cost: `python -m tests.wire.measure`; made-up people, real procedures, nothing is asserted."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.domain.entry import Entry
from onestop_desktop.domain.office import Office
from onestop_desktop.store import journal
from onestop_desktop.store.seed import Seed
from onestop_desktop.wire import packet, signing
from tests.bench import fill

SEED = Seed()
KEY = b"k" * 32
START = datetime.fromisoformat("2022-03-03T07:30:00+07:00")


def lines(count: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Made-up intakes as in db/seed/demo: full birth days, telephone, village, up to four papers of the procedure."""
    procedures = [one for one in SEED.catalogue.all() if one.rank][:40]
    for _line in range(count):
        person: dict[str, str] = fill.a_person(rng)
        born = date(int(person["birth_date"]), 1, 1) + timedelta(days=rng.randrange(365))
        procedure = rng.choice(procedures)
        names = [paper.name[:160] for paper in procedure.papers[:4]] or ["Tờ khai"]
        yield {
            "procedure": procedure.code,
            "applicant": person | {"birth_date": born.isoformat()},
            "papers": [{"name": name.strip(), "original": 1} for name in names],
            "channel": rng.choice(("desk",) * 8 + ("online", "post")),
        }


def played(folder: Path, count: int, seed: int = 1) -> tuple[Desk, list[str], SetClock]:
    """Take dossiers, sixty a day, at uneven times."""
    rng, clock = random.Random(seed), SetClock(START)
    office = Office("000.12.34.H52", "UBND xã Sặp Vạt", "UBND huyện Yên Châu", "Sặp Vạt")
    door = Door(folder / "desk", folder / "state", clock, SEED)
    desk, _code = door.create(NewDesk((office,), 1, FirstUser("mai", "Lò Thị Mai", "tap"), training=True))
    ids = []
    for at, line in enumerate(lines(count, rng)):
        minutes, ms = at % 60 * 8, rng.randrange(400_000)
        clock.put(START + timedelta(days=at // 60, minutes=minutes, milliseconds=ms))
        ids.append(desk.receive(line, again=True).id)
    return desk, ids, clock


def changed(desk: Desk, ids: Sequence[str], clock: SetClock, rng: random.Random) -> list[Entry]:
    """Take sixty steps of dossiers received earlier and return their entries."""
    before = desk.digest(), desk.core.store.head.seq
    for dossier in rng.sample(list(ids), 60):
        clock.put(clock.now() + timedelta(seconds=rng.randrange(20, 300), milliseconds=rng.randrange(1000)))
        step, values = rng.choice(((("ready", {})), ("assign", {"officer": rng.choice(("tu", "mai"))})))
        desk.act(dossier, step, values)
    return [one for one in entries(desk) if one.seq > before[1]]


def entries(desk: Desk) -> list[Entry]:
    return desk.core.store.read(lambda c: list(journal.entries(c)))


def packed(run: Sequence[Entry]) -> bytes:
    return packet.pack(run, "01", signing.key_id(signing.public_of(KEY)), signing.sign(KEY))


def tell(what: str, run: list[Entry]) -> None:
    raw = sum(len(one.envelope) + len(one.body) for one in run)
    start = time.perf_counter()
    data = packed(run)
    middle = time.perf_counter()
    back = packet.unpack(data)
    end = time.perf_counter()
    assert [(one.envelope, one.body) for one in back.items] == [(one.envelope, one.body) for one in run]
    each = len(data) / len(run)
    print(f"{what}: {len(run)} entries, {raw} B of JSON, {len(data)} B, {each:.1f} B each;"
          f" pack {1000 * (middle - start):.0f} ms, unpack {1000 * (end - middle):.0f} ms")  # fmt: skip


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as name:
        desk, ids, clock = played(Path(name), count)
        received = [one for one in entries(desk) if one.kind == "receive"]
        rest = [one for one in entries(desk) if one.kind != "receive"]
        print(len(rest), "others first")
        tell("new dossiers", received)
        tell("new dossiers", received[:100])
        tell("new dossiers", received[:20])
        tell("one", received[:1])
        tell("status changes", changed(desk, ids, clock, random.Random(5)))
        desk.close()


if __name__ == "__main__":
    main()
