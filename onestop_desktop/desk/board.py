"""The board of dossiers: chips with true counts, filters, what is left of each limit, what waits for pick-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.lookup import row
from onestop_desktop.desk.views import DossierRow, Key
from onestop_desktop.domain.deadline import Remaining, RemainingKind, remaining
from onestop_desktop.domain.status import STATUSES, TO_HAND_OVER, Counts, Timing
from onestop_desktop.errors import InvalidInput
from onestop_desktop.store import lookup
from onestop_desktop.store.lookup import Filter, Order, Reach

NEAR_DAYS = 2
"""Working days before the due date at which a dossier is "sắp đến hạn": the apology must leave a day before."""

_NO_STATE = ("-",)
"""Matches no dossier."""

_RUNNING = tuple(code for code, status in STATUSES.items() if status.timing is Timing.RUNNING)
_HELD = tuple(code for code, status in STATUSES.items() if status.timing is not Timing.ENDED or code in TO_HAND_OVER)


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
            "near": Filter(states=_RUNNING, due_from=today.isoformat(), due_to=near.isoformat(), order=Order.DUE),
            "overdue": Filter(states=_RUNNING, due_to=yesterday, order=Order.DUE),
            "ready": Filter(states=tuple(code for code in STATUSES if code in TO_HAND_OVER), order=Order.WAITING),
            "awaiting": Filter(
                states=tuple(
                    code
                    for code, status in STATUSES.items()
                    if status.counts in {Counts.AWAITING_SUPPLEMENT, Counts.AWAITING_PAYMENT}
                )
            ),
            "unsent": Filter(unsent=True),
            "all": Filter(),
            "conflict": Filter(conflict=True),
        }
    )


def filters(core: Core) -> Mapping[str, Filter]:
    """Return what each chip shows today."""
    today = core.now().date()
    near = today
    for _step in range(NEAR_DAYS):
        near = core.calendar.next_working_day(near)
    return chips(today, near)


def counts(core: Core) -> tuple[Chip, ...]:
    """Return the chips with their true counts."""
    shown = filters(core)
    return core.store.read(lambda c: tuple(Chip(code, lookup.counted(c, one)) for code, one in shown.items()))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the board: its rows, what is left of each limit, each row's key, and in which order they stand.

    `after` is where the page below begins, `above` where the one above ends; None where nothing follows there.
    """

    rows: tuple[DossierRow, ...]
    left: tuple[Remaining, ...]
    keys: tuple[Key, ...]
    order: Order
    after: Key | None
    above: Key | None = None


def chosen_by(  # noqa: PLR0913  each narrows the list in its own way
    core: Core,
    chip: str = "held",
    *,
    procedure: str = "",
    officer: str = "",
    village: str = "",
    channel: str = "",
    states: Sequence[str] = (),
    order: str = "",
) -> Filter:
    """Return what a chip shows when it is narrowed; `states` narrow the chip's own, no `order` keeps the chip's.

    Raises:
        InvalidInput: `board.order`.
    """
    chosen = replace(filters(core)[chip], procedure=procedure, officer=officer, village=village, channel=channel)
    if states:
        own = chosen.states or STATUSES
        chosen = replace(chosen, states=tuple(one for one in states if one in own) or _NO_STATE)
    if not order:
        return chosen
    try:
        return replace(chosen, order=Order(order))
    except ValueError:
        raise InvalidInput("board.order", order=order[:40], orders=", ".join(Order)) from None


def page(
    core: Core,
    chip: str = "held",
    *,
    before: Key | None = None,
    limit: int = 50,
    back: bool = False,
    including: bool = False,
    **narrowed: Any,
) -> Page:
    """Return a page of a chip's dossiers.

    Args:
        core: The desk.
        chip: Which chip.
        before: The key that the page follows, or with `back` the one that it stands above; none begins at the end
            that lies that way.
        limit: Rows at most.
        back: Read upwards.
        including: Take the row of the key itself along.
        narrowed: As in `chosen_by`.
    """
    chosen = chosen_by(core, chip, **narrowed)
    found = core.store.read(lambda c: lookup.listed(c, chosen, Reach(before, limit, back, including)))
    keys = tuple(lookup.key_of(one, chosen.order) for one in found)
    full, given = len(found) == limit, before is not None
    rows = tuple(map(row, found))
    return Page(
        rows,
        tuple(left(core, one) for one in rows),
        keys,
        chosen.order,
        after=keys[-1] if keys and (given if back else full) else None,
        above=keys[0] if keys and (full if back else given) else None,
    )


def in_order(rows: Sequence[DossierRow], order: str) -> list[DossierRow]:
    """Return rows that stand newest first, as a search finds them, in another order."""
    ordered = list(rows[::-1])
    match Order(order or Order.NEWEST):
        case Order.DUE | Order.DUE_LAST:
            ordered.sort(key=lambda one: one.due_at or lookup.NONE_YET)
        case Order.WAITING | Order.WAITING_LAST:
            ordered.sort(key=lambda one: one.finished_at or lookup.NONE_YET)
        case _:
            pass
    return ordered if order in {Order.OLDEST, Order.DUE, Order.WAITING} else ordered[::-1]


def left(core: Core, one: DossierRow) -> Remaining:
    """Return what is left of a dossier's limit; nothing for one that is finished or waits for the citizen."""
    status = STATUSES.get(one.status)
    if not one.due_at or status is None or status.timing is not Timing.RUNNING:
        return Remaining(RemainingKind.NONE, 0, overdue=False)
    return remaining(core.now(), datetime.fromisoformat(one.due_at), core.calendar)
