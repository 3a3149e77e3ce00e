"""Mẫu 01, the receipt: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in both generations.

Circular 01/2018/TT-VPCP, appendix, form 01; Circular 03/2025/TT-VPCP, appendix I, form 01.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.person import Person
from onestop_desktop.papers import fonts
from onestop_desktop.papers.appointed import appointed
from onestop_desktop.papers.band import code_band
from onestop_desktop.papers.fields import Pair, contact, identity, laid
from onestop_desktop.papers.flow import Run, centred, dotted, paragraph
from onestop_desktop.papers.form import Form
from onestop_desktop.papers.marks import Slab, moved, stacked
from onestop_desktop.papers.page import Page
from onestop_desktop.papers.parts import Letterhead, heading, letterhead, signatures
from onestop_desktop.papers.table import table_of
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording, measures, wording
from onestop_desktop.papers.written import (
    instant,
    written_amount,
    written_date,
    written_instant,
    written_limit,
    written_phone,
)


def render_receipt(dossier: Dossier, terms: PaperTerms) -> bytes:
    """Return the receipt as PDF, both copies; equal dossiers and terms give equal bytes.

    Raises:
        KnownError: `paper.rules_unknown`.
        InvalidInput: `paper.layout`.
    """
    return _form(dossier, terms).pdf()


def receipt_pages(dossier: Dossier, terms: PaperTerms) -> list[Page]:
    """Return what one copy shows and where, page by page."""
    return _form(dossier, terms).pages()


def _form(dossier: Dossier, terms: PaperTerms) -> Form:
    words = wording("receipt", terms.rules.key)
    receipt = _Receipt(dossier, terms, words)
    width, _height = measures().room
    above, band = receipt.letterhead(width), receipt.band(width)
    return Form(
        "receipt",
        receipt.code_line,
        words,
        terms,
        lambda _width, size: receipt.top(above, band, width, size),
        receipt.body,
    )


@dataclass(frozen=True, slots=True)
class _Receipt:
    """One receipt's values in the form's words."""

    dossier: Dossier
    terms: PaperTerms
    words: Wording

    @property
    def code_line(self) -> str:
        return f"{self.words.labels['code']} {self.dossier.number or self._pending}"

    @property
    def _pending(self) -> str:
        return self.words.phrases["pending" if self.terms.draft else "dots"]

    @property
    def _number(self) -> str:
        no = self.dossier.register.no
        return f"{f'{no:02}' if no else self._pending}/{self.terms.rules.counter_short}"

    @property
    def _counter(self) -> str:
        return f"{self.terms.rules.counter} {self.dossier.office.name}"

    def letterhead(self, width: float) -> Slab:
        """Return what stands above the title."""
        dossier = self.dossier
        issued = dossier.recorded_at if dossier.late and dossier.recorded_at else dossier.received_at
        head = Letterhead(dossier.office, self._number, instant(issued).date())
        return letterhead(head, self.terms, self.words, width)

    def band(self, width: float) -> tuple[Slab, ...]:
        """Return the codes, where there are any or will be; they bring their own white along."""
        if not (self.dossier.barcode or self.terms.draft):
            return ()
        return (replace(code_band(self.dossier, self.terms, self.words, width), gap=1.0),)

    def top(self, above: Slab, band: tuple[Slab, ...], width: float, size: float) -> Slab:
        """Return all above the fields; what does not depend on the type size is made before."""
        number = self.dossier.number or self._pending
        code = (Run(f"{self.words.labels['code']} "), Run(number, fonts.BOLD))
        title = heading(self.words, width, size, self._remarks())
        return stacked((above, title, replace(centred(code, width, size), gap=1.0), *band, Slab(1.0)))

    def _remarks(self) -> list[str]:
        dossier, phrases = self.dossier, self.words.phrases
        remarks = []
        if dossier.late:
            recorded = instant(dossier.recorded_at or dossier.received_at).date()
            remarks.append(phrases["late"].format(date=written_date(recorded)))
        if self.terms.replacement:
            remarks.append(phrases["replacement"].format(times=self.terms.replacement))
        if self.terms.blank:
            remarks.append(phrases["blank"])
        return remarks

    def body(self, width: float, size: float) -> list[Slab]:
        """Return the fields in the form's order, and the signatures."""
        dossier = self.dossier
        lines = {
            "counter": lambda: [[("counter", self._counter)]],
            "applicant": lambda: [[("applicant", dossier.applicant.name)]],
            "identity": lambda: [[("identity", identity(dossier.applicant, self.words))]],
            "address": lambda: [[("address", dossier.applicant.address)]],
            "contact": lambda: [contact(dossier.applicant)],
            "owner": self._owner,
            "principal": self._principal,
            "content": lambda: [[("content", dossier.procedure_title)]],
            "sets": lambda: [[("sets", self.words.phrases["sets"].format(count=f"{dossier.sets:02}"))]],
            "limit": self._limit,
            "received": lambda: [[("received", written_instant(dossier.received_at))]],
            "due": self._due,
            "return": lambda: [[("return", self._return_place())]],
            "fee": self._fee,
            "register": self._register,
            "paper_number": self._paper_number,
        }
        blocks = {"papers": lambda: self._papers(width, size)}
        body = laid(self.words, lines, blocks, width, size, by_hand=self.terms.blank)
        return [*body, signatures(self.words, self.terms.clerk, width, size)]

    def _owner(self) -> list[list[Pair]]:
        """Name the owner where somebody else stands at the counter."""
        owner = self.dossier.owner
        if owner in {self.dossier.applicant, self.dossier.principal}:
            return []
        return [[("owner", self._described(owner))]]

    def _described(self, person: Person) -> str:
        labels = self.words.labels
        number = identity(person, self.words) if self._has_identity else ""
        parts = [(labels["number"], number), (labels["address"], person.address)]
        parts += [(labels["phone"], written_phone(person.phone)), (labels["email"], person.email)]
        told = [f"{label[:1].lower()}{label[1:]} {value}" for label, value in parts if value]
        return "; ".join([person.name, *told])

    @property
    def _has_identity(self) -> bool:
        return any("identity" in group for group in self.words.groups)

    def _principal(self) -> list[list[Pair]]:
        """Name the principal and by what paper, only when somebody acts for another."""
        person = self.dossier.principal
        if person is None:
            return []
        number = identity(person, self.words) if self._has_identity else ""
        lines: list[list[Pair]] = [
            [("principal", person.name), ("number", number)],
            [("address", person.address)],
            contact(person),
            [("authority", person.authority)],
        ]
        known = [[pair for pair in line if pair[1]] for line in lines]
        return [line for line in known if line]

    def _papers(self, width: float, size: float) -> list[Slab]:
        label = Run(f"{self.words.labels['papers']} ")
        if not self.dossier.papers:
            if self.terms.blank:
                return dotted((label,), width, size, by_hand=self.words.by_hand["papers"], gap=3.0, stretch=5.0)
            value = self.words.phrases["no_papers"]
            return paragraph((label, Run(value)), width, size, gap=3.0, stretch=5.0)
        title = paragraph((label,), width, size, gap=3.0, stretch=5.0)
        rows = table_of(self.dossier.papers, self.words, width, size)
        # The label, the head and the first row stay on one page.
        start = stacked((replace(title[0], gap=0.0), *title[1:], *rows[:2]))
        above = start.height - rows[1].height
        return [
            replace(start, gap=title[0].gap, stretch=title[0].stretch, foot=moved(rows[1].foot, 0, above)),
            *rows[2:],
        ]

    def _limit(self) -> list[list[Pair]]:
        limit = written_limit(self.dossier.limit, self.words.phrases) if self.dossier.limit else ""
        return [[("limit", limit)]] if limit or self.terms.blank else []

    def _due(self) -> list[list[Pair]]:
        due = appointed(self.dossier)
        return [[("due", written_instant(due) if due else self.words.phrases["due_unknown"])]]

    def _return_place(self) -> str:
        phrases, address = self.words.phrases, self.dossier.post_address
        places = {
            "post": phrases["return_post"].format(address=address) if address else phrases["return_post_unknown"],
            "online": phrases["return_online"],
        }
        return places.get(self.dossier.return_by, self._counter)

    def _fee(self) -> list[list[Pair]]:
        fee = self.dossier.fee
        if fee is None:
            return [[("fee", "")]] if self.terms.blank else []
        return [[("fee", written_amount(fee) if fee else self.words.phrases["fee_none"])]]

    def _register(self) -> list[list[Pair]]:
        place = self.dossier.register
        if not place.no:
            return [[("register", self._pending)]]
        phrase = self.words.phrases["register_desk" if place.desk else "register"]
        return [[("register", phrase.format(book=place.book, year=place.year, desk=place.desk, no=f"{place.no:02}"))]]

    def _paper_number(self) -> list[list[Pair]]:
        number = self.dossier.paper_number
        return [[("paper_number", number)]] if number else []
