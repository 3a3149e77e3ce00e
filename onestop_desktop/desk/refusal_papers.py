"""Mẫu 03 of a refusal at the counter, which has a number but no dossier: issued, stored, reprinted like any paper."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.paper import marked, printed
from onestop_desktop.desk.views import PaperJob
from onestop_desktop.domain.entry import Entry, Happening
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.person import Person
from onestop_desktop.errors import InvalidInput
from onestop_desktop.store import books
from onestop_desktop.store.transaction import Transaction

if TYPE_CHECKING:
    from onestop_desktop.papers.terms import PaperTerms


def refused_under(core: Core, number: str) -> Entry:
    """Return the newest refusal at the counter of a number ("05/PTC-BPTNTKQ"); the series begins anew every year.

    Raises:
        InvalidInput: `dossier.unknown`.
    """
    wanted = number.strip().upper()
    found = core.store.read(
        lambda c: [one for one in books.loose(c, "refuse") if str(one.facts.get("form_number")).upper() == wanted]
    )
    if not found:
        raise InvalidInput("dossier.unknown", number=number[:60])
    return found[-1]


def issue_refusal(core: Core, number: str, *, layout: str = "a4", out: str = "") -> PaperJob:
    """Return the refusal as issued; the first time it is rendered, stored encrypted and recorded.

    Raises:
        InvalidInput: `dossier.unknown`.
        TryLater: the disk is full.
    """
    entry = refused_under(core, number)
    of = entry.identity
    issued = core.store.read(lambda c: [one for one in books.loose(c, "issue") if one.facts.get("about") == of])
    told = str(entry.facts["form_number"])
    if issued:
        sha256 = str(issued[-1].facts["sha256"])
        times = core.store.read(lambda c: sum(one.facts.get("sha256") == sha256 for one in books.loose(c, "printed")))
        return PaperJob("", told, "refusal", sha256, core.store.vault.get(sha256), times)
    pdf = _render(core, entry, layout)
    sha256 = core.store.vault.put(pdf)
    body: dict[str, Any] = {"about": of, "form": "refusal", "sha256": sha256, "version": 1}
    happenings = [Happening("issue", body, core.now())]
    if out:
        happenings.append(Happening("printed", {"out": out, "sha256": sha256}, core.now()))

    def job(transaction: Transaction) -> None:
        for happening in happenings:
            transaction.append(happening)

    core.write(job)
    return PaperJob("", told, "refusal", sha256, pdf)


def refusal_pdf(core: Core, number: str, *, layout: str = "a4") -> tuple[str, bytes]:
    """Return a refusal at the counter as (number, PDF) for an export, marked when it went out before."""
    job = issue_refusal(core, number, layout=layout, out="file")
    if job.reprint:
        printed(core, job)
    return job.number, marked(job).pdf


def _render(core: Core, entry: Entry, layout: str) -> bytes:
    from onestop_desktop.papers.refusal import Refusal, render_refusal  # noqa: PLC0415  imported on first use

    facts = entry.facts
    refusal = Refusal(
        office=Office.from_body(facts["office"]),
        number=str(facts["form_number"]),
        refused_at=entry.happened_at,
        procedure_title=str(facts["procedure"]["title"]),
        applicant=Person.from_body(facts["applicant"]),
        reason=str(facts["reason"]),
    )
    return render_refusal(refusal, _terms(core, entry, layout))


def _terms(core: Core, entry: Entry, layout: str) -> PaperTerms:
    from onestop_desktop.papers.terms import PaperTerms  # noqa: PLC0415  papers are imported on first use

    rules = next((one for one in core.seed.rules if one.key == entry.facts["rules"]), core.seed.rules[-1])
    usual = PaperTerms(rules=rules, clerk=core.user_name(entry.actor), training=core.training)
    return replace(usual, layout=layout, hotline=core.setup.hotline)
