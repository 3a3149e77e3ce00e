"""The sheet of a day at a desk: figures, lists, what was not printed, and the journal's head to be signed on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from onestop_desktop.domain.office import Office
from onestop_desktop.papers import fonts
from onestop_desktop.papers.codes import QR_QUIET, square
from onestop_desktop.papers.flow import Run, centred, paragraph
from onestop_desktop.papers.grid import grid, under
from onestop_desktop.papers.marks import MM, Mark, Rule, Slab, moved, stacked
from onestop_desktop.papers.parts import Letterhead, heading, letterhead, signed
from onestop_desktop.papers.sheet import Sheet
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording, wording
from onestop_desktop.papers.written import written_date

FIGURES = (
    "received", "late", "finished", "returned", "unresolved", "refused", "voided", "cancelled", "open", "overdue",
    "waiting", "unprinted",
)  # fmt: skip
"""The figures in their order."""

LISTS = ("received", "finished", "returned", "unresolved", "refused", "voided", "cancelled", "unprinted")
"""The lists in their order."""

_HEAD = 34 * MM
_FIGURES = 0.58


@dataclass(frozen=True, slots=True)
class DayLine:
    """One line of a list: a dossier's code or a refusal's number, whose, which procedure, "HH:MM", and a remark."""

    number: str
    name: str
    title: str
    time: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class JournalHead:
    """The journal's head: 16 characters to be compared by eye, the text of the QR code, and where it stands."""

    code: str
    qr: str
    epoch: str
    seq: int


@dataclass(frozen=True, slots=True)
class DaySheet:
    """A day at a desk; `figures` and `lists` by the keys of `FIGURES` and `LISTS`; a figure left out is not known."""

    office: Office
    desk: str
    day: date
    made_on: date
    head: JournalHead
    figures: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, Sequence[DayLine]] = field(default_factory=dict)


def day_sheet(day: DaySheet, terms: PaperTerms) -> Sheet:
    """Return the sheet of a day.

    Raises:
        KnownError: `paper.rules_unknown`.
    """
    words = wording("daily-sheet", terms.rules.key)
    paper = _Paper(day, terms, words)
    return Sheet("daily-sheet", paper.said_day, words, terms, paper.top, paper.body)


@dataclass(frozen=True, slots=True)
class _Paper:
    day: DaySheet
    terms: PaperTerms
    words: Wording

    @property
    def said_day(self) -> str:
        """Return day and desk in words."""
        return self.words.phrases["day"].format(day=written_date(self.day.day), desk=self.day.desk)

    def top(self, width: float, size: float) -> Slab:
        """Return all above the lists: header, title, figures beside the journal's head."""
        head = letterhead(Letterhead(self.day.office, "", self.day.made_on), self.terms, self.words, width)
        title = heading(self.words, width, size + 2, [self.said_day])
        figures = self._figures(width * _FIGURES, size)
        beside = self._head(width * (1 - _FIGURES) - 5 * MM, size)
        marks = figures.marks + moved(beside.marks, width * _FIGURES + 5 * MM, 0)
        both = Slab(max(figures.height, beside.height), marks, gap=8.0)
        return stacked((head, title, both, Slab(4.0)))

    def _figures(self, width: float, size: float) -> Slab:
        slabs = [replace(stacked(tuple(paragraph((Run(self.words.labels["figures"], fonts.BOLD),), width, size))))]
        for key in FIGURES:
            count = str(self.day.figures.get(key, self.words.phrases["unknown"]))
            label = stacked(tuple(paragraph((Run(self.words.labels[key]),), width - 14 * MM, size)))
            told = centred((Run(count, fonts.BOLD),), 12 * MM, size, x=width - 12 * MM)
            line: list[Mark] = [Rule(0, label.height + 1.0, across=width, thickness=0.3)]
            slabs.append(Slab(label.height + 1.0, (*label.marks, *told.marks, *line), gap=2.0))
        return stacked(tuple(slabs))

    def _head(self, width: float, size: float) -> Slab:
        head, words = self.day.head, self.words
        qr = square(head.qr, _HEAD)
        # The white zone reaches into the gap, so that what is black stands flush with the text.
        code = Slab(_HEAD, (qr.at(-QR_QUIET * qr.module, 0),))
        parts = "-".join(head.code[at : at + 4] for at in range(0, len(head.code), 4))
        place = words.phrases["place"].format(epoch=head.epoch[:8], seq=head.seq)
        lines = [
            *paragraph((Run(words.labels["head"]),), width, size),
            *paragraph((Run(parts, fonts.BOLD),), width, size + 2, gap=1.0),
            *paragraph((Run(f"{words.labels['place']} {place}"),), width, size - 1, gap=1.0),
            *paragraph((Run(words.phrases["check"], fonts.ITALIC),), width, size - 1, gap=1.0),
        ]
        return stacked((*lines, code))

    def body(self, width: float, size: float) -> list[Slab]:
        """Return the lists and room for two signatures."""
        body: list[Slab] = []
        for key in LISTS:
            body += self._list(key, width, size)
        return [*body, signed(self.words, (("clerk", self.terms.clerk), ("witness", "")), width, size)]

    def _list(self, key: str, width: float, size: float) -> list[Slab]:
        lines = self.day.lists.get(key, ())
        said = self.words.phrases[f"list_{key}"]
        if not lines:
            runs = (Run(f"{said}: ", fonts.BOLD), Run(self.words.phrases["nothing"]))
            return paragraph(runs, width, size, gap=4.0)
        title = stacked(tuple(paragraph((Run(f"{said} ({len(lines)})", fonts.BOLD),), width, size)))
        rows = [[str(no), one.number, one.name, one.title, one.time, one.note] for no, one in enumerate(lines, 1)]
        return under(replace(title, gap=6.0), grid(self.words.columns, rows, width, size - 1.5))


def form_title(form: str) -> str:
    """Return a form's name as a list says it: "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"."""
    return wording(form, "2018").title.replace("\u00a0", " ").capitalize()


def late_words() -> str:
    """Return how a list marks a late entry."""
    return wording("daily-sheet", "2018").phrases["late"]
