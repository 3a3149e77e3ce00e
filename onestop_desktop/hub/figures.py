"""The district's figures, recounted from the folded rows at each question; one identity holds at every level.

received = processing + awaiting supplement + awaiting payment + finished + returned unresolved + voided
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select, true

from onestop_desktop.domain.figures import Standing, passages, standing
from onestop_desktop.domain.order import in_fold_order
from onestop_desktop.domain.status import STATUSES, Counts, Timing
from onestop_desktop.hub.folding import Told, parents_for, told_of
from onestop_desktop.hub.tables import COMMUNE, DESK, DOSSIER, HELD, INCIDENT, JOURNAL

SMALLEST_CELL = 5
"""A public count below this, but not 0, is merged into another: it could point at a person."""
_RUNNING = tuple(row.code for row in STATUSES.values() if row.timing is Timing.RUNNING)
OPEN = (Counts.PROCESSING, Counts.AWAITING_SUPPLEMENT, Counts.AWAITING_PAYMENT)


@dataclass(frozen=True, slots=True)
class Period:
    """The dossiers received from one civil day to another, both included; None leaves an end open."""

    first: date | None = None
    last: date | None = None

    def clause(self) -> ColumnElement[bool]:
        """Return the condition on `dossier`."""
        bounds: list[ColumnElement[bool]] = [true()]
        if self.first:
            bounds.append(DOSSIER.c.received_at >= self.first.isoformat())
        if self.last:
            bounds.append(DOSSIER.c.received_at < (self.last + timedelta(days=1)).isoformat())
        return and_(*bounds)


@dataclass(frozen=True, slots=True)
class CommuneFigures:
    """One commune's dossiers and the state of its desks; counts, and the hub's ms."""

    commune: int
    name: str
    received: int = 0
    by: Mapping[Counts, int] = field(default_factory=dict)
    unknown: int = 0
    """Dossiers in a status that only a newer program knows."""
    overdue: int = 0
    """Being processed, past the due date."""
    on_time: int = 0
    late: int = 0
    """Finished after the due date; the day of pick-up does not count."""
    first_late: int = 0
    """Finished after the due date that the first receipt told."""
    entered_late: int = 0
    conflicts: int = 0
    digitised: int = 0
    paid: int = 0
    refused: int = 0
    """Refused at the counter: no dossier, counted apart."""
    desks: int = 0
    seen_ms: int = 0
    accepted_ms: int = 0
    newest_at: str = ""
    waiting: int = 0
    """Entries held for a gap."""
    incidents: int = 0

    @property
    def open(self) -> int:
        """Return how many dossiers wait for somebody."""
        return sum(self.by.get(one, 0) for one in OPEN)

    @property
    def holds(self) -> bool:
        """Say whether the identity holds."""
        return self.received == sum(self.by.values()) + self.unknown

    @property
    def resolved_permille(self) -> int | None:
        """Return finished of received in thousandths; voided ones stay in the count below the line."""
        return round(1000 * self.by.get(Counts.FINISHED, 0) / self.received) if self.received else None


def figures(connection: Connection, today: date, period: Period | None = None) -> list[CommuneFigures]:
    """Return every commune's figures as of today, by name."""
    names = {row.id: row.name for row in connection.execute(select(COMMUNE))}
    rows: dict[int, dict[str, Any]] = {number: {"by": dict.fromkeys(Counts, 0)} for number in names}
    for row in connection.execute(_dossiers(today, period or Period())).mappings():
        _add(rows[row["commune"]], dict(row))
    for extra in (_desks(), _held(), _open_incidents(), _refusals()):
        for row in connection.execute(extra).mappings():
            facts = dict(row)
            rows[facts.pop("commune")].update(facts)
    found = [CommuneFigures(commune=number, name=names[number], **facts) for number, facts in rows.items()]
    return sorted(found, key=lambda one: (one.name, one.commune))


def total(parts: Iterable[CommuneFigures], name: str = "") -> CommuneFigures:
    """Return the sum over communes; the identity holds for it too."""
    listed = list(parts)
    summed = {key: sum(getattr(one, key) for one in listed) for key in _SUMMED}
    by = {counts: sum(one.by.get(counts, 0) for one in listed) for counts in Counts}
    return CommuneFigures(
        0, name, by=by, seen_ms=max((one.seen_ms for one in listed), default=0),
        accepted_ms=max((one.accepted_ms for one in listed), default=0),
        newest_at=max((one.newest_at for one in listed), default=""), **summed,
    )  # fmt: skip


_SUMMED = (
    "received", "unknown", "overdue", "on_time", "late", "first_late", "entered_late", "conflicts", "digitised",
    "paid", "refused", "desks", "waiting", "incidents",
)  # fmt: skip


def _add(facts: dict[str, Any], row: Mapping[str, Any]) -> None:
    many = int(row["many"])
    facts["received"] = facts.get("received", 0) + many
    if row["counts"] in set(Counts):
        facts["by"][Counts(row["counts"])] += many
    else:
        facts["unknown"] = facts.get("unknown", 0) + many
    for name in _SUMS:
        facts[name] = facts.get(name, 0) + int(row[name])


