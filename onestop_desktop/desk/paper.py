"""Papers: render, store encrypted, record, hand out as bytes; printing itself is the window's or the shell's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.intake import shown
from onestop_desktop.desk.views import PaperJob
from onestop_desktop.domain.context import Allotted
from onestop_desktop.domain.decide import decide_receive
from onestop_desktop.domain.dossier import Dossier, received
from onestop_desktop.domain.entry import Entry, Happening, declared, recorded
from onestop_desktop.domain.number import check_characters
from onestop_desktop.domain.text import fold
from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.store import journal, keys
from onestop_desktop.store.transaction import Transaction

if TYPE_CHECKING:
    from onestop_desktop.papers.terms import PaperTerms

FORMS = (
    "receipt", "supplement", "refusal", "apology", "stop-notice", "control-slip", "register", "handover",
    "result-slip", "fee-slip", "cert-receipt", "label", "daily-sheet",
)  # fmt: skip
BUILT = ("receipt",)


def state_of(core: Core, dossier: str) -> Dossier:
    """Fold a dossier.

    Raises:
        InvalidInput: `dossier.unknown`.
    """
    found = core.store.read(lambda c: journal.dossier_of(c, dossier))
    if found is None:
        raise InvalidInput("dossier.unknown", number=dossier)
    return found


def terms_of(core: Core, dossier: Dossier, *, layout: str = "a4", draft: bool = False) -> PaperTerms:
    """Return what a paper says besides its dossier."""
    from onestop_desktop.papers.terms import PaperTerms  # noqa: PLC0415  papers are imported on first use

    rules = next((one for one in core.seed.rules if one.key == dossier.rules), core.seed.rules[-1])
    key = keys.derive(core.store.secret("desk"), "onestop/check/1")
    check = "" if draft else check_characters(key, dossier.number, dossier.first_due_at, fold(dossier.owner.name))
    receipts = [paper for paper in dossier.issued if paper.form == "receipt"]
    return PaperTerms(
        rules=rules,
        clerk=core.user_name(dossier.received_by),
        check=check,
        layout=layout,
        training=core.training,
        hub_address=core.setup.hub_address,
        hotline=core.setup.hotline,
        replacement=len(receipts),
        draft=draft,
    )


def receipt_pdf(core: Core, dossier: Dossier, *, layout: str = "a4") -> bytes:
    """Render a receipt from the dossier as it is now; the same dossier gives the same bytes."""
    from onestop_desktop.papers.receipt import render_receipt  # noqa: PLC0415  papers are imported on first use

    return render_receipt(dossier, terms_of(core, dossier, layout=layout))


def preview(core: Core, line: Mapping[str, object], *, layout: str = "a4") -> bytes:
    """Render the receipt of an intake that is still being typed; nothing is stored, no number is taken."""
    from onestop_desktop.papers.receipt import render_receipt  # noqa: PLC0415  papers are imported on first use

    intake, context, _due = shown(core, line)
    day = (intake.received_at or context.now).date()
    register = {"book": "", "desk": core.store.meta.desk, "no": 0, "year": day.year}
    context = replace(context, allotted=Allotted("", day, 0, "", register))
    happening = decide_receive("", intake, context)[0]
    fields = {
        "actor": core.user, "happened_at": declared(happening.happened_at),
        "recorded_at": recorded(core.store.clock.now()), "kind": "receive",
    }  # fmt: skip
    draft = received(Entry(b"", b"", b"", b"", fields, happening.body))
    return render_receipt(draft, terms_of(core, draft, layout=layout, draft=True))


def issue_receipt(core: Core, dossier: str, *, layout: str = "a4", out: str = "") -> PaperJob:
    """Return the receipt as issued; the first time, or after a correction, it is rendered, stored and recorded.

    Args:
        core: The desk.
        dossier: The dossier's id.
        layout: `a4` (both copies side by side) or `a5`.
        out: How it leaves at once, for an export ("file"); empty when a printer will say so later.

    Raises:
        InvalidInput: `dossier.unknown`.
        Refused: `paper.voided`.
        TryLater: the disk is full.
    """
    state = state_of(core, dossier)
    if state.status == "voided":
        raise Refused("paper.voided", number=state.number)
    last = state.last_paper
    if last is not None and not last.stale:
        return PaperJob(dossier, state.number, "receipt", last.sha256, core.store.vault.get(last.sha256), last.printed)
    pdf = receipt_pdf(core, state, layout=layout)
    return keep_receipt(core, state, pdf, out=out)


def keep_receipt(core: Core, state: Dossier, pdf: bytes, *, out: str = "") -> PaperJob:
    """Store a rendered receipt encrypted and record its hash."""
    sha256 = core.store.vault.put(pdf)
    version = sum(paper.form == "receipt" for paper in state.issued) + 1
    body: dict[str, object] = {"form": "receipt", "sha256": sha256, "version": version}
    now = core.now()
    happenings = [Happening("issue", body, now, state.id)]
    if out:
        happenings.append(Happening("printed", {"out": out, "sha256": sha256}, now, state.id))

    def job(transaction: Transaction) -> None:
        after = transaction.dossier(state.id)
        for happening in happenings:
            after = transaction.append(happening, after)

    core.write(job)
    return PaperJob(state.id, state.number, "receipt", sha256, pdf)


def reprint(core: Core, dossier: str) -> PaperJob:
    """Return the stored receipt marked "in lại lần n"; after a correction it is issued anew instead."""
    from onestop_desktop.papers.reprint import mark_reprint  # noqa: PLC0415  papers are imported on first use

    job = issue_receipt(core, dossier)
    if not job.reprint:
        return job
    return replace(job, pdf=mark_reprint(job.pdf, job.reprint))


def printed(core: Core, job: PaperJob) -> None:
    """Record that a paper came out of the printer."""
    body: dict[str, object] = {"out": "printer", "sha256": job.sha256}
    if job.reprint:
        body["again"] = job.reprint
    happening = Happening("printed", body, core.now(), job.dossier)

    def write(transaction: Transaction) -> None:
        transaction.append(happening, transaction.dossier(job.dossier))

    core.write(write)


def paper(core: Core, dossier: str, form: str, *, blank: bool = False) -> tuple[str, bytes]:
    """Return a form of a dossier as (number, PDF) for an export.

    Raises:
        InvalidInput: `paper.unknown`.
        Refused: `paper.not_built` for a form that this version cannot make yet.
    """
    if form not in FORMS:
        raise InvalidInput("paper.unknown", form=form[:40], forms=", ".join(FORMS))
    if form not in BUILT:
        raise Refused("paper.not_built", form=form)
    job = issue_receipt(core, dossier, out="file") if not blank else None
    if job is None:
        state = state_of(core, dossier)
        from onestop_desktop.papers.receipt import render_receipt  # noqa: PLC0415  papers are imported on first use

        return state.number, render_receipt(state, replace(terms_of(core, state), blank=True))
    if job.reprint:
        from onestop_desktop.papers.reprint import mark_reprint  # noqa: PLC0415  papers are imported on first use

        printed(core, job)
        return job.number, mark_reprint(job.pdf, job.reprint)
    return job.number, job.pdf
