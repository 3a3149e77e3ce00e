"""A desk's day over a line that is cut at one byte: what must hold afterwards, at as many offsets as are asked for.

`python -m tests.link.cuts [how many each way]` goes through 200 offsets each way and prints totals.
"""

from __future__ import annotations

import builtins
import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import cycle
from pathlib import Path
from unittest import mock

from onestop_desktop import paths
from onestop_desktop.clock import Clock, SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.domain.office import Office
from onestop_desktop.errors import TryLater
from onestop_desktop.hub import database, desks, enrolment, tls
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.lives import Seen
from onestop_desktop.hub.new import HubSite, create, open_hub
from onestop_desktop.hub.serve import Server, make_server
from onestop_desktop.hub.verify import Difference, verify
from onestop_desktop.hub.web.app import WebSite
from onestop_desktop.hub.web.operations import Site
from onestop_desktop.store import exchange
from onestop_desktop.store.connect import Connection
from onestop_desktop.store.exchange import Heard
from onestop_desktop.store.seed import Seed
from onestop_desktop.sync import pace
from onestop_desktop.sync.http import HttpPeer
from onestop_desktop.sync.session import Report
from onestop_desktop.wire import packet
from onestop_desktop.wire.enrolment import card_text
from tests.coding import coding_once
from tests.link.proxy import How, Proxy, Weather

OFFICE = Office("000.12.34.H52", "UBND xã Sặp Vạt", "UBND huyện Yên Châu", "Sặp Vạt")
MORNING = datetime.fromisoformat("2022-03-03T07:00:00+07:00")
"""Before the sample day's first dossier."""
_PATIENCE = 20
_ATTEMPTS = 12


# -- a hub ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A hub in a folder, and the number that its one desk has there."""

    folder: Path
    number: int = 1

    @property
    def site(self) -> HubSite:
        return HubSite(self.folder / "hub", self.folder / "hub-state")

    def make(self, clock: Clock) -> Place:
        """Make the hub with one commune and one desk that is not let in yet."""
        ledger = create(self.site, OFFICE.upper, clock)
        with ledger.writing() as connection:
            commune = desks.add_commune(connection, OFFICE.name)
            number = desks.add_desk(connection, commune, "01", "Bàn 01", (OFFICE,))
        ledger.close()
        return replace(self, number=number)

    def copy(self, folder: Path) -> Place:
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)

    @contextmanager
    def opened(self, clock: Clock) -> Iterator[Ledger]:
        ledger = open_hub(self.site, clock)
        try:
            yield ledger
        finally:
            ledger.close()

    def differences(self, clock: Clock) -> list[Difference]:
        """Return what the hub's own check finds."""
        with self.opened(clock) as ledger, ledger.reading() as connection:
            return verify(connection)

    @contextmanager
    def serving(self, clock: Clock, certificates: Path | None = None) -> Iterator[tuple[Ledger, str]]:
        """Serve in a thread until the block ends; gives the hub and its address."""
        with self.opened(clock) as ledger, serving(ledger, self.folder, certificates) as (_server, address):
            yield ledger, address


@contextmanager
def serving(ledger: Ledger, folder: Path, certificates: Path | None = None) -> Iterator[tuple[Server, str]]:
    """Serve an open hub in a thread until the block ends; with a folder with a certificate over TLS."""
    told: list[str] = []
    ready = threading.Event()

    def tell(address: str) -> None:
        told.append(address)
        ready.set()

    site = WebSite(folder / "hub" / "files", Site(plain=certificates is None))
    server = make_server(ledger, site, "127.0.0.1", 0, tell, certificates)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert ready.wait(_PATIENCE)
    try:
        yield server, told[0]
    finally:
        server.should_exit = server.force_exit = True
        thread.join(_PATIENCE)


@dataclass(frozen=True, slots=True)
class Kept:
    """A hub that is served all the while; `put_back` gives its database the rows of another one again."""

    ledger: Ledger
    address: str
    _server: Server
    _seen: Seen
    _before: database.Database

    def put_back(self) -> None:
        """Take the hub back to before its first run; what it still does for a line that is gone is waited for."""
        until = time.monotonic() + _PATIENCE
        while self._server.server_state.tasks:
            assert time.monotonic() < until, "the hub is still busy with the run before"
            time.sleep(0.001)
        here = self.ledger.database.engine
        with closing(self._before.engine.raw_connection()) as source, closing(here.raw_connection()) as target:
            source.driver_connection.backup(target.driver_connection)  # type: ignore[union-attr]
        # The hub is not to notice that it went back: that is another test's story.
        self._seen.incarnation, self._seen.number = b"", 0
        assert self.ledger.changes(0, 1) == []


