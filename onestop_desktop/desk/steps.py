"""Moving a dossier on: one step, one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.intake import stored
from onestop_desktop.desk.views import Changes
from onestop_desktop.domain.decide import decide_step
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.errors import InvalidInput
from onestop_desktop.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Second:
    """The second person of a two-person act, and the password typed for it."""

    user: str
    password: str


def with_stored_files(core: Core, values: Mapping[str, object]) -> Mapping[str, object]:
    """Store the files that a form names by path, durably, before the entry that names them by content."""
    files = values.get("files")
    if isinstance(files, list) and all(isinstance(one, str) for one in files):
        return {**values, "files": list(stored(core, tuple(files)))}
    return values


def act(
    core: Core, dossier: str, step: str, values: Mapping[str, object], second: Second | None = None
) -> tuple[Dossier, Changes]:
    """Take a step and return the dossier after it.

    Raises:
        Refused: the table, the rights or the second person say no; nothing was written.
        InvalidInput: the step's form.
    """
    if step == "attach":
        values = with_stored_files(core, values)
    context = replace(core.context(core.now()), second=second.user if second else "")
    proof = core.second(second.user, second.password) if second else None

    def job(transaction: Transaction) -> Dossier:
        state = transaction.dossier(dossier)
        if state is None:
            raise InvalidInput("dossier.unknown", number=dossier)
        for happening in decide_step(state, step, values, context):
            state = transaction.append(happening, state) or state
        return state

    return core.write(job, proof), Changes(frozenset({dossier}), people=step == "correct")
