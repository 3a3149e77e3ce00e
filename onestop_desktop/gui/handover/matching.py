"""Who stands at the counter compared with the dossier, and how its end compares with its due date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from onestop_desktop.desk.views import DossierRow
from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.domain.idcard import IdCard
from onestop_desktop.domain.person import Person
from onestop_desktop.domain.status import TO_HAND_OVER
from onestop_desktop.domain.text import fold


class Holder(StrEnum):
    """Who the holder of a scanned card is in a dossier."""

    APPLICANT = "applicant"
    OWNER = "owner"
    PRINCIPAL = "principal"
    NAMESAKE = "namesake"
    OTHER = "other"


def holder_of(card: IdCard, dossier: Dossier) -> Holder:
    """Say who the holder is: by number, old numbers too; where the dossier has none, only the name can agree."""
    numbers = {number for number in (card.number, card.old_number) if number}
    people = (
        (Holder.APPLICANT, dossier.applicant),
        (Holder.OWNER, dossier.owner),
        (Holder.PRINCIPAL, dossier.principal),
    )
    for holder, person in people:
        if person is not None and person.id_number in numbers:
            return holder
    if any(person is not None and _same_name(card, person) for _holder, person in people):
        return Holder.NAMESAKE
    return Holder.OTHER


def _same_name(card: IdCard, person: Person) -> bool:
    if person.id_number or fold(person.name) != fold(card.name):
        return False
    return not person.birth_date or person.birth_date[:4] == card.birth_date[:4]


def days_late(dossier: Dossier) -> int | None:
    """Return by how many days the end of processing missed the due date, 0 in time; None where either is open.

    The day of pick-up does not make a dossier late.
    """
    if not dossier.due_at or not dossier.finished_at:
        return None
    return max((_day(dossier.finished_at) - _day(dossier.due_at)).days, 0)


def _day(instant: str) -> date:
    return datetime.fromisoformat(instant).date()


def last_step(dossier: Dossier, kind: str) -> Step | None:
    """Return the newest step of a kind."""
    return next((step for step in reversed(dossier.history) if step.kind == kind), None)


def fact(dossier: Dossier, kind: str, name: str) -> Any:
    """Return a fact of the newest step of a kind, empty where there is none."""
    step = last_step(dossier, kind)
    return step.facts.get(name, "") if step else ""


def for_pick_up(rows: Sequence[DossierRow]) -> list[DossierRow]:
    """Return what waits for pick-up among rows; all of them where none does."""
    ready = [row for row in rows if row.status in TO_HAND_OVER]
    return ready or list(rows)


def days_since(instant: str, today: date) -> int:
    """Return for how many days something waits."""
    return max((today - _day(instant)) // timedelta(days=1), 0)
