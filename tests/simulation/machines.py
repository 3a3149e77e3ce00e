"""A desk's PC and the hub's server without threads and files: the real code over databases in memory."""

from __future__ import annotations

import functools
import hashlib
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Set
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

from sqlalchemy import Connection as HubConnection
from sqlalchemy import create_engine, event
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from onestop_desktop import paths
from onestop_desktop.clock import SetClock
from onestop_desktop.desk.core import Core
from onestop_desktop.desk.enrol import AGE
from onestop_desktop.desk.link import Link
from onestop_desktop.domain.entry import GENESIS
from onestop_desktop.domain.office import Office
from onestop_desktop.hub import desks, new
from onestop_desktop.hub import schema as hub_schema
from onestop_desktop.hub.database import Database
from onestop_desktop.hub.keys import HubKeys
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.lives import Seen
from onestop_desktop.hub.tables import DESK
from onestop_desktop.store import exchange, marks, schema
from onestop_desktop.store.keys import KeyFile
from onestop_desktop.store.lock import StoreLock
from onestop_desktop.store.meta import Meta, write_meta
from onestop_desktop.store.seed import Seed
from onestop_desktop.store.store import Site, Store
from onestop_desktop.store.writer import _Work
from onestop_desktop.wire import signing
from onestop_desktop.wire.envelope import Keys as AgeKeys
from onestop_desktop.wire.envelope import new_keys
from onestop_desktop.wire.packet import unpack
from tests.simulation.faults import Killed, seeded

T = TypeVar("T")
START = datetime.fromisoformat("2026-11-23T08:15:00+07:00")
SEED = Seed()
HUB_SEED = b"h" * 32
_PRAGMAS = ("foreign_keys = ON", "temp_store = MEMORY", "recursive_triggers = ON")


def in_memory(source: Any = None) -> Any:
    """Return a database in memory, empty or as a copy."""
    made = dbapi2.connect(":memory:", isolation_level=None, check_same_thread=False)
    for pragma in _PRAGMAS:
        made.execute(f"PRAGMA {pragma}")
    if source is not None:
        source.backup(made)
    return made


# -- a desk -------------------------------------------------------------------------------------------------------


class InlineWriter:
    """The store's writer without its thread. The next job may fail for a full disk, or be the last before a kill."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.full = False
        self.kill_after = False
        self.dead = False

    def submit(
        self, job: Callable[[Any], T], *, urgent: bool = True, committed: Callable[[T], None] | None = None
    ) -> Future[T]:
        """Run a job in the real transaction at once."""
        if self.dead:
            raise Killed
        work = _Work(self._torn(job) if self.full else job, None if self.kill_after else committed)
        work.run(self._connection)
        self.full = False
        if self.kill_after:
            self.dead = True
            raise Killed
        return work.future

    def _torn(self, job: Callable[[Any], T]) -> Callable[[Any], T]:
        def run(connection: Any) -> T:
            job(connection)
            raise dbapi2.OperationalError("database or disk is full")

        return run

    def close(self) -> None:
        """There is nothing to finish."""


class SimStore(Store):
    """The store over one connection in memory; what lies outside the file is the real thing, in a folder."""

    def __init__(self, site: Site, connection: Any, clock: SetClock, key_file: KeyFile) -> None:
        super().__init__(site, StoreLock(site.data), b"k" * 32, key_file, clock)
        self._connection = connection
        self.settle(connection)
        self.inline = InlineWriter(connection)
        self.writer = self.inline  # type: ignore[assignment]

    def reader(self) -> Any:
        """Return the one connection."""
        return self._connection

    def read(self, question: Callable[[Any], Any]) -> Any:
        """Ask it."""
        return question(self._connection)

    def free_bytes(self) -> int:
        """Return what is always enough."""
        return 1 << 40


@dataclass(frozen=True, slots=True)
class Kind:
    """A desk as it is enrolled: its code, agency, place at the hub, secrets."""

    code: str
    agency: str
    commune: int
    number: int
    seed: bytes
    age: AgeKeys
    key_file: KeyFile

    @property
    def hardware(self) -> str:
        """Return the name of its first PC."""
        return f"pc-{self.commune}-{self.code}"


_PLACES = (("01", "000.12.34.H52", 1), ("02", "000.12.34.H52", 1), ("01", "000.12.35.H52", 2))


@functools.cache
def kinds() -> tuple[Kind, ...]:
    """Return the three desks there are: two of one commune, one of another."""
    chance = random.Random("the desks of the simulation")
    found = []
    for number, (code, agency, commune) in enumerate(_PLACES, 1):
        key_file = KeyFile(chance.randbytes(16).hex(), True, f"UBND xã {commune}", code, ())
        found.append(Kind(code, agency, commune, number, chance.randbytes(32), new_keys(), key_file))
    return tuple(found)


def identity_of(data: Path, store: str) -> str:
    """Return a PC's identity: it goes by the folder's name, so that a copied disk image shares it."""
    return hashlib.sha256(f"{data.name} {store}".encode()).hexdigest()


@contextmanager
def hardware() -> Iterator[None]:
    """Let PCs be told apart by name."""
    with mock.patch.object(marks, "identity_of", identity_of):
        yield


@functools.cache
def folder() -> Path:
    """Return this process's folder for what lies outside databases, in memory where there is such a place."""
    shm = Path("/dev/shm")
    made = tempfile.TemporaryDirectory(prefix="onestop-simulation-", dir=shm if shm.is_dir() else None)
    _KEEP.append(made)
    return Path(made.name)


