"""The certification desk: several certified copies or signatures in one go, the result at once, all recorded.

Decree 61/2018/NĐ-CP, Art. 17.4: a result-at-once procedure needs no receipt unless the citizen asks, but dossier and
result are entered all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.files import bodies, stored
from onestop_desktop.desk.intake import check_room, prepared, take
from onestop_desktop.desk.views import Changes
from onestop_desktop.domain.decide import decide_step, fee_of, received_at
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.intake import Intake, read_intake
from onestop_desktop.errors import InvalidInput
from onestop_desktop.settings import ATTACH_KB
from onestop_desktop.store import lookup
from onestop_desktop.store.transaction import Transaction, new_dossier_id

LINES_LIMIT = 30

Stored = tuple[Mapping[str, str | int], ...]
"""Files as an entry names them."""


@dataclass(frozen=True, slots=True)
class Certified:
    """One certification as recorded: the dossier's code, its number in the certification book, the fee in đồng."""

    id: str
    number: str
    book_number: str
    fee: int


def certify(
    core: Core, lines: Sequence[Mapping[str, object]], *, limit_kb: int = ATTACH_KB
) -> tuple[tuple[Certified, ...], Changes]:
    """Take, finish and hand over several certifications in one transaction: all of them or none.

    Raises:
        InvalidInput: `certify.lines`, `certify.procedure`, `certify.fee`, or a line's own fault with its `line`.
        TryLater: `store.disk_full`, `store.disk_nearly_full`.
    """
    if not 1 <= len(lines) <= LINES_LIMIT:
        raise InvalidInput("certify.lines", limit=LINES_LIMIT)
    intakes = [read_intake(line, core.now().date()) for line in lines]
    fees = [_fee(core, intake) for intake in intakes]
    check_room(core)
    files = [bodies(stored(core, intake.attachments, limit_kb)) for intake in intakes]

    def job(transaction: Transaction) -> tuple[Certified, ...]:
        return tuple(_one(core, transaction, *one) for one in zip(intakes, fees, files, strict=True))

    done = core.write(job)
    return done, Changes(frozenset(one.id for one in done), people=True)


def _fee(core: Core, intake: Intake) -> int:
    procedure = core.catalogue.get(intake.procedure, received_at(intake, core.now()).date())
    if not procedure.certification_book:
        raise InvalidInput("certify.procedure", code=procedure.code)
    fee = fee_of(intake, procedure)
    if fee is None:
        raise InvalidInput("certify.fee", code=procedure.code)
    return fee


def next_book_number(core: Core, procedure: str) -> int:
    """Return the number that the next certification of a procedure would get in this year's book."""
    name = book_of(procedure, core.now().year)
    return core.store.read(lambda c: lookup.last_number(c, name)) + 1


def book_of(procedure: str, year: int) -> str:
    """Return the counter of a procedure's certification book: one book a year and procedure."""
    return f"form|{year}|SCT-{procedure}"


def _one(core: Core, transaction: Transaction, intake: Intake, fee: int, files: Stored) -> Certified:
    context = replace(prepared(core, intake), attachments=files)
    dossier = new_dossier_id(core.store.clock.now())
    state: Dossier = take(core, transaction, dossier, intake, context)
    no = transaction.form_number(f"SCT-{state.procedure}", context.now.year)
    book_number = f"{no}/SCT"
    steps: list[tuple[str, dict[str, object]]] = [("ready", {"document": book_number})]
    if fee:
        steps.append(("collect", {"amount": fee, "way": "cash"}))
    for step, form in [*steps, ("return", {})]:
        for happening in decide_step(state, step, form, context):
            state = transaction.append(happening, state) or state
    return Certified(state.id, state.number, book_number, fee)
