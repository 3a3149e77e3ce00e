"""The hub's life: a hub that went back to an older state says so by a new incarnation.

The newest number that was seen lies outside the database, in the state folder: overwritten in place after each
commit, not flushed. After a power cut it may lag, and then says nothing wrong. A promoted standby that lost commits
is noticed in the same way, while the program runs.
"""

from __future__ import annotations

import contextlib
import os
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, bindparam, select, update

from onestop_desktop.errors import Damaged
from onestop_desktop.hub import incidents
from onestop_desktop.hub.dialect import Dialect
from onestop_desktop.hub.incidents import Kind
from onestop_desktop.hub.tables import HUB

BYTES = 8
"""An incarnation's length."""


@dataclass(frozen=True, slots=True)
class Life:
    """The hub's row: what it is called, its incarnation, and the newest number it gave."""

    name: str
    public: bytes
    incarnation: bytes
    number: int


def read_life(connection: Connection) -> Life:
    """Return the hub's row; raises Damaged `hub.not_set_up`."""
    row = connection.execute(_ROW).first()
    if row is None:
        raise Damaged("hub.not_set_up")
    return Life(row.name, bytes(row.public), bytes(row.incarnation), row.number)


_COLUMNS = (HUB.c.name, HUB.c.public, HUB.c.incarnation, HUB.c.number)
_ROW = select(*_COLUMNS).where(HUB.c.id == 1)
_TAKE = update(HUB).where(HUB.c.id == 1).values(number=HUB.c.number + bindparam("many")).returning(*_COLUMNS)


def take_numbers(connection: Connection, many: int) -> Life:
    """Take the next numbers for journal rows; `number` of what is returned is the last of them.

    From here to the commit no other transaction can take a number. So numbers become visible in their order, and a
    reader that pages by them skips none.

    Raises:
        Damaged: `hub.not_set_up`.
    """
    row = connection.execute(_TAKE, {"many": many}).first()
    if row is None:
        raise Damaged("hub.not_set_up")
    return Life(row.name, bytes(row.public), bytes(row.incarnation), row.number)


def renew(connection: Connection, dialect: Dialect, fresh: bytes, at_ms: int, why: str) -> None:
    """Start a new incarnation and keep the incident."""
    before = read_life(connection)
    connection.execute(update(HUB).where(HUB.c.id == 1).values(incarnation=fresh))
    incident = incidents.seen(0, Kind.RESTORED, before.incarnation.hex(), at_ms, why=why, number=before.number)
    incidents.note(connection, dialect, incident)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the hub was once seen: its incarnation, and the newest number that was durable in it."""

    incarnation: bytes
    number: int

    def is_ahead(self, life: Life) -> bool:
        """Say whether the database stands before what was seen of it; the mark must be older than what was read."""
        return life.incarnation == self.incarnation and life.number < self.number


class Seen:
    """The newest number that this program saw, in memory and in a file outside the database."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        self._file = -1
        self.number, self.incarnation = 0, b""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.number, self.incarnation = _read(path)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def put(self, incarnation: bytes, number: int) -> None:
        """Record a number that is durable."""
        with self._lock:
            if incarnation == self.incarnation and number <= self.number:
                return
            self.incarnation, self.number = incarnation, number
            text = f"{incarnation.hex()} {number:015d}"
            line = f"{text} {zlib.crc32(text.encode()):08x}\n".encode()
            if self._file >= 0:
                with contextlib.suppress(OSError):  # a mark that lags says nothing wrong
                    os.lseek(self._file, 0, os.SEEK_SET)
                    os.write(self._file, line)

    @property
    def mark(self) -> Mark:
        """Return what was seen so far."""
        with self._lock:
            return Mark(self.incarnation, self.number)

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def settle(connection: Connection, dialect: Dialect, seen: Seen, fresh: Callable[[], bytes], at_ms: int) -> Life:
    """Compare the database with what was seen of it; start a new incarnation if it went back.

    A database with an incarnation that this state folder never saw is another copy of the hub, or an older one from
    before an earlier restore: it starts a new life too, unless the folder knows nothing at all.
    """
    life = read_life(connection)
    other = bool(seen.incarnation) and seen.incarnation != life.incarnation
    if seen.mark.is_ahead(life) or (other and life.number < seen.number):
        renew(connection, dialect, fresh(), at_ms, "older" if not other else "other")
        life = read_life(connection)
    return life


def _read(path: Path) -> tuple[int, bytes]:
    try:
        incarnation, number, check = path.read_text(encoding="ascii").split()
        right = f"{zlib.crc32(f'{incarnation} {number}'.encode()):08x}" == check
        return (int(number), bytes.fromhex(incarnation)) if right else (0, b"")
    except (OSError, ValueError):
        return 0, b""
