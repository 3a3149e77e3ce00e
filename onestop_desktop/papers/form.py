"""What makes a form out of its parts: measures, pages, both copies, the press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from onestop_desktop.domain.office import RuleSet
from onestop_desktop.papers import fonts
from onestop_desktop.papers.flow import Run, centred, forget
from onestop_desktop.papers.marks import MM, Slab, moved, stacked
from onestop_desktop.papers.page import Layout, Page, filled
from onestop_desktop.papers.parts import foot
from onestop_desktop.papers.press import Job, printed
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording, measures


def origin_of(key: str, words: Wording, rules: RuleSet) -> str:
    """Return the form's number and its circular; an empty text for a slip that no circular prescribes."""
    number = rules.forms.get(key, "")
    circular = rules.basis.rsplit(", ", 1)[-1]
    return words.phrases["form_number"].format(form=number, circular=circular) if number else ""


@dataclass(frozen=True, slots=True)
class Form:
    """A paper before its type size is known; `top` and `body` take width and size, in points."""

    key: str
    number: str
    words: Wording
    terms: PaperTerms
    top: Callable[[float, float], Slab]
    body: Callable[[float, float], list[Slab]]

    def pages(self) -> list[Page]:
        """Return each page of one copy, its marks in place."""
        fonts.ready()
        sheet = measures()
        width, height = sheet.room
        try:
            made = filled(lambda size: self._layout(width, size), sheet.sizes, height)
        finally:
            forget()
        return [moved(page, sheet.side * MM, sheet.top * MM) for page in made]

    def pdf(self) -> bytes:
        """Return both copies as PDF; its title is the form's name, never a citizen's."""
        phrases = self.words.phrases
        origin = origin_of(self.key, self.words, self.terms.rules)
        pages = self.pages()
        job = Job(
            title=self.words.title,
            copies=(phrases["copy_citizen"], phrases["copy_file"]),
            corners=self._corners(origin, len(pages)),
            training=phrases["training"] if self.terms.training else "",
        )
        return printed(pages, job, self.terms.layout)

    def _corners(self, origin: str, pages: int) -> tuple[str, ...]:
        if pages == 1:
            return (origin,)
        said = self.words.phrases["page"]
        told = (said.format(page=page, pages=pages) for page in range(1, pages + 1))
        return tuple(" · ".join(part for part in (page, origin) if part) for page in told)

    def _layout(self, width: float, size: float) -> Layout:
        continued = self.words.phrases["continued"].format(title=self.words.title)
        return Layout(
            first=self.top(width, size),
            again=stacked((centred((Run(continued, fonts.BOLD),), width, 9.5), self._numbered(width), Slab(6.0))),
            body=tuple(self.body(width, size)),
            foot=foot(self.words, width),
        )

    def _numbered(self, width: float) -> Slab:
        return centred((Run(self.number),), width, 9.5)
