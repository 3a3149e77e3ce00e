"""Passwords for the command line: from a file, the environment (removed at once) or the keyboard; never argv."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from onestop_desktop.errors import InvalidInput, Refused

_TAKEN: dict[str, str] = {}


def take_from_environment() -> None:
    """Take the passwords out of the environment, so that no child process inherits them."""
    for name in ("ONESTOP_PASSWORD", "ONESTOP_SECOND_PASSWORD", "ONESTOP_NEW_PASSWORD", "ONESTOP_RECOVERY"):
        value = os.environ.pop(name, None)
        if value is not None:
            _TAKEN[name] = value


def password(file: str | None, variable: str, prompt: str) -> str:
    """Return a password from a file (`-` is standard input), the environment, or the keyboard.

    Raises:
        InvalidInput: `input.no_file`.
        Refused: `login.no_password` where nobody can be asked.
    """
    if file == "-":
        return sys.stdin.buffer.readline().decode("utf-8", "replace").rstrip("\r\n")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
        except (OSError, ValueError):
            raise InvalidInput("input.no_file", path=file[-120:]) from None
    if variable in _TAKEN:
        return _TAKEN[variable]
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    raise Refused("login.no_password")
