"""Digests, computed from the hub's own rows and never taken from a desk."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, bindparam, select, update

from onestop_desktop.hub.tables import DESK, JOURNAL, Whole


def digest(connection: Connection, commune: int, desk: int) -> bytes:
    """Return SHA-256 of the sorted lines `epoch seq hash` of a desk's entries."""
    rows = connection.execute(_PLACES, {"in_commune": commune, "of": desk})
    lines = sorted(f"{epoch} {seq} {bytes(value).hex()}\n" for epoch, seq, value in rows)
    return hashlib.sha256("".join(lines).encode()).digest()


def kept_digest(connection: Connection, desk: int) -> tuple[int, bytes]:
    """Return how many entries of a desk are here, and their digest; call it in a writing transaction.

    The digest is computed again only when entries came since: they are only ever added, so their count tells.
    """
    row = connection.execute(_KEPT, {"of": desk}).one()
    if row.entries == row.digested and len(row.digest) == 32:
        return row.entries, bytes(row.digest)
    found = digest(connection, row.commune, desk)
    connection.execute(_KEEP, {"of": desk, "found": found, "count": row.entries})
    return row.entries, found


def whole_digest(connection: Connection) -> bytes:
    """Return SHA-256 of the sorted lines `commune desk digest` of every desk: equal for equal hubs."""
    rows = connection.execute(select(DESK.c.commune, DESK.c.id))
    lines = sorted(f"{commune} {desk} {digest(connection, commune, desk).hex()}\n" for commune, desk in rows)
    return hashlib.sha256("".join(lines).encode()).digest()


# Every greeting needs these; building one costs as much as running it.
_PLACES = select(JOURNAL.c.epoch, JOURNAL.c.seq, JOURNAL.c.hash).where(
    JOURNAL.c.commune == bindparam("in_commune"), JOURNAL.c.desk == bindparam("of")
)
_KEPT = select(DESK.c.commune, DESK.c.entries, DESK.c.digested, DESK.c.digest).where(DESK.c.id == bindparam("of"))
_KEEP = (
    update(DESK)
    .where(DESK.c.id == bindparam("of"))
    .values(digest=bindparam("found"), digested=bindparam("count", type_=Whole))
)
