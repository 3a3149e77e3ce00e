"""The real hub as processes: its commands, and its server on a port of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.processes import ROOT

AGENCY = "000.12.34.H52"


@dataclass
class Hub:
    """A hub in a folder."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ONESTOP_")}
        return kept | {"ONESTOP_STATE": str(self.folder / "state"), "ONESTOP_PASSWORD": "mat khau dai"}

    def command(self, *arguments: str) -> list[str]:
        head = [sys.executable, "-m", "onestop_desktop.hub", arguments[0], "--data", str(self.folder / "hub"), "--json"]
        return [*head, *arguments[1:]]

    def run(self, *arguments: str) -> list[dict[str, Any]]:
        done = subprocess.run(
            self.command(*arguments), capture_output=True, text=True, env=self.environment(), cwd=ROOT, timeout=120,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def make(self, address: str = "http://127.0.0.1:1", *more: str) -> None:
        self.run("init", "--name", "UBND huyện Yên Châu", "--address", address, "--admin", "quantri", *more)
        self.run("desk", "--commune", "Xã Sặp Vạt", "--desk", "01", "--agency", AGENCY, "--office", "UBND xã Sặp Vạt")

    def card(self) -> str:
        return str(self.run("enrol-card", "--desk", f"{AGENCY}/01")[0]["card"])

    def grant_all(self) -> None:
        for request in self.run("requests"):
            self.run("grant", request["request"])

    def digest(self) -> str:
        return str(self.run("digest", "--desk", f"{AGENCY}/01")[0]["digest"])

    @contextmanager
    def serving(self, *more: str) -> Iterator[str]:
        """Serve until the block ends; gives the address."""
        self.process = subprocess.Popen(
            self.command("serve", "--port", str(self.port), *more), stdout=subprocess.PIPE, text=True,
            env=self.environment(), cwd=ROOT,
        )  # fmt: skip
        assert self.process.stdout is not None
        try:
            yield str(json.loads(self.process.stdout.readline())["listening"])
        finally:
            self.process.terminate()
            self.process.wait(20)
            self.process.stdout.close()
