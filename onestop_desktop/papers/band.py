"""The band under the title: bar code for the desk, check characters, and the QR code for the citizen."""

from __future__ import annotations

from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.number import secret_in
from onestop_desktop.papers import fonts
from onestop_desktop.papers.codes import QR_QUIET, QUIET, bars, qr_text, square
from onestop_desktop.papers.flow import Run, centred, paragraph
from onestop_desktop.papers.marks import MM, Mark, Rule, Slab, moved, stacked
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording

_HEIGHT = 20 * MM
_BARS = 12 * MM
_DIGITS = 9.0
_BARS_WIDTH = 50 * MM
_SMALL = 8.5


def code_band(dossier: Dossier, terms: PaperTerms, words: Wording, width: float) -> Slab:
    """Return the band; a draft without digits keeps the codes' place in dashes."""
    marks: list[Mark] = []
    if dossier.barcode:
        marks += _bar_code(dossier.barcode)
        qr = square(qr_text(dossier, terms.hub_address), _HEIGHT)
        # White zones reach into the margins, so that what is black stands flush with the text.
        marks.append(qr.at(width - _HEIGHT + QR_QUIET * qr.module, 0))
    else:
        marks += _dashes(0, 2 * MM, _BARS_WIDTH - 10 * MM, _HEIGHT - 4 * MM)
        marks += _dashes(width - _HEIGHT + 4 * MM, 2 * MM, _HEIGHT - 4 * MM, _HEIGHT - 4 * MM)
    room = width - _HEIGHT - _BARS_WIDTH - 5 * MM
    told = _told(dossier, terms, words, room)
    marks += moved(told.marks, _BARS_WIDTH + 3 * MM, max(0.0, (_HEIGHT - told.height) / 2))
    return Slab(max(_HEIGHT, told.height), tuple(marks))


def _bar_code(digits: str) -> list[Mark]:
    code = bars(digits, _BARS)
    beneath = centred((Run(digits),), code.zone[0], _DIGITS)
    marks = (code, *moved(beneath.marks, 0, code.zone[1] + 1.0))
    return list(moved(marks, -QUIET * code.module, 1.5 * MM))


def _told(dossier: Dossier, terms: PaperTerms, words: Wording, width: float) -> Slab:
    slabs: list[Slab] = []
    if terms.check:
        check = "-".join((terms.check[:4], terms.check[4:]))
        runs = (Run(f"{words.phrases['check']} "), Run(check, fonts.BOLD))
        slabs += paragraph(runs, width, _SMALL + 1)
    if terms.hub_address and dossier.barcode:
        secret = (Run(f"{words.phrases['secret']} "), Run(secret_in(dossier.barcode), fonts.BOLD))
        slabs += paragraph((Run(words.phrases["look_up"]),), width, _SMALL, gap=2.0)
        slabs += paragraph(secret, width, _SMALL, gap=1.0)
    if terms.hotline:
        slabs += paragraph((Run(f"{words.phrases['hotline']} {terms.hotline}"),), width, _SMALL, gap=2.0)
    return stacked(tuple(slabs))


def _dashes(x: float, y: float, width: float, height: float) -> list[Mark]:
    sides: list[Mark] = [Rule(x, y + down, across=width, dashed=True, thickness=0.4) for down in (0.0, height)]
    sides += [Rule(x + right, y, down=height, dashed=True, thickness=0.4) for right in (0.0, width)]
    return sides
