"""What goes down to a desk: numbered 1, 2, 3 … per desk, sent until the desk has it in its own journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from onestop_desktop.domain.entry import MARK, Body, Entry, canonical, read_canonical
from onestop_desktop.errors import InvalidInput
from onestop_desktop.hub.desks import check_desk
from onestop_desktop.hub.dialect import Dialect
from onestop_desktop.hub.tables import DESK, MESSAGE
from onestop_desktop.wire.messages import Message

ANSWER = "answer"
_MARK_BYTES = 6
MOST = 50
LARGEST = 16 * 1024
"""A message's body, in bytes."""
_TOGETHER = 64 * 1024
MOST_NUMBER = 2**31
"""No desk was ever sent so many messages: what bears a higher number is no record of one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as the hub keeps it; `recorded_ms` is 0 until the desk's own entry of it has come back."""

    desk: int
    n: int
    kind: str
    body: dict[str, Any]
    dossier: str
    author: str
    created_ms: int
    recorded_ms: int


def marked(body: Body, random: Callable[[int], bytes]) -> Body:
    """Return a message's body with a mark that tells it from every other: a hub that went back gives numbers twice."""
    return {**body, MARK: random(_MARK_BYTES).hex()}


def put(connection: Connection, dialect: Dialect, desk: int, kind: str, body: Body, *, author: str, at_ms: int) -> int:
    """Put a message for a desk, its body marked, and return its number.

    Raises:
        InvalidInput: `hub.no_desk`, `hub.message_size`, `entry.value`.
    """
    commune, _name = check_desk(connection, desk)
    data = canonical(body)
    if len(data) > LARGEST or not 1 <= len(kind) <= 64:
        raise InvalidInput("hub.message_size")
    dialect.lock_commune(connection, commune)
    number = _last(connection, desk) + 1
    connection.execute(
        MESSAGE.insert().values(
            desk=desk, n=number, kind=kind, body=data, dossier=str(body.get("dossier", "")), author=author,
            created_ms=at_ms,
        )
    )  # fmt: skip
    return number


def _last(connection: Connection, desk: int) -> int:
    """Return the highest number given to a message of a desk, by what was put and by what the desk recorded.

    A hub that went back to an older state does not know of some that it put; the desk's entries do.
    """
    put_here = select(func.coalesce(func.max(MESSAGE.c.n), 0)).where(MESSAGE.c.desk == desk).scalar_subquery()
    known, recorded = connection.execute(select(put_here, DESK.c.inbox).where(DESK.c.id == desk)).one()
    return max(int(known), int(recorded))


def note_recorded(connection: Connection, desk: int, entries: Mapping[int, Entry], at_ms: int) -> None:
    """Note which messages a desk's entries record, by their numbers; call it in a writing transaction.

    A message whose number the desk has used for another one was put after the hub went back: it gets a new number,
    or the desk, which has that number already, would never take it. One that the desk has recorded under a number
    which the hub forgot is known by its mark.
    """
    newest = max(entries)
    connection.execute(update(DESK).where(DESK.c.id == desk, DESK.c.inbox < newest).values(inbox=newest))
    for row in connection.execute(_WAITING, {"of": desk}).all():
        if _is_recorded(row, entries):
            values = {"recorded_ms": at_ms}
        elif row.n in entries:
            values = {"n": _last(connection, desk) + 1}
        else:
            continue
        connection.execute(update(MESSAGE).where(MESSAGE.c.desk == desk, MESSAGE.c.n == row.n).values(values))


def _is_recorded(row: Any, entries: Mapping[int, Entry]) -> bool:
    mark = read_canonical(bytes(row.body))[MARK]
    return any(entry.facts.get(MARK) == mark for entry in entries.values())


_WAITING = select(MESSAGE).where(MESSAGE.c.desk == bindparam("of"), MESSAGE.c.recorded_ms == 0).order_by(MESSAGE.c.n)

# Every greeting asks for these; building the statement costs as much as running it.
_AFTER = (
    select(MESSAGE.c.n, MESSAGE.c.kind, MESSAGE.c.body)
    .join(DESK, DESK.c.id == MESSAGE.c.desk)
    .where(MESSAGE.c.desk == bindparam("of"), MESSAGE.c.n > bindparam("inbox"), DESK.c.inbox >= bindparam("inbox"))
    .order_by(MESSAGE.c.n)
    .limit(MOST)
)


def after(connection: Connection, desk: int, inbox: int) -> tuple[Message, ...]:
    """Return the messages that follow number `inbox`, as many as one answer carries.

    None while the desk has recorded more of them than its entries here say: those that tell which are on their way.
    """
    found: list[Message] = []
    size = 0
    for row in connection.execute(_AFTER, {"of": desk, "inbox": inbox}):
        size += len(row.body)
        if found and size > _TOGETHER:
            break
        found.append(Message(row.n, row.kind, bytes(row.body)))
    return tuple(found)


def sent(connection: Connection, *, desk: int | None = None, kind: str = "") -> list[Sent]:
    """Return messages as they were put, the newest first."""
    query = select(MESSAGE).order_by(MESSAGE.c.created_ms.desc(), MESSAGE.c.n.desc())
    if desk is not None:
        query = query.where(MESSAGE.c.desk == desk)
    if kind:
        query = query.where(MESSAGE.c.kind == kind)
    return [Sent(**{**row, "body": read_canonical(bytes(row["body"]))}) for row in connection.execute(query).mappings()]
