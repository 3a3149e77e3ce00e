"""What a key says that cannot do its step now: a key that does nothing in silence is pressed again and again."""

from __future__ import annotations

from onestop_desktop.domain.decide import check_allowed
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.errors import Refused
from onestop_desktop.gui.session import Session


def why_not(session: Session, dossier: Dossier | None, step: str, otherwise: str) -> str:
    """Return the sentence with which the table of steps refuses a step of a dossier.

    `otherwise` is the code of what is said when no dossier is shown, or when the table does allow the step.
    """
    try:
        if dossier is not None:
            check_allowed(dossier, step)
    except Refused as error:
        return session.tell(error)
    return session.words.say(otherwise)
