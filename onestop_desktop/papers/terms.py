"""What a paper says besides its dossier: the rules' generation, the clerk, and how it is to look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from onestop_desktop.domain.office import RuleSet


@dataclass(frozen=True, slots=True)
class PaperTerms:
    """The circumstances of one issue of a paper.

    `check` is 8 Crockford characters or empty. `layout` is "a4" (both copies on one landscape sheet) or "a5"
    (a page a copy). `replacement` counts the issues before this one. A `draft` has no number yet; a `blank` is
    filled as far as known and finished by hand, on `today` where no step says when.
    """

    rules: RuleSet
    clerk: str
    check: str = ""
    layout: str = "a4"
    training: bool = False
    hub_address: str = ""
    hotline: str = ""
    replacement: int = 0
    draft: bool = False
    blank: bool = False
    today: date | None = None
