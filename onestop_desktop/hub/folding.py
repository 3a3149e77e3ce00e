"""From entries to the district's rows: one row a dossier of a commune, computed by the desk's own rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from onestop_desktop.domain.dossier import Dossier, evolve
from onestop_desktop.domain.entry import Entry, Parent, open_entry
from onestop_desktop.domain.order import in_fold_order
from onestop_desktop.domain.text import fold
from onestop_desktop.hub.columns import NAME, TEXT, plain, whole
from onestop_desktop.hub.dialect import Dialect
from onestop_desktop.hub.tables import DOSSIER, EPOCH, JOURNAL

Row = dict[str, Any]
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Told:
    """An entry and the desk that told it."""

    desk: int
    entry: Entry


def fold_dossiers(connection: Connection, dialect: Dialect, commune: int, told: Sequence[Told]) -> None:
    """Fold the dossiers that new entries speak of; the entries need not stand in the journal yet.

    Where all of a dossier's entries are new and of one epoch, nothing is read but that there are no others.
    """
    by_dossier: dict[str, list[Told]] = {}
    for one in told:
        if one.entry.dossier:
            by_dossier.setdefault(one.entry.dossier, []).append(one)
    if not by_dossier:
        return
    known = set()
    for earlier in told_of(connection, commune, by_dossier):
        known.add(earlier.entry.dossier)
        entries = by_dossier[earlier.entry.dossier]
        if all(earlier.entry.hash != one.entry.hash for one in entries):
            entries.append(earlier)
    for entries in by_dossier.values():
        entries.sort(key=lambda one: (one.entry.epoch, one.entry.seq))
    parents = parents_for(connection, by_dossier.values())
    rows = [row for entries in by_dossier.values() if (row := folded(commune, entries, parents))]
    # Nothing was told of the others before, so they have no row yet.
    dialect.put(connection, DOSSIER, [row for row in rows if row["id"] in known])
    dialect.append(connection, DOSSIER, [row for row in rows if row["id"] not in known])


def fold_again(connection: Connection, dialect: Dialect, commune: int, dossiers: Collection[str]) -> None:
    """Fold dossiers from the journal alone; a dossier of which nothing counts any more has no row."""
    connection.execute(delete(DOSSIER).where(DOSSIER.c.commune == commune, DOSSIER.c.id.in_(dossiers)))
    fold_dossiers(connection, dialect, commune, list(told_of(connection, commune, dossiers)))


def told_of(connection: Connection, commune: int, dossiers: Collection[str]) -> Iterable[Told]:
    """Give the entries of some dossiers of a commune that count."""
    names = sorted(dossiers)
    for at in range(0, len(names), _AT_ONCE):
        for row in connection.execute(_TOLD, {"in_commune": commune, "names": names[at : at + _AT_ONCE]}):
            yield Told(row.desk, open_entry(bytes(row.envelope), bytes(row.body), bytes(row.prev)))


_TOLD = select(JOURNAL.c.desk, JOURNAL.c.envelope, JOURNAL.c.body, JOURNAL.c.prev).where(
    JOURNAL.c.commune == bindparam("in_commune"),
    JOURNAL.c.dossier.in_(bindparam("names", expanding=True)),
    JOURNAL.c.dossier != "",
    JOURNAL.c.code == "",
)


def parents_for(connection: Connection, dossiers: Iterable[Sequence[Told]]) -> dict[str, Parent]:
    """Return each epoch's parent, for the desks of dossiers that were told in more than one epoch."""
    desks = {
        one.desk
        for entries in dossiers
        if len(entries) > 1 and len({told.entry.epoch for told in entries}) > 1
        for one in entries
    }
    if not desks:
        return {}
    rows = connection.execute(select(EPOCH).where(EPOCH.c.desk.in_(desks), EPOCH.c.parent_epoch != ""))
    return {row.epoch: Parent(row.parent_epoch, row.parent_seq, bytes(row.parent_hash)) for row in rows}


def state_of(told: Sequence[Told], parents: Mapping[str, Parent]) -> Dossier | None:
    """Return a dossier folded from its entries in whatever order they come."""
    state: Dossier | None = None
    for entry in in_fold_order([one.entry for one in told], parents):
        state = evolve(state, entry)
    return state


def folded(commune: int, told: Sequence[Told], parents: Mapping[str, Parent]) -> Row | None:
    """Return the row of a dossier; None while no `receive` is among its entries."""
    state = state_of(told, parents)
    if state is None:
        return None
    desk = min((one for one in told if one.entry.kind == "receive"), key=lambda one: one.entry.corrected_at).desk
    return row_of(commune, desk, state)


def row_of(commune: int, desk: int, dossier: Dossier) -> Row:
    """Return a dossier's row; what a dossier in a status of a newer program counts as is empty."""
    status = dossier.state
    names = (dossier.applicant.name, dossier.number, dossier.paper_number, dossier.procedure_title)
    due = dossier.fee_due
    row: Row = {
        "commune": commune, "id": dossier.id, "desk": desk, "number": dossier.number,
        "agency": dossier.office.agency, "day": dossier.day, "sequence": dossier.sequence,
        "barcode": dossier.barcode, "paper_number": dossier.paper_number, "procedure": dossier.procedure,
        "title": dossier.procedure_title, "field": dossier.procedure_field, "status": dossier.status,
        "counts": str(status.counts) if status else "", "channel": dossier.channel,
        "applicant": dossier.applicant.name, "owner": dossier.owner.name,
        "village": dossier.applicant.address.split(",")[0].strip(), "officer": dossier.officer,
        "forwarded_to": dossier.forwarded_to, "received_at": dossier.received_at,
        "recorded_at": dossier.recorded_at, "late": int(dossier.late), "first_due_at": dossier.first_due_at,
        "due_at": dossier.due_at, "finished_at": dossier.finished_at, "returned_at": dossier.returned_at,
        "fee": dossier.fee, "collected": dossier.collected - dossier.refunded, "paid": int(due == 0),
        "files": len(dossier.attachments), "conflict": int(dossier.conflict),
        "folded": fold(" ".join(name for name in names if name)),
    }  # fmt: skip
    return {name: _kept(name, value) for name, value in row.items()}


def _kept(name: str, value: object) -> object:
    if isinstance(value, str):
        return plain(value, NAME if name in _NAMES else TEXT)
    return whole(value) if isinstance(value, int) else value


_NAMES = frozenset({"id", "agency", "day", "barcode", "received_at", "due_at", "status"})
"""Columns that stand in an index."""


def dossier_of(connection: Connection, commune: int, dossier: str) -> Dossier | None:
    """Fold one dossier from the journal, with its history."""
    told = list(told_of(connection, commune, [dossier]))
    return state_of(told, parents_for(connection, [told])) if told else None
