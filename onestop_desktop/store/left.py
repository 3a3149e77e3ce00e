"""What has left the desk, as far as it knows: one person alone takes back only what is still nowhere but here."""

from __future__ import annotations

from onestop_desktop.store.connect import Connection

SENT = "sent_position"
"""In `meta`: every row up to this position is in the closure of the hub's heads."""
_CARRIED = "carried_position"
"""In `meta`: the newest row when a bundle or letter was last written; the hub may have it and not have said so."""


def keep_carried(connection: Connection) -> None:
    """Keep that a bundle or letter was written: what is here now may be under way."""
    connection.execute(
        "INSERT INTO meta (name, value) SELECT ?, coalesce(max(position), 0) FROM journal WHERE true"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (_CARRIED,),
    )


def left(connection: Connection, dossier: str) -> frozenset[str]:
    """Return the kinds of a dossier's entries of which the newest is with the hub, or in a bundle or letter."""
    rows = connection.execute(
        "SELECT kind FROM journal WHERE dossier = ? GROUP BY kind HAVING max(position) <= coalesce("
        "(SELECT max(CAST(value AS INTEGER)) FROM meta WHERE name IN (?, ?)), 0)",
        (dossier, SENT, _CARRIED),
    )
    return frozenset(str(row[0]) for row in rows)
