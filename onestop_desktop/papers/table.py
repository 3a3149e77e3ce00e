"""The table of papers handed in; a row is a slab, so that a long list goes on on the next page under its head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from onestop_desktop.domain.intake import PaperTaken
from onestop_desktop.papers import fonts
from onestop_desktop.papers.flow import LEADING, Line, Run, balanced, baseline, broken
from onestop_desktop.papers.marks import MM, Mark, Rule, Slab, moved
from onestop_desktop.papers.wording import Wording

_NUMBER = 8 * MM
_COUNT = 11 * MM
_PAD = 3.0
_THIN = 0.4
_LEAST_AIR, _TIGHTER = 1.0, 3.0
"""Between text and line: 2 points at size 10, and less only where the paper would need a second sheet."""
_LEAST, _LEAST_HEAD = 7.5, 7.0
"""Type sizes below which names and head do not go, however small the rest is set."""
_TOGETHER = 12
"""Lines of one name that stay on one page."""


_Cell = tuple[int, tuple[Mark, ...]]
"""How many lines, and their marks from the row's top."""


def table_of(papers: Sequence[PaperTaken], words: Wording, width: float, size: float) -> list[Slab]:
    """Return the head and the rows: number, name, then originals, certified and plain copies."""
    edges = (0.0, _NUMBER, width - 3 * _COUNT, width - 2 * _COUNT, width - _COUNT, width)
    small, size = max(size - 2, _LEAST_HEAD), max(size - 1, _LEAST)
    titles = [words.phrases[f"column_{key}"] for key in ("no", "name", "original", "certified", "copy")]
    head = _row(
        [_middle(one, small, fonts.BOLD, edges, at) for at, one in enumerate(titles)], edges, small, middle=True
    )
    rows = [replace(head, gap=2.0)]
    for number, paper in enumerate(papers, 1):
        counts = [str(count) if count else "" for count in (paper.original, paper.certified, paper.copy)]
        cells = [_middle(str(number), size, fonts.REGULAR, edges, 0)]
        cells += [_middle(count, size, fonts.REGULAR, edges, at) for at, count in enumerate(counts, 2)]
        rows += [replace(row, head=head) for row in _rows(paper.name, cells, edges, size)]
    rows[-1] = replace(rows[-1], marks=rows[-1].marks + rows[-1].foot, foot=())
    return rows


def _rows(name: str, cells: Sequence[_Cell], edges: Sequence[float], size: float) -> list[Slab]:
    """Return one row, or several that look like one where a name is so long that a page may break in it."""
    lines = broken((Run(name),), (edges[2] - edges[1] - 2 * _PAD) / size)
    parts = [lines[start : start + _TOGETHER] for start in range(0, len(lines), _TOGETHER)]
    rows = []
    for number, part in enumerate(parts):
        row = _row([_name(part, size, edges), *(cells if not number else ())], edges, size)
        rows.append(row if not number else replace(row, marks=row.marks[1:]))
    return rows


def _middle(text: str, size: float, face: str, edges: Sequence[float], at: int) -> _Cell:
    left, room = edges[at], edges[at + 1] - edges[at]
    lines = balanced((Run(text, face),), (room - 2) / size)
    marks: list[Mark] = []
    for number, line in enumerate(lines):
        x = left + (room - line.width * size) / 2
        marks.extend(line.marks(x, number * size * LEADING + baseline(size), size))
    return len(lines), tuple(marks)


def _name(lines: Sequence[Line], size: float, edges: Sequence[float]) -> _Cell:
    marks: list[Mark] = []
    for number, line in enumerate(lines):
        marks.extend(line.marks(edges[1] + _PAD, number * size * LEADING + baseline(size), size))
    return len(lines), tuple(marks)


def _row(cells: Sequence[_Cell], edges: Sequence[float], size: float, *, middle: bool = False) -> Slab:
    """Return a row with its upper line; the lower one is the next row's, or the table's foot.

    Cells begin at the top, so that a number stands beside the name's first line; the head's stand in the `middle`.
    """
    air = max(_LEAST_AIR, size / 2 - _TIGHTER)
    most = max(lines for lines, _marks in cells)
    height = most * size * LEADING + 2 * air
    marks: list[Mark] = [Rule(0, 0, across=edges[-1], thickness=_THIN)]
    marks += [Rule(x, 0, down=height, thickness=_THIN) for x in edges]
    for lines, texts in cells:
        spare = (most - lines) * size * LEADING / 2 if middle else 0.0
        marks.extend(moved(texts, 0, air + spare))
    return Slab(height, tuple(marks), foot=(Rule(0, height, across=edges[-1], thickness=_THIN),))