@contextmanager
def kept(place: Place, clock: Clock, folder: Path) -> Iterator[Kept]:
    """Serve a copy of a hub, made in a folder that is not there yet, that can be put back to what it is now."""
    copy, seen = place.copy(folder), Seen(None)
    with closing(database.open_folder(place.site.folder)) as before, copy.opened(clock) as opened:
        ledger = Ledger(opened.database, opened.keys, clock, seen=seen)
        with serving(ledger, folder) as (server, address):
            yield Kept(ledger, address, server, seen, before)


def port_of(address: str) -> int:
    return int(address.rsplit(":", 1)[1])


def let_in(desk: Desk, place: Place, clock: Clock) -> None:
    """Let a desk in over the network: card, request, grant."""
    with place.serving(clock) as (ledger, address):
        card = card_text(enrolment.issue_card(ledger, place.number, "test", (address,)))
        assert not desk.carry.ask(card)
        with ledger.reading() as connection:
            (one,) = enrolment.waiting(connection)
        enrolment.grant(ledger, one.id, "test", addresses=(address,))
        assert desk.carry.ask(card)


def certified(place: Place, clock: Clock) -> tuple[Path, bytes]:
    """Make a certificate for a hub on this PC; return its folder and its pin."""
    folder = place.folder / "hub"
    tls.make_certificate(folder, ("127.0.0.1",), clock)
    return folder, tls.pin_of(folder)


# -- a desk ---------------------------------------------------------------------------------------------------


def make_desk(folder: Path, clock: Clock) -> Desk:
    door = Door(folder / "desk", folder / "desk-state", clock, Seed())
    desk, _code = door.create(NewDesk((OFFICE,), 1, FirstUser("mai", "Lò Thị Mai", "tap"), training=True))
    return desk


def the_day(desk: Desk, clock: SetClock, *, start: int = 0, stop: int | None = None) -> list[str]:
    """Take the sample day's dossiers, or a part of them, at their hours; return their numbers."""
    lines = paths.db("seed", "demo", "day.jsonl").read_text(encoding="utf-8").splitlines()
    taken = []
    for line in (json.loads(text) for text in lines[start:stop]):
        # Some lines are entered after the hour they name: the clock does not go back for them.
        clock.put(max(clock.now(), datetime.fromisoformat(line["received_at"]) + timedelta(seconds=40)))
        taken.append(desk.receive(line, again=True).number)
    return taken


def forget(desk: Desk, packet_size: int = 0) -> None:
    """Make a desk forget what a hub said: the next hub is one that it has not spoken to.

    `packet_size` bytes is how large its first packet is to be; 0 leaves that to the program.
    """

    def job(connection: Connection) -> None:
        exchange.keep_heard(connection, Heard(packet_size=packet_size))
        exchange.keep_sent(connection, set())

    desk.core.store.write_plain(job, urgent=False)


def until_same(desk: Desk, address: str, attempts: int = _ATTEMPTS) -> tuple[Report, int]:
    """Hold sessions until both sides are the same, as the program does; return the last report and how many it took."""
    for attempt in range(1, attempts + 1):
        try:
            report = desk.carry.sync(address)
        except TryLater:
            continue
        if report.same:
            return report, attempt
    raise AssertionError(f"not the same after {attempts} sessions")


# -- what was sent --------------------------------------------------------------------------------------------


@lru_cache(256)
def run_of(data: bytes) -> tuple[str, int, int]:
    """Return the entries in a packet: epoch, first, and the one after the last. Most sessions send the same ones."""
    found = packet.unpack(data)
    return found.epoch, found.first, found.first + len(found.items)


@dataclass(slots=True)
class Sent:
    """The packets that a desk gave away, by the entries in them."""

    packets: list[tuple[str, int, int]] = field(default_factory=list)
    bytes: int = 0

    def note(self, data: builtins.bytes) -> None:
        self.bytes += len(data)
        self.packets.append(run_of(data))

    @property
    def twice(self) -> int:
        """Return how many packets held entries that were then given away again."""
        first: dict[tuple[str, int], int] = {}
        again: set[int] = set()
        for at, (epoch, start, stop) in enumerate(self.packets):
            for seq in range(start, stop):
                place = (epoch, seq)
                if place in first:
                    again.add(first[place])
                first.setdefault(place, at)
        return len(again)


