"""The slip of a fee taken at the counter: figures, words, and how it was paid; it does not stand for the tax receipt.

Decree 61/2018/NĐ-CP, arts. 12.9 and 22: fees are settled every quarter by what the counter recorded.
"""

from __future__ import annotations

from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.papers.fields import Pair, identity
from onestop_desktop.papers.form import Form
from onestop_desktop.papers.slip import Filling, day_of, facts_of, person_values, slip
from onestop_desktop.papers.spoken import spoken_amount
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording, wording
from onestop_desktop.papers.written import written_amount, written_instant


def fee_slip(dossier: Dossier, step: Step | None, terms: PaperTerms) -> Form:
    """Return the slip of a step `collect` or `paid`; None makes one to be filled by hand.

    Raises:
        KnownError: `paper.rules_unknown`.
    """
    words = wording("fee-slip", terms.rules.key)
    return slip(
        "fee-slip",
        words,
        terms,
        Filling(
            office=dossier.office,
            day=day_of(step, terms, dossier),
            numbered=False,
            values=person_values(dossier, words) | _values(dossier, step, words),
            signers=(("payer", ""), ("cashier", terms.clerk)),
            dossier=dossier,
        ),
    )


def _values(dossier: Dossier, step: Step | None, words: Wording) -> dict[str, list[list[Pair]]]:
    way, document = facts_of(step, "way", "document")
    amount = _amount(dossier, step)
    ways = {key: words.phrases[key] for key in ("cash", "transfer", "online")}
    texts = {
        "payer": dossier.applicant.name,
        "identity": identity(dossier.applicant, words),
        "time": written_instant(step.happened_at) if step else "",
        "amount": written_amount(amount) if amount else "",
        "words": spoken_amount(amount) if amount else "",
        "way": ways.get(way, "") if step is None or way else words.phrases["cash"],
        "document": document,
        "total": written_amount(dossier.collected) if dossier.collected > amount else "",
        "refunded": written_amount(dossier.refunded) if dossier.refunded else "",
    }
    left_out = {key for key in ("total", "refunded") if not texts[key]}
    return {key: [] if key in left_out else [[(key, text)]] for key, text in texts.items()}


def _amount(dossier: Dossier, step: Step | None) -> int:
    """Return what the step took: its own amount, or what was asked for before it was paid; 0 when nobody knows."""
    if step is None:
        return 0
    if "amount" in step.facts:
        return int(step.facts["amount"])
    before = dossier.history[: dossier.history.index(step)]
    asked = [int(one.facts.get("amount", 0)) for one in before if one.kind == "ask-payment"]
    return asked[-1] if asked else 0
