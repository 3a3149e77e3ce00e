"""Correcting what was recorded: with its reason, never silently; grave changes take two people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from onestop_desktop.domain.context import Context
from onestop_desktop.domain.deadline import Due, Limit, Note, due, notes_body
from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.domain.entry import declared, present
from onestop_desktop.domain.intake import COUNT_LIMIT, FEE_LIMIT, RETURN_WAYS, read_count, read_instant, read_papers
from onestop_desktop.domain.person import read_person
from onestop_desktop.domain.procedure import Channel, Procedure
from onestop_desktop.domain.status import UNDONE, Timing
from onestop_desktop.domain.text import clean
from onestop_desktop.errors import InvalidInput, KnownError, Refused

ALONE_FOR = timedelta(minutes=30)
"""How long one person alone may take back what they did, before any further step and before a packet has left."""

_PAPERS = frozenset({"issue", "printed"})
_SAME_HAND_OVER = timedelta(minutes=1)
"""The form of a hand-over records return, money and rating in one go."""


def alone(dossier: Dossier, context: Context) -> bool:
    """Say whether one person answers for a grave change: the clerk who took the dossier, a moment ago.

    Raises:
        Refused: `step.two_people` when a second person is needed, `step.same_person` when it is the same.
    """
    if context.second:
        if context.second == context.actor:
            raise Refused("step.same_person")
        return False
    further = [step for step in dossier.history[1:] if step.kind not in _PAPERS]
    if further or not _fresh(dossier.history[0], context):
        raise Refused("step.two_people", number=dossier.number)
    return True


def may_cancel(dossier: Dossier, context: Context) -> bool:
    """Say whether this clerk alone may still cancel the intake or correct its procedure."""
    try:
        return alone(dossier, context)
    except Refused:
        return False


def may_take_back(dossier: Dossier, context: Context) -> bool:
    """Say whether this clerk alone may still undo the hand-over."""
    last, further = None, list[Step]()
    for step in dossier.history:
        last, further = (step, []) if step.kind == "return" else (last, [*further, step])
    if dossier.status not in UNDONE or last is None:
        return False
    return _fresh(last, context) and all(_goes_with(last, step) for step in further)


def _fresh(step: Step, context: Context) -> bool:
    """Say whether a step is this clerk's own, a moment ago, and still nowhere but here."""
    recent = context.now - datetime.fromisoformat(step.corrected_at) <= ALONE_FOR
    return recent and step.actor == context.actor and step.kind not in context.left


PRINTED_FIELDS = frozenset(
    {
        "applicant", "owner", "principal", "procedure", "papers", "sets", "due_at", "return_by", "post_address",
        "fee", "paper_number",
    }
)  # fmt: skip
"""Fields that stand on the receipt: correcting one issues it again with the same code."""

_COUNTS = {"sets": COUNT_LIMIT, "pages": COUNT_LIMIT, "certified_copies": COUNT_LIMIT, "fee": FEE_LIMIT}
_TEXTS = {"post_address": 300, "shelf": 60, "note": 1000, "paper_number": 60}


def correct(dossier: Dossier, form: dict[str, Any], _at: datetime, context: Context) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, value in form["changes"].items():
        changes |= _correction(dossier, str(name), value, context)
    if not changes:
        raise InvalidInput("input.missing", field="changes")
    changes |= _other_fee(dossier, changes, context)
    if "procedure" in changes:
        alone(dossier, context)
    if "status" in changes:
        _undo(dossier, context)
    printed = sorted(PRINTED_FIELDS & changes.keys())
    before = {name: _current(dossier, name) for name in changes if name not in _DERIVED}
    body = {"before": present(before), "changes": changes, "reason": form["reason"]}
    return body | ({"printed": printed} if printed else {})


def _undo(dossier: Dossier, context: Context) -> None:
    """Undo a wrong hand-over: within 30 minutes whoever recorded it alone, later or after a further step two people."""
    if context.second:
        if context.second == context.actor:
            raise Refused("step.same_person")
        return
    if not may_take_back(dossier, context):
        raise Refused("step.two_people", number=dossier.number)


def _goes_with(handed_over: Step, step: Step) -> bool:
    """Say whether a step after a hand-over belongs to it."""
    if step.kind in _PAPERS:
        return True
    apart = datetime.fromisoformat(step.corrected_at) - datetime.fromisoformat(handed_over.corrected_at)
    return step.kind in {"collect", "rate"} and step.actor == handed_over.actor and apart <= _SAME_HAND_OVER


