"""What a decision may look at besides the dossier: the clock's reading, the calendar, the numbers set aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from onestop_desktop.domain.calendar import Calendar
from onestop_desktop.domain.office import Office, RuleSet
from onestop_desktop.domain.procedure import Procedure


@dataclass(frozen=True, slots=True)
class Allotted:
    """The numbers set aside for one intake, in its own transaction."""

    number: str
    day: date
    sequence: int
    barcode: str
    register: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision may look at besides the dossier; `now` is the corrected civil time.

    `left` names the kinds of the dossier's entries of which the newest has left the desk in a packet.
    `find_procedure` returns the version of a code that is in force on a day, or refuses as an intake does.
    """

    now: datetime
    calendar: Calendar
    actor: str
    procedure: Procedure | None = None
    office: Office | None = None
    rules: RuleSet | None = None
    second: str = ""
    left: frozenset[str] = frozenset()
    allotted: Allotted | None = None
    attachments: tuple[Mapping[str, Any], ...] = ()
    find_procedure: Callable[[str, date], Procedure] | None = None
