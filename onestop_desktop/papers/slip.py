"""A form of a dossier on A5: header, number, title, codes, fields, signatures; each paper brings its own filling."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.domain.office import Office
from onestop_desktop.papers import fonts
from onestop_desktop.papers.band import code_band
from onestop_desktop.papers.fields import Pair, contact, identity, laid
from onestop_desktop.papers.flow import Run, centred, dotted, paragraph
from onestop_desktop.papers.form import Form
from onestop_desktop.papers.marks import Slab, stacked
from onestop_desktop.papers.parts import Letterhead, heading, letterhead, signed
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording
from onestop_desktop.papers.written import instant, written_date

Block = Callable[[float, float], list[Slab]]
"""Lays something out at a width and a type size, in points."""

_INDENT = 12.0


@dataclass(frozen=True, slots=True)
class Filling:
    """What one paper puts into its form.

    `number` is whole ("03/PBS-BPTNTKQ"); dots stand for an empty one unless the form is not `numbered`. `values`
    are the fields by key, line by line; `blocks` lay themselves out. `signers` are (title's key, name).
    """

    office: Office
    day: date
    values: Mapping[str, list[list[Pair]]]
    signers: Sequence[tuple[str, str]]
    number: str = ""
    numbered: bool = True
    blocks: Mapping[str, Block] = field(default_factory=dict)
    dossier: Dossier | None = None
    coded: bool = False
    remarks: tuple[str, ...] = ()


def slip(key: str, words: Wording, terms: PaperTerms, filling: Filling) -> Form:
    """Return the form, ready to be laid out and pressed."""
    paper = _Slip(words, terms, filling)
    return Form(key, paper.line, words, terms, paper.top, paper.body)


@dataclass(frozen=True, slots=True)
class _Slip:
    words: Wording
    terms: PaperTerms
    filling: Filling

    @property
    def _number(self) -> str:
        return (self.filling.number or self.words.phrases["dots"]) if self.filling.numbered else ""

    @property
    def line(self) -> str:
        """Return what the following pages say of the paper's number, else of the dossier's."""
        if self.filling.numbered:
            return self.words.phrases["number"].format(number=self._number)
        return self.filling.dossier.number if self.filling.dossier else ""

    def top(self, width: float, size: float) -> Slab:
        """Return all above the fields."""
        filling = self.filling
        head = letterhead(Letterhead(filling.office, self._number, filling.day), self.terms, self.words, width)
        blank = (self.words.phrases["blank"],) if self.terms.blank else ()
        title = heading(self.words, width, size, [*filling.remarks, *blank])
        return stacked((head, replace(title, gap=6.0), *self._codes(width), Slab(6.0)))

    def _codes(self, width: float) -> tuple[Slab, ...]:
        dossier = self.filling.dossier
        if dossier is None or not self.filling.coded or not dossier.barcode:
            return ()
        return (replace(code_band(dossier, self.terms, self.words, width), gap=6.0),)

    def body(self, width: float, size: float) -> list[Slab]:
        """Return the fields in the form's order, and the signatures."""
        filling = self.filling
        lines = {key: (lambda known=known: known) for key, known in filling.values.items()}
        blocks = {key: (lambda made=made: made(width, size)) for key, made in filling.blocks.items()}
        body = laid(self.words, lines, blocks, width, size, by_hand=self.terms.blank)
        return [*body, signed(self.words, filling.signers, width, size)]


def person_values(dossier: Dossier, words: Wording) -> dict[str, list[list[Pair]]]:
    """Return the fields that most forms ask of the dossier and of the one who handed it in."""
    person = dossier.applicant
    return {
        "code": [[("code", dossier.number)]],
        "applicant": [[("applicant", person.name)]],
        "identity": [[("identity", identity(person, words))]],
        "address": [[("address", person.address)]],
        "contact": [contact(person)],
        "content": [[("content", dossier.procedure_title)]],
    }


def said(words: Wording, phrase: str, **facts: str) -> str:
    """Return a sentence of the form; what is not known becomes dots."""
    dots = words.phrases["dots"]
    return words.phrases[phrase].format(**{name: fact or dots for name, fact in facts.items()})


def facts_of(step: Step | None, *names: str) -> tuple[str, ...]:
    """Return texts of a step's form; empty ones where the step has not happened or does not say it."""
    facts = step.facts if step else {}
    return tuple(str(facts.get(name, "")) for name in names)


def day_of(step: Step | None, terms: PaperTerms, dossier: Dossier) -> date:
    """Return the day that stands beside the place: the step's own, today's on a form to be filled by hand."""
    if step is not None:
        return instant(step.happened_at).date()
    return terms.today or instant(dossier.received_at).date()


def long_day(text: str) -> str:
    """Write a stored instant's day in words; an empty instant stays empty."""
    return written_date(instant(text).date()) if text else ""


def listed(words: Wording, label: str, texts: Sequence[str]) -> Block:
    """Return a block: a label, then the texts numbered; dotted lines where there are none."""

    def made(width: float, size: float) -> list[Slab]:
        title = paragraph((Run(words.labels[label]),), width, size, gap=3.0, stretch=5.0)
        slabs = list(title)
        for number in range(1, (len(texts) or words.by_hand["items"]) + 1):
            text = texts[number - 1] if texts else ""
            lay_out = paragraph if text else partial(dotted, by_hand=1)
            slabs += lay_out((Run(f"{number}. {text}"),), width, size, gap=1.0, stretch=1.8, indent=_INDENT)
        # The label does not stay behind at the foot of a page.
        return [replace(stacked((replace(slabs[0], gap=0.0), slabs[1])), gap=3.0, stretch=5.0), *slabs[2:]]

    return made


def remark(text: str, *, bold: bool = False) -> Block:
    """Return a block: one line in the middle."""
    face = fonts.BOLD if bold else fonts.ITALIC
    return lambda width, size: [replace(centred((Run(text, face),), width, size), gap=3.0, stretch=3.0)]
