"""Reading the folded tables: lists by keyset, search by folded words, people, counts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from onestop_desktop.domain.person import Person
from onestop_desktop.domain.status import STATUSES, Status, Timing
from onestop_desktop.domain.text import fold
from onestop_desktop.store.connect import Connection

_WORD = re.compile(r"[^\W_]+")
_LISTED = (
    "d.id, d.number, d.paper_number, d.applicant, d.owner, d.procedure, d.title, d.status, d.received_at, d.due_at, "
    "d.finished_at, d.late, d.conflict, d.rowid, d.agency, d.sequence"
)


class Listed(NamedTuple):
    """One line of a list; `rowid` is the key for the next page."""

    id: str
    number: str
    paper_number: str
    applicant: str
    owner: str
    procedure: str
    title: str
    status: str
    received_at: str
    due_at: str
    finished_at: str
    late: int
    conflict: int
    rowid: int
    agency: str
    sequence: int


def match_of(text: str) -> str:
    """Return an FTS5 query: every word of the text as a prefix, quoted; empty when it has no word."""
    return " ".join(f'"{word}"*' for word in _WORD.findall(fold(text)))


def search(connection: Connection, text: str, limit: int) -> list[Listed]:
    """Return the newest dossiers in which every typed word begins a word."""
    match = match_of(text)
    if not match:
        return []
    rows = connection.execute(
        f"SELECT {_LISTED} FROM (SELECT rowid AS at FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?)"  # noqa: S608
        " JOIN dossier d ON d.rowid = at ORDER BY at DESC",
        (match, limit),
    )
    return [Listed._make(row) for row in rows]


# One branch a column, so that each uses its index.
_BY_NUMBER = " UNION ".join(
    f"SELECT {_LISTED} FROM dossier d WHERE d.{column} = ?1 AND d.{column} <> ''"  # noqa: S608
    for column in ("number", "paper_number", "barcode")
)


def by_number(connection: Connection, number: str) -> list[Listed]:
    """Return the dossiers whose code, paper number or bar code is exactly this."""
    rows = connection.execute(_BY_NUMBER, (number,))
    return [Listed._make(row) for row in rows]


def by_id(connection: Connection, dossier: str) -> Listed | None:
    """Return one dossier's line."""
    row = connection.execute(f"SELECT {_LISTED} FROM dossier d WHERE d.id = ?", (dossier,)).fetchone()  # noqa: S608
    return Listed(*row) if row else None


class Details(NamedTuple):
    """What a dossier's row holds besides its line of a list; `fee` in đồng."""

    village: str
    officer: str
    channel: str
    returned_at: str
    fee: int | None


def details(connection: Connection, dossiers: Sequence[str]) -> dict[str, Details]:
    """Return the details of dossiers by their ids."""
    rows = connection.execute(
        "SELECT id, village, officer, channel, returned_at, fee FROM dossier"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(dossiers)),),
    )
    return {row[0]: Details(*row[1:]) for row in rows}


