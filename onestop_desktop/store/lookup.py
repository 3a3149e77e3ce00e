"""Reading the folded tables: lists by keyset, search by folded words, people, counts."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from onestop_desktop.domain.person import Person
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


@dataclass(frozen=True, slots=True)
class Filter:
    """Which dossiers a list shows; an empty part does not narrow. Days are ISO dates, both included."""

    states: tuple[str, ...] = ()
    due_from: str = ""
    due_to: str = ""
    procedure: str = ""
    officer: str = ""
    village: str = ""
    channel: str = ""


def _conditions(chosen: Filter) -> tuple[list[str], list[str | int]]:
    conditions: list[str] = []
    values: list[str | int] = []
    if chosen.states:
        conditions.append(f"d.status IN ({', '.join('?' * len(chosen.states))})")
        values += chosen.states
    for condition, value in (
        ("d.due_at <> '' AND d.due_at >= ?", chosen.due_from),
        ("d.due_at <> '' AND d.due_at < ? || 'U'", chosen.due_to),
        ("d.procedure = ?", chosen.procedure),
        ("d.officer = ?", chosen.officer),
        ("d.village = ?", chosen.village),
        ("d.channel = ?", chosen.channel),
    ):
        if value:
            conditions.append(condition)
            values.append(value)
    return conditions, values


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


def listed(
    connection: Connection, chosen: Filter | None = None, *, before: int | None = None, limit: int = 50
) -> list[Listed]:
    """Return dossiers newest first, those that a filter shows, below a rowid."""
    conditions, values = _conditions(chosen or Filter())
    if before is not None:
        conditions.append("d.rowid < ?")
        values.append(before)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = connection.execute(
        f"SELECT {_LISTED} FROM dossier d {where} ORDER BY d.rowid DESC LIMIT ?",  # noqa: S608
        (*values, limit),
    )
    return [Listed._make(row) for row in rows]


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


_DAY_COUNTS = """
SELECT
    (SELECT count(*) FROM dossier WHERE received_at >= ?1 AND received_at < ?1 || 'U'),
    (SELECT count(*) FROM dossier WHERE returned_at <> '' AND returned_at >= ?1 AND returned_at < ?1 || 'U'),
    (SELECT count(*) FROM dossier
     WHERE status IN ('received', 'processing', 'forwarded', 'awaiting-supplement', 'awaiting-payment')),
    (SELECT count(*) FROM dossier
     WHERE status IN ('received', 'processing', 'forwarded') AND due_at <> '' AND substr(due_at, 1, 10) < ?2)
"""


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
