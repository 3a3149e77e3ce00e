"""The tasks of the rail that have a page: each page with its flow, made when it is first shown or in a quiet moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from onestop_desktop.gui.dossiers.filters import FilterChoice
from onestop_desktop.gui.dossiers.query import DraftId
from onestop_desktop.gui.flows.admin import AdminFlow
from onestop_desktop.gui.flows.admin_procedures import databases_of
from onestop_desktop.gui.flows.arrived import Ways, show_arrived
from onestop_desktop.gui.flows.certify import CertifyFlow, books_of
from onestop_desktop.gui.flows.close_day import CloseDayFlow
from onestop_desktop.gui.flows.handover import HandoverFlow, dossiers_of
from onestop_desktop.gui.flows.link import LinkFlow
from onestop_desktop.gui.flows.printing import PrintFlow
from onestop_desktop.gui.flows.suggestions import people_of
from onestop_desktop.gui.pages.admin import AdminPage
from onestop_desktop.gui.pages.certify import CertifyPage
from onestop_desktop.gui.pages.close_day import CloseDayPage
from onestop_desktop.gui.pages.dossiers import DossiersPage
from onestop_desktop.gui.pages.handover import HandoverPage
from onestop_desktop.gui.session import Session

AHEAD_MS = 120
"""Between two pieces of the pages made ahead: a clerk who types meanwhile waits for one piece at most."""

_DRAFTS_OF: Mapping[str, str] = MappingProxyType({"intake": "receive", "certify": "certify"})
"""The task on whose page a form's draft is gone on with."""


def meet_style_options() -> None:
    """Have PySide look at every class it knows, as the first style option that Qt hands to Python does: 30 ms, once."""
    FilterChoice([("", "")])


def nothing() -> None:
    """Do nothing: the page has no such deed."""


def nothing_of(_what: str) -> None:
    """Do nothing with what is asked for: the page has no such deed."""


@dataclass(frozen=True, slots=True)
class Task:
    """A page and what the shell may ask of it; `scanned` is None, or answers False, where the scan box answers."""

    page: QWidget
    begin: Callable[[], object]
    save: Callable[[], object] = nothing
    reprint: Callable[[], object] = nothing
    scanned: Callable[[str], object] | None = None
    opens: Callable[[str], object] | None = None
    """Shows one dossier, given by its id; None where the page has no place for it."""

    goes_on: Callable[[str], object] | None = None
    """Opens the dossier that the scan box has found on another page; None where the page works on none."""

    attach: Callable[[], object] = nothing
    resume: Callable[[int], object] | None = None
    """Goes on with one of the drafts of the page's form, counted from the latest."""

    keep: Callable[[], object] = nothing
    """Keeps what is typed as a draft, because the window closes."""

    choose: Callable[[str], object] = nothing_of
    """Shows what one chip of the page's list holds."""


def _choose(page: DossiersPage, chip: str) -> None:
    """Show a chip; one that the page has not is looked for among all."""
    chips = page.view.chips
    chips.choose(chip if chip in chips.chips else "all")


