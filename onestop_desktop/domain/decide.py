"""`decide`: refuse with a code, or say what happened. Pure: the context brings the clock, the calendar, the numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from onestop_desktop.domain.calendar import Calendar
from onestop_desktop.domain.deadline import Due, Limit, Note, due
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.entry import Happening, declared
from onestop_desktop.domain.form import read_form
from onestop_desktop.domain.intake import RETURN_WAYS, Intake, PaperTaken, read_instant
from onestop_desktop.domain.office import Office, RuleSet
from onestop_desktop.domain.person import read_person
from onestop_desktop.domain.procedure import Channel, Procedure
from onestop_desktop.domain.status import STATUSES
from onestop_desktop.domain.text import clean
from onestop_desktop.errors import InvalidInput, KnownError, Refused

FUTURE_GRACE = timedelta(minutes=10)
"""A received time further ahead of the corrected clock than this cannot be true."""

ALONE_FOR = timedelta(minutes=30)
"""How long the clerk who took a dossier may cancel it alone, before any further step."""


@dataclass(frozen=True, slots=True)
class Allotted:
    """The numbers set aside for one intake, in its own transaction."""

    number: str
    day: date
    sequence: int
    barcode: str
    register: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision may look at besides the dossier; `now` is the corrected civil time."""

    now: datetime
    calendar: Calendar
    actor: str
    procedure: Procedure | None = None
    office: Office | None = None
    rules: RuleSet | None = None
    second: str = ""
    allotted: Allotted | None = None
    attachments: tuple[Mapping[str, Any], ...] = ()
    find_procedure: Callable[[str], Procedure] | None = None


def received_at(intake: Intake, now: datetime) -> datetime:
    """Return the declared instant of an intake; left out means now.

    Raises:
        InvalidInput: `intake.future` when it lies more than 10 minutes after the corrected time.
    """
    at = intake.received_at or now.replace(microsecond=0)
    if at > now + FUTURE_GRACE:
        raise InvalidInput("intake.future", at=at.strftime("%H:%M %d/%m/%Y"), now=now.strftime("%H:%M %d/%m/%Y"))
    return at


def is_late(at: datetime, now: datetime) -> bool:
    """Say whether an intake is a late entry: done on an earlier day than it is recorded."""
    return at.date() < now.date()


def due_of(intake: Intake, procedure: Procedure, at: datetime, calendar: Calendar) -> tuple[Due, str]:
    """Return the due date and what it rests on: `limit`, `agreed` (typed by the clerk) or `unknown`.

    Raises:
        InvalidInput: `due.before_received`.
    """
    if intake.due_at is not None:
        if intake.due_at < at:
            raise InvalidInput("due.before_received", due=intake.due_at.strftime("%H:%M %d/%m/%Y"))
        return Due(intake.due_at, (Note("due.agreed", {}),)), "agreed"
    limit = procedure.limit_for(intake.channel)
    if limit is None:
        return Due(None, (Note("due.unknown", {}),)), "unknown"
    worked = due(at, limit, calendar)
    return worked, "limit" if worked.at else "unknown"


def fee_of(intake: Intake, procedure: Procedure) -> int | None:
    """Return the fee in đồng: as typed, else by the procedure's rule, else None (not known)."""
    if intake.fee is not None:
        return intake.fee
    return procedure.fee.total(intake.pages, intake.certified_copies) if procedure.fee.is_known else None


def decide_receive(dossier: str, intake: Intake, context: Context) -> list[Happening]:
    """Take a dossier.

    Raises:
        InvalidInput: the declared time or due date cannot be true.
        KnownError: the context lacks what an intake needs.
    """
    procedure, office, rules, allotted = context.procedure, context.office, context.rules, context.allotted
    if procedure is None or office is None or rules is None or allotted is None:
        raise KnownError("intake.context")
    at = received_at(intake, context.now)
    worked, basis = due_of(intake, procedure, at, context.calendar)
    limit = procedure.limit_for(intake.channel)
    body: dict[str, Any] = {
        "agency": office.agency,
        "applicant": intake.applicant.as_body(),
        "barcode": allotted.barcode,
        "channel": str(intake.channel),
        "day": allotted.day.isoformat(),
        "due_basis": basis,
        "due_notes": notes_body(worked.notes),
        "number": allotted.number,
        "office": office.as_body(),
        "papers": [paper.as_body() for paper in intake.papers],
        "procedure": {"code": procedure.code, "field": procedure.field, "title": procedure.display},
        "register": dict(allotted.register),
        "return_by": intake.return_by,
        "rules": rules.key,
        "sequence": allotted.sequence,
        "sets": intake.sets,
    }
    body |= _present(
        {
            "attachments": [dict(one) for one in context.attachments],
            "basis": intake.basis.as_body(),
            "certified_copies": intake.certified_copies,
            "due_at": declared(worked.at) if worked.at else "",
            "late": is_late(at, context.now),
            "limit": limit.as_body() if limit else {},
            "note": intake.note,
            "owner": intake.owner.as_body() if intake.owner else {},
            "pages": intake.pages,
            "paper_number": intake.paper_number,
            "post_address": intake.post_address,
            "principal": intake.principal.as_body() if intake.principal else {},
            "shelf": intake.shelf,
        }
    )
    fee = fee_of(intake, procedure)
    if fee is not None:
        body["fee"] = fee
    return [Happening("receive", body, at, dossier)]


