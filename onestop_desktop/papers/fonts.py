"""The faces of the papers: registered once, on first use, and the widths of their letters."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from onestop_desktop import paths

REGULAR = "Tinos"
BOLD = "Tinos-Bold"
ITALIC = "Tinos-Italic"

ASCENT = 0.92
DESCENT = 0.22
"""How far letters reach above and below the line, in parts of the size."""

BOX = "□"
"""Stands for what the faces cannot draw, so that nobody overlooks it."""

_FILES = {REGULAR: "Tinos-Regular.ttf", BOLD: "Tinos-Bold.ttf", ITALIC: "Tinos-Italic.ttf"}
_LOCK = threading.Lock()
# Invisible and without meaning on paper; every other letter that cannot be drawn shows as a box.
_DROPPED = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff")


def ready() -> None:
    """Register the faces; cheap when done before, safe from several threads."""
    with _LOCK:
        _faces()


def width(text: str, face: str) -> float:
    """Return the length of a printable text at size 1."""
    return sum(map(_widths(face).__getitem__, text))


def printable(text: str) -> str:
    """Compose (NFC), turn white space into blanks, and put a box for each letter that the faces lack."""
    known = _known()
    composed = unicodedata.normalize("NFC", text)
    if known.issuperset(composed):
        return composed
    letters = []
    for letter in composed:
        if letter in known:
            letters.append(letter)
        elif letter.isspace():
            letters.append(" ")
        elif letter not in _DROPPED:
            letters.append(BOX)
    return "".join(letters)


@cache
def _faces() -> dict[str, TTFont]:
    made = {}
    for name, file in _FILES.items():
        # Letters are numbered as they come: a whole ASCII set in each face would double the file.
        made[name] = TTFont(name, str(paths.resources("fonts", "tinos", file)), asciiReadable=False)
        # Whole thousandths, as fonts of papers have them: every width stands in every file.
        face = made[name].face
        face.charWidths = {code: round(each) for code, each in face.charWidths.items()}
        face.defaultWidth = round(face.defaultWidth)
        pdfmetrics.registerFont(made[name])
    return made


@cache
def _known() -> frozenset[str]:
    ready()
    sets = (frozenset(font.face.charToGlyph) for font in _faces().values())
    common = frozenset.intersection(*sets)
    return frozenset(letter for letter in map(chr, common) if unicodedata.category(letter)[0] != "C")


@cache
def _widths(face: str) -> dict[str, float]:
    ready()
    font = _faces()[face].face
    return {letter: font.charWidths[ord(letter)] / 1000 for letter in _known()}
