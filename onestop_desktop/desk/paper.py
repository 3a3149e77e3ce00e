"""Papers: render, store encrypted, record, hand out as bytes; printing itself is the window's or the shell's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from onestop_desktop.desk import day_papers, papers_of
from onestop_desktop.desk.core import Core
from onestop_desktop.desk.intake import shown
from onestop_desktop.desk.papers_of import terms_of
from onestop_desktop.desk.views import PaperJob
from onestop_desktop.domain.calendar import HANOI
from onestop_desktop.domain.context import Allotted
from onestop_desktop.domain.decide import decide_receive
from onestop_desktop.domain.dossier import Dossier, IssuedPaper, received
from onestop_desktop.domain.entry import Entry, Happening, declared, recorded
from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.store import journal
from onestop_desktop.store.transaction import Transaction


def state_of(core: Core, dossier: str) -> Dossier:
    """Fold a dossier.

    Raises:
        InvalidInput: `dossier.unknown`.
    """
    found = core.store.read(lambda c: journal.dossier_of(c, dossier))
    if found is None:
        raise InvalidInput("dossier.unknown", number=dossier)
    return found


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
        return _stored(core, state, last)
    pdf = receipt_pdf(core, state, layout=layout)
    return keep_receipt(core, state, pdf, out=out)


def issue(core: Core, dossier: str, form: str, *, layout: str = "a4", out: str = "") -> PaperJob:
    """Return any paper of a dossier as issued; the first time for a step it is rendered, stored and recorded.

    Raises:
        InvalidInput: `dossier.unknown`, `paper.unknown`.
        Refused: `paper.not_happened` while the step that it speaks of was not taken, `paper.voided`.
        TryLater: the disk is full.
    """
    if form == "receipt":
        return issue_receipt(core, dossier, layout=layout, out=out)
    state = state_of(core, dossier)
    about = papers_of.about(core, state, form)
    issued = [paper for paper in state.issued if paper.form == form and paper.about == about]
    if issued:
        return _stored(core, state, issued[-1])
    pdf = papers_of.render(core, state, form, layout=layout)
    return _keep(core, state, _Issue(form, pdf, about), out=out)


def _stored(core: Core, state: Dossier, paper: IssuedPaper) -> PaperJob:
    pdf = core.store.vault.get(paper.sha256)
    return PaperJob(state.id, state.number, paper.form, paper.sha256, pdf, paper.printed)


@dataclass(frozen=True, slots=True)
class _Issue:
    form: str
    pdf: bytes
    about: str = ""


def keep_receipt(core: Core, state: Dossier, pdf: bytes, *, out: str = "") -> PaperJob:
    """Store a rendered receipt encrypted and record its hash."""
    return _keep(core, state, _Issue("receipt", pdf), out=out)


def _keep(core: Core, state: Dossier, made: _Issue, *, out: str) -> PaperJob:
    sha256 = core.store.vault.put(made.pdf)
    happenings = issue_of(core, state, made.form, sha256, made.about, out=out)

    def job(transaction: Transaction) -> None:
        after = transaction.dossier(state.id)
        for happening in happenings:
            after = transaction.append(happening, after)

    core.write(job)
    return PaperJob(state.id, state.number, made.form, sha256, made.pdf)


def issue_of(core: Core, state: Dossier, form: str, sha256: str, about: str, *, out: str) -> list[Happening]:
    """Return what is recorded of a paper that was stored: that it was issued, and that it went out at once."""
    version = sum((paper.form, paper.about) == (form, about) for paper in state.issued) + 1
    body: dict[str, object] = {"form": form, "sha256": sha256, "version": version}
    now = core.now()
    happenings = [Happening("issue", body | ({"about": about} if about else {}), now, state.id)]
    if out:
        happenings.append(Happening("printed", {"out": out, "sha256": sha256}, now, state.id))
    return happenings


def reprint(core: Core, dossier: str, form: str = "receipt", *, layout: str = "a4") -> PaperJob:
    """Return the stored paper marked "in lại lần n"; after a correction the receipt is issued anew instead."""
    return marked(issue(core, dossier, form, layout=layout))


def marked(job: PaperJob) -> PaperJob:
    """Return a paper with its mark where it came out before; the stored file stays as it is."""
    from onestop_desktop.papers.reprint import mark_reprint  # noqa: PLC0415  papers are imported on first use

    return replace(job, pdf=mark_reprint(job.pdf, job.reprint)) if job.reprint else job


def printed(core: Core, job: PaperJob) -> None:
    """Record that a paper came out of the printer; a label is nobody's paper, and nothing is recorded of it."""
    if not job.sha256:
        return
    body: dict[str, object] = {"out": "printer", "sha256": job.sha256}
    if job.form != "receipt":
        body["form"] = job.form
    if job.reprint:
        body["again"] = job.reprint
    happening = Happening("printed", body, core.now(), job.dossier)

    def write(transaction: Transaction) -> None:
        # A refusal at the counter has no dossier.
        transaction.append(happening, transaction.dossier(job.dossier) if job.dossier else None)

    core.write(write)


def paper(core: Core, dossier: str, form: str, *, blank: bool = False, layout: str = "a4") -> tuple[str, bytes]:
    """Return a form of a dossier as (number, PDF) for an export.

    A blank one and a label are made each time; every other paper is stored, recorded, and marked when it went out
    before.

    Raises:
        InvalidInput: `paper.unknown`, `paper.layout`.
        Refused: `paper.not_happened`.
    """
    papers_of.check(form)
    state = state_of(core, dossier)
    if form in papers_of.OF_A_DAY:
        received_on = datetime.fromisoformat(state.received_at).astimezone(HANOI).date()
        return state.number, day_papers.of_day(core, form, received_on)
    if blank or form == "label":
        return state.number, papers_of.render(core, state, form, layout=layout, blank=blank)
    job = issue(core, dossier, form, layout=layout, out="file")
    if job.reprint:
        printed(core, job)
    return job.number, marked(job).pdf
