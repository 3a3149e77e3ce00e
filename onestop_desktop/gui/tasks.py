"""The tasks of the rail that have a page: each page with its flow, made when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from onestop_desktop.gui.flows.admin import AdminFlow
from onestop_desktop.gui.flows.admin_procedures import databases_of
from onestop_desktop.gui.flows.certify import CertifyFlow, books_of
from onestop_desktop.gui.flows.handover import HandoverFlow, dossiers_of
from onestop_desktop.gui.flows.printing import PrintFlow
from onestop_desktop.gui.flows.suggestions import people_of
from onestop_desktop.gui.pages.admin import AdminPage
from onestop_desktop.gui.pages.certify import CertifyPage
from onestop_desktop.gui.pages.dossiers import DossiersPage
from onestop_desktop.gui.pages.handover import HandoverPage
from onestop_desktop.gui.session import Session


def nothing() -> None:
    """Do nothing: the page has no such deed."""


@dataclass(frozen=True, slots=True)
class Task:
    """A page and what the shell may ask of it; `scanned` is None where the scan box itself answers."""

    page: QWidget
    begin: Callable[[], object]
    save: Callable[[], object] = nothing
    reprint: Callable[[], object] = nothing
    scanned: Callable[[str], object] | None = None
    opens: Callable[[str], object] | None = None
    """Shows one dossier, given by its id; None where the page has no place for it."""

    attach: Callable[[], object] = nothing


class Tasks(QObject):
    """Which task is in front, and the pages that were made so far."""

    busy_changed = Signal(bool)
    draft_asked = Signal()

    def __init__(self, session: Session, prints: PrintFlow, pages: QStackedWidget) -> None:
        super().__init__(session)
        self._session = session
        self._prints = prints
        self._pages = pages
        self._tasks: dict[str, Task] = {}
        self._makers: dict[str, Callable[[], Task]] = {
            "dossiers": self._dossiers,
            "return": self._handover,
            "certify": self._certify,
            "settings": self._admin,
        }
        self.front = ""

    def add(self, name: str, task: Task) -> None:
        """Take a page that exists already."""
        self._tasks[name] = task
        self._pages.addWidget(task.page)

    def show(self, name: str) -> None:
        """Bring a task's page to the front and start it."""
        if name not in self._tasks:
            self.add(name, self._makers[name]())
        self.front = name
        self._pages.setCurrentWidget(self.current.page)
        self.current.begin()

    @property
    def current(self) -> Task:
        """Return the task in front."""
        return self._tasks[self.front]

    def _dossiers(self) -> Task:
        page = DossiersPage(self._session)
        page.asked_to_print.connect(self._prints.send)
        page.flow.papers.watch(self._prints)
        page.asked_for_draft.connect(self.draft_asked)
        return Task(page, page.start, opens=page.open_dossier, attach=page.files.ask)

    def _handover(self) -> Task:
        session = self._session
        page = HandoverPage(session.words, dossiers_of(session), people_of(session))
        flow = HandoverFlow(session, page, self._prints)
        session.changed.connect(page.changed)
        flow.busy_changed.connect(self.busy_changed)
        return Task(page, flow.begin, flow.save, flow.reprint, flow.scanned)

    def _certify(self) -> Task:
        session = self._session
        page = CertifyPage(session.words, books_of(session), people_of(session))
        flow = CertifyFlow(session, page, self._prints)
        session.changed.connect(page.changed)
        flow.busy_changed.connect(self.busy_changed)
        return Task(page, flow.begin, flow.save, nothing, flow.scanned)

    def _admin(self) -> Task:
        session = self._session
        page = AdminPage(session.words, databases_of(session))
        flow = AdminFlow(session, page)
        flow.busy_changed.connect(self.busy_changed)
        return Task(page, flow.begin, flow.save)
