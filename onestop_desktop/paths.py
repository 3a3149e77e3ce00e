"""Where shipped files and the user's folders are; nobody else builds such a path."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import user_data_path, user_state_path

_HERE = Path(__file__).resolve().parent


def _shipped_root() -> Path:
    """Return the folder that holds `db/` and `resources/`: frozen build, wheel or checkout, in this order."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        return Path(frozen)
    wheel = _HERE / "_shipped"
    return wheel if wheel.is_dir() else _HERE.parent


def resources(*parts: str) -> Path:
    """Return a shipped file below `resources/`."""
    return _shipped_root().joinpath("resources", *parts)


def db(*parts: str) -> Path:
    """Return a shipped file below `db/`."""
    return _shipped_root().joinpath("db", *parts)


def data_dir() -> Path:
    """Return the desk's data directory: `ONESTOP_DATA`, else the user's data folder."""
    named = os.environ.get("ONESTOP_DATA")
    return Path(named) if named else user_data_path("onestop-desktop", appauthor=False)


def state_dir() -> Path:
    """Return the folder for what must survive a copied-back data directory: `ONESTOP_STATE`, else the user's."""
    named = os.environ.get("ONESTOP_STATE")
    return Path(named) if named else user_state_path("onestop-desktop", appauthor=False)
