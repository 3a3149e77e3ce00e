"""What the papers of a day or a book are made from: which dossiers, in the register's order, and entries of none."""

from __future__ import annotations

from collections.abc import Iterator

from onestop_desktop.domain.entry import Entry, open_entry
from onestop_desktop.store.connect import Connection

_MOMENTS = frozenset({"received_at", "recorded_at", "finished_at", "returned_at"})


def between(connection: Connection, moment: str, first: str, before: str) -> list[str]:
    """Return the ids of dossiers whose moment (a column) lies in [first, before), in the register's order.

    Bounds are texts as the column holds them: civil time, but UTC for `recorded_at`.
    """
    if moment not in _MOMENTS:
        raise ValueError(moment)
    rows = connection.execute(
        f"SELECT id FROM dossier WHERE {moment} <> '' AND {moment} >= ? AND {moment} < ?"  # noqa: S608
        " ORDER BY register_year, register_book, register_desk, register_no",
        (first, before),
    )
    return [str(row[0]) for row in rows]


def loose(connection: Connection, kind: str) -> Iterator[Entry]:
    """Give the entries of a kind that belong to no dossier, in the order of arrival."""
    rows = connection.execute(
        "SELECT envelope, body, prev FROM journal WHERE kind = ? AND dossier = '' ORDER BY position", (kind,)
    )
    for envelope, body, prev in rows:
        yield open_entry(bytes(envelope), bytes(body), bytes(prev))
