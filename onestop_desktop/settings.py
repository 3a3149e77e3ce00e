"""Settings of this PC's screen and printer, one row each; office settings are entries inside the store."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

Value = str | int | bool

ATTACH_KB = 400
"""The most kB of a page of a picture, unless this PC is told otherwise."""


class Asked(StrEnum):
    """How a setting is asked for on the page Quản trị; what is not told follows from choices and default."""

    CHOICE = "choice"
    FLAG = "flag"
    NUMBER = "number"
    TEXT = "text"
    FOLDER = "folder"
    PRINTER = "printer"
    NEVER = "never"


_BY_DEFAULT: Mapping[type, Asked] = {bool: Asked.FLAG, int: Asked.NUMBER, str: Asked.TEXT}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in `settings.toml`, its kind by its default, and the values allowed if closed.

    `least` and `most` bound a number. Its words are `setting.name.<name>`, `setting.hint.<name>` (may be absent)
    and `setting.choice.<name>.<choice>`; with them a row of `SETTINGS` is all that a new setting takes.
    """

    name: str
    default: Value
    choices: tuple[Value, ...] = ()
    help: str = ""
    asked: Asked | None = None
    least: int = 0
    most: int = 1_000_000

    @property
    def kind(self) -> Asked:
        """Return how the setting is asked for."""
        return self.asked or (Asked.CHOICE if self.choices else _BY_DEFAULT[type(self.default)])

    def allows(self, value: object) -> bool:
        """Say whether a value has the setting's kind and is one of those allowed."""
        if type(value) is not type(self.default) or (self.choices and value not in self.choices):
            return False
        return not isinstance(value, int) or isinstance(value, bool) or self.least <= value <= self.most


SETTINGS: tuple[Setting, ...] = (
    Setting("language", "vi", ("vi", "en"), "Language of the window"),
    Setting("theme", "light", ("light", "dark", "contrast"), "Colours of the window"),
    Setting("printer", "", (), "Printer that was chosen at the first print; empty means ask", Asked.PRINTER),
    Setting("receipt_layout", "a4", ("a4", "a5"), "One A4 sheet with both copies, or A5 pages"),
    Setting("last_user", "", (), "Who logged in last, shown first", Asked.NEVER),
    Setting("attach_kb", ATTACH_KB, (), "Most kB of a page that is scanned or photographed", least=100, most=5000),
    Setting("scan_folder", "", (), "Folder into which the scanner writes; empty means none", Asked.FOLDER),
    Setting(
        "lock_minutes", 5, (), "Minutes without a key until the screen is covered; 0 never, in training only", most=15
    ),
    Setting("sounds", True, (), "Sounds that tell what became of a scan"),
    Setting("out_folder", "", (), "Folder for the papers of a closed day; empty means ask", Asked.FOLDER),
    Setting("send_times", "11:15, 16:30", (), "Times of day at which the desk sends upwards besides every ten minutes"),
)
_BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}


class Settings:
    """The settings file; unknown keys are kept, wrong values fall back to the default."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, Any] = {}
        try:
            self._values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
            # A damaged settings file costs the printer's name, nothing more: it never stops the desk.
            self._values = {}

    def get(self, name: str) -> Value:
        """Return a setting's value."""
        setting = _BY_NAME[name]
        value = self._values.get(name, setting.default)
        return value if setting.allows(value) else setting.default

    def text(self, name: str) -> str:
        """Return a setting of kind text."""
        return str(self.get(name))

    def put(self, name: str, value: Value) -> bool:
        """Change a setting and write the file; say whether it was written.

        A full disk costs the memory of a printer's name, never the work at the counter.
        """
        setting = _BY_NAME[name]
        if not setting.allows(value):
            raise ValueError(name)
        self._values[name] = value
        try:
            self._write()
        except OSError:
            return False
        return True

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as out:
            for key, one in self._values.items():
                if isinstance(one, str | int | bool):
                    out.write(f"{key} = {json.dumps(one, ensure_ascii=False)}\n")
            out.flush()
            os.fsync(out.fileno())
        new.replace(self._path)
