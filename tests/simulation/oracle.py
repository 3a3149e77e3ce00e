"""What was told to people, kept outside both programs, and whether it still holds; it reads rows, not answers."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from onestop_desktop.domain.entry import AGAIN, GENESIS
from onestop_desktop.hub import folding, incidents
from onestop_desktop.hub import verify as hub_verify
from onestop_desktop.hub.incidents import Kind as Trouble
from onestop_desktop.hub.tables import DOSSIER
from onestop_desktop.store import fold, journal, verify
from tests.simulation.machines import HubMachine, Machine

DETECTED = {Trouble.FORK, Trouble.CLONE}


class Broken(AssertionError):
    """A guarantee does not hold."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt in somebody's hand."""

    desk: int
    number: str
    dossier: str
    entry: bytes


@dataclass(slots=True)
class Oracle:
    """The receipts, what each desk's machines wrote, what the hub once showed to hold, the messages put for desks."""

    receipts: list[Receipt] = field(default_factory=list)
    acknowledged: dict[int, set[bytes]] = field(default_factory=dict)
    """Entries by desk that the hub must still hold unless a fault took them."""
    strange: set[bytes] = field(default_factory=set)
    """Entries made to be quarantined."""
    checked: int = 0

    # -- while things go wrong ------------------------------------------------------------------------------------

    def told(self, machine: Machine, number: str, dossier: str) -> None:
        """Note a receipt; what its PC could know of must not be told again, nor what another desk told."""
        row = machine.disk.connection.execute(
            "SELECT register_year, register_book, register_desk, register_no,"
            " (SELECT count(*) FROM dossier WHERE number = ?1),"
            " (SELECT hash FROM journal WHERE dossier = ?2 AND kind = 'receive') FROM dossier WHERE id = ?2",
            (number, dossier),
        ).fetchone()
        receipt = Receipt(machine.kind.number, number, dossier, bytes(row[5]))
        place = f"{machine.kind.number}: " + "/".join(map(str, row[:4]))
        if any(one.number == number and one.desk != receipt.desk for one in self.receipts):
            raise Broken(f"two desks told {number}")
        if {number, place} & machine.disk.told or row[4] != 1:
            raise Broken(f"{machine.name} told {number} or {place} again")
        self.receipts.append(receipt)
        machine.disk.told |= {number, place}

    def answered(self, hub: HubMachine, desk: int) -> None:
        """The hub gave an answer: what it holds by now it may not lose by itself."""
        self.acknowledged[desk] = set(hub.rows(desk))

    def hub_lost(self, hub: HubMachine, numbers: Iterable[int]) -> None:
        """A fault took something from the hub's disk: what is there now is what it must keep."""
        self.acknowledged = {number: set(hub.rows(number)) for number in numbers}

    def hub_restarted(self, hub: HubMachine) -> None:
        """Check that a hub that was only killed holds everything that it acknowledged."""
        for desk, hashes in self.acknowledged.items():
            if hashes - hub.rows(desk).keys():
                raise Broken(f"the hub lost {len(hashes - hub.rows(desk).keys())} acknowledged entries of desk {desk}")

    # -- after healing --------------------------------------------------------------------------------------------

    def healed(self, hub: HubMachine, machines: list[Machine], held: Mapping[int, set[bytes]]) -> None:
        """Check one desk's copies and the hub; `held` is what anybody held when the faults ended, by desk."""
        for number in sorted({one.kind.number for one in machines}):
            copies = [one for one in machines if one.kind.number == number]
            self._same_sets(hub, copies, held[number])
            self._folds(hub, copies)
            self._messages(hub, copies)
            self._numbers(hub, copies[0])
            for one in copies:
                head = one.store.head
                found = verify.verify(one.disk.connection, head.epoch, (head.seq, head.hash))
                if found:
                    raise Broken(f"{one.name}: {found[:3]}")
        with hub.ledger.reading() as connection:
            differences = hub_verify.verify(connection)
        if differences:
            raise Broken(f"hub: {differences[:3]}")

    def _same_sets(self, hub: HubMachine, copies: list[Machine], held: set[bytes]) -> None:
        """The hub has every entry that anybody held, once, and each copy has what the hub has."""
        number = copies[0].kind.number
        rows = hub.raw.execute("SELECT hash, epoch, seq, code FROM journal WHERE desk = ?", (number,)).fetchall()
        there = [row[:3] for row in rows]
        many = Counter(bytes(row[0]) for row in rows)
        if held - many.keys() or any(count > 1 for count in many.values()):
            raise Broken(f"desk {number}: the hub lacks {len(held - many.keys())} entries, or has one twice")
        if any(bool(row[3]) != (bytes(row[0]) in self.strange) for row in rows):
            raise Broken(f"desk {number}: the hub quarantines other entries than it must")
        if hub.ledger.digest(number) != digest(there):
            raise Broken(f"desk {number}: the hub's digest is not that of its rows")
        for one in copies:
            _same_as_hub(one, many.keys(), digest(there))
        for receipt in self.receipts:
            if receipt.desk == number and receipt.entry in held and many[receipt.entry] != 1:
                raise Broken(f"receipt {receipt.number} is {many[receipt.entry]} times at the hub")
        self.checked += len(rows)

    def _folds(self, hub: HubMachine, copies: list[Machine]) -> None:
        """Each copy shows every dossier as the hub folds it, and the hub counts each once."""
        commune, number = copies[0].kind.commune, copies[0].kind.number
        shown = [_dossiers(one) for one in copies]
        with hub.ledger.reading() as connection:
            query = select(DOSSIER.c.id, DOSSIER.c.number, DOSSIER.c.status).where(DOSSIER.c.desk == number)
            rows = connection.execute(query).all()
            told: dict[str, list[folding.Told]] = {}
            for entry in folding.told_of(connection, commune, [row.id for row in rows]):
                told.setdefault(entry.entry.dossier, []).append(entry)
            parents = folding.parents_for(connection, told.values())
        for row in rows:
            state = folding.state_of(told[row.id], parents)
            must = fold.row_of(state) if state else ()
            for one, here in zip(copies, shown, strict=True):
                if here.pop(row.id, None) != must or row.status != must[_STATUS]:
                    raise Broken(f"{one.name} and the hub show {row.number} differently")
        if any(shown):
            raise Broken(f"desk {number}: the hub lacks {sum(map(len, shown))} dossiers")

    def _messages(self, hub: HubMachine, copies: list[Machine]) -> None:
        """Each message that the hub still knows is recorded, and no line of descent records one twice."""
        number = copies[0].kind.number
        before, recorded = _recorded(copies[0])
        texts = {text for text, _value in recorded}
        known = hub.raw.execute("SELECT body FROM message WHERE desk = ?", (number,)).fetchall()
        for (body,) in known:
            if json.loads(bytes(body))["text"] not in texts:
                raise Broken(f"desk {number} never recorded {json.loads(bytes(body))['text']}")
        for leaf in before.keys() - set(before.values()):
            path = set(_path(before, leaf))
            here = Counter(text for text, value in recorded if value in path)
            if any(count > 1 for count in here.values()):
                raise Broken(f"desk {number} recorded a message twice: {here.most_common(1)}")

    def _numbers(self, hub: HubMachine, machine: Machine) -> None:
        """A number that two dossiers bear was told by copies that could not know of each other, and is shown."""
        rows = machine.disk.connection.execute("SELECT number FROM dossier").fetchall()
        if all(count == 1 for count in Counter(row[0] for row in rows).values()):
            return
        with hub.ledger.reading() as connection:
            found = {one.kind for one in incidents.listed(connection) if one.desk == machine.kind.number}
        if not found & DETECTED:
            raise Broken(f"{machine.name}: two dossiers bear one number and nobody was told")


