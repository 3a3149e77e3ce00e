"""The page Hồ sơ: all dossiers of the desk, and every step that each allows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from onestop_desktop.desk.views import Changes, PaperJob
from onestop_desktop.gui.dossiers.export_flow import ExportFlow
from onestop_desktop.gui.dossiers.files_flow import DossierFiles
from onestop_desktop.gui.dossiers.flow import DossiersFlow
from onestop_desktop.gui.dossiers.view import DossiersView
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.attachments import FileDrop
from onestop_desktop.gui.widgets.file_sheet import FileSheet


class DossiersPage(QWidget):
    """The view with the flow that fills it; `asked_to_print` gives a paper, `asked_for_draft` names a draft's line."""

    asked_to_print = Signal(PaperJob)
    asked_for_draft = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.view = DossiersView(session.words)
        self.flow = DossiersFlow(session, self.view)
        self.exports = ExportFlow(session, self.view)
        detail = self.view.detail
        self.files = DossierFiles(session, detail, FileSheet(self, session.words))
        self._drop = FileDrop(self, self.files.add, lambda: bool(detail.dossier))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self.flow.paper_made.connect(self.asked_to_print)
        self.view.detail.draft_asked.connect(self.asked_for_draft)
        session.changed.connect(self.changed)

    def changed(self, changes: Changes) -> None:
        """Refresh what a write touched; the session's own signal already leads here."""
        self.flow.take_changes(changes)

    def open_dossier(self, dossier_id: str) -> None:
        """Show a dossier's detail, whatever the list shows."""
        self.flow.open(dossier_id)

    def start(self) -> None:
        """Put the focus where the page begins."""
        self.view.go_to_list()
