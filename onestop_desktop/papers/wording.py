"""The words and measures of each paper, by rule set, from `resources/papers/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from onestop_desktop import paths
from onestop_desktop.errors import KnownError
from onestop_desktop.papers.marks import MM


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its share of the width, and the wider title that it stands under, if any."""

    key: str
    title: str
    share: float
    centred: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """One paper of one rule set.

    `groups` are the fields' keys in the form's order, a wider gap between groups; `bold` the fields that
    people look for; `phrases` have {placeholders}. `by_hand` says on how many lines a long field is written with a
    pen; any other is written on one.
    """

    title: str
    groups: tuple[tuple[str, ...], ...]
    bold: frozenset[str]
    labels: Mapping[str, str]
    phrases: Mapping[str, str]
    header: tuple[str, ...]
    columns: tuple[Column, ...] = ()
    by_hand: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measures:
    """Lengths of a copy, in millimetres but for type sizes (points, from roomy to tight)."""

    width: float
    height: float
    side: float
    top: float
    bottom: float
    sizes: tuple[float, ...]

    @property
    def room(self) -> tuple[float, float]:
        """Return width and height between the margins, in points."""
        return (self.width - 2 * self.side) * MM, (self.height - self.top - self.bottom) * MM


@cache
def wording(paper: str, rules: str) -> Wording:
    """Return a paper's words under a rule set.

    Raises:
        KnownError: `paper.rules_unknown` when nobody wrote them.
    """
    document = _read(paper)
    own = document["rules"].get(rules)
    if own is None:
        raise KnownError("paper.rules_unknown", form=paper, rules=rules)
    return Wording(
        title=str(own.get("title", document["title"])),
        groups=tuple(tuple(group) for group in own["groups"]),
        bold=frozenset(document["bold"]),
        labels=document["labels"] | own.get("labels", {}),
        phrases=_read("common")["phrases"] | document["phrases"] | own.get("phrases", {}),
        header=tuple(_read("common")["header"]),
        columns=tuple(Column(**one) for one in document.get("columns", ())),
        by_hand=_read("common")["by_hand"],
    )


@cache
def measures(paper: str = "common") -> Measures:
    """Return the measures that every A5 copy shares (Circular 01/2018/TT-VPCP, art. 9), or a sheet's own."""
    row = _read(paper)["measures"]
    lengths = {name: float(row[name]) for name in ("width", "height", "side", "top", "bottom")}
    return Measures(sizes=tuple(float(size) for size in row["sizes"]), **lengths)


def shared() -> Mapping[str, str]:
    """Return the phrases that every paper shares."""
    phrases: Mapping[str, str] = _read("common")["phrases"]
    return phrases


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(paths.resources("papers", f"{name}.toml").read_text(encoding="utf-8"))
