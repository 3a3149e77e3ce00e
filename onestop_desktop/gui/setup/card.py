"""The slip from above: a file that is picked or dropped here, or the text of its QR as a scanner types it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from onestop_desktop.gui.widgets.basics import button, label, set_tone
from onestop_desktop.words import Words

_ROOM = 28
_SCANNED_MS = 400
"""A scanner's last letter is followed by this much quiet."""


class SlipBox(QWidget):
    """Gives the path of a file or the text of a scan; tells below what it was."""

    picked = Signal(object)
    scanned = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.setAcceptDrops(True)
        self.pick = button(words.say("door.slip.pick"), icon="open")
        self.pick.clicked.connect(self._pick)
        self.text = QPlainTextEdit()
        self.text.setFixedHeight(2 * self.text.fontMetrics().lineSpacing() + _ROOM)
        self.text.setTabChangesFocus(True)
        self.text.setAcceptDrops(False)
        self.text.setPlaceholderText(words.say("door.slip.hint"))
        self.text.setAccessibleName(words.say("door.slip.hint"))
        self.note = label("", "problem", wrap=True)
        self.note.hide()
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_SCANNED_MS)
        self._quiet.timeout.connect(self._read)
        self.text.textChanged.connect(self._quiet.start)
        row = QHBoxLayout()
        row.addWidget(self.pick, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label(words.say("door.slip.title"), "label"))
        column.addLayout(row)
        column.addWidget(self.note)

    def _pick(self) -> None:
        kinds = f"{self._words.say('door.slip.kind')} (*.toml *.txt)"
        path, _kind = QFileDialog.getOpenFileName(self, self._words.say("door.slip.pick"), "", kinds)
        if path:
            self.picked.emit(Path(path))

    def _read(self) -> None:
        if self.text.toPlainText().strip():
            self.scanned.emit(self.text.toPlainText())
        else:
            self.tell("")

    def tell(self, sentence: str, *, good: bool = False) -> None:
        """Tell what the slip said, or what is wrong with it."""
        set_tone(self.note, "role", "muted" if good else "problem")
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file, nothing else."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the first file that is let fall here."""
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.picked.emit(Path(files[0]))