_KEEP: list[object] = []


@functools.cache
def first_disk(number: int) -> Disk:
    """Make a desk as it is on its first day: set up and enrolled; it is named by its number at the hub."""
    kind = kinds()[number - 1]
    with seeded(random.Random(f"first day of {kind.hardware}")), hardware():
        connection = in_memory()
        schema._apply(connection, schema.steps(paths.db("desk")))
        meta = Meta(kind.key_file.store, kind.code, random.SystemRandom().randbytes(16).hex(), 0, "", None)
        write_meta(connection, meta)
        age = f"{kind.age.recipient} {kind.age.identity}".encode()
        for name, value in (("desk", kind.seed), (AGE, age), (exchange.HUB, hub_keys().public)):
            connection.execute("INSERT INTO secret (name, value) VALUES (?, ?)", (name, value))
        disk = Disk(connection, folder() / "first" / f"{kind.commune}-{kind.code}")
        core = Machine(kind, disk, SetClock(START), "first").core
        core.record("desk", {"desk": int(kind.code)})
        core.record("office", Office(kind.agency, kind.key_file.office, "UBND huyện Yên Châu", "Sặp Vạt").as_body())
        core.record("user", {"name": "Lò Thị Mai", "user": "mai"})
        core.store.close()
    return disk


@dataclass(slots=True)
class Disk:
    """A PC's data (the database) and what lies outside of it (the state folder); both can be copied and put back."""

    connection: Any
    state: Path
    told: frozenset[str] = frozenset()
    """The numbers and places in registers that the state folder has seen told."""

    def copy(self, place: Path) -> Disk:
        """Return a copy of both."""
        place.parent.mkdir(parents=True, exist_ok=True)
        if self.state.exists():
            shutil.copytree(self.state, place)
        return Disk(in_memory(self.connection), place, self.told)


class Machine:
    """A desk's PC while its program runs."""

    def __init__(self, kind: Kind, disk: Disk, clock: SetClock, name: str, hardware: str = "") -> None:
        self.kind = kind
        self.disk = disk
        self.clock = clock
        self.name = name
        self.hardware = hardware or kind.hardware
        self.offset = timedelta()
        self.drift = 1.0
        self.start()

    def start(self) -> None:
        """Start the program: the real opening of a store, a core, a link."""
        self.disk.state.mkdir(parents=True, exist_ok=True)
        site = Site(self.disk.state.parent / self.hardware, self.disk.state)
        self.store = SimStore(site, self.disk.connection, self.clock, self.kind.key_file)
        self.core = Core(self.store, "mai", SEED)
        self.link = Link(self.core)

    def stop(self) -> None:
        """End the program, in good order or not: both leave the same behind."""
        self.store.close()

    def restart(self) -> None:
        """End the program and start it again."""
        self.stop()
        self.start()

    def rows(self) -> dict[bytes, tuple[str, int]]:
        """Return every entry's place by its hash, from the rows alone."""
        found = self.disk.connection.execute("SELECT hash, epoch, seq FROM journal")
        return {bytes(value): (epoch, seq) for value, epoch, seq in found}


# -- the hub ------------------------------------------------------------------------------------------------------


