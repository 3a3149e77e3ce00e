"""kill -9 at any moment: what was told is there, nothing twice, no gap, and the numbers go on."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import threading

from onestop_desktop.clock import SystemClock
from onestop_desktop.desk.door import Door
from tests.builders import a_line
from tests.processes import ROOT, Program

WANTED = 50


def fed_and_killed(program: Program, rng: random.Random, at: int) -> list[str]:
    """Feed lines one by one, each after the answer to the one before; kill at a moment nobody chose."""
    process = subprocess.Popen(
        program.command("intake", "-", "--json", "--receipts", str(program.receipts)), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=program.environment(),
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    told: list[str] = []
    dying: threading.Timer | None = None
    try:
        for line in range(at, at + 12):
            process.stdin.write(json.dumps(a_line(f"Lò Văn {line}")).encode() + b"\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            if not answer.endswith(b"\n"):
                break
            told.append(json.loads(answer)["number"])
            if dying is None:
                dying = threading.Timer(rng.random() * 0.35, process.kill)
                dying.start()
    except BrokenPipeError:
        pass
    finally:
        if dying is not None:
            dying.join()
        process.kill()
        process.wait()
        told += [
            json.loads(one)["number"] for one in process.stdout.read().splitlines(keepends=True) if one[-1:] == b"\n"
        ]
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
    return told


def test_fifty_intakes_survive_kills_at_random_moments(program: Program):
    rng, told = random.Random(20261123), list[str]()
    while len(told) < WANTED:
        told += fed_and_killed(program, rng, len(told))
    assert len(told) == len(set(told))
    verified = program.run("verify", "--json")
    assert verified.rows == [{"code": "verify.clean"}]
    listed = {row["number"] for row in program.run("list", "--json").rows}
    assert set(told) <= listed
    last = max(int(number[-4:]) for number in listed)
    assert {int(number[-4:]) for number in listed} == set(range(1, last + 1))
    after = program.intake(a_line("Sau cùng"))
    assert int(after.rows[0]["number"][-4:]) == last + 1
    desk = Door(program.data, program.folder / "state", SystemClock()).open("mai", "tap")
    try:
        rows = desk.core.store.read(lambda c: c.execute("SELECT register_no FROM dossier ORDER BY 1").fetchall())
        epochs = desk.core.store.read(lambda c: c.execute("SELECT count(DISTINCT epoch) FROM journal").fetchone())
    finally:
        desk.close()
    assert [row[0] for row in rows] == list(range(1, last + 2))
    assert epochs[0] == 1, "a killed process was taken for a restore"
