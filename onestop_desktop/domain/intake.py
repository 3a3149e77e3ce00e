"""What stands at the counter before it is a dossier: one intake, read strictly from keys and values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from onestop_desktop.domain.attachment import Named, read_named
from onestop_desktop.domain.calendar import HANOI
from onestop_desktop.domain.entry import canonical
from onestop_desktop.domain.person import Person, read_person
from onestop_desktop.domain.procedure import Channel, national_code
from onestop_desktop.domain.text import clean
from onestop_desktop.errors import InvalidInput

PAPERS_LIMIT = 60
COUNT_LIMIT = 10_000
FEE_LIMIT = 10**12

RETURN_WAYS = ("desk", "post", "online")


@dataclass(frozen=True, slots=True)
class PaperTaken:
    """One paper handed in: how many originals, certified copies and plain copies."""

    name: str
    original: int = 0
    certified: int = 0
    copy: int = 0

    def as_body(self) -> dict[str, Any]:
        """Return the entry's object; zero counts are absent."""
        counts = {"original": self.original, "certified": self.certified, "copy": self.copy}
        return {"name": self.name} | {kind: count for kind, count in counts.items() if count}

    @staticmethod
    def from_body(body: Mapping[str, Any]) -> PaperTaken:
        """Read an entry's object."""
        counts = (int(body.get(kind, 0)) for kind in ("original", "certified", "copy"))
        return PaperTaken(str(body.get("name", "")), *counts)


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a late entry's paper record stands."""

    book: str = ""
    page: str = ""
    no: str = ""

    def as_body(self) -> dict[str, str]:
        """Return the entry's object without empty texts."""
        return {k: v for k, v in (("book", self.book), ("page", self.page), ("no", self.no)) if v}


@dataclass(frozen=True, slots=True)
class Intake:
    """One intake as read: the command `receive` (and, with a reason, `refuse`)."""

    procedure: str
    applicant: Person
    owner: Person | None = None
    principal: Person | None = None
    papers: tuple[PaperTaken, ...] = ()
    sets: int = 1
    pages: int = 0
    certified_copies: int = 0
    received_at: datetime | None = None
    due_at: datetime | None = None
    basis: Basis = field(default_factory=Basis)
    paper_number: str = ""
    channel: Channel = Channel.DESK
    return_by: str = "desk"
    post_address: str = ""
    fee: int | None = None
    shelf: str = ""
    note: str = ""
    attachments: tuple[str | Named, ...] = ()

    def content_key(self) -> str:
        """Return a digest of what is asked and by whom, without the instant: equal for the same intake twice."""
        people = [p.as_body() for p in (self.applicant, self.owner, self.principal) if p]
        body = {
            "papers": [paper.as_body() for paper in self.papers],
            "people": people,
            "procedure": self.procedure,
            "rest": [
                self.sets,
                self.pages,
                self.certified_copies,
                self.note,
                self.paper_number,
                self.return_by,
            ],
        }
        return hashlib.sha256(canonical(body)).hexdigest()


_KEYS = frozenset(
    {
        "procedure", "applicant", "owner", "principal", "papers", "sets", "pages", "certified_copies",
        "received_at", "due_at", "basis", "paper_number", "channel", "return_by", "post_address", "fee",
        "shelf", "note", "attachments",
    }
)  # fmt: skip


