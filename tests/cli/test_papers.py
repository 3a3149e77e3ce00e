"""`paper` as somebody calls it: refused before its step, blank, several dossiers, days, refusals at the counter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders import a_line
from tests.papers import reading
from tests.processes import Program

ASKED = {"items": ["Giấy chứng sinh"], "reason": "Thiếu"}


def took(program: Program, count: int = 1) -> list[str]:
    return [row["number"] for row in program.intake(*[a_line() for _line in range(count)]).rows]


@pytest.mark.slow
def test_forms_are_refused_before_their_step_and_made_after_it(program: Program, tmp_path: Path) -> None:
    (number,) = took(program)
    out = tmp_path / "out" / "paper.pdf"
    refused = program.run("paper", "--json", number, "supplement", "--out", str(out))
    assert refused.code == 3
    assert refused.rows[0]["error"]["code"] == "paper.not_happened"
    assert not out.exists()
    assert program.run("paper", "--json", number, "supplement", "--blank", "--out", str(out)).code == 0
    assert "Bản điền tay" in reading.words_of(out.read_bytes())
    assert program.run("act", number, "ask-supplement", "--with", json.dumps(ASKED)).code == 0
    assert program.run("paper", "--json", number, "supplement", "--out", str(out)).code == 0
    words = reading.words_of(out.read_bytes())
    assert "Số: 01/PBS-TTPVHCC" in words
    assert program.run("verify").code == 0


@pytest.mark.slow
def test_papers_of_days_need_no_number(program: Program, tmp_path: Path) -> None:
    numbers = took(program, 3)
    for form in ("register", "daily-sheet"):
        out = tmp_path / f"{form}.pdf"
        assert program.run("paper", "--json", "-", form, "--out", str(out)).code == 0
        letters = reading.letters_of(out.read_bytes())
        assert all(number in letters for number in numbers), form
    wrong = program.run("paper", "--json", "-", "register", "--from", "2026-12-02", "--to", "2026-12-01")
    assert (wrong.code, wrong.rows[0]["error"]["code"]) == (2, "paper.days")
    unread = program.run("paper", "--json", "-", "register", "--from", "hôm qua")
    assert (unread.code, unread.rows[0]["error"]["code"]) == (2, "input.day")
    none = program.run("paper", "--json", "-", "label")
    assert (none.code, none.rows[0]["error"]["code"]) == (2, "paper.needs_dossier")


@pytest.mark.slow
def test_several_dossiers_and_a_refusal_at_the_counter(program: Program, tmp_path: Path) -> None:
    numbers = took(program, 2)
    out = tmp_path / "labels.pdf"
    assert program.run("paper", "--json", ",".join(numbers), "label", "--layout", "roll", "--out", str(out)).code == 0
    assert all(number in reading.words_of(out.read_bytes()) for number in numbers)
    line = json.dumps(a_line(reason="Không thuộc thẩm quyền"), ensure_ascii=False)
    refused = program.run("refuse", "-", "--json", given=line).rows[0]["number"]
    paper = tmp_path / "refusal.pdf"
    assert program.run("paper", "--json", refused, "refusal", "--out", str(paper)).code == 0
    assert f"Số: {refused}" in reading.words_of(paper.read_bytes())