_DERIVED = frozenset({"due_notes", "due_basis", "limit", "fee_basis"})


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
        return _other_procedure(dossier, context.find_procedure(value, _received_on(dossier)), context)
    if name == "papers":
        return {name: [paper.as_body() for paper in read_papers(value)]}
    if name == "due_at" and isinstance(value, str):
        return _other_due(dossier, value)
    if name in _COUNTS:
        return {name: read_count({name: value}, name, 0, _COUNTS[name])}
    if name in _TEXTS and isinstance(value, str):
        return {name: clean(value, name, _TEXTS[name])}
    if name == "status" and dossier.status in UNDONE and value == UNDONE[dossier.status]:
        return {name: UNDONE[dossier.status]}
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
    """Change the procedure, and with it the limit and the due date that it gives; none where it gives none."""
    limit = procedure.limit_for(Channel(dossier.channel))
    changed: dict[str, Any] = {
        "limit": limit.as_body() if limit else {},
        "procedure": {"code": procedure.code, "field": procedure.field, "title": procedure.display},
    }
    timing = dossier.state.timing if dossier.state else Timing.ENDED
    if dossier.due_basis == "agreed" or timing is Timing.ENDED:
        return changed
    if timing is Timing.PAUSED and not dossier.paused_at:
        # A supplement is awaited: nothing counts now, and when it comes the count begins by the other limit, if any.
        return changed | {"due_basis": "limit" if limit else "unknown"}
    worked, basis = _counted(dossier, limit, context)
    due_at = declared(worked.at) if worked.at else ""
    return changed | {"due_at": due_at, "due_basis": basis, "due_notes": notes_body(worked.notes)}


def _counted(dossier: Dossier, limit: Limit | None, context: Context) -> tuple[Due, str]:
    """Count another limit for a dossier on its way: a supplement, a payment and an apology hold as they did before.

    An apology is a promise to the citizen: its date stays unless the other limit gives a later one.
    """
    unknown = Due(None, (Note("due.unknown"),))
    worked = due(datetime.fromisoformat(dossier.counted_from), limit, context.calendar) if limit else unknown
    basis = "limit" if worked.at else "unknown"
    if worked.at and dossier.waited:
        hours, minutes = divmod(dossier.waited, 60)
        waited = Note("due.waited", {"hours": str(hours), "minutes": str(minutes)})
        worked = Due(context.calendar.after_minutes(worked.at, dossier.waited), (*worked.notes, waited))
    promised = datetime.fromisoformat(dossier.promised) if dossier.promised else None
    if promised and (worked.at is None or worked.at < promised):
        worked = Due(promised, (Note("due.extended"),))
        basis = basis if basis == "limit" else "agreed"
    return worked, basis


_FEE_FOLLOWS = frozenset({"procedure", "pages", "certified_copies"})
"""What a fee follows from where a rule gives it."""


def _other_fee(dossier: Dossier, changes: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Compute the fee anew from what it follows from; one that a clerk typed stays, and one typed now is typed."""
    if "fee" in changes:
        return {"fee_basis": "typed"}
    if not _FEE_FOLLOWS & changes.keys():
        return {}
    try:
        if not _fee_by_rule(dossier, context):
            return {}
        fee = _ruled_fee(dossier, changes, context)
    except KnownError:
        return {}  # a procedure that this desk does not know: nothing can be computed
    if fee == dossier.fee:
        return {}
    return {"fee_basis": "unknown"} if fee is None else {"fee": fee, "fee_basis": "rule"}


def _fee_by_rule(dossier: Dossier, context: Context) -> bool:
    """Say whether a rule gave the fee; entries that do not tell it are believed where the rule gives the same."""
    if dossier.fee_basis:
        return dossier.fee_basis != "typed"
    return dossier.fee is None or dossier.fee == _ruled_fee(dossier, {}, context)


def _ruled_fee(dossier: Dossier, changes: Mapping[str, Any], context: Context) -> int | None:
    """Return the fee by the rule of the day of receipt, None when it is not known; raises KnownError as a catalogue."""
    if context.find_procedure is None:
        return dossier.fee
    code = changes["procedure"]["code"] if "procedure" in changes else dossier.procedure
    rule = context.find_procedure(code, _received_on(dossier)).fee
    pages, copies = (changes.get(name, getattr(dossier, name)) for name in ("pages", "certified_copies"))
    return rule.total(pages, copies) if rule.is_known else None


def _received_on(dossier: Dossier) -> date:
    return datetime.fromisoformat(dossier.received_at).date()
