"""The real window in a process of its own, with a printer that leaves its papers in a folder: `DATA STATE PAPERS`."""

from __future__ import annotations

import sys
from pathlib import Path

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


def main() -> int:
    data, state, papers = map(Path, sys.argv[1:4])
    settings = Settings(state / "settings.toml")
    settings.put("printer", "HP LaserJet P1102")
    app = application(["onestop-desktop"], "light")
    top = Top(Door(data, state, SystemClock()), settings, load("vi"), Tray(papers))
    top.show()
    top.start(create=False)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