@contextmanager
def counting() -> Iterator[Sent]:
    """Count the packets that leave through HTTP while the block lasts."""
    sent = Sent()
    give: Callable[[HttpPeer, bytes], bytes] = HttpPeer.packet

    def packet_(peer: HttpPeer, data: bytes) -> bytes:
        sent.note(data)
        return give(peer, data)

    with mock.patch.object(HttpPeer, "packet", packet_):
        yield sent


# -- one cut --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """One desk's entries over one line; `given` packets of `packets` bytes; `up` and `down` are all bytes on it."""

    weather: Weather
    same: bool
    sessions: int
    twice: int
    cuts: int
    up: int
    down: int
    packets: int
    seconds: float
    given: int


@dataclass(slots=True)
class Bench:
    """A desk with a day's entries, and the hub that it was let in to, as it was before it had any."""

    desk: Desk
    clock: SetClock
    template: Place
    folder: Path
    runs: int = 0

    def run(self, weather: Weather, seed: int = 1, attempts: int = _ATTEMPTS) -> Outcome:
        """Send everything to a fresh copy of the hub over a line with this weather."""
        self.runs += 1
        place = self.template.copy(self.folder / f"hub-{self.runs}")
        forget(self.desk)
        with place.serving(self.clock) as (ledger, address):
            one = self._over(ledger, Proxy(port_of(address), weather, seed), attempts)
        shutil.rmtree(place.folder)
        return one

    @contextmanager
    def small(self) -> Iterator[Callable[[Weather], Outcome]]:
        """Give runs over one hub that is put back before each, in packets as small as after a day of poor lines."""
        self.runs += 1
        with kept(self.template, self.clock, self.folder / f"hub-{self.runs}") as hub, coding_once():

            def run(weather: Weather) -> Outcome:
                hub.put_back()
                forget(self.desk, pace.LEAST)
                return self._over(hub.ledger, Proxy(port_of(hub.address), weather), _ATTEMPTS)

            yield run

    def _over(self, ledger: Ledger, proxy: Proxy, attempts: int) -> Outcome:
        started = time.perf_counter()
        with counting() as sent, proxy.running():
            _report, sessions = until_same(self.desk, proxy.address, attempts)
        seconds = time.perf_counter() - started
        same = ledger.digest(self.template.number) == self.desk.digest()
        count = proxy.count
        return Outcome(
            proxy.weather, same, sessions, sent.twice, count.cuts, count.up, count.down, sent.bytes, seconds,
            len(sent.packets),
        )  # fmt: skip


def offsets(whole: int, count: int) -> list[int]:
    """Return `count` byte offsets spread over a session of `whole` bytes, the first and the last byte among them."""
    last = max(1, whole)
    return sorted({1 + (last - 1) * at // max(1, count - 1) for at in range(count)})


def cuts(clean: Outcome, each_way: int) -> Iterator[Weather]:
    """Give the weathers: offsets over the whole session upwards and downwards; the ways to end take turns."""
    for offset, how in zip(offsets(clean.up, each_way), cycle(How)):
        yield Weather(cut_up=offset, how=how)
    for offset, how in zip(offsets(clean.down, each_way), cycle(How)):
        yield Weather(cut_down=offset, how=how)


def wrong(one: Outcome) -> bool:
    """Say whether what must hold after one cut does not."""
    return not one.same or one.twice > 1 or one.cuts != 1


def main() -> None:
    each_way = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    clock = SetClock(MORNING)
    with tempfile.TemporaryDirectory(prefix="onestop-cuts-") as name:
        folder = Path(name)
        desk = make_desk(folder, clock)
        template = Place(folder / "template").make(clock)
        let_in(desk, template, clock)
        the_day(desk, clock)
        with Bench(desk, clock, template, folder).small() as run:
            clean = run(Weather())
            started, cpu = time.perf_counter(), time.process_time()
            done = [run(weather) for weather in cuts(clean, each_way)]
            seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        desk.close()
    print(f"clean: {clean.up} bytes up, {clean.down} down, {clean.given} packets, {clean.sessions} session(s)")
    for one in filter(wrong, done):
        print(f"WRONG {one}")
    ups, again = sum(one.weather.cut_up > 0 for one in done), sum(one.twice > 0 for one in done)
    print(f"{ups} offsets upwards, {len(done) - ups} downwards, {seconds:.0f} s ({cpu:.0f} s of CPU)")
    print(f"ended the same {sum(one.same for one in done)}, sent a part twice {again}, wrong {sum(map(wrong, done))}")
    most = [max(column) for column in zip(*((one.twice, one.sessions, one.up) for one in done), strict=True)]
    print("at most {} packets twice, {} sessions, {} bytes up".format(*most))


if __name__ == "__main__":
    main()
