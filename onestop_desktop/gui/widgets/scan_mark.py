"""What a scan sounded like, to be seen: a word in its colour at the end of the scan box, for some seconds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QLineEdit

from onestop_desktop.gui.timing import single_shot
from onestop_desktop.gui.widgets.basics import chip, set_tone
from onestop_desktop.words import Words

_SHOWN_MS = 4_000
_LOOKS = {"good": ("ok", "✓"), "unknown": ("bad", "✗"), "repeated": ("warn", "↻"), "returned": ("warn", "↻")}
"""Tone and sign of each: colour is never the only difference."""


class ScanMark(QObject):
    """Laid over the right end of a line; typing takes it away."""

    def __init__(self, box: QLineEdit, words: Words) -> None:
        super().__init__(box)
        self._box = box
        self._words = words
        self.chip = chip("")
        self.chip.setParent(box)
        self.chip.hide()
        self._timer = single_shot(self, _SHOWN_MS, self._hide)
        box.textEdited.connect(lambda _text: self._hide())
        box.installEventFilter(self)

    def show(self, heard: str) -> None:
        """Show what became of the scan."""
        tone, sign = _LOOKS[heard]
        self.chip.setText(f"{sign} {self._words.say(f'scan_mark.{heard}')}")
        self.chip.setAccessibleName(self._words.say(f"scan_mark.{heard}"))
        set_tone(self.chip, "chip", tone)
        self._place()
        self.chip.show()
        self.chip.raise_()
        # What stands in the box ends before the word, with "…" where it must.
        self._box.setTextMargins(0, 0, self.chip.width() + 4, 0)
        self._timer.start()

    def _hide(self) -> None:
        self.chip.hide()
        self._box.setTextMargins(0, 0, 0, 0)

    def _place(self) -> None:
        self.chip.adjustSize()
        self.chip.move(self._box.width() - self.chip.width() - 8, (self._box.height() - self.chip.height()) // 2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the end of the box at any width."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