def _present(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value}


def notes_body(notes: tuple[Note, ...]) -> list[dict[str, Any]]:
    """Return the arithmetic of a due date as the entry keeps it."""
    return [{"code": note.code, "facts": dict(note.facts)} if note.facts else {"code": note.code} for note in notes]


def decide_refuse(intake: Intake, reason: str, context: Context) -> list[Happening]:
    """Refuse at the counter (Mẫu 03): recorded and counted apart, no dossier, no code.

    Raises:
        InvalidInput: `input.missing` without a reason.
    """
    procedure, office, rules = context.procedure, context.office, context.rules
    if procedure is None or office is None or rules is None:
        raise KnownError("intake.context")
    why = clean(reason, "reason", 2000, multiline=True)
    if not why:
        raise InvalidInput("input.missing", field="reason")
    at = received_at(intake, context.now)
    body = {
        "agency": office.agency,
        "applicant": intake.applicant.as_body(),
        "channel": str(intake.channel),
        "office": office.as_body(),
        "procedure": {"code": procedure.code, "field": procedure.field, "title": procedure.display},
        "reason": why,
        "rules": rules.key,
    }
    return [Happening("refuse", body, at)]


def decide_step(dossier: Dossier, step: str, values: Mapping[str, object], context: Context) -> list[Happening]:
    """Take one step of a dossier.

    Raises:
        Refused: `step.unknown`, `step.not_allowed`, `step.two_people`, `dossier.conflict`.
        InvalidInput: the form, or a time that cannot be true.
    """
    form = read_form(step, values, context.now.date())
    state = STATUSES.get(dossier.status)
    if state is None or step not in state.next:
        label = state.label if state else dossier.status
        raise Refused("step.not_allowed", step=f"word:step.{step}", status=label, number=dossier.number)
    at = _happened(form.pop("at", None), dossier, context.now)
    complete = _COMPLETE.get(step)
    body = complete(dossier, form, at, context) if complete else form
    return [Happening(step, body, at, dossier.id)]


def _happened(text: str | None, dossier: Dossier, now: datetime) -> datetime:
    at = datetime.fromisoformat(text) if text else now.replace(microsecond=0)
    if at > now + FUTURE_GRACE:
        raise InvalidInput("step.future", at=at.strftime("%H:%M %d/%m/%Y"))
    if at < datetime.fromisoformat(dossier.received_at):
        raise InvalidInput("step.before_received", at=at.strftime("%H:%M %d/%m/%Y"))
    return at


def _restart(dossier: Dossier, form: dict[str, Any], at: datetime, context: Context) -> dict[str, Any]:
    """Start the limit from zero once the dossier is complete (Decree 61/2018/NĐ-CP, Art. 19.4)."""
    if "due_at" in form:
        if datetime.fromisoformat(form["due_at"]) < at:
            raise InvalidInput("due.before_received", due=form["due_at"])
        return form
    limit = Limit.from_body(dossier.limit) if dossier.limit else None
    if limit is None:
        return form
    worked = due(at, limit, context.calendar)
    if worked.at is None:
        return form
    return form | {"due_at": declared(worked.at), "due_notes": notes_body(worked.notes)}


def _handed_over(dossier: Dossier, form: dict[str, Any], at: datetime, _context: Context) -> dict[str, Any]:
    if dossier.finished_at and at < datetime.fromisoformat(dossier.finished_at):
        raise InvalidInput("step.before_ready", at=at.strftime("%H:%M %d/%m/%Y"))
    return {"to": dossier.applicant.as_body()} | form


def _declined(_dossier: Dossier, form: dict[str, Any], _at: datetime, _context: Context) -> dict[str, Any]:
    if form.get("outcome") == "declined" and not form.get("reason"):
        raise InvalidInput("input.missing", field="reason")
    return {"outcome": "granted"} | form


