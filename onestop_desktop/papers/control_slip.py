"""Mẫu 05 of 2018, 06 of 2025: "Phiếu kiểm soát quá trình giải quyết hồ sơ", a row a hand-over, blank to be signed.

Circular 01/2018/TT-VPCP, form 05; Circular 03/2025/TT-VPCP, appendix I, form 06.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.papers.appointed import appointed, due_set_by
from onestop_desktop.papers.fields import Pair
from onestop_desktop.papers.form import Form
from onestop_desktop.papers.grid import grid, under
from onestop_desktop.papers.marks import MM, Slab
from onestop_desktop.papers.slip import Filling, facts_of, slip
from onestop_desktop.papers.terms import PaperTerms
from onestop_desktop.papers.wording import Wording, wording
from onestop_desktop.papers.written import instant, written_instant

LEAST_ROWS = 4
"""Blocks that the printed form shows at least."""

WAY = ("receive", "assign", "forward", "answer", "ask-supplement", "supplement", "ready", "return", "withdraw", "stop")
"""Steps at which a dossier passes from hand to hand, or ends."""

_SIGN = 11 * MM


@dataclass(frozen=True, slots=True)
class _Hand:
    """One hand-over: who gives, who takes, when, with what result and note."""

    giver: str
    taker: str
    at: str
    result: str = ""
    note: str = ""


def control_slip(dossier: Dossier, _step: Step | None, terms: PaperTerms) -> Form:
    """Return the slip of a dossier's way so far, with empty rows for the rest of it.

    It goes with the dossier from the first day on and bears the dossier's own number in the register.

    Raises:
        KnownError: `paper.rules_unknown`.
    """
    words = wording("control-slip", terms.rules.key)
    no = dossier.register.no
    due = appointed(dossier)
    partner = dossier.forwarded_to or ("" if terms.blank else words.phrases["none"])
    texts = {
        "code": dossier.number,
        "applicant": dossier.applicant.name,
        "content": dossier.procedure_title,
        "agency": ", ".join(part for part in (dossier.officer, dossier.office.name) if part),
        "partner": partner,
        "received": written_instant(dossier.received_at),
        "due": written_instant(due) if due else "",
        "note": words.phrases["note"],
    }
    values: dict[str, list[list[Pair]]] = {key: [[(key, text)]] for key, text in texts.items()}
    rows = _rows(dossier, terms, words)
    return slip(
        "control-slip",
        words,
        terms,
        Filling(
            office=dossier.office,
            day=instant(dossier.received_at).date(),
            number=f"{no:02}/PKS-{terms.rules.counter_short}" if no else "",
            values=values,
            blocks={
                # Under nothing, but so that the head does not stay behind at the foot of a page.
                "way": lambda width, size: under(
                    Slab(0.0, gap=4.0), grid(words.columns, rows, width, size - 3, least=_SIGN)
                )
            },
            signers=(("holder", terms.clerk),),
            dossier=dossier,
            coded=True,
        ),
    )


def _rows(dossier: Dossier, terms: PaperTerms, words: Wording) -> list[list[str]]:
    rows = [_row(hand, words) for hand in _hands(dossier, terms, words)]
    # One row is left for the next hand at least.
    empty = max(LEAST_ROWS - len(rows), 0 if dossier.returned_at else 1)
    blank = _row(_Hand(words.phrases["party"], words.phrases["party"], ""), words)
    return [*rows, *([blank] * empty)]


def _row(hand: _Hand, words: Wording) -> list[str]:
    parties = words.phrases["parties"].format(giver=hand.giver, taker=hand.taker)
    time = written_instant(hand.at) if hand.at else words.phrases["hand_time"]
    return [parties, time, "", "", hand.result, hand.note]


def _hands(dossier: Dossier, terms: PaperTerms, words: Wording) -> Iterator[_Hand]:
    """Follow the dossier from hand to hand: counter, officer, upper level, and back."""
    counter, citizen = terms.rules.counter, dossier.applicant.name
    holder, due = counter, dossier.first_due_at
    phrases = words.phrases
    for step in dossier.history:
        at = step.happened_at
        officer, unit = facts_of(step, "officer", "unit")
        set_to = due_set_by(step)
        due = due if set_to is None else set_to
        if step.kind == "receive":
            yield _Hand(citizen, counter, at)
        elif step.kind in {"assign", "forward"}:
            taker = officer or unit
            yield _Hand(holder, taker, at, note=phrases["forward"] if unit else "")
            holder = taker
        elif step.kind in _BACK:
            note = phrases[_BACK[step.kind]]
            taker = dossier.officer or counter if step.kind == "answer" else counter
            giver = citizen if step.kind == "supplement" else holder
            yield _Hand(giver, taker, at, note=note)
            holder = taker
        elif step.kind in _OUT:
            yield _Hand(holder, _receiver(step, citizen), at, note=phrases[_OUT[step.kind]])
        elif step.kind == "ready":
            result = "declined" if step.facts.get("outcome") == "declined" else _timing(at, due)
            yield _Hand(holder, counter, at, result=phrases[result])
            holder = counter


_BACK = {"answer": "answer", "supplement": "supplemented"}
_OUT = {"ask-supplement": "supplement", "return": "returned", "withdraw": "withdrawn", "stop": "stopped"}


def _receiver(step: Step, citizen: str) -> str:
    to = step.facts.get("to")
    return str(to.get("name", "")) or citizen if isinstance(to, dict) else citizen


def _timing(at: str, due: str) -> str:
    """Say whether processing ended early, on time or overdue, by date; a dossier without a due date is on time."""
    if not due:
        return "on_time"
    finished, wanted = datetime.fromisoformat(at).date(), datetime.fromisoformat(due).date()
    if finished == wanted:
        return "on_time"
    return "early" if finished < wanted else "overdue"
