"""Mẫu 04: "Phiếu xin lỗi và hẹn lại ngày trả kết quả", signed by the head of the unit.

Decree 61/2018/NĐ-CP, art. 19.9; Circular 01/2018/TT-VPCP, form 04; Circular 03/2025/TT-VPCP, appendix I, form 04.
"""

from __future__ import annotations

from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.papers.appointed import appointed, due_before
from onestop_desktop.papers.fields import Pair, identity
from onestop_desktop.papers.form import Form
from onestop_desktop.papers.slip import Filling, day_of, facts_of, long_day, said, slip
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording, wording
from onestop_desktop.papers.written import written_instant


def apology(dossier: Dossier, step: Step | None, terms: PaperTerms) -> Form:
    """Return the form of a step `extend`; None makes one to be filled by hand.

    Raises:
        KnownError: `paper.rules_unknown`.
    """
    words = wording("apology", terms.rules.key)
    number, letter = facts_of(step, "form_number", "letter")
    return slip(
        "apology",
        words,
        terms,
        Filling(
            office=dossier.office,
            day=day_of(step, terms, dossier),
            number=number,
            values=_values(dossier, step, words),
            signers=(("head", ""),),
            dossier=dossier,
            remarks=(words.phrases["letter"].format(letter=letter),) if letter else (),
        ),
    )


def _values(dossier: Dossier, step: Step | None, words: Wording) -> dict[str, list[list[Pair]]]:
    person, office = dossier.applicant, dossier.office.name
    (reason,) = facts_of(step, "reason")
    new = str(step.facts.get("due_at", "")) if step else ""
    old = due_before(dossier, step) if step else appointed(dossier)
    sentences = {
        "received": said(
            words, "received", day=long_day(dossier.received_at).removeprefix("ngày "), office=office,
            content=dossier.procedure_title, name=person.name, code=dossier.number, identity=identity(person, words),
        ),
        "late": said(words, "late", office=office),
        "sorry": words.phrases["sorry"],
        "again": said(words, "again", office=office, due=written_instant(new) if new else words.phrases["by_hand"]),
        "please": words.phrases["please"],
        "to": said(words, "to", name=person.name),
        "due": written_instant(old) if old else "",
        "reason": reason,
    }  # fmt: skip
    return {key: [[(key, text)]] for key, text in sentences.items()}
