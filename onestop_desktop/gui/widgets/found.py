"""What the scan box found: a dossier as a small card, or a sentence; it goes away by Escape or the next scan."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from onestop_desktop.desk.views import DossierRow
from onestop_desktop.domain.status import STATUSES, TO_HAND_OVER, Tone
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.calendar_words import short_instant
from onestop_desktop.gui.widgets.basics import Elided, button, chip, ground_of, label, set_tone
from onestop_desktop.gui.widgets.fields import is_typed
from onestop_desktop.gui.widgets.wrapping import WrappingRow
from onestop_desktop.words import Words

_WIDTH = 420


class FoundCard(QFrame):
    """Laid over the window below the scan box."""

    reprint_asked = Signal(str)
    typed = Signal(str)
    """A letter was typed: another dossier is looked for."""

    opened = Signal(str)
    """Names the task on whose page the dossier is to be opened."""

    closed = Signal()

    def __init__(self, anchor: QWidget, words: Words) -> None:
        super().__init__(anchor.window())
        self.setProperty("role", "pop")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._anchor = anchor
        self._words = words
        self._dossier = ""
        self.number = label("", "number")
        self.status = chip("")
        self.who = label("", "title", wrap=True)
        self.what = Elided("", "")
        self.due = label("", "muted", wrap=True)
        self.sentence = label("", "problem", wrap=True)
        self.reprint = button(words.say("action.reprint"), ACTIONS["reprint"].key, kind="primary")
        self.reprint.clicked.connect(self.ask_reprint)
        say = words.say
        self.open = button(say("window.found.open"), ACTIONS["dossiers"].key)
        self.open.clicked.connect(lambda: self.opened.emit("dossiers"))
        self.hand_over = button(say("window.found.hand_over"), ACTIONS["return"].key)
        self.hand_over.clicked.connect(lambda: self.opened.emit("return"))
        self.close_button = button(words.say("window.close"), "Esc")
        self.close_button.clicked.connect(self.dismiss)
        # Its button says Esc: that holds wherever the focus is, for a sentence leaves it where it was.
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.dismiss)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.number)
        head.addStretch(1)
        head.addWidget(self.status)
        foot = WrappingRow(8)
        for made in (self.reprint, self.open, self.hand_over, self.close_button):
            foot.add(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(5)
        column.addLayout(head)
        for one in (self.who, self.what, self.due, self.sentence):
            column.addWidget(one)
        column.addWidget(foot)

    def show_dossier(self, row: DossierRow) -> None:
        """Show a dossier; Enter prints its receipt again."""
        self._dossier = row.id
        status = STATUSES.get(row.status)
        self.number.setText(row.number)
        self.status.setText(self._words.say(f"status.{row.status}"))
        set_tone(self.status, "chip", str(status.tone if status else Tone.MUTED))
        self.who.setText(row.applicant)
        self.what.setText(row.title)
        due, received = short_instant(row.due_at), short_instant(row.received_at)
        told = "window.found.times" if due else "window.found.times_no_due"
        self.due.setText(self._words.say(told, received=received, due=due))
        self._show(dossier=True)
        self.hand_over.setVisible(row.status in TO_HAND_OVER)
        self.reprint.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, sentence: str) -> None:
        """Show a sentence; the focus stays where it is."""
        self._dossier = ""
        self.sentence.setText(sentence)
        self._show(dossier=False)

    def _show(self, *, dossier: bool) -> None:
        parts = (self.number, self.status, self.who, self.what, self.due, self.reprint, self.open, self.hand_over)
        for one in parts:
            one.setVisible(dossier)
        self.sentence.setVisible(not dossier)
        window = ground_of(self._anchor)
        if self.parentWidget() is not window:
            self.setParent(window)
        # A filter is installed once, however often it is asked for.
        window.installEventFilter(self)
        self._anchor.installEventFilter(self)
        self.show()
        self._follow(window)
        self.raise_()

    def _place(self, window: QWidget) -> None:
        below = self._anchor.mapTo(window, QPoint(0, self._anchor.height() + 6))
        width = min(max(_WIDTH, self._anchor.width()), window.width() - below.x() - 8)
        self.setFixedWidth(width)
        self.move(below)

    def _follow(self, window: QWidget) -> None:
        self._place(window)
        layout = self.layout()
        if layout is not None:
            # Its buttons break into two rows where it is narrow: Qt asks no child for its height by its width.
            layout.activate()
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def ask_reprint(self) -> None:
        """Ask for the shown dossier's receipt again."""
        if self._dossier and self.isVisible():
            dossier = self._dossier
            self.dismiss()
            self.reprint_asked.emit(dossier)

    @property
    def dossier(self) -> str:
        """Return the id of the dossier that is shown, empty when none is."""
        return self._dossier if self.isVisible() else ""

    def dismiss(self) -> None:
        """Go away; `closed` tells that the focus went along and needs a place."""
        if not self.isVisible():
            return
        focus = QApplication.focusWidget()
        inside = focus is not None and (focus is self or self.isAncestorOf(focus))
        self.hide()
        if inside:
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter print again."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.ask_reprint()
        elif is_typed(event):
            self.hide()
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay below the scan box at any size, wherever the words beside it push it."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Move} and self.isVisible():
            # The box takes its new place after the window has its new size.
            QTimer.singleShot(0, self, lambda: self._follow(ground_of(self._anchor)))
        return super().eventFilter(watched, event)
