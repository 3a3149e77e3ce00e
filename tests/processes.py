"""Running the real program as a process, the way a script or a clerk's colleague would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Run:
    """What a run left behind."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Program:
    """The command line over one data directory."""

    folder: Path
    password: str = "tap"

    @property
    def data(self) -> Path:
        return self.folder / "desk"

    @property
    def receipts(self) -> Path:
        return self.folder / "receipts"

    def environment(self, **more: str) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ONESTOP_")}
        return kept | {"ONESTOP_STATE": str(self.folder / "state"), "ONESTOP_PASSWORD": self.password} | more

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "onestop_desktop", "--data", str(self.data), *arguments]

    def run(
        self,
        *arguments: str,
        given: str | bytes = "",
        limits: Callable[[], None] | None = None,
        **more: str,
    ) -> Run:
        data = given.encode() if isinstance(given, str) else given
        done = subprocess.run(
            self.command(*arguments), input=data, capture_output=True, cwd=ROOT, check=False,
            env=self.environment(**more), preexec_fn=limits, timeout=120,
        )  # fmt: skip
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    def init(self, *more: str) -> Run:
        return self.run(
            "init", "--agency", "000.12.34.H52", "--name", "UBND xã Sặp Vạt", "--desk", "01", "--user", "mai",
            "--training", "--json", *more,
        )  # fmt: skip

    def intake(self, *lines: dict[str, Any] | str, **more: Any) -> Run:
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        return self.run("intake", "-", "--json", "--receipts", str(self.receipts), given=text, **more)

    def entries(self) -> int:
        """Return how many dossiers the desk lists: what is not there was not taken."""
        return len(self.run("list", "--json").rows)
