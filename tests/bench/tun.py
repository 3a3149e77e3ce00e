"""`python -m tests.bench.tun`: the sample day over IP packets that are late, few and lost; printed and written down.

A desk and a hub (with TLS) run in network namespaces of their own; between them two TUN devices, relayed here with
20 kbit/s each way, 600 ms each way, every tenth packet lost at random, a queue of a few packets that drops what is too
much, and nothing at all for some seconds of each minute. Unlike `tests.link.proxy`, TCP itself meets the loss. Needs
Linux, root, iproute2 and /dev/net/tun, and says so where one of them is missing. No part of `make bench`.
"""

from __future__ import annotations

import fcntl
import os
import random
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.door import Door
from onestop_desktop.errors import TryLater
from onestop_desktop.hub import tls
from onestop_desktop.hub.serve import make_server
from onestop_desktop.hub.web.app import WebSite
from onestop_desktop.hub.web.operations import Site
from onestop_desktop.store.seed import Seed
from onestop_desktop.sync.http import HttpPeer
from tests.bench.line import of_kind, replace_section, room
from tests.link.cuts import MORNING, Place, the_day

TITLE = "## The line, packet by packet"
DEVICE = Path("/dev/net/tun")
ROOT = Path(__file__).parents[2]
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_DESK, _HUB = "10.87.0.1", "10.87.0.2"
_MTU = 1_400
_SEEDS = tuple(range(1, 8))
_LONGEST = 600
_PATIENCE = 60


# -- the line -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Air:
    """What is wrong with the line.

    Bytes a second, seconds each way, share lost, packets that may wait; each minute from `dead_from` on nothing passes
    for `dead` seconds.
    """

    rate: float = 2_500.0
    delay: float = 0.6
    loss: float = 0.1
    queue: int = 10
    dead_from: float = 10.0
    dead: float = 3.0


@dataclass(slots=True)
class Way:
    """One direction: packets from one device that come out of the other late, or never."""

    source: int
    target: int
    air: Air
    rng: random.Random
    started: float = field(default_factory=time.monotonic)
    sent: int = 0
    """Bytes of IP packets that were put on the line, the lost ones too."""
    lost: int = 0
    dropped: int = 0
    _free_at: float = 0.0
    _waiting: deque[tuple[float, bytes]] = field(default_factory=deque)

    def take(self) -> None:
        """Take one packet from its device."""
        data, now = os.read(self.source, 65_536), time.monotonic()
        behind = max(0.0, self._free_at - now) * self.air.rate / _MTU
        if behind > self.air.queue:
            self.dropped += 1
            return
        self.sent += len(data)
        self._free_at = max(self._free_at, now) + len(data) / self.air.rate
        if self.rng.random() < self.air.loss or self._dead(self._free_at):
            self.lost += 1
            return
        self._waiting.append((self._free_at + self.air.delay, data))

    def give(self) -> float | None:
        """Hand over what is due; return in how many seconds the next packet is, None without one."""
        while self._waiting:
            due = self._waiting[0][0] - time.monotonic()
            if due > 0:
                return due
            with suppress(OSError):
                os.write(self.target, self._waiting[0][1])
            self._waiting.popleft()
        return None

    def _dead(self, at: float) -> bool:
        into = (at - self.started - self.air.dead_from) % 60
        return at - self.started >= self.air.dead_from and into < self.air.dead


@dataclass(slots=True)
class Relay:
    """Both directions, in a thread of their own until `stop`."""

    up: Way
    down: Way
    _stopped: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to relay."""
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; what is on the way is gone."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    def _work(self) -> None:
        ways = {way.source: way for way in (self.up, self.down)}
        while not self._stopped.is_set():
            due = [seconds for way in ways.values() if (seconds := way.give()) is not None]
            ready, _write, _wrong = select.select(list(ways), [], [], min([0.2, *due]))
            for source in ready:
                ways[source].take()


def ip(*arguments: str) -> None:
    subprocess.run(("ip", *arguments), check=True, capture_output=True, text=True)


@contextmanager
def namespace(name: str, device: str, own: str, other: str) -> Iterator[int]:
    """Make a namespace whose only way out is a TUN device; gives the device's other side, a file."""
    with ExitStack() as undo:
        ip("netns", "add", name)
        undo.callback(ip, "netns", "delete", name)
        tun = os.open(DEVICE, os.O_RDWR)
        undo.callback(os.close, tun)
        fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH22s", device.encode(), _IFF_TUN | _IFF_NO_PI, b""))
        # The file stays this process's when the device moves.
        ip("link", "set", device, "netns", name)
        ip("-n", name, "link", "set", "lo", "up")
        ip("-n", name, "addr", "add", own, "peer", other, "dev", device)
        ip("-n", name, "link", "set", device, "mtu", str(_MTU), "up")
        yield tun


# -- the two ends, each a process in its namespace ------------------------------------------------------------


def serve_hub(folder: Path) -> None:
    """Serve the hub of a folder over TLS and print its port."""
    place, clock = Place(folder), SetClock(MORNING)
    site = WebSite(folder / "hub" / "files", Site())
    with place.opened(clock) as ledger:
        server = make_server(ledger, site, _HUB, 0, lambda address: print(address, flush=True), folder / "hub")
        server.run()


