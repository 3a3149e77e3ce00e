"""The parts that every form shares: header, title, fields, signatures, foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from onestop_desktop.domain.office import Office
from onestop_desktop.papers import fonts
from onestop_desktop.papers.flow import Run, centred, paragraph
from onestop_desktop.papers.marks import Mark, Rule, Slab, moved, stacked
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording
from onestop_desktop.papers.written import place_of, written_date

_LEFT = 0.40
_RIGHT = 0.57
_NATION = 9.5
_SIGN_ROOM = 3.4
"""Height for a hand's signature, in parts of the type size."""
_SIGN_STRETCH = 18.0


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands above the title; `number` is the running number with its letters, empty where there is none."""

    office: Office
    number: str
    day: date


def letterhead(head: Letterhead, terms: PaperTerms, words: Wording, width: float) -> Slab:
    """Return the two columns (Decree 30/2020/NĐ-CP, appendix I; widths in points)."""
    left, right = width * _LEFT, width * _RIGHT
    own = _own_side(head, terms, words, left)
    nation = _nation_side(head, words, right)
    marks = own.marks + moved(nation.marks, width - right, 0)
    return Slab(max(own.height, nation.height), marks)


def _own_side(head: Letterhead, terms: PaperTerms, words: Wording, width: float) -> Slab:
    above = {"upper": head.office.upper, "office": head.office.name}
    names = [above[key] for key in words.header if above[key]]
    slabs = [centred((Run(name.upper()),), width, _NATION) for name in names]
    counter = centred((Run(terms.rules.counter.upper(), fonts.BOLD),), width, _NATION)
    own = (*slabs, counter, _under(width, width / 3))
    if not head.number:
        return stacked(own)
    number = words.phrases["number"].format(number=head.number)
    return stacked((*own, replace(centred((Run(number),), width, 10.0), gap=2.0)))


def _nation_side(head: Letterhead, words: Wording, width: float) -> Slab:
    nation = words.phrases["nation"]
    size = min(_NATION, width / fonts.width(nation, fonts.BOLD))
    motto = Run(words.phrases["motto"], fonts.BOLD)
    place = head.office.place or place_of(head.office.name)
    dated = words.phrases["place_date"].format(place=place, date=written_date(head.day))
    return stacked(
        (
            centred((Run(nation, fonts.BOLD),), width, size * 0.9999),
            centred((motto,), width, size + 1),
            _under(width, fonts.width(motto.text, motto.face) * (size + 1)),
            replace(centred((Run(dated, fonts.ITALIC),), width, 10.0), gap=7.0),
        )
    )


def _under(width: float, length: float) -> Slab:
    return Slab(3.5, (Rule((width - length) / 2, 2.5, across=length, thickness=0.6),))


def heading(words: Wording, width: float, size: float, remarks: list[str]) -> Slab:
    """Return the title and, below it, what is special about this issue."""
    title = (Run(words.title, fonts.BOLD),)
    lines = [replace(centred(title, width, size + 2), gap=size * 0.8)]
    lines += [centred((Run(remark, fonts.ITALIC),), width, 9.5) for remark in remarks]
    return stacked(tuple(lines))


def signatures(words: Wording, clerk: str, width: float, size: float) -> Slab:
    """Return both blocks with room to sign; the clerk's name stands under the right one."""
    return signed(words, (("presenter", ""), ("receiver", clerk)), width, size)


def signed(words: Wording, signers: Sequence[tuple[str, str]], width: float, size: float) -> Slab:
    """Return one or two blocks with room to sign: (key of the block's title, name under it); one stands right."""
    half = width / 2
    heads = [_signer(words, key, half, size) for key, _name in signers]
    names = [centred((Run(name, fonts.BOLD),), half - 12, size - 0.5) for _key, name in signers]
    below = max(head.height for head in heads) + _SIGN_ROOM * size
    marks: tuple[Mark, ...] = ()
    for place, (head, name) in enumerate(zip(heads, names, strict=True), 2 - len(heads)):
        marks += moved(head.marks, place * half, 0) + moved(name.marks, place * half + 6, below)
    return Slab(below + max(name.height for name in names), marks, gap=4.0, stretch=_SIGN_STRETCH, keeps=True)


def _signer(words: Wording, key: str, width: float, size: float) -> Slab:
    return stacked(
        (
            centred((Run(words.phrases[key], fonts.BOLD),), width, size - 1),
            centred((Run(words.phrases["sign"], fonts.ITALIC),), width, size - 1.5),
        )
    )


def foot(words: Wording, width: float) -> Slab:
    """Return the line at the bottom of every page."""
    note = paragraph((Run(words.phrases["footnote"], fonts.ITALIC),), width, 8.0)
    lines = stacked((Slab(3.0, (Rule(0, 0, across=width, thickness=0.4),)), *note))
    return Slab(lines.height + 4.0, moved(lines.marks, 0, 4.0))
