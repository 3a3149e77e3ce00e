"""The one place where things are built: clock, door, settings, window."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from onestop_desktop import paths
from onestop_desktop.clock import Clock, SystemClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.domain.catalogue import Catalogue
from onestop_desktop.settings import Settings
from onestop_desktop.store.seed import Seed
from onestop_desktop.words import load


def door(data: Path, clock: Clock | None = None) -> Door:
    """Return the door of a data directory."""
    return Door(data, paths.state_dir(), clock or SystemClock(), attach_kb=int(settings().get("attach_kb")))


def catalogue() -> Catalogue:
    """Return the shipped procedures."""
    return Seed().catalogue


def open_window(data: str | None, language: str) -> int:
    """Open the window on a real desk if one stands in the data directory, else on the training desk."""
    from onestop_desktop.gui.run import run  # noqa: PLC0415  the command line needs no Qt

    folder = Path(data) if data else paths.data_dir()
    real = door(folder)
    chosen = real if real.exists else door(training_folder(folder))
    screen = settings()
    words = load(screen.text("language") or language)
    return run(chosen, screen, words, sys.argv, not chosen.exists, None if real.exists else real)


def settings() -> Settings:
    """Return the settings of this PC's screen and printer."""
    return Settings(paths.state_dir() / "settings.toml")


def training_folder(folder: Path) -> Path:
    """Return the folder of the training desk, always apart from a real desk's."""
    return folder.with_name(folder.name + "-training")


def screenshots(desk: Desk, folder: Path) -> list[Path]:
    """Leave a picture of every page in a folder; none where Qt has no platform to draw on."""
    from onestop_desktop.gui.screenshots import take  # noqa: PLC0415  the command line needs no Qt

    return take(desk, folder)


def has_display() -> bool:
    """Say whether a window can be shown."""
    if sys.platform in {"win32", "darwin"} or os.environ.get("QT_QPA_PLATFORM") in {
        "offscreen",
        "vnc",
        "minimal",
    }:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
