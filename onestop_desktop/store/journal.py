"""The journal in the file: append, read, and the head of the chain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from onestop_desktop.domain.dossier import Dossier, evolve
from onestop_desktop.domain.entry import GENESIS, Entry, Happening, Parent, Place, open_entry, seal
from onestop_desktop.store.connect import Connection


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of an epoch; `seq` 0 means the epoch has none yet."""

    epoch: str
    seq: int
    hash: bytes
    parent: Parent | None = None


def read_head(connection: Connection, epoch: str, parent: Parent | None = None) -> Head:
    """Return the head of an epoch."""
    row = connection.execute(
        "SELECT seq, hash FROM journal WHERE epoch = ? ORDER BY seq DESC LIMIT 1", (epoch,)
    ).fetchone()
    if row:
        return Head(epoch, int(row[0]), bytes(row[1]))
    return Head(epoch, 0, parent.hash if parent else GENESIS, parent)


def append(connection: Connection, entry: Entry) -> None:
    """Add an entry's bytes to the journal."""
    connection.execute(
        "INSERT INTO journal (epoch, seq, prev, hash, kind, dossier, envelope, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.epoch,
            entry.seq,
            entry.prev,
            entry.hash,
            entry.kind,
            entry.dossier,
            entry.envelope,
            entry.body,
        ),
    )


def entries(connection: Connection, *, dossier: str = "", kind: str = "") -> Iterator[Entry]:
    """Read entries in the order of arrival: all, of one dossier, or of one kind."""
    where: str = ""
    values: tuple[str, ...] = ()
    if dossier:
        where, values = "WHERE dossier = ?", (dossier,)
    elif kind:
        where, values = "WHERE kind = ?", (kind,)
    rows = connection.execute(
        f"SELECT envelope, body, prev FROM journal {where} ORDER BY position",  # noqa: S608  fixed texts only
        values,
    )
    for envelope, body, prev in rows:
        yield open_entry(bytes(envelope), bytes(body), bytes(prev))


def dossier_of(connection: Connection, dossier: str) -> Dossier | None:
    """Fold one dossier from its entries."""
    state: Dossier | None = None
    for entry in entries(connection, dossier=dossier):
        state = evolve(state, entry)
    return state


def next_entry(head: Head, happening: Happening, place: Place) -> Entry:
    """Seal a happening behind a head; `place` brings everything but epoch, seq, prev and parent."""
    at = Place(
        desk=place.desk, epoch=head.epoch, seq=head.seq + 1, prev=head.hash, actor=place.actor,
        recorded_at=place.recorded_at, parent=head.parent if head.seq == 0 else None, second=place.second,
        clock=place.clock, again=place.again,
    )  # fmt: skip
    return seal(happening, at)


def digest(connection: Connection) -> str:
    """Return SHA-256 over the sorted lines `epoch seq hash`, in hex."""
    lines = sorted(
        f"{epoch} {seq} {bytes(value).hex()}\n"
        for epoch, seq, value in connection.execute("SELECT epoch, seq, hash FROM journal")
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()
