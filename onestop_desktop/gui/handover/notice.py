"""Why a dossier is not handed over now, and the one thing that can be done about it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.status import STATUSES, Tone, next_steps
from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.calendar_words import short_instant
from onestop_desktop.gui.handover.matching import fact
from onestop_desktop.gui.widgets.basics import button, label, set_tone
from onestop_desktop.gui.widgets.fields import Entry, Field
from onestop_desktop.words import Words

_ICONS: Mapping[Tone, str] = {
    Tone.PRIMARY: "info", Tone.OK: "good", Tone.WARN: "warning", Tone.BAD: "bad", Tone.MUTED: "info",
}  # fmt: skip
_STRIP_TONES: Mapping[Tone, str] = {Tone.MUTED: "primary"}


class Notice(QFrame):
    """A sentence with its icon; below it the result's number and "ready", or "undo"."""

    ready_asked = Signal(str)
    undo_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        say = words.say
        self.setObjectName("strip")
        self._icon = QLabel()
        self.text = label("", wrap=True)
        self.document = Entry(say("window.handover.document_hint"), 300)
        self.field = Field(say("window.handover.document"), self.document)
        self.ready = button(say("window.handover.make_ready"), kind="primary")
        self.ready.clicked.connect(lambda: self.ready_asked.emit(" ".join(self.document.text().split())))
        self.document.entered.connect(self.ready.setFocus)
        self.undo = button(say("window.handover.undo"))
        self.undo.clicked.connect(self.undo_asked)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._icon)
        head.addWidget(self.text, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.field)
        buttons = QHBoxLayout()
        buttons.addWidget(self.ready)
        buttons.addWidget(self.undo)
        buttons.addStretch(1)
        column.addLayout(buttons)

    def show_dossier(self, dossier: Dossier, *, may_undo: bool) -> None:
        """Tell why a dossier is not handed over; one that is ready needs no notice."""
        self.setVisible(dossier.status != "ready")
        status = STATUSES.get(dossier.status)
        tone = status.tone if status else Tone.WARN
        shown = _STRIP_TONES.get(tone, str(tone))
        set_tone(self, "tone", shown)
        self._icon.setPixmap(icons.pixmap(_ICONS[tone], theme.current().tokens[shown], 22))
        self.text.setText(self._sentence(dossier))
        can_be_ready = "ready" in next_steps(dossier.status, conflict=dossier.conflict)
        self.document.put("")
        self.field.setVisible(can_be_ready)
        self.ready.setVisible(can_be_ready)
        self.undo.setVisible(may_undo)

    def _sentence(self, dossier: Dossier) -> str:
        say = self._words.say
        code = f"window.handover.notice.{dossier.status}"
        to = fact(dossier, "return", "to")
        return say(
            code if code in self._words else "window.handover.notice.unknown",
            due=short_instant(dossier.due_at) or say("window.intake.due_unknown"),
            ended=short_instant(dossier.finished_at),
            returned=short_instant(dossier.returned_at),
            to=str(to.get("name", "")) if isinstance(to, Mapping) else "",
            unit=dossier.forwarded_to,
            status=say(f"status.{dossier.status}"),
        )
