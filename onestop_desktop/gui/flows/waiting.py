"""What waits for pick-up: read page by page on the worker, and copied for whoever calls."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from onestop_desktop.desk.views import Key
from onestop_desktop.gui.handover.ready_list import ReadyPage, ready_page
from onestop_desktop.gui.pages.handover import HandoverPage
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.strip import Message

_KEY = "handover-list"


class WaitingList(QObject):
    """Fills the list of the page."""

    def __init__(self, session: Session, page: HandoverPage) -> None:
        super().__init__(session)
        self._session = session
        self.page = page
        page.list.model.more_wanted.connect(self._load_more)
        page.list.copy_asked.connect(self._copy_list)

    def load(self) -> None:
        """Read the first page of what waits."""
        desk, today = self._session.desk, self._session.desk.now().date()
        self._session.run(lambda: ready_page(desk, None, today), self._loaded, self._not_loaded, key=_KEY)

    def _loaded(self, page: ReadyPage) -> None:
        self.page.list.model.put(page)
        self.page.list.show_count(page.count)
        self.page.list.mark(self.page.dossier.id if self.page.dossier else "")

    def _load_more(self, before: Key) -> None:
        if before:
            desk, today = self._session.desk, self._session.desk.now().date()
            model = self.page.list.model
            job = partial(ready_page, desk, before, today)
            self._session.run(job, model.append, self._not_loaded, key=_KEY)

    def _not_loaded(self, error: Exception) -> None:
        self.page.strip.say(Message("bad", self._session.tell(error)))

    def _copy_list(self) -> None:
        QApplication.clipboard().setText(self.page.list.lines())
        self.page.strip.say(Message("primary", self._session.words.say("window.handover.list.copied"), topic="list"))
