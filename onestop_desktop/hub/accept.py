"""Taking a packet in: known entries are passed over, new ones put in their place, a gap is held until it closes.

Everything happens in the caller's one transaction. What was once taken is never changed or dropped: an entry that
cannot be read or speaks of what is not its desk's stands in its place with a code and does not count.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, select, update

from onestop_desktop.domain.entry import GENESIS, Entry
from onestop_desktop.errors import Damaged, InvalidInput, Refused
from onestop_desktop.hub import incidents, messages
from onestop_desktop.hub.chains import GROUND, Branch, Spot, Tree, read_tree, spots
from onestop_desktop.hub.columns import columns_of
from onestop_desktop.hub.desks import Desk
from onestop_desktop.hub.dialect import Dialect
from onestop_desktop.hub.folding import Told, fold_dossiers
from onestop_desktop.hub.incidents import Kind
from onestop_desktop.hub.lives import Life, take_numbers
from onestop_desktop.hub.tables import BRANCH, DESK, EPOCH, HELD, JOURNAL, SIGNED_HEAD, Whole
from onestop_desktop.wire.messages import NONCE, Position, Quarantined
from onestop_desktop.wire.packet import Item, Packet, unpack

MOST_HELD = 5_000
"""Packets of one desk that wait for a gap; a desk sends parents first, so more is no desk."""


@dataclass(frozen=True, slots=True)
class Read:
    """An item of a packet: the entry if it can be read, and why it does not count, if so."""

    item: Item
    seq: int
    entry: Entry | None
    code: str
    columns: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Coming:
    """A packet with what was read of it, by which carrier it came, and when (hub's ms)."""

    packet: Packet
    data: bytes
    read: tuple[Read, ...]
    carrier: str
    at_ms: int


@dataclass(slots=True)
class Taken:
    """What taking packets did."""

    tree: Tree
    added: int = 0
    life: Life | None = None
    """The hub's row after the last numbers were taken; None when nothing was new."""
    newest: str = ""
    forked: bool = False
    copies: int = 1
    quarantined: list[Quarantined] = field(default_factory=list)


def read_packet(packet: Packet, data: bytes, carrier: str, at_ms: int) -> Coming:
    """Read each item against what the packet says of it; nothing here needs the database."""
    read = tuple(_read(packet, item, packet.first + index) for index, item in enumerate(packet.items))
    return Coming(packet, data, read, carrier, at_ms)


def _read(packet: Packet, item: Item, seq: int) -> Read:
    try:
        entry = item.entry()
    except Damaged as error:
        return Read(item, seq, None, error.code, columns_of(None))
    columns = columns_of(entry)
    said = (entry.fields["desk"], entry.epoch, entry.seq)
    for is_said, must, code in zip(said, (packet.desk, packet.epoch, seq), _PLACES, strict=True):
        if is_said != must:
            return Read(item, seq, entry, code, columns)
    if (entry.kind, entry.dossier) != (columns["kind"], columns["dossier"]):
        return Read(item, seq, entry, "quarantine.columns", columns)
    return Read(item, seq, entry, "" if seq > 1 or _parent_fits(entry) else "quarantine.parent", columns)


_EPOCH = re.compile("[0-9a-f]{32}")
_COUNTED = frozenset({"receive", "refuse", "certify"})
_PLACES = ("quarantine.desk", "quarantine.epoch", "quarantine.seq")


def _parent_fits(entry: Entry) -> bool:
    parent = entry.fields.get("parent")
    if parent is None:
        return entry.prev == GENESIS
    if not isinstance(parent, dict) or not _EPOCH.fullmatch(str(parent.get("epoch"))):
        return False
    seq = parent.get("seq")
    return type(seq) is int and seq >= 1 and parent.get("hash") == entry.prev.hex()


def is_foreign(entry: Entry, agencies: frozenset[str]) -> bool:
    """Say whether an entry that is counted names an agency that its desk does not work for."""
    office = entry.facts.get("office")
    named = (entry.facts.get("agency"), office.get("agency") if isinstance(office, dict) else None)
    return entry.kind in _COUNTED and any(isinstance(one, str) and one not in agencies for one in named)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One transaction that takes packets of one desk."""

    connection: Connection
    dialect: Dialect
    desk: Desk

    def take(self, coming: Coming) -> Taken:
        """Take a packet and every held one that it lets in.

        Raises:
            InvalidInput: `packet.chain` for a start that no desk makes.
            Refused: `hub.held_full`.
        """
        copies = self.dialect.lock_commune(self.connection, self.desk.commune)
        taken = Taken(read_tree(self.connection, self.desk.id), copies=copies)
        queue = [coming]
        while queue:
            new = self._take_one(queue.pop(), taken)
            if new and taken.tree.waiting:
                queue += self._let_in([one.item.hash for one in new], taken)
        if taken.added:
            self._count(taken, coming.at_ms)
        return taken

    def _take_one(self, coming: Coming, taken: Taken) -> Sequence[Read]:
        packet = coming.packet
        if packet.prev == GENESIS and packet.first != 1:
            raise InvalidInput("packet.chain")
        spot = taken.tree.leaf(packet.prev)
        new = coming.read
        if spot is None:
            asked = [packet.prev, *(item.hash for item in packet.items)]
            known = spots(self.connection, self.desk.commune, self.desk.id, asked)
            have = sum(1 for item in packet.items if item.hash in known)
            new = new[have:]
            spot = known.get(packet.items[have - 1].hash if have else packet.prev)
            if spot is None and packet.prev == GENESIS:
                spot = GROUND
        if spot is None:
            self._hold(coming, taken)
            return ()
        if new:
            self._put(replace(coming, read=tuple(new)), spot, taken)
        return new

    # -- the chain ----------------------------------------------------------------------------------------

    def _put(self, coming: Coming, spot: Spot, taken: Taken) -> None:
        """Write new entries behind `spot`, their dossiers, and the head that vouches for them."""
        branch = self._branch(spot, taken, coming.at_ms)
        read = [self._judged(one, spot) if index == 0 else self._judged(one) for index, one in enumerate(coming.read)]
        last, packet = read[-1], coming.packet
        grown = replace(branch, height=spot.height + len(read), epoch=packet.epoch, seq=last.seq, hash=last.item.hash)
        told = [Told(self.desk.id, one.entry) for one in read if one.entry and not one.code]
        self._epoch(read[0])
        fold_dossiers(self.connection, self.dialect, self.desk.commune, told)
        self._messages(told, coming.at_ms)
        self._mark_quarantined(read, packet, taken, coming.at_ms)
        head = {
            "desk": self.desk.id, "hash": last.item.hash, "branch": branch.id, "height": grown.height,
            "epoch": packet.epoch, "seq": last.seq, "key": packet.key, "signature": packet.signature,
        }  # fmt: skip
        self.dialect.put_new(self.connection, SIGNED_HEAD, [head])
        row = {"desk": self.desk.id, **{name: getattr(grown, name) for name in _BRANCH}}
        self.dialect.put(self.connection, BRANCH, [row])
        taken.tree.branches[branch.id] = grown
        taken.added += len(read)
        taken.newest = max((taken.newest, *(one.columns["corrected_at"] for one in read if not one.code)))
        self._append(read, coming, Spot(branch.id, spot.height, "", 0, b""), taken)

    def _branch(self, spot: Spot, taken: Taken, at_ms: int) -> Branch:
        """Return the branch that `spot` heads, or a new one that leaves at it."""
        tree = taken.tree
        own = tree.branches.get(spot.branch)
        if own and own.hash == spot.hash:
            return own
        if tree.branches:
            taken.forked = True
            point = f"{spot.epoch}/{spot.seq}"
            self._note(incidents.seen(self.desk.id, Kind.FORK, point, at_ms, epoch=spot.epoch, seq=spot.seq))
        return Branch(len(tree.branches) + 1, spot.branch, spot.height, spot.height, "", 0, b"")

    def _judged(self, read: Read, behind: Spot | None = None) -> Read:
        """Quarantine what is another commune's, and a start that does not stand where it says."""
        if read.code or read.entry is None:
            return read
        if is_foreign(read.entry, self.desk.agencies):
            return replace(read, code="quarantine.agency")
        if behind is None:
            return read
        if read.seq > 1:
            fits = (behind.epoch, behind.seq) == (read.entry.epoch, read.seq - 1)
            return read if fits else replace(read, code="quarantine.seq")
        parent = read.entry.fields.get("parent")
        fits = (parent["epoch"], parent["seq"]) == (behind.epoch, behind.seq) if parent else behind == GROUND
        return read if fits else replace(read, code="quarantine.parent")

    def _epoch(self, first: Read) -> None:
        if first.seq != 1 or first.code or first.entry is None:
            return
        parent = first.entry.fields.get("parent") or {"epoch": "", "seq": 0, "hash": ""}
        row = {
            "desk": self.desk.id, "epoch": first.entry.epoch, "parent_epoch": parent["epoch"],
            "parent_seq": parent["seq"], "parent_hash": bytes.fromhex(parent["hash"]),
        }  # fmt: skip
        self.dialect.put_new(self.connection, EPOCH, [row])

    def _append(self, read: Sequence[Read], coming: Coming, below: Spot, taken: Taken) -> None:
        """Number the rows and write them, last: whoever takes numbers makes all others wait until its commit."""
        taken.life = take_numbers(self.connection, len(read))
        first = taken.life.number - len(read) + 1
        rows = [
            self._row(one, coming, number=first + at, branch=below.branch, height=below.height + at + 1)
            for at, one in enumerate(read)
        ]
        self.dialect.append(self.connection, JOURNAL, rows)

    def _row(self, read: Read, coming: Coming, *, number: int, branch: int, height: int) -> dict[str, Any]:
        return {
            "number": number, "commune": self.desk.commune, "desk": self.desk.id, "hash": read.item.hash,
            "branch": branch, "height": height, "epoch": coming.packet.epoch, "seq": read.seq,
            "prev": read.item.prev, **read.columns, "accepted_ms": coming.at_ms,
            "carrier": coming.carrier, "code": read.code, "envelope": read.item.envelope, "body": read.item.body,
        }  # fmt: skip

    # -- beside the chain ---------------------------------------------------------------------------------

    def _messages(self, told: Sequence[Told], at_ms: int) -> None:
        """Note which messages from above the desk has recorded."""
        recorded = {
            n: one.entry
            for one in told
            if type(n := one.entry.facts.get("message")) is int and 0 < n < messages.MOST_NUMBER
        }
        if recorded:
            messages.note_recorded(self.connection, self.desk.id, recorded, at_ms)

    def _mark_quarantined(self, read: Sequence[Read], packet: Packet, taken: Taken, at_ms: int) -> None:
        for one in read:
            if one.code:
                place = Position(bytes.fromhex(packet.epoch), one.seq, one.item.hash)
                taken.quarantined.append(Quarantined(place, one.code))
                self._note(incidents.seen(self.desk.id, Kind.QUARANTINE, one.code, at_ms, code=one.code))

    def _note(self, incident: incidents.Incident) -> None:
        incidents.note(self.connection, self.dialect, incident)

    def _count(self, taken: Taken, at_ms: int) -> None:
        values = {
            "of": self.desk.id, "more": taken.added, "at": at_ms, "held": taken.tree.waiting, "newest": taken.newest
        }  # fmt: skip
        self.connection.execute(_COUNT, values)
        taken.tree.entries += taken.added

    # -- gaps ---------------------------------------------------------------------------------------------

    def _hold(self, coming: Coming, taken: Taken) -> None:
        """Keep a packet until the entry before its first one is here."""
        if taken.tree.waiting >= MOST_HELD:
            raise Refused("hub.held_full")
        packet = coming.packet
        first = coming.read[0].entry
        parent = first.fields.get("parent") if first and packet.first == 1 and not coming.read[0].code else None
        row = {
            "desk": self.desk.id, "packet": hashlib.sha256(coming.data).digest(), "prev": packet.prev,
            "wait_epoch": parent["epoch"] if parent else packet.epoch,
            "wait_seq": parent["seq"] if parent else max(packet.first - 1, 1),
            "entries": len(packet.items), "carrier": coming.carrier, "at_ms": coming.at_ms, "data": coming.data,
        }  # fmt: skip
        statement = self.dialect.insert(HELD).values(row).on_conflict_do_nothing().returning(HELD.c.packet)
        if self.connection.execute(statement).first():
            taken.tree.waiting += 1
            self._waiting(taken)

    def _let_in(self, hashes: Sequence[bytes], taken: Taken) -> list[Coming]:
        """Take back the held packets that wait for one of the hashes."""
        found = select(HELD).where(HELD.c.desk == self.desk.id, HELD.c.prev.in_(hashes))
        rows = self.connection.execute(found.order_by(HELD.c.at_ms, HELD.c.packet)).all()
        if not rows:
            return []
        names = [row.packet for row in rows]
        self.connection.execute(delete(HELD).where(HELD.c.desk == self.desk.id, HELD.c.packet.in_(names)))
        taken.tree.waiting -= len(rows)
        return [read_packet(unpack(bytes(row.data)), bytes(row.data), row.carrier, row.at_ms) for row in rows]

    def _waiting(self, taken: Taken) -> None:
        changed = update(DESK).where(DESK.c.id == self.desk.id).values(waiting=taken.tree.waiting)
        self.connection.execute(changed)


_COUNT = (
    update(DESK)
    .where(DESK.c.id == bindparam("of"))
    .values(
        entries=DESK.c.entries + bindparam("more", type_=Whole),
        accepted_ms=bindparam("at", type_=Whole),
        seen_ms=bindparam("at", type_=Whole),
        waiting=bindparam("held", type_=Whole),
        newest_at=case((DESK.c.newest_at < bindparam("newest"), bindparam("newest")), else_=DESK.c.newest_at),
    )
)
_BRANCH = ("id", "parent", "fork", "height", "epoch", "seq", "hash")


def missing(connection: Connection, tree: Tree, most: int = 20) -> tuple[Position, ...]:
    """Return the entries that held packets wait for."""
    if not tree.waiting:
        return ()
    query = (
        select(HELD.c.wait_epoch, HELD.c.wait_seq, HELD.c.prev).where(HELD.c.desk == tree.desk).distinct().limit(most)
    )
    places = [
        Position(bytes.fromhex(row.wait_epoch), row.wait_seq, bytes(row.prev)) for row in connection.execute(query)
    ]
    return tuple(sorted(places))


def nonce_of(data: bytes) -> bytes:
    """Return the nonce that ties an answer to a packet: the first 8 bytes of its SHA-256."""
    return hashlib.sha256(data).digest()[:NONCE]