def send_day(folder: Path, address: str) -> None:
    """Send everything that a desk has, again and again until both sides are the same; print seconds and sessions."""
    hub = folder / "template" / "hub"
    certificate = x509.load_pem_x509_certificate((hub / tls.CERTIFICATE).read_bytes()).public_bytes(Encoding.DER)
    desk = Door(folder / "desk", folder / "desk-state", SetClock(MORNING), Seed()).open("mai", "tap")
    started, sessions, same = time.perf_counter(), 0, False
    while not same:
        sessions += 1
        peer = HttpPeer(address, (tls.pin_of(hub),), certificate)
        with suppress(TryLater):
            same = desk.link.sync(peer).same
        peer.close()
    print(f"{time.perf_counter() - started:.1f} {sessions}", flush=True)
    desk.close()


def child(space: str, *arguments: str) -> subprocess.Popen[str]:
    command = ("ip", "netns", "exec", space, sys.executable, "-m", "tests.bench.tun", *arguments)
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(_PATIENCE)
    if process.stdout is not None:
        process.stdout.close()


# -- one day --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """What one day cost; bytes are those of IP packets, heads and repeats included."""

    seconds: float
    sessions: int
    up: int
    down: int
    lost: int
    dropped: int


def prepare(folder: Path) -> int:
    """Make a desk with the sample day and the hub that it was let in to; return how many dossiers the day has."""
    one = room(folder, MORNING)
    the_day(one.desk, one.clock)
    count = len(of_kind(one.desk, "receive"))
    tls.make_certificate(one.place.folder / "hub", (_HUB,), one.clock)
    one.desk.close()
    return count


def send(folder: Path, air: Air, seed: int) -> Found:
    """Send the day of a prepared folder over a line with this seed."""
    spaces = tuple(f"onestop-bench-{os.getpid()}-{side}" for side in ("desk", "hub"))
    devices = tuple(f"os{os.getpid() % 10**7}{side}" for side in "dh")
    rng = random.Random(seed)
    with (
        namespace(spaces[0], devices[0], _DESK, _HUB) as near,
        namespace(spaces[1], devices[1], _HUB, _DESK) as far,
        ExitStack() as undo,
    ):
        hub = child(spaces[1], "hub", str(folder / "template"))
        undo.callback(end, hub)
        assert hub.stdout is not None
        address = hub.stdout.readline().strip()
        relay = Relay(
            Way(near, far, air, random.Random(rng.random())), Way(far, near, air, random.Random(rng.random()))
        )
        relay.start()
        undo.callback(relay.stop)
        desk = child(spaces[0], "desk", str(folder), address)
        undo.callback(end, desk)
        out, _errors = desk.communicate(timeout=_LONGEST)
    seconds, sessions = out.split()
    up, down = relay.up, relay.down
    return Found(float(seconds), int(sessions), up.sent, down.sent, up.lost + down.lost, up.dropped + down.dropped)


def why_not() -> str:
    """Return why this cannot be run here, or an empty string."""
    if not sys.platform.startswith("linux"):
        return "network namespaces are Linux's"
    if os.geteuid() != 0:
        return "only root may make network namespaces"
    if shutil.which("ip") is None:
        return "iproute2 (ip) is not installed"
    try:
        os.close(os.open(DEVICE, os.O_RDWR))
        ip("netns", "add", "onestop-bench-try")
        ip("netns", "delete", "onestop-bench-try")
    except (OSError, subprocess.CalledProcessError) as error:
        return f"this machine does not allow it ({error})"
    return ""


def measure() -> list[tuple[Found, int]]:
    """Send the day once over each seed's line, each time from a fresh desk to a fresh hub."""
    found = []
    with tempfile.TemporaryDirectory(prefix="onestop-tun-") as name:
        count = prepare(Path(name) / "day")
        for seed in _SEEDS:
            folder = Path(name) / str(seed)
            shutil.copytree(Path(name) / "day", folder)
            one = send(folder, Air(), seed)
            print(f"seed {seed}: {one}", flush=True)
            found.append((one, count))
            shutil.rmtree(folder)
    return found


def write(found: list[tuple[Found, int]]) -> None:
    air = Air()
    about = f"""\
Written by `python -m tests.bench.tun` on {date.today():%d %B %Y}; it needs root, so `make bench` leaves it alone. Desk
and hub (TLS, the hub's certificate known) sit in network namespaces, and IP packets are relayed between TUN devices:
{air.rate * 8 / 1000:.0f} kbit/s and {air.delay * 1000:.0f} ms each way, {air.loss:.0%} of the packets of either way \
lost at random, {air.queue} packets of queue, and for
{air.dead:.0f} s of each minute nothing passes, first after {air.dead_from:.0f} s. Goal: ≤ 60 s."""
    table = ["| seed | the sample day arrived after | sessions | IP bytes sent, received | packets lost, no room |"]
    table.append("|---|---|---|---|---|")
    for seed, (one, count) in zip(_SEEDS, found, strict=True):
        arrived = f"{one.seconds:.1f} s ({count} dossiers)"
        table.append(f"| {seed} | {arrived} | {one.sessions} | {one.up:,}, {one.down:,} | {one.lost}, {one.dropped} |")
    middle = statistics.median(one.seconds for one, _count in found)
    table += [
        "",
        f"Half of the days arrived within {middle:.1f} s. The same seed does not give the same losses: what a",
    ]
    table.append("packet meets depends on when TCP sends it.")
    lines = [TITLE, "", *about.splitlines(), "", *table]
    replace_section(TITLE, lines)


def main() -> None:
    match sys.argv[1:]:
        case ["hub", folder]:
            serve_hub(Path(folder))
        case ["desk", folder, address]:
            send_day(Path(folder), address)
        case _:
            reason = why_not()
            if reason:
                print(f"The packet line was not run: {reason}.")
                return
            write(measure())


if __name__ == "__main__":
    main()
