"""Where the files of the page Tiếp nhận meet the desk: dropped, chosen or scanned, they go into the intake's line."""

from __future__ import annotations

from PySide6.QtCore import QObject

from onestop_desktop.desk.views import Received
from onestop_desktop.gui.attaching import AttachFlow
from onestop_desktop.gui.flows.intake import IntakeFlow
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.strip import Message


class IntakeFiles(QObject):
    """The files of the dossier that is being typed: they go into its line, its draft keeps them."""

    def __init__(self, session: Session, flow: IntakeFlow) -> None:
        super().__init__(session)
        self._words = session.words
        self.flow = flow
        self.page = page = flow.page
        self.files = AttachFlow(session, page.attachments, page.file_sheet)
        self._save_wanted = False
        flow.hold = self.hold
        flow.received.connect(self._received)
        page.cleared.connect(self.files.begin_anew)
        page.attachments_restored.connect(self.files.restore)
        page.files_dropped.connect(self.add)
        page.scan_papers.clicked.connect(self.ask)
        self.files.settled.connect(self._settled)
        self.files.scans.changed.connect(self._offer)
        page.attachments.offer.leave.clicked.connect(self._left)
        self.files.scans.failed.connect(self._scanner_lost)

    def add(self, paths: list[str]) -> None:
        """Take files that were dropped on the page."""
        self.page.attachments.show()
        self.files.add(paths)

    def ask(self) -> None:
        """Take what the scanner put out; with nothing there, open the panel."""
        self.page.show_attachments()
        if self.files.scans.waiting:
            self.files.take_offered()

    def hold(self) -> bool:
        """Say whether saving must wait for files that are being taken; it then goes on by itself."""
        if not self.files.is_busy:
            return False
        self._save_wanted = True
        self.page.strip.say(Message("primary", self._words.say("window.attach.wait"), topic="files"))
        return True

    def _settled(self) -> None:
        self.page.strip.drop("files")
        wanted, self._save_wanted = self._save_wanted, False
        if wanted:
            self.flow.save()

    def _received(self, _received: Received) -> None:
        self.files.put_away(self.page.attachments.items, self.page.strip)

    def _offer(self) -> None:
        waiting = self.files.scans.waiting
        panel = self.page.attachments
        panel.show_offer(waiting)
        if waiting:
            panel.show()
        elif panel.is_empty and not self.page.isVisible():
            panel.hide()

    def _left(self) -> None:
        panel = self.page.attachments
        panel.setVisible(not panel.is_empty or self.files.is_busy)

    def _scanner_lost(self, sentence: str) -> None:
        if self.page.strip.message is None:
            self.page.strip.say(Message("warn", sentence))
