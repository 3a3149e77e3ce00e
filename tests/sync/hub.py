"""A small hub in memory for the session's tests: sets of entries, nothing else; not the real one."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable

from onestop_desktop.domain.entry import GENESIS
from onestop_desktop.errors import TryLater
from onestop_desktop.store.journal import digest_of
from onestop_desktop.wire import packet, signing
from onestop_desktop.wire.messages import (
    ANSWER,
    HELLO,
    Answer,
    Ask,
    Hello,
    Known,
    Message,
    Parcel,
    Position,
    Quarantined,
    decode,
    read_message,
    sign_message,
)  # fmt: skip

SEED = b"h" * 32
PUBLIC = signing.public_of(SEED)
Place = tuple[str, int]


class Hub:
    """One desk's hub. `cut` is asked before and after each call with the call's name; it may raise TryLater."""

    def __init__(self, desk_public: bytes) -> None:
        self.check = signing.check(desk_public)
        self.incarnation = b"i" * 8
        self.entries: dict[bytes, tuple[Place, packet.Item, packet.Packet]] = {}
        self.waiting: list[packet.Packet] = []
        self.messages: list[Message] = []
        self.bad: set[bytes] = set()
        self.notices: tuple[str, ...] = ()
        self.calls: list[str] = []
        self.cut: Callable[[str, int, str], None] = lambda _name, _call, _when: None
        self.time_ms = 1_800_000_000_000
        self.parcel = 3

    # -- the four calls -----------------------------------------------------------------------------------------

    def hello(self, data: bytes) -> bytes:
        return self._called("hello", lambda: self._hello(data))

    def packet(self, data: bytes) -> bytes:
        return self._called("packet", lambda: self._packet(data))

    def pull(self, token: bytes, data: bytes) -> bytes:
        assert token == b"token"
        return self._called("pull", lambda: self._pull(decode(data, Ask)))

    def known(self, token: bytes, data: bytes) -> bytes:
        assert token == b"token"
        return self._called("known", lambda: self._known(decode(data, Ask)))

    def _called(self, name: str, answer: Callable[[], bytes]) -> bytes:
        self.calls.append(name)
        at = len(self.calls)
        self.cut(name, at, "before")
        data = answer()
        self.cut(name, at, "after")
        return data

    # -- what they do -------------------------------------------------------------------------------------------

    def _hello(self, data: bytes) -> bytes:
        hello = decode(data[:-64], Hello)
        read_message(HELLO, hello.nonce, data, Hello, self.check)
        same = (hello.count, hello.digest) == (len(self.entries), self.digest())
        notices = self.notices + (("refilled",) if hello.incarnation and hello.held > len(self.entries) else ())
        answer = Answer(
            self.incarnation, self.time_ms, same, len(self.entries), () if same else self.heads(), (),
            self.quarantined(), notices, tuple(one for one in self.messages if one.n > hello.inbox), b"token",
        )  # fmt: skip
        return sign_message(ANSWER, hello.nonce, answer, signing.sign(SEED))

    def _packet(self, data: bytes) -> bytes:
        found = packet.unpack(data)
        assert self.check(found.signature, found.head)
        self.waiting.append(found)
        while any(self._apply(one) for one in list(self.waiting)):
            pass
        missing = tuple(Position(bytes.fromhex(one.epoch), max(one.first - 1, 1), one.prev) for one in self.waiting)
        answer = Answer(
            self.incarnation, self.time_ms, False, len(self.entries), self.heads(), missing, self.quarantined()
        )
        return sign_message(ANSWER, hashlib.sha256(data).digest()[:8], answer, signing.sign(SEED))

    def _apply(self, found: packet.Packet) -> bool:
        if found.prev != GENESIS and found.prev not in self.entries:
            return False
        for at, item in enumerate(found.items):
            self.entries.setdefault(item.hash, ((found.epoch, found.first + at), item, found))
        self.waiting.remove(found)
        return True

    def _pull(self, ask: Ask) -> bytes:
        """Give back, parents first, whole packets that hold something that does not lie before what the desk has."""
        known: set[bytes] = set()
        for have in ask.have:
            value = have
            while value in self.entries and value not in known:
                known.add(value)
                value = self.entries[value][1].prev
        wanted = {id(one): one for value, (_place, _item, one) in self.entries.items() if value not in known}
        packets = [
            packet.repack(one.items, one.desk, one.epoch, one.first, one.prev, one.key, one.signature)
            for one in wanted.values()
        ]
        parcel = Parcel(tuple(packets[: self.parcel]), len(packets) > self.parcel)
        return sign_message(ANSWER, ask.nonce, parcel, signing.sign(SEED))

    def _known(self, ask: Ask) -> bytes:
        found = Known(tuple(one in self.entries for one in ask.have))
        return sign_message(ANSWER, ask.nonce, found, signing.sign(SEED))

    # -- what a test looks at -----------------------------------------------------------------------------------

    def heads(self) -> tuple[Position, ...]:
        followed = {item.prev for _place, item, _packet in self.entries.values()}
        return tuple(
            sorted(
                Position(bytes.fromhex(place[0]), place[1], value)
                for value, (place, _item, _packet) in self.entries.items()
                if value not in followed
            )
        )

    def quarantined(self) -> tuple[Quarantined, ...]:
        return tuple(
            Quarantined(Position(bytes.fromhex(place[0]), place[1], value), "entry.encoding")
            for value, (place, _item, _packet) in self.entries.items()
            if value in self.bad
        )

    def digest(self) -> bytes:
        return digest_of((place[0], place[1], value) for value, (place, _item, _packet) in self.entries.items())

    def snapshot(self) -> dict[bytes, tuple[Place, packet.Item, packet.Packet]]:
        return copy.copy(self.entries)


def cutting(*calls: int, when: str = "after") -> Callable[[str, int, str], None]:
    """Cut the link at some calls, counted from 1."""

    def cut(_name: str, call: int, at: str) -> None:
        if call in calls and at == when:
            raise TryLater("link.no_network")

    return cut
