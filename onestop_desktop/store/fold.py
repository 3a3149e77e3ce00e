"""From entries to tables: one row a dossier, the search text, the people who were here. Rebuilt, it is the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.entry import Entry
from onestop_desktop.domain.person import Person, same_person_key
from onestop_desktop.domain.text import fold
from onestop_desktop.store.connect import Connection

COLUMNS = (
    "id", "number", "agency", "day", "sequence", "barcode", "paper_number", "procedure", "title", "field",
    "status", "channel", "return_by", "applicant", "owner", "village", "officer", "received_at", "recorded_at",
    "late", "first_due_at", "due_at", "finished_at", "returned_at", "fee", "register_year", "register_book",
    "register_desk", "register_no", "unprinted", "conflict", "folded",
)  # fmt: skip
_INSERT = f"INSERT INTO dossier ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
_UPDATE = f"UPDATE dossier SET {', '.join(f'{name} = ?' for name in COLUMNS)} WHERE id = ?"  # noqa: S608

Row = tuple[Any, ...]


def needs_printing(dossier: Dossier) -> bool:
    """Say whether a receipt is still to come out of the printer: never printed, or corrected since.

    A late entry's receipt was handed over on paper, and a result handed over at once needs none.
    """
    last = dossier.last_paper
    if dossier.late or dossier.status == "voided" or (last is None and dossier.returned_at):
        return False
    return last is None or last.printed == 0 or last.stale


def search_text(dossier: Dossier) -> str:
    """Return what a dossier is found by, folded: people, procedure, numbers, phones, village."""
    people = [dossier.applicant, dossier.owner, *([dossier.principal] if dossier.principal else [])]
    parts = [dossier.procedure_title, dossier.procedure, dossier.number.split("-", 1)[-1], dossier.barcode]
    parts += [dossier.day[5:].replace("-", ""), dossier.paper_number]
    for person in people:
        parts += [person.name, person.id_number, person.phone, person.address.split(",")[0]]
    return " ".join(dict.fromkeys(fold(" ".join(part for part in parts if part)).split()))


def village_of(dossier: Dossier) -> str:
    """Return the first part of the applicant's address: the village."""
    return dossier.applicant.address.split(",")[0].strip()


def row_of(dossier: Dossier) -> Row:
    """Return a dossier's row in the order of `COLUMNS`."""
    register = dossier.register
    return (
        dossier.id, dossier.number, dossier.office.agency, dossier.day, dossier.sequence, dossier.barcode,
        dossier.paper_number, dossier.procedure, dossier.procedure_title, dossier.procedure_field, dossier.status,
        dossier.channel, dossier.return_by, dossier.applicant.name, dossier.owner.name, village_of(dossier),
        dossier.officer, dossier.received_at,
        dossier.recorded_at, int(dossier.late), dossier.first_due_at, dossier.due_at, dossier.finished_at,
        dossier.returned_at, dossier.fee, register.year, register.book, register.desk, register.no,
        int(needs_printing(dossier)), int(dossier.conflict), search_text(dossier),
    )  # fmt: skip


def put_dossier(connection: Connection, dossier: Dossier, before: Dossier | None) -> None:
    """Write a dossier's row and its search text."""
    row = row_of(dossier)
    if before is None:
        rowid = connection.execute(_INSERT, row).lastrowid
        connection.execute("INSERT INTO search (rowid, folded) VALUES (?, ?)", (rowid, row[-1]))
        return
    old = search_text(before)
    if old != row[-1]:
        rowid = connection.execute("SELECT rowid FROM dossier WHERE id = ?", (dossier.id,)).fetchone()[0]
        connection.execute("INSERT INTO search (search, rowid, folded) VALUES ('delete', ?, ?)", (rowid, old))
        connection.execute("INSERT INTO search (rowid, folded) VALUES (?, ?)", (rowid, row[-1]))
    connection.execute(_UPDATE, (*row, dossier.id))


def refold(connection: Connection, dossier: str, state: Dossier | None) -> Dossier | None:
    """Write a dossier as folded anew, whatever its row said before; returns it."""
    if state is None:
        return None
    row = row_of(state)
    before = connection.execute("SELECT rowid, folded FROM dossier WHERE id = ?", (dossier,)).fetchone()
    if before is None:
        put_dossier(connection, state, None)
        return state
    if before[1] != row[-1]:
        connection.execute("INSERT INTO search (search, rowid, folded) VALUES ('delete', ?, ?)", tuple(before))
        connection.execute("INSERT INTO search (rowid, folded) VALUES (?, ?)", (before[0], row[-1]))
    connection.execute(_UPDATE, (*row, dossier))
    return state


def people_of(entry: Entry) -> list[Person]:
    """Return the people that an entry brings to the desk; none where they cannot be read."""
    if entry.kind not in {"receive", "correct"}:
        return []
    facts = entry.facts if entry.kind == "receive" else entry.facts.get("changes", {})
    try:
        bodies = [facts[name] for name in ("applicant", "owner", "principal") if isinstance(facts.get(name), Mapping)]
        people = {same_person_key(person): person for person in map(Person.from_body, bodies)}
    except (KeyError, TypeError, ValueError, AttributeError):
        return []
    return list(people.values())


def person_row(person: Person, last_at: str, dossiers: int) -> Row:
    """Return a known person's row: key, name, folded, body, last_at, dossiers."""
    kept = replace(person, authority="")
    folded = fold(" ".join(part for part in (person.name, person.id_number, person.phone, person.address) if part))
    body = json.dumps(kept.as_body(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return (same_person_key(person), person.name, folded, body, last_at, dossiers)


def put_people(connection: Connection, entry: Entry) -> None:
    """Remember the people of an entry; the newest words win, earlier phone and address stay if now left out."""
    more = 1 if entry.kind == "receive" else 0
    for person in people_of(entry):
        _put_person(connection, person, entry.recorded_at, more)


def _put_person(connection: Connection, person: Person, at: str, more: int) -> None:
    key = same_person_key(person)
    known = connection.execute("SELECT rowid, folded, body, dossiers FROM person WHERE key = ?", (key,)).fetchone()
    if known is None:
        row = person_row(person, at, more)
        rowid = connection.execute(
            "INSERT INTO person (key, name, folded, body, last_at, dossiers) VALUES (?, ?, ?, ?, ?, ?)", row
        ).lastrowid
        connection.execute("INSERT INTO person_search (rowid, folded) VALUES (?, ?)", (rowid, row[2]))
        return
    rowid, old, body, dossiers = known
    row = person_row(merged(Person.from_body(json.loads(body)), person), at, dossiers + more)
    if row[2] != old:
        connection.execute(
            "INSERT INTO person_search (person_search, rowid, folded) VALUES ('delete', ?, ?)", (rowid, old)
        )
        connection.execute("INSERT INTO person_search (rowid, folded) VALUES (?, ?)", (rowid, row[2]))
    connection.execute(
        "UPDATE person SET key = ?, name = ?, folded = ?, body = ?, last_at = ?, dossiers = ? WHERE rowid = ?",
        (*row, rowid),
    )


def merged(old: Person, new: Person) -> Person:
    """Return the newer words about a person, with the older ones where the newer are empty."""
    body = old.as_body() | new.as_body()
    return Person.from_body(body)
