"""Two copies: a synchronous standby has everything that was acknowledged, and takes over with nothing lost.

`HUB_ROUNDS=10 pytest -s tests/hub/test_standby.py` kills the primary that often and prints totals.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from onestop_desktop.clock import SetClock
from onestop_desktop.errors import TryLater
from onestop_desktop.hub.keys import HubKeys
from onestop_desktop.hub.new import HubSite, create, open_hub
from onestop_desktop.sync.http import HttpPeer
from onestop_desktop.wire.messages import Answer
from tests.hub.made import START, MadeDesk, enrol_another
from tests.hub.postgres import Server, either, free_port, new_home, start_server
from tests.hub.test_accept import a_day, differences
from tests.link.hub_process import Hub

ROUNDS = int(os.environ.get("HUB_ROUNDS", "2"))
DESKS = 6
WORKERS = 2
RUN = 4
"""Entries a packet."""
_LATER = {"link.wait", "link.no_network"}
_PATIENCE = 60.0


def ask(server: Server, *statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
    """Run statements one by one, as the administrator, and return the last one's rows."""
    with psycopg.connect(server.address(database).replace("+psycopg", ""), autocommit=True) as admin:
        for statement in statements:
            found = admin.execute(statement)
        return found.fetchall() if found.description else []


def until(server: Server, query: str, answer: list[tuple[Any, ...]]) -> None:
    end = time.monotonic() + _PATIENCE
    while (found := ask(server, query)) != answer:
        assert time.monotonic() < end, (query, found)
        time.sleep(0.02)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def wait_for_standby(primary: Server) -> None:
    """From now on no commit returns before the standby has flushed it."""
    ask(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
    until(primary, "SELECT sync_state FROM pg_stat_replication", [("sync",)])


def stop_following(standby: Server) -> None:
    """Let the standby hear nothing more; it does not know that it lags."""
    ask(standby, "ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()")
    until(standby, "SELECT count(*) FROM pg_stat_wal_receiver", [(0,)])


@dataclass
class Line:
    """The hub as one desk reaches it: any of its workers, the next one when one does not answer."""

    keys: HubKeys
    peers: list[HttpPeer]
    at: int = 0

    def hello(self, data: bytes) -> bytes:
        return self._any().hello(data)

    def packet(self, data: bytes) -> bytes:
        return self._any().packet(data)

    def _any(self) -> HttpPeer:
        self.at += 1
        return self.peers[self.at % len(self.peers)]


@dataclass(frozen=True, slots=True)
class Told:
    """On how many machines an entry is durable, and when the desk was told so."""

    copies: int
    at_ms: int


@dataclass
class Load:
    """One desk at work: it goes on making entries and sending them, whatever becomes of the hub."""

    desk: MadeDesk
    told: dict[bytes, Told] = field(default_factory=dict)
    """What the desk was told of each entry, by its hash; the best of it."""
    away: int = 0
    """How often the hub was not there."""
    fault: BaseException | None = None

    def work(self, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                a_day(self.desk, 2)
                self.sync()
        except BaseException as fault:  # noqa: BLE001  the test's own thread raises it
            self.fault = fault

    def settle(self) -> None:
        """Hold sessions until both sides hold the same."""
        end = time.monotonic() + _PATIENCE
        while not (self.sync() and self.desk.hello().same):
            assert time.monotonic() < end

    def sync(self) -> bool:
        """Hold one session, as a desk does after each change; False when the hub was not there."""
        try:
            answer = self.desk.hello()
            if not answer.same:
                self._send(answer)
        except TryLater as error:
            if error.code not in _LATER:  # link.hub_fault: it was not ready for this
                raise
            self.away += 1
            time.sleep(0.02)
            return False
        return True

    def _send(self, answer: Answer) -> None:
        entries = self.desk.entries
        places = {one.hash: at + 1 for at, one in enumerate(entries)}
        known = max((places[head.hash] for head in answer.heads), default=0)
        for at in range(known, len(entries), RUN):
            run = entries[at : at + RUN]
            copies = self.desk.send(self.desk.pack(run)).copies
            for one in run:
                if one.hash not in self.told or self.told[one.hash].copies < copies:
                    self.told[one.hash] = Told(copies, now_ms())


class Rounds:
    """A hub of several workers before two servers, and desks that never rest while one of them is killed."""

    def __init__(self, folder: Path, primary: Server, standby: Server) -> None:
        self.primary, self.standby = primary, standby
        self.random = random.Random(7)
        self.totals: Counter[str] = Counter()
        self.folder = folder
        self.site = HubSite(folder / "hub", folder / "state", either("hub", primary, standby))
        self.primary.new_database("hub")
        made = create(self.site, "Sở", SetClock(START))
        self.desks = [enrol_another(made, seed) for seed in range(DESKS)]
        self.keys = made.keys
        made.close()

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve by several processes, as one hub of a province, until the block ends."""
        with ExitStack() as stack:
            serve = ("--plain", "--database-url", self.site.address)
            hubs = [Hub(self.folder) for _ in range(WORKERS)]
            addresses = [stack.enter_context(one.serving(*serve)) for one in hubs]
            for desk in self.desks:
                line = Line(self.keys, [stack.enter_context(closing(HttpPeer(one))) for one in addresses])
                desk.hub = line  # type: ignore[assignment]
            yield

    def run(self, rounds: int, *, in_two: bool) -> None:
        self.totals.clear()
        for _ in range(rounds):
            self.round(in_two=in_two)
        self.compare()

    def round(self, *, in_two: bool) -> None:
        """Make the server that died the standby, kill the primary while desks send, let the standby take over."""
        self.standby.follow(self.primary)
        until(self.primary, "SELECT state FROM pg_stat_replication", [("streaming",)])
        loads = [Load(desk) for desk in self.desks]
        before = {load.desk.hello().incarnation for load in loads}
        if in_two:
            wait_for_standby(self.primary)
        assert {load.desk.hello().copies for load in loads} == {2 if in_two else 1}
        with working(loads):
            time.sleep(self.random.uniform(0.2, 1.0))
            if not in_two:
                stop_following(self.standby)
                wait_for_more(loads)
            killed = now_ms()
            self.primary.kill()
            self.standby.promote()
            time.sleep(0.3)
        for load in loads:
            load.settle()
        self.primary, self.standby = self.standby, self.primary
        self.check(loads, killed, before, in_two=in_two)

    def check(self, loads: list[Load], killed: int, before: set[bytes], *, in_two: bool) -> None:
        rows = ask(self.primary, "SELECT hash, accepted_ms FROM journal", database="hub")
        accepted = {bytes(value): int(at) for value, at in rows}
        told = {one: said for load in loads for one, said in load.told.items()}
        durable = [one for one, said in told.items() if said.copies == 2]
        before_kill = [one for one, said in told.items() if said.copies == 1 and said.at_ms < killed]
        # Whatever the standby lacked was sent again after the kill, and bears the time of that.
        lost, lost_of_one = ([one for one in some if accepted[one] > killed] for some in (durable, before_kill))
        answers = [load.desk.hello() for load in loads]
        assert lost == []
        assert len(accepted) == sum(len(load.desk.entries) for load in loads)
        assert {one.copies for one in answers} == {1}
        if in_two:
            assert durable
            assert {one.incarnation for one in answers} == before
        else:
            assert durable == []
            assert lost_of_one
            assert len({one.incarnation for one in answers} - before) == 1
        self.totals["rounds"] += 1
        self.totals["entries"] = len(accepted)
        self.totals["acknowledged in two copies"] += len(durable)
        self.totals["lost of these"] += len(lost)
        self.totals["acknowledged in one copy before the kill"] += len(before_kill)
        self.totals["of these sent again"] += len(lost_of_one)
        self.totals["sent, or sent again, after the kill"] += sum(1 for at in accepted.values() if at > killed)
        self.totals["told to come later"] += sum(load.away for load in loads)

    def compare(self) -> None:
        """Compare both sides' digests, each from its own rows, and let the hub check everything it has."""
        opened = open_hub(self.site, SetClock(START))
        try:
            assert {one.id: opened.digest(one.id) for one in self.desks} == {
                one.id: one.digest().hex() for one in self.desks
            }
            assert differences(opened) == []
        finally:
            opened.close()

    def tell(self, title: str) -> None:
        print(f"\n{title}: " + ", ".join(f"{name} {many:,}" for name, many in self.totals.items()))


@contextmanager
def working(loads: list[Load]) -> Iterator[None]:
    """Let desks work, each in a thread, from when each of them was answered once until the block ends."""
    stop = threading.Event()
    threads = [threading.Thread(target=load.work, args=(stop,), daemon=True) for load in loads]
    for thread in threads:
        thread.start()
    wait_for_more(loads)
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(_PATIENCE)
    for load in loads:
        if load.fault:
            raise load.fault


def wait_for_more(loads: list[Load]) -> None:
    """Return when every desk was told of more entries than it knows of now."""
    end, known = time.monotonic() + _PATIENCE, [len(load.told) for load in loads]
    while any(len(load.told) == many and not load.fault for load, many in zip(loads, known, strict=True)):
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rounds]:
    """A primary, a server that may become its standby, a hub of two workers before them, and desks."""
    primary = start_server()
    if primary is None:
        pytest.skip("PostgreSQL is not installed here (/usr/lib/postgresql/*/bin): no standby to test")
    standby = Server(new_home(), primary.bin, free_port())
    try:
        made = Rounds(tmp_path_factory.mktemp("standby"), primary, standby)
        with made.serving():
            yield made
    finally:
        standby.remove()
        primary.remove()


def test_nothing_acknowledged_in_two_copies_is_lost_when_the_primary_is_killed_under_load(rounds: Rounds) -> None:
    rounds.run(ROUNDS, in_two=True)
    rounds.tell("synchronous standby")
    assert rounds.totals["rounds"] == ROUNDS


def test_desks_refill_a_standby_that_lagged_when_the_primary_was_killed(rounds: Rounds) -> None:
    rounds.run((ROUNDS + 1) // 2, in_two=False)
    rounds.tell("standby that lagged")
    assert rounds.totals["of these sent again"] > 0
