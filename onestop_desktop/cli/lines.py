"""Reading JSON lines strictly: one object a line, each line judged for itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from onestop_desktop.errors import InvalidInput

LINE_LIMIT = 1 << 20


def open_lines(name: str) -> BinaryIO:
    """Open a file of lines, or standard input for `-`.

    Raises:
        InvalidInput: `input.no_file`.
    """
    if name == "-":
        return sys.stdin.buffer
    try:
        return Path(name).open("rb")
    except (OSError, ValueError):
        raise InvalidInput("input.no_file", path=name[-120:]) from None


def read_lines(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield (number from 1, bytes) of each line that is not blank, as soon as it is there."""
    number = 0
    while line := source.readline(LINE_LIMIT + 2):
        number += 1
        if len(line) > LINE_LIMIT:
            while line and not line.endswith(b"\n"):
                line = source.readline(LINE_LIMIT)
            yield number, b"\xff"
        elif line.strip():
            yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def parse_object(line: bytes) -> dict[str, Any]:
    """Read one JSON object; keys may not stand twice, numbers must be integers.

    Raises:
        InvalidInput: `input.not_utf8`, `input.not_json`, `input.not_object`, `input.duplicate_key`.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidInput("input.not_utf8") from None
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        column = getattr(error, "colno", 1)
        raise InvalidInput("input.not_json", column=column) from None
    if not isinstance(value, dict):
        raise InvalidInput("input.not_object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        twice = next(key for at, (key, _) in enumerate(pairs) if key in dict(pairs[:at]))
        raise InvalidInput("input.duplicate_key", key=twice)
    return row


def _no_constant(name: str) -> Any:
    raise ValueError(name)
