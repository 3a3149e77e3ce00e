"""Every paper of a dossier on A5 by its form's key, as far as one step of the dossier fills it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from onestop_desktop.domain.dossier import Dossier, Step
from onestop_desktop.papers.apology import apology
from onestop_desktop.papers.cert_receipt import cert_receipt
from onestop_desktop.papers.control_slip import control_slip
from onestop_desktop.papers.fee_slip import fee_slip
from onestop_desktop.papers.form import Form
from onestop_desktop.papers.handover import handover
from onestop_desktop.papers.refusal import refusal_of
from onestop_desktop.papers.result_slip import result_slip
from onestop_desktop.papers.stop_notice import stop_notice
from onestop_desktop.papers.supplement import supplement
from onestop_desktop.papers.terms import PaperTerms

Maker = Callable[[Dossier, Step | None, PaperTerms], Form]

MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "supplement": supplement,
        "refusal": refusal_of,
        "apology": apology,
        "stop-notice": stop_notice,
        "control-slip": control_slip,
        "handover": handover,
        "result-slip": result_slip,
        "fee-slip": fee_slip,
        "cert-receipt": cert_receipt,
    }
)
"""Forms that a dossier's own steps fill; the receipt has its own way, since a correction issues it anew."""
