"""The slip of a certification, printed only when the citizen asks for one or the work takes longer than the day.

Decree 61/2018/NĐ-CP, art. 17.4: a result-at-once procedure needs no receipt; Decree 23/2015/NĐ-CP, art. 7: an
appointment slip with hour and date where the result does not come within the day.
"""

from __future__ import annotations

from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.papers.appointed import appointed
from onestop_desktop.papers.fields import Pair
from onestop_desktop.papers.form import Form
from onestop_desktop.papers.slip import Filling, listed, person_values, slip
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import wording
from onestop_desktop.papers.written import instant, written_amount, written_instant


def cert_receipt(dossier: Dossier, _step: Step | None, terms: PaperTerms) -> Form:
    """Return the slip of a certification.

    Raises:
        KnownError: `paper.rules_unknown`.
    """
    words = wording("cert-receipt", terms.rules.key)
    due = appointed(dossier)
    fee = "" if dossier.fee is None else written_amount(dossier.fee) if dossier.fee else words.phrases["fee_none"]
    texts = {
        "counter": f"{terms.rules.counter} {dossier.office.name}",
        "book": _book_number(dossier),
        "pages": f"{dossier.pages:02}" if dossier.pages else "",
        "copies": f"{dossier.certified_copies:02}" if dossier.certified_copies else "",
        "fee": fee,
        "received": written_instant(dossier.received_at),
        "due": written_instant(due) if due else words.phrases["due_unknown"],
    }
    own: dict[str, list[list[Pair]]] = {key: [[(key, text)]] for key, text in texts.items()}
    papers = [paper.name for paper in dossier.papers]
    values = person_values(dossier, words) | own
    for key in ("book", "pages", "copies"):
        if not texts[key] and not terms.blank:
            values[key] = []
    if not papers and not terms.blank:
        values["papers"] = []
    return slip(
        "cert-receipt",
        words,
        terms,
        Filling(
            office=dossier.office,
            day=instant(dossier.received_at).date(),
            numbered=False,
            values=values,
            blocks={} if "papers" in values else {"papers": listed(words, "papers", papers)},
            signers=(("presenter", ""), ("receiver", terms.clerk)),
            dossier=dossier,
            coded=True,
        ),
    )


def _book_number(dossier: Dossier) -> str:
    numbers = [str(step.facts.get("document", "")) for step in dossier.history if step.kind == "ready"]
    return numbers[-1] if numbers else ""
