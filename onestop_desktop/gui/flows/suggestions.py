"""What is suggested while one types: procedures, people, dossiers; each with what tells it from its like."""

from __future__ import annotations

from collections.abc import Sequence

from onestop_desktop.desk.views import DossierRow, KnownPerson
from onestop_desktop.domain.procedure import Procedure
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.suggest import Provider, Suggestion
from onestop_desktop.words import Words

_SEP = "  ·  "


def procedures_of(session: Session) -> Provider:
    """Return suggestions of procedures, those used last first."""

    def provide(text: str) -> Sequence[Suggestion]:
        return [_procedure(one) for one in session.desk.suggest_procedures(text)]

    return provide


def people_of(session: Session) -> Provider:
    """Return suggestions of people who were here before."""

    def provide(text: str) -> Sequence[Suggestion]:
        return [person_row(one, session.words) for one in session.desk.suggest_people(text)] if len(text) > 1 else []

    return provide


def anything_of(session: Session) -> Provider:
    """Return what the scan box finds: dossiers first, then people."""

    def provide(text: str) -> Sequence[Suggestion]:
        if len(text.strip()) < 2:
            return []
        found = [dossier_row(one, session.words) for one in session.desk.find(text, 6)]
        return found + [person_row(one, session.words) for one in session.desk.suggest_people(text, 4)]

    return provide


def _procedure(procedure: Procedure) -> Suggestion:
    return Suggestion(procedure.display, _SEP.join((procedure.code, procedure.field)), procedure)


def person_row(known: KnownPerson, words: Words) -> Suggestion:
    """Return a person as a row: birth year and village, for there are many of one name."""
    born = words.say("window.known.born", year=known.birth_year) if known.birth_year else ""
    count = words.say("window.known.dossiers", count=known.dossiers)
    detail = _SEP.join(part for part in (born, known.village, known.person.phone, count) if part)
    return Suggestion(known.person.name, detail, known)


def dossier_row(row: DossierRow, words: Words) -> Suggestion:
    """Return a dossier as a row."""
    status = words.say(f"status.{row.status}")
    return Suggestion(f"{row.applicant}{_SEP}{row.title}", _SEP.join((row.number, status)), row)
