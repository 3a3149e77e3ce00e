"""The label on a dossier's folder: bar code, number, name, procedure, due date; ten on an A4 sheet, or a 62 mm roll."""

from __future__ import annotations

from collections.abc import Sequence

from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.errors import InvalidInput
from onestop_desktop.papers import fonts
from onestop_desktop.papers.appointed import appointed
from onestop_desktop.papers.codes import MODULE, QUIET, bars
from onestop_desktop.papers.flow import Run, forget, paragraph
from onestop_desktop.papers.marks import MM, Mark, Rule, Slab, moved, stacked
from onestop_desktop.papers.page import Page
from onestop_desktop.papers.press import Leaf, leaves
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Measures, Wording, measures, wording
from onestop_desktop.papers.written import written_instant

ACROSS, DOWN = 2, 5
"""Labels on an A4 sheet."""

_A4 = (210 * MM, 297 * MM)
_BARS = 12 * MM
_MODULES = 165
"""Widths of the narrowest bar in the longest code, white zones included."""
_WIDEST = 0.5 * MM
_NUMBER, _NAME, _SMALL = 1.25, 1.4, 0.85
"""Type sizes beside the procedure's: what is looked for on a shelf is the largest."""
_APART = " \u00a0\u00a0\u00a0 "
_DASH = 0.3


def label_pdf(dossiers: Sequence[Dossier], terms: PaperTerms, *, first: int = 1) -> bytes:
    """Return the labels as PDF; `terms.layout` is "a4" (a sheet of ten) or "roll" (62 mm wide, one a page).

    Args:
        dossiers: Whose labels, at least one.
        terms: The circumstances of the issue.
        first: The place on the sheet, from 1, that is not used up yet.

    Raises:
        KnownError: `paper.rules_unknown`.
        InvalidInput: `paper.layout`.
    """
    words = wording("label", terms.rules.key)
    training = words.phrases["training"] if terms.training else ""
    return leaves(label_leaves(dossiers, terms, first=first), words.title, training)


def label_leaves(dossiers: Sequence[Dossier], terms: PaperTerms, *, first: int = 1) -> list[Leaf]:
    """Return what stands on each sheet or piece of the roll."""
    words = wording("label", terms.rules.key)
    fonts.ready()
    try:
        if terms.layout == "roll":
            return [_piece(one, words) for one in dossiers]
        if terms.layout != "a4":
            raise InvalidInput("paper.layout", layout=terms.layout[:20])
        places = ACROSS * DOWN
        before = [None] * ((max(1, first) - 1) % places)
        cells = [*before, *dossiers]
        return [_sheet(cells[start : start + places], words) for start in range(0, len(cells), places)]
    finally:
        forget()


def _piece(dossier: Dossier, words: Wording) -> Leaf:
    """Return one label of the roll, as high as its text needs."""
    roll = measures("label-roll")
    label = _label(dossier, words, roll, roll.sizes[0])
    height = max(roll.height * MM, label.height + (roll.top + roll.bottom) * MM)
    page = moved(label.marks, roll.side * MM, roll.top * MM)
    return Leaf(page, (roll.width * MM, height))


def _sheet(dossiers: Sequence[Dossier | None], words: Wording) -> Leaf:
    one = measures("label")
    wide, high = one.width * MM, one.height * MM
    page: Page = tuple(_cuts(wide, high))
    for place, dossier in enumerate(dossiers):
        if dossier is not None:
            left, top = place % ACROSS * wide, place // ACROSS * high
            label = _fitting(dossier, words)
            spare = max(0.0, one.room[1] - label.height) / 2
            page += moved(label.marks, left + one.side * MM, top + one.top * MM + spare)
    return Leaf(page, _A4)


def _cuts(wide: float, high: float) -> list[Mark]:
    cuts: list[Mark] = [Rule(at * wide, 0, down=_A4[1], dashed=True, thickness=_DASH) for at in range(1, ACROSS)]
    return cuts + [Rule(0, at * high, across=_A4[0], dashed=True, thickness=_DASH) for at in range(1, DOWN)]


def _fitting(dossier: Dossier, words: Wording) -> Slab:
    """Return the label at the largest type that fits its place; the smallest fits whatever an intake lets in."""
    one = measures("label")
    tried = (_label(dossier, words, one, size) for size in one.sizes)
    fits = (label for label in tried if label.height <= one.room[1])
    return next(fits, _label(dossier, words, one, one.sizes[-1]))


def _label(dossier: Dossier, words: Wording, sheet: Measures, size: float) -> Slab:
    width = sheet.room[0]
    due = appointed(dossier)
    labels, phrases, place = words.labels, words.phrases, dossier.register
    register = phrases["register"].format(no=f"{place.no:02}", year=place.year, book=place.book) if place.no else ""
    small = (
        ((labels["received"], written_instant(dossier.received_at)),),
        ((labels["due"], written_instant(due) if due else phrases["due_unknown"]),),
        ((labels["register"], register), (labels["shelf"], dossier.shelf)),
    )
    lines = [
        *_codes(dossier, sheet),
        *paragraph((Run(dossier.number, fonts.BOLD),), width, size * _NUMBER, gap=2.0),
        *paragraph((Run(dossier.owner.name, fonts.BOLD),), width, size * _NAME, gap=1.0),
        *paragraph((Run(dossier.procedure_title),), width, size, gap=1.0),
    ]
    for pairs in small:
        lines += _pairs(pairs, width, size * _SMALL)
    return stacked(tuple(lines))


def _pairs(pairs: Sequence[tuple[str, str]], width: float, size: float) -> list[Slab]:
    """Return one line of labels and values, those without a value left out."""
    runs: list[Run] = []
    for label, value in pairs:
        if value:
            runs += [Run(f"{_APART if runs else ''}{label} "), Run(value, fonts.BOLD)]
    return paragraph(tuple(runs), width, size, gap=0.5) if runs else []


def _codes(dossier: Dossier, sheet: Measures) -> list[Slab]:
    """Return the bar code as wide as the label lets it be; the white beside it lies in the margin if there is one."""
    if not dossier.barcode:
        return []
    side = sheet.side * MM
    module = max(MODULE, min(_WIDEST, (sheet.room[0] + side) / _MODULES))
    code = bars(dossier.barcode, _BARS, module)
    return [Slab(code.zone[1], moved((code,), -min(QUIET * code.module, side), 0))]
