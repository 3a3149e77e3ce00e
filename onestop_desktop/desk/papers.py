"""Papers besides the receipt as window and command line see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from onestop_desktop.desk import day_papers, paper, papers_of, refusal_papers
from onestop_desktop.desk.core import Core
from onestop_desktop.desk.views import PaperJob
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.entry import Happening
from onestop_desktop.store.transaction import Transaction


class Papers:
    """Every paper that a desk hands out; each method may be called from any thread."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def offered(self, state: Dossier) -> tuple[str, ...]:
        """Return the forms that a dossier has now, besides the receipt."""
        return papers_of.offered(self._core, state)

    def offered_after(self, state: Dossier, step: str) -> str:
        """Return the form that a step just taken brings; an empty text when it brings none."""
        return papers_of.offered_after(self._core, state, step)

    def issue(self, dossier: str, form: str, *, layout: str = "a4", out: str = "") -> PaperJob:
        """Return a paper as issued; raises Refused `paper.not_happened`."""
        return paper.issue(self._core, dossier, form, layout=layout, out=out)

    def print(self, dossier: str, form: str, *, layout: str = "a4") -> PaperJob:
        """Return a paper for the printer, marked when it came out before; a label is made each time."""
        if form == "label":
            return self.label(dossier, layout=layout)
        return paper.reprint(self._core, dossier, form, layout=layout)

    def label(self, dossier: str, *, layout: str = "a4") -> PaperJob:
        """Return a folder's label; it is nobody's paper, so nothing is stored."""
        state = paper.state_of(self._core, dossier)
        pdf = papers_of.render(self._core, state, "label", layout=layout)
        return PaperJob(dossier, state.number, "label", "", pdf)

    def labels(self, dossiers: Sequence[str], *, layout: str = "a4", first: int = 1) -> bytes:
        """Return the labels of several folders; `first` is the first free place of a sheet of ten."""
        states = [paper.state_of(self._core, one) for one in dossiers]
        return papers_of.labels(self._core, states, layout=layout, first=first)

    def handover(self, dossiers: Sequence[str], *, layout: str = "a4") -> bytes:
        """Return one hand-over slip of several dossiers, recorded with each of them as gone out.

        Raises:
            InvalidInput: `dossier.unknown`.
            Refused: `paper.not_happened`, `paper.two_takers`.
        """
        core = self._core
        states = [paper.state_of(core, one) for one in dossiers]
        pdf = papers_of.transfer(core, states, layout=layout)
        sha256 = core.store.vault.put(pdf)

        def job(transaction: Transaction) -> None:
            for state in states:
                after: Dossier | None = transaction.dossier(state.id)
                for happening in self._handed(state, sha256):
                    after = transaction.append(happening, after)

        core.write(job)
        return pdf

    def _handed(self, state: Dossier, sha256: str) -> list[Happening]:
        about = papers_of.about(self._core, state, "handover")
        return paper.issue_of(self._core, state, "handover", sha256, about, out="file")

    def refusal(self, number: str, *, layout: str = "a4") -> PaperJob:
        """Return the paper of a refusal at the counter by its number ("05/PTC-BPTNTKQ")."""
        return refusal_papers.issue_refusal(self._core, number, layout=layout)

    def refusal_pdf(self, number: str, *, layout: str = "a4") -> tuple[str, bytes]:
        """Return the paper of a refusal at the counter as (number, PDF) for an export."""
        return refusal_papers.refusal_pdf(self._core, number, layout=layout)

    def register_pdf(self, first: date, last: date) -> bytes:
        """Return the register of the dossiers received on these days, both included."""
        return day_papers.register_pdf(self._core, first, last)

    def daily_sheet_pdf(self, day: date, head_code: str = "", head_qr: str = "") -> bytes:
        """Return the sheet of a day, with the signed head or, where none is given, the journal's own."""
        return day_papers.daily_sheet_pdf(self._core, day, head_code, head_qr)
