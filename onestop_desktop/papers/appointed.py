"""Which due date a paper names: the one in force when the paper speaks, never one that was taken away."""

from __future__ import annotations

from onestop_desktop.domain.dossier import Dossier, Step


def appointed(dossier: Dossier) -> str:
    """Return the due date; where a request for more papers took it away, the first one, which the citizen was told.

    A dossier corrected to a procedure without a limit has none: the first date was that of another procedure.
    """
    counted = dossier.due_basis == "agreed" or bool(dossier.limit)
    return dossier.due_at or (dossier.first_due_at if counted else "")


def due_set_by(step: Step) -> str | None:
    """Return the due date that a step brought, an empty text where it took it away; None where it left it alone."""
    facts = step.facts.get("changes", {}) if step.kind == "correct" else step.facts
    due = facts.get("due_at", "" if step.kind == "supplement" else None) if isinstance(facts, dict) else None
    return None if due is None else str(due)


def due_before(dossier: Dossier, step: Step) -> str:
    """Return the due date in force right before a step."""
    before = dossier.history[: dossier.history.index(step)]
    told = [due for one in before if (due := due_set_by(one)) is not None]
    if told:
        return told[-1]
    # What stands as the first date may have come with this very step: then there was none before.
    return "" if due_set_by(step) == dossier.first_due_at else dossier.first_due_at
