"""`decide`: refuse with a code, or say what happened. Pure: the context brings the clock, the calendar, the numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from onestop_desktop.domain.calendar import Calendar
from onestop_desktop.domain.context import Context
from onestop_desktop.domain.correction import alone, correct
from onestop_desktop.domain.deadline import Due, Limit, Note, due, notes_body
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.entry import Happening, declared, present
from onestop_desktop.domain.form import read_form
from onestop_desktop.domain.history import last_move
from onestop_desktop.domain.intake import Intake
from onestop_desktop.domain.procedure import Procedure
from onestop_desktop.domain.status import BESIDE, STATUSES, next_steps
from onestop_desktop.domain.text import clean
from onestop_desktop.errors import InvalidInput, KnownError, Refused

FIRST_YEAR = 2000
"""A dossier code has two digits of the year, all of this century."""

FUTURE_GRACE = timedelta(minutes=10)
"""A received time further ahead of the corrected clock than this cannot be true."""


def received_at(intake: Intake, now: datetime) -> datetime:
    """Return the declared instant of an intake; left out means now.

    Raises:
        InvalidInput: `intake.future` when it lies more than 10 minutes after the corrected time.
    """
    at = intake.received_at or now.replace(microsecond=0)
    if at.year < FIRST_YEAR:
        raise InvalidInput("intake.too_early", at=at.strftime("%H:%M %d/%m/%Y"))
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
    body |= present(
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
        body |= {"fee": fee, "fee_basis": "rule" if intake.fee is None else "typed"}
    return [Happening("receive", body, at, dossier)]


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


def steps_now(dossier: Dossier) -> tuple[str, ...]:
    """Return the steps that can be taken now: those of the table, a refund only while there is money to give back."""
    kept = dossier.collected > dossier.refunded
    steps = next_steps(dossier.status, conflict=dossier.conflict)
    return tuple(step for step in steps if step != "refund" or kept)


def check_allowed(dossier: Dossier, step: str) -> None:
    """Find out whether the table of steps allows a step now.

    Raises:
        Refused: `step.not_allowed`.
    """
    state = STATUSES.get(dossier.status)
    if state is None or step not in next_steps(dossier.status, conflict=dossier.conflict):
        status = f"word:status.{dossier.status}" if state else dossier.status
        raise Refused("step.not_allowed", step=f"word:step.{step}", status=status, number=dossier.number)


def decide_step(dossier: Dossier, step: str, values: Mapping[str, object], context: Context) -> list[Happening]:
    """Take one step of a dossier.

    Raises:
        Refused: `step.unknown`, `step.not_allowed`, `step.two_people`, `dossier.conflict`.
        InvalidInput: the form, or a time that cannot be true.
    """
    form = read_form(step, values, context.now.date())
    check_allowed(dossier, step)
    at = _happened(step, form.pop("at", None), dossier, context.now)
    complete = _COMPLETE.get(step)
    body = complete(dossier, form, at, context) if complete else form
    return [Happening(step, body, at, dossier.id)]


def step_doubts(dossier: Dossier, happening: Happening) -> tuple[str, ...]:
    """Return what is worth a second look in a step, as codes; none of it stops it."""
    found = [str(mark) for mark in happening.body.get("marks", ())]
    owed = max(dossier.fee_due or 0, dossier.asked_amount)
    if happening.kind == "collect" and (dossier.fee is not None or owed) and int(happening.body["amount"]) > owed:
        found.append("doubt.collect_over")
    return tuple(found)


FORM_LETTERS: Mapping[str, str] = MappingProxyType(
    {"supplement": "PBS-{counter}", "refusal": "PTC-{counter}", "apology": "PXL", "stop-notice": "TB-{counter}"}
)
"""The letters behind the yearly number of each form that a step brings; `counter` is the counter's short name."""

_FORMS = MappingProxyType(
    {"ask-supplement": "supplement", "extend": "apology", "stop": "stop-notice", "withdraw": "stop-notice"}
)


def form_of(happening: Happening) -> str:
    """Return the form that a step brings with a number of its own; an empty text for every other step.

    Circular 01/2018/TT-VPCP, forms 02 to 04; Circular 03/2025/TT-VPCP, appendix I, forms 02 to 05. A dossier
    declined after its intake is refused by form 03 (Decree 61/2018/NĐ-CP, art. 19.8).
    """
    if happening.kind == "ready":
        return "refusal" if happening.body.get("outcome") == "declined" else ""
    return _FORMS.get(happening.kind, "")


def form_number(form: str, no: int, counter: str) -> str:
    """Write a form's yearly number: "03/PBS-TTPVHCC"."""
    return f"{no:02}/{FORM_LETTERS[form].format(counter=counter)}"


def _happened(step: str, text: str | None, dossier: Dossier, now: datetime) -> datetime:
    at = datetime.fromisoformat(text) if text else now.replace(microsecond=0)
    if at > now + FUTURE_GRACE:
        raise InvalidInput("step.future", at=at.strftime("%H:%M %d/%m/%Y"))
    if at < datetime.fromisoformat(dossier.received_at):
        raise InvalidInput("step.before_received", at=at.strftime("%H:%M %d/%m/%Y"))
    if step not in BESIDE:
        _check_order(step, at, dossier, now)
    return at


