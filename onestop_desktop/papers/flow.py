"""Text into lines: our own, since markup readers would take a citizen's text for commands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from onestop_desktop.papers import fonts
from onestop_desktop.papers.marks import Mark, Slab, Text, stacked

LEADING = 1.17
_NARROWER = 0.96
_TOGETHER = 4
_BY_HAND = 1.75
"""How far lines stand apart that are written with a pen, in parts of the type size."""
_DOT = "."
_LEAST_DOTS = 4.0
"""Less room than this, in parts of the type size, is not worth writing into."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one face."""

    text: str
    face: str = fonts.REGULAR


_Word = tuple[str, str, bool, float]
"""Letters, face, whether a blank stands before, and the length at size 1."""


@dataclass(slots=True)
class Line:
    """A line as broken: pieces with their places, at size 1."""

    pieces: list[tuple[float, str, str]] = field(default_factory=list)
    width: float = 0.0

    def add(self, word: str, face: str, blank: float, length: float) -> None:
        """Put a word at the end, after `blank`; words of one face join into one piece."""
        if blank and self.pieces and self.pieces[-1][2] == face:
            x, text, _face = self.pieces[-1]
            self.pieces[-1] = (x, f"{text} {word}", face)
        else:
            self.pieces.append((self.width + blank, word, face))
        self.width += blank + length

    def lead_to(self, width: float) -> None:
        """Fill what is left of a width with dots that end where it ends."""
        each = fonts.width(_DOT, fonts.REGULAR)
        blank = fonts.width(" ", fonts.REGULAR) if self.pieces else 0.0
        count = int((width - self.width - blank) / each)
        self.pieces.append((width - count * each, _DOT * count, fonts.REGULAR))
        self.width = width

    def marks(self, x: float, y: float, size: float) -> tuple[Mark, ...]:
        """Return the line's texts from (x, y) on."""
        return tuple(Text(x + at * size, y, text, face, size) for at, text, face in self.pieces)


def broken(runs: tuple[Run, ...], width: float) -> list[Line]:
    """Break runs into lines no longer than `width` (at size 1); a word longer than a line is cut."""
    return _broken(_words(runs), width)


def _broken(words: tuple[_Word, ...], width: float) -> list[Line]:
    lines = [Line()]
    for word, face, spaced, length in words:
        blank = fonts.width(" ", face) if spaced else 0.0
        if lines[-1].pieces and lines[-1].width + blank + length > width:
            lines.append(Line())
        if length <= width:
            lines[-1].add(word, face, blank if lines[-1].pieces else 0.0, length)
            continue
        for part in _cut(word, face, width):
            if lines[-1].pieces:
                lines.append(Line())
            lines[-1].add(part, face, 0.0, fonts.width(part, face))
    return lines


def balanced(runs: tuple[Run, ...], width: float) -> list[Line]:
    """Break into as few lines as fit, and as equal as may be; no word is cut for it."""
    words = _words(runs)
    lines = _broken(words, width)
    longest = max((length for _word, _face, _spaced, length in words), default=0.0)
    limit = width * _NARROWER
    while len(lines) > 1 and limit >= longest:
        narrower = _broken(words, limit)
        if len(narrower) > len(lines):
            break
        lines, limit = narrower, limit * _NARROWER
    return lines


def paragraph(
    runs: tuple[Run, ...], width: float, size: float, *, gap: float = 0.0, stretch: float = 0.0, indent: float = 0.0
) -> list[Slab]:
    """Return one slab, or a slab a line where so many stand together that a page may break between them."""
    height, base = size * LEADING, baseline(size)
    lines = broken(runs, (width - indent) / size)
    slabs = [Slab(height, line.marks(indent, base, size)) for line in lines]
    if len(slabs) <= _TOGETHER:
        slabs = [stacked(tuple(slabs))]
    slabs[0] = replace(slabs[0], gap=gap, stretch=stretch)
    return slabs


def dotted(
    runs: tuple[Run, ...],
    width: float,
    size: float,
    *,
    by_hand: int = 0,
    gap: float = 0.0,
    stretch: float = 0.0,
    indent: float = 0.0,
) -> list[Slab]:
    """Return what `paragraph` does, its last line going on in dots to the right margin.

    `by_hand` is on how many lines somebody will write with a pen: these stand farther apart, and those beyond the
    first are dots alone. None where the dots only say that nothing is known.
    """
    room = (width - indent) / size
    lines = broken(runs, room)
    if room - lines[-1].width < _LEAST_DOTS:
        lines.append(Line())
    whole = len(lines) - 1
    lines += [Line() for _more in range(by_hand - 1)]
    slabs = []
    for number, line in enumerate(lines):
        if number >= whole:
            line.lead_to(room)
        tall = size * (_BY_HAND if by_hand and number >= whole else LEADING)
        slabs.append(Slab(tall, line.marks(indent, tall - size * LEADING + baseline(size), size)))
    slabs[0] = replace(slabs[0], gap=gap, stretch=stretch)
    return slabs


def centred(runs: tuple[Run, ...], width: float, size: float, *, x: float = 0.0) -> Slab:
    """Return balanced lines, each in the middle of a column that starts at `x`."""
    lines = balanced(runs, width / size)
    marks: list[Mark] = []
    for number, line in enumerate(lines):
        left = x + (width - line.width * size) / 2
        marks.extend(line.marks(left, number * size * LEADING + baseline(size), size))
    return Slab(len(lines) * size * LEADING, tuple(marks))


def baseline(size: float) -> float:
    """Return where a line's base is below its top."""
    return size * ((LEADING - fonts.ASCENT - fonts.DESCENT) / 2 + fonts.ASCENT)


@lru_cache(maxsize=128)
def _words(runs: tuple[Run, ...]) -> tuple[_Word, ...]:
    """Return the words with their lengths; kept, since a paper is laid out at several sizes in a row."""
    words: list[_Word] = []
    spaced = False
    for run in runs:
        for number, word in enumerate(fonts.printable(run.text).split(" ")):
            spaced = spaced or number > 0
            if word:
                words.append((word, run.face, spaced, fonts.width(word, run.face)))
                spaced = False
    return tuple(words)


def forget() -> None:
    """Drop the texts kept from the last paper: they are citizens'."""
    _words.cache_clear()


def _cut(word: str, face: str, width: float) -> Iterator[str]:
    part, length = "", 0.0
    for letter in word:
        each = fonts.width(letter, face)
        if part and length + each > width:
            yield part
            part, length = "", 0.0
        part += letter
        length += each
    yield part
