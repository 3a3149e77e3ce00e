"""Spreadsheets of the board, and the list to call by."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.export import CALL_MOST, COLUMNS, Asked
from onestop_desktop.errors import InvalidInput, Refused, TryLater
from onestop_desktop.words import load
from tests.builders import a_line
from tests.desk.test_board import take
from tests.papers import reading

HEAD = 5
"""Lines above the columns' titles."""

AT = {column.name: at for at, column in enumerate(COLUMNS)}


def written(desk: Desk, out: Path, asked: Asked, slices: int = 400) -> list[list[Any]]:
    """Export and return every cell of the sheet as it was read back."""
    running = desk.export.begin(asked, out)
    while running.go_on(slices):
        pass
    assert running.done == running.total
    assert running.finish() == out
    return [list(row) for row in load_workbook(out).worksheets[0].iter_rows()]


def names(rows: list[list[Any]]) -> list[str]:
    return [row[AT["applicant"]].value for row in rows[HEAD + 1 :]]


def test_the_sheet_holds_the_rows_of_the_filter_in_its_order(desk: Desk, clock: SetClock, tmp_path: Path) -> None:
    for number in range(13):
        dossier = take(desk, f"Người {number:02}")
        if number % 2:
            clock.put(clock.at + timedelta(minutes=1))
            desk.act(dossier, "ready", {})
    rows = written(desk, tmp_path / "x.xlsx", Asked("ready"), slices=4)
    assert names(rows) == [f"Người {number:02}" for number in range(1, 13, 2)]
    again = written(desk, tmp_path / "y.xlsx", Asked("all", {"states": ("received",), "order": "oldest"}))
    assert names(again) == [f"Người {number:02}" for number in range(0, 13, 2)]
    assert [row[0].value for row in again[HEAD + 1 :]] == list(range(1, 8))


def test_the_sheet_says_whose_it_is_what_was_filtered_and_when(desk: Desk, tmp_path: Path) -> None:
    take(desk, "Lò Thị Đức")
    rows = written(desk, tmp_path / "x.xlsx", Asked("all", told="Nhóm: Tất cả; Thủ tục: Đăng ký khai sinh"))
    head = [row[0].value for row in rows[:HEAD]]
    assert head == [
        "UBND xã Sặp Vạt", "DANH SÁCH HỒ SƠ", "Nhóm: Tất cả; Thủ tục: Đăng ký khai sinh",
        "Lập lúc 08:15 23/11/2026, người lập: Lò Thị Mai. Số hồ sơ: 1.", "BẢN TẬP – không phải hồ sơ thật",
    ]  # fmt: skip
    words = load("vi")
    assert [cell.value for cell in rows[HEAD]] == [words.say(f"export.column.{one.name}") for one in COLUMNS]


def test_every_cell_says_what_the_dossier_says(desk: Desk, tmp_path: Path) -> None:
    owner = {"name": "Lò Văn Ón"}
    line = a_line("Lò Thị Đức", owner=owner, channel="post", fee=8000, received_at="2026-11-20T10:00:00+07:00",
                  paper_number="17/2026", basis={"book": "1"})  # fmt: skip
    dossier = desk.receive(line).id
    desk.act(dossier, "assign", {"officer": "Hà Văn Tư"})
    desk.act(dossier, "ready", {})
    state = desk.dossier(dossier)
    cells = written(desk, tmp_path / "x.xlsx", Asked("all"))[HEAD + 1]
    got = {name: cells[at].value for name, at in AT.items()}
    assert got == {
        "no": 1, "number": state.number, "paper_number": "17/2026", "applicant": "Lò Thị Đức", "owner": "Lò Văn Ón",
        "village": "Bản Nà Khái", "procedure": "1.001193", "title": state.procedure_title, "status": "Chờ trả",
        "channel": load("vi").say("window.dossiers.channel.post"), "officer": "Hà Văn Tư",
        "received_at": datetime(2026, 11, 20, 10), "due_at": datetime.fromisoformat(state.due_at).replace(tzinfo=None),
        "finished_at": datetime(2026, 11, 23, 8, 15), "returned_at": None, "fee": 8000, "late": "nhập bù",
    }  # fmt: skip


NASTY = ("=1+1", "+84 912", "-2", "@SUM(A1)", "\tx", "\rx", "＝cmd", "＋1", "－1", "＠a", '=HYPERLINK("http://x")')


