"""One session between a desk and its hub: a few requests, each a message in and a message out, resumable at any point.

Nothing is remembered between two sessions but the store. What the session knows of the hub it computes from the
hub's signed answers and its own rows; an answer that was lost, cut or came twice changes nothing. The same machine
runs over HTTPS, in tests and in the simulation: a `Peer` is four functions from bytes to bytes.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, TypeVar

from msgspec import Struct

from onestop_desktop.domain.entry import Entry, recorded
from onestop_desktop.errors import InvalidInput, TryLater
from onestop_desktop.store import exchange, journal
from onestop_desktop.store.connect import Connection
from onestop_desktop.store.exchange import Foreign, Heard, Intake
from onestop_desktop.store.store import Store
from onestop_desktop.sync.pace import Pace
from onestop_desktop.sync.packing import Packing
from onestop_desktop.wire import packet, signing
from onestop_desktop.wire.messages import (
    ANSWER,
    HELLO,
    NONCE,
    PROTOCOL,
    Answer,
    Ask,
    Hello,
    Known,
    Message,
    Parcel,
    encode,
    read_message,
    sign_message,
)  # fmt: skip

M = TypeVar("M", bound=Struct)

ROUNDS = 6
"""Greetings in a session, at most: while it runs, the counter goes on and messages are recorded."""
MOST_ASKED = 2_000
"""Hashes in one question."""
_MOST_PARCELS = 100_000
_BATCH = 500
FAILURES = 4
"""Packets that may fail one after the other before the session gives up until next time."""


class Peer(Protocol):
    """The other side. Each call may raise TryLater, before or after the hub has done what was asked."""

    def hello(self, data: bytes) -> bytes:
        """Return the signed answer to a signed greeting."""
        ...

    def packet(self, data: bytes) -> bytes:
        """Return the signed answer to a packet."""
        ...

    def pull(self, token: bytes, data: bytes) -> bytes:
        """Return packets that the desk lacks."""
        ...

    def known(self, token: bytes, data: bytes) -> bytes:
        """Return which hashes the hub has."""
        ...


class NoPeer:
    """The other side when what it said came on a stick: nothing can be asked."""

    def hello(self, data: bytes) -> bytes:  # noqa: ARG002
        """Fail: nobody answers."""
        raise TryLater("link.no_network")

    packet = hello

    def pull(self, token: bytes, data: bytes) -> bytes:  # noqa: ARG002
        """Fail: nobody answers."""
        raise TryLater("link.no_network")

    known = pull


@dataclass(slots=True)
class Report:
    """What a session did; `same` says that both sides hold the same. Bytes are those of messages and packets."""

    same: bool = False
    sent: int = 0
    received: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    dossiers: set[str] = field(default_factory=set)
    """Dossiers that entries from the hub have changed."""
    forked: bool = False
    """A copy of this desk has written in its epoch: a new one was started."""
    messages: list[int] = field(default_factory=list)
    """Numbers of the hub's messages that were recorded."""
    notices: tuple[str, ...] = ()
    """`fork`, `clone`, `refilled` from the hub; `digest`, `foreign_key` from here."""
    quarantined: int = 0
    copies: int = 0
    token: bytes = b""
    """Opens the hub for the attachments that follow."""
    files: int = 0


@dataclass(frozen=True, slots=True)
class Settings:
    """Who speaks: the hub's public key, and how the desk records messages, shows progress and tells the time.

    `record` gets messages in their order and returns the numbers of those it recorded just now.
    """

    hub: bytes
    record: Callable[[Sequence[Message]], list[int]]
    now: Callable[[], datetime]
    start: int | None = None
    progress: Callable[[int, int, int, int], None] = lambda _sent, _waiting, _received, _bytes_sent: None
    random: Callable[[int], bytes] = secrets.token_bytes