def _voided(dossier: Dossier, form: dict[str, Any], _at: datetime, context: Context) -> dict[str, Any]:
    """Void by two people; within 30 minutes, before a further step, the same clerk alone ("hủy tại bàn")."""
    return form | ({"alone": True} if _alone(dossier, context) else {})


def _alone(dossier: Dossier, context: Context) -> bool:
    """Say whether one person answers for a grave change: the clerk who took the dossier, a moment ago.

    Raises:
        Refused: `step.two_people` when a second person is needed, `step.same_person` when it is the same.
    """
    if context.second:
        if context.second == context.actor:
            raise Refused("step.same_person")
        return False
    further = [step for step in dossier.history if step.kind not in {"receive", "issue", "printed"}]
    fresh = context.now - datetime.fromisoformat(dossier.recorded_at) <= ALONE_FOR
    if not fresh or further or context.actor != dossier.received_by:
        raise Refused("step.two_people", number=dossier.number)
    return True


PRINTED_FIELDS = frozenset(
    {
        "applicant", "owner", "principal", "procedure", "papers", "sets", "due_at", "return_by", "post_address",
        "fee", "paper_number",
    }
)  # fmt: skip
"""Fields that stand on the receipt: correcting one issues it again with the same code."""

_COUNTS = frozenset({"sets", "pages", "certified_copies", "fee"})
_TEXTS = {"post_address": 300, "shelf": 60, "note": 1000, "paper_number": 60}


def _correct(dossier: Dossier, form: dict[str, Any], _at: datetime, context: Context) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, value in form["changes"].items():
        changes |= _correction(dossier, str(name), value, context)
    if not changes:
        raise InvalidInput("input.missing", field="changes")
    if "procedure" in changes:
        _alone(dossier, context)
    printed = sorted(PRINTED_FIELDS & changes.keys())
    before = {name: _current(dossier, name) for name in changes if name != "due_notes"}
    body = {"before": _present(before), "changes": changes, "reason": form["reason"]}
    return body | ({"printed": printed} if printed else {})


def _current(dossier: Dossier, name: str) -> Any:
    value = getattr(dossier, name, "")
    if name == "papers":
        return [paper.as_body() for paper in dossier.papers]
    return value.as_body() if hasattr(value, "as_body") else value


def _correction(  # noqa: PLR0911  one line a kind of field
    dossier: Dossier, name: str, value: object, context: Context
) -> dict[str, Any]:
    if name in {"applicant", "owner", "principal"} and isinstance(value, Mapping):
        return {name: read_person(value, name, context.now.date()).as_body()}
    if name == "procedure" and isinstance(value, str) and context.find_procedure:
        return _other_procedure(dossier, context.find_procedure(value), context)
    if name == "papers" and isinstance(value, list):
        return {name: [PaperTaken.from_body(paper).as_body() for paper in value if isinstance(paper, Mapping)]}
    if name == "due_at" and isinstance(value, str):
        return _other_due(dossier, value)
    if name in _COUNTS and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return {name: value}
    if name in _TEXTS and isinstance(value, str):
        return {name: clean(value, name, _TEXTS[name])}
    if name == "return_by" and value in RETURN_WAYS:
        return {name: str(value)}
    raise InvalidInput("correct.field", field=name)


def _other_due(dossier: Dossier, value: str) -> dict[str, Any]:
    """Change a due date only where no rule sets it: a rule's date moves by the steps that the law names."""
    if dossier.due_basis == "limit":
        raise Refused("correct.due_by_rule")
    at = read_instant(value, "due_at")
    if at < datetime.fromisoformat(dossier.received_at):
        raise InvalidInput("due.before_received", due=value)
    return {"due_at": declared(at), "due_basis": "agreed", "due_notes": [{"code": "due.agreed"}]}


def _other_procedure(dossier: Dossier, procedure: Procedure, context: Context) -> dict[str, Any]:
    """Change the procedure, and with it the due date that its limit gives."""
    changed: dict[str, Any] = {
        "procedure": {"code": procedure.code, "field": procedure.field, "title": procedure.display}
    }
    limit = procedure.limit_for(Channel(dossier.channel))
    if limit is not None and dossier.due_at:
        worked = due(datetime.fromisoformat(dossier.received_at), limit, context.calendar)
        if worked.at is not None:
            changed |= {
                "due_at": declared(worked.at),
                "due_notes": notes_body(worked.notes),
                "due_basis": "limit",
            }
    return changed


_COMPLETE: Mapping[str, Callable[[Dossier, dict[str, Any], datetime, Context], dict[str, Any]]] = MappingProxyType(
    {
        "supplement": _restart,
        "return": _handed_over,
        "ready": _declined,
        "void": _voided,
        "correct": _correct,
    }
)
