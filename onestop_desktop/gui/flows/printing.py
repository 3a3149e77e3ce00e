"""From a paper that is stored to a paper in the hand: which printer, has it come out, and again if not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from onestop_desktop.desk.views import Changes, PaperJob
from onestop_desktop.errors import TryLater
from onestop_desktop.gui.session import Session

RECEIPT = "receipt"


@dataclass(slots=True)
class _Choosing:
    """A question for the printer that is open, and the papers that wait for it."""

    jobs: list[PaperJob] = field(default_factory=list)


class PrintFlow(QObject):
    """Prints papers one after the other; nothing is recorded as printed before it was.

    `came_out` and `failed` tell of receipts, whose fate every page watches; `paper_out` and `paper_failed` of others.
    """

    came_out = Signal(object)
    failed = Signal(object, str)
    paper_out = Signal(object)
    paper_failed = Signal(object, str)
    printer_wanted = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._choosing: _Choosing | None = None
        self._printer = session.settings.text("printer")
        self.unprinted: PaperJob | None = None

    @property
    def printer(self) -> str:
        """Return the printer that was chosen, empty while none was."""
        return self._printer

    def send(self, job: PaperJob) -> None:
        """Print a paper; the first time the printer is asked for."""
        if self._printer:
            self._put_out(job, self._printer)
        else:
            self.ask(job)

    def repeat(self) -> None:
        """Print again what did not come out."""
        if self.unprinted is not None:
            self.send(self.unprinted)

    def ask(self, job: PaperJob | None = None) -> None:
        """Let the clerk choose the printer, then print what waits."""
        waiting = job or self.unprinted
        if self._choosing is not None:
            self._choosing.jobs += [waiting] if waiting else []
            return
        self._choosing = _Choosing([waiting] if waiting else [])
        self._session.run(self._session.press.names, self._names_known, self._give_up)

    def choose(self, printer: str) -> None:
        """Remember a printer and print what waits for it."""
        self._printer = printer
        self._session.run(lambda: self._session.settings.put("printer", printer), failed=lambda _error: None)
        for job in self._waiting():
            self._put_out(job, printer)

    def decline(self) -> None:
        """Print nothing now: the paper stays in the list of those not printed."""
        self._give_up(TryLater("print.not_chosen"))

    def save_pdf(self, path: Path) -> None:
        """Write the paper that did not come out where the clerk wants it; it counts as handed out."""
        job = self.unprinted
        if job is not None:
            self._run(job, lambda: path.write_bytes(job.pdf))

    def _names_known(self, names: tuple[str, ...]) -> None:
        if names:
            self.printer_wanted.emit(names)
        else:
            self._give_up(TryLater("print.no_printer"))

    def _give_up(self, error: Exception) -> None:
        for job in self._waiting():
            self._not_out(job, error)

    def _waiting(self) -> list[PaperJob]:
        jobs = self._choosing.jobs if self._choosing else []
        self._choosing = None
        return jobs

    def _put_out(self, job: PaperJob, printer: str) -> None:
        self._run(job, lambda: self._session.press.put_out(job.pdf, printer))

    def _run(self, job: PaperJob, deed: Callable[[], object]) -> None:
        def work() -> None:
            deed()
            self._session.desk.printed(job)

        self._session.run(work, lambda _none: self._out(job), lambda error: self._not_out(job, error))

    def _out(self, job: PaperJob) -> None:
        if job.form == RECEIPT and self.unprinted is not None and self.unprinted.dossier == job.dossier:
            self.unprinted = None
        (self.came_out if job.form == RECEIPT else self.paper_out).emit(job)
        # What is shown of the dossier says whether its paper is out.
        touched = frozenset({job.dossier}) if job.dossier else frozenset()
        self._session.changed.emit(Changes(touched, papers=True))

    def _not_out(self, job: PaperJob, error: Exception) -> None:
        if isinstance(error, OSError):
            error = TryLater("print.file")
        if job.form != RECEIPT:
            self.paper_failed.emit(job, self._session.tell(error))
            return
        self.unprinted = job
        self.failed.emit(job, self._session.tell(error))
