"""`make screenshots`: pictures of every page from a training desk, for the manual and for a second look."""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from pathlib import Path

from onestop_desktop import app
from onestop_desktop.clock import SetClock
from onestop_desktop.desk.door import Door


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screens")
    clock = SetClock(datetime.fromisoformat("2026-11-23T14:26:00+07:00"))
    with tempfile.TemporaryDirectory(prefix="onestop-screens-") as name:
        desk = Door.create_training(Path(name) / "desk", Path(name) / "state", clock).open("mai", "tap")
        try:
            for path in app.screenshots(desk, folder):
                print(path)
        finally:
            desk.close()


if __name__ == "__main__":
    main()
