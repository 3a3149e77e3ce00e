"""The page for the sealed envelope: the code that opens the desk when every password is forgotten.

It is rendered for a printer while the code stands on the screen, and kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from onestop_desktop.domain.office import Office, RuleSet
from onestop_desktop.papers import fonts
from onestop_desktop.papers.codes import square
from onestop_desktop.papers.flow import Run, centred, forget, paragraph
from onestop_desktop.papers.marks import MM, Mark, Rule, Slab, moved, stacked
from onestop_desktop.papers.page import Page
from onestop_desktop.papers.parts import heading, signed
from onestop_desktop.papers.press import Leaf, leaves
from onestop_desktop.papers.wording import Wording, measures, wording
from onestop_desktop.papers.written import written_date

KEY = "recovery-sheet"
ACROSS = 3
"""Groups of the code in a line; nine groups make a square that a finger can follow."""

_SIZE, _CODE, _QR = 12.0, 26.0, 42 * MM
_LINE = 15 * MM


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """What the page says; `code` is nine groups of four Crockford characters with dashes between them."""

    office: Office
    rules: RuleSet
    desk: str
    day: date
    clerk: str
    code: str
    training: bool = False


def recovery_pdf(sheet: RecoverySheet) -> bytes:
    """Return the page as PDF; neither its title nor any other property names the code.

    Raises:
        KnownError: `paper.rules_unknown`.
    """
    words, room = wording(KEY, sheet.rules.key), measures(KEY)
    training = words.phrases["training"] if sheet.training else ""
    return leaves([Leaf(recovery_page(sheet), (room.width * MM, room.height * MM))], words.title, training)


def recovery_page(sheet: RecoverySheet) -> Page:
    """Return what stands on the page."""
    words, room = wording(KEY, sheet.rules.key), measures(KEY)
    fonts.ready()
    width = room.room[0]
    try:
        whole = stacked(
            (
                _head(sheet, words, width),
                _told(words, "why", width, gap=16.0),
                _code(sheet.code, width),
                replace(_scanned(sheet.code, words, width), gap=14.0),
                *(_told(words, key, width, gap=7.0) for key in ("keep", "open", "lost", "again")),
                replace(_signed(sheet, words, width), gap=26.0),
            )
        )
    finally:
        forget()
    return moved(whole.marks, room.side * MM, room.top * MM)


def _head(sheet: RecoverySheet, words: Wording, width: float) -> Slab:
    office = centred((Run(sheet.office.name.upper(), fonts.BOLD),), width, _SIZE)
    desk = centred((Run(words.phrases["desk"].format(desk=sheet.desk)),), width, _SIZE)
    title = heading(words, width, 16.0, [words.phrases["made"].format(day=written_date(sheet.day))])
    return stacked((office, desk, replace(title, gap=12.0)))


def _told(words: Wording, key: str, width: float, gap: float) -> Slab:
    return replace(stacked(tuple(paragraph((Run(words.phrases[key]),), width, _SIZE))), gap=gap)


def _code(code: str, width: float) -> Slab:
    groups = code.split("-")
    lines = [groups[at : at + ACROSS] for at in range(0, len(groups), ACROSS)]
    column = width / ACROSS
    marks: list[Mark] = []
    for row, line in enumerate(lines):
        for at, group in enumerate(line):
            cell = centred((Run(group, fonts.BOLD),), column, _CODE, x=at * column)
            marks.extend(moved(cell.marks, 0, row * _LINE + 3 * MM))
    height = len(lines) * _LINE + 3 * MM
    frame = (Rule(0, 0, across=width, thickness=1.0), Rule(0, height, across=width, thickness=1.0))
    return Slab(height, (*marks, *frame), gap=16.0)


def _scanned(code: str, words: Wording, width: float) -> Slab:
    """Put the QR beside the words that say how to type the code in."""
    beside = width - _QR - 6 * MM
    text = stacked(tuple(paragraph((Run(words.phrases["scan"]),), beside, _SIZE)))
    down = max(0.0, (_QR - text.height) / 2)
    return Slab(max(_QR, text.height), (square(code, _QR), *moved(text.marks, _QR + 6 * MM, down)))


def _signed(sheet: RecoverySheet, words: Wording, width: float) -> Slab:
    return signed(words, (("sealer", ""), ("maker", sheet.clerk)), width, _SIZE)
