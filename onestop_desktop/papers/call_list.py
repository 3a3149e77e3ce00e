"""The list to call by: whose result waits, since when, at which telephone; with room to write down who was called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.office import Office
from onestop_desktop.papers.flow import Run, centred, paragraph
from onestop_desktop.papers.grid import code_lines, grid, under
from onestop_desktop.papers.marks import Slab, stacked
from onestop_desktop.papers.parts import Letterhead, heading, letterhead, signed
from onestop_desktop.papers.sheet import Sheet
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording, wording
from onestop_desktop.papers.written import instant, written_phone

_ROW = 30.0
"""Least height of a row, in points: a hand writes into its last column."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for pick-up on a day, longest first; `left` counts what waits besides."""

    office: Office
    desk: str
    day: date
    dossiers: Sequence[Dossier]
    left: int = 0


def call_list(waiting: Waiting, terms: PaperTerms) -> Sheet:
    """Return the list.

    Raises:
        KnownError: `paper.rules_unknown`.
    """
    words = wording("call-list", terms.rules.key)
    paper = _List(waiting, terms, words)
    return Sheet("call-list", paper.said_day, words, terms, paper.top, paper.body)


@dataclass(frozen=True, slots=True)
class _List:
    waiting: Waiting
    terms: PaperTerms
    words: Wording

    @property
    def said_day(self) -> str:
        """Return day and desk in words."""
        return self.words.phrases["day"].format(day=f"{self.waiting.day:%d/%m/%Y}", desk=self.waiting.desk)

    def top(self, width: float, size: float) -> Slab:
        """Return all above the table."""
        head = letterhead(Letterhead(self.waiting.office, "", self.waiting.day), self.terms, self.words, width)
        return stacked((head, heading(self.words, width, size + 2, [self.said_day]), Slab(6.0)))

    def body(self, width: float, size: float) -> list[Slab]:
        """Return the table, its sum, and room for whoever called."""
        phrases, count = self.words.phrases, len(self.waiting.dossiers)
        if not count:
            return [replace(centred((Run(phrases["nobody"]),), width, size), gap=12.0)]
        rows = [self._row(no, one) for no, one in enumerate(self.waiting.dossiers, 1)]
        closing = phrases["more" if self.waiting.left else "closing"].format(count=count, left=self.waiting.left)
        return [
            *under(Slab(0.0, gap=2.0), grid(self.words.columns, rows, width, size - 1, least=_ROW)),
            *paragraph((Run(closing),), width, size, gap=6.0),
            signed(self.words, (("caller", ""),), width, size),
        ]

    def _row(self, no: int, dossier: Dossier) -> list[str]:
        phrases = self.words.phrases
        phone = dossier.applicant.phone or dossier.owner.phone
        title = dossier.procedure_title
        return [
            str(no),
            dossier.applicant.name,
            written_phone(phone) if phone else phrases["no_phone"],
            code_lines(dossier.number),
            phrases["declined"].format(title=title) if dossier.status == "declined" else title,
            self._since(dossier.finished_at),
            "",
        ]

    def _since(self, finished_at: str) -> str:
        if not finished_at:
            return ""
        on = instant(finished_at).date()
        days = (self.waiting.day - on).days
        return self.words.phrases["waits" if days > 0 else "today"].format(since=f"{on:%d/%m/%Y}", days=days)
