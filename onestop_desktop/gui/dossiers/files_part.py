"""The section "Tệp đính kèm" of the detail: the dossier's files, and those that wait to be written into it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from onestop_desktop.domain.attachment import Digitised, Taken, digitised
from onestop_desktop.gui.dossiers.offers import Opened
from onestop_desktop.gui.widgets.attachments import AttachmentsPanel, FileRow, Item
from onestop_desktop.gui.widgets.basics import button, chip, label, set_tone
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words


class FilesPart(QWidget):
    """Stays while the detail around it is drawn anew, so that waiting files and their papers are kept."""

    shown = Signal(str)
    view_asked = Signal(object)
    attach_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._dossier = ""
        self.may_attach = False
        self._files: tuple[Taken, ...] | None = None
        self.rows: list[FileRow] = []
        self.digitised = chip("")
        self.panel = AttachmentsPanel(words, titled=False)
        self.attach = button(words.say("window.attach.attach"), kind="primary")
        self.attach.clicked.connect(self.attach_asked)
        self.panel.edited.connect(self.show_button)
        self.nothing = label(words.say("window.attach.none"), "muted")
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        head = WrappingRow(8)
        head.add(label(words.say("window.attach.title"), "title"))
        head.add(self.digitised)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(head)
        column.addWidget(self.nothing)
        column.addLayout(self._list)
        column.addWidget(self.panel)
        column.addWidget(self.attach, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_button()

    def show_dossier(self, opened: Opened, *, may_attach: bool) -> None:
        """Show a dossier's files; the same ones again leave everything as it is."""
        state = opened.dossier
        files = tuple(Taken.from_body(one) for one in state.attachments)
        names = [paper.name for paper in state.papers]
        self.may_attach = may_attach
        self.panel.setVisible(may_attach)
        self._show_digitised(digitised(names, state.attachments))
        if state.id != self._dossier or files != self._files:
            self._files = files
            self._show_files(files)
        self._dossier = state.id
        have = {file.paper for file in files}
        # What has no file yet is offered first.
        self.panel.offer_papers(sorted(names, key=lambda name: name in have))
        self.shown.emit(state.id)

    def _show_files(self, files: Sequence[Taken]) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = [FileRow(Item(file), self._words, fixed=True) for file in files]
        for row, file in zip(self.rows, files, strict=True):
            row.view.clicked.connect(lambda _on=False, file=file: self.view_asked.emit(file))
            self._list.addWidget(row)
        self.nothing.setVisible(not files)

    def _show_digitised(self, found: Digitised) -> None:
        self.digitised.setVisible(bool(found.papers))
        missing = len(found.missing)
        say = self._words.say
        done = say("window.attach.digitised", count=len(found.papers))
        self.digitised.setText(done if found.complete else say("window.attach.not_digitised", count=missing))
        self.digitised.setToolTip("\n".join(found.missing))
        set_tone(self.digitised, "chip", "ok" if found.complete else "muted")

    def show_nothing(self) -> None:
        """Show no dossier's files."""
        self.may_attach = False
        self.hide()
        self.shown.emit("")

    def show_button(self) -> None:
        """Offer to write what waits, when something waits."""
        self.attach.setVisible(self.may_attach and not self.panel.is_empty)

    def start(self) -> None:
        """Put the focus where files are chosen."""
        self.panel.choose.setFocus(Qt.FocusReason.OtherFocusReason)