@pytest.mark.parametrize("name", NASTY)
def test_no_name_becomes_a_formula(desk: Desk, tmp_path: Path, name: str) -> None:
    take(desk, "Người thường")
    row = desk.board("all").rows[0]._replace(applicant=name, title=name, procedure=name)
    cells = written(desk, tmp_path / "x.xlsx", Asked("all", rows=(row,)))[HEAD + 1]
    for column in ("applicant", "title", "procedure"):
        cell = cells[AT[column]]
        assert (cell.data_type, cell.number_format, cell.quotePrefix) == ("s", "@", True)
        assert str(cell.value).replace("\n", "\r") == name


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=st.text(min_size=1, max_size=40))
def test_any_text_is_text(desk: Desk, tmp_path: Path, name: str) -> None:
    if not desk.board("all").rows:
        take(desk, "Người thường")
    row = desk.board("all").rows[0]._replace(applicant=name)
    cell = written(desk, tmp_path / "x.xlsx", Asked("all", rows=(row,)))[HEAD + 1][AT["applicant"]]
    assert cell.data_type in {"s", "n", "inlineStr"}
    assert cell.data_type != "n" or cell.value is None


def test_nothing_of_it_lies_anywhere_else_and_a_stopped_one_leaves_nothing(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch, out = tmp_path / "scratch", tmp_path / "out"
    scratch.mkdir()
    out.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    for number in range(6):
        take(desk, f"Người {number}")
    running = desk.export.begin(Asked("all"), out / "x.xlsx")
    assert running.go_on(3)
    assert list(scratch.iterdir()) == []
    assert (out / "x.xlsx.part-sheet").exists()
    running.stop()
    assert list(out.iterdir()) == []
    running.stop()
    written(desk, out / "x.xlsx", Asked("all"))
    assert [one.name for one in out.iterdir()] == ["x.xlsx"]
    assert list(scratch.iterdir()) == []


def test_it_is_never_written_into_the_data_directory(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"export\.inside_data"):
        desk.export.begin(Asked("all"), desk.core.store.site.data / "x.xlsx")


def test_a_place_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(TryLater, match=r"export\.unwritable"):
        desk.export.begin(Asked("all"), tmp_path / "not" / "there" / "x.xlsx")
    (tmp_path / "taken.xlsx").mkdir()
    running = desk.export.begin(Asked("all"), tmp_path / "taken.xlsx")
    running.go_on()
    with pytest.raises(TryLater, match=r"export\.unwritable"):
        running.finish()
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("taken")] == ["taken.xlsx"]


def test_more_rows_than_a_sheet_holds_are_refused(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onestop_desktop.desk.export.ROWS_MOST", 1)
    take(desk, "A")
    take(desk, "B")
    with pytest.raises(Refused, match=r"export\.too_many"):
        desk.export.begin(Asked("all"), tmp_path / "x.xlsx")


def test_an_unknown_order_is_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"board\.order"):
        desk.export.begin(Asked("all", {"order": "x"}), tmp_path / "x.xlsx")


# -- the list to call by ------------------------------------------------------------------------------------------


def test_the_call_list_names_who_waits_longest_first_with_the_telephone(desk: Desk, clock: SetClock) -> None:
    for number, days in enumerate((0, 2, 5)):
        dossier = take(desk, f"Người {number}")
        desk.act(dossier, "ready", {"outcome": "declined", "reason": "Thiếu"} if number == 1 else {})
        clock.put(clock.at + timedelta(days=days))
    job = desk.export.call_list()
    letters = reading.letters_of(job.pdf)
    places = [letters.index(reading.squeezed(f"Người {number}")) for number in range(3)]
    assert places == sorted(places)
    assert letters.count("0987654321") == 3
    assert "7ngày" in letters
    assert "thôngbáotừchối" in letters
    assert (job.form, job.sha256) == ("call-list", "")


def test_printing_it_writes_nothing_into_the_journal(desk: Desk) -> None:
    desk.act(take(desk, "A"), "ready", {})
    before = desk.digest()
    desk.printed(desk.export.call_list())
    assert desk.digest() == before


def test_a_very_long_list_says_how_many_wait_besides(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CALL_MOST >= 100
    monkeypatch.setattr("onestop_desktop.desk.export.CALL_MOST", 2)
    for number in range(5):
        desk.act(take(desk, f"Người {number}"), "ready", {})
    letters = reading.letters_of(desk.export.call_list().pdf)
    assert "còn3hồsơkhác" in letters


def test_nobody_waiting_is_said(desk: Desk) -> None:
    take(desk, "A")
    assert "Khôngcóhồsơnàochờtrả" in reading.letters_of(desk.export.call_list().pdf)
