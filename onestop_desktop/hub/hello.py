"""A desk's greeting: who asks, from which installation, what it thinks we hold, and what it holds itself."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.hub import incidents
from onestop_desktop.hub.desks import Desk, KeyState, by_key
from onestop_desktop.hub.dialect import Dialect
from onestop_desktop.hub.digests import kept_digest
from onestop_desktop.hub.incidents import Kind
from onestop_desktop.hub.tables import DESK, INSTALL, JOURNAL
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
    held = int(connection.execute(select(DESK.c.entries).where(DESK.c.id == desk.id)).scalar_one())
    if hello.incarnation and hello.held > held:
        facts = {"held": hello.held, "found": held}
        incidents.note(
            connection, dialect, incidents.seen(desk.id, Kind.REFILLED, hello.incarnation.hex(), at_ms, **facts)
        )
    changes = {"seen_ms": at_ms, "install": hello.install}
    connection.execute(update(DESK).where(DESK.c.id == desk.id).values(changes))


def _note_install(connection: Connection, dialect: Dialect, desk: Desk, install: bytes, at_ms: int) -> None:
    """An installation that returns after another one has spoken is one of two that live."""
    row = {"desk": desk.id, "install": install, "first_ms": at_ms, "last_ms": at_ms}
    known = select(INSTALL.c.first_ms).where(INSTALL.c.desk == desk.id, INSTALL.c.install == install)
    before = connection.execute(known).first()
    if before is not None and desk.install not in {b"", install}:
        pair = "/".join(sorted((desk.install.hex(), install.hex())))
        incidents.note(connection, dialect, incidents.seen(desk.id, Kind.CLONE, pair, at_ms, pair=pair))
    if before is not None:
        row["first_ms"] = before.first_ms
    dialect.put(connection, INSTALL, [row])


def is_same(connection: Connection, desk: Desk, hello: Hello) -> bool:
    """Say whether both sides hold the same entries, each by its own rows."""
    held = connection.execute(select(DESK.c.entries).where(DESK.c.id == desk.id)).scalar_one()
    return bool(held == hello.count) and kept_digest(connection, desk.id) == hello.digest


def quarantined(connection: Connection, desk: Desk) -> tuple[Quarantined, ...]:
    """Return the newest of a desk's entries that do not count."""
    journal = JOURNAL.c
    query = (
        select(journal.epoch, journal.seq, journal.hash, journal.code)
        .where(journal.desk == desk.id, journal.code != "")
        .order_by(journal.number.desc())
        .limit(MOST_QUARANTINED)
    )
    return tuple(
        Quarantined(Position(bytes.fromhex(row.epoch), row.seq, bytes(row.hash)), row.code)
        for row in connection.execute(query)
    )


__all__ = ["is_same", "note_hello", "quarantined", "read_hello"]
