"""The page for faults that nobody foresaw: a report without personal data that can be copied, and on with the work."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, Qt, qVersion
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from onestop_desktop import __version__
from onestop_desktop.errors import OneStopError
from onestop_desktop.gui.widgets.basics import Card, button, label
from onestop_desktop.words import Words

_WIDTH = 640


def report_of(error: BaseException, trace: TracebackType | None) -> str:
    """Return where a fault happened, without what was being worked on: no messages, no values, no folders."""
    lines = [f"OneStop Desktop {__version__} · Python {sys.version.split()[0]} · Qt {qVersion()} · {sys.platform}"]
    seen: BaseException | None = error
    while seen is not None:
        code = f" {seen.code}" if isinstance(seen, OneStopError) else ""
        lines.append(f"{type(seen).__name__}{code}")
        steps = traceback.extract_tb(trace if seen is error else seen.__traceback__)
        lines += [f"  {Path(step.filename).name}:{step.lineno} {step.name}" for step in steps]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines)


class CrashPage(QWidget):
    """Laid over the window; "Làm tiếp" takes it away."""

    def __init__(self, parent: QWidget, words: Words) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.report = QPlainTextEdit()
        self.report.setReadOnly(True)
        self.report.setAccessibleName(words.say("window.crash.title"))
        self.copy = button(words.say("window.crash.copy"), kind="primary")
        self.go_on = button(words.say("window.crash.go_on"))
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self.report.toPlainText()))
        self.go_on.clicked.connect(self.hide)
        card = Card()
        card.setFixedWidth(_WIDTH)
        card.body.addWidget(label(words.say("window.crash.title"), "big", wrap=True))
        card.body.addWidget(label(words.say("window.crash.safe"), wrap=True))
        card.body.addWidget(self.report)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy)
        buttons.addWidget(self.go_on)
        buttons.addStretch(1)
        card.body.addLayout(buttons)
        column = QVBoxLayout(self)
        column.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        parent.installEventFilter(self)
        self.hide()

    def tell(self, error: BaseException, trace: TracebackType | None = None) -> None:
        """Show a fault."""
        self.report.setPlainText(report_of(error, trace or error.__traceback__))
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        self.go_on.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the window at any size."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return super().eventFilter(watched, event)
