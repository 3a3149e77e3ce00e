"""In lại giấy hẹn on the page Trả kết quả: printed again, and told when it came out or did not."""

from __future__ import annotations

from PySide6.QtCore import QObject

from onestop_desktop.desk.views import PaperJob
from onestop_desktop.gui.flows.printing import PrintFlow
from onestop_desktop.gui.paper_prints import PaperPrints
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.strip import Message, Strip

_TOPIC = "print"


class Reprints(QObject):
    """Tells of the receipts that were asked for here, of no others."""

    def __init__(self, session: Session, papers: PaperPrints, strip: Strip, prints: PrintFlow) -> None:
        super().__init__(session)
        self._say = session.words.say
        self._papers = papers
        self._strip = strip
        self._asked: set[str] = set()
        prints.came_out.connect(self._came_out)
        prints.failed.connect(self._not_out)

    def print(self, dossier: str) -> None:
        """Print a dossier's receipt again."""
        self._asked.add(dossier)
        self._papers.print(dossier)

    def _came_out(self, job: PaperJob) -> None:
        if job.dossier in self._asked:
            self._asked.discard(job.dossier)
            self._strip.say(Message("ok", self._say("window.print.reprinted"), job.number, topic=_TOPIC))

    def _not_out(self, job: PaperJob, sentence: str) -> None:
        if job.dossier in self._asked:
            text = self._say("window.print.failed", why=sentence)
            self._strip.say(Message("bad", text, job.number, topic=_TOPIC))
