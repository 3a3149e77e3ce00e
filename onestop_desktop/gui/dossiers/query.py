"""What the list shows: read on the worker, page by page, by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from onestop_desktop.desk import board
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.views import DossierRow
from onestop_desktop.domain.deadline import Remaining, RemainingKind
from onestop_desktop.domain.status import STATUSES
from onestop_desktop.errors import InvalidInput

PAGE = 50
DRAFTS = "draft"
ALL = "all"
CHIPS = ("held", "near", "overdue", "ready", "awaiting", DRAFTS, ALL)
"""The board's chips in the order of the screen; drafts are no dossiers and come from the forms."""

_FOUND_MOST = 500
_SCANNED_MOST = 2000
_NARROWING = ("procedure", "officer", "village", "channel")
_NOTHING = Remaining(RemainingKind.NONE, 0, overdue=False)


@dataclass(frozen=True, slots=True)
class Query:
    """What narrows the list; an empty part does not."""

    chip: str = "held"
    status: str = ""
    procedure: str = ""
    officer: str = ""
    village: str = ""
    channel: str = ""
    text: str = ""

    @property
    def narrowing(self) -> dict[str, str]:
        """Return the parts that the board itself can narrow by."""
        return {name: value for name in _NARROWING if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Line:
    """A dossier of the list and what is left of its limit."""

    row: DossierRow
    left: Remaining = _NOTHING


@dataclass(frozen=True, slots=True)
class Lines:
    """A piece of the list, the key of the next, and how many matches stand outside the chip and its filters."""

    lines: tuple[Line, ...]
    after: int | None = None
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Survey:
    """Counts of the chips by code, and what the list can be narrowed by."""

    counts: Mapping[str, int]
    officers: tuple[str, ...]
    villages: tuple[str, ...]


def survey(desk: Desk) -> Survey:
    """Count every chip and collect the choices of the filters."""
    counts = {chip.code: chip.count for chip in desk.chips()} | {DRAFTS: len(_drafts(desk))}
    return Survey(counts, tuple(desk.choices("officer")), tuple(desk.choices("village")))


def statuses_of(desk: Desk, chip: str) -> tuple[str, ...]:
    """Return the statuses that a chip can hold; a chip that excludes none holds all."""
    if chip == DRAFTS:
        return ()
    return board.filters(desk.core)[chip].states or tuple(STATUSES)


def fetch(desk: Desk, query: Query, before: int | None = None, wanted: int = PAGE) -> Lines:
    """Return at least `wanted` lines below a key, as far as there are any within one reach.

    A narrow status may yield fewer together with a key: the caller asks again, so that no single job is long.
    """
    if query.chip == DRAFTS:
        return Lines(tuple(map(Line, _drafts(desk))))
    if query.text.strip():
        return _found(desk, query)
    if query.status and query.chip == ALL and not query.narrowing:
        return _listed(desk, query, before, wanted)
    lines: list[Line] = []
    key, scanned = before, 0
    while True:
        page = desk.board(query.chip, **query.narrowing, before=key, limit=PAGE)
        pairs = zip(page.rows, page.left, strict=True)
        lines += [Line(row, left) for row, left in pairs if query.status in {"", row.status}]
        key, scanned = page.after, scanned + len(page.rows)
        if key is None or len(lines) >= wanted or scanned >= max(_SCANNED_MOST, wanted):
            return Lines(tuple(lines), key)


def _listed(desk: Desk, query: Query, before: int | None, wanted: int) -> Lines:
    rows, key = desk.listing((query.status,), before=before, limit=max(wanted, PAGE))
    return Lines(tuple(Line(row, desk.remaining(row)) for row in rows), key)


def _found(desk: Desk, query: Query) -> Lines:
    rows = desk.find(query.text, _FOUND_MOST)
    kept = [row for row in rows if _shows(desk, query, row)]
    return Lines(tuple(Line(row, desk.remaining(row)) for row in kept), None, len(rows) - len(kept))


def _shows(desk: Desk, query: Query, row: DossierRow) -> bool:
    chosen = board.filters(desk.core)[query.chip]
    # A bound names a day; the row's instant begins with it.
    day = row.due_at[:10]
    within = (not chosen.due_from or (day and day >= chosen.due_from)) and (
        not chosen.due_to or (day and day <= chosen.due_to)
    )
    if not within or (chosen.states and row.status not in chosen.states):
        return False
    if query.status not in {"", row.status} or query.procedure not in {"", row.procedure}:
        return False
    if not (query.officer or query.village or query.channel):
        return True
    state = desk.dossier(row.id)
    return (
        query.officer in {"", state.officer}
        and query.channel in {"", state.channel}
        and query.village in {"", state.applicant.address.split(",")[0].strip()}
    )


def _drafts(desk: Desk) -> list[DossierRow]:
    """Return what the intake form holds as lines: a draft, and those of earlier runs that wait behind it."""
    rows: list[DossierRow] = []
    draft: object = desk.load_draft("intake")
    while isinstance(draft, Mapping) and draft:
        rows.append(_draft_row(desk, draft, len(rows)))
        draft = draft.get("earlier")
    return rows


def _draft_row(desk: Desk, draft: Mapping[str, Any], at: int) -> DossierRow:
    applicant = draft.get("applicant")
    name = str(applicant.get("name", "")) if isinstance(applicant, Mapping) else ""
    code = str(draft.get("procedure", ""))
    return DossierRow(
        id=f"{DRAFTS}:{at}", number="", paper_number="", applicant=name, owner="", procedure=code,
        title=_title(desk, code), status=DRAFTS, received_at="", due_at="", finished_at="", late=False,
    )  # fmt: skip


def _title(desk: Desk, code: str) -> str:
    try:
        return desk.procedure(code).display if code else ""
    except InvalidInput:
        return code


def is_draft(dossier: str) -> bool:
    """Say whether a line's id is a draft's."""
    return dossier.startswith(f"{DRAFTS}:")


def without_filters(query: Query) -> Query:
    """Return the same words looked for everywhere."""
    return replace(Query(chip=ALL), text=query.text)


def same_ids(first: Sequence[Line], second: Sequence[Line]) -> bool:
    """Say whether two runs of lines are the same dossiers in the same order."""
    return [line.row.id for line in first] == [line.row.id for line in second]
