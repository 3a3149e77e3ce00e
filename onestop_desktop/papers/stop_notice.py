"""Mẫu 05 of 2025: "Thông báo dừng giải quyết hồ sơ", while there is no decision yet.

Decree 118/2025/NĐ-CP, art. 21; Circular 03/2025/TT-VPCP, art. 7 and appendix I, form 05. The set of 2018 has no such
form; the same words stand on a slip without a form number.
"""

from __future__ import annotations

from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.domain.intake import PaperTaken
from onestop_desktop.papers.form import Form
from onestop_desktop.papers.slip import Filling, day_of, facts_of, listed, long_day, person_values, said, slip
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording, wording
from onestop_desktop.papers.written import written_instant


def stop_notice(dossier: Dossier, step: Step | None, terms: PaperTerms) -> Form:
    """Return the notice of a step `stop`, or `withdraw` on the citizen's request; None makes one to be filled by hand.

    Raises:
        KnownError: `paper.rules_unknown`.
    """
    words = wording("stop-notice", terms.rules.key)
    number, reason = facts_of(step, "form_number", "reason")
    day = long_day(step.happened_at) if step else ""
    phrase = "ended" if step is not None and step.kind == "stop" else "asked"
    statement = said(words, phrase, day=day, counter=terms.rules.counter, office=dossier.office.name)
    values = person_values(dossier, words) | {
        "received": [[("received", written_instant(dossier.received_at))]],
        "statement": [[("statement", statement)]],
        "reason": [[("reason", reason)]],
        "stopped": [[("stopped", written_instant(step.happened_at) if step else "")]],
    }
    returned = [_paper(paper, words) for paper in dossier.papers if paper.original or paper.certified]
    if step is not None and not returned:
        values["papers"] = [[("papers", words.phrases["no_papers"])]]
    blocks = {} if "papers" in values else {"papers": listed(words, "papers", returned)}
    return slip(
        "stop-notice",
        words,
        terms,
        Filling(
            office=dossier.office,
            day=day_of(step, terms, dossier),
            number=number,
            values=values,
            blocks=blocks,
            signers=(("receiver_side", ""), ("issuer", "")),
            dossier=dossier,
        ),
    )


def _paper(paper: PaperTaken, words: Wording) -> str:
    count = paper.original + paper.certified
    return words.phrases["paper"].format(name=paper.name, count=f"{count:02}")
