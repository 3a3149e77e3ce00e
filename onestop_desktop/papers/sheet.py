"""A paper that fills A4 by itself: many pages, each with its number in the corner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from onestop_desktop.papers import fonts
from onestop_desktop.papers.flow import Run, centred, forget
from onestop_desktop.papers.form import origin_of
from onestop_desktop.papers.marks import MM, Slab, moved, stacked
from onestop_desktop.papers.page import Layout, Page, filled
from onestop_desktop.papers.parts import foot
from onestop_desktop.papers.press import Leaf, leaves
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording, measures


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper before it is broken into pages; `again` is said above each page but the first."""

    key: str
    again: str
    words: Wording
    terms: PaperTerms
    top: Callable[[float, float], Slab]
    body: Callable[[float, float], list[Slab]]

    def pages(self) -> list[Page]:
        """Return each page, its marks in place."""
        fonts.ready()
        sheet = measures(self.key)
        width, height = sheet.room
        try:
            made = filled(lambda size: self._layout(width, size), sheet.sizes, height)
        finally:
            forget()
        return [moved(page, sheet.side * MM, sheet.top * MM) for page in made]

    def pdf(self) -> bytes:
        """Return the PDF; its title is the paper's name, never a citizen's."""
        sheet, phrases = measures(self.key), self.words.phrases
        size = (sheet.width * MM, sheet.height * MM)
        origin = origin_of(self.key, self.words, self.terms.rules)
        pages = self.pages()
        corners = [phrases["page"].format(page=page, pages=len(pages)) for page in range(1, len(pages) + 1)]
        told = [" · ".join(part for part in (corner, origin) if part) for corner in corners]
        training = phrases["training"] if self.terms.training else ""
        made = [Leaf(page, size, corner, sheet.side * MM) for page, corner in zip(pages, told, strict=True)]
        return leaves(made, self.words.title, training)

    def _layout(self, width: float, size: float) -> Layout:
        again = centred((Run(f"{self.words.title} – {self.again}", fonts.BOLD),), width, size)
        return Layout(
            first=self.top(width, size),
            again=stacked((again, Slab(6.0))),
            body=tuple(self.body(width, size)),
            foot=foot(self.words, width),
        )
