"""What the list shows: read on the worker, page by page, by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from onestop_desktop.desk import board
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.views import DossierRow, Key
from onestop_desktop.domain.deadline import Remaining, RemainingKind
from onestop_desktop.domain.status import STATUSES
from onestop_desktop.errors import InvalidInput

PAGE = 50
DRAFTS = "draft"
ALL = "all"
CONFLICT = "conflict"
CHIPS = ("held", "near", "overdue", "ready", "awaiting", "unsent", DRAFTS, ALL, CONFLICT)
"""The board's chips in the order of the screen; drafts are no dossiers and come from the forms."""

SELDOM = frozenset({CONFLICT})
"""Chips that stand on the screen only while they hold something: most desks never have such a dossier."""

DRAFT_FORMS = ("intake", "certify")
"""The forms whose drafts stand in the list, by the names under which they are kept."""

_FOUND_MOST = 500
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
    order: str = ""
    """One of the board's orders; empty for the chip's own."""

    @property
    def narrowing(self) -> dict[str, str]:
        """Return the parts that the board itself can narrow by."""
        return {name: value for name in _NARROWING if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Line:
    """A dossier of the list, what is left of its limit, and where it stands in the list's order."""

    row: DossierRow
    left: Remaining = _NOTHING
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """A piece of the list, the keys where it goes on below and above, its order, and how many matches stand outside.

    `elsewhere` counts those outside the chip and its filters.
    """

    lines: tuple[Line, ...]
    after: Key | None = None
    above: Key | None = None
    elsewhere: int = 0
    order: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """Counts of the chips by code, and what the list can be narrowed by."""

    counts: Mapping[str, int]
    officers: tuple[str, ...]
    villages: tuple[str, ...]


def survey(desk: Desk) -> Survey:
    """Count every chip and collect the choices of the filters."""
    counts = {chip.code: chip.count for chip in desk.chips()} | {DRAFTS: len(drafts_of(desk))}
    return Survey(counts, tuple(desk.choices("officer")), tuple(desk.choices("village")))


def statuses_of(desk: Desk, chip: str) -> tuple[str, ...]:
    """Return the statuses that a chip can hold; a chip that excludes none holds all."""
    if chip == DRAFTS:
        return ()
    return board.filters(desk.core)[chip].states or tuple(STATUSES)


@dataclass(frozen=True, slots=True)
class Piece:
    """Which piece of a list: `wanted` lines, at least a page, below a key, or above it with `back`.

    Without a key it begins at the top, with `back` at the end; `including` takes the key's own line along.
    """

    key: Key | None = None
    wanted: int = PAGE
    back: bool = False
    including: bool = False


def fetch(desk: Desk, query: Query, piece: Piece = Piece()) -> Lines:
    """Return a piece of the list."""
    if query.chip == DRAFTS:
        return Lines(tuple(map(Line, drafts_of(desk))))
    if query.text.strip():
        return _found(desk, query)
    states = (query.status,) if query.status else ()
    page = desk.board(
        query.chip, **query.narrowing, states=states, order=query.order, before=piece.key,
        limit=max(piece.wanted, PAGE), back=piece.back, including=piece.including,
    )  # fmt: skip
    return Lines(tuple(map(Line, page.rows, page.left, page.keys)), page.after, page.above, order=page.order)


def _found(desk: Desk, query: Query) -> Lines:
    rows = desk.find(query.text, _FOUND_MOST)
    kept = [row for row in rows if _shows(desk, query, row)]
    order = query.order or "newest"
    lines = tuple(Line(row, desk.remaining(row)) for row in board.in_order(kept, order))
    return Lines(lines, elsewhere=len(rows) - len(kept), order=order)


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
    if (chosen.unsent and not desk.unsent(row.id)) or (chosen.conflict and not row.conflict):
        return False
    if not (query.officer or query.village or query.channel):
        return True
    state = desk.dossier(row.id)
    return (
        query.officer in {"", state.officer}
        and query.channel in {"", state.channel}
        and query.village in {"", state.applicant.address.split(",")[0].strip()}
    )


def drafts_of(desk: Desk) -> list[DossierRow]:
    """Return what the forms hold as lines: the intake, drafts of earlier runs that wait behind it, certifications."""
    rows: list[DossierRow] = []
    for form in DRAFT_FORMS:
        draft: object = desk.load_draft(form)
        at = 0
        while isinstance(draft, Mapping) and draft:
            rows.append(_draft_row(desk, draft, DraftId(form, at)))
            draft, at = draft.get("earlier"), at + 1
    return rows


def _draft_row(desk: Desk, draft: Mapping[str, Any], which: DraftId) -> DossierRow:
    first = draft
    if which.form == "certify":
        lines = draft.get("lines") or [draft.get("begun")]
        first = lines[0] if isinstance(lines[0], Mapping) else {}
    applicant = first.get("applicant")
    name = str(applicant.get("name", "")) if isinstance(applicant, Mapping) else ""
    code = str(first.get("procedure", ""))
    return DossierRow(
        id=str(which), number="", paper_number="", applicant=name, owner="", procedure=code,
        title=_title(desk, code), status=DRAFTS, received_at="", due_at="", finished_at="", late=False,
    )  # fmt: skip


def _title(desk: Desk, code: str) -> str:
    try:
        return desk.procedure(code).display if code else ""
    except InvalidInput:
        return code


@dataclass(frozen=True, slots=True)
class DraftId:
    """Which draft: its form, and how many later ones of the same form stand before it."""

    form: str
    at: int = 0

    def __str__(self) -> str:
        """Return what stands as id of the draft's line."""
        return f"{DRAFTS}:{self.form}:{self.at}"

    @staticmethod
    def read(line: str) -> DraftId:
        """Read a line's id."""
        _drafts, form, at = line.split(":")
        return DraftId(form, int(at))


def is_draft(dossier: str) -> bool:
    """Say whether a line's id is a draft's."""
    return dossier.startswith(f"{DRAFTS}:")


def without_filters(query: Query) -> Query:
    """Return the same words looked for everywhere."""
    return replace(Query(chip=ALL), text=query.text)


def same_ids(first: Sequence[Line], second: Sequence[Line]) -> bool:
    """Say whether two runs of lines are the same dossiers in the same order."""
    return [line.row.id for line in first] == [line.row.id for line in second]
