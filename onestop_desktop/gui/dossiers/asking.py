"""The small form of a step, made for a dossier as it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from onestop_desktop.gui.dossiers.answers import Asked
from onestop_desktop.gui.dossiers.offers import Offer, Opened, needs_two
from onestop_desktop.gui.dossiers.step_form import StepForm
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.suggest import Suggestion


def form_of(session: Session, offer: Offer, shown: Opened) -> StepForm:
    """Return the form of an offered step, with the second person where one must answer for it."""
    desk = session.desk
    identity = desk.identity

    def procedures(text: str) -> Sequence[Suggestion]:
        found = desk.suggest_procedures(text)
        return [Suggestion(one.display, f"{one.code}  ·  {one.field}", one) for one in found]

    users = [one for one in desk.users() if one.id != identity.user]
    asked = Asked(shown, session.words, procedures, identity.upper)
    return StepForm(offer, asked, users, two=needs_two(offer, shown))
