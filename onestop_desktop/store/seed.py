"""The shipped catalogue, calendar, rule sets and province codes, read from `db/seed/` when first asked for."""

from __future__ import annotations

import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any

from onestop_desktop import paths
from onestop_desktop.domain.calendar import Calendar, parse_calendar
from onestop_desktop.domain.catalogue import Catalogue, parse_file
from onestop_desktop.domain.office import RuleSet, parse_rules


class Seed:
    """What the program ships; each part is read once, when it is first needed."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or paths.db("seed")

    @cached_property
    def catalogue(self) -> Catalogue:
        """Return the procedures."""
        documents = [_read(path) for path in sorted((self._folder / "procedures").glob("*.toml"))]
        return Catalogue(procedure for document in documents for procedure in parse_file(document))

    @cached_property
    def calendar(self) -> Calendar:
        """Return the working calendar."""
        years = [_read(path) for path in sorted((self._folder / "holidays").glob("*.toml"))]
        return parse_calendar(_read(self._folder / "hours.toml"), years)

    @cached_property
    def rules(self) -> tuple[RuleSet, ...]:
        """Return the rule sets by date."""
        return parse_rules(_read(self._folder / "rules.toml"))

    @cached_property
    def provinces(self) -> dict[str, str]:
        """Return the 3-digit province codes of ID cards with their names."""
        document = _read(self._folder / "provinces.toml")
        table = document.get("provinces", document)
        return {str(code): str(name) for code, name in table.items()}


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
