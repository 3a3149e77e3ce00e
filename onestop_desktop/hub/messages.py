"""What goes down to a desk: numbered 1, 2, 3 … per desk, sent until the desk has it in its own journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from onestop_desktop.domain.entry import Body, canonical, read_canonical
from onestop_desktop.errors import InvalidInput
from onestop_desktop.hub.desks import check_desk
from onestop_desktop.hub.dialect import Dialect
from onestop_desktop.hub.tables import MESSAGE
from onestop_desktop.wire.messages import Message

ANSWER = "answer"
MOST = 50
LARGEST = 16 * 1024
"""A message's body, in bytes."""
_TOGETHER = 64 * 1024


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


def put(connection: Connection, dialect: Dialect, desk: int, kind: str, body: Body, *, author: str, at_ms: int) -> int:
    """Put a message for a desk and return its number.

    Raises:
        InvalidInput: `hub.no_desk`, `hub.message_size`, `entry.value`.
    """
    commune, _name = check_desk(connection, desk)
    data = canonical(body)
    if len(data) > LARGEST or not 1 <= len(kind) <= 64:
        raise InvalidInput("hub.message_size")
    dialect.lock_commune(connection, commune)
    last = select(func.coalesce(func.max(MESSAGE.c.n), 0)).where(MESSAGE.c.desk == desk)
    number = int(connection.execute(last).scalar_one()) + 1
    connection.execute(
        MESSAGE.insert().values(
            desk=desk, n=number, kind=kind, body=data, dossier=str(body.get("dossier", "")), author=author,
            created_ms=at_ms,
        )
    )  # fmt: skip
    return number


def after(connection: Connection, desk: int, inbox: int) -> tuple[Message, ...]:
    """Return the messages that follow number `inbox`, as many as one answer carries."""
    query = select(MESSAGE).where(MESSAGE.c.desk == desk, MESSAGE.c.n > inbox).order_by(MESSAGE.c.n).limit(MOST)
    found: list[Message] = []
    size = 0
    for row in connection.execute(query):
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
