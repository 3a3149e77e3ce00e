"""The slip of a hand-over of a result: who took it, with which identity paper, signed by both.

Decree 61/2018/NĐ-CP, art. 20 (return of results; a proxy shows the authority).
"""

from __future__ import annotations

from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.domain.person import Person
from onestop_desktop.papers.appointed import appointed
from onestop_desktop.papers.fields import Pair, identity
from onestop_desktop.papers.form import Form
from onestop_desktop.papers.slip import Filling, day_of, facts_of, slip
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording, wording
from onestop_desktop.papers.written import written_amount, written_instant, written_phone


def result_slip(dossier: Dossier, step: Step | None, terms: PaperTerms) -> Form:
    """Return the slip of a step `return`; None makes one to be filled by hand.

    Raises:
        KnownError: `paper.rules_unknown`.
    """
    words = wording("result-slip", terms.rules.key)
    receiver = _receiver(dossier, step)
    return slip(
        "result-slip",
        words,
        terms,
        Filling(
            office=dossier.office,
            day=day_of(step, terms, dossier),
            numbered=False,
            values=_values(dossier, step, terms, words),
            signers=(("taker", receiver.name if receiver else ""), ("giver", terms.clerk)),
            dossier=dossier,
            coded=True,
        ),
    )


def _receiver(dossier: Dossier, step: Step | None) -> Person | None:
    if step is None:
        return None
    to = step.facts.get("to")
    return Person.from_body(to) if isinstance(to, dict) and to.get("name") else dossier.applicant


def _values(dossier: Dossier, step: Step | None, terms: PaperTerms, words: Wording) -> dict[str, list[list[Pair]]]:
    receiver = _receiver(dossier, step)
    (authority,) = facts_of(step, "authority")
    due = appointed(dossier)
    taken = dossier.collected - dossier.refunded
    texts = {
        "code": dossier.number,
        "applicant": dossier.applicant.name,
        "owner": "" if dossier.owner == dossier.applicant else dossier.owner.name,
        "content": dossier.procedure_title,
        "received": written_instant(dossier.received_at),
        "due": written_instant(due) if due else words.phrases["due_none"],
        "finished": written_instant(dossier.finished_at) if dossier.finished_at else "",
        "document": _document(dossier),
        "returned": written_instant(step.happened_at) if step else "",
        "receiver": receiver.name if receiver else "",
        "identity": identity(receiver, words) if receiver else "",
        "phone": written_phone(receiver.phone) if receiver else "",
        "address": receiver.address if receiver else "",
        "authority": authority or (receiver.authority if receiver else ""),
        "way": words.phrases[dossier.return_by].format(counter=terms.rules.counter),
        "fee": written_amount(taken) if taken or terms.blank else words.phrases["fee_none"],
        "statement": words.phrases["statement"],
    }
    left_out = {key for key in ("owner", "document", "authority", "phone") if not texts[key] and not terms.blank}
    return {key: [] if key in left_out else [[(key, text)]] for key, text in texts.items()}


def _document(dossier: Dossier) -> str:
    documents = [str(step.facts.get("document", "")) for step in dossier.history if step.kind == "ready"]
    return documents[-1] if documents else ""