@functools.cache
def hub_keys() -> HubKeys:
    """Return the hub's secrets."""
    return HubKeys(HUB_SEED, new_keys().identity, b"s" * 32)


@functools.cache
def _hub_database() -> tuple[Database, Any]:
    """Return this process's one hub database and its raw connection; statements are compiled once for all seeds."""
    raw = dbapi2.connect(":memory:", isolation_level=None, check_same_thread=False)
    for pragma in _PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")
    engine = create_engine("sqlite+pysqlite://", module=dbapi2, creator=lambda: raw, poolclass=StaticPool)

    @event.listens_for(engine, "begin")
    def begin(connection: HubConnection) -> None:
        reading = connection.get_execution_options().get("onestop_reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return Database(engine), raw


@functools.cache
def _first_hub() -> Any:
    """Make the hub as it is on its first day, with every desk let in."""
    database, raw = _hub_database()
    clock = SetClock(START)
    with seeded(random.Random("first day of the hub")):
        hub_schema.upgrade(database)
        new.write_row(database, hub_keys(), "UBND huyện Yên Châu", clock)
        with database.writing() as connection:
            for commune in sorted({kind.commune for kind in kinds()}):
                desks.add_commune(connection, f"Xã {commune}")
            for kind in kinds():
                number = desks.add_desk(
                    connection, kind.commune, kind.code, f"Bàn {kind.code}", [Office(kind.agency, f"Xã {kind.commune}")]
                )
                assert number == kind.number
                desks.add_key(connection, number, signing.public_of(kind.seed), int(START.timestamp() * 1000))
                connection.execute(DESK.update().where(DESK.c.id == number).values(recipient=kind.age.recipient))
    return in_memory(raw)


@dataclass(frozen=True, slots=True)
class HubCopy:
    """A copy of the hub's database, and what its state folder knew then."""

    database: Any
    incarnation: bytes
    number: int


class HubMachine:
    """The hub's server while its program runs."""

    def __init__(self, clock: SetClock, chance: random.Random) -> None:
        self.clock = clock
        self._chance = chance
        first = _first_hub()
        self.database, self.raw = _hub_database()
        self._seen = Seen(None)
        self.put_back(HubCopy(first, b"", 0), with_state=True)

    ledger: Ledger

    def start(self) -> None:
        """Start the program; what was seen of the database outside of it outlives the one before."""
        seen = Seen(None)
        seen.incarnation, seen.number = self._seen.incarnation, self._seen.number
        self._seen = seen
        self.ledger = Ledger(self.database, hub_keys(), self.clock, seen=seen, random=self._chance.randbytes)

    def restart(self) -> None:
        """Kill the program and start it again: what was not committed is gone."""
        self._forget_uncommitted()
        self.start()

    def copy(self) -> HubCopy:
        """Take a backup."""
        return HubCopy(in_memory(self.raw), self._seen.incarnation, self._seen.number)

    def put_back(self, copy: HubCopy, *, with_state: bool) -> None:
        """Restore a backup and start; with the state folder too, as a virtual machine's snapshot does."""
        self.swap(copy)
        if with_state:
            self._seen.incarnation, self._seen.number = copy.incarnation, copy.number
        self.start()

    def swap(self, copy: HubCopy) -> None:
        """Put an older state under the running program, as the promotion of a standby that lagged does."""
        self._forget_uncommitted()
        copy.database.backup(self.raw)

    def empty(self) -> None:
        """Lose everything but the desks' enrolment."""
        self.put_back(HubCopy(_first_hub(), b"", 0), with_state=False)

    def _forget_uncommitted(self) -> None:
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK")

    def rows(self, desk: int) -> dict[bytes, tuple[str, int]]:
        """Return the places of a desk's entries by hash, from the rows alone."""
        found = self.raw.execute("SELECT hash, epoch, seq FROM journal WHERE desk = ?", (desk,))
        return {bytes(value): (epoch, seq) for value, epoch, seq in found}

    def waiting(self, desk: int, known: Set[bytes]) -> set[bytes]:
        """Return the entries in held packets that would stand behind what is known."""
        packets = [unpack(bytes(row[0])) for row in self.raw.execute("SELECT data FROM held WHERE desk = ?", (desk,))]
        found: set[bytes] = set()
        for _round in packets:
            for one in packets:
                if one.prev in known or one.prev in found or one.prev == GENESIS:
                    found |= {item.hash for item in one.items}
        return found
