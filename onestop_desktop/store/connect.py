"""Connections to the desk's encrypted file; the alias that makes sqlite-utils see SQLCipher stands here.

sqlcipher3's exceptions are not sqlite3's; sqlite-utils prefers `pysqlite3` if it can be imported, so the alias must
be in place before sqlite-utils is first imported. Everybody in `store` takes both from this module.
"""

from __future__ import annotations

import sqlite3 as plain_sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3
from sqlcipher3 import dbapi2

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", dbapi2)

from onestop_desktop.errors import Damaged, KnownError, TryLater  # noqa: E402

Connection = Any
"""A `sqlcipher3.dbapi2.Connection`; the package has no types."""

DatabaseError: type[Exception] = dbapi2.DatabaseError
IntegrityError: type[Exception] = dbapi2.IntegrityError

BUSY_MS = 5_000
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "mmap_size = 0",
    "temp_store = MEMORY",
    "wal_autocheckpoint = 0",  # the writer thread checkpoints when it is idle
    "recursive_triggers = ON",
)


def safe_version(version: tuple[int, ...]) -> bool:
    """Say whether a SQLite is free of the WAL-reset bug (sqlite.org/wal.html#walresetbug)."""
    major_minor, patch = version[:2], version[2]
    if major_minor == (3, 44):
        return patch >= 6
    if major_minor == (3, 50):
        return patch >= 7
    return version >= (3, 51, 3)


def check_library() -> None:
    """Refuse a SQLite with the WAL-reset bug.

    Raises:
        KnownError: `store.library`.
    """
    if not safe_version(dbapi2.sqlite_version_info):
        raise KnownError("store.library", version=dbapi2.sqlite_version)


def connect(path: Path, key: bytes, *, read_only: bool = False) -> Connection:
    """Open the file with a raw 32-byte key; a connection belongs to the thread that opened it.

    A reading one may be closed by another thread, when the store is closed; `store.readers` sees to it that nobody
    is asking it meanwhile.

    Raises:
        Damaged: `store.unreadable` when the key does not open the file or it is damaged.
        TryLater: `store.cannot_open`.
    """
    check_library()
    try:
        connection = dbapi2.connect(
            str(path), isolation_level=None, timeout=BUSY_MS / 1000, check_same_thread=not read_only
        )
    except dbapi2.Error as error:
        raise TryLater("store.cannot_open") from error
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA cipher_log_level = NONE")
        if not connection.execute("PRAGMA cipher_version").fetchone():
            raise KnownError("store.library", version=dbapi2.sqlite_version)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").fetchone()
        if read_only:
            connection.execute("PRAGMA query_only = ON")
    except dbapi2.DatabaseError as error:
        connection.close()
        raise translate(error) or Damaged("store.unreadable") from error
    return connection


def translate(error: Exception) -> KnownError | TryLater | None:
    """Sort a failure of the library into the world's kinds; None for one that is our own bug."""
    text = str(error).lower()
    for part, code in _PASSING:
        if part in text:
            return TryLater(code)
    return Damaged("store.unreadable") if any(part in text for part in _DAMAGED) else None


_PASSING = (
    ("full", "store.disk_full"),
    ("disk i/o", "store.disk_full"),
    ("locked", "store.in_use"),
    ("readonly", "store.read_only"),
    ("unable to open", "store.cannot_open"),
)
_DAMAGED = ("malformed", "not a database", "corrupt", "encrypted", "out of memory")
"""A page whose HMAC does not fit is told as any of these."""


@contextmanager
def world() -> Iterator[None]:
    """Turn the world's failures into ours; what is left is a bug and stays as it is."""
    try:
        yield
    except dbapi2.DatabaseError as error:
        sorted_out = translate(error)
        if sorted_out is None:
            raise
        raise sorted_out from error
    except OSError as error:
        raise from_os(error) from error


_FULL = frozenset({28, 122, 27})  # ENOSPC, EDQUOT, EFBIG


def from_os(error: OSError) -> TryLater:
    """Sort a failure of the operating system."""
    return TryLater("store.disk_full" if error.errno in _FULL else "store.cannot_write")


__all__ = ["Connection", "DatabaseError", "IntegrityError", "check_library", "connect", "from_os", "plain_sqlite3",
           "safe_version", "translate", "world"]  # fmt: skip
