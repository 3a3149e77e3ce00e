"""Which due date a paper names: the one in force when the paper speaks, never one that was taken away."""

from __future__ import annotations

from onestop_desktop.domain.dossier import Dossier


def appointed(dossier: Dossier) -> str:
    """Return the due date; where a request for more papers took it away, the first one, which the citizen was told.

    A dossier corrected to a procedure without a limit has none: the first date was that of another procedure.
    """
    counted = dossier.due_basis == "agreed" or bool(dossier.limit)
    return dossier.due_at or (dossier.first_due_at if counted else "")
