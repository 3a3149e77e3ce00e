"""Which papers a dossier has, which step each speaks of, and rendering them; a step not taken has no paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from onestop_desktop.desk.core import Core
from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.domain.number import check_characters
from onestop_desktop.domain.text import fold
from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.store import keys

if TYPE_CHECKING:
    from onestop_desktop.papers.terms import PaperTerms

FORMS = (
    "receipt", "supplement", "refusal", "apology", "stop-notice", "control-slip", "register", "handover",
    "result-slip", "fee-slip", "cert-receipt", "label", "daily-sheet",
)  # fmt: skip

OF_A_DAY = frozenset({"register", "daily-sheet"})
"""Papers of the desk, not of a dossier."""


@dataclass(frozen=True, slots=True)
class _Speaks:
    """The steps that a form speaks of, the newest counts, and what must hold besides."""

    steps: tuple[str, ...]
    holds: Callable[[Dossier, Step], bool] = lambda _dossier, _step: True


_WAY = ("receive", "assign", "forward", "answer", "ask-supplement", "supplement", "ready", "return", "withdraw", "stop")

SPEAKS: Mapping[str, _Speaks] = MappingProxyType(
    {
        "supplement": _Speaks(("ask-supplement",)),
        "apology": _Speaks(("extend",)),
        "stop-notice": _Speaks(("stop", "withdraw")),
        "refusal": _Speaks(("ready",), lambda _dossier, step: step.facts.get("outcome") == "declined"),
        "handover": _Speaks(("assign", "forward")),
        # A hand-over that was undone left its step in the history.
        "result-slip": _Speaks(("return",), lambda dossier, _step: bool(dossier.returned_at)),
        # `paid` is the document of a payment made elsewhere: the desk took no money for it.
        "fee-slip": _Speaks(("collect",)),
        "control-slip": _Speaks(_WAY),
    }
)
"""The other papers are of the dossier as a whole."""

_OFFERED = (
    "supplement", "apology", "stop-notice", "refusal", "result-slip", "fee-slip", "handover", "control-slip",
    "cert-receipt", "label",
)  # fmt: skip

OFFERED_AFTER: Mapping[str, str] = MappingProxyType(
    {
        "ask-supplement": "supplement", "extend": "apology", "stop": "stop-notice", "withdraw": "stop-notice",
        "return": "result-slip", "collect": "fee-slip", "assign": "handover",
        "forward": "handover", "ready": "refusal",
    }
)  # fmt: skip
"""The paper that a step brings."""


def check(form: str) -> None:
    """Refuse a form that nobody knows; raises InvalidInput `paper.unknown`."""
    if form not in FORMS:
        raise InvalidInput("paper.unknown", form=form[:40], forms=", ".join(FORMS))


def step_of(state: Dossier, form: str) -> Step | None:
    """Return the newest step that a form speaks of; None when it was not taken, or the form speaks of none."""
    speaks = SPEAKS.get(form)
    if speaks is None:
        return None
    taken = [step for step in state.history if step.kind in speaks.steps]
    return taken[-1] if taken and speaks.holds(state, taken[-1]) else None


def is_certification(core: Core, state: Dossier) -> bool:
    """Say whether a dossier stands in a certification book."""
    with suppress(InvalidInput):
        return bool(core.catalogue.get(state.procedure).certification_book)
    return False


def happened(core: Core, state: Dossier, form: str) -> bool:
    """Say whether a dossier has this paper."""
    if form == "cert-receipt":
        return is_certification(core, state)
    return form not in SPEAKS or step_of(state, form) is not None


def about(core: Core, state: Dossier, form: str) -> str:
    """Return what tells one issue of a form from the next: when its step was recorded, and the how manieth it is.

    Raises:
        InvalidInput: `paper.unknown`.
        Refused: `paper.not_happened`.
    """
    check(form)
    if not happened(core, state, form):
        raise Refused("paper.not_happened", form=f"word:paper.form.{form}", number=state.number)
    step = step_of(state, form)
    if step is None:
        return ""
    return f"{step.recorded_at} {sum(one.kind in SPEAKS[form].steps for one in state.history)}"


def offered(core: Core, state: Dossier) -> tuple[str, ...]:
    """Return the papers that can be printed now, besides the receipt."""
    return tuple(form for form in _OFFERED if happened(core, state, form))


def offered_after(core: Core, state: Dossier, step: str) -> str:
    """Return the paper that a step just taken brings; an empty text when it brings none."""
    form = OFFERED_AFTER.get(step, "")
    return form if form and happened(core, state, form) else ""


def terms_of(core: Core, dossier: Dossier, *, layout: str = "a4", draft: bool = False) -> PaperTerms:
    """Return what a receipt says besides its dossier."""
    from onestop_desktop.papers.terms import PaperTerms  # noqa: PLC0415  papers are imported on first use

    rules = next((one for one in core.seed.rules if one.key == dossier.rules), core.seed.rules[-1])
    key = keys.derive(core.store.secret("desk"), "onestop/check/1")
    check_text = "" if draft else check_characters(key, dossier.number, dossier.first_due_at, fold(dossier.owner.name))
    receipts = [paper for paper in dossier.issued if paper.form == "receipt"]
    return PaperTerms(
        rules=rules,
        clerk=core.user_name(dossier.received_by),
        check=check_text,
        layout=layout,
        training=core.training,
        hub_address=core.setup.hub_address,
        hotline=core.setup.hotline,
        replacement=len(receipts),
        draft=draft,
    )


def slip_terms(core: Core, dossier: Dossier, step: Step | None, *, layout: str, blank: bool = False) -> PaperTerms:
    """Return what any other paper says besides its dossier: signed by who took the step, else by who prints it."""
    clerk = core.user_name(step.actor if step else core.user)
    terms = terms_of(core, dossier, layout=layout)
    return replace(terms, clerk=clerk, check="", replacement=0, blank=blank, today=core.now().date())


def render(core: Core, state: Dossier, form: str, *, layout: str = "a4", blank: bool = False) -> bytes:
    """Render a paper of a dossier; a blank one is filled as far as known and may lack its step.

    Raises:
        Refused: `paper.not_happened`, `paper.voided`.
        InvalidInput: `paper.unknown`, `paper.layout`.
    """
    check(form)
    if form == "receipt":
        from onestop_desktop.papers.receipt import render_receipt  # noqa: PLC0415  papers are imported on first use

        if state.status == "voided":
            raise Refused("paper.voided", number=state.number)
        terms = terms_of(core, state, layout=layout)
        # One to be filled by hand replaces none that was issued.
        return render_receipt(state, replace(terms, blank=True, replacement=0) if blank else terms)
    if form == "label":
        return labels(core, [state], layout=layout)
    if not blank:
        about(core, state, form)
    from onestop_desktop.papers.forms import MAKERS  # noqa: PLC0415  papers are imported on first use

    step = step_of(state, form)
    # Who sums up a dossier's way is not who took its last step.
    signer = None if form == "control-slip" else step
    return MAKERS[form](state, step, slip_terms(core, state, signer, layout=layout, blank=blank)).pdf()


def labels(core: Core, states: Sequence[Dossier], *, layout: str = "a4", first: int = 1) -> bytes:
    """Render the labels of folders, ten on an A4 sheet or one a piece of a 62 mm roll ("roll")."""
    from onestop_desktop.papers.label import label_pdf  # noqa: PLC0415  papers are imported on first use

    return label_pdf(states, slip_terms(core, states[0], None, layout=layout), first=first)


def transfer(core: Core, states: Sequence[Dossier], *, layout: str = "a4") -> bytes:
    """Render one hand-over slip of several dossiers that went to one officer or unit.

    Raises:
        Refused: `paper.not_happened` for one that was not handed over, `paper.two_takers`.
    """
    from onestop_desktop.papers.handover import Transfer, transfer_form  # noqa: PLC0415  imported on first use

    steps = [(state, about(core, state, "handover"), step_of(state, "handover")) for state in states]
    facts = [step.facts for _state, _about, step in steps if step is not None]
    takers = {str(one.get("officer") or one.get("unit", "")) for one in facts}
    if len(takers) > 1:
        raise Refused("paper.two_takers", takers=", ".join(sorted(takers)))
    last = max((step for _state, _about, step in steps if step is not None), key=lambda step: step.happened_at)
    documents = {str(one.get("document", "")) for one in facts}
    document = documents.pop() if len(documents) == 1 else ""
    terms = slip_terms(core, states[0], last, layout=layout)
    return transfer_form(Transfer(tuple(states), takers.pop(), last.happened_at, document), terms).pdf()
