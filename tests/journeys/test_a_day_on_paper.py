"""The sample day goes in as one file; every receipt that comes out leads back to its dossier by its codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onestop_desktop.clock import SystemClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.domain.number import read_barcode
from tests.papers.reading import codes_of
from tests.processes import ROOT, Program, Run

DAY = "tests/data/day.jsonl"


def numbers_of(run: Run) -> list[str]:
    return [row["number"] for row in run.rows if "number" in row]


def looked_into(program: Program) -> Desk:
    """Open the desk in this process, once no other holds it."""
    return Door(program.data, program.folder / "state", SystemClock()).open("mai", "tap")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, Run]:
    """A desk that took the whole day in one call."""
    program = Program(tmp_path_factory.mktemp("day"))
    assert program.init().code == 0
    return program, program.run("intake", DAY, "--json", "--receipts", str(program.receipts))


def test_all_sixty_are_taken_as_late_entries(day: tuple[Program, Run]):
    _program, taken = day
    given = [json.loads(line) for line in (ROOT / DAY).read_text(encoding="utf-8").splitlines()]
    assert taken.code == 0
    assert [row["line"] for row in taken.rows] == list(range(1, 61))
    assert all(row["late"] is True for row in taken.rows)
    assert len(set(numbers_of(taken))) == 60
    assert all(row["number"].startswith("000.12.34.H52-220303-") for row in taken.rows)
    assert [Path(row["receipt"]).is_file() for row in taken.rows] == [True] * len(given)


def test_every_receipts_codes_lead_back_to_its_dossier(day: tuple[Program, Run]):
    """A third of them at 150 dpi, a third at 200, a third at 300."""
    program, taken = day
    desk = looked_into(program)
    try:
        for at, row in enumerate(taken.rows):
            pdf = Path(row["receipt"]).read_bytes()
            dpi = (150, 200, 300)[at % 3]
            lines, squares = codes_of(pdf, 0, dpi)
            assert lines, (row["number"], dpi, "no bar code was read")
            assert squares, (row["number"], dpi, "no QR code was read")
            for code in (*lines, *squares):
                assert [found.number for found in desk.find(code)] == [row["number"]]
                assert desk.scan(code).dossier is not None
    finally:
        desk.close()


def test_find_as_a_process_understands_the_scanned_digits(day: tuple[Program, Run]):
    program, taken = day
    row = taken.rows[17]
    scanned = codes_of(Path(row["receipt"]).read_bytes(), 0, 200)[0][0]
    assert read_barcode(scanned).sequence == 18
    found = program.run("find", scanned, "--json")
    assert found.code == 0
    assert [one["id"] for one in found.rows] == [row["id"]]


def test_a_clean_store_verifies_clean(day: tuple[Program, Run]):
    program, _taken = day
    verified = program.run("verify", "--json")
    assert (verified.code, verified.rows) == (0, [{"code": "verify.clean"}])


def test_the_store_keeps_the_very_receipts_that_were_exported(day: tuple[Program, Run]):
    program, taken = day
    desk = looked_into(program)
    try:
        for row in taken.rows[::10]:
            assert desk.issue_receipt(row["id"]).pdf == Path(row["receipt"]).read_bytes()
    finally:
        desk.close()


@pytest.mark.slow
def test_a_real_store_takes_the_same_day(tmp_path: Path):
    """Argon2id at its full price, a long password with Vietnamese letters, the recovery code in a file."""
    program = Program(tmp_path, "một câu thật dài")
    code = tmp_path / "recovery.txt"
    made = program.run(
        "init", "--agency", "H52.110.05", "--name", "UBND xã Yên Châu", "--desk", "01", "--user", "mai", "--json",
        "--recovery-out", str(code),
    )  # fmt: skip
    assert made.code == 0
    assert "recovery" not in made.rows[0]
    assert code.stat().st_mode & 0o777 == 0o600
    taken = program.run("intake", DAY, "--json", "--receipts", str(program.receipts))
    assert (taken.code, len(numbers_of(taken))) == (0, 60)
    assert numbers_of(taken)[0] == "H52.110.05-220303-0001"
    assert program.run("verify").code == 0
    assert program.run("verify", ONESTOP_PASSWORD="một câu thật dàI").code == 3
