"""Moving a dossier on: one step, one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.files import bodies, doubts_of, state_of, stored
from onestop_desktop.desk.views import Changes
from onestop_desktop.domain.attachment import read_named
from onestop_desktop.domain.correction import may_cancel, may_take_back
from onestop_desktop.domain.decide import decide_step, form_number, form_of, step_doubts
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.entry import Happening
from onestop_desktop.errors import InvalidInput
from onestop_desktop.settings import ATTACH_KB
from onestop_desktop.store.left import left
from onestop_desktop.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Second:
    """The second person of a two-person act, and the password typed for it."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Alone:
    """What this clerk may take back just now without a second person: the intake, the hand-over."""

    cancel: bool = False
    take_back: bool = False


def alone(core: Core, state: Dossier) -> Alone:
    """Say what this clerk alone may take back of a dossier: theirs, a moment ago, and still nowhere but here."""
    gone = core.store.read(lambda c: left(c, state.id))
    context = replace(core.context(core.now()), left=gone)
    return Alone(may_cancel(state, context), may_take_back(state, context))


def with_stored_files(
    core: Core, dossier: str, values: Mapping[str, object], limit_kb: int
) -> tuple[Mapping[str, object], tuple[str, ...]]:
    """Store the files that a form names by path, durably, before the entry that names them by content; tell doubts."""
    if "files" not in values:
        return values, ()
    papers = [paper.name for paper in state_of(core, dossier).papers]
    files = stored(core, read_named(values["files"], "files", papers), limit_kb)
    return {**values, "files": list(bodies(files))}, doubts_of(files, papers)


def numbered(core: Core, transaction: Transaction, state: Dossier, happening: Happening) -> Happening:
    """Give a step that brings a form its yearly number, which stands in the step's own entry."""
    form = form_of(happening)
    if not form:
        return happening
    rules = next((one for one in core.seed.rules if one.key == state.rules), core.seed.rules[-1])
    no = transaction.form_number(form, happening.happened_at.year)
    return replace(happening, body={**happening.body, "form_number": form_number(form, no, rules.counter_short)})


def act(
    core: Core,
    dossier: str,
    step: str,
    values: Mapping[str, object],
    second: Second | None = None,
    *,
    limit_kb: int = ATTACH_KB,
) -> tuple[Dossier, Changes]:
    """Take a step and return the dossier after it; pictures that it brings by path become `limit_kb` kB a page.

    Raises:
        Refused: the table, the rights or the second person say no; nothing was written.
        InvalidInput: the step's form.
    """
    doubts: tuple[str, ...] = ()
    if step == "attach":
        values, doubts = with_stored_files(core, dossier, values, limit_kb)
    context = replace(core.context(core.now()), second=second.user if second else "")
    proof = core.second(second.user, second.password) if second else None

    def job(transaction: Transaction) -> tuple[Dossier, tuple[str, ...]]:
        found = doubts
        state = transaction.dossier(dossier)
        if state is None:
            raise InvalidInput("dossier.unknown", number=dossier)
        seen = replace(context, left=transaction.left(dossier))
        for happening in decide_step(state, step, values, seen):
            found += step_doubts(state, happening)
            state = transaction.append(numbered(core, transaction, state, happening), state) or state
        return state, found

    after, told = core.write(job, proof)
    return after, Changes(frozenset({dossier}), people=step == "correct", doubts=told)