class Session:
    """One session; build it, `run` it once, and throw it away."""

    def __init__(self, store: Store, peer: Peer, settings: Settings) -> None:
        self.report = Report()
        self._store = store
        self._peer = peer
        self._settings = settings
        seeds = store.read(exchange.desk_seeds)
        self._sign = signing.sign(seeds[0])
        self._key = signing.key_id(signing.public_of(seeds[0]))
        publics = [signing.public_of(seed) for seed in seeds]
        self._own = {signing.key_id(public): signing.check(public) for public in publics}
        self._check = signing.check(settings.hub)
        self._heard = store.read(exchange.heard)
        self._pace = Pace(self._heard.packet_size)
        self._packing = Packing(store.meta.desk, self._key, self._sign, self._pace)
        self._held: set[bytes] | None = None
        """What the hub is known to hold; None while that is not known."""
        self._answered = False

    def run(self) -> Report:
        """Bring both sides to the same set of entries.

        Raises:
            TryLater: the link broke, or what came was cut; what was done stays done.
            Refused: `hub.unknown_desk`, `hub.revoked`.
        """
        try:
            for _round in range(ROUNDS):
                if not self._round():
                    break
        finally:
            if self._answered:
                self._keep()
        return self.report

    def take_reply(self, answer: Answer, packets: Sequence[bytes]) -> Report:
        """Take what came back on a stick: packets that this desk lacks, what the hub has, messages.

        Raises:
            TryLater: `link.garbled` for a packet that cannot be read; what was taken before it stays.
        """
        for one in packets:
            self._take(one)
        self._hear(answer)
        before = self._store.read(exchange.links)
        self._held = exchange.closure(before, [head.hash for head in answer.heads])
        if answer.messages:
            self.report.messages += self._settings.record(answer.messages)
        self._keep()
        return self.report

    def _round(self) -> bool:
        """Greet, take, give, record; say whether there may be more to do."""
        answer = self._greet()
        self.report.same = answer.same
        self.report.token = answer.token
        before = (self.report.sent, self.report.received)
        if not answer.same:
            self._pull(answer)
            self._send(answer)
        recorded_now = self._settings.record(answer.messages) if answer.messages else []
        self.report.messages += recorded_now
        moved = before != (self.report.sent, self.report.received) or bool(recorded_now)
        if not moved and not answer.same:
            # Nothing is left to give or to take, and still both differ: shown until it is looked into.
            self._notice("digest")
        return moved

    # -- the greeting -------------------------------------------------------------------------------------------

    def _greet(self) -> Answer:
        store, nonce = self._store, self._settings.random(NONCE)
        held = store.read(exchange.summary)
        hello = Hello(
            PROTOCOL, self._key, nonce, bytes.fromhex(store.meta.store), bytes.fromhex(store.meta.identity)[:8],
            self._heard.incarnation, self._heard.held, held.count, held.digest, store.read(journal.inbox),
            _milliseconds(self._settings.now()),
        )  # fmt: skip
        data = sign_message(HELLO, nonce, hello, self._sign)
        answer = self._signed(nonce, self._call(self._peer.hello, data), Answer)
        self._hear(answer)
        self._held = set(held.hashes) if answer.same else None
        if answer.same:
            # Nothing is missing anywhere: the hub's heads are this desk's own.
            before = store.read(exchange.links)
            self._heard = replace(self._heard, heads=tuple(exchange.leaves(before)))
        return answer

    def _hear(self, answer: Answer) -> None:
        now = self._settings.now()
        for notice in answer.notices:
            self._notice(notice)
        self.report.quarantined = len(answer.quarantined)
        self.report.copies = answer.copies
        self._answered = True
        self._heard = replace(
            self._heard, incarnation=answer.incarnation, held=answer.count, at=recorded(now), copies=answer.copies,
            heads=tuple(head.hash for head in answer.heads), quarantined=len(answer.quarantined),
            offset_ms=answer.time_ms - _milliseconds(now),
            same_at=recorded(now) if answer.same else self._heard.same_at,
        )  # fmt: skip

    def _notice(self, code: str) -> None:
        if code not in self.report.notices:
            self.report.notices = (*self.report.notices, code)

    def _call(self, ask: Callable[[bytes], bytes], data: bytes) -> bytes:
        self.report.bytes_sent += len(data)
        found = ask(data)
        self.report.bytes_received += len(found)
        return found

    def _ask(self, ask: Callable[[bytes], bytes], hashes: tuple[bytes, ...], kind: type[M]) -> M:
        nonce = self._settings.random(NONCE)
        return self._signed(nonce, self._call(ask, encode(Ask(nonce, hashes))), kind)

    def _signed(self, nonce: bytes, data: bytes, kind: type[M]) -> M:
        """Read what the hub signed for this very request; anything else is a broken link."""
        try:
            return read_message(ANSWER, nonce, data, kind, self._check)
        except InvalidInput as error:
            raise TryLater("link.garbled") from error

    # -- taking -------------------------------------------------------------------------------------------------

    def _pull(self, answer: Answer) -> None:
        """Take what the hub has and this desk lacks, parents first."""
        for _parcel in range(_MOST_PARCELS):
            before = self._store.read(exchange.links)
            if all(head.hash in before for head in answer.heads):
                return
            asked = tuple(_samples(before, exchange.leaves(before)))
            parcel = self._ask(lambda data: self._peer.pull(answer.token, data), asked, Parcel)
            new = sum(self._take(one) for one in parcel.packets)
            if not new:
                return

    def _take(self, data: bytes) -> int:
        """Take a packet that this desk once signed; return how many of its entries were new."""
        try:
            found = packet.unpack(data)
        except InvalidInput as error:
            raise TryLater("link.garbled") from error
        check = self._own.get(found.key)
        if check is None or not check(found.signature, found.head) or found.desk != self._store.meta.desk:
            self._notice("foreign_key")
            return 0
        rows = [
            Foreign(found.epoch, found.first + at, item.envelope, item.body, item.prev)
            for at, item in enumerate(found.items)
        ]
        store, settings, new = self._store, self._settings, 0
        intake = Intake(store.meta.desk, settings.start, store.marks, store.clock.now)
        for at in range(0, len(rows), exchange.SLICE):
            part = rows[at : at + exchange.SLICE]
            taken = store.exchange(lambda c, meta, head, part=part: intake.take(c, meta, head, part))  # type: ignore[misc]
            new += taken.new
            self.report.received += taken.new
            self.report.dossiers |= taken.dossiers
            self.report.forked |= taken.forked
            self._tell(0)
        return new

    # -- giving -------------------------------------------------------------------------------------------------

    def _send(self, answer: Answer) -> None:
        """Give what the hub lacks, in runs of one epoch, parents first."""
        before = self._store.read(exchange.links)
        heads = [head.hash for head in answer.heads]
        held = exchange.closure(before, heads)
        if any(head not in before for head in heads):
            held |= self._known(answer.token, before)
        self._held = held
        positions = self._store.read(lambda c: exchange.to_send(c, held))
        waiting = len(positions)
        entries: deque[Entry] = deque()
        at = 0
        while waiting:
            if len(entries) < packet.MOST and at < len(positions):
                batch = positions[at : at + _BATCH]
                entries += self._store.read(lambda c, batch=batch: exchange.entries_at(c, batch))  # type: ignore[misc]
                at += _BATCH
            run = self._give(entries)
            for entry in run:
                entries.popleft()
                held.add(entry.hash)
            waiting -= len(run)
            if run:
                self._tell(waiting)

    def _tell(self, waiting: int) -> None:
        report = self.report
        self._settings.progress(report.sent, waiting, report.received, report.bytes_sent)

    def _give(self, entries: Sequence[Entry]) -> list[Entry]:
        """Send the first of the entries in one packet and return them; none when it failed and is to be sent anew."""
        run, data = self._packing.first_of(entries)
        nonce = hashlib.sha256(data).digest()[:NONCE]
        try:
            answer = self._signed(nonce, self._call(self._peer.packet, data), Answer)
        except TryLater as error:
            if error.code in _NOT_NOW or self._pace.failed(len(data)) > FAILURES:
                raise
            return []
        self._pace.passed(len(data))
        self._hear(answer)
        self.report.sent += len(run)
        return run

    def _known(self, token: bytes, before: Mapping[bytes, bytes]) -> set[bytes]:
        """Ask which of this desk's entries the hub has, where its heads alone do not tell."""
        asked = tuple(_samples(before, exchange.leaves(before)))
        found = self._ask(lambda data: self._peer.known(token, data), asked, Known)
        return exchange.closure(before, [value for value, has in zip(asked, found.known, strict=False) if has])

    # -- afterwards ---------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        notices = tuple(sorted({*self._heard.notices, *self.report.notices}))
        said: Heard = replace(
            self._heard, notices=() if self.report.same and not self.report.notices else notices,
            packet_size=self._pace.size,
        )  # fmt: skip

        held = self._held

        def job(connection: Connection) -> None:
            exchange.keep_heard(connection, said)
            if held is not None:
                exchange.keep_sent(connection, held)

        self._store.write_plain(job, urgent=False)


_NOT_NOW = frozenset({"link.stopped", "link.wait"})
"""What asks the session to end: a smaller packet would not help."""


def _samples(before: Mapping[bytes, bytes], leaves: Sequence[bytes]) -> Iterator[bytes]:
    """Give hashes of every path, ever wider apart, each once and no more than one question may hold."""
    given: set[bytes] = set()
    for leaf in leaves:
        for value in exchange.sampled(before, leaf):
            if value not in given and len(given) < MOST_ASKED:
                given.add(value)
                yield value


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
