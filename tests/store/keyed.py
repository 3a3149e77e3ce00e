"""A second way into a desk's file: what somebody who holds the key could do behind the program's back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onestop_desktop.store import keys
from onestop_desktop.store.connect import Connection, connect
from onestop_desktop.store.store import FILE


@contextmanager
def keyed(data: Path, user: str = "mai", password: str = "tap") -> Iterator[Connection]:
    """Open a desk's file by its key, without lock and without the triggers that keep the journal append-only."""
    data_key = keys.unwrap(keys.read_keys(data), user, password)
    connection = connect(data / FILE, keys.derive(data_key, "onestop/db/1"))
    try:
        connection.execute("DROP TRIGGER IF EXISTS journal_no_update")
        connection.execute("DROP TRIGGER IF EXISTS journal_no_delete")
        yield connection
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()
