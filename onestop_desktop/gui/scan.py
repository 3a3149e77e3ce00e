"""Scanners are keyboards: text that comes too fast for fingers is taken out of whatever field it fell into.

Keys less than 35 ms apart, twelve or more of them, are a scan. The field gets back what stood in it; widgets that
are no text fields never see such keys at all. Neither Enter nor a shortcut of a scan reaches the window.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from onestop_desktop.gui.widgets.suggest import SuggestEntry

GAP_MS = 35
SHORTEST = 12
LONGEST = 4096
_PAUSE_MS = 250
HICCUP_MS = 250
_DOUBLE_MS = 12
_RUN = 4
"""So many keys in a row, each within `GAP_MS`, come from no finger: a busy PC may then swallow a longer pause."""
_LETTERS_A_HICCUP = 8
"""An input method rewrites a word as fast as a scanner; what fingers type behind it is slow at every letter."""
_ENDS = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}
_SILENT = {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta,
           Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock}  # fmt: skip
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_SURE_ENOUGH = 3
"""Fast keys after which a key with Ctrl or Alt belongs to the scan, not to a shortcut."""


def monotonic_ms() -> int:
    """Return milliseconds that never run backwards."""
    return time.monotonic_ns() // 1_000_000


@dataclass(slots=True)
class _Before:
    """What a field held before the first fast key."""

    field: QLineEdit
    text: str
    cursor: int
    marked_from: int
    marked: int

    @classmethod
    def of(cls, field: QLineEdit) -> _Before:
        return cls(field, field.text(), field.cursorPosition(), field.selectionStart(), len(field.selectedText()))

    def restore(self) -> None:
        self.field.setText(self.text)
        if self.marked_from >= 0:
            self.field.setSelection(self.marked_from, self.marked)
        else:
            self.field.setCursorPosition(self.cursor)
        if isinstance(self.field, SuggestEntry):
            self.field.list.hide()


class ScanFilter(QObject):
    """An event filter of the application; `scanned` gives the text of a scan."""

    scanned = Signal(str)

    def __init__(self, now_ms: Callable[[], int] = monotonic_ms, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now_ms = now_ms
        self._letters: list[str] = []
        self._hiccups = 0
        self._last_ms = 0
        self._last_stamp = 0
        self._before: _Before | None = None
        self._scanning = False
        self._held: list[QKeyEvent] = []
        self._replaying = False
        self._waiting = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._paused)

    def hold(self) -> None:
        """Keep every key back until `release`: what is typed while a dossier is written goes to the next one."""
        self._waiting = True

    def release(self) -> None:
        """Give the kept keys to whatever has the focus now."""
        self._waiting = False
        held, self._held = self._held, []
        for event in held:
            self._send(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at keys on their way to the widget that has the focus."""
        if self._replaying or watched is not (QApplication.focusWidget() or QApplication.activeWindow()):
            return False
        if isinstance(event, QInputMethodEvent):
            return self._composed(event)
        return isinstance(event, QKeyEvent) and self._key(watched, event)

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            return self._override(event)
        if self._waiting:
            self._held.append(event.clone())
            return True
        if event.type() == QEvent.Type.KeyRelease:
            return self._released(event)
        return self._pressed(watched, event)

    # -- keys -----------------------------------------------------------------------------------------------

    def _override(self, event: QKeyEvent) -> bool:
        commanding = bool(event.modifiers() & _COMMANDS) and len(self._letters) >= _SURE_ENOUGH and self._is_fast(event)
        if self._scanning or commanding:
            event.accept()
            return True
        return False

    def _released(self, event: QKeyEvent) -> bool:
        if self._scanning:
            return True
        if self._held:
            self._held.append(event.clone())
            return True
        return False

    def _pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.key() in _SILENT:
            return self._scanning
        fast = self._is_fast(event)
        self._hiccups += fast and self._gap(event) >= GAP_MS
        self._last_ms, self._last_stamp = self._now_ms(), event.timestamp()
        if not fast:
            self._end()
        if event.key() in _ENDS:
            return self._ended()
        if event.key() == Qt.Key.Key_Backspace and self._letters:
            return self._taken_back()
        commanding = bool(event.modifiers() & _COMMANDS)
        text = event.text()
        if commanding or not text.isprintable() or not text:
            return self._strange(commanding)
        return self._letter(watched, text, event)

    def _is_fast(self, event: QKeyEvent) -> bool:
        gap = self._gap(event)
        if len(self._letters) >= _RUN and gap >= GAP_MS:
            return gap < HICCUP_MS and self._hiccups <= len(self._letters) // _LETTERS_A_HICCUP
        # X takes a letter that a scanner sends twice within a millisecond for a held key; fingers hold longer.
        return gap < (_DOUBLE_MS if event.isAutoRepeat() else GAP_MS)

    def _gap(self, event: QKeyEvent) -> int:
        # The device's own stamps hold even when the window was busy; made-up events have none.
        if event.timestamp() and self._last_stamp:
            return event.timestamp() - self._last_stamp
        return self._now_ms() - self._last_ms

    def _letter(self, watched: QObject, text: str, event: QKeyEvent | None) -> bool:
        if not self._letters and isinstance(watched, QLineEdit):
            self._before = _Before.of(watched)
        self._letters.append(text)
        if not self._scanning and len(self._letters) >= SHORTEST:
            self._begin()
        if self._scanning:
            self._pause.start(_PAUSE_MS)
            return True
        if isinstance(watched, QLineEdit | QPlainTextEdit) or event is None:
            return False
        self._held.append(event.clone())
        self._pause.start(GAP_MS + 5)
        return True

    def _begin(self) -> None:
        self._scanning = True
        self._held.clear()
        if self._before is not None:
            self._before.restore()

    def _ended(self) -> bool:
        if self._scanning:
            self._end()
            return True
        self._end()
        return False

    def _taken_back(self) -> bool:
        # An input method corrects what it composed by Backspace.
        self._letters.pop()
        if self._scanning:
            self._pause.start(_PAUSE_MS)
        return self._scanning

    def _strange(self, commanding: bool) -> bool:
        if self._scanning or (commanding and len(self._letters) >= _SURE_ENOUGH):
            if self._scanning:
                self._pause.start(_PAUSE_MS)
            return True
        self._end()
        return False

    def _composed(self, event: QInputMethodEvent) -> bool:
        text = event.commitString()
        widget = QApplication.focusWidget()
        if not text or widget is None:
            return False
        if self._now_ms() - self._last_ms >= GAP_MS:
            self._end()
        self._last_ms, self._last_stamp = self._now_ms(), 0
        return self._letter(widget, text, None)

    # -- the end of a burst ---------------------------------------------------------------------------------

    def _paused(self) -> None:
        self._end()

    def _end(self) -> None:
        self._pause.stop()
        letters, scanning, held = self._letters, self._scanning, self._held
        self._letters, self._scanning, self._held, self._before = [], False, [], None
        self._hiccups = 0
        if scanning:
            text = "".join(letters)[:LONGEST]
            self.scanned.emit("".join(letter for letter in text if letter.isprintable()))
            return
        self._replaying = True
        try:
            for event in held:
                self._send(event)
        finally:
            self._replaying = False

    @staticmethod
    def _send(event: QKeyEvent) -> None:
        target: QWidget | None = QApplication.focusWidget() or QApplication.activeWindow()
        if target is not None:
            QCoreApplication.sendEvent(target, event)
