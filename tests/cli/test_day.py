"""The sample day through the real command line: sixty lines, sixty dossiers, sixty receipts that lead back."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from onestop_desktop import paths
from tests.processes import Program

DAY = paths.db("seed", "demo", "day.jsonl")


def codes_on(path: Path, dpi: int) -> set[str]:
    document = pypdfium2.PdfDocument(path)
    image = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    document.close()
    return {found.text for found in zxingcpp.read_barcodes(image)}


def test_sixty_lines_are_sixty_late_entries_whose_receipts_lead_back(program: Program):
    done = program.run("intake", str(DAY), "--json", "--receipts", str(program.receipts))
    assert done.code == 0, done.err
    rows = done.rows
    assert [row["line"] for row in rows] == list(range(1, 61))
    assert all(row["late"] for row in rows)
    assert len({row["number"] for row in rows}) == 60
    shown = {row["number"]: program.run("find", row["number"], "--json").rows[0] for row in rows[:3]}
    assert all(shown[number]["number"] == number for number in shown)
    for at, row in enumerate(rows):
        dpi = (150, 200, 300)[at % 3]
        texts = codes_on(Path(row["receipt"]), dpi)
        assert texts, f"nothing decoded at {dpi} dpi on line {row['line']}"
        digits = texts.pop()
        assert not texts, "bar code and QR say different things"
        assert digits[:10] == row["number"][-11:-5] + row["number"][-4:]
        if at < 4:
            assert [one["id"] for one in program.run("find", digits, "--json").rows] == [row["id"]]
    assert program.run("verify").code == 0


def test_the_receipt_says_every_letter_with_its_marks(program: Program):
    name = "Đặng Thị Ữ Nguyễn Ỡ Ậu Ẵng"
    done = program.intake({"procedure": "1.001193", "applicant": {"name": name}})
    document = pypdfium2.PdfDocument(done.rows[0]["receipt"])
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert name in text


def test_an_export_never_lands_in_the_data_directory(program: Program):
    inside = program.data / "receipts"
    done = program.run("intake", "-", "--receipts", str(inside), given="{}")
    assert done.code == 2
    assert not inside.exists()
    assert "thư mục dữ liệu" in done.err


@pytest.mark.slow
def test_the_demo_plays_the_day_on_its_own_clock(tmp_path: Path):
    done = Program(tmp_path).run("demo", "--out", str(tmp_path / "out"), "--json", QT_QPA_PLATFORM="offscreen")
    assert done.code == 0, done.err
    counts = {row["what"]: row["count"] for row in done.rows if "what" in row}
    assert counts["received"] == 60
    assert counts["late"] == 0
    assert counts["returned"] > 0
    assert counts["waiting"] + counts["returned"] + counts["processing"] == 60
    assert len(list((tmp_path / "out" / "receipts").glob("*.pdf"))) == 60
    assert done.rows[-1]["differences"] == 0