class Tasks(QObject):
    """Which task is in front, and the pages that were made so far."""

    busy_changed = Signal(bool)
    draft_asked = Signal(str)
    chip_asked = Signal(str)
    code_entered = Signal(str)
    dossier_asked = Signal(str)

    def __init__(self, session: Session, prints: PrintFlow, pages: QStackedWidget, link: LinkFlow) -> None:
        super().__init__(session)
        self._session = session
        self._link = link
        self._prints = prints
        self._pages = pages
        self.made: dict[str, Task] = {}
        self.waiting: dict[str, Task] = {}
        self._makers: dict[str, Callable[[], Task]] = {
            "dossiers": self._dossiers,
            "return": self._handover,
            "certify": self._certify,
            "close-day": self._close_day,
            "settings": self._admin,
        }
        self.front = ""
        self._pieces = self._ahead()
        self._ahead_timer = QTimer(self)
        self._ahead_timer.setInterval(AHEAD_MS)
        self._ahead_timer.timeout.connect(self._next_piece)

    def add(self, name: str, task: Task) -> None:
        """Take a page that exists already."""
        self.made[name] = task
        self._pages.addWidget(task.page)

    def show(self, name: str) -> None:
        """Bring a task's page to the front and start it."""
        if name not in self.made:
            self.add(name, self.waiting.pop(name) if name in self.waiting else self._makers[name]())
        self.front = name
        self._pages.setCurrentWidget(self.current.page)
        self.current.begin()

    @property
    def current(self) -> Task:
        """Return the task in front."""
        return self.made[self.front]

    def make_ahead(self) -> None:
        """Make in the quiet after log-in what pages are still missing, so that the first turn to one only shows it."""
        self._ahead_timer.start()

    def rest(self) -> None:
        """Make no more pages ahead."""
        self._ahead_timer.stop()

    @property
    def is_ready(self) -> bool:
        """Return whether each page is there."""
        return not self._makers.keys() - self.made.keys() and not self._ahead_timer.isActive()

    def _next_piece(self) -> None:
        if next(self._pieces, self) is self:
            self._ahead_timer.stop()

    def _ahead(self) -> Iterator[None]:
        """Do a piece of the work at each step: make a page, put it among the others, dress what is on it."""
        meet_style_options()
        yield
        for name, make in self._makers.items():
            if name in self.made:
                continue
            self.waiting[name] = make()
            yield
            if name not in self.made:
                self.add(name, self.waiting.pop(name))
                yield
            for one in self.made[name].page.findChildren(QWidget):
                one.ensurePolished()
            yield

    def _dossiers(self) -> Task:
        page = DossiersPage(self._session)
        page.asked_to_print.connect(self._prints.send)
        page.flow.papers.watch(self._prints)
        page.asked_for_draft.connect(self._open_draft)
        page.view.code_entered.connect(self.code_entered)
        ways = Ways(page.open_dossier, partial(self.draft_asked.emit, "close-day"))
        show_arrived(self._link, page.view.detail.strip, ways, self._session.words)
        choose = partial(_choose, page)
        opens = page.open_dossier
        return Task(page, page.start, opens=opens, goes_on=opens, attach=page.files.ask, choose=choose)

    def _open_draft(self, line: str) -> None:
        which = DraftId.read(line)
        task = _DRAFTS_OF[which.form]
        self.draft_asked.emit(task)
        resume = self.made[task].resume
        if resume is not None:
            resume(which.at)

    def keep(self) -> None:
        """Keep as drafts what is typed on any page."""
        for task in self.made.values():
            task.keep()

    def _handover(self) -> Task:
        session = self._session
        page = HandoverPage(session.words, dossiers_of(session), people_of(session))
        flow = HandoverFlow(session, page, self._prints)
        session.changed.connect(page.changed)
        flow.busy_changed.connect(self.busy_changed)
        return Task(page, flow.begin, flow.save, flow.reprint, flow.scanned, goes_on=page.open_dossier)

    def _certify(self) -> Task:
        session = self._session
        page = CertifyPage(session.words, books_of(session), people_of(session))
        flow = CertifyFlow(session, page, self._prints)
        session.changed.connect(page.changed)
        flow.busy_changed.connect(self.busy_changed)
        return Task(page, flow.begin, flow.save, nothing, flow.scanned, resume=flow.resume_draft, keep=flow.drafts.keep)

    def _close_day(self) -> Task:
        page = CloseDayPage(self._session.words)
        flow = CloseDayFlow(self._session, page, self._prints, self._link)
        flow.busy_changed.connect(self.busy_changed)
        flow.chip_asked.connect(self.chip_asked)
        flow.dossier_asked.connect(self.dossier_asked)
        self._session.changed.connect(lambda _changes: page.stale.emit() if page.isVisible() else None)
        return Task(page, flow.begin, flow.save, flow.print_register, flow.scanned)

    def _admin(self) -> Task:
        session = self._session
        page = AdminPage(session.words, databases_of(session))
        flow = AdminFlow(session, page)
        flow.busy_changed.connect(self.busy_changed)
        return Task(page, flow.begin, flow.save)
