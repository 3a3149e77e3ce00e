"""Printing papers besides the receipt from any page: the offer after a step, the paper, and whether it came out."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance

from onestop_desktop.desk.views import PaperJob
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.number import short_code
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.strip import Answer, Message, Strip

_TOPIC = "paper"


class Printer(Protocol):
    """What tells of papers that came out, or did not."""

    paper_out: SignalInstance
    paper_failed: SignalInstance


class PaperPrints(QObject):
    """Has papers made on the worker and tells of them on one page's strip; `made` gives each to the printer."""

    made = Signal(PaperJob)

    def __init__(self, session: Session, strip: Strip) -> None:
        super().__init__(session)
        self._session = session
        self._strip = strip
        self._sent: set[tuple[str, str]] = set()

    def watch(self, prints: Printer) -> None:
        """Hear whether what was made here came out."""
        prints.paper_out.connect(self.came_out)
        prints.paper_failed.connect(self.not_out)

    def after(self, state: Dossier, *steps: str) -> tuple[Answer, ...]:
        """Return a button for each paper that the steps just taken bring."""
        forms = (self._session.desk.papers.offered_after(state, step) for step in steps)
        return tuple(self._answer(state.id, form) for form in dict.fromkeys(forms) if form)

    def print(self, dossier: str, form: str = "receipt") -> None:
        """Have a paper made and printed; whether a receipt came out is told elsewhere, to every page."""
        desk = self._session.desk
        if form != "receipt":
            self._sent.add((dossier, form))
        self._session.run(lambda: desk.papers.print(dossier, form), self._made, self._failed)

    def _made(self, job: PaperJob) -> None:
        self._tell("ok", "window.papers.printing", job)
        self.made.emit(job)

    def _failed(self, error: Exception) -> None:
        self._strip.say(Message("bad", self._session.tell(error), topic=_TOPIC))

    def came_out(self, job: PaperJob) -> None:
        """Tell that a paper that was made here is there."""
        if (job.dossier, job.form) in self._sent:
            self._sent.discard((job.dossier, job.form))
            self._tell("ok", "window.papers.came_out", job)

    def not_out(self, job: PaperJob, why: str) -> None:
        """Tell that a paper that was made here did not come out, and offer it again."""
        if (job.dossier, job.form) in self._sent:
            self._sent.discard((job.dossier, job.form))
            self._tell("bad", "window.papers.not_out", job, (self._answer(job.dossier, job.form),), why=why)

    def _tell(self, tone: str, code: str, job: PaperJob, answers: tuple[Answer, ...] = (), **facts: str) -> None:
        number = short_code(job.number)
        text = self._session.words.say(code, form=f"word:paper.form.{job.form}", number=number, **facts)
        self._strip.say(Message(tone, text, answers=answers, topic=_TOPIC))

    def _answer(self, dossier: str, form: str) -> Answer:
        word = self._session.words.say("window.papers.print", form=f"word:paper.form.{form}")
        return Answer(word, partial(self.print, dossier, form))
