"""Recompute chain and fold from the journal's bytes and name every difference; nothing is mended here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from onestop_desktop.domain.dossier import Dossier, evolve
from onestop_desktop.domain.entry import GENESIS, Entry, open_entry
from onestop_desktop.domain.number import index_of
from onestop_desktop.domain.person import Person, same_person_key
from onestop_desktop.errors import Damaged, InvalidInput
from onestop_desktop.store import fold
from onestop_desktop.store.connect import Connection, DatabaseError

Fact = str | int
_SHA256 = re.compile('"sha256":"([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: a code and what it speaks of."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(slots=True)
class _Chains:
    """How far each epoch's chain has been followed."""

    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    known: set[tuple[str, int, bytes]] = field(default_factory=set)


def verify(connection: Connection, epoch: str, head: tuple[int, bytes] | None = None) -> list[Difference]:
    """Return every difference between the journal's chain, its columns, and the folded tables."""
    found: list[Difference] = list(_pages(connection))
    if found:
        return found  # what stands on a damaged page cannot be read further
    dossiers: dict[str, Dossier] = {}
    people: dict[str, tuple[Person, str, int]] = {}
    chains = _Chains()
    lost: dict[str, list[int]] = {}
    series: dict[str, int] = {}
    start: int | None = None
    position = 0
    rows = connection.execute(
        "SELECT position, epoch, seq, prev, hash, kind, dossier, envelope, body FROM journal ORDER BY position"
    )
    for row in rows:
        if row[0] != position + 1:
            found.append(Difference("verify.gap", {"position": position + 1, "until": row[0] - 1}))
        position = row[0]
        entry = _open(row, found)
        if entry is None:
            continue
        found += _chain(row, entry, chains)
        _fold(entry, dossiers, people)
        _number_told(entry, start, series)
        if entry.kind == "desk":
            start = entry.facts.get("start")
        for gap in entry.facts.get("lost", ()) if entry.kind == "epoch" else ():
            lost.setdefault(str(gap["name"]), []).extend(range(int(gap["from"]), int(gap["to"]) + 1))
    if head is not None and chains.heads.get(epoch, (0, b""))[0] < head[0]:
        found.append(Difference("verify.tail", {"epoch": epoch[:8], "seq": head[0]}))
    found += _dossier_rows(connection, dossiers)
    found += _person_rows(connection, people)
    found += _search(connection)
    return found + list(_counters(connection, dossiers, lost)) + _series(connection, series)


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


def _open(row: tuple[object, ...], found: list[Difference]) -> Entry | None:
    position, epoch, seq, prev, value, kind, dossier, envelope, body = row
    try:
        entry = open_entry(bytes(envelope), bytes(body), bytes(prev))  # type: ignore[call-overload]
    except Damaged as error:
        found.append(Difference("verify.entry", {"position": int(str(position)), "why": error.code}))
        return None
    if entry.hash != bytes(value):  # type: ignore[call-overload]
        found.append(Difference("verify.hash", {"position": int(str(position)), "seq": int(str(seq))}))
    columns = (entry.epoch, entry.seq, entry.kind, entry.dossier)
    if columns != (epoch, seq, kind, dossier):
        found.append(Difference("verify.columns", {"position": int(str(position)), "seq": int(str(seq))}))
    return entry


def _chain(row: tuple[object, ...], entry: Entry, chains: _Chains) -> list[Difference]:
    last = chains.heads.get(entry.epoch)
    where: dict[str, Fact] = {"position": int(str(row[0])), "seq": entry.seq}
    found: list[Difference] = []
    if last is None:
        parent = entry.fields.get("parent")
        expected = bytes.fromhex(parent["hash"]) if parent else GENESIS
        if parent and (parent["epoch"], parent["seq"], expected) not in chains.known:
            found.append(Difference("verify.parent", where))
        if entry.seq != 1 or entry.prev != expected:
            found.append(Difference("verify.chain", where))
    elif entry.seq != last[0] + 1 or entry.prev != last[1]:
        found.append(Difference("verify.chain", where))
    chains.heads[entry.epoch] = (entry.seq, entry.hash)
    chains.known.add((entry.epoch, entry.seq, entry.hash))
    return found


def _fold(entry: Entry, dossiers: dict[str, Dossier], people: dict[str, tuple[Person, str, int]]) -> None:
    if not entry.dossier:
        return
    after = evolve(dossiers.get(entry.dossier), entry)
    if after is None:
        return
    dossiers[entry.dossier] = after
    if entry.kind not in {"receive", "correct"}:
        return
    more = 1 if entry.kind == "receive" else 0
    for person in fold.people_of(entry):
        key = same_person_key(person)
        known = people.get(key)
        merged = fold.merged(Person.from_body(known[0].as_body()), person) if known else person
        people[key] = (merged, entry.recorded_at, (known[2] if known else 0) + more)


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


def _counters(
    connection: Connection, dossiers: Mapping[str, Dossier], lost: Mapping[str, list[int]]
) -> Iterator[Difference]:
    """Register numbers are 1, 2, 3 … but for those lost in an accident, and the counter knows the last."""
    books: dict[str, list[int]] = {name: list(numbers) for name, numbers in lost.items()}
    for dossier in dossiers.values():
        at = dossier.register
        books.setdefault(f"register|{at.year}|{at.book}|{at.desk}", []).append(at.no)
    counters = dict(connection.execute("SELECT name, last FROM counter"))
    for name, numbers in sorted(books.items()):
        if sorted(numbers) != list(range(1, len(numbers) + 1)) or counters.get(name) != len(numbers):
            yield Difference("verify.register", {"name": name.replace("register|", "")})


def _number_told(entry: Entry, start: int | None, series: dict[str, int]) -> None:
    """Remember the highest number told of each day and of the refusals of each year."""
    facts = entry.facts
    if entry.kind == "refuse":
        name, told = f"form|{entry.happened_at[:4]}|refusal", str(facts.get("form_number", "")).split("/")[0]
        series[name] = max(series.get(name, 0), int(told) if told.isdigit() else 0)
    if entry.kind != "receive" or facts.get("paper_number") == facts.get("number"):
        return  # an old code stands on its paper, whoever gave it
    with suppress(InvalidInput, KeyError, TypeError, ValueError):
        name = f"{facts['agency']}|{facts['day']}"
        index = index_of(int(facts["register"]["desk"]), int(facts["sequence"]), start)
        series[name] = max(series.get(name, 0), index)


def _series(connection: Connection, series: Mapping[str, int]) -> list[Difference]:
    """A counter below a number that was told would tell it again."""
    counters = dict(connection.execute("SELECT name, last FROM counter"))
    return [
        Difference("verify.series", {"name": name, "told": told})
        for name, told in sorted(series.items())
        if int(counters.get(name, 0)) < told
    ]
