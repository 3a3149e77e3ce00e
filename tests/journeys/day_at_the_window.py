"""The sample day at the real window, under Xvfb, with nothing but keys and scans: taken, moved on, handed over.

`python -m tests.journeys.day_at_the_window --out out/day --count 60`
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from onestop_desktop import paths
from onestop_desktop.domain.number import read_barcode
from tests.journeys.keyboard import lay_out
from tests.papers.reading import codes_of
from tests.processes import ROOT, Program, Run

SIZE = "1366x768x24"
PATIENCE = 60.0
AGAIN = "quét lại"


class NotSeen(AssertionError):
    """What the script waited for did not come."""


def until(what: str, seen: Any, patience: float = PATIENCE) -> Any:
    """Return what `seen` answers as soon as it is true."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = seen()
        if found:
            return found
        time.sleep(0.05)
    raise NotSeen(what)


def lines_of_the_day(count: int) -> list[dict[str, Any]]:
    """Return the first `count` intakes of the sample day."""
    text = paths.db("seed", "demo", "day.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()][:count]


def number_of(barcode: str) -> str:
    """Return the end of the number that a receipt's bar code bears: day and place in the register."""
    read = read_barcode(barcode)
    return f"{read.day:%y%m%d}-{read.sequence:04d}"


def born_of(person: dict[str, Any]) -> date:
    """Return the birth date that a card says; whoever knows only a year has a day made up."""
    return date.fromisoformat(person["birth_date"]) if len(person["birth_date"]) == 10 else date(1980, 1, 1)


def card_of(person: dict[str, Any]) -> str:
    """Return what a scanner types for a person's identity card."""
    born = born_of(person)
    sex = "Nữ" if person["sex"] == "nữ" else "Nam"
    return f"{person['id_number']}||{person['name']}|{born:%d%m%Y}|{sex}|{person['address']}|01052021"


def seen(screen: Path, *wanted: str) -> bool:
    """Say whether all these words stand on the screen."""
    if not screen.exists():
        return False
    read = json.loads(screen.read_text(encoding="utf-8"))
    return all(any(word in text for text in read) for word in wanted)


@contextmanager
def a_screen() -> Iterator[str]:
    """Start Xvfb on a free number and return it as a DISPLAY."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-noreset", "-screen", "0", SIZE, "-nolisten", "tcp"],
        pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writer)
    try:
        with os.fdopen(reader) as told:
            display = f":{int(told.readline())}"
        lay_out(display)
        yield display
    finally:
        server.terminate()
        server.wait()


@dataclass(slots=True)
class Clerk:
    """Somebody at the keyboard and the scanner of one screen."""

    display: str
    pictures: Path
    keys: int = 0
    scans: int = 0
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.environment = dict(os.environ) | {"DISPLAY": self.display, "LC_ALL": "C.UTF-8"}

    def tool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments], env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )
        return done.stdout.strip()

    def focus(self) -> None:
        """Give the window the keyboard; there is no window manager to do it."""

        def window() -> str:
            return self.tool("search", "--onlyvisible", "--name", "OneStop|Một cửa").split("\n")[0]

        self.tool("windowfocus", "--sync", until("the window", window))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.tool("key", key)

    def type(self, text: str) -> None:
        self.keys += len(text)
        # xdotool presses the next key after half of the delay: 75 ms, as a quick hand does. Faster would be a scan.
        self.tool("type", "--delay", "150", text)

    def scan(self, text: str) -> None:
        self.scans += 1
        self.tool("type", "--delay", "9", text)
        self.tool("key", "Return")

    def scan_until(self, screen: Path, text: str, *wanted: str) -> None:
        """Scan; when the window asks for it, as after a hiccup of the scanner, clear the field and scan again."""
        for _again in range(4):
            self.scan(text)
            # A busy PC may tear a scan to pieces: the window asks for it again, or letters stand in a field.
            with suppress(NotSeen):
                until(", ".join(wanted), lambda: seen(screen, *wanted) or seen(screen, AGAIN), 10)
            if seen(screen, *wanted):
                return
            self.press("Escape", "ctrl+a", "BackSpace")
            time.sleep(1)
        self._until(", ".join(wanted), lambda: seen(screen, *wanted))

    def reads(self, screen: Path, *wanted: str, gone: str = "") -> None:
        """Look at the screen until all these words stand on it, as a person does before the next key."""

        def there() -> bool:
            return seen(screen, *wanted) and not (gone and seen(screen, gone))

        self._until(", ".join(wanted) or f"no {gone}", there)

    def _until(self, what: str, there: Any) -> None:
        try:
            until(what, there)
        except NotSeen:
            self.picture("not-seen")
            raise

    def picture(self, name: str) -> None:
        """Leave a picture of the whole screen, once it stands still: words are there a moment before their place."""
        time.sleep(0.5)
        with (self.pictures / f"{name}.png").open("wb") as out:
            subprocess.run(["import", "-window", "root", "png:-"], env=self.environment, stdout=out, check=True)


@dataclass(slots=True)
class Day:
    """One day of one desk."""

    folder: Path
    out: Path
    count: int

    @property
    def program(self) -> Program:
        return Program(self.folder)

    @property
    def papers(self) -> Path:
        return self.folder / "papers"

    @property
    def screen(self) -> Path:
        return self.papers / "screen.json"

    def play(self) -> dict[str, Any]:
        """Play the day and return what the desk says of it afterwards."""
        self.papers.mkdir(parents=True)
        self.out.mkdir(parents=True, exist_ok=True)
        made = self.program.init()
        if made.code:
            raise NotSeen(made.err)
        with a_screen() as display, self._window(display) as clerk:
            self._log_in(clerk)
            codes = self._take(clerk)
            self._finish(clerk, codes)
            self._hand_over(clerk, codes)
        return self._told(clerk)

    @contextmanager
    def _window(self, display: str) -> Iterator[Clerk]:
        command = [sys.executable, "-m", "tests.journeys.window_process"]
        folders = [str(self.program.data), str(self.folder / "state"), str(self.papers)]
        environment = self.program.environment(DISPLAY=display, QT_QPA_PLATFORM="xcb")
        window = subprocess.Popen([*command, *folders], cwd=ROOT, env=environment)
        try:
            yield Clerk(display, self.out)
        finally:
            window.send_signal(signal.SIGTERM)
            window.wait()

    def _log_in(self, clerk: Clerk) -> None:
        clerk.reads(self.screen, "Mật khẩu")
        clerk.focus()
        clerk.type("tap")
        clerk.press("Return")
        clerk.reads(self.screen, "Lưu và in giấy hẹn")
        clerk.focus()

    def _take(self, clerk: Clerk) -> list[str]:
        codes: list[str] = []
        for number, line in enumerate(lines_of_the_day(self.count), start=1):
            clerk.reads(self.screen, "Chưa chọn thủ tục")
            self._write_down(clerk, line)
            if number == 1:
                clerk.picture("1-intake")
            clerk.press("F9")
            paper = self.papers / f"{number:03d}.pdf"
            try:
                until(f"receipt {number}", paper.exists)
            except NotSeen:
                clerk.picture(f"missing-{number}")
                raise
            codes.append(codes_of(paper.read_bytes(), 0, 200)[0][0])
        clerk.picture("2-all-taken")
        return codes

    def _write_down(self, clerk: Clerk, line: dict[str, Any]) -> None:
        """Scan the card and type the procedure; who has no card is typed by name, as at the counter."""
        person = line["applicant"]
        has_card = {"id_number", "birth_date", "sex"} <= person.keys() and len(person["id_number"]) == 12
        if has_card:
            clerk.scan_until(self.screen, card_of(person), f"{born_of(person):%d/%m/%Y}")
        clerk.type(line["procedure"])
        clerk.press("Return")
        clerk.reads(self.screen, gone="Chưa chọn thủ tục")
        if not has_card:
            clerk.type(person["name"])

    def _finish(self, clerk: Clerk, codes: list[str]) -> None:
        clerk.press("F3")
        clerk.reads(self.screen, "Xuất Excel")
        for at, code in enumerate(codes):
            clerk.scan_until(self.screen, code, number_of(code), "Có kết quả   F10")
            clerk.press("F10")
            clerk.reads(self.screen, number_of(code), "Ghi lại   Ctrl+Enter")
            if not at:
                clerk.picture("3-ready-form")
            clerk.press("ctrl+Return")
            clerk.reads(self.screen, f"{number_of(code)[2:]}: đã ghi “Có kết quả”.")
        clerk.picture("4-finished")

    def _hand_over(self, clerk: Clerk, codes: list[str]) -> None:
        clerk.press("F4")
        clerk.reads(self.screen, "Xác nhận đã trả   F9")
        for at, code in enumerate(codes):
            clerk.scan_until(self.screen, code, number_of(code), "Người nhận thay")
            if not at:
                clerk.picture("5-hand-over")
            clerk.press("F9")
            clerk.reads(self.screen, number_of(code), "Đã trả cho")
        clerk.picture("6-handed-over")

    def _told(self, clerk: Clerk) -> dict[str, Any]:
        listed = self.program.run("list", "--json")
        rows = listed.rows if not listed.code else self._cannot(listed)
        states: dict[str, int] = {}
        for row in rows:
            states[row["status"]] = states.get(row["status"], 0) + 1
        written = {line["applicant"]["name"] for line in lines_of_the_day(self.count)}
        names = sum(row["applicant"] in written for row in rows)
        verified = self.program.run("verify")
        told = {"states": states, "names": names, "verify": verified.code}
        return told | {"keys": clerk.keys, "scans": clerk.scans}

    @staticmethod
    def _cannot(run: Run) -> list[dict[str, Any]]:
        raise NotSeen(run.err)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path("out/day"))
    parser.add_argument("--count", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="onestop-day-") as name, suppress(KeyboardInterrupt):
        started = time.monotonic()
        told = Day(Path(name) / "day", options.out, options.count).play()
        print(json.dumps(told, ensure_ascii=False), f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
