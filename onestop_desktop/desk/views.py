"""What the desk shows to the window and the command line: plain records, no rows, no widgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from onestop_desktop.domain.deadline import Due
from onestop_desktop.domain.idcard import IdCard
from onestop_desktop.domain.person import Person

Key = int | tuple[str, int]
"""Where a page of a list ended: the next one follows it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a write touched; pages refresh themselves from it."""

    dossiers: frozenset[str] = frozenset()
    people: bool = False
    papers: bool = False
    office: bool = False
    pending: bool = True
    doubts: tuple[str, ...] = ()
    """What is worth a second look in what was written, as codes."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A user as shown before anybody has logged in."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose desk this is and who sits at it."""

    office: str
    upper: str
    agency: str
    counter: str
    desk: str
    user: str
    user_name: str
    training: bool


class DossierRow(NamedTuple):
    """A dossier as a line of a list; instants are ISO text with +07:00, empty means none."""

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
    late: bool
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who was here before; birth year and village tell the many of one name apart."""

    person: Person
    birth_year: str
    village: str
    last_at: str
    dossiers: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the receipt would say if it were saved now."""

    due: Due
    fee: int | None
    fee_known: bool
    late: bool
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """A dossier that is in the store for good."""

    id: str
    number: str
    received_at: str
    due_at: str
    late: bool
    doubts: tuple[str, ...]
    changes: Changes


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan or a search turned out to be; exactly one of the fields is filled, or `rows` of a search."""

    card: IdCard | None = None
    known: Person | None = None
    dossier: DossierRow | None = None
    other_desk: str = ""
    rows: tuple[DossierRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits to be sent, and since when."""

    entries: int
    oldest_at: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference that `verify` found: what, where, and the codes' facts."""

    code: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PaperJob:
    """A paper ready to be printed: its PDF and what the store calls it."""

    dossier: str
    number: str
    form: str
    sha256: str
    pdf: bytes
    reprint: int = 0
    made_at: datetime | None = None
