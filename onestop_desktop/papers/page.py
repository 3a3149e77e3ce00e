"""From slabs to pages: tighten first, then go on on a second page; nothing is clipped, nothing left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from onestop_desktop.papers.marks import Mark, Slab, moved, stacked

Page = tuple[Mark, ...]
_FEW = 2


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
    # Once a second sheet is needed the letters may be large, unless smaller ones save a third.
    pages = _several(layout, height)
    return pages if len(pages) <= _FEW or len(sizes) == 1 else min(pages, _several(lay_out(sizes[-1]), height), key=len)


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
    for slab in layout.body:
        if y + slab.gap + slab.height > room and pages[-1]:
            if slab.head:
                pages[-1][-1] = _closed_below(pages[-1][-1])
            opening = (_closed_below(slab.head),) if slab.head else ()
            kept = _kept(pages[-1]) if slab.keeps else []
            pages.append([*opening, *kept, replace(slab, gap=0.0 if opening else slab.gap)])
            y = layout.again.height + sum(one.gap + one.height for one in (*opening, *kept))
        else:
            pages[-1].append(slab)
        y += pages[-1][-1].gap + slab.height
    tops = [layout.first] + [layout.again] * (len(pages) - 1)
    return [_closed(layout, top, tuple(page), height) for top, page in zip(tops, pages, strict=True)]


def _kept(page: list[Slab]) -> list[Slab]:
    """Take the last slab off a page, so that a signature does not stand alone; a table's row brings its head along."""
    if len(page) < _FEW:
        return []
    last = page.pop()
    if not last.head:
        return [last]
    page[-1] = _closed_below(page[-1])
    return [_closed_below(last.head), replace(last, gap=0.0)]


def _closed_below(slab: Slab) -> Slab:
    return replace(slab, marks=slab.marks + slab.foot, foot=())


def _closed(layout: Layout, top: Slab, body: tuple[Slab, ...], height: float) -> Page:
    marks = stacked((top, *body)).marks
    return marks + moved(layout.foot.marks, 0, height - layout.foot.height)
