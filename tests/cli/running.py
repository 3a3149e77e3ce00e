"""One desk worked by real processes, as a script or another program would work it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onestop_desktop.clock import SystemClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.store.seed import Seed

ROOT = Path(__file__).parents[2]
AGENCY = "000.12.34.H52"
SEED = Seed()
REAL_PASSWORD = "một câu thật dài"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a process left behind."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return stdout's JSON objects."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def numbers(self) -> list[str]:
        """Return the numbers that were told."""
        return [row["number"] for row in self.rows if "number" in row]

    @property
    def refusals(self) -> list[dict[str, str]]:
        """Return the errors of refused lines."""
        return [row["error"] for row in self.rows if "error" in row]


@dataclass
class Program:
    """A data and a state folder below `folder`, and the ways to start the program on them."""

    folder: Path
    password: str = "tap"

    @property
    def data(self) -> Path:
        """Return the data directory."""
        return self.folder / "data"

    @property
    def state(self) -> Path:
        """Return the state folder."""
        return self.folder / "state"

    @property
    def receipts(self) -> Path:
        """Return where receipts are exported to."""
        return self.folder / "receipts"

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a process: nothing of the tester's own desk."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ONESTOP_")}
        mine = {"ONESTOP_DATA": str(self.data), "ONESTOP_STATE": str(self.state), "ONESTOP_PASSWORD": self.password}
        return kept | mine | {"QT_QPA_PLATFORM": "offscreen"} | more

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of a call."""
        return [sys.executable, "-m", "onestop_desktop", *arguments]

    def run(
        self, *arguments: str, given: bytes = b"", before: Callable[[], None] | None = None, **more: str
    ) -> Outcome:
        """Run a command to its end."""
        done = subprocess.run(
            self.command(*arguments), cwd=ROOT, env=self.environment(**more), input=given, capture_output=True,
            timeout=120, check=False, preexec_fn=before,
        )  # fmt: skip
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str, prefix: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        """Start a command whose stdin and stdout are pipes; whoever starts it ends it."""
        return subprocess.Popen(
            [*prefix, *self.command(*arguments)], cwd=ROOT, env=self.environment(), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def make(self, *options: str, training: bool = True, desk: str = "01") -> Outcome:
        """Make the desk."""
        kind = ("--training",) if training else ()
        done = self.run(
            "init", "--agency", AGENCY, "--name", "UBND xã Sặp Vạt", "--upper", "UBND huyện Yên Châu",
            "--desk", desk, "--user", "mai", "--json", *kind, *options,
        )  # fmt: skip
        assert done.code == 0, done
        return done

    def intake(self, *lines: dict[str, Any] | bytes, before: Callable[[], None] | None = None) -> Outcome:
        """Take lines given on stdin; bytes go in as they are."""
        raw = b"".join(
            line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines
        )
        return self.run("intake", "-", "--json", "--receipts", str(self.receipts), given=raw, before=before)

    def door(self) -> Door:
        """Return the door of the same desk, for a look from inside once no process runs."""
        return Door(self.data, self.state, SystemClock(), SEED)

    def open(self, user: str = "mai", password: str = "") -> Desk:
        """Open the desk in this process."""
        return self.door().open(user, password or self.password)

    def entries(self) -> int:
        """Return how many entries the journal holds."""
        desk = self.open()
        try:
            return desk.pending().entries
        finally:
            desk.close()

    def copy(self, name: str, *, state: bool = True) -> Program:
        """Copy the desk's folders elsewhere; with its state folder or without."""
        target = Program(self.folder.with_name(name), self.password)
        shutil.copytree(self.data, target.data)
        if state:
            shutil.copytree(self.state, target.state)
        return target
