"""What can stand on a page, with its place; laying out makes marks, the press draws them.

Lengths are points. `y` grows downwards from the top of the copy; a text's `y` is its base line.
"""

from __future__ import annotations

from dataclasses import dataclass

from onestop_desktop.papers import fonts

MM = 72 / 25.4

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Text:
    """One stretch of letters of one face."""

    x: float
    y: float
    text: str
    face: str
    size: float

    @property
    def box(self) -> Box:
        """Return what the letters cover."""
        length = fonts.width(self.text, self.face) * self.size
        return self.x, self.y - fonts.ASCENT * self.size, self.x + length, self.y + fonts.DESCENT * self.size

    def at(self, across: float, down: float) -> Text:
        """Return the mark elsewhere."""
        return Text(self.x + across, self.y + down, self.text, self.face, self.size)


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line from (x, y), `across` long to the right or `down` long to the bottom."""

    x: float
    y: float
    across: float = 0.0
    down: float = 0.0
    thickness: float = 0.5
    dashed: bool = False

    @property
    def box(self) -> Box:
        """Return what the line covers, its thickness left out."""
        return self.x, self.y, self.x + self.across, self.y + self.down

    def at(self, across: float, down: float) -> Rule:
        """Return the mark elsewhere."""
        return Rule(self.x + across, self.y + down, self.across, self.down, self.thickness, self.dashed)


@dataclass(frozen=True, slots=True)
class Black:
    """The black rectangles of one code.

    `cells` are (left, bottom, width, height) in modules from the lower left corner of `zone`, which is (width,
    height) in points, quiet zone included.
    """

    x: float
    y: float
    module: float
    zone: tuple[float, float]
    cells: tuple[tuple[int, int, int, int], ...]

    @property
    def box(self) -> Box:
        """Return what the code covers, quiet zone included."""
        return self.x, self.y, self.x + self.zone[0], self.y + self.zone[1]

    def at(self, across: float, down: float) -> Black:
        """Return the mark elsewhere."""
        return Black(self.x + across, self.y + down, self.module, self.zone, self.cells)


Mark = Text | Rule | Black


@dataclass(frozen=True, slots=True)
class Slab:
    """Marks that stay together, from (0, 0) down; `gap` stands before it and may grow by `stretch`.

    `head` is said again above it when a page breaks before it, `foot` closes it when one breaks after it; a slab
    that `keeps` never begins a page: it takes some of those above it along.
    """

    height: float
    marks: tuple[Mark, ...] = ()
    gap: float = 0.0
    stretch: float = 0.0
    head: Slab | None = None
    foot: tuple[Mark, ...] = ()
    keeps: bool = False


def moved(marks: tuple[Mark, ...], across: float, down: float) -> tuple[Mark, ...]:
    """Return the marks elsewhere."""
    return tuple(mark.at(across, down) for mark in marks)


def stacked(slabs: tuple[Slab, ...]) -> Slab:
    """Return one slab of several, one below the other."""
    marks: list[Mark] = []
    y = 0.0
    for slab in slabs:
        y += slab.gap
        marks.extend(moved(slab.marks, 0, y))
        y += slab.height
    return Slab(y, tuple(marks))
