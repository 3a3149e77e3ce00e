"""In danh sách gọi: what waits for pick-up on paper, for whoever calls the citizens."""

from __future__ import annotations

from PySide6.QtCore import QObject

from onestop_desktop.desk.views import PaperJob
from onestop_desktop.gui.flows.printing import PrintFlow
from onestop_desktop.gui.handover.ready_list import ReadyList
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.strip import Answer, Message, Strip

FORM = "call-list"
_TOPIC = "list"


class CallList(QObject):
    """Has the list made on the worker, prints it and tells how that went."""

    def __init__(self, session: Session, ready: ReadyList, strip: Strip, prints: PrintFlow) -> None:
        super().__init__(session)
        self._session = session
        self._strip = strip
        self._prints = prints
        ready.print_asked.connect(self.print)
        prints.paper_out.connect(self._came_out)
        prints.paper_failed.connect(self._not_out)

    def print(self) -> None:
        """Print what waits now."""
        self._session.run(self._session.desk.export.call_list, self._made, self._failed)

    def _made(self, job: PaperJob) -> None:
        self._tell("primary", "window.handover.list.printing")
        self._prints.send(job)

    def _came_out(self, job: PaperJob) -> None:
        if job.form == FORM:
            self._tell("ok", "window.handover.list.printed")

    def _not_out(self, job: PaperJob, why: str) -> None:
        if job.form == FORM:
            again = Answer(self._session.words.say("window.handover.list.print"), self.print)
            self._tell("bad", "window.handover.list.not_printed", (again,), why=why)

    def _failed(self, error: Exception) -> None:
        self._strip.say(Message("bad", self._session.tell(error), topic=_TOPIC))

    def _tell(self, tone: str, code: str, answers: tuple[Answer, ...] = (), **facts: str) -> None:
        self._strip.say(Message(tone, self._session.words.say(code, **facts), answers=answers, topic=_TOPIC))
