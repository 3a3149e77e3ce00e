"""Recompute chain and fold from the journal's bytes and name every difference; nothing is mended here."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from onestop_desktop.domain.dossier import Dossier, evolve
from onestop_desktop.domain.entry import GENESIS, Entry, entry_hash, open_entry
from onestop_desktop.domain.person import Person, same_person_key
from onestop_desktop.errors import Damaged
from onestop_desktop.store import fold, journal
from onestop_desktop.store.connect import Connection, DatabaseError
from onestop_desktop.store.told import registered, told

Fact = str | int
_SHA256 = re.compile('"sha256":"([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: a code and what it speaks of."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(slots=True)
class _Walk:
    """What is known after the rows so far."""

    found: list[Difference] = field(default_factory=list)
    places: dict[bytes, tuple[str, int, bytes]] = field(default_factory=dict)
    """Each entry's epoch, place and the hash before it, by its hash."""
    missed: set[bytes] = field(default_factory=set)
    """Hashes that an entry stands behind though nothing with them came before it."""
    dossiers: dict[str, Dossier | None] = field(default_factory=dict)
    last: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Epoch and place of each dossier's newest entry."""
    branched: set[str] = field(default_factory=set)
    """Dossiers whose rows do not stand in fold order."""
    people: dict[str, tuple[Person, str, int]] = field(default_factory=dict)
    lost: dict[str, list[int]] = field(default_factory=dict)
    series: dict[str, int] = field(default_factory=dict)
    received: dict[tuple[str, int], list[bytes]] = field(default_factory=dict)
    """The entries that used a register's number."""
    start: int | None = None
    position: int = 0


def verify(connection: Connection, epoch: str, head: tuple[int, bytes] | None = None) -> list[Difference]:
    """Return every difference between the journal's chains, its columns, and the folded tables.

    `head` is the newest entry of `epoch`, which this desk writes, as the program that has the store open knows it.
    """
    pages = list(_pages(connection))
    if pages:
        return pages  # what stands on a damaged page cannot be read further
    walk = _Walk()
    rows = connection.execute(
        "SELECT position, epoch, seq, prev, hash, kind, dossier, envelope, body FROM journal ORDER BY position"
    )
    for row in rows:
        if row[0] != walk.position + 1:
            walk.found.append(Difference("verify.gap", {"position": walk.position + 1, "until": row[0] - 1}))
        walk.position = row[0]
        _row(row, walk)
    if head is not None and walk.places.get(head[1], ("", 0, b""))[:2] != (epoch, head[0]):
        walk.found.append(Difference("verify.tail", {"epoch": epoch[:8], "seq": head[0]}))
    dossiers = {one: state for one, state in walk.dossiers.items() if state is not None and one not in walk.branched}
    for one in walk.branched:
        state = journal.dossier_of(connection, one)
        if state is not None:
            dossiers[one] = state
    found = walk.found + _dossier_rows(connection, dossiers) + _person_rows(connection, walk.people)
    found += _search(connection) + list(_registers(connection, walk, head[1] if head else b""))
    return found + _series(connection, walk.series)


def _row(row: tuple[Any, ...], walk: _Walk) -> None:
    entry = _open(row, walk.found)
    walk.found += _chain(row, entry, walk)
    if entry is None:
        return
    if entry.kind == "desk":
        walk.start = entry.facts.get("start")
    for name, index in told(entry, walk.start):
        walk.series[name] = max(walk.series.get(name, 0), index)
    for gap in entry.facts.get("lost", ()) if entry.kind == "epoch" else ():
        walk.lost.setdefault(str(gap["name"]), []).extend(range(int(gap["from"]), int(gap["to"]) + 1))
    if entry.kind == "receive":
        for place in registered(entry):
            walk.received.setdefault(place, []).append(entry.hash)
    _fold(entry, walk)


def named_files(connection: Connection) -> Iterator[tuple[str, str]]:
    """Give (SHA-256, dossier's number) of each file of the vault that entries name."""
    rows = connection.execute(
        "SELECT j.kind, j.body, d.number FROM journal j LEFT JOIN dossier d ON d.id = j.dossier"
        " WHERE j.kind IN ('issue', 'receive', 'attach') ORDER BY j.position"
    )
    for kind, body, number in rows:
        if kind == "issue" or b'"sha256"' in bytes(body):
            for sha256 in _SHA256.findall(bytes(body).decode("utf-8", "replace")):
                yield sha256, str(number or "")


def _pages(connection: Connection) -> Iterator[Difference]:
    try:
        bad = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        bad += [row for row in connection.execute("PRAGMA quick_check").fetchall() if row[0] != "ok"]
    except DatabaseError as error:
        bad = [(str(error),)]
    for row in bad[:20]:
        yield Difference("verify.page", {"what": str(row[0])})


def _open(row: tuple[Any, ...], found: list[Difference]) -> Entry | None:
    """Open a row; None for bytes that are kept unread in their place of the chain."""
    position, epoch, seq, prev, value, kind, dossier, envelope, body = row
    where: dict[str, Fact] = {"position": position, "seq": seq}
    if entry_hash(bytes(prev), bytes(envelope), bytes(body)) != bytes(value):
        found.append(Difference("verify.hash", where))
    try:
        entry = open_entry(bytes(envelope), bytes(body), bytes(prev))
    except Damaged as error:
        if kind or dossier:
            found.append(Difference("verify.entry", {"position": position, "why": error.code}))
        return None
    if not kind and (entry.epoch, entry.seq) != (epoch, seq):
        return None  # it says another place than the packet it came in
    if (entry.epoch, entry.seq, entry.kind, entry.dossier) != (epoch, seq, kind, dossier):
        found.append(Difference("verify.columns", where))
    return entry


