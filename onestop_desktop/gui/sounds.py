"""What a scan sounds like: recognised, unknown, or the same once more; the scan box shows the same to the eye."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal
from PySide6.QtWidgets import QApplication

from onestop_desktop import paths
from onestop_desktop.desk.views import Scanned
from onestop_desktop.domain.status import UNDONE
from onestop_desktop.gui.scan import monotonic_ms
from onestop_desktop.gui.session import Session

REPEATED_WITHIN_MS = 4_000
"""The same code once more within this time was scanned twice by mistake."""

_PLAYERS = ("pw-play", "paplay", "aplay")


def _hidden(text: str) -> str:
    """Return a digest of a scan: a card's text is personal and is not kept."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


class Heard(StrEnum):
    """What became of a scan; each has its words `scan_mark.<name>`, and its sound in `resources/sounds`."""

    GOOD = "good"
    UNKNOWN = "unknown"
    REPEATED = "repeated"
    RETURNED = "returned"


_SOUNDS = {Heard.RETURNED: Heard.REPEATED}
"""The ear is told of three things: who scans what was handed over long ago, scans it once more."""


@cache
def _player() -> str:
    return next((found for name in _PLAYERS if (found := shutil.which(name))), "")


def play(path: Path) -> None:
    """Start a sound and return at once; where nothing can play it, the PC's own beep must do."""
    if sys.platform == "win32":
        import winsound  # noqa: PLC0415  exists on Windows only

        winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
        return
    player = _player()
    started = QProcess.startDetached(player, [str(path)]) if player else False
    # The answer is a pair in some versions of the binding.
    if not (started[0] if isinstance(started, tuple) else started):
        QApplication.beep()


class ScanSounds(QObject):
    """Tells good, unknown and repeated scans apart; `told` is for the eye and comes with the sound switched off too."""

    told = Signal(str)

    def __init__(
        self,
        session: Session,
        player: Callable[[Path], None] = play,
        now_ms: Callable[[], int] = monotonic_ms,
    ) -> None:
        super().__init__(session)
        self._settings = session.settings
        self.player = player
        self.now_ms = now_ms
        self._last = ""
        self._last_ms = -REPEATED_WITHIN_MS
        self._failed = False

    def begin(self) -> None:
        """Another scan has come in; it is told of once."""
        self._failed = False

    def recognised(self, text: str, *, returned: bool = False) -> None:
        """A scan was of use; `returned` says that its dossier was handed over before."""
        again = _hidden(text) == self._last and self.now_ms() - self._last_ms < REPEATED_WITHIN_MS
        # One who scans a third time hears it a third time.
        self._last, self._last_ms = _hidden(text), self.now_ms()
        self._tell(Heard.RETURNED if returned else Heard.REPEATED if again else Heard.GOOD)

    def found(self, text: str, scanned: Scanned) -> None:
        """A scan turned out to be something, unless it was told to be of no use here; a choice of rows is unheard."""
        if self._failed:
            return
        rows = (scanned.dossier,) if scanned.dossier is not None else scanned.rows
        if scanned.card is not None or len(rows) == 1:
            self.recognised(text, returned=any(row.status in UNDONE for row in rows))
        elif not rows:
            self.unknown()

    def unknown(self) -> None:
        """A scan was of no use here."""
        self._last = ""
        self._failed = True
        self._tell(Heard.UNKNOWN)

    def _tell(self, heard: Heard) -> None:
        self.told.emit(str(heard))
        if self._settings.get("sounds"):
            self.player(paths.resources("sounds", f"{_SOUNDS.get(heard, heard)}.wav"))


def of(session: Session) -> ScanSounds:
    """Return the sounds of a session; every flow of it shares them, so that a repeat is known across pages."""
    return session.findChild(ScanSounds) or ScanSounds(session)
