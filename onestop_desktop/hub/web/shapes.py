"""What the hub's operations take and tell: the shapes of JSON bodies, and of the rows behind pages and JSON alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from msgspec import Meta, Struct

from onestop_desktop.hub.figures import CommuneFigures, PublicFigures

Short = Annotated[str, Meta(max_length=200)]
Long = Annotated[str, Meta(max_length=2000)]


class LogIn(Struct, forbid_unknown_fields=True):
    """A name and its password."""

    name: Short
    password: Annotated[str, Meta(max_length=500)]


class Session(Struct):
    """An open session; the token goes into `Authorization: Session <token>`."""

    token: str
    name: str
    full_name: str
    role: str


class AnswerBody(Struct, forbid_unknown_fields=True):
    """The upper office's answer to a dossier that was passed up."""

    text: Long
    document: Short = ""


class Question(Struct, forbid_unknown_fields=True):
    """A citizen's question: the agency and the digits of the receipt's bar code."""

    agency: Short
    digits: Short


class Reason(Struct, forbid_unknown_fields=True):
    """Why."""

    reason: Short


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """A commune's figures with what is computed from them."""

    figures: CommuneFigures
    open: int
    resolved_permille: int | None


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A desk as the district sees it; times are the hub's in ms."""

    id: int
    commune: int
    code: str
    name: str
    entries: int
    waiting: int
    seen_ms: int
    accepted_ms: int


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A dossier in a commune's list."""

    id: str
    number: str
    title: str
    applicant: str
    status: str
    received_at: str
    due_at: str
    finished_at: str
    returned_at: str
    late: int
    conflict: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of a dossier's timeline."""

    kind: str
    happened_at: str
    recorded_at: str
    actor: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DossierDetail:
    """One dossier with its timeline."""

    row: DossierRow
    steps: tuple[StepRow, ...]


@dataclass(frozen=True, slots=True)
class CommuneDetail:
    """One commune: figures, desks, dossiers after a cursor (their place in the list)."""

    row: CommuneRow
    desks: tuple[DeskRow, ...]
    dossiers: tuple[DossierRow, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was given."""

    number: int


@dataclass(frozen=True, slots=True)
class CardText:
    """A card to be printed: its text, which is also what its QR says."""

    text: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """Done."""

    done: bool = True


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """How far a dossier is, and nothing else (Circular 01/2018/TT-VPCP, Art. 16(2)d); `completion` is per cent."""

    found: bool
    group: str
    completion: int


@dataclass(frozen=True, slots=True)
class PublicRow:
    """A commune on the public page."""

    agency: str
    figures: PublicFigures
