"""The hub's database: an encrypted SQLite file in a folder, or a PostgreSQL by its address.

A writing transaction on SQLite starts with BEGIN IMMEDIATE and is alone in this process; on PostgreSQL it commits
with `synchronous_commit = on`. Whoever leaves `writing()` without an error holds a durable promise.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from onestop_desktop.errors import Damaged, KnownError, OneStopError, TryLater
from onestop_desktop.hub.dialect import Dialect
from onestop_desktop.store.connect import check_library

FILE = "hub.db"
KEY_FILE = "hub.db.key"
KEY_BYTES = 32
_BUSY_SECONDS = 30.0
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "mmap_size = 0",
    "temp_store = MEMORY",
    "recursive_triggers = ON",
)
_READING = "onestop_reading"


class Database:
    """An engine with the two ways to use it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dialect = Dialect(engine.dialect.name)
        snapshot = {"isolation_level": "REPEATABLE READ"} if self.dialect.is_postgresql else {}
        self._reader = engine.execution_options(**{_READING: True}, **snapshot)
        self._alone: contextlib.AbstractContextManager[Any] = (
            contextlib.nullcontext() if self.dialect.is_postgresql else threading.RLock()
        )

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that is durable when the block is left, and undone by any error.

        Raises:
            TryLater: `hub.database_busy`, `hub.database_away`, `hub.disk_full`; nothing was written then.
            Damaged: `hub.unreadable`.
        """
        with _world(), self._alone, self.engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database.

        Raises:
            TryLater: `hub.database_busy`, `hub.database_away`.
            Damaged: `hub.unreadable`.
        """
        with _world(), self._reader.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def make_key(folder: Path, random: bytes) -> None:
    """Write the file's key, once, mode 0600; raises KnownError `hub.exists`."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(folder / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KnownError("hub.exists", path=str(folder)) from None
    with os.fdopen(descriptor, "wb") as out:
        out.write(random[:KEY_BYTES].hex().encode("ascii"))
        out.flush()
        os.fsync(out.fileno())


def open_folder(folder: Path) -> Database:
    """Open the encrypted file of a folder.

    Raises:
        Damaged: `hub.key_gone` when the key file is not there or is none.
        KnownError: `hub.key_open` when others may read the key; `store.library`.
    """
    check_library()
    key = _read_key(folder / KEY_FILE)
    engine = create_engine(
        f"sqlite+pysqlite:///{folder / FILE}",
        module=dbapi2,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        pool_size=20,
        max_overflow=20,
    )

    @event.listens_for(engine, "connect")
    def keyed(raw: Any, _record: object) -> None:
        raw.isolation_level = None
        raw.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        raw.execute("PRAGMA cipher_log_level = NONE")
        if not raw.execute("PRAGMA cipher_version").fetchone():
            raise KnownError("store.library", version=dbapi2.sqlite_version)
        for pragma in _PRAGMAS:
            raw.execute(f"PRAGMA {pragma}").fetchone()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(_READING)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return Database(engine)


def open_address(address: str, *, pool: int = 10) -> Database:
    """Open a PostgreSQL by its address, `postgresql+psycopg://user@host/name`.

    Raises:
        KnownError: `hub.address` for another kind of address.
    """
    if address.startswith(("postgresql://", "postgres://")):
        address = "postgresql+psycopg://" + address.split("://", 1)[1]
    if not address.startswith("postgresql+psycopg://"):
        raise KnownError("hub.address")
    engine = create_engine(address, pool_size=pool, max_overflow=pool)

    @event.listens_for(engine, "connect")
    def durable(raw: Any, _record: object) -> None:
        # A server's or a role's setting must not turn an acknowledgement into a hope.
        mode = raw.execute("SHOW synchronous_commit").fetchone()[0]
        if mode not in {"on", "remote_apply"}:
            raw.execute("SET synchronous_commit = on")
        raw.commit()

    return Database(engine)


def _read_key(path: Path) -> bytes:
    try:
        if os.name != "nt" and path.stat().st_mode & 0o077:
            raise KnownError("hub.key_open", path=str(path))
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        raise Damaged("hub.key_gone", path=str(path)) from None
    if len(key) != KEY_BYTES:
        raise Damaged("hub.key_gone", path=str(path))
    return key


@contextlib.contextmanager
def _world() -> Iterator[None]:
    """Turn the world's failures into ours; what is left is a bug and stays as it is."""
    try:
        yield
    except (DBAPIError, dbapi2.DatabaseError) as error:
        found = _translate(error)
        if found is None:
            raise
        raise found from error


def _translate(error: Exception) -> OneStopError | None:
    text = str(getattr(error, "orig", None) or error).lower()
    for part, code in _PASSING:
        if part in text:
            return TryLater(code)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return TryLater("hub.database_away")
    return Damaged("hub.unreadable") if any(part in text for part in _DAMAGED) else None


_PASSING = (
    ("database or disk is full", "hub.disk_full"),
    ("no space left", "hub.disk_full"),
    ("disk i/o", "hub.disk_full"),
    ("database is locked", "hub.database_busy"),
    ("deadlock detected", "hub.database_busy"),
    ("could not serialize", "hub.database_busy"),
    ("too many clients", "hub.database_busy"),
    ("unable to open", "hub.database_away"),
    ("connection refused", "hub.database_away"),
    ("connection failed", "hub.database_away"),
    ("server closed the connection", "hub.database_away"),
    ("terminating connection", "hub.database_away"),
    ("the database system is", "hub.database_away"),
    ("connection is lost", "hub.database_away"),
    ("connection is closed", "hub.database_away"),
)
_DAMAGED = ("malformed", "not a database", "corrupt", "encrypted", "invalid page", "could not read block")
