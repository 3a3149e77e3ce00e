"""What may be done with a dossier now: exactly the steps that the table allows, the usual one first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.steps import Alone
from onestop_desktop.desk.views import DossierRow
from onestop_desktop.domain.deadline import Remaining
from onestop_desktop.domain.decide import steps_now
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.status import STEPS, UNDONE

USUAL = ("settle", "return", "supplement", "paid", "ready")
"""What normally comes next, the first that is allowed."""

PROMINENT = ("answer", "extend", "ask-supplement", "forward", "rate", "collect", "attach", "correct")
"""What stands beside it, up to three."""

SHOWN_BESIDE = 3
READY_KEY = "F10"


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: its step, its word, and values of the step's form that are set already."""

    step: str
    word: str
    preset: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return the key that the button names."""
        return READY_KEY if self.step == "ready" else ""


@dataclass(frozen=True, slots=True)
class Offers:
    """The usual next step, those beside it, and the rest."""

    primary: Offer | None = None
    beside: tuple[Offer, ...] = ()
    rest: tuple[Offer, ...] = ()

    @property
    def all(self) -> tuple[Offer, ...]:
        """Return every offer."""
        return (*((self.primary,) if self.primary else ()), *self.beside, *self.rest)


@dataclass(frozen=True, slots=True)
class Opened:
    """A dossier as its detail shows it: who did what by name, and what this clerk may do alone just now."""

    dossier: Dossier
    left: Remaining
    names: Mapping[str, str]
    now: datetime
    alone: Alone = field(default_factory=Alone)
    officers: tuple[str, ...] = ()


def opened(desk: Desk, dossier: str) -> Opened:
    """Read a dossier for its detail; raises InvalidInput `dossier.unknown`."""
    state, now = desk.dossier(dossier), desk.now()
    names = {step.actor: desk.core.user_name(step.actor) for step in state.history}
    return Opened(
        state,
        desk.remaining(row_of(state)),
        names,
        now,
        desk.alone(state),
        tuple(dict.fromkeys([*desk.choices("officer"), *(one.name for one in desk.users())])),
    )


def row_of(state: Dossier) -> DossierRow:
    """Return a dossier as a line of a list."""
    return DossierRow(
        state.id, state.number, state.paper_number, state.applicant.name, state.owner.name, state.procedure,
        state.procedure_title, state.status, state.received_at, state.due_at, state.finished_at, state.late,
        state.conflict,
    )  # fmt: skip


def offers(opened_: Opened) -> Offers:
    """Return the buttons of a dossier: every allowed step, none that is not."""
    state = opened_.dossier
    steps = steps_now(state)
    usual = next((step for step in USUAL if step in steps), "")
    beside = [step for step in PROMINENT if step in steps and step != usual]
    if "assign" in steps and not state.officer:
        beside.insert(0, "assign")
    beside = beside[:SHOWN_BESIDE]
    rest = [step for step in STEPS if step in steps and step != usual and step not in beside]
    primary = _offer(usual, opened_) if usual else None
    made = Offers(primary, tuple(_offer(one, opened_) for one in beside), tuple(_offer(one, opened_) for one in rest))
    return _with_undo(made, opened_)


def _offer(step: str, opened_: Opened) -> Offer:
    word = "void_now" if step == "void" and opened_.alone.cancel else step
    return Offer(step, f"window.dossiers.step.{word}")


def undo_offer(status: str) -> Offer:
    """Return the correction that takes a wrong hand-over back, from the status that it led to."""
    return Offer("correct", "window.dossiers.step.undo", {"changes": {"status": UNDONE[status]}})


def _with_undo(made: Offers, opened_: Opened) -> Offers:
    status = opened_.dossier.status
    if status not in UNDONE:
        return made
    if opened_.alone.take_back:
        return Offers(made.primary, (undo_offer(status), *made.beside), made.rest)
    return Offers(made.primary, made.beside, (*made.rest, undo_offer(status)))


def needs_two(offer: Offer, opened_: Opened) -> bool:
    """Say whether a second person is needed for sure; other steps ask for one when the desk says so."""
    if offer.step == "void":
        return STEPS["void"].two_people and not opened_.alone.cancel
    return "status" in offer.preset.get("changes", {}) and not opened_.alone.take_back
