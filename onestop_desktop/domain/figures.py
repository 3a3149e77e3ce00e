"""The figures of a day, from the entries themselves: one identity at every level, every day.

received = processing + awaiting supplement + awaiting payment + finished + returned unresolved + voided
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from onestop_desktop.domain.dossier import Dossier, evolve
from onestop_desktop.domain.entry import Entry
from onestop_desktop.domain.status import STATUSES, Counts, Timing


@dataclass(frozen=True, slots=True)
class Passage:
    """A dossier from a civil day (ISO) on: what it counts as, None for a status of a newer program."""

    day: str
    counts: Counts | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How the dossiers received until the end of a day stood then."""

    received: int = 0
    by: Mapping[Counts, int] = field(default_factory=dict)
    unknown: int = 0
    """Dossiers in a status that only a newer program knows; counted, never dropped."""

    @property
    def holds(self) -> bool:
        """Say whether the identity holds."""
        return self.received == sum(self.by.values()) + self.unknown


def passages(entries: Sequence[Entry]) -> tuple[Passage, ...]:
    """Return how one dossier's entries, in fold order, moved it from day to day.

    A day is the declared one; a step declared for before the step it follows counts from that step's day, because
    nothing can be finished before it is received.
    """
    state: Dossier | None = None
    found: list[Passage] = []
    for entry in entries:
        state = evolve(state, entry)
        if state is None:
            continue
        row = STATUSES.get(state.status)
        counts = row.counts if row else None
        day = max(entry.happened_at[:10], found[-1].day) if found else state.received_at[:10]
        if not found or found[-1].counts != counts:
            found.append(Passage(day, counts))
    return tuple(found)


def ran_over(entries: Iterable[Entry], first: str, day: str) -> bool:
    """Say whether one dossier is newly overdue on a civil day (ISO), from its entries in fold order.

    It was due on or after `first` and before `day`, and its time still ran when `day` began. Late is a matter of
    dates, not of hours: what is due on `day` itself can run over only when `day` is done.
    """
    state: Dossier | None = None
    for entry in entries:
        if entry.happened_at[:10] < day:
            state = evolve(state, entry)
    if state is None or not first <= state.due_at[:10] < day:
        return False
    row = STATUSES.get(state.status)
    return row is not None and row.timing is Timing.RUNNING


def standing(day: str, dossiers: Iterable[Sequence[Passage]]) -> Standing:
    """Return how dossiers stood at the end of a civil day (ISO), from each one's passages."""
    received = unknown = 0
    by = dict.fromkeys(Counts, 0)
    for ways in dossiers:
        reached = [one for one in ways if one.day <= day]
        if not reached:
            continue
        received += 1
        counts = reached[-1].counts
        if counts is None:
            unknown += 1
        else:
            by[counts] += 1
    return Standing(received, by, unknown)