def read_intake(line: object, today: date, extra: frozenset[str] = frozenset()) -> Intake:
    """Read one intake line; all but `procedure` and `applicant.name` may be left out.

    Raises:
        InvalidInput: with the code and the field's name; unknown keys are named.
    """
    row = _object(line, "")
    for key in row:
        if key not in _KEYS | extra:
            raise InvalidInput("input.unknown_key", key=str(key), field="")
    if "procedure" not in row:
        raise InvalidInput("input.missing", field="procedure")
    if "applicant" not in row:
        raise InvalidInput("input.missing", field="applicant")
    basis = _object(row.get("basis", {}), "basis")
    for key in basis:
        if key not in {"book", "page", "no"}:
            raise InvalidInput("input.unknown_key", key=str(key), field="basis")
    papers = read_papers(row.get("papers", []))
    return Intake(
        procedure=national_code(_text(row, "procedure", 60)),
        applicant=read_person(_object(row["applicant"], "applicant"), "applicant", today),
        owner=_person(row, "owner", today),
        principal=_person(row, "principal", today),
        papers=papers,
        sets=read_count(row, "sets", 1),
        pages=read_count(row, "pages", 0),
        certified_copies=read_count(row, "certified_copies", 0),
        received_at=_instant(row, "received_at"),
        due_at=_instant(row, "due_at"),
        basis=Basis(*(_text(basis, name, 60, prefix="basis.") for name in ("book", "page", "no"))),
        paper_number=_text(row, "paper_number", 60),
        channel=Channel(_choice(row, "channel", tuple(Channel), "desk")),
        return_by=_choice(row, "return_by", RETURN_WAYS, "desk"),
        post_address=_text(row, "post_address", 300),
        fee=read_count(row, "fee", 0, FEE_LIMIT) if "fee" in row else None,
        shelf=_text(row, "shelf", 60),
        note=_text(row, "note", 1000),
        attachments=read_named(row.get("attachments", []), "attachments", [paper.name for paper in papers]),
    )


def _object(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise InvalidInput("input.type", field=name)
    return cast("Mapping[str, object]", value)


def _text(row: Mapping[str, object], name: str, limit: int, prefix: str = "") -> str:
    value = row.get(name, "")
    if not isinstance(value, str):
        raise InvalidInput("input.type", field=prefix + name)
    return clean(value, prefix + name, limit)


def _choice(row: Mapping[str, object], name: str, choices: tuple[str, ...], default: str) -> str:
    value = row.get(name, default)
    if not isinstance(value, str) or value not in choices:
        raise InvalidInput("input.choice", field=name, choices=", ".join(choices))
    return value


AT_LEAST_ONE = frozenset({"sets"})
"""Counts of which there is one, or nothing was handed in."""


def read_count(row: Mapping[str, object], name: str, default: int, limit: int = COUNT_LIMIT) -> int:
    """Read a count from 0 or 1 to a limit; raises InvalidInput `input.type`, `input.count`, `input.count_from`."""
    value = row.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidInput("input.type", field=name)
    if not 0 <= value <= limit:
        raise InvalidInput("input.count", field=name, value=str(value)[:20], limit=limit)
    if not value and name in AT_LEAST_ONE:
        raise InvalidInput("input.count_from", field=name, value=0, least=1, limit=limit)
    return value


def _person(row: Mapping[str, object], name: str, today: date) -> Person | None:
    return read_person(_object(row[name], name), name, today) if name in row else None


def read_instant(text: object, name: str) -> datetime:
    """Read an ISO instant; without a zone it is Vietnamese civil time; seconds are kept, fractions dropped.

    Raises:
        InvalidInput: `input.instant`.
    """
    try:
        at = datetime.fromisoformat(cast("str", text))
        if not 1900 <= at.year <= 2200:
            raise ValueError  # noqa: TRY301  one refusal for all that is not an instant
        at = at.replace(microsecond=0)
        return at.replace(tzinfo=HANOI) if at.tzinfo is None else at.astimezone(HANOI)
    except (ValueError, TypeError, OverflowError):
        raise InvalidInput("input.instant", field=name, text=str(text)[:40]) from None


def _instant(row: Mapping[str, object], name: str) -> datetime | None:
    return read_instant(row[name], name) if name in row else None


def read_papers(value: object) -> tuple[PaperTaken, ...]:
    """Read the list of papers handed in; raises InvalidInput with the field's name."""
    if not isinstance(value, list):
        raise InvalidInput("input.type", field="papers")
    if len(value) > PAPERS_LIMIT:
        raise InvalidInput("input.count", field="papers", value=len(value), limit=PAPERS_LIMIT)
    return tuple(_paper(_object(one, "papers")) for one in value)


def _paper(row: Mapping[str, object]) -> PaperTaken:
    for key in row:
        if key not in {"name", "original", "certified", "copy"}:
            raise InvalidInput("input.unknown_key", key=str(key), field="papers")
    name = _text(row, "name", 1000, prefix="papers.")
    if not name:
        raise InvalidInput("input.missing", field="papers.name")
    return PaperTaken(name, *(read_count(row, kind, 0, 999) for kind in ("original", "certified", "copy")))
