"""Recompute chains, places, signatures, folds and numbering from the journal's bytes; nothing is mended here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from onestop_desktop.domain.entry import GENESIS, entry_hash, open_entry
from onestop_desktop.errors import Damaged
from onestop_desktop.hub.columns import columns_of
from onestop_desktop.hub.digests import digest
from onestop_desktop.hub.folding import Told, folded, parents_for, told_of
from onestop_desktop.hub.tables import BRANCH, COMMUNE, DESK, DESK_KEY, DOSSIER, HELD, HUB, JOURNAL, SIGNED_HEAD
from onestop_desktop.wire.packet import head_bytes
from onestop_desktop.wire.signing import check

_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: a code and what it speaks of."""

    code: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


def verify(connection: Connection) -> list[Difference]:
    """Return every difference, from the whole to the part; empty for a hub in order."""
    found = list(_pages(connection)) if connection.dialect.name == "sqlite" else []
    if found:
        return found  # what stands on a damaged page cannot be read further
    found += _numbers(connection)
    for row in connection.execute(select(DESK)).all():
        found += _desk(connection, row)
    for commune in connection.execute(select(COMMUNE.c.id)).scalars().all():
        found += _dossiers(connection, commune)
    return found


def _pages(connection: Connection) -> Iterator[Difference]:
    for pragma, fine in (("cipher_integrity_check", ""), ("quick_check", "ok")):
        for row in connection.exec_driver_sql(f"PRAGMA {pragma}").all()[:20]:
            if row[0] != fine:
                yield Difference("hub.verify_page", {"what": str(row[0])})


def _numbers(connection: Connection) -> Iterator[Difference]:
    """Numbers are 1, 2, 3 … without a gap, and the hub knows the last."""
    journal = JOURNAL.c
    low, high, many, different = connection.execute(
        select(func.min(journal.number), func.max(journal.number), func.count(), func.count(journal.number.distinct()))
    ).one()
    given = connection.execute(select(HUB.c.number)).scalar_one()
    if (low or 1, high or 0, different) != (1, many, many) or given != many:
        yield Difference("hub.verify_numbers", {"rows": many, "last": high or 0, "given": given})


def _rows(connection: Connection, desk: Any) -> Iterator[Any]:
    """Give a desk's rows, branch by branch, from the ground up."""
    journal = JOURNAL.c
    query = select(JOURNAL).where(journal.commune == desk.commune, journal.desk == desk.id)
    query = query.order_by(journal.branch, journal.height)
    at = (0, 0)
    while True:
        later = (journal.branch > at[0]) | ((journal.branch == at[0]) & (journal.height > at[1]))
        rows = connection.execute(query.where(later).limit(_PAGE)).all()
        if not rows:
            return
        yield from rows
        at = (rows[-1].branch, rows[-1].height)


def _desk(connection: Connection, desk: Any) -> Iterator[Difference]:
    branches = {row.id: row for row in connection.execute(select(BRANCH).where(BRANCH.c.desk == desk.id))}
    places: dict[bytes, tuple[int, int]] = {GENESIS: (0, 0)}
    heads: dict[int, Any] = {}
    for row in _rows(connection, desk):
        yield from _row(row, desk)
        branch = branches.get(row.branch)
        below = heads.get(row.branch)
        expected = (row.branch, below.height) if below else (branch.parent, branch.fork) if branch else None
        if places.get(bytes(row.prev)) != expected or expected is None or row.height != expected[1] + 1:
            yield Difference("hub.verify_chain", {"desk": desk.name, "number": row.number})
        places[bytes(row.hash)] = (row.branch, row.height)
        heads[row.branch] = row
    yield from _heads(connection, desk, places)
    for number, branch in branches.items():
        head = heads.get(number)
        if head is None or (head.hash, head.height, head.epoch, head.seq) != (
            branch.hash, branch.height, branch.epoch, branch.seq,
        ):  # fmt: skip
            yield Difference("hub.verify_branch", {"desk": desk.name, "branch": number})
    held = connection.execute(select(func.count()).select_from(HELD).where(HELD.c.desk == desk.id)).scalar_one()
    if (len(places) - 1, held) != (desk.entries, desk.waiting):
        yield Difference("hub.verify_counts", {"desk": desk.name, "rows": len(places) - 1, "counted": desk.entries})
    if desk.digested == desk.entries and desk.digest and digest(connection, desk.commune, desk.id) != desk.digest:
        yield Difference("hub.verify_digest", {"desk": desk.name})


def _row(row: Any, desk: Any) -> Iterator[Difference]:
    envelope, body, prev = bytes(row.envelope), bytes(row.body), bytes(row.prev)
    if entry_hash(prev, envelope, body) != bytes(row.hash):
        yield Difference("hub.verify_hash", {"desk": desk.name, "number": row.number})
        return
    try:
        entry = open_entry(envelope, body, prev)
    except Damaged:
        if not row.code:
            yield Difference("hub.verify_entry", {"desk": desk.name, "number": row.number})
        return
    if any(getattr(row, name) != text for name, text in columns_of(entry).items()) or (
        not row.code and (entry.epoch, entry.seq) != (row.epoch, row.seq)
    ):
        yield Difference("hub.verify_columns", {"desk": desk.name, "number": row.number})


def _heads(connection: Connection, desk: Any, places: Mapping[bytes, tuple[int, int]]) -> Iterator[Difference]:
    """Every signed head is a desk's own, and stands where it says."""
    keys = {
        bytes(row.id): check(bytes(row.public))
        for row in connection.execute(select(DESK_KEY).where(DESK_KEY.c.desk == desk.id))
    }
    for row in connection.execute(select(SIGNED_HEAD).where(SIGNED_HEAD.c.desk == desk.id)):
        fits = keys.get(bytes(row.key))
        signed = head_bytes(desk.code, row.epoch, row.seq, bytes(row.hash))
        placed = places.get(bytes(row.hash)) == (row.branch, row.height)
        if not placed or fits is None or not fits(bytes(row.signature), signed):
            yield Difference("hub.verify_signature", {"desk": desk.name, "epoch": row.epoch[:8], "seq": row.seq})


def _dossiers(connection: Connection, commune: int) -> Iterator[Difference]:
    """Every dossier's row is what its entries fold to."""
    journal = JOURNAL.c
    told_ids = select(journal.dossier).where(journal.commune == commune, journal.dossier != "", journal.code == "")
    names = set(connection.execute(told_ids.distinct()).scalars())
    rows = connection.execute(select(DOSSIER).where(DOSSIER.c.commune == commune)).mappings()
    kept = {row["id"]: dict(row) for row in rows}
    every = sorted(names | kept.keys())
    for at in range(0, len(every), _PAGE):
        yield from _folds(connection, commune, every[at : at + _PAGE], kept)


def _folds(
    connection: Connection, commune: int, names: list[str], kept: Mapping[str, dict[str, Any]]
) -> Iterator[Difference]:
    by_dossier: dict[str, list[Told]] = {name: [] for name in names}
    for one in told_of(connection, commune, names):
        by_dossier[one.entry.dossier].append(one)
    parents = parents_for(connection, by_dossier.values())
    for name, told in by_dossier.items():
        must = folded(commune, told, parents)
        if must != kept.get(name):
            shown = (must or kept[name])["number"]
            wrong = sorted(key for key in must or {} if must and must[key] != kept.get(name, {}).get(key))
            yield Difference("hub.verify_dossier", {"number": shown, "columns": ", ".join(wrong)[:200]})
