"""What somebody should look at: each is kept once a point, with how often and when it was seen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from onestop_desktop.errors import InvalidInput
from onestop_desktop.hub.dialect import Dialect
from onestop_desktop.hub.tables import INCIDENT


class Kind(StrEnum):
    """What happened."""

    FORK = "fork"
    """Two entries follow one: a desk was restored, or cloned."""
    CLONE = "clone"
    """Two installations take turns with one desk's identity."""
    REFILLED = "refilled"
    """The hub had less of a desk than it once said it had."""
    RESTORED = "restored"
    """The hub was started from an older state."""
    QUARANTINE = "quarantine"
    """An entry is kept and not counted."""
    REVIEWED = "reviewed"
    """Somebody let entries of a revoked key in."""


TOLD = frozenset({Kind.FORK, Kind.CLONE, Kind.REFILLED})
"""What the desk itself is told."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident; `desk` 0 is the hub itself, times are the hub's in ms."""

    desk: int
    kind: str
    point: str
    facts: Mapping[str, Any]
    first_ms: int
    last_ms: int
    times: int
    settled_by: str
    settled_ms: int


def note(connection: Connection, dialect: Dialect, incident: Incident) -> None:
    """Record an incident, or that it was seen again; one that was settled stays settled."""
    statement = dialect.insert(INCIDENT).values(
        desk=incident.desk, kind=str(incident.kind), point=incident.point, first_ms=incident.first_ms,
        last_ms=incident.last_ms, times=1, facts=json.dumps(dict(incident.facts), ensure_ascii=False, sort_keys=True),
    )  # fmt: skip
    again = {"last_ms": statement.excluded.last_ms, "times": INCIDENT.c.times + 1}
    connection.execute(statement.on_conflict_do_update(index_elements=["desk", "kind", "point"], set_=again))


def seen(desk: int, kind: Kind, point: str, at_ms: int, **facts: str | int) -> Incident:
    """Return an incident as it is first seen."""
    return Incident(desk, kind, point, facts, at_ms, at_ms, 1, "", 0)


def notices(connection: Connection, desk: int) -> tuple[str, ...]:
    """Return what the desk should know and nobody has settled."""
    return told(row.kind for row in connection.execute(_OPEN, {"of": desk}))


def told(kinds: Iterable[str]) -> tuple[str, ...]:
    """Return those kinds that a desk is told, in order."""
    return tuple(sorted({str(kind) for kind in kinds if kind in TOLD}))


_OPEN = select(INCIDENT.c.kind).where(INCIDENT.c.desk == bindparam("of"), INCIDENT.c.settled_ms == 0).distinct()


def listed(connection: Connection, *, desk: int | None = None, open_only: bool = False) -> list[Incident]:
    """Return incidents, the newest first."""
    query = select(INCIDENT).order_by(INCIDENT.c.last_ms.desc(), INCIDENT.c.desk, INCIDENT.c.kind, INCIDENT.c.point)
    if desk is not None:
        query = query.where(INCIDENT.c.desk == desk)
    if open_only:
        query = query.where(INCIDENT.c.settled_ms == 0)
    return [
        Incident(**{**row, "facts": json.loads(row["facts"] or "{}")}) for row in connection.execute(query).mappings()
    ]


def settle(connection: Connection, desk: int, kind: str, point: str, by: str, at_ms: int) -> None:
    """Say that a person has looked at an incident; raises InvalidInput `hub.no_incident`."""
    done = connection.execute(
        update(INCIDENT)
        .where(INCIDENT.c.desk == desk, INCIDENT.c.kind == kind, INCIDENT.c.point == point)
        .values(settled_by=by, settled_ms=at_ms)
    )
    if not done.rowcount:
        raise InvalidInput("hub.no_incident")
