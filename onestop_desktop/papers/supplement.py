"""Mẫu 02: "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", once, complete, with its reason and whom to ask.

Decree 61/2018/NĐ-CP, art. 17.1; Circular 01/2018/TT-VPCP, form 02; Circular 03/2025/TT-VPCP, appendix I, form 02.
"""

from __future__ import annotations

import re

from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.papers.form import Form
from onestop_desktop.papers.slip import Filling, day_of, facts_of, listed, person_values, said, slip
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording, wording

_TELEPHONE = re.compile(r"(?:[0-9][ .]?){8,}")


def supplement(dossier: Dossier, step: Step | None, terms: PaperTerms) -> Form:
    """Return the form of a step `ask-supplement`; None makes one to be filled by hand.

    Raises:
        KnownError: `paper.rules_unknown`.
    """
    words = wording("supplement", terms.rules.key)
    number, reason = facts_of(step, "form_number", "reason")
    items = [str(one) for one in step.facts.get("items", ())] if step else []
    values = person_values(dossier, words) | {
        "reason": [[("reason", reason)]],
        "guidance": [[("guidance", _guidance(step, terms, words))]],
    }
    return slip(
        "supplement",
        words,
        terms,
        Filling(
            office=dossier.office,
            day=day_of(step, terms, dossier),
            number=number,
            values=values,
            blocks={"items": listed(words, "items", items)},
            signers=(("guide", terms.clerk),),
            dossier=dossier,
            coded=True,
        ),
    )


def _guidance(step: Step | None, terms: PaperTerms, words: Wording) -> str:
    """Say whom to ask; a telephone number typed with the name is not asked for twice."""
    (contact,) = facts_of(step, "contact")
    if _TELEPHONE.search(contact):
        return said(words, "guidance_whole", contact=contact)
    return said(words, "guidance", contact=contact or terms.clerk, phone=terms.hotline)
