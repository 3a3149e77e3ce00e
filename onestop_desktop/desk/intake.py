"""Taking a dossier, refusing one at the counter, and saying beforehand what the receipt would say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.files import bodies, doubts_of, stored
from onestop_desktop.desk.views import Changes, Forecast, Received
from onestop_desktop.domain.context import Context
from onestop_desktop.domain.deadline import Due, Note
from onestop_desktop.domain.decide import (
    decide_receive,
    decide_refuse,
    due_of,
    fee_of,
    is_late,
    received_at,
)  # fmt: skip
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.entry import declared, recorded
from onestop_desktop.domain.intake import Intake, read_intake
from onestop_desktop.domain.number import parse_code
from onestop_desktop.domain.office import Office, office_on, rules_on
from onestop_desktop.domain.person import Person, doubts
from onestop_desktop.errors import InvalidInput, OneStopError, Refused, TryLater
from onestop_desktop.settings import ATTACH_KB
from onestop_desktop.store.transaction import Transaction, new_dossier_id

ASK_WITHIN = timedelta(seconds=60)
"""The same content again within this time is asked about, not taken."""

FREE_FLOOR = 8 * 1024 * 1024
"""Below this free space nothing new is promised: what is taken must still be printable and sendable."""


def check_room(core: Core) -> None:
    """Refuse new work on a disk that is nearly full.

    Raises:
        TryLater: `store.disk_nearly_full`.
    """
    if core.store.free_bytes() < FREE_FLOOR:
        raise TryLater("store.disk_nearly_full")


def prepared(core: Core, intake: Intake) -> Context:
    """Return the context of an intake: procedure, office and rules of the declared day.

    Raises:
        InvalidInput: `procedure.unknown`, `office.none_on_day`, `intake.future`.
        Refused: `procedure.not_in_force`.
    """
    now = core.now()
    day = received_at(intake, now).date()
    return replace(
        core.context(now),
        procedure=core.catalogue.get(intake.procedure, day),
        office=office_of(core, intake.paper_number, day),
        rules=rules_on(core.seed.rules, day),
    )


def office_of(core: Core, paper_number: str, day: date) -> Office:
    """Return the office of a day: of several old communes the one whose code stands on the paper.

    Raises:
        InvalidInput: `office.none_on_day`.
    """
    try:
        agency = parse_code(paper_number).agency
    except OneStopError:
        agency = ""
    named = [office for office in core.setup.offices if office.agency == agency and office.holds(day)]
    return office_on(named or core.setup.offices, day)


def receive(core: Core, line: Mapping[str, object], *, again: bool = True, limit_kb: int = ATTACH_KB) -> Received:
    """Take a dossier; the number is known only once everything is durable.

    Raises:
        InvalidInput, Refused: nothing was taken; `intake.again` names the same content taken a moment ago.
        TryLater: `store.disk_full`, `store.disk_nearly_full`.
    """
    intake = read_intake(line, core.now().date())
    context = prepared(core, intake)
    check_room(core)
    files = stored(core, intake.attachments, limit_kb)
    context = replace(context, attachments=bodies(files))
    dossier = new_dossier_id(core.store.clock.now())

    def job(transaction: Transaction) -> Dossier:
        if not again:
            _ask_if_same(core, transaction, intake)
        return take(core, transaction, dossier, intake, context)

    taken = core.write(job)
    changes = Changes(frozenset({dossier}), people=True)
    return Received(
        taken.id,
        taken.number,
        taken.received_at,
        taken.due_at,
        taken.late,
        intake_doubts(core, intake) + doubts_of(files, [paper.name for paper in intake.papers]),
        changes,
    )


def take(core: Core, transaction: Transaction, dossier: str, intake: Intake, context: Context) -> Dossier:
    """Allot numbers, decide, append and remember one intake inside a transaction."""
    at = received_at(intake, context.now)
    office = context.office
    if office is None:
        raise InvalidInput("office.none_on_day", day=at.strftime("%d/%m/%Y"))
    allotted = transaction.allot(
        dossier, office.agency, at.date(), desk=core.setup.desk, start=core.setup.start,
        paper_number=intake.paper_number, today=context.now.date(), late=is_late(at, context.now),
    )  # fmt: skip
    happening = decide_receive(dossier, intake, replace(context, allotted=allotted))[0]
    taken = transaction.append(happening)
    if taken is None:
        raise AssertionError("a receive entry makes a dossier")
    now = core.store.clock.now()
    transaction.remember(intake.content_key(), dossier, recorded(now), recorded(now - timedelta(hours=1)))
    return taken


def _ask_if_same(core: Core, transaction: Transaction, intake: Intake) -> None:
    since = recorded(core.store.clock.now() - ASK_WITHIN)
    same = transaction.last_same(intake.content_key(), since)
    before = transaction.dossier(same) if same else None
    if before is not None:
        raise Refused("intake.again", number=before.number, at=before.received_at[11:16], dossier=before.id)


def intake_doubts(core: Core, intake: Intake) -> tuple[str, ...]:
    """Return what is worth a second look, as codes; none of it stops an intake."""
    people = [person for person in (intake.applicant, intake.owner, intake.principal) if person]
    found = [code for person in people for code in doubts(person, core.seed.provinces)]
    procedure = core.catalogue.nearest(intake.procedure, received_at(intake, core.now()).date())
    if intake.due_at is not None and procedure.limit_for(intake.channel) is not None:
        found.append("doubt.due_agreed")
    if procedure.sure != "high" and procedure.limit_for(intake.channel) is not None:
        found.append("doubt.limit_unsure")
    return tuple(dict.fromkeys(found))


def refuse(core: Core, line: Mapping[str, object]) -> Mapping[str, str]:
    """Refuse at the counter: recorded with its Mẫu 03 number, counted apart, no dossier.

    Raises:
        InvalidInput: also `input.missing` without a reason, `refuse.attachments`: the papers go back with the citizen.
        TryLater: `store.disk_full`, `store.disk_nearly_full`.
    """
    if not isinstance(line, Mapping):
        raise InvalidInput("input.type", field="")
    reason = line.get("reason", "")
    if not isinstance(reason, str):
        raise InvalidInput("input.type", field="reason")
    rest = {key: value for key, value in line.items() if key != "reason"}
    intake = read_intake(rest, core.now().date())
    if intake.attachments:
        raise InvalidInput("refuse.attachments", field="attachments")
    context = prepared(core, intake)
    happening = decide_refuse(intake, reason, context)[0]
    check_room(core)

    def job(transaction: Transaction) -> str:
        no = transaction.form_number("refusal", happening.happened_at.year)
        rules = context.rules
        number = f"{no:02d}/PTC-{rules.counter_short if rules else ''}"
        transaction.append(replace(happening, body={**happening.body, "form_number": number}))
        return number

    return {"number": core.write(job), "refused_at": declared(happening.happened_at)}


def forecast(core: Core, line: Mapping[str, object]) -> Forecast:
    """Say what the receipt would say if it were saved now; an incomplete line only needs its procedure.

    Raises:
        InvalidInput: `procedure.unknown`, or a time that cannot be true.
    """
    intake = draft_intake(core, line)
    now = core.now()
    at = received_at(intake, now)
    procedure = core.catalogue.get(intake.procedure, at.date())
    worked, _basis = due_of(intake, procedure, at, core.calendar)
    fee = fee_of(intake, procedure)
    late = is_late(at, now)
    return Forecast(worked, fee, fee is not None, late, intake_doubts(core, intake))


_DECIDES = ("procedure", "received_at", "due_at", "channel", "fee", "pages", "certified_copies")
"""What day and fee follow from: without it nothing can be forecast."""

_NOBODY_YET = {"name": "…", "kind": "person"}


def draft_intake(core: Core, line: Mapping[str, object]) -> Intake:
    """Read a line that is still being typed: each part that cannot be read yet is left out, the others are kept.

    Raises:
        InvalidInput: for what day and fee follow from.
    """
    today = core.now().date()
    try:
        return read_intake(line, today)
    except OneStopError:
        kept: dict[str, object] = {key: line[key] for key in _DECIDES if key in line} | {"applicant": _NOBODY_YET}
        for key in line:
            if key not in kept and _reads(kept | {key: line[key]}, today):
                kept[key] = line[key]
        return read_intake(kept, today)


def _reads(line: Mapping[str, object], today: date) -> bool:
    try:
        read_intake(line, today)
    except OneStopError:
        return False
    return True


def shown(core: Core, line: Mapping[str, object]) -> tuple[Intake, Context, Due]:
    """Return what a preview draws from: the line as far as it can be read."""
    intake = draft_intake(core, line)
    readable = _applicant_so_far(line)
    if readable is not None:
        intake = replace(intake, applicant=readable)
    context = prepared(core, intake)
    procedure = context.procedure
    at = received_at(intake, context.now)
    worked = due_of(intake, procedure, at, core.calendar)[0] if procedure else Due(None, (Note("due.unknown", {}),))
    return intake, context, worked


def _applicant_so_far(line: Mapping[str, object]) -> Person | None:
    body = line.get("applicant")
    if not isinstance(body, Mapping):
        return None
    texts = {str(key): value for key, value in body.items() if isinstance(value, str)}
    return Person.from_body({"kind": "person", "id_kind": "none", "name": "", **texts})
