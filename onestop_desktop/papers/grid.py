"""Tables of any columns: each row a slab under a head that is said again on every page, long rows broken in two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from onestop_desktop.papers import fonts
from onestop_desktop.papers.flow import LEADING, Line, Run, balanced, baseline, broken
from onestop_desktop.papers.marks import Mark, Rule, Slab, moved, stacked
from onestop_desktop.papers.wording import Column

_PAD = 3.0
_ABOVE = 2.5
_THIN = 0.4
_LEAST = 7.0
"""The type size below which no table goes, however small its paper is set."""
_TOGETHER = 14
"""Lines of one row that stay on one page."""


def grid(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: float, size: float, *, least: float = 0.0
) -> list[Slab]:
    """Return the head and the rows; a cell's text may have line ends. `least` is a row's least height, in points."""
    edges, size = _edges(columns, width), max(size, _LEAST)
    head = _head(columns, edges, size)
    made = [replace(head, gap=2.0)]
    for row in rows:
        made += [replace(part, head=head) for part in _rows(columns, row, edges, size, least)]
    made[-1] = replace(made[-1], marks=made[-1].marks + made[-1].foot, foot=())
    return made


def under(title: Slab, rows: Sequence[Slab]) -> list[Slab]:
    """Keep a table's title, its head and its first row on one page."""
    start = stacked((replace(title, gap=0.0), *rows[:2]))
    last = rows[:2][-1]
    opened = replace(
        start, gap=title.gap, stretch=title.stretch, foot=moved(last.foot, 0, start.height - last.height), keeps=False
    )
    return [opened, *rows[2:]]


def _edges(columns: Sequence[Column], width: float) -> tuple[float, ...]:
    whole = sum(column.share for column in columns)
    edges = [0.0]
    for column in columns:
        edges.append(edges[-1] + width * column.share / whole)
    return (*edges[:-1], width)


def _head(columns: Sequence[Column], edges: Sequence[float], size: float) -> Slab:
    """Return the titles, on two floors where some stand under a wider one."""
    groups = [(name, [at for at, _one in run]) for name, run in groupby(enumerate(columns), lambda pair: pair[1].group)]
    wide = {name: _centred(name, size, edges[run[0]], edges[run[-1] + 1]) for name, run in groups if name}
    titles = [_centred(column.title, size, edges[at], edges[at + 1]) for at, column in enumerate(columns)]
    upper = max((height for height, _marks in wide.values()), default=0.0)
    under_one = [height for column, (height, _marks) in zip(columns, titles, strict=True) if column.group]
    alone = [height for column, (height, _marks) in zip(columns, titles, strict=True) if not column.group]
    lower = max([*under_one, *(height - upper for height in alone)])
    marks: list[Mark] = [Rule(0, 0, across=edges[-1], thickness=_THIN)]
    marks += [Rule(x, 0, down=upper + lower, thickness=_THIN) for x in _walls(columns, edges, inner=False)]
    marks += [Rule(x, upper, down=lower, thickness=_THIN) for x in _walls(columns, edges, inner=True)]
    for column, (height, texts) in zip(columns, titles, strict=True):
        room = (upper, lower) if column.group else (0.0, upper + lower)
        marks += moved(texts, 0, room[0] + (room[1] - height) / 2)
    for name, run in groups:
        if name:
            left, right = edges[run[0]], edges[run[-1] + 1]
            marks += [Rule(left, upper, across=right - left, thickness=_THIN)]
            marks += moved(wide[name][1], 0, (upper - wide[name][0]) / 2)
    foot = (Rule(0, upper + lower, across=edges[-1], thickness=_THIN),)
    return Slab(upper + lower, tuple(marks), foot=foot)


def _walls(columns: Sequence[Column], edges: Sequence[float], *, inner: bool) -> Iterator[float]:
    """Give the upright lines within a group, or all the others."""
    between = [bool(one.group) and one.group == other.group for one, other in pairwise(columns)]
    for x, within in zip(edges, [False, *between, False], strict=True):
        if within is inner:
            yield x


def _centred(text: str, size: float, left: float, right: float) -> tuple[float, tuple[Mark, ...]]:
    lines = balanced((Run(text, fonts.BOLD),), (right - left - 2 * _PAD) / size)
    return len(lines) * size * LEADING + 2 * _ABOVE, _placed(lines, size, left, right, centred=True)


def _placed(lines: Sequence[Line], size: float, left: float, right: float, *, centred: bool) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for number, line in enumerate(lines):
        x = left + (right - left - line.width * size) / 2 if centred else left + _PAD
        marks.extend(line.marks(x, _ABOVE + number * size * LEADING + baseline(size), size))
    return tuple(marks)


def _rows(
    columns: Sequence[Column], row: Sequence[str], edges: Sequence[float], size: float, least: float
) -> Iterator[Slab]:
    """Give one row, or several that look like one where a text is so long that a page may break in it."""
    cells = [_lines(text, edges[at + 1] - edges[at], size) for at, text in enumerate(row)]
    most = max(map(len, cells))
    for start in range(0, most, _TOGETHER):
        parts = [lines[start : start + _TOGETHER] for lines in cells]
        ends = (start == 0, start + _TOGETHER >= most)
        yield _row(columns, parts, edges, size, ends, least if all(ends) else 0.0)


def _lines(text: str, room: float, size: float) -> list[Line]:
    lines: list[Line] = []
    for part in text.split("\n"):
        lines += broken((Run(part),), (room - 2 * _PAD) / size)
    return lines


def _row(
    columns: Sequence[Column],
    cells: Sequence[Sequence[Line]],
    edges: Sequence[float],
    size: float,
    ends: tuple[bool, bool],
    least: float,
) -> Slab:
    """Return a row, or a part of one, with its upper line; the lower one is the next row's, or the table's foot.

    `ends` says whether it begins and whether it closes its row: only there is air between text and line.
    """
    most = max(map(len, cells)) * size * LEADING
    height = max(most + _ABOVE * sum(ends), least)
    marks: list[Mark] = [Rule(0, 0, across=edges[-1], thickness=_THIN)] if ends[0] else []
    marks += [Rule(x, 0, down=height, thickness=_THIN) for x in edges]
    for at, lines in enumerate(cells):
        texts = _placed(lines, size, edges[at], edges[at + 1], centred=columns[at].centred)
        # Every cell begins at the top: one line beside many is found where the eye goes on to it.
        marks += moved(texts, 0, 0.0 if ends[0] else -_ABOVE)
    return Slab(height, tuple(marks), foot=(Rule(0, height, across=edges[-1], thickness=_THIN),))


def code_lines(number: str) -> str:
    """Break a dossier code behind its agency, where a narrow column would cut it anywhere."""
    agency, dash, rest = number.partition("-")
    return f"{agency}{dash}\n{rest}" if rest else number