def _same_as_hub(machine: Machine, there: Set[bytes], must: str) -> None:
    here = machine.disk.connection.execute("SELECT hash, epoch, seq FROM journal").fetchall()
    if {bytes(row[0]) for row in here} != there or digest(here) != must:
        raise Broken(f"{machine.name} and the hub differ: {len(here)} here, {len(there)} there")
    if journal.digest(machine.disk.connection) != must:
        raise Broken(f"{machine.name}: the digest is not that of its rows")
    if machine.link.pending().entries:
        raise Broken(f"{machine.name} still has {machine.link.pending().entries} to send")


def _dossiers(machine: Machine) -> dict[str, tuple[object, ...]]:
    query = f"SELECT {', '.join(fold.COLUMNS)} FROM dossier"
    return {row[0]: tuple(row) for row in machine.disk.connection.execute(query)}


_STATUS = fold.COLUMNS.index("status")


def digest(rows: Iterable[tuple[Any, str, int]]) -> str:
    """Return the digest of rows of (hash, epoch, seq), computed here once more."""
    lines = [f"{epoch} {seq} {bytes(value).hex()}\n".encode() for value, epoch, seq in rows]
    return hashlib.sha256(b"".join(sorted(lines))).hexdigest()


def _recorded(machine: Machine) -> tuple[dict[bytes, bytes], list[tuple[str, bytes]]]:
    rows = machine.disk.connection.execute("SELECT hash, prev, body FROM journal").fetchall()
    before = {bytes(value): bytes(prev) for value, prev, _body in rows}
    found = []
    for value, _prev, body in rows:
        if b'"message":' in bytes(body) and json.loads(bytes(body)).get("topic") != AGAIN:
            found.append((str(json.loads(bytes(body)).get("text")), bytes(value)))
    return before, found


def _path(before: Mapping[bytes, bytes], leaf: bytes) -> Iterable[bytes]:
    while leaf in before and leaf != GENESIS:
        yield leaf
        leaf = before[leaf]


__all__ = ["Broken", "Oracle", "Receipt", "digest"]
