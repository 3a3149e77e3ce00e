"""Hands for the tests: keys one by one at a clerk's or a scanner's speed, and the fakes of the world around."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.views import PaperJob, Received
from onestop_desktop.errors import TryLater
from onestop_desktop.gui.main_window import MainWindow

KNOWN_CARD = "014091003217||Quàng Văn Thương|12041991|Nam|Bản Nà Khái, xã Sặp Vạt, huyện Yên Châu, tỉnh Sơn La|01052021"
NEW_CARD = "014301004441||Hoàng Thị Xiên|05062001|Nữ|Bản Đán, xã Chiềng Sàng, huyện Yên Châu, tỉnh Sơn La|02032022"
NONE = Qt.KeyboardModifier.NoModifier


class HandTime:
    """The clock by which the window tells fingers from scanners."""

    def __init__(self) -> None:
        self.ms = 1_000_000

    def now_ms(self) -> int:
        return self.ms


class Hands:
    """Types and scans into whatever has the focus; `keys` counts what fingers did."""

    def __init__(self, qtbot: QtBot, window: MainWindow, time: HandTime) -> None:
        self.qtbot = qtbot
        self.window = window
        self.time = time
        self.keys = 0

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """Press one key, shortcuts included."""
        self.time.ms += 150
        self.keys += 1
        QTest.keyClick(self._target(), key, modifier)

    def type(self, text: str) -> None:
        """Type letters; never with keyClicks, which aborts on Vietnamese."""
        for letter in text:
            self.time.ms += 150
            self.keys += 1
            self._letter(letter)

    def scan(self, text: str, end: Qt.Key | None = Qt.Key.Key_Return, hiccups: frozenset[int] = frozenset()) -> None:
        """Let a scanner type; X tells doubled letters as a held key; a busy PC pauses before some of them."""
        self.time.ms += 500
        for at, letter in enumerate(text):
            self.time.ms += 200 if at in hiccups else 4
            self._letter(letter, repeated=bool(at and text[at - 1] == letter))
        if end is not None:
            self.time.ms += 4
            QTest.keyClick(self._target(), end)
        self.time.ms += 500
        self.settle()

    def settle(self) -> None:
        """Wait until the worker has nothing to do."""
        self.qtbot.waitUntil(lambda: self.window.session.worker.waiting == 0)

    def focus(self) -> QWidget | None:
        """Return what has the focus."""
        return QApplication.focusWidget()

    def hold_down(self, letter: str, times: int) -> None:
        """Keep a key down: after half a second it repeats, thirty times a second."""
        self.time.ms += 150
        self._letter(letter)
        self.time.ms += 470
        for _repeat in range(times):
            self.time.ms += 33
            self._letter(letter, repeated=True)

    def _letter(self, letter: str, *, repeated: bool = False) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = ord(letter.upper()) if letter.isascii() else 0
            QCoreApplication.sendEvent(self._target(), QKeyEvent(kind, key, NONE, letter, repeated))

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self.window


class FakePress:
    """Prints into a list."""

    def __init__(self) -> None:
        self.printed: list[tuple[bytes, str]] = []
        self.broken = False
        self.found: tuple[str, ...] = ("HP LaserJet P1102", "Microsoft Print to PDF")

    def names(self) -> tuple[str, ...]:
        return self.found

    def put_out(self, pdf: bytes, printer: str) -> None:
        if self.broken:
            raise TryLater("print.failed", printer=printer)
        self.printed.append((pdf, printer))


class Watched:
    """The real desk, remembering what it was asked."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.lines: list[Mapping[str, Any]] = []
        self.taken: list[Received] = []
        self.recorded: list[PaperJob] = []
        self.fault: Exception | None = None

    def receive(self, line: Mapping[str, Any], *, again: bool = False) -> Received:
        if self.fault is not None:
            raise self.fault
        received = self._desk.receive(line, again=again)
        self.lines.append(line)
        self.taken.append(received)
        return received

    def printed(self, job: PaperJob) -> None:
        self._desk.printed(job)
        self.recorded.append(job)

    def close(self) -> None:
        """The fixture closes the desk."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)