def _chain(row: tuple[Any, ...], entry: Entry | None, walk: _Walk) -> list[Difference]:
    """Each entry stands behind one that came before it; the first of an epoch behind its parent, or behind nothing."""
    position, epoch, seq, prev, value = row[0], sys.intern(row[1]), row[2], bytes(row[3]), bytes(row[4])
    found: list[Difference] = []
    where: dict[str, Fact] = {"position": position, "seq": seq}
    before = walk.places.get(prev)
    if seq > 1:
        if before is None or before[:2] != (epoch, seq - 1):
            walk.missed.add(prev)
            found.append(Difference("verify.chain", where))
    elif entry is not None:
        parent = entry.fields.get("parent")
        expected = bytes.fromhex(parent["hash"]) if parent else GENESIS
        if parent and (before is None or before[:2] != (parent["epoch"], parent["seq"])):
            found.append(Difference("verify.parent", where))
        if prev != expected:
            found.append(Difference("verify.chain", where))
    if value in walk.missed:  # it comes too late
        found.append(Difference("verify.chain", where))
    walk.places[value] = (epoch, seq, prev)
    return found


def _fold(entry: Entry, walk: _Walk) -> None:
    more = 1 if entry.kind == "receive" else 0
    for person in fold.people_of(entry) if entry.dossier else ():
        key = same_person_key(person)
        known = walk.people.get(key)
        merged = fold.merged(Person.from_body(known[0].as_body()), person) if known else person
        walk.people[key] = (merged, entry.recorded_at, (known[2] if known else 0) + more)
    if not entry.dossier or entry.dossier in walk.branched:
        return
    epoch, seq = walk.last.get(entry.dossier, (entry.epoch, 0))
    if epoch != entry.epoch or seq >= entry.seq or "again" in entry.fields:
        walk.branched.add(entry.dossier)
        return
    walk.last[entry.dossier] = (sys.intern(entry.epoch), entry.seq)
    walk.dossiers[entry.dossier] = evolve(walk.dossiers.get(entry.dossier), entry)


def _dossier_rows(connection: Connection, dossiers: Mapping[str, Dossier]) -> list[Difference]:
    found: list[Difference] = []
    seen = set()
    for row in connection.execute(f"SELECT {', '.join(fold.COLUMNS)} FROM dossier"):  # noqa: S608
        dossier = dossiers.get(row[0])
        seen.add(row[0])
        if dossier is None:
            found.append(Difference("verify.dossier_extra", {"number": row[1]}))
            continue
        for name, is_now, must in zip(fold.COLUMNS, row, fold.row_of(dossier), strict=True):
            if is_now != must:
                found.append(Difference("verify.dossier_field", {"number": dossier.number, "name": name}))
    missing = [dossiers[one].number for one in dossiers.keys() - seen]
    return found + [Difference("verify.dossier_missing", {"number": number}) for number in sorted(missing)]


def _person_rows(connection: Connection, people: Mapping[str, tuple[Person, str, int]]) -> list[Difference]:
    rows = {row[0]: tuple(row) for row in connection.execute(
        "SELECT key, name, folded, body, last_at, dossiers FROM person")}  # fmt: skip
    must = {key: fold.person_row(*one) for key, one in people.items()}
    wrong = [key for key in rows.keys() | must.keys() if rows.get(key) != must.get(key)]
    return [Difference("verify.person", {"count": len(wrong)})] if wrong else []


def _search(connection: Connection) -> list[Difference]:
    found = []
    for table in ("search", "person_search"):
        try:
            connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
        except DatabaseError:
            found.append(Difference("verify.search", {"table": table}))
    return found


def _registers(connection: Connection, walk: _Walk, head: bytes) -> Iterator[Difference]:
    """Register numbers are 1, 2, 3 … but for those lost in an accident, and the counter knows the last.

    What was thought lost may have come back from the hub.
    Two clones of a desk may have used one number each: only what one lineage used twice is a difference.
    """
    books: dict[str, set[int]] = {name: set(numbers) for name, numbers in walk.lost.items()}
    for name, no in walk.received:
        books.setdefault(name, set()).add(no)
    counters = dict(connection.execute("SELECT name, last FROM counter"))
    twice = {place for place, hashes in walk.received.items() if len(hashes) > 1}
    own = _lineage(walk, head) if twice else set()
    wrong = {name for name, no in twice if sum(value in own for value in walk.received[name, no]) > 1}
    for name, numbers in sorted(books.items()):
        if name in wrong or numbers != set(range(1, len(numbers) + 1)) or counters.get(name) != len(numbers):
            yield Difference("verify.register", {"name": name.replace("register|", "")})


def _lineage(walk: _Walk, head: bytes) -> set[bytes]:
    """Return an entry and everything before it."""
    found: set[bytes] = set()
    while head in walk.places and head not in found:
        found.add(head)
        head = walk.places[head][2]
    return found


def _series(connection: Connection, series: Mapping[str, int]) -> list[Difference]:
    """A counter below a number that was told would tell it again."""
    counters = dict(connection.execute("SELECT name, last FROM counter"))
    return [
        Difference("verify.series", {"name": name, "told": told})
        for name, told in sorted(series.items())
        if int(counters.get(name, 0)) < told
    ]
