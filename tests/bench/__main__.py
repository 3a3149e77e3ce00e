"""`make bench`: figures side by side, printed and written to docs/benchmarks.md; nothing is asserted."""

from __future__ import annotations

import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from onestop_desktop import __version__
from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.store import lookup
from onestop_desktop.store.connect import connect
from tests.bench import load
from tests.bench.fill import PASSWORD, SEED, a_person, fill, new_desk
from tests.bench.line import main as measure_line

ROOT = Path(__file__).parents[2]
SIZE = int(os.environ.get("BENCH_DOSSIERS", "100000"))
Row = tuple[str, str, str, str]


def spread(seconds: list[float]) -> tuple[float, float]:
    """Return median and 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    return statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.95)] * 1000


def timed(times: int, act: Callable[[int], object]) -> list[float]:
    taken = []
    for at in range(times):
        start = time.perf_counter()
        act(at)
        taken.append(time.perf_counter() - start)
    return taken


def bench_intake(folder: Path) -> list[Row]:
    """Durable intakes beside bare inserts of as many bytes into a bare SQLCipher file with the same pragmas."""
    clock = SetClock(datetime.fromisoformat("2026-11-23T08:15:00+07:00"))
    desk = new_desk(folder, clock)
    rng = random.Random(7)
    bare = connect(folder / "bare.db", b"k" * 32)
    bare.execute("CREATE TABLE journal (position INTEGER PRIMARY KEY, body BLOB) STRICT")
    ours, theirs = [], []
    for number in range(200):
        line = {"procedure": "1.001193", "applicant": a_person(rng), "papers": [{"name": "Tờ khai", "original": 1}]}
        start = time.perf_counter()
        desk.receive(line, again=True)
        middle = time.perf_counter()
        bare.execute("INSERT INTO journal (body) VALUES (?)", (bytes(1500),))
        theirs.append(time.perf_counter() - middle)
        ours.append(middle - start)
        if number % 50 == 49:
            bare.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    bare.close()
    desk.close()
    (median, high), (bare_median, bare_high) = spread(ours[10:]), spread(theirs[10:])
    flush = flush_cost(folder)
    return [
        ("durable intake, median (p95)", f"{median:.2f} ({high:.2f}) ms", f"bare SQLCipher insert {bare_median:.2f} ({bare_high:.2f}) ms",  # noqa: E501
         f"{median / bare_median:.2f} × ; own time {median - bare_median:.2f} ms; a flush costs {flush:.2f} ms here"),
    ]  # fmt: skip


def flush_cost(folder: Path) -> float:
    """Return what writing 4 KiB and flushing costs on this disk, median in milliseconds."""
    with (folder / "flush").open("wb", buffering=0) as out:

        def one(_at: int) -> None:
            out.write(bytes(4096))
            os.fsync(out.fileno())

        return spread(timed(50, one))[0]


def bench_receipt(folder: Path) -> list[Row]:
    clock = SetClock(datetime.fromisoformat("2026-11-23T08:15:00+07:00"))
    desk = new_desk(folder, clock)
    line = {"procedure": "2.000815", "applicant": a_person(random.Random(3)), "pages": 4, "certified_copies": 2,
            "papers": [{"name": f"Bằng tốt nghiệp số {n}", "original": 1} for n in range(4)]}  # fmt: skip
    taken = desk.receive(line)
    size = len(desk.render_receipt(taken.id))
    median, high = spread(timed(100, lambda _at: desk.render_receipt(taken.id)))
    desk.close()
    return [("receipt PDF, both copies, bar code and QR", f"{median:.1f} ({high:.1f}) ms, {size / 1000:.1f} kB", "goal 15 ms, 40 kB",  # noqa: E501
             f"{median / 15:.2f} × the goal")]  # fmt: skip


QUERIES = (
    "n",
    "nguyen",
    "lo thi hoa",
    "quang van d",
    "09123",
    "khai sinh",
    "hoa ban nghe",
    "0701",
    "014",
    "duc",
    "chung thuc lo",
)


def bench_search(desk: Desk) -> list[Row]:
    """Type-ahead queries, the newest 50, beside the same SQL bare on the same file."""
    sql = ("SELECT d.* FROM (SELECT rowid AS at FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT 50)"
           " JOIN dossier d ON d.rowid = at ORDER BY at DESC")  # fmt: skip
    reader = desk.core.store.reader()
    desk.find("lo")
    ours, theirs = [], []
    for _round in range(20):
        for query in QUERIES:
            start = time.perf_counter()
            found = desk.find(query)
            middle = time.perf_counter()
            bare = reader.execute(sql, (lookup.match_of(query),)).fetchall()
            theirs.append(time.perf_counter() - middle)
            ours.append(middle - start)
            assert len(found) == len(bare)
    (median, high), (bare_median, bare_high) = spread(ours), spread(theirs)
    return [(f"search as you type, {SIZE:,} dossiers, newest 50, p95 (median)", f"{high:.2f} ({median:.2f}) ms",
             f"same SQL bare {bare_high:.2f} ({bare_median:.2f}) ms", f"p95 {high / bare_high:.2f} × ; goal 30 ms and 1.3 ×")]  # fmt: skip  # noqa: E501


def bench_people(desk: Desk) -> list[Row]:
    median, high = spread(timed(50, lambda at: desk.suggest_people(("lo thi h", "quang", "0912", "014")[at % 4])))
    return [("known people as you type", f"{high:.2f} ({median:.2f}) ms p95 (median)", "", "")]


_BARE_WINDOW = (
    "import time; s = time.perf_counter()\n"
    "from PySide6.QtWidgets import QApplication, QMainWindow\n"
    "a = QApplication([]); w = QMainWindow(); w.show(); a.processEvents(); print(time.perf_counter() - s)"
)


def bench_start(folder: Path) -> list[Row]:
    """From process start, and from the password, to a usable window, beside a bare PySide6 window."""
    whole, after, bare = [], [], []
    program = (
        "import sys, time; s = time.perf_counter()\n"
        "from pathlib import Path\nfrom tests.bench.start import usable\n"
        f"print(usable(Path({str(folder)!r}), s))"
    )
    for _round in range(7):
        bare.append(float(run_python(_BARE_WINDOW)))
        first, second = run_python(program).split("/")
        whole.append(float(first))
        after.append(float(second))
    theirs, all_in, ours = (statistics.median(one) * 1000 for one in (bare, whole, after))
    beside = f"bare PySide6 window {theirs:.0f} ms"
    return [
        (
            f"password to usable window, {SIZE:,} dossiers",
            f"{ours:.0f} ms",
            beside,
            f"goal: bare + 300 ms = {theirs + 300:.0f} ms",
        ),
        ("whole process to usable window", f"{all_in:.0f} ms", beside, f"+{all_in - theirs:.0f} ms"),
    ]


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


def main() -> None:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="onestop-bench-") as name:
        folder = Path(name)
        for sub, bench in (("intake", bench_intake), ("receipt", bench_receipt)):
            (folder / sub).mkdir()
            rows += tell(bench(folder / sub))
        big = folder / "big"
        big.mkdir()
        clock = SetClock(datetime.fromisoformat("2025-07-01T07:30:00+07:00"))
        desk = new_desk(big, clock)
        start = time.perf_counter()
        fill(desk, clock, SIZE)
        took = time.perf_counter() - start
        rows += tell(
            [(f"filling {SIZE:,} dossiers, 1,000 a transaction", f"{took:.0f} s", "", f"{SIZE / took:.0f} a second")]
        )
        desk.close()
        desk = Door(big / "desk", big / "state", clock, SEED).open("mai", PASSWORD)
        rows += tell(bench_search(desk)) + tell(bench_people(desk))
        start = time.perf_counter()
        differences = desk.verify()
        rows += tell(
            [
                (
                    f"verify, {SIZE:,} dossiers",
                    f"{time.perf_counter() - start:.1f} s",
                    "",
                    f"{len(differences)} differences",
                )
            ]
        )
        desk.close()
        rows += tell(bench_start(big))
    write(rows)
    load.main()
    measure_line()


def tell(rows: list[Row]) -> list[Row]:
    for row in rows:
        print(" | ".join(row), flush=True)
    return rows


def write(rows: list[Row]) -> None:
    lines = [
        "# Benchmarks", "",
        "Written by `make bench`. Both sides of a row ran in the same minute on the same machine; trust the ratios,",
        "not the absolute times. Made-up people, real procedures.", "",
        f"OneStop Desktop {__version__}, Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores.", "",  # noqa: E501
        "| what | ours | beside | ratio |", "|---|---|---|---|",
    ]  # fmt: skip
    lines += [f"| {' | '.join(row)} |" for row in rows]
    page = ROOT / "docs" / "benchmarks.md"
    # Other parts of the bench write sections of their own.
    _table, mark, sections = page.read_text(encoding="utf-8").partition("\n## ")
    page.write_text("\n".join(lines) + "\n" + mark + sections, encoding="utf-8")


if __name__ == "__main__":
    main()
