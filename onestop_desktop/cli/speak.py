"""How the command line speaks: results on stdout (one JSON object a line with `--json`), messages on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

from onestop_desktop.errors import OneStopError
from onestop_desktop.words import Words


@dataclass(slots=True)
class Voice:
    """Where results and messages go, and in which language."""

    words: Words
    as_json: bool
    out: TextIO
    err: TextIO

    def result(self, row: Mapping[str, Any], sentence: str) -> None:
        """Tell a result: an object with `--json`, else a sentence."""
        text = json.dumps(row, ensure_ascii=False) if self.as_json else sentence
        self.out.write(text + "\n")
        self.out.flush()

    def say(self, code: str, /, **facts: str | int) -> None:
        """Tell a message that is no result."""
        self.err.write(self.words.say(code, **facts) + "\n")
        self.err.flush()

    def doubt(self, codes: Sequence[str], line: int | None = None) -> None:
        """Tell what is worth a second look."""
        prefix = self.words.say("cli.line", line=line) if line is not None else ""
        for code in codes:
            self.err.write(f"{prefix}{self.words.say(code)}\n")
        self.err.flush()

    def refused(self, error: OneStopError, line: int | None = None) -> None:
        """Tell a failure: beside the results of other lines with `--json`, else on stderr."""
        sentence = self.words.tell(error)
        if self.as_json:
            row: dict[str, Any] = {"line": line} if line is not None else {}
            row["error"] = {"code": error.code, "message": sentence}
            self.out.write(json.dumps(row, ensure_ascii=False) + "\n")
            self.out.flush()
        prefix = self.words.say("cli.line", line=line) if line is not None else ""
        self.err.write(f"{prefix}{sentence}\n")
        self.err.flush()


def when(instant: str) -> str:
    """Write an ISO instant as people read it: 17:00 23/11/2026."""
    at = datetime.fromisoformat(instant)
    return f"{at:%H:%M %d/%m/%Y}"


def utf8_streams() -> None:
    """Make the standard streams UTF-8, whatever the console's code page."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
