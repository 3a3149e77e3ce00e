"""The dossier as folded from its entries; `evolve` never fails and reads nothing but the entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from onestop_desktop.domain.correctable import corrected_values
from onestop_desktop.domain.entry import Entry
from onestop_desktop.domain.intake import PaperTaken
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.person import Person
from onestop_desktop.domain.status import STATUSES, UNDONE, Status


@dataclass(frozen=True, slots=True)
class Register:
    """The place in the register book: 1, 2, 3 … per year, book and desk (Circular 01/2018/TT-VPCP, Art. 10)."""

    year: int
    book: str
    desk: str
    no: int

    def as_body(self) -> dict[str, Any]:
        """Return the entry's object."""
        return {"book": self.book, "desk": self.desk, "no": self.no, "year": self.year}


@dataclass(frozen=True, slots=True)
class IssuedPaper:
    """A paper as issued: its form, how many times it was replaced, and the SHA-256 of the stored PDF.

    `about` tells which step the paper speaks of; it is empty for papers of the dossier as a whole.
    """

    form: str
    version: int
    sha256: str
    issued_at: str
    printed: int = 0
    stale: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a dossier's history."""

    kind: str
    happened_at: str
    recorded_at: str
    actor: str
    facts: Mapping[str, Any]
    corrected_at: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier's state. Instants are declared civil time as ISO text with +07:00; an empty text means none.

    The due date is what the limit gives from `counted_from` on, plus `waited` minutes of working time, and not before
    what an apology `promised`.
    """

    id: str
    number: str
    day: str
    sequence: int
    barcode: str
    rules: str
    office: Office
    procedure: str
    procedure_title: str
    procedure_field: str
    status: str
    channel: str
    return_by: str
    received_at: str
    recorded_at: str
    received_by: str
    late: bool
    applicant: Person
    owner: Person
    principal: Person | None
    register: Register
    papers: tuple[PaperTaken, ...] = ()
    sets: int = 1
    pages: int = 0
    certified_copies: int = 0
    paper_number: str = ""
    limit: Mapping[str, Any] = field(default_factory=dict)
    due_notes: tuple[Mapping[str, Any], ...] = ()
    due_basis: str = ""
    first_due_at: str = ""
    due_at: str = ""
    counted_from: str = ""
    waited: int = 0
    promised: str = ""
    finished_at: str = ""
    returned_at: str = ""
    post_address: str = ""
    fee: int | None = None
    fee_basis: str = ""
    shelf: str = ""
    note: str = ""
    basis: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Mapping[str, Any], ...] = ()
    supplements: int = 0
    marks: tuple[str, ...] = ()
    issued: tuple[IssuedPaper, ...] = ()
    officer: str = ""
    forwarded_to: str = ""
    answer: str = ""
    asked_amount: int = 0
    paused_at: str = ""
    extensions: int = 0
    collected: int = 0
    refunded: int = 0
    rating: int = 0
    history: tuple[Step, ...] = ()
    conflict: bool = False

    @property
    def state(self) -> Status | None:
        """Return the row of the status table; None for a status of a newer program."""
        return STATUSES.get(self.status)

    @property
    def fee_due(self) -> int | None:
        """Return what is still to be paid in đồng; None when the fee is not known."""
        return None if self.fee is None else max(0, self.fee - self.collected + self.refunded)

    @property
    def last_paper(self) -> IssuedPaper | None:
        """Return the newest issued receipt."""
        receipts = [paper for paper in self.issued if paper.form == "receipt"]
        return receipts[-1] if receipts else None


def evolve(dossier: Dossier | None, entry: Entry) -> Dossier | None:
    """Apply one entry. A step that the table does not allow in the state reached only sets `conflict`.

    Returns:
        The dossier after the entry; None while no `receive` was seen.
    """
    try:
        return _evolved(dossier, entry)
    except (KeyError, TypeError, ValueError, AttributeError):
        # A body of another program, or a damaged one: what cannot be read changes nothing, a person settles it.
        return replace(dossier, conflict=True) if dossier else None


def _evolved(dossier: Dossier | None, entry: Entry) -> Dossier | None:
    if dossier is None:
        return received(entry) if entry.kind == "receive" else None
    if entry.kind == "receive":
        return replace(dossier, conflict=True)
    step = Step(entry.kind, entry.happened_at, entry.recorded_at, entry.actor, entry.facts, entry.corrected_at)
    seen = replace(dossier, history=(*dossier.history, step))
    if entry.kind == "settle":
        return replace(seen, conflict=False)
    if entry.kind in _ALONGSIDE:
        return _ALONGSIDE[entry.kind](seen, entry)
    target = dossier.state.next.get(entry.kind) if dossier.state else None
    if target is None:
        return replace(seen, conflict=True)
    return _moved(seen, entry, target)


def received(entry: Entry) -> Dossier:
    """Read the entry that starts a dossier."""
    facts = entry.facts
    applicant = Person.from_body(facts["applicant"])
    owner = facts.get("owner")
    principal = facts.get("principal")
    procedure, register = facts["procedure"], facts["register"]
    due = str(facts.get("due_at", ""))
    return Dossier(
        id=entry.dossier,
        number=str(facts["number"]),
        day=str(facts["day"]),
        sequence=int(facts["sequence"]),
        barcode=str(facts["barcode"]),
        rules=str(facts["rules"]),
        office=Office.from_body(facts["office"]),
        procedure=str(procedure["code"]),
        procedure_title=str(procedure["title"]),
        procedure_field=str(procedure.get("field", "")),
        status="received",
        channel=str(facts["channel"]),
        return_by=str(facts["return_by"]),
        received_at=entry.happened_at,
        counted_from=entry.happened_at,
        recorded_at=entry.recorded_at,
        received_by=entry.actor,
        late=bool(facts.get("late", False)),
        applicant=applicant,
        owner=Person.from_body(owner) if owner else applicant,
        principal=Person.from_body(principal) if principal else None,
        register=Register(int(register["year"]), str(register["book"]), str(register["desk"]), int(register["no"])),
        first_due_at=due,
        due_at=due,
        history=(Step("receive", entry.happened_at, entry.recorded_at, entry.actor, {}, entry.corrected_at),),
        **_details(facts),
    )


def _details(facts: Mapping[str, Any]) -> dict[str, Any]:
    texts = ("paper_number", "due_basis", "post_address", "shelf", "note", "fee_basis")
    return {
        "papers": tuple(PaperTaken.from_body(paper) for paper in facts.get("papers", ())),
        "sets": int(facts.get("sets", 1)),
        "pages": int(facts.get("pages", 0)),
        "certified_copies": int(facts.get("certified_copies", 0)),
        "limit": facts.get("limit", {}),
        "due_notes": tuple(facts.get("due_notes", ())),
        "fee": int(facts["fee"]) if "fee" in facts else None,
        "basis": facts.get("basis", {}),
        "attachments": tuple(facts.get("attachments", ())),
        **{name: str(facts.get(name, "")) for name in texts},
    }


def _moved(dossier: Dossier, entry: Entry, target: str) -> Dossier:
    moved = replace(dossier, status=target or dossier.status)
    change = _CHANGES.get(entry.kind)
    return change(moved, entry) if change else moved


def _asked(dossier: Dossier, _entry: Entry) -> Dossier:
    marks = (*dossier.marks, "supplement.again") if dossier.supplements else dossier.marks
    return replace(dossier, supplements=dossier.supplements + 1, due_at="", marks=marks)


def _supplemented(dossier: Dossier, entry: Entry) -> Dossier:
    due = str(entry.facts.get("due_at", ""))
    notes = tuple(entry.facts.get("due_notes", ()))
    return replace(
        dossier, due_at=due, due_notes=notes, first_due_at=dossier.first_due_at or due,
        due_basis=_basis(dossier, entry), counted_from=entry.happened_at, waited=0, promised="",
    )  # fmt: skip


def _basis(dossier: Dossier, entry: Entry) -> str:
    return str(entry.facts.get("due_basis", dossier.due_basis))


def _assigned(dossier: Dossier, entry: Entry) -> Dossier:
    return replace(dossier, officer=str(entry.facts.get("officer", "")))


def _payment_asked(dossier: Dossier, entry: Entry) -> Dossier:
    amount = int(entry.facts.get("amount", 0))
    return replace(dossier, asked_amount=amount, paused_at=entry.happened_at)


def _payment_made(dossier: Dossier, entry: Entry) -> Dossier:
    due = str(entry.facts.get("due_at", dossier.due_at))
    waited = dossier.waited + int(entry.facts.get("waited", 0))
    promised = due if dossier.promised else ""
    return replace(dossier, due_at=due, asked_amount=0, paused_at="", waited=waited, promised=promised)


def _forwarded(dossier: Dossier, entry: Entry) -> Dossier:
    return replace(dossier, forwarded_to=str(entry.facts.get("unit", "")))


def _answered(dossier: Dossier, entry: Entry) -> Dossier:
    return replace(dossier, answer=str(entry.facts.get("text", "")))


def _extended(dossier: Dossier, entry: Entry) -> Dossier:
    facts = entry.facts
    due = str(facts.get("due_at", dossier.due_at))
    marks = tuple(str(mark) for mark in facts.get("marks", ()))
    return replace(
        dossier, due_at=due, due_notes=({"code": "due.extended"},), extensions=dossier.extensions + 1,
        first_due_at=dossier.first_due_at or due, marks=(*dossier.marks, *marks), promised=due,
        due_basis=_basis(dossier, entry),
    )  # fmt: skip


def _collected(dossier: Dossier, entry: Entry) -> Dossier:
    return replace(dossier, collected=dossier.collected + int(entry.facts.get("amount", 0)))


def _refunded(dossier: Dossier, entry: Entry) -> Dossier:
    return replace(dossier, refunded=dossier.refunded + int(entry.facts.get("amount", 0)))


def _attached(dossier: Dossier, entry: Entry) -> Dossier:
    return replace(dossier, attachments=(*dossier.attachments, *entry.facts.get("files", ())))


def _rated(dossier: Dossier, entry: Entry) -> Dossier:
    score = str(entry.facts.get("score", "0"))
    return replace(dossier, rating=int(score) if score.isdigit() else 0)


def _readied(dossier: Dossier, entry: Entry) -> Dossier:
    status = "declined" if entry.facts.get("outcome") == "declined" else dossier.status
    return replace(dossier, status=status, finished_at=entry.happened_at)


def _ended(dossier: Dossier, entry: Entry) -> Dossier:
    return replace(dossier, finished_at=entry.happened_at)


def _returned(dossier: Dossier, entry: Entry) -> Dossier:
    return replace(dossier, returned_at=entry.happened_at)


def _corrected(dossier: Dossier, entry: Entry) -> Dossier:
    changes = entry.facts.get("changes", {})
    known = _corrected_people(dossier, changes) | corrected_values(changes)
    if known.get("due_at"):
        known["first_due_at"] = dossier.first_due_at or known["due_at"]
    if dossier.status in UNDONE and changes.get("status") == UNDONE[dossier.status]:
        known |= {"status": UNDONE[dossier.status], "returned_at": ""}
    # Only the receipt says again what was corrected; the other papers tell of a step as it was.
    stale = tuple(replace(paper, stale=paper.stale or paper.form == "receipt") for paper in dossier.issued)
    return replace(dossier, **known, issued=stale if entry.facts.get("printed") else dossier.issued)


def _corrected_people(dossier: Dossier, changes: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: Person.from_body(changes[name]) for name in ("applicant", "owner", "principal") if name in changes}
    if "applicant" in known and "owner" not in known and dossier.owner == dossier.applicant:
        known["owner"] = known["applicant"]
    return dict(known)


_CHANGES = {
    "assign": _assigned,
    "ask-payment": _payment_asked,
    "paid": _payment_made,
    "forward": _forwarded,
    "answer": _answered,
    "extend": _extended,
    "stop": _ended,
    "collect": _collected,
    "refund": _refunded,
    "attach": _attached,
    "rate": _rated,
    "ask-supplement": _asked,
    "supplement": _supplemented,
    "ready": _readied,
    "withdraw": _ended,
    "return": _returned,
    "correct": _corrected,
    "void": _ended,
}


def _issued(dossier: Dossier, entry: Entry) -> Dossier:
    facts = entry.facts
    paper = IssuedPaper(
        str(facts["form"]), int(facts["version"]), str(facts["sha256"]), entry.happened_at,
        about=str(facts.get("about", "")),
    )  # fmt: skip
    return replace(dossier, issued=(*dossier.issued, paper))


def _printed(dossier: Dossier, entry: Entry) -> Dossier:
    sha256 = entry.facts.get("sha256")
    papers = tuple(
        replace(paper, printed=paper.printed + 1) if paper.sha256 == sha256 else paper for paper in dossier.issued
    )
    return replace(dossier, issued=papers)


def _noticed(dossier: Dossier, _entry: Entry) -> Dossier:
    return dossier


_ALONGSIDE = {"issue": _issued, "printed": _printed, "notice": _noticed}
"""Entries about a dossier's papers, and what the upper level lets know: they move no status and are always allowed."""
