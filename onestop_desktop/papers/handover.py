"""The slip with which one or several dossiers go to an officer or to the upper level; each side keeps a copy.

Decree 61/2018/NĐ-CP, art. 18: forwarded within the working day, or at the start of the next after 15:00.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.papers.fields import Pair
from onestop_desktop.papers.flow import Run, paragraph
from onestop_desktop.papers.form import Form
from onestop_desktop.papers.grid import code_lines, grid, under
from onestop_desktop.papers.marks import Slab, stacked
from onestop_desktop.papers.slip import Filling, facts_of, slip
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording, wording
from onestop_desktop.papers.written import instant, written_instant


@dataclass(frozen=True, slots=True)
class Transfer:
    """What is handed over: the dossiers, to whom, when (ISO), and with which covering letter."""

    dossiers: tuple[Dossier, ...]
    taker: str
    at: str
    document: str = ""


def handover(dossier: Dossier, step: Step | None, terms: PaperTerms) -> Form:
    """Return the slip of one dossier's step `assign` or `forward`; None makes one to be filled by hand.

    Raises:
        KnownError: `paper.rules_unknown`.
    """
    officer, unit, document = facts_of(step, "officer", "unit", "document")
    at = step.happened_at if step else ""
    return transfer_form(Transfer((dossier,), officer or unit, at, document), terms)


def transfer_form(transfer: Transfer, terms: PaperTerms) -> Form:
    """Return the slip of several dossiers that go to one taker."""
    words = wording("handover", terms.rules.key)
    first = transfer.dossiers[0]
    count = words.phrases["count"].format(count=f"{len(transfer.dossiers):02}")
    texts = {
        "time": written_instant(transfer.at) if transfer.at else "",
        "giver": ", ".join(part for part in (terms.clerk, f"{terms.rules.counter} {first.office.name}") if part),
        "taker": transfer.taker,
        "document": transfer.document,
        "count": count,
    }
    values: dict[str, list[list[Pair]]] = {key: [[(key, text)]] for key, text in texts.items()}
    if not transfer.document and not terms.blank:
        values["document"] = []
    day = instant(transfer.at).date() if transfer.at else terms.today or instant(first.received_at).date()
    return slip(
        "handover",
        words,
        terms,
        Filling(
            office=first.office,
            day=day,
            numbered=False,
            values=values,
            blocks={"dossiers": lambda width, size: _table(transfer.dossiers, words, width, size)},
            signers=(("giver", terms.clerk), ("taker", "")),
            dossier=first,
        ),
    )


def _table(dossiers: Sequence[Dossier], words: Wording, width: float, size: float) -> list[Slab]:
    title = stacked(tuple(paragraph((Run(words.labels["dossiers"]),), width, size)))
    rows = [_row(number, one, words, alone=len(dossiers) == 1) for number, one in enumerate(dossiers, 1)]
    return under(Slab(title.height, title.marks, gap=4.0, stretch=4.0), grid(words.columns, rows, width, size - 2))


def _row(number: int, dossier: Dossier, words: Wording, *, alone: bool) -> list[str]:
    return [
        str(number),
        code_lines(dossier.number),
        f"{dossier.applicant.name}\n{dossier.procedure_title}",
        _papers(dossier, words, alone=alone),
        f"{instant(dossier.due_at):%H:%M\n%d/%m/%Y}" if dossier.due_at else words.phrases["due_none"],
    ]


def _papers(dossier: Dossier, words: Wording, *, alone: bool) -> str:
    """Name every paper on the slip of one dossier; several dossiers tell their counts."""
    counted = [(paper.name, paper.original + paper.certified + paper.copy) for paper in dossier.papers]
    if alone and counted:
        return "\n".join(words.phrases["paper"].format(name=name, count=count) for name, count in counted)
    return words.phrases["papers"].format(count=sum(count for _name, count in counted), sets=dossier.sets)
