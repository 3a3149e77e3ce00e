"""Mẫu 03, the refusal at the counter: "Phiếu từ chối tiếp nhận giải quyết hồ sơ".

Circular 01/2018/TT-VPCP, appendix, form 03; Circular 03/2025/TT-VPCP, appendix I, form 03.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time

from onestop_desktop.domain.calendar import HANOI
from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.person import Person
from onestop_desktop.papers.fields import Pair, contact, identity, laid
from onestop_desktop.papers.form import Form
from onestop_desktop.papers.marks import Slab, stacked
from onestop_desktop.papers.page import Page
from onestop_desktop.papers.parts import Letterhead, heading, letterhead, signatures
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording, wording
from onestop_desktop.papers.written import instant


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal at the counter; it needs no dossier code. `number` is whole ("05/PTC-BPTNTKQ")."""

    office: Office
    number: str
    refused_at: str
    procedure_title: str
    applicant: Person
    reason: str
    code: str = ""


def refusal_of(dossier: Dossier, step: Step | None, terms: PaperTerms) -> Form:
    """Return the form of a dossier that was declined after its intake; None makes one to be filled by hand.

    Raises:
        KnownError: `paper.rules_unknown`.
    """
    facts = step.facts if step else {}
    today = datetime.combine(terms.today, time(), HANOI).isoformat() if terms.today else dossier.received_at
    return _form(
        Refusal(
            office=dossier.office,
            number=str(facts.get("form_number", "")),
            refused_at=step.happened_at if step else today,
            procedure_title=dossier.procedure_title,
            applicant=dossier.applicant,
            reason=str(facts.get("reason", "")),
            code=dossier.number,
        ),
        terms,
    )


def render_refusal(refusal: Refusal, terms: PaperTerms) -> bytes:
    """Return the refusal as PDF, both copies; equal facts give equal bytes.

    Raises:
        KnownError: `paper.rules_unknown`.
        InvalidInput: `paper.layout`.
    """
    return _form(refusal, terms).pdf()


def refusal_pages(refusal: Refusal, terms: PaperTerms) -> list[Page]:
    """Return what one copy shows and where, page by page."""
    return _form(refusal, terms).pages()


def _form(refusal: Refusal, terms: PaperTerms) -> Form:
    words = wording("refusal", terms.rules.key)
    paper = _Paper(refusal, terms, words)
    return Form("refusal", paper.number_line, words, terms, paper.top, paper.body)


@dataclass(frozen=True, slots=True)
class _Paper:
    """One refusal's values in the form's words."""

    refusal: Refusal
    terms: PaperTerms
    words: Wording

    @property
    def _number(self) -> str:
        # The form's own "Số:" stands in the wording.
        number = self.refusal.number.removeprefix("Số:").strip()
        return number or self.words.phrases["pending" if self.terms.draft else "dots"]

    @property
    def number_line(self) -> str:
        return self.words.phrases["number"].format(number=self._number)

    def top(self, width: float, size: float) -> Slab:
        """Return all above the fields."""
        head = Letterhead(self.refusal.office, self._number, instant(self.refusal.refused_at).date())
        remarks = [self.words.phrases["blank"]] if self.terms.blank else []
        title = heading(self.words, width, size, remarks)
        return stacked((letterhead(head, self.terms, self.words, width), replace(title, gap=8.0), Slab(8.0)))

    def body(self, width: float, size: float) -> list[Slab]:
        """Return the fields in the form's order, and the signatures."""
        refusal, words = self.refusal, self.words
        place = {"counter": self.terms.rules.counter, "office": refusal.office.name}
        values: dict[str, list[Pair]] = {
            "counter": [("counter", f"{place['counter']} {place['office']}")],
            "applicant": [("applicant", refusal.applicant.name)],
            "identity": [("identity", identity(refusal.applicant, words))],
            "address": [("address", refusal.applicant.address)],
            "contact": contact(refusal.applicant),
            "code": [("code", refusal.code)],
            "content": [("content", refusal.procedure_title)],
            "statement": [("statement", words.phrases["statement"].format(**place))],
            "reason": [("reason", refusal.reason)],
        }
        lines = {key: (lambda pairs=pairs: [pairs]) for key, pairs in values.items()}
        body = laid(words, lines, {}, width, size, by_hand=self.terms.blank)
        return [*body, signatures(words, self.terms.clerk, width, size)]