class Order(StrEnum):
    """In which order a list stands; each page is found by the key of the line that it follows."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"
    """What is due first, or longest overdue, first; what has no due date last."""
    DUE_LAST = "due-last"
    WAITING = "waiting"
    """What has waited longest for pick-up first; what is not finished last."""
    WAITING_LAST = "waiting-last"


NONE_YET = "~"
"""Stands in a sort key for an instant that there is not: behind every instant."""

# Word for word as in the indexes of `db/desk/0002_orders.sql`.
_DUE = "iif(d.due_at = '', '~', d.due_at)"
_FINISHED = "iif(d.finished_at = '', '~', d.finished_at)"


class _Sort(NamedTuple):
    """An order: what sorts before the rowid does (empty: the rowid alone), and whether the greatest comes first."""

    key: str
    down: bool


_SORTS: Mapping[Order, _Sort] = {
    Order.NEWEST: _Sort("", down=True),
    Order.OLDEST: _Sort("", down=False),
    Order.DUE: _Sort(_DUE, down=False),
    Order.DUE_LAST: _Sort(_DUE, down=True),
    Order.WAITING: _Sort(_FINISHED, down=False),
    Order.WAITING_LAST: _Sort(_FINISHED, down=True),
}

Key = int | tuple[str, int]
"""Where a line stands in its order: its rowid, or the instant that sorts and the rowid."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which dossiers a list shows; an empty part does not narrow. Days are ISO dates, both included.

    `unsent` keeps those with an entry that the hub, by its last answer, does not have; `conflict` those whose steps
    contradict each other.
    """

    states: tuple[str, ...] = ()
    due_from: str = ""
    due_to: str = ""
    procedure: str = ""
    officer: str = ""
    village: str = ""
    channel: str = ""
    unsent: bool = False
    conflict: bool = False
    order: Order = Order.NEWEST


_SENT = "coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'sent_position'), 0)"
# Until a hub has anything everything is unsent, and no entry need be looked at to know it.
_UNSENT = f"({_SENT} = 0 OR d.id IN (SELECT dossier FROM journal WHERE dossier <> '' AND position > {_SENT}))"  # noqa: S608


def _conditions(chosen: Filter, *, stateless: bool = False) -> tuple[list[str], list[str | int]]:
    conditions: list[str] = []
    values: list[str | int] = []
    if chosen.states and not stateless:
        conditions.append(f"d.status IN ({', '.join('?' * len(chosen.states))})")
        values += chosen.states
    for condition, value in (
        (f"{_DUE} < '{NONE_YET}' AND {_DUE} >= ?", chosen.due_from),
        (f"{_DUE} < ? || 'U'", chosen.due_to),
        ("d.procedure = ?", chosen.procedure),
        ("d.officer = ?", chosen.officer),
        ("d.village = ?", chosen.village),
        ("d.channel = ?", chosen.channel),
    ):
        if value:
            conditions.append(condition)
            values.append(value)
    if chosen.unsent:
        conditions.append(_UNSENT)
    if chosen.conflict:
        conditions.append("d.conflict = 1")
    return conditions, values


def is_unsent(connection: Connection, dossier: str) -> bool:
    """Say whether a dossier has an entry that the hub, by its last answer, does not have."""
    row = connection.execute(f"SELECT 1 FROM dossier d WHERE d.id = ? AND {_UNSENT}", (dossier,)).fetchone()  # noqa: S608
    return row is not None


def counted(connection: Connection, chosen: Filter) -> int:
    """Return how many dossiers a filter shows."""
    conditions, values = _conditions(chosen)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    row = connection.execute(f"SELECT count(*) FROM dossier d {where}", values).fetchone()  # noqa: S608
    return int(row[0])


def choices(connection: Connection, column: str, limit: int = 200) -> list[str]:
    """Return the values of a column that a list can be narrowed by: officer, village."""
    if column not in {"officer", "village"}:
        raise ValueError(column)
    rows = connection.execute(
        f"SELECT {column} FROM dossier WHERE {column} <> '' GROUP BY {column} ORDER BY count(*) DESC LIMIT ?",  # noqa: S608
        (limit,),
    )
    return [str(row[0]) for row in rows]


@dataclass(frozen=True, slots=True)
class Reach:
    """Which page of a list: up to `limit` lines below a key (from the top without one), or above it with `back`.

    `including` takes the line of the key itself along; `back` without a key reads from the end.
    """

    key: Key | None = None
    limit: int = 50
    back: bool = False
    including: bool = False


def listed(connection: Connection, chosen: Filter | None = None, reach: Reach | None = None) -> list[Listed]:
    """Return a page of dossiers in the filter's order, as it stands on the screen."""
    chosen, reach = chosen or Filter(), reach or Reach()
    sort = _SORTS[chosen.order]
    states = chosen.states or (_states(connection) if sort.key else ())
    branches: list[str] = []
    values: list[str | int] = []
    # One branch a status: each walks its index from the key on and stops at the limit.
    for state in states or ("",):
        branch, given = _branch(chosen, sort, reach, state)
        branches.append(branch)
        values += given
    if not branches:
        return []
    way = "DESC" if sort.down != reach.back else "ASC"
    rows = connection.execute(
        f"SELECT {_LISTED} FROM (SELECT * FROM ({' UNION ALL '.join(branches)}) ORDER BY sorts {way}, at {way} LIMIT ?)"  # noqa: S608
        f" JOIN dossier d ON d.rowid = at ORDER BY sorts {way}, at {way}",
        (*values, reach.limit),
    )
    found = [Listed._make(row) for row in rows]
    return found[::-1] if reach.back else found


def _branch(chosen: Filter, sort: _Sort, reach: Reach, state: str) -> tuple[str, list[str | int]]:
    conditions, values = _conditions(chosen, stateless=True)
    if state:
        conditions.insert(0, "d.status = ?")
        values.insert(0, state)
    down = sort.down != reach.back
    if reach.key is not None:
        sign = ("<" if down else ">") + ("=" if reach.including else "")
        if isinstance(reach.key, int):
            conditions.append(f"d.rowid {sign} ?")
            values.append(reach.key)
        else:
            text, rowid = reach.key
            conditions.append(f"{sort.key} {sign[0]}= ? AND ({sort.key} {sign[0]} ? OR d.rowid {sign} ?)")
            values += [text, text, rowid]
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    way = "DESC" if down else "ASC"
    order = f"{sort.key} {way}, d.rowid {way}" if sort.key else f"d.rowid {way}"
    sql = f"SELECT d.rowid AS at, {sort.key or '0'} AS sorts FROM dossier d {where} ORDER BY {order} LIMIT ?"  # noqa: S608
    return f"SELECT * FROM ({sql})", [*values, reach.limit]  # noqa: S608


