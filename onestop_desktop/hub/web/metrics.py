"""What watches the hub: whether it is up, and numbers in Prometheus' text format; no names of people or places."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import func, select

from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.lives import read_life
from onestop_desktop.hub.tables import DESK, HELD, INCIDENT
from onestop_desktop.hub.web.operations import JSON, Access, Asked, Operation, Said

_BOUNDS = (0.01, 0.05, 0.1, 0.5, 1.0, 3.0)


@dataclass(slots=True)
class Tally:
    """Requests of this worker by operation and status, and how long they took."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    buckets: Counter[float] = field(default_factory=Counter)
    seconds: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def count(self, operation: str, status: int, seconds: float) -> None:
        """Count a request."""
        with self._lock:
            self.requests[operation, status] += 1
            self.seconds += seconds
            for bound in _BOUNDS:
                if seconds <= bound:
                    self.buckets[bound] += 1

    def lines(self) -> list[str]:
        """Return the tally as metrics."""
        with self._lock:
            requests, buckets, seconds = dict(self.requests), dict(self.buckets), self.seconds
        told = ["# TYPE onestop_requests_total counter"]
        told += [
            f'onestop_requests_total{{operation="{name}",status="{status}"}} {many}'
            for (name, status), many in sorted(requests.items())
        ]
        total = sum(requests.values())
        told.append("# TYPE onestop_request_seconds histogram")
        told += [f'onestop_request_seconds_bucket{{le="{bound}"}} {buckets.get(bound, 0)}' for bound in _BOUNDS]
        told += [
            f'onestop_request_seconds_bucket{{le="+Inf"}} {total}',
            f"onestop_request_seconds_sum {seconds:.6f}",
            f"onestop_request_seconds_count {total}",
        ]
        return told


def gauges(ledger: Ledger) -> list[str]:
    """Return the hub's state as metrics."""
    with ledger.reading() as connection:
        newest = connection.execute(select(func.coalesce(func.max(DESK.c.accepted_ms), 0))).scalar_one()
        values = {
            "onestop_entries": read_life(connection).number,
            "onestop_desks": connection.execute(select(func.count()).select_from(DESK)).scalar_one(),
            "onestop_held_packets": connection.execute(select(func.count()).select_from(HELD)).scalar_one(),
            "onestop_open_incidents": connection.execute(
                select(func.count()).select_from(INCIDENT).where(INCIDENT.c.settled_ms == 0)
            ).scalar_one(),
            "onestop_last_accepted_seconds": int(newest) // 1000,
            "onestop_copies": ledger.database.dialect.copies(connection),
        }
    return [line for name, value in values.items() for line in (f"# TYPE {name} gauge", f"{name} {value}")]


def healthz(asked: Asked) -> Said:
    """Say whether the hub can read its database."""
    with asked.ledger.reading() as connection:
        read_life(connection)
    return Said(b'{"ok":true}', JSON)


@dataclass(frozen=True, slots=True)
class Health:
    """Up."""

    ok: bool


def operations(tally: Tally) -> tuple[Operation, ...]:
    """Return the rows of the table."""

    def metrics(asked: Asked) -> Said:
        text = "\n".join([*tally.lines(), *gauges(asked.ledger)]) + "\n"
        return Said(text.encode(), "text/plain; version=0.0.4")

    return (
        Operation("health", "GET", "/healthz", Access.ANYBODY, healthz, "Whether the hub is up", None, Health),
        Operation("metrics", "GET", "/metrics", Access.ANYBODY, metrics, "Numbers for Prometheus", listed=False),
    )
