"""Digests, computed from the hub's own rows and never taken from a desk."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, select, update

from onestop_desktop.hub.tables import DESK, JOURNAL


def digest(connection: Connection, commune: int, desk: int) -> bytes:
    """Return SHA-256 of the sorted lines `epoch seq hash` of a desk's entries."""
    journal = JOURNAL.c
    rows = connection.execute(
        select(journal.epoch, journal.seq, journal.hash).where(journal.commune == commune, journal.desk == desk)
    )
    lines = sorted(f"{epoch} {seq} {bytes(value).hex()}\n" for epoch, seq, value in rows)
    return hashlib.sha256("".join(lines).encode()).digest()


def kept_digest(connection: Connection, desk: int) -> bytes:
    """Return a desk's digest, computed again only when entries came since; call it in a writing transaction.

    Entries are only ever added, so their count tells whether there are others.
    """
    row = connection.execute(
        select(DESK.c.commune, DESK.c.entries, DESK.c.digested, DESK.c.digest).where(DESK.c.id == desk)
    ).one()
    if row.entries == row.digested and len(row.digest) == 32:
        return bytes(row.digest)
    found = digest(connection, row.commune, desk)
    connection.execute(update(DESK).where(DESK.c.id == desk).values(digest=found, digested=row.entries))
    return found


def whole_digest(connection: Connection) -> bytes:
    """Return SHA-256 of the sorted lines `commune desk digest` of every desk: equal for equal hubs."""
    rows = connection.execute(select(DESK.c.commune, DESK.c.id))
    lines = sorted(f"{commune} {desk} {digest(connection, commune, desk).hex()}\n" for commune, desk in rows)
    return hashlib.sha256("".join(lines).encode()).digest()
