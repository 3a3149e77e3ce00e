"""Desks made for tests: they seal entries as a desk does, sign packets, and remember what they made."""

from __future__ import annotations

import copy
import hashlib
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from onestop_desktop.clock import SetClock
from onestop_desktop.domain.dossier import Dossier, evolve
from onestop_desktop.domain.entry import GENESIS, Entry, Happening, Parent, Place, seal
from onestop_desktop.domain.number import barcode_digits
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.order import in_fold_order
from onestop_desktop.hub import desks
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.wire import signing
from onestop_desktop.wire.messages import (
    ANSWER,
    HELLO,
    PROTOCOL,
    Answer,
    Ask,
    Hello,
    Known,
    Parcel,
    encode,
    read_message,
    sign_message,
)
from onestop_desktop.wire.packet import Packet, pack, unpack

AGENCY = "000.12.34.H52"
OFFICE = Office(AGENCY, "UBND xã Sặp Vạt", "UBND huyện Yên Châu", "Sặp Vạt")
START = datetime.fromisoformat("2026-11-23T08:15:00+07:00")


@dataclass
class MadeDesk:
    """A desk's journal in memory. `fork` copies it as a restored disk or a cloned PC does."""

    hub: Ledger
    id: int
    commune: int
    code: str
    seed: bytes
    random: random.Random
    agency: str = AGENCY
    entries: list[Entry] = field(default_factory=list)
    parents: dict[str, Parent] = field(default_factory=dict)
    epoch: str = ""
    seq: int = 0
    head: bytes = GENESIS
    parent: Parent | None = None
    at: datetime = START
    install: bytes = b"install1"
    incarnation: bytes = b""
    held: int = 0
    inbox: int = 0
    count: int = 0

    def __post_init__(self) -> None:
        self.epoch = self.epoch or self.random.randbytes(16).hex()

    @property
    def key(self) -> bytes:
        return signing.key_id(signing.public_of(self.seed))

    # -- what a clerk does --------------------------------------------------------------------------------

    def add(self, kind: str, body: dict[str, Any], dossier: str = "", **envelope: Any) -> Entry:
        self.at += timedelta(minutes=1)
        parent = self.parent if self.seq == 0 else None
        place = Place(envelope.get("desk", self.code), self.epoch, self.seq + 1, self.head, "mai", self.at, parent)
        return self.keep(seal(Happening(kind, body, self.at, dossier), place))

    def keep(self, entry: Entry) -> Entry:
        self.entries.append(entry)
        self.seq, self.head = self.seq + 1, entry.hash
        return entry

    def receive(self, due_days: int = 5, **changes: Any) -> str:
        self.count += 1
        dossier = self.random.randbytes(16).hex()
        number = f"{self.agency}-261123-{self.count:04}"
        body = {
            "agency": self.agency, "applicant": {"kind": "person", "name": f"Lò Văn {self.count}"},
            "barcode": barcode_digits(self.at.date(), self.count, dossier), "channel": "desk",
            "day": self.at.date().isoformat(), "due_at": (self.at + timedelta(days=due_days)).isoformat(),
            "due_basis": "limit", "due_notes": [], "number": number,
            "office": {"agency": self.agency, "name": "UBND xã Sặp Vạt"}, "papers": [],
            "procedure": {"code": "1.001193", "field": "Hộ tịch", "title": "Đăng ký khai sinh"},
            "register": {"book": "chung", "desk": self.code, "no": self.count, "year": 2026},
            "return_by": "desk", "rules": "2025", "sequence": self.count, "sets": 1,
        } | changes  # fmt: skip
        self.add("receive", body, dossier)
        return dossier

    def act(self, dossier: str, step: str, **body: Any) -> Entry:
        return self.add(step, body, dossier)

    def new_epoch(self) -> None:
        """Go on in a new epoch, as after a restore."""
        self.parent = Parent(self.epoch, self.seq, self.head) if self.seq else self.parent
        self.epoch, self.seq = self.random.randbytes(16).hex(), 0
        if self.parent:
            self.parents[self.epoch] = self.parent
        self.add("epoch", {"cause": "restored"})

    def fork(self) -> MadeDesk:
        """Return a copy that lives on by itself."""
        hub, self.hub = self.hub, None  # type: ignore[assignment]
        twin = copy.deepcopy(self)
        self.hub = twin.hub = hub
        twin.random = random.Random(self.random.random())
        return twin

    # -- the wire -----------------------------------------------------------------------------------------

    def packets(self, size: int = 10, entries: Sequence[Entry] | None = None) -> list[bytes]:
        """Return everything (or some entries) in packets of `size` entries."""
        run: list[Entry] = []
        made: list[bytes] = []
        for entry in self.entries if entries is None else entries:
            if run and (len(run) == size or entry.prev != run[-1].hash or entry.epoch != run[-1].epoch):
                made.append(self.pack(run))
                run = []
            run.append(entry)
        return made + ([self.pack(run)] if run else [])

    def pack(self, run: Sequence[Entry]) -> bytes:
        return pack(run, self.code, self.key, signing.sign(self.seed))

    def digest(self, entries: Sequence[Entry] | None = None) -> bytes:
        kept = {one.hash: one for one in (self.entries if entries is None else entries)}
        lines = sorted(f"{one.epoch} {one.seq} {one.hash.hex()}\n" for one in kept.values())
        return hashlib.sha256("".join(lines).encode()).digest()

    def hello(self, **changes: Any) -> Answer:
        said = {
            "protocol": PROTOCOL, "key": self.key, "nonce": self.random.randbytes(8), "store": b"s" * 16,
            "install": self.install, "incarnation": self.incarnation, "held": self.held,
            "count": len(self.entries), "digest": self.digest(), "inbox": self.inbox, "time_ms": 0,
        } | changes  # fmt: skip
        hello = Hello(**said)
        data = self.hub.hello(sign_message(HELLO, hello.nonce, hello, signing.sign(self.seed)))
        answer = read_message(ANSWER, hello.nonce, data, Answer, signing.check(self.hub.keys.public))
        self.incarnation, self.held = answer.incarnation, answer.count
        return answer

    def send(self, packet: bytes, **options: Any) -> Answer:
        nonce = hashlib.sha256(packet).digest()[:8]
        data = self.hub.packet(packet, **options)
        answer = read_message(ANSWER, nonce, data, Answer, signing.check(self.hub.keys.public))
        self.held = answer.count
        return answer

    def pull(self, have: Sequence[bytes] = ()) -> list[Packet]:
        """Pull everything that does not lie behind `have`, in as many parcels as it takes."""
        token, found, known = self.hello().token, [], list(have)
        while True:
            ask = Ask(self.random.randbytes(8), tuple(known))
            data = self.hub.pull(token, encode(ask))
            parcel = read_message(ANSWER, ask.nonce, data, Parcel, signing.check(self.hub.keys.public))
            found += [unpack(one) for one in parcel.packets]
            if not parcel.more:
                return found
            known += [one.head_hash for one in map(unpack, parcel.packets)]

    def known(self, hashes: Sequence[bytes]) -> tuple[bool, ...]:
        ask = Ask(self.random.randbytes(8), tuple(hashes))
        data = self.hub.known(self.hello().token, encode(ask))
        return read_message(ANSWER, ask.nonce, data, Known, signing.check(self.hub.keys.public)).known

    def folded(self, others: Sequence[Entry] = ()) -> dict[str, Dossier]:
        """Fold every dossier here, independently of the hub's tables."""
        by_dossier: dict[str, list[Entry]] = {}
        for entry in {one.hash: one for one in (*self.entries, *others)}.values():
            if entry.dossier:
                by_dossier.setdefault(entry.dossier, []).append(entry)
        states: dict[str, Dossier] = {}
        for name, entries in by_dossier.items():
            state: Dossier | None = None
            for entry in in_fold_order(entries, self.parents):
                state = evolve(state, entry)
            if state:
                states[name] = state
        return states


def enrol(
    hub: Ledger, *, seed: int = 1, code: str = "01", commune: int | None = None, agency: str = AGENCY
) -> MadeDesk:
    """Make a desk that the hub knows."""
    chance = random.Random(seed)
    secret = chance.randbytes(32)
    with hub.writing() as connection:
        place = commune or desks.add_commune(connection, f"Xã {agency}")
        number = desks.add_desk(connection, place, code, f"Bàn {code}", [Office(agency, OFFICE.name)])
        desks.add_key(connection, number, signing.public_of(secret), hub.now_ms())
    return MadeDesk(hub, number, place, code, secret, chance, agency)


_NUMBERS = itertools.count(1000)


def enrol_another(hub: Ledger, seed: int = 1) -> MadeDesk:
    """Make a desk with a key and an agency that no desk of any hub here has; what it does follows from `seed`."""
    number = next(_NUMBERS)
    desk = enrol(hub, seed=number, agency=f"001.{number // 1000 + 10}.{number % 1000:03}.H52")
    desk.random = random.Random(seed)
    return desk


__all__ = ["AGENCY", "OFFICE", "START", "MadeDesk", "SetClock", "enrol", "enrol_another"]
