"""The journal in the file: append, read, and the head of the chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onestop_desktop.domain.dossier import Dossier, evolve
from onestop_desktop.domain.entry import GENESIS, Entry, Happening, Parent, Place, open_entry, seal
from onestop_desktop.domain.order import in_fold_order
from onestop_desktop.store.connect import Connection

MESSAGE_KINDS = ("answer", "calendar", "notice", "procedure")
"""Kinds of entries that may record a message from the hub: their body names its number in `message`."""


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


def holds(connection: Connection, epoch: str, seq: int, value: bytes) -> bool:
    """Say whether an entry stands at a place, with this hash if it is known; at place 0 there is nothing to miss."""
    query = "SELECT 1 FROM journal WHERE epoch = ? AND seq = ? AND (hash = ? OR length(?) = 0)"
    return seq == 0 or connection.execute(query, (epoch, seq, value, value)).fetchone() is not None


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
    """Read entries in the order of arrival: all that can be read, of one dossier, or of one kind."""
    where: str = "WHERE kind <> ''"
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
    """Fold one dossier from its entries, in fold order."""
    state: Dossier | None = None
    for entry in history_of(connection, dossier):
        state = evolve(state, entry)
    return state


def history_of(connection: Connection, dossier: str) -> Iterable[Entry]:
    """Return one dossier's entries in fold order."""
    found = list(entries(connection, dossier=dossier))
    epochs = {entry.epoch for entry in found}
    return in_fold_order(found, parents_of(connection, epochs) if len(epochs) > 1 else {})


def parents_of(connection: Connection, epochs: Iterable[str]) -> dict[str, Parent]:
    """Return from where these epochs, and those before them, started; of two claims the lesser one counts."""
    found: dict[str, Parent] = {}
    waiting = set(epochs)
    while waiting:
        epoch = waiting.pop()
        rows = connection.execute(
            "SELECT envelope FROM journal WHERE epoch = ? AND seq = 1 AND kind <> ''", (epoch,)
        ).fetchall()
        parents = [_parent(json.loads(bytes(row[0])).get("parent")) for row in rows]
        known = [parent for parent in parents if parent is not None]
        if known:
            found[epoch] = min(known, key=lambda one: (one.epoch, one.seq, one.hash))
            waiting |= {found[epoch].epoch} - found.keys()
    return found


def _parent(value: object) -> Parent | None:
    try:
        return Parent(str(value["epoch"]), int(value["seq"]), bytes.fromhex(value["hash"]))  # type: ignore[index]
    except (KeyError, TypeError, ValueError):
        return None


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
    return digest_of(connection.execute("SELECT epoch, seq, hash FROM journal")).hex()


def digest_of(places: Iterable[tuple[str, int, bytes]]) -> bytes:
    """Return SHA-256 over the sorted lines `epoch seq hash` of some places, 32 bytes."""
    lines = sorted(f"{epoch} {seq} {bytes(value).hex()}\n" for epoch, seq, value in places)
    return hashlib.sha256("".join(lines).encode()).digest()


_KINDS = ", ".join("?" * len(MESSAGE_KINDS))
_IS_MESSAGE = f"kind IN ({_KINDS}) AND instr(body, CAST('\"message\":' AS BLOB)) > 0"


def inbox(connection: Connection) -> int:
    """Return the newest message from the hub that is recorded here, by the journal alone."""
    rows = connection.execute(f"SELECT body FROM journal WHERE {_IS_MESSAGE}", MESSAGE_KINDS)  # noqa: S608
    return max((_message(bytes(row[0])) for row in rows), default=0)


def has_mark(connection: Connection, mark: str) -> bool:
    """Say whether a message from the hub that bears a mark is recorded here, on any branch."""
    query = f"SELECT 1 FROM journal WHERE {_IS_MESSAGE} AND instr(body, CAST(? AS BLOB)) > 0"  # noqa: S608
    return connection.execute(query, (*MESSAGE_KINDS, f'"{mark}"')).fetchone() is not None


def messages(connection: Connection, after: int) -> list[tuple[int, Entry]]:
    """Return the messages from the hub that follow a number, each with the entry that records it."""
    query = f"SELECT envelope, body, prev FROM journal WHERE {_IS_MESSAGE} ORDER BY position"  # noqa: S608
    rows = ((_message(bytes(row[1])), row) for row in connection.execute(query, MESSAGE_KINDS))
    found = [(number, open_entry(*map(bytes, row))) for number, row in rows if number > after]
    return sorted(found, key=lambda one: one[0])


def _message(body: bytes) -> int:
    try:
        number = json.loads(body).get("message")
    except (ValueError, AttributeError):
        return 0
    return number if type(number) is int else 0
