"""A desk's greeting: who asks, from which installation, what it thinks we hold, and what it holds itself."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.hub import incidents
from onestop_desktop.hub.desks import Desk, KeyState, by_key
from onestop_desktop.hub.dialect import Dialect
from onestop_desktop.hub.digests import kept_digest
from onestop_desktop.hub.incidents import Kind
from onestop_desktop.hub.tables import DESK, INSTALL, JOURNAL, Whole
from onestop_desktop.wire.messages import HELLO, PROTOCOL, Hello, Position, Quarantined, decode, read_message, split
from onestop_desktop.wire.signing import check

MOST_QUARANTINED = 50


def read_hello(connection: Connection, data: bytes) -> tuple[Hello, Desk]:
    """Read a greeting and find the desk that signed it.

    Raises:
        InvalidInput: `wire.message`, `wire.signature`, `wire.protocol` for another version.
        Refused: `hub.unknown_desk`, `hub.revoked`.
    """
    hello = decode(split(data)[0], Hello)
    desk = by_key(connection, hello.key)
    hello = read_message(HELLO, hello.nonce, data, Hello, check(desk.public))
    if desk.state is not KeyState.ACTIVE:
        raise Refused("hub.revoked")
    if hello.protocol != PROTOCOL:
        raise InvalidInput("wire.protocol", ours=PROTOCOL, theirs=hello.protocol)
    return hello, desk


def note_hello(connection: Connection, dialect: Dialect, desk: Desk, hello: Hello, at_ms: int) -> None:
    """Keep when and from which installation a desk greeted, and what is odd about it."""
    dialect.lock_commune(connection, desk.commune)
    _note_install(connection, dialect, desk, hello.install, at_ms)
    held = int(connection.execute(_HELD, {"of": desk.id}).scalar_one())
    if hello.incarnation and hello.held > held:
        facts = {"held": hello.held, "found": held}
        incidents.note(
            connection, dialect, incidents.seen(desk.id, Kind.REFILLED, hello.incarnation.hex(), at_ms, **facts)
        )
    connection.execute(_SEEN, {"of": desk.id, "at": at_ms, "from": hello.install})


def _note_install(connection: Connection, dialect: Dialect, desk: Desk, install: bytes, at_ms: int) -> None:
    """An installation that returns after another one has spoken is one of two that live."""
    row = {"desk": desk.id, "install": install, "first_ms": at_ms, "last_ms": at_ms}
    before = connection.execute(_KNOWN, {"of": desk.id, "from": install}).first()
    if before is not None and desk.install not in {b"", install}:
        pair = "/".join(sorted((desk.install.hex(), install.hex())))
        incidents.note(connection, dialect, incidents.seen(desk.id, Kind.CLONE, pair, at_ms, pair=pair))
    if before is not None:
        row["first_ms"] = before.first_ms
    dialect.put(connection, INSTALL, [row])


def is_same(connection: Connection, desk: Desk, hello: Hello) -> bool:
    """Say whether both sides hold the same entries, each by its own rows."""
    return kept_digest(connection, desk.id) == (hello.count, hello.digest)


def quarantined(connection: Connection, desk: Desk) -> tuple[Quarantined, ...]:
    """Return the newest of a desk's entries that do not count."""
    return tuple(
        Quarantined(Position(bytes.fromhex(row.epoch), row.seq, bytes(row.hash)), row.code)
        for row in connection.execute(_QUARANTINED, {"of": desk.id})
    )


# Every greeting needs these; building one costs as much as running it.
_HELD = select(DESK.c.entries).where(DESK.c.id == bindparam("of"))
_SEEN = (
    update(DESK)
    .where(DESK.c.id == bindparam("of"))
    .values(seen_ms=bindparam("at", type_=Whole), install=bindparam("from"))
)
_KNOWN = select(INSTALL.c.first_ms).where(INSTALL.c.desk == bindparam("of"), INSTALL.c.install == bindparam("from"))
_QUARANTINED = (
    select(JOURNAL.c.epoch, JOURNAL.c.seq, JOURNAL.c.hash, JOURNAL.c.code)
    .where(JOURNAL.c.desk == bindparam("of"), JOURNAL.c.code != "")
    .order_by(JOURNAL.c.number.desc())
    .limit(MOST_QUARANTINED)
)

__all__ = ["is_same", "note_hello", "quarantined", "read_hello"]
