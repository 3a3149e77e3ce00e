"""The board of dossiers: chips with true counts, filters, what is left of each limit, what waits for pick-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.lookup import row
from onestop_desktop.desk.views import DossierRow
from onestop_desktop.domain.deadline import Remaining, RemainingKind, remaining
from onestop_desktop.domain.status import STATUSES, Counts, Timing
from onestop_desktop.store import lookup
from onestop_desktop.store.lookup import Filter

NEAR_DAYS = 2
"""Working days before the due date at which a dossier is "sắp đến hạn": the apology must leave a day before."""

_RUNNING = tuple(code for code, status in STATUSES.items() if status.timing is Timing.RUNNING)
_HELD = tuple(code for code, status in STATUSES.items() if status.timing is not Timing.ENDED or code == "ready")


@dataclass(frozen=True, slots=True)
class Chip:
    """One chip of the board: its code and how many dossiers it shows."""

    code: str
    count: int


def chips(today: date, near: date) -> Mapping[str, Filter]:
    """Return what each chip shows, on a day, with the last day that counts as near."""
    yesterday = (today - timedelta(days=1)).isoformat()
    return MappingProxyType(
        {
            "held": Filter(states=_HELD),
            "near": Filter(states=_RUNNING, due_from=today.isoformat(), due_to=near.isoformat()),
            "overdue": Filter(states=_RUNNING, due_to=yesterday),
            "ready": Filter(states=("ready",)),
            "awaiting": Filter(
                states=tuple(
                    code
                    for code, status in STATUSES.items()
                    if status.counts in {Counts.AWAITING_SUPPLEMENT, Counts.AWAITING_PAYMENT}
                )
            ),
            "all": Filter(),
        }
    )


def filters(core: Core) -> Mapping[str, Filter]:
    """Return what each chip shows today."""
    today = core.now().date()
    near = today
    for _step in range(NEAR_DAYS):
        near = core.seed.calendar.next_working_day(near)
    return chips(today, near)


def counts(core: Core) -> tuple[Chip, ...]:
    """Return the chips with their true counts."""
    shown = filters(core)
    return core.store.read(lambda c: tuple(Chip(code, lookup.counted(c, one)) for code, one in shown.items()))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the board: its rows, what is left of each, and the key of the next page."""

    rows: tuple[DossierRow, ...]
    left: tuple[Remaining, ...]
    after: int | None


def page(  # noqa: PLR0913  each narrows the list in its own way
    core: Core,
    chip: str = "held",
    *,
    procedure: str = "",
    officer: str = "",
    village: str = "",
    channel: str = "",
    before: int | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of a chip's dossiers, newest first, narrowed by what is given."""
    chosen = replace(filters(core)[chip], procedure=procedure, officer=officer, village=village, channel=channel)
    found = core.store.read(lambda c: lookup.listed(c, chosen, before=before, limit=limit))
    rows = tuple(map(row, found))
    return Page(rows, tuple(left(core, one) for one in rows), found[-1].rowid if len(found) == limit else None)


def left(core: Core, one: DossierRow) -> Remaining:
    """Return what is left of a dossier's limit; nothing for one that is finished or waits for the citizen."""
    status = STATUSES.get(one.status)
    if not one.due_at or status is None or status.timing is not Timing.RUNNING:
        return Remaining(RemainingKind.NONE, 0, overdue=False)
    return remaining(core.now(), datetime.fromisoformat(one.due_at), core.seed.calendar)
