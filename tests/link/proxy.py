"""A thin line between two ports of this PC: slow, late, stalling, cut after so many bytes or seconds; bytes counted.

The same seed gives the same stalls. What a real line adds below TCP (headers, slow start) is not there.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SEGMENT = 1_400
"""Bytes that are late or lost together."""
_PATIENCE = 10
_WINDOW = 64
"""Segments on the way in one direction, at most."""


class How(StrEnum):
    """How a line ends that is cut after some bytes."""

    RESET = "reset"
    """Both ends see a reset; what they had not read yet is gone."""
    CLOSE = "close"
    """Both ends see the end, after the bytes that came through."""
    HALF = "half"
    """Only the receiver sees the end; the sender's further bytes vanish, the other direction lives on."""


@dataclass(frozen=True, slots=True)
class Weather:
    """What is wrong with a line. 0 is nothing.

    `latency` seconds each way; `rate` bytes a second each way; `loss` the share of segments that stall their
    direction for `stall` seconds; `cut_up`, `cut_down` bytes (of all connections together, handshakes included)
    after which a line is cut, once or, with `again`, each time so many more have passed; `cut_every` seconds after
    which every connection is reset, the first time after `cut_first`.
    """

    latency: float = 0.0
    rate: float = 0.0
    loss: float = 0.0
    stall: float = 0.0
    cut_up: int = 0
    cut_down: int = 0
    again: bool = False
    how: How = How.RESET
    cut_every: float = 0.0
    cut_first: float = 0.0


@dataclass(slots=True)
class Way:
    """One direction of the line, shared by its connections."""

    weather: Weather
    rng: random.Random
    cut_at: int
    passed: int = 0
    cuts: int = 0
    free_at: float = 0.0

    def room(self, wanted: int) -> int:
        """Return how many of `wanted` bytes may pass before the next cut."""
        due = self.cut_at and (self.weather.again or not self.cuts)
        return min(wanted, self.cut_at * (self.cuts + 1) - self.passed) if due else wanted

    def take(self, count: int) -> bool:
        """Count bytes; say whether the line is cut after them."""
        due = self.cut_at and (self.weather.again or not self.cuts)
        self.passed += count
        if due and self.passed >= self.cut_at * (self.cuts + 1):
            self.cuts += 1
            return True
        return False

    def arrival(self, count: int, now: float) -> float:
        """Return when bytes that are sent now come out at the other end."""
        self.free_at = max(self.free_at, now)
        if self.weather.rate:
            self.free_at += count / self.weather.rate
        if self.weather.loss and self.rng.random() < self.weather.loss:
            self.free_at += self.weather.stall
        return self.free_at + self.weather.latency


@dataclass(slots=True)
class Count:
    """What went over the line: bytes up and down, connections, cuts."""

    up: int = 0
    down: int = 0
    connections: int = 0
    cuts: int = 0

    @property
    def both(self) -> int:
        """Return the bytes of both directions."""
        return self.up + self.down


@dataclass(slots=True)
class Pair:
    """The two ends of one connection."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter

    def end(self, how: How) -> None:
        """End both sides."""
        for writer in (self.near, self.far):
            if how is How.RESET:
                reset(writer)
            else:
                writer.close()


def reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection with a reset instead of an end."""
    sock = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@dataclass(slots=True)
class Proxy:
    """Relays a free port of this PC to the port `to`; runs in a thread of its own while `running`."""

    to: int
    weather: Weather = field(default_factory=Weather)
    seed: int = 1
    port: int = 0
    count: Count = field(default_factory=Count)
    _up: Way = field(init=False)
    _down: Way = field(init=False)
    _pairs: list[Pair] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop = field(init=False)

    def __post_init__(self) -> None:
        rng = random.Random(self.seed)
        self._up = Way(self.weather, random.Random(rng.random()), self.weather.cut_up)
        self._down = Way(self.weather, random.Random(rng.random()), self.weather.cut_down)
        self._loop = asyncio.new_event_loop()

    @property
    def address(self) -> str:
        """Return the address that a desk is told."""
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator[Proxy]:
        """Relay until the block ends."""
        ready = threading.Event()
        thread = threading.Thread(target=self._work, args=(ready,), daemon=True)
        thread.start()
        assert ready.wait(_PATIENCE)
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(_PATIENCE)

    def _work(self, ready: threading.Event) -> None:
        loop = self._loop
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(asyncio.start_server(self._connected, "127.0.0.1", 0))
        self.port = int(server.sockets[0].getsockname()[1])
        if self.weather.cut_every:
            first = self.weather.cut_first or self.weather.cut_every
            loop.call_later(first, self._cut_all)
        loop.call_soon(ready.set)
        loop.run_forever()
        server.close()
        for pair in self._pairs:
            pair.end(How.RESET)
        waiting = asyncio.all_tasks(loop)
        for task in waiting:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
        loop.close()

    def _cut_all(self) -> None:
        for pair in self._pairs:
            self.count.cuts += 1
            pair.end(How.RESET)
        self._loop.call_later(self.weather.cut_every, self._cut_all)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.count.connections += 1
        # The handshake of TCP: one way there, one way back, before the first byte goes.
        await asyncio.sleep(2 * self.weather.latency)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            reset(writer)
            return
        pair = Pair(writer, far_writer)
        self._pairs.append(pair)
        up, down = self._pass(pair, reader, far_writer, self._up), self._pass(pair, far_reader, writer, self._down)
        try:
            # A cancelled task is the block's end: the stream's own callback would complain of it.
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(up, down)
        finally:
            self._pairs.remove(pair)
            pair.end(How.CLOSE)

    def _pass(
        self, pair: Pair, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way
    ) -> Coroutine[Any, Any, object]:
        """Relay one direction: one task takes bytes and says when they are due, another hands them over then."""
        queue: asyncio.Queue[tuple[float, bytes, bool]] = asyncio.Queue(_WINDOW)
        return _both(self._take(reader, way, queue), self._give(pair, writer, way, queue))

    async def _take(
        self, reader: asyncio.StreamReader, way: Way, queue: asyncio.Queue[tuple[float, bytes, bool]]
    ) -> None:
        data = b"-"
        while data:
            try:
                data = await reader.read(SEGMENT)
            except OSError:
                data = b""
            data = data[: way.room(len(data))]
            cut = bool(data) and way.take(len(data))
            await queue.put((way.arrival(len(data), self._loop.time()), data, cut))
            if cut:
                return

    async def _give(
        self, pair: Pair, writer: asyncio.StreamWriter, way: Way, queue: asyncio.Queue[tuple[float, bytes, bool]]
    ) -> None:
        while True:
            due, data, cut = await queue.get()
            await asyncio.sleep(max(0.0, due - self._loop.time()))
            with contextlib.suppress(OSError):
                self._tell(way, len(data))
                writer.write(data)
                await writer.drain()
            if cut:
                self.count.cuts += 1
                await self._cut(pair, writer)
                return
            if not data:
                with contextlib.suppress(OSError):
                    writer.write_eof()
                return

    async def _cut(self, pair: Pair, writer: asyncio.StreamWriter) -> None:
        if self.weather.how is How.HALF:
            with contextlib.suppress(OSError):
                writer.write_eof()
            return
        pair.end(self.weather.how)

    def _tell(self, way: Way, count: int) -> None:
        if way is self._up:
            self.count.up += count
        else:
            self.count.down += count


async def _both(first: Coroutine[Any, Any, None], second: Coroutine[Any, Any, None]) -> None:
    await asyncio.gather(first, second)
