"""The real window in a process of its own: `DATA STATE PAPERS`.

Its printer leaves papers in the folder, and `screen.json` there holds the words that stand on the screen.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

from onestop_desktop.clock import SystemClock
from onestop_desktop.desk.door import Door
from onestop_desktop.gui.run import Top, application
from onestop_desktop.settings import Settings
from onestop_desktop.words import load


class Tray:
    """A printer whose papers fall into a folder, whole or not at all, in the order they were printed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def names(self) -> tuple[str, ...]:
        return ("HP LaserJet P1102",)

    def put_out(self, pdf: bytes, printer: str) -> None:
        self._count += 1
        making = self._folder / "making"
        making.write_bytes(pdf)
        making.rename(self._folder / f"{self._count:03d}.pdf")


class Eyes(QObject):
    """What somebody can read in a window, written down whenever it changes: the script waits as people do."""

    def __init__(self, window: QWidget, file: Path) -> None:
        super().__init__(window)
        self._window = window
        self._file = file
        self._before: list[str] = []
        timer = QTimer(self)
        timer.timeout.connect(self._look)
        timer.start(80)

    def _look(self) -> None:
        read = [one.text() for kind in (QLabel, QAbstractButton, QLineEdit) for one in self._seen(kind)]
        if read != self._before:
            self._before = read
            making = self._file.with_suffix(".new")
            making.write_text(json.dumps(read, ensure_ascii=False), encoding="utf-8")
            making.replace(self._file)

    def _seen(self, kind: type) -> list[QLabel | QAbstractButton | QLineEdit]:
        return [one for one in self._window.findChildren(kind) if one.isVisible() and not one.visibleRegion().isEmpty()]


def main() -> int:
    data, state, papers = map(Path, sys.argv[1:4])
    settings = Settings(state / "settings.toml")
    settings.put("printer", "HP LaserJet P1102")
    app = application(["onestop-desktop"], "light")
    top = Top(Door(data, state, SystemClock()), settings, load("vi"), Tray(papers))
    top.show()
    Eyes(top, papers / "screen.json")
    top.start(create=False)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
