"""Which steps a hand-over takes, and taking them one after the other: what was recorded is told, whatever follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.form import read_form
from onestop_desktop.domain.money import format_dong
from onestop_desktop.domain.status import next_steps
from onestop_desktop.errors import OneStopError
from onestop_desktop.words import Words

Taken = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the clerk filled in: an amount in đồng and its way, who takes the result, the citizen's score."""

    amount: int = 0
    way: str = "cash"
    receiver: Mapping[str, Any] = field(default_factory=dict)
    score: str = ""


def planned(dossier: Dossier, wish: Wish) -> tuple[Taken, ...]:
    """Return the steps in their order: the money first, then the paper, then the faces; only what the table allows."""
    allowed = next_steps(dossier.status, conflict=dossier.conflict)
    steps: list[Taken] = []
    if wish.amount and "collect" in allowed:
        steps.append(("collect", {"amount": wish.amount, "way": wish.way}))
    if "return" in allowed:
        steps.append(("return", dict(wish.receiver)))
    if wish.score and "rate" in allowed:
        steps.append(("rate", {"score": wish.score}))
    return tuple(steps)


def check(steps: Sequence[Taken], today: date) -> None:
    """Read every form before the first step is taken, so that no fee is collected for a paper that stays here.

    Raises:
        InvalidInput: with the field.
    """
    for step, form in steps:
        read_form(step, form, today)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was recorded, the dossier after it, and what stopped the rest."""

    dossier: Dossier
    done: tuple[Taken, ...]
    stopped: OneStopError | None = None

    def did(self, step: str) -> bool:
        """Say whether a step was recorded."""
        return any(name == step for name, _form in self.done)

    @property
    def receiver(self) -> str:
        """Return who took the result; the applicant where nobody else is named."""
        form = next((form for step, form in self.done if step == "return"), {})
        return str(form.get("to", {}).get("name", "")) or self.dossier.applicant.name


def take(desk: Desk, dossier: str, steps: Sequence[Taken]) -> Outcome:
    """Take steps, each in its own transaction; runs on the worker."""
    state = desk.dossier(dossier)
    done: list[Taken] = []
    for step, form in steps:
        try:
            state, _changes = desk.act(dossier, step, form)
        except OneStopError as error:
            return Outcome(state, tuple(done), error)
        done.append((step, form))
    return Outcome(state, tuple(done))


def told_of(taken: Taken, words: Words) -> str:
    """Return what a step did, in words: the amount, the score; empty where that is told otherwise."""
    step, form = taken
    if step == "collect":
        return words.say("window.handover.did.collect", amount=format_dong(int(form["amount"])))
    if step == "rate":
        return words.say("window.handover.did.rate", face=words.say(f"window.handover.face.{form['score']}"))
    return ""