def _check_order(step: str, at: datetime, dossier: Dossier, now: datetime) -> None:
    """Refuse a step said to have been before the one that it follows.

    Clerks type minutes, so minutes are compared; and a step that a wrong clock put ahead of now bars nothing that
    happens now.
    """
    last = last_move(dossier)
    if last is None:
        return
    before = min(datetime.fromisoformat(last.happened_at), now)
    if at < before.replace(second=0, microsecond=0):
        facts = {"at": at.strftime("%H:%M %d/%m/%Y"), "before": before.strftime("%H:%M %d/%m/%Y")}
        if step == "return":
            raise InvalidInput("step.before_ready", **facts)
        raise InvalidInput("step.before_last", last=f"word:step.{last.kind}", **facts)


def _restart(dossier: Dossier, form: dict[str, Any], at: datetime, context: Context) -> dict[str, Any]:
    """Start the limit from zero once the dossier is complete (Decree 61/2018/NĐ-CP, Art. 19.4)."""
    limit = Limit.from_body(dossier.limit) if dossier.limit else None
    worked = due(at, limit, context.calendar) if limit and dossier.due_basis != "agreed" else Due(None, ())
    if "due_at" in form:
        return form | _agreed(form["due_at"], at, worked)
    if dossier.due_basis == "agreed":
        raise InvalidInput("input.missing", field="due_at")
    if worked.at is None:
        return form
    return form | {"due_at": declared(worked.at), "due_basis": "limit", "due_notes": notes_body(worked.notes)}


def _agreed(due_at: str, at: datetime, worked: Due) -> dict[str, Any]:
    """Say that the clerk set the date; only where no rule does."""
    if worked.at is not None:
        raise Refused("supplement.due_by_rule", due=worked.at.strftime("%H:%M %d/%m/%Y"), field="due_at")
    if datetime.fromisoformat(due_at) < at:
        raise InvalidInput("due.before_received", due=due_at, field="due_at")
    return {"due_basis": "agreed", "due_notes": [{"code": "due.agreed"}]}


def _resume(dossier: Dossier, form: dict[str, Any], at: datetime, context: Context) -> dict[str, Any]:
    """Add the working time that the payment took to the due date: the clock stood still meanwhile."""
    if not dossier.due_at or not dossier.paused_at:
        return form
    waited = context.calendar.minutes_between(datetime.fromisoformat(dossier.paused_at), at)
    if waited <= 0:
        return form
    moved = context.calendar.after_minutes(datetime.fromisoformat(dossier.due_at), waited)
    return form | {"due_at": declared(moved), "waited": waited}


def _extend(dossier: Dossier, form: dict[str, Any], at: datetime, context: Context) -> dict[str, Any]:
    """Set a new date with an apology: at most once, and the letter a day before the due date.

    Decree 61/2018/NĐ-CP, Art. 19.9. The law's bounds warn and mark; they never stop a paper.
    """
    new = datetime.fromisoformat(form["due_at"])
    old = datetime.fromisoformat(dossier.due_at) if dossier.due_at else None
    after = max(old or at, at)
    if new <= after:
        raise InvalidInput("extend.not_later", due=form["due_at"], after=after.strftime("%H:%M %d/%m/%Y"))
    found = {
        "extend.again": dossier.extensions > 0,
        "apology.late": old is not None and at.date() >= old.date(),
        "extend.day_off": not context.calendar.is_working(new.date()),
    }
    marks = [mark for mark, holds in found.items() if holds]
    basis = {} if dossier.due_basis == "limit" else {"due_basis": "agreed"}
    return form | basis | ({"marks": marks} if marks else {})


def _refund(dossier: Dossier, form: dict[str, Any], _at: datetime, _context: Context) -> dict[str, Any]:
    """Give back no more than was taken."""
    left = dossier.collected - dossier.refunded
    if form["amount"] > left:
        raise Refused("refund.too_much", left=left)
    return form


def _handed_over(dossier: Dossier, form: dict[str, Any], _at: datetime, _context: Context) -> dict[str, Any]:
    return {"to": dossier.applicant.as_body()} | form


def _declined(_dossier: Dossier, form: dict[str, Any], _at: datetime, _context: Context) -> dict[str, Any]:
    if form.get("outcome") == "declined" and not form.get("reason"):
        raise InvalidInput("input.missing", field="reason")
    return {"outcome": "granted"} | form


def _voided(dossier: Dossier, form: dict[str, Any], _at: datetime, context: Context) -> dict[str, Any]:
    """Void by two people; within 30 minutes, before a further step, the same clerk alone ("hủy tại bàn")."""
    return form | ({"alone": True} if alone(dossier, context) else {})


_COMPLETE: Mapping[str, Callable[[Dossier, dict[str, Any], datetime, Context], dict[str, Any]]] = MappingProxyType(
    {
        "supplement": _restart,
        "paid": _resume,
        "extend": _extend,
        "refund": _refund,
        "return": _handed_over,
        "ready": _declined,
        "void": _voided,
        "correct": correct,
    }
)
