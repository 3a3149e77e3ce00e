"""What a dossier's history answers: which step it stands behind now."""

from __future__ import annotations

from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.domain.status import BESIDE, STEPS


def last_move(dossier: Dossier) -> Step | None:
    """Return the newest step that moved status or limit; a hand-over that was taken back moved nothing."""
    taken_back = 0
    for step in reversed(dossier.history):
        if step.kind == "correct" and "status" in step.facts.get("changes", ()):
            taken_back += 1
        elif step.kind == "return" and taken_back:
            taken_back -= 1
        elif step.kind in STEPS and step.kind not in BESIDE:
            return step
    return None