def _dossiers(today: date, period: Period) -> Any:
    dossier = DOSSIER.c
    day = today.isoformat()
    finished = and_(dossier.counts == str(Counts.FINISHED), dossier.finished_at != "")
    ended = func.substr(dossier.finished_at, 1, 10)
    after_due = and_(dossier.due_at != "", ended > func.substr(dossier.due_at, 1, 10))
    after_first = and_(dossier.first_due_at != "", ended > func.substr(dossier.first_due_at, 1, 10))
    running = and_(dossier.status.in_(_RUNNING), dossier.due_at != "", dossier.due_at < day)
    sums = {
        "overdue": running,
        "on_time": and_(finished, ~after_due),
        "late": and_(finished, after_due),
        "first_late": and_(finished, after_first),
        "entered_late": dossier.late == 1,
        "conflicts": dossier.conflict == 1,
        "digitised": dossier.files > 0,
        "paid": dossier.paid == 1,
    }
    counted = [func.sum(case((clause, 1), else_=0)).label(name) for name, clause in sums.items()]
    return (
        select(dossier.commune, dossier.counts, func.count().label("many"), *counted)
        .where(period.clause())
        .group_by(dossier.commune, dossier.counts)
    )


_SUMS = ("overdue", "on_time", "late", "first_late", "entered_late", "conflicts", "digitised", "paid")


def _desks() -> Any:
    return select(
        DESK.c.commune,
        func.count().label("desks"),
        func.max(DESK.c.seen_ms).label("seen_ms"),
        func.max(DESK.c.accepted_ms).label("accepted_ms"),
        func.max(DESK.c.newest_at).label("newest_at"),
    ).group_by(DESK.c.commune)


def _held() -> Any:
    waiting = func.sum(HELD.c.entries).label("waiting")
    return select(DESK.c.commune, waiting).join(HELD, HELD.c.desk == DESK.c.id).group_by(DESK.c.commune)


def _open_incidents() -> Any:
    many = func.count().label("incidents")
    joined = select(DESK.c.commune, many).join(INCIDENT, INCIDENT.c.desk == DESK.c.id)
    return joined.where(INCIDENT.c.settled_ms == 0).group_by(DESK.c.commune)


def _refusals() -> Any:
    journal = JOURNAL.c
    refused = and_(journal.kind == "refuse", journal.dossier == "", journal.code == "")
    return select(journal.commune, func.count().label("refused")).where(refused).group_by(journal.commune)


def days(connection: Connection, period: Period, commune: int | None = None) -> dict[str, tuple[int, int]]:
    """Return by civil day how many dossiers were received, and how many of all were finished."""
    dossier = DOSSIER.c
    place = dossier.commune == commune if commune is not None else true()
    found: dict[str, tuple[int, int]] = {}
    day = func.substr(dossier.received_at, 1, 10).label("day")
    for row in connection.execute(select(day, func.count()).where(place, period.clause()).group_by(day)):
        found[row[0]] = (int(row[1]), 0)
    ended = func.substr(dossier.finished_at, 1, 10).label("day")
    finished = and_(place, dossier.finished_at != "", dossier.counts == str(Counts.FINISHED))
    if period.first:
        finished = and_(finished, ended >= period.first.isoformat())
    if period.last:
        finished = and_(finished, ended <= period.last.isoformat())
    for row in connection.execute(select(ended, func.count()).where(finished).group_by(ended)):
        found[row[0]] = (found.get(row[0], (0, 0))[0], int(row[1]))
    return dict(sorted(found.items()))


def standing_on(connection: Connection, commune: int, day: date) -> Standing:
    """Return how a commune's dossiers stood at the end of a civil day, recounted from the entries themselves."""
    names = [
        row.id
        for row in connection.execute(
            select(DOSSIER.c.id).where(DOSSIER.c.commune == commune, Period(last=day).clause())
        )
    ]
    by_dossier: dict[str, list[Told]] = {}
    for one in told_of(connection, commune, names):
        by_dossier.setdefault(one.entry.dossier, []).append(one)
    parents = parents_for(connection, by_dossier.values())
    ways = (passages(list(in_fold_order([one.entry for one in told], parents))) for told in by_dossier.values())
    return standing(day.isoformat(), ways)


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """What everybody may read of one commune: numbers only. None stands for "fewer than five"."""

    name: str
    received: int | None
    groups: Mapping[str, int]
    """Of `open`, `finished` and `unresolved` (returned, withdrawn, stopped, voided) those large enough to be told."""
    other: int
    """Those too small to be told alone, together; 0 or at least five."""
    on_time_permille: int | None


def public_figures(one: CommuneFigures) -> PublicFigures:
    """Return a commune's public figures: no count from 1 to 4 can be read from them or computed."""
    if 0 < one.received < SMALLEST_CELL:
        return PublicFigures(one.name, None, {}, 0, None)
    unresolved = one.by.get(Counts.UNRESOLVED, 0) + one.by.get(Counts.VOIDED, 0) + one.unknown
    cells = {"open": one.open, "finished": one.by.get(Counts.FINISHED, 0), "unresolved": unresolved}
    groups, other = merge_small(cells)
    ended = one.on_time + one.late
    told = ended if min(one.on_time, one.late) == 0 or min(one.on_time, one.late) >= SMALLEST_CELL else 0
    share = round(1000 * one.on_time / ended) if told >= SMALLEST_CELL else None
    return PublicFigures(one.name, one.received, groups, other, share)


def merge_small(cells: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """Merge counts of 1 to 4 into one that is told only as "other"; it takes the smallest next until it is five."""
    small = {name for name, many in cells.items() if 0 < many < SMALLEST_CELL}
    while small and sum(cells[name] for name in small) < SMALLEST_CELL:
        left = [name for name, many in cells.items() if name not in small and many]
        if not left:
            break
        small.add(min(left, key=lambda name: (cells[name], name)))
    return {name: many for name, many in cells.items() if name not in small}, sum(cells[name] for name in small)
