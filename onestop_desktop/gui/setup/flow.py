"""Where the form of a real desk meets the door: slip, making, and on to the desk with its fresh code."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from onestop_desktop.clock import BUILT_ON
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.new import NewDesk
from onestop_desktop.desk.setup_file import CARD, LARGEST, SetupFile, read_setup
from onestop_desktop.errors import InvalidInput, OneStopError
from onestop_desktop.gui.setup.page import SetupScreen
from onestop_desktop.gui.stage import Stage


def read_slip(path: Path) -> SetupFile:
    """Read a set-up file; raises InvalidInput `input.no_file` and those of `read_setup`."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LARGEST + 1)
    except (OSError, ValueError):
        raise InvalidInput("input.no_file", path=str(path)[-120:]) from None
    return read_setup(text)


class SetupFlow(QObject):
    """One making of a desk; `opened` gives the open desk and its recovery code, `later` leaves."""

    opened = Signal(object, str)
    later = Signal()

    def __init__(self, stage: Stage, door: Door, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._door = door
        # A dead clock is asked about once the desk is there; until then the program's own day is the earliest.
        self.screen = SetupScreen(stage.words, max(door.clock.now().date(), BUILT_ON))
        self.screen.slip.picked.connect(self._picked)
        self.screen.slip.scanned.connect(self._scanned)
        self.screen.made.connect(self._make)
        self.screen.later.connect(self.later)

    def begin(self) -> None:
        """Show the form."""
        self._stage.show(self.screen)

    def _picked(self, path: Path) -> None:
        screen = self.screen
        self._stage.worker.run(
            lambda: read_slip(path), self._stage.still(screen, screen.fill), self._stage.still(screen, self._unread)
        )

    def _scanned(self, text: str) -> None:
        try:
            self.screen.fill(read_setup(text))
        except OneStopError as error:
            self._unread(error)

    def _unread(self, error: Exception) -> None:
        self.screen.slip.tell(self._stage.tell(error))

    def _make(self, new: NewDesk) -> None:
        card = self.screen.card_text

        def make() -> tuple[Desk, str]:
            desk, code = self._door.create(new)
            if card:
                desk.save_draft(CARD, {"card": card})
            return desk, code

        self._stage.worker.run(make, lambda made: self.opened.emit(*made), self._not_made)

    def _not_made(self, error: Exception) -> None:
        self.screen.refuse(self._stage.tell(error))
