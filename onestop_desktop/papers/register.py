"""Mẫu 06 of 2018, 07 of 2025: "Sổ theo dõi hồ sơ", landscape A4; numbers lost in an accident stand as lost.

Circular 01/2018/TT-VPCP, art. 10.2 (one book a year, numbers without a gap) and form 06; Circular 03/2025/TT-VPCP,
appendix I, form 07.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from onestop_desktop.domain.dossier import Dossier, Register
from onestop_desktop.domain.office import Office
from onestop_desktop.papers import fonts
from onestop_desktop.papers.appointed import appointed
from onestop_desktop.papers.flow import Run, centred, paragraph
from onestop_desktop.papers.grid import code_lines, grid, under
from onestop_desktop.papers.marks import Slab, stacked
from onestop_desktop.papers.parts import Letterhead, heading, letterhead, signed
from onestop_desktop.papers.sheet import Sheet
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording, wording
from onestop_desktop.papers.written import instant, written_phone

ANNEX = "NB"
"""The book of late entries into a closed year."""


@dataclass(frozen=True, slots=True)
class RegisterDays:
    """What the book shows: the dossiers received on these days, both included, and the numbers that were lost."""

    office: Office
    first: date
    last: date
    made_on: date
    dossiers: tuple[Dossier, ...] = ()
    lost: tuple[Register, ...] = ()


def register_sheet(days: RegisterDays, terms: PaperTerms) -> Sheet:
    """Return the book's pages of these days.

    Raises:
        KnownError: `paper.rules_unknown`.
    """
    words = wording("register", terms.rules.key)
    paper = _Book(days, terms, words)
    return Sheet("register", paper.said_days, words, terms, paper.top, paper.body)


def register_rows(days: RegisterDays, terms: PaperTerms) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return the book's columns and rows as a spreadsheet shows them: no line breaks inside a cell.

    Raises:
        KnownError: `paper.rules_unknown`.
    """
    words = wording("register", terms.rules.key)
    paper = _Book(days, terms, words)
    titles = tuple(" ".join(column.title.split()) for column in words.columns)
    # A code is broken after its dash to fit the page; in a spreadsheet it is one word again.
    return titles, [[" ".join(cell.replace("-\n", "-").split()) for cell in row] for row in paper.rows()]


@dataclass(frozen=True, slots=True)
class _Book:
    days: RegisterDays
    terms: PaperTerms
    words: Wording

    @property
    def said_days(self) -> str:
        """Return the days in words."""
        first, last = f"{self.days.first:%d/%m/%Y}", f"{self.days.last:%d/%m/%Y}"
        if first == last:
            return self.words.phrases["one_day"].format(day=first)
        return self.words.phrases["days"].format(first=first, last=last)

    def top(self, width: float, size: float) -> Slab:
        """Return all above the first table."""
        books = ", ".join(sorted({one.book for one in self._places()})) or "01"
        number = f"{books}/STD-{self.terms.rules.counter_short}"
        head = letterhead(Letterhead(self.days.office, number, self.days.made_on), self.terms, self.words, width)
        return stacked((head, heading(self.words, width, size + 2, [self.said_days]), Slab(4.0)))

    def _places(self) -> list[Register]:
        return [*(one.register for one in self.days.dossiers), *self.days.lost]

    def _placed(self) -> list[tuple[tuple[int, str, str], int, list[str]]]:
        rows = [(_key(one.register), one.register.no, self._row(one)) for one in self.days.dossiers]
        rows += [(_key(place), place.no, self._lost(place)) for place in self.days.lost]
        return sorted(rows, key=lambda row: row[:2])

    def rows(self) -> list[list[str]]:
        """Return every line of every book in order."""
        return [row for _key, _no, row in self._placed()]

    def body(self, width: float, size: float) -> list[Slab]:
        """Return a table a book, its sum, and room to sign."""
        body: list[Slab] = []
        for key, run in groupby(self._placed(), lambda row: row[0]):
            body += self._table(key, [row[1:] for row in run], width, size)
        if not body:
            body = [replace(centred((Run(self.words.phrases["nobody"]),), width, size), gap=12.0)]
        return [*body, signed(self.words, (("writer", self.terms.clerk), ("head", "")), width, size + 1)]

    def _table(
        self, key: tuple[int, str, str], rows: Sequence[tuple[int, list[str]]], width: float, size: float
    ) -> list[Slab]:
        year, book, desk = key
        label = self.words.labels["annex" if book == ANNEX else "book"]
        said = label.format(book=book, year=year, desk=desk)
        title = replace(stacked(tuple(paragraph((Run(said, fonts.BOLD),), width, size + 1))), gap=5.0)
        table = grid(self.words.columns, [row for _no, row in rows], width, size - 1)
        lost = sum(_key(place) == key for place in self.days.lost)
        numbers = [no for no, _row in rows]
        closing = self.words.phrases["closing"].format(
            count=len(rows) - lost, first=f"{min(numbers):02}", last=f"{max(numbers):02}", lost=lost
        )
        return [*under(title, table), *paragraph((Run(closing),), width, size, gap=4.0)]

    def _row(self, dossier: Dossier) -> list[str]:
        phrases, person = self.words.phrases, dossier.applicant
        address = "\n".join(part for part in (person.address, written_phone(person.phone)) if part)
        late = f"\n({phrases['late']})" if dossier.late else ""
        due = appointed(dossier)
        return [
            f"{dossier.register.no:02}",
            code_lines(dossier.number),
            dossier.procedure_title,
            person.name,
            address,
            dossier.forwarded_to or dossier.office.name,
            _moment(dossier.received_at) + late,
            _moment(due) if due else phrases["due_none"],
            self._ended(dossier),
            phrases.get(dossier.return_by, ""),
            _receiver(dossier),
        ]

    def _ended(self, dossier: Dossier) -> str:
        """Return when the result was handed over, or why there will be none."""
        if dossier.returned_at:
            return _moment(dossier.returned_at)
        if dossier.status in _ENDED:
            return f"{self.words.phrases[dossier.status]}\n{_moment(dossier.finished_at)}"
        return ""

    def _lost(self, place: Register) -> list[str]:
        return [f"{place.no:02}", self.words.phrases["lost"], *[""] * (len(self.words.columns) - 2)]


_ENDED = frozenset({"voided", "withdrawn", "stopped", "declined"})


def _key(place: Register) -> tuple[int, str, str]:
    return place.year, place.book, place.desk


def _moment(text: str) -> str:
    return f"{instant(text):%H:%M\n%d/%m/%Y}" if text else ""


def _receiver(dossier: Dossier) -> str:
    """Return who took the result; the signature itself stands on the slip of the hand-over."""
    if not dossier.returned_at:
        return ""
    takers = [step.facts.get("to") for step in dossier.history if step.kind == "return"]
    to = takers[-1] if takers else None
    return str(to.get("name", "")) if isinstance(to, dict) else dossier.applicant.name
