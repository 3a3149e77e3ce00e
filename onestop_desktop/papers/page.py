"""From slabs to pages: tighten first, then go on on a second page; nothing is clipped, nothing left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from onestop_desktop.papers.marks import Mark, Slab, moved, stacked

Page = tuple[Mark, ...]
_FEW = 2
_COMPANY = 3
"""Slabs that a signature takes along: a sum or a last line alone above it would still be an empty sheet."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A paper laid out at one type size: `first` opens page one, `again` the others, `foot` closes each."""

    first: Slab
    again: Slab
    body: tuple[Slab, ...]
    foot: Slab


def filled(lay_out: Callable[[float], Layout], sizes: tuple[float, ...], height: float) -> list[Page]:
    """Return the pages, `height` points each, at the first of `sizes` that needs the fewest."""
    layout = lay_out(sizes[0])
    room = height - layout.first.height - layout.foot.height
    used = _used(layout)
    for size in sizes:
        # Text shrinks at most with the square of its size; what cannot fit need not be laid out.
        if used * (size / sizes[0]) ** 2 > room:
            continue
        smaller = layout if size == sizes[0] else lay_out(size)
        spare = height - smaller.first.height - smaller.foot.height - _used(smaller)
        if spare >= 0:
            return [_closed(smaller, smaller.first, _stretched(smaller.body, spare), height)]
    # Once a second sheet is needed the letters may be large, unless middling ones save a third.
    pages = _several(layout, height)
    if len(pages) <= _FEW or len(sizes) == 1:
        return pages
    return min(pages, _several(lay_out(sizes[len(sizes) // 2]), height), key=len)


def _used(layout: Layout) -> float:
    return sum(slab.gap + slab.height for slab in layout.body)


def _stretched(body: tuple[Slab, ...], spare: float) -> tuple[Slab, ...]:
    """Share spare height among the gaps, none above its `stretch`."""
    wanted = sum(slab.stretch for slab in body)
    share = min(1.0, spare / wanted) if wanted else 0.0
    return tuple(replace(slab, gap=slab.gap + slab.stretch * share) for slab in body)


def _several(layout: Layout, height: float) -> list[Page]:
    room = height - layout.foot.height
    pages: list[list[Slab]] = [[]]
    y = layout.first.height
    for slab, needed in zip(layout.body, _needed(layout.body, room - layout.again.height), strict=True):
        if y + needed > room and pages[-1]:
            if slab.head:
                pages[-1][-1] = _closed_below(pages[-1][-1])
            opening = (_closed_below(slab.head),) if slab.head else ()
            pages.append([*opening, replace(slab, gap=0.0 if opening else slab.gap)])
            y = layout.again.height + sum(one.gap + one.height for one in opening)
        else:
            pages[-1].append(slab)
        y += pages[-1][-1].gap + slab.height
    pages[-1] = list(_stretched(tuple(pages[-1]), max(0.0, room - y)))
    tops = [layout.first] + [layout.again] * (len(pages) - 1)
    return [_closed(layout, top, tuple(page), height) for top, page in zip(tops, pages, strict=True)]


def _needed(body: tuple[Slab, ...], room: float) -> list[float]:
    """Return how much must be free for each slab to begin; where a signature's company begins, all of it."""
    heights = [slab.gap + slab.height for slab in body]
    needed = list(heights)
    for at, slab in enumerate(body):
        if slab.keeps and at:
            first = at - 1
            while first and at - first < _COMPANY and sum(heights[first - 1 : at + 1]) <= room / 2:
                first -= 1
            needed[first] = sum(heights[first : at + 1])
    return needed


def _closed_below(slab: Slab) -> Slab:
    return replace(slab, marks=slab.marks + slab.foot, foot=())


def _closed(layout: Layout, top: Slab, body: tuple[Slab, ...], height: float) -> Page:
    marks = stacked((top, *body)).marks
    return marks + moved(layout.foot.marks, 0, height - layout.foot.height)