def _states(connection: Connection) -> tuple[str, ...]:
    """Return the statuses that there are, also those of a newer program: one step in the index for each."""
    rows = connection.execute(
        "WITH RECURSIVE have (status) AS (SELECT min(status) FROM dossier UNION ALL"
        " SELECT (SELECT min(d.status) FROM dossier d WHERE d.status > have.status) FROM have"
        " WHERE have.status IS NOT NULL) SELECT status FROM have WHERE status IS NOT NULL"
    )
    return tuple(str(row[0]) for row in rows) or ("",)


def key_of(line: Listed, order: Order) -> Key:
    """Return where a line stands in an order."""
    sort = _SORTS[order].key
    if not sort:
        return line.rowid
    return (line.due_at if sort == _DUE else line.finished_at) or NONE_YET, line.rowid


def unprinted(connection: Connection, limit: int = 50) -> list[Listed]:
    """Return dossiers whose receipt has not come out of a printer."""
    rows = connection.execute(
        f"SELECT {_LISTED} FROM dossier d WHERE d.unprinted = 1 ORDER BY d.rowid DESC LIMIT ?",  # noqa: S608
        (limit,),
    )
    return [Listed._make(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Remembered:
    """Somebody who was here before."""

    person: Person
    last_at: str
    dossiers: int


def people(connection: Connection, text: str, limit: int) -> list[Remembered]:
    """Return known people in whose name, number, phone or address every typed word begins a word."""
    match = match_of(text)
    if not match:
        return []
    rows = connection.execute(
        "SELECT p.body, p.last_at, p.dossiers FROM"
        " (SELECT rowid AS at FROM person_search WHERE person_search MATCH ? ORDER BY rowid DESC LIMIT 200)"
        " JOIN person p ON p.rowid = at ORDER BY p.last_at DESC LIMIT ?",
        (match, limit),
    )
    return [Remembered(Person.from_body(json.loads(body)), str(at), int(count)) for body, at, count in rows]


def person_by_key(connection: Connection, key: str) -> Remembered | None:
    """Return the known person of a key."""
    row = connection.execute("SELECT body, last_at, dossiers FROM person WHERE key = ?", (key,)).fetchone()
    return Remembered(Person.from_body(json.loads(row[0])), str(row[1]), int(row[2])) if row else None


def _codes(which: Callable[[Status], bool]) -> str:
    return ", ".join(f"'{code}'" for code, status in STATUSES.items() if which(status))


_OPEN = _codes(lambda status: status.timing is not Timing.ENDED)
_RUNNING = _codes(lambda status: status.timing is Timing.RUNNING)
_DAY_COUNTS = f"""
SELECT
    (SELECT count(*) FROM dossier WHERE received_at >= ?1 AND received_at < ?1 || 'U'),
    (SELECT count(*) FROM dossier WHERE returned_at <> '' AND returned_at >= ?1 AND returned_at < ?1 || 'U'),
    (SELECT count(*) FROM dossier WHERE status IN ({_OPEN})),
    (SELECT count(*) FROM dossier WHERE status IN ({_RUNNING}) AND due_at <> '' AND substr(due_at, 1, 10) < ?2)
"""  # noqa: S608  codes of our own table


def counts_of_day(connection: Connection, day: str, now: str) -> dict[str, int]:
    """Return today's figures: received, returned, open, overdue (by date against the due date)."""
    row = connection.execute(_DAY_COUNTS, (day, now[:10])).fetchone()
    return dict(zip(("received", "returned", "open", "overdue"), map(int, row), strict=True))


def recent_procedures(connection: Connection, limit: int = 10) -> list[str]:
    """Return the codes of the procedures taken last, newest first."""
    rows = connection.execute(
        "SELECT procedure, max(rowid) AS at FROM (SELECT procedure, rowid FROM dossier ORDER BY rowid DESC LIMIT 200)"
        " GROUP BY procedure ORDER BY at DESC LIMIT ?",
        (limit,),
    )
    return [str(row[0]) for row in rows]


def last_number(connection: Connection, name: str) -> int:
    """Return the last number used of a counter."""
    row = connection.execute("SELECT last FROM counter WHERE name = ?", (name,)).fetchone()
    return int(row[0]) if row else 0


def entry_count(connection: Connection) -> int:
    """Return how many entries the journal holds."""
    row = connection.execute("SELECT max(position) FROM journal").fetchone()
    return int(row[0] or 0)


def last_corrected(connection: Connection) -> datetime | None:
    """Return the corrected instant at which the newest entry was recorded."""
    row = connection.execute("SELECT envelope FROM journal ORDER BY position DESC LIMIT 1").fetchone()
    if row is None:
        return None
    fields = json.loads(bytes(row[0]))
    offset = int(fields.get("clock", {}).get("offset_ms", 0))
    return datetime.fromisoformat(fields["recorded_at"]) + timedelta(milliseconds=offset)
