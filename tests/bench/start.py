"""How long from the start of the process to a window in which the first key counts, with a fast log-in between."""

from __future__ import annotations

import time
from pathlib import Path

from onestop_desktop.clock import SystemClock
from onestop_desktop.desk.door import Door
from onestop_desktop.gui import theme
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.run import application
from onestop_desktop.gui.session import Session
from onestop_desktop.settings import Settings
from onestop_desktop.words import load
from tests.bench.fill import PASSWORD


class _NoPress:
    def names(self) -> tuple[str, ...]:
        return ()

    def put_out(self, pdf: bytes, printer: str) -> None:
        raise NotImplementedError


def usable(folder: Path, started: float) -> str:
    """Return seconds `whole/after` until the window stands: since `started`, and since the password was given.

    A training store stretches its password in no time, so that is not in the figure.
    """
    app = application(["onestop-desktop"], "light")
    given = time.perf_counter()
    desk = Door(folder / "desk", folder / "state", SystemClock()).open("mai", PASSWORD)
    window = MainWindow(Session(desk, Settings(folder / "settings.toml"), load("vi"), _NoPress()))
    theme.dress(window)
    window.show()
    window.intake.start()
    app.processEvents()
    done = time.perf_counter()
    window.shut()
    return f"{done - started}/{done - given}"
