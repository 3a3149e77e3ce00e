"""What only shows at the edges: half-made desks, one answer a line, strange arguments, settings, recovery."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest

from tests.builders import a_line
from tests.processes import ROOT, Program, Run

INIT = ("init", "--agency", "000.12.34.H52", "--name", "UBND xã Sặp Vạt", "--user", "mai", "--training", "--json")


def code_of(run: Run) -> str:
    return next((row["error"]["code"] for row in run.rows if "error" in row), "")


def test_a_recovery_code_that_cannot_be_written_is_not_lost(tmp_path: Path):
    """The code is shown once: a desk without it must not stand there as if all were well."""
    program = Program(tmp_path)
    missing = tmp_path / "no-such-folder" / "code.txt"
    done = program.run(*INIT, "--desk", "01", "--recovery-out", str(missing))
    assert done.code != 0
    shown = any("recovery" in row for row in done.rows)
    assert shown or program.init().code == 0, "the desk exists and its recovery code is gone"


@pytest.mark.parametrize("start", ["0", "20000", "-5"])
def test_a_block_that_cannot_be_is_refused_before_the_desk_is_made(tmp_path: Path, start: str):
    program = Program(tmp_path)
    done = program.run(*INIT, "--desk", "01", f"--start={start}")
    assert (done.code, code_of(done)) == (2, "number.block")
    assert program.init().code == 0


@pytest.mark.parametrize("arguments", [("find",), ("show",), ("intake",), ("procedures", "list"), ("paper", "x"),
                                       ("act", "x")])  # fmt: skip
def test_arguments_that_are_no_text_are_no_bug(program: Program, arguments: tuple[str, ...]):
    done = program.run(*arguments, os.fsdecode(b"\xff\xfe"), "--json")
    assert done.code in {0, 2, 3}, done
    assert not (program.folder / "state" / "reports").exists()


@pytest.mark.parametrize(
    "name", ["李小龍", "😀 Vui", "عبد الله", "Ọ̀ṣun", "A\u0301\u0323", "Ω≈ç√", "\U0001f1fb\U0001f1f3"]
)
def test_a_name_without_glyphs_is_taken_and_told(program: Program, name: str):
    done = program.intake(a_line(applicant={"name": name}))
    assert done.code == 0, done
    assert done.rows[0]["number"]


def test_each_line_has_one_answer_even_when_the_disk_fills(program: Program):
    """A script that reads an error for a line takes it again: a taken line must never be told as refused."""
    size = max(path.stat().st_size for path in program.data.iterdir())
    for more in (60_000, 90_000, 130_000, 170_000, 200_000):
        done = program.intake(
            *[a_line(f"Lò Văn {more} {at}") for at in range(25)],
            limits=lambda more=more: resource.setrlimit(resource.RLIMIT_FSIZE, (size + more, size + more)),
        )
        answers = [row["line"] for row in done.rows]
        assert answers == sorted(set(answers)), [row for row in done.rows if answers.count(row["line"]) > 1]
        told = {row["number"] for row in done.rows if "number" in row}
        listed = [row["applicant"] for row in program.run("list", "--json").rows]
        mine = [name for name in listed if name.startswith(f"Lò Văn {more} ")]
        assert len(mine) == len(told), "a line was taken and its number not told, or told and not taken"


def test_a_small_disk_that_is_full_says_so_and_keeps_what_it_told(tmp_path: Path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"mounting a small disk is not permitted here: {mounted.stderr.decode().strip()}")
    try:
        program = Program(disk)
        assert program.init().code == 0
        first = program.intake(a_line())
        assert first.code == 0
        room = shutil.disk_usage(disk).free
        (disk / "filler").write_bytes(bytes(room - 5_000_000))
        second = program.intake(a_line("Khác"))
        assert (second.code, code_of(second)) == (5, "store.disk_nearly_full")
        (disk / "more").write_bytes(bytes(max(0, shutil.disk_usage(disk).free - 4096)))
        third = program.run("act", first.rows[0]["number"], "assign", "--with", '{"officer":"Tư"}', "--json")
        assert third.code in {0, 5}, third
        assert "Traceback" not in third.err
        (disk / "filler").unlink()
        (disk / "more").unlink()
        assert program.run("verify").code == 0
        assert program.intake(a_line("Khác")).code == 0
        assert program.entries() == 2
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_reader_that_went_away_is_no_bug(program: Program):
    lines = "".join(json.dumps(a_line(f"Lò Văn {at}")) + "\n" for at in range(5)).encode()
    process = subprocess.Popen(
        program.command("intake", "-", "--json", "--receipts", str(program.receipts)), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=program.environment(),
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    process.stdin.write(lines)
    process.stdin.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=60) == 5
    assert "Traceback" not in said
    assert program.run("verify").code == 0


def test_the_receipts_layout_is_read_where_the_window_writes_it(program: Program):
    """One settings file: the paper chosen on the screen holds for the command line as well."""
    settings = program.folder / "state" / "settings.toml"
    settings.write_text('receipt_layout = "a5"\n', encoding="utf-8")
    done = program.intake(a_line())
    with pypdfium2.PdfDocument(done.rows[0]["receipt"]) as document:
        width, height = document[0].get_size()
    assert max(width, height) < 600, "A4 was made although A5 was chosen"


def test_the_recovery_code_gives_a_new_password(tmp_path: Path):
    program = Program(tmp_path)
    code = program.init().rows[0]["recovery"]
    written = tmp_path / "code.txt"
    written.write_text(code.lower().replace("-", " "))
    fresh = Program(tmp_path, password="mật khẩu mới")
    done = fresh.run("recover", "--code-file", str(written), "--json")
    assert done.code == 0, done
    assert fresh.run("list").code == 0
    assert program.run("list").code == 3


def test_the_recovery_code_may_come_by_the_environment_as_the_passwords_do(tmp_path: Path):
    program = Program(tmp_path)
    code = program.init().rows[0]["recovery"]
    done = Program(tmp_path, password="mật khẩu mới").run("recover", "--json", ONESTOP_RECOVERY=code)
    assert done.code == 0, done


def test_a_usage_error_is_said_in_vietnamese(program: Program):
    done = program.run("intake")
    assert done.code == 2
    assert not re.search("required|arguments|invalid choice|unrecognized", done.err), done.err


def test_a_missing_or_empty_file_of_lines(program: Program, tmp_path: Path):
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    assert program.run("intake", str(empty), "--json", "--receipts", str(program.receipts)).code == 0
    folder = program.run("intake", str(tmp_path), "--json", "--receipts", str(program.receipts))
    assert (folder.code, code_of(folder)) == (2, "input.no_file")


def test_the_exit_code_is_the_first_refused_lines(program: Program):
    far = a_line(procedure="9.999999")
    done = program.intake(a_line(), far, "{", a_line("Khác"))
    assert done.code == 2
    assert ["number" in row for row in done.rows] == [True, False, False, True]


def test_passwords_are_not_handed_to_children(program: Program):
    """Read from the environment once, then taken out of it."""
    script = (
        "import os, sys; from onestop_desktop.cli import secrets; secrets.take_from_environment(); "
        "sys.exit(any(name in os.environ for name in ('ONESTOP_PASSWORD', 'ONESTOP_SECOND_PASSWORD', "
        "'ONESTOP_NEW_PASSWORD', 'ONESTOP_RECOVERY')))"
    )
    names = ("ONESTOP_SECOND_PASSWORD", "ONESTOP_NEW_PASSWORD", "ONESTOP_RECOVERY")
    environment = program.environment(**dict.fromkeys(names, "x"))
    command = [program.command()[0], "-c", script]
    assert subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
