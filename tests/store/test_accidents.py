"""Kills, copies put back, moved folders, damaged files: nothing told is lost, nothing is told twice."""

from __future__ import annotations

import json
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.domain.office import Office
from onestop_desktop.errors import Damaged, OneStopError
from onestop_desktop.store import journal, keys, schema
from onestop_desktop.store.connect import safe_version
from onestop_desktop.store.store import FILE
from tests.builders import a_line
from tests.processes import ROOT, Program

NAME = "Lường Thị Kín Đáo"


def feed_until_killed(program: Program, lines: int, after: float, *, told_one: bool = True) -> list[str]:
    """Feed lines to one process, kill it some seconds after it began, or told its first, and return what it told."""
    process = subprocess.Popen(
        program.command("intake", "-", "--json", "--receipts", str(program.receipts)), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=program.environment(),
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    data = "".join(json.dumps(a_line(f"Lò Văn {n}")) + "\n" for n in range(lines)).encode()
    process.stdin.write(data)
    process.stdin.flush()
    first = process.stdout.readline() if told_one else b""
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    out = (first + process.stdout.read()).decode()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    return re.findall(r'"number": "([^"]+)"', out)


def test_a_killed_intake_keeps_every_number_it_told(program: Program):
    rng = random.Random(20261123)
    told: list[str] = []
    for at in range(8):
        told += feed_until_killed(program, 50, rng.random() * 1.2, told_one=at % 4 != 0)
    assert len(told) >= 6
    listed = [row["number"] for row in program.run("list", "--json").rows]
    assert set(told) <= set(listed)
    assert len(told) == len(set(told))
    assert len(listed) == len(set(listed))
    assert program.run("verify").code == 0
    registers = sorted(
        program.run("show", number, "--json").rows[0]["register"]["no"]
        for number in rng.sample(listed, min(5, len(listed)))
    )
    assert len(registers) == len(set(registers))


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed: flushes cannot be counted")
def test_exactly_one_flush_between_the_line_and_its_number(program: Program, tmp_path: Path):
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-e", "trace=read,write,fsync,fdatasync", "-s", "40", "-o", str(trace)]
    process = subprocess.Popen(
        [*command, *program.command("intake", "-", "--json", "--receipts", str(program.receipts))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=program.environment(),
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    for number in range(70):
        process.stdin.write(json.dumps(a_line(f"Lò Văn {number}")).encode() + b"\n")
        process.stdin.flush()
        assert b"number" in process.stdout.readline()
        if number in {5, 40}:
            time.sleep(2.5)  # long enough for the writer's own work in idle moments
    process.stdin.close()
    process.wait(timeout=60)
    process.stdout.close()
    flushes = count_flushes(trace.read_text(errors="replace"))
    assert len(flushes) == 70
    assert [count for at, count in enumerate(flushes) if at % 32 != 0] == [1] * 67
    assert [flushes[at] for at in (0, 32, 64)] == [2, 2, 2], "one in 32 flushes the number marks too"


def count_flushes(trace: str) -> list[int]:
    counts: list[int] = []
    running: int | None = None
    for line in trace.splitlines():
        if re.search(r'read(\(0,| resumed).*"\{', line):
            running = 0
        elif running is not None and re.search(r"f(data)?sync\(", line):
            running += 1
        elif running is not None and "write(1," in line:
            counts.append(running)
            running = None
    return counts


def take(desk: Desk, count: int) -> list[str]:
    return [desk.receive(a_line(f"Lò Văn {n}"), again=True).number[-4:] for n in range(count)]


def test_a_copied_back_folder_starts_an_epoch_and_never_repeats_a_number(make_desk, reopen, tmp_path: Path):
    desk: Desk = make_desk()
    told = take(desk, 3)
    desk.close()
    shutil.copytree(tmp_path / "desk", tmp_path / "backup")
    desk = reopen()
    told += take(desk, 2)
    old_epoch = desk.core.store.meta.epoch
    desk.close()
    shutil.rmtree(tmp_path / "desk")
    shutil.copytree(tmp_path / "backup", tmp_path / "desk")
    desk = reopen()
    assert desk.core.store.meta.epoch != old_epoch
    told += take(desk, 2)
    assert told == ["0001", "0002", "0003", "0004", "0005", "0100", "0101"]
    first = next(desk.core.store.read(lambda c: iter(list(journal.entries(c, kind="epoch")))))
    assert first.seq == 1
    assert first.fields["parent"]["epoch"] == old_epoch
    assert desk.verify() == []


def test_a_killed_process_is_no_restore(make_desk, reopen, tmp_path: Path):
    desk: Desk = make_desk()
    take(desk, 2)
    copy = tmp_path / "killed"
    shutil.copytree(tmp_path / "desk", copy)  # as a kill leaves it: with its log
    epoch = desk.core.store.meta.epoch
    desk.close()
    shutil.rmtree(tmp_path / "desk")
    copy.rename(tmp_path / "desk")
    again = reopen()
    assert again.core.store.meta.epoch == epoch
    assert take(again, 1) == ["0003"]


def test_a_moved_folder_and_a_lost_state_folder_start_epochs(make_desk, reopen, tmp_path: Path):
    desk: Desk = make_desk()
    take(desk, 1)
    epoch = desk.core.store.meta.epoch
    desk.close()
    (tmp_path / "desk").rename(tmp_path / "elsewhere")
    moved = reopen("elsewhere", "desk-state")
    assert moved.core.store.meta.epoch != epoch
    assert take(moved, 1) == ["0100"]
    epoch = moved.core.store.meta.epoch
    moved.close()
    shutil.rmtree(tmp_path / "desk-state")
    lost = reopen("elsewhere", "desk-state")
    assert lost.core.store.meta.epoch != epoch
    assert take(lost, 1) == ["0200"]
    assert lost.verify() == []


def test_nothing_of_a_citizen_lies_in_clear(desk: Desk, tmp_path: Path):
    line = a_line(NAME)
    taken = desk.receive(line)
    desk.issue_receipt(taken.id)
    desk.save_draft("intake", line)
    needles = [NAME, "014091003217", "0987654321", "Bản Nà Khái", "luong thi kin dao"]
    forms = [form for needle in needles for form in (needle.encode(), needle.encode("utf-16-le"))]
    files = [path for folder in ("desk", "desk-state") for path in (tmp_path / folder).rglob("*") if path.is_file()]
    assert any(path.suffix == ".db-wal" for path in files)
    for path in files:
        data = path.read_bytes()
        assert not data.startswith(b"SQLite format 3"), path
        assert not data.startswith(b"%PDF"), path
        assert not any(form in data for form in forms), path


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_file_is_noticed_and_never_shown_as_whole(make_desk, reopen, tmp_path: Path, seed: int):
    desk: Desk = make_desk()
    take(desk, 5)
    desk.close()
    path, rng = tmp_path / "desk" / FILE, random.Random(seed)
    data = bytearray(path.read_bytes())
    at = rng.randrange(len(data))
    if seed % 3 == 0:
        data[at] ^= 1 << rng.randrange(8)
    elif seed % 3 == 1:
        page = at // 4096 * 4096
        data[page : page + 4096] = bytes(4096)
    else:
        del data[max(4096, at) :]
    path.write_bytes(bytes(data))
    assert damage_seen(reopen)


def damage_seen(reopen: Callable[..., Desk]) -> bool:
    """Open and verify; damage is either refused as such or named, and nothing else may happen."""
    try:
        return bool(reopen().verify())
    except Damaged:
        return True


def test_a_damaged_key_file_leaves_its_second_copy(make_desk, reopen, tmp_path: Path):
    make_desk().close()
    (tmp_path / "desk" / keys.FILE).write_text('{"keys": {}}')
    assert reopen().identity.user == "mai"


def test_both_key_files_damaged_is_said(make_desk, reopen, tmp_path: Path):
    make_desk().close()
    for name in (keys.FILE, keys.FILE + ".copy"):
        (tmp_path / "desk" / name).write_text("x")
    with pytest.raises(Damaged, match=r"keys\.damaged"):
        reopen()


def test_a_newer_file_is_refused_without_a_byte_written(make_desk, reopen, tmp_path: Path):
    desk: Desk = make_desk()
    desk.core.store.write_plain(
        lambda c: c.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, '0999_future', 'now')",
            (schema.SET,),
        )
    )
    desk.close()
    before = (tmp_path / "desk" / FILE).read_bytes()
    with pytest.raises(Damaged) as caught:
        reopen()
    assert (caught.value.code, caught.value.facts["step"]) == ("store.newer", "0999_future")
    assert (tmp_path / "desk" / FILE).read_bytes() == before


def test_an_upgrade_keeps_a_verified_copy_first(make_desk, tmp_path: Path):
    desk: Desk = make_desk()
    take(desk, 2)
    desk.close()
    steps = tmp_path / "steps"
    shutil.copytree(ROOT / "db" / "desk", steps)
    (steps / "0002_colour.sql").write_text("ALTER TABLE draft ADD COLUMN colour TEXT;")
    data_key = keys.unwrap(keys.read_keys(tmp_path / "desk"), "mai", "tap")
    key = keys.derive(data_key, "onestop/db/1")
    assert schema.upgrade(tmp_path / "desk" / FILE, key, steps) == ["0002_colour"]
    assert schema.upgrade(tmp_path / "desk" / FILE, key, steps) == []
    assert (tmp_path / "desk" / "before-0002_colour.db").exists()


def test_a_broken_step_leaves_the_file_as_it_was(make_desk, reopen, tmp_path: Path):
    make_desk().close()
    steps = tmp_path / "steps"
    shutil.copytree(ROOT / "db" / "desk", steps)
    (steps / "0002_broken.sql").write_text("CREATE TABLE half (a TEXT) STRICT; CREATE TABLE draft (a TEXT);")
    data_key = keys.unwrap(keys.read_keys(tmp_path / "desk"), "mai", "tap")
    with pytest.raises(Exception, match="already exists"):
        schema.upgrade(tmp_path / "desk" / FILE, keys.derive(data_key, "onestop/db/1"), steps)
    again = reopen()
    tables = again.core.store.read(lambda c: [row[0] for row in c.execute("SELECT name FROM sqlite_master")])
    assert "half" not in tables
    assert again.verify() == []


@pytest.mark.parametrize(
    ("version", "safe"),
    [((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 50, 6), False), ((3, 50, 7), True),
     ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 4), True)],
)  # fmt: skip
def test_a_library_with_the_wal_reset_bug_is_not_accepted(version, safe):
    assert safe_version(version) is safe


def test_a_wrong_password_counts_and_a_recovery_code_opens(tmp_path: Path, clock):
    door = Door(tmp_path / "d", tmp_path / "s", clock)
    desk, code = door.create(
        NewDesk((Office("000.12.34.H52", "UBND xã"),), 1, FirstUser("mai", "Mai", "tap"), training=True)
    )
    desk.close()
    waits = []
    for _try in range(3):
        with pytest.raises(OneStopError) as caught:
            door.open("mai", "sai")
        waits.append((caught.value.code, caught.value.facts["wait"]))
    assert waits == [("login.wrong", 0), ("login.wrong", 0), ("login.wrong", 1)]
    with pytest.raises(OneStopError, match=r"login\.wait"):
        door.open("mai", "tap")
    typed = code.lower().replace("-", " ").replace("0", "o")
    door.recover(typed, "mai", "mới")
    opened: Callable[[], Desk] = lambda: door.open("mai", "mới")  # noqa: E731
    opened().close()
    with pytest.raises(OneStopError, match=r"recovery\.mistyped"):
        door.recover(code[:-1] + ("0" if code[-1] != "0" else "1"), "mai", "x")
