"""Agencies and rule sets by date: who takes a dossier, and by which generation of the law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onestop_desktop.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Office:
    """The agency that a desk belongs to between two days (both included); an open end is None."""

    agency: str
    name: str
    upper: str = ""
    place: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def as_body(self) -> dict[str, Any]:
        """Return the entry's object; open ends and empty texts are absent."""
        body: dict[str, Any] = {"agency": self.agency, "name": self.name}
        optional = {
            "upper": self.upper,
            "place": self.place,
            "from": self.valid_from.isoformat() if self.valid_from else "",
            "to": self.valid_to.isoformat() if self.valid_to else "",
        }
        return body | {key: text for key, text in optional.items() if text}

    @staticmethod
    def from_body(body: Mapping[str, Any]) -> Office:
        """Read an entry's object."""
        start, end = body.get("from"), body.get("to")
        return Office(
            agency=str(body["agency"]),
            name=str(body["name"]),
            upper=str(body.get("upper", "")),
            place=str(body.get("place", "")),
            valid_from=date.fromisoformat(start) if start else None,
            valid_to=date.fromisoformat(end) if end else None,
        )

    def holds(self, day: date) -> bool:
        """Say whether the agency existed on a day."""
        after = self.valid_from is None or self.valid_from <= day
        return after and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A generation of forms and wording; a dossier is pinned to the one in force when it was received."""

    key: str
    valid_from: date
    valid_to: date | None
    counter: str
    counter_short: str
    forms: Mapping[str, str]
    basis: str

    def holds(self, day: date) -> bool:
        """Say whether the rule set was in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def office_on(offices: Iterable[Office], day: date) -> Office:
    """Return the agency of a day; of several the one that starts last.

    Raises:
        InvalidInput: `office.none_on_day`.
    """
    holding = [office for office in offices if office.holds(day)]
    if not holding:
        raise InvalidInput("office.none_on_day", day=day.strftime("%d/%m/%Y"))
    return max(holding, key=lambda office: office.valid_from or date.min)


def rules_on(sets: Iterable[RuleSet], day: date) -> RuleSet:
    """Return the rule set of a day; before the first one, the first.

    Circular 01/2018/TT-VPCP until 30 June 2025; Decree 118/2025/NĐ-CP with Circular 03/2025/TT-VPCP from
    1 July 2025.
    """
    ordered = sorted(sets, key=lambda rules: rules.valid_from)
    return next((rules for rules in ordered if rules.holds(day)), ordered[0])


def parse_rules(document: Mapping[str, Any]) -> tuple[RuleSet, ...]:
    """Read `db/seed/rules.toml`."""
    return tuple(
        RuleSet(
            key=str(row["key"]),
            valid_from=row["valid_from"],
            valid_to=row.get("valid_to"),
            counter=str(row["counter"]),
            counter_short=str(row["counter_short"]),
            forms={str(key): str(number) for key, number in row["forms"].items()},
            basis=str(row["basis"]),
        )
        for row in document["rules"]
    )
