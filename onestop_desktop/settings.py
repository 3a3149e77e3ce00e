"""Settings of this PC's screen and printer, one row each; office settings are entries inside the store."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in `settings.toml`, its kind by its default, and the values allowed if closed."""

    name: str
    default: Value
    choices: tuple[Value, ...] = ()
    help: str = ""


SETTINGS: tuple[Setting, ...] = (
    Setting("language", "vi", ("vi", "en"), "Language of the window"),
    Setting("theme", "light", ("light", "dark", "contrast"), "Colours of the window"),
    Setting("printer", "", (), "Printer that was chosen at the first print; empty means ask"),
    Setting("receipt_layout", "a4", ("a4", "a5"), "One A4 sheet with both copies, or A5 pages"),
    Setting("last_user", "", (), "Who logged in last, shown first"),
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
        wrong = not isinstance(value, type(setting.default)) or (setting.choices and value not in setting.choices)
        return setting.default if wrong else value

    def text(self, name: str) -> str:
        """Return a setting of kind text."""
        return str(self.get(name))

    def put(self, name: str, value: Value) -> bool:
        """Change a setting and write the file; say whether it was written.

        A full disk costs the memory of a printer's name, never the work at the counter.
        """
        setting = _BY_NAME[name]
        if not isinstance(value, type(setting.default)) or (setting.choices and value not in setting.choices):
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
