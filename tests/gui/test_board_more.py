"""The list in every order and of any length, its export, forms that come back, and the list to call by."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.gui.dossiers import lines_model
from onestop_desktop.gui.dossiers.lines_model import Column
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.words import load
from tests.bench.fill import fill
from tests.gui.conftest import NOW
from tests.gui.hands import FakePress, Hands
from tests.gui.test_dossiers_list import Opened, take
from tests.papers import reading

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def swept() -> None:
    """Let what the last test left go on this thread: a timer that goes on a worker's thread takes Qt with it."""
    gc.collect()


@pytest.fixture
def opened(swept: None, qtbot: QtBot, dressed: QApplication, desk: Desk, tmp_path: Path) -> Opened:
    """The page on the training desk."""
    return Opened(qtbot, desk, tmp_path)


@pytest.fixture
def many(
    swept: None, qtbot: QtBot, dressed: QApplication, make_desk: Callable[..., Desk], clock: SetClock, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Opened:  # fmt: skip
    """The page on a desk with more dossiers than are held at a time."""
    monkeypatch.setattr(lines_model, "HELD_MOST", 120)
    desk = make_desk(agency="H52.999.99")
    fill(desk, clock, 330)
    clock.put(NOW)
    return Opened(qtbot, desk, tmp_path)


def click_title(opened: Opened, column: Column) -> None:
    header = opened.view.table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(column) + 12, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    opened.settle()


def title(opened: Opened, column: Column) -> str:
    return str(opened.view.lines.headerData(column, Qt.Orientation.Horizontal))


# -- orders -------------------------------------------------------------------------------------------------------


def test_a_click_on_a_title_sorts_and_another_one_turns_round(opened: Opened, desk: Desk) -> None:
    assert title(opened, Column.NUMBER) == "Số ↓"
    for column, orders in ((Column.DUE, ("due", "due-last")), (Column.NUMBER, ("newest", "oldest"))):
        for order, arrow in zip(orders, "↓↑" if column is Column.NUMBER else "↑↓", strict=True):
            click_title(opened, column)
            assert opened.ids() == [row.id for row in desk.board("held", order=order, limit=500).rows]
            assert title(opened, column).endswith(arrow)
            assert order in opened.view.lines.order


@pytest.mark.parametrize(("column", "name"), [(Column.APPLICANT, "Người nộp"), (Column.STATUS, "Trạng thái")])
def test_a_title_that_cannot_sort_does_nothing(opened: Opened, column: Column, name: str) -> None:
    before = opened.ids()
    click_title(opened, column)
    assert (opened.ids(), title(opened, column)) == (before, name)


def test_keys_step_through_the_orders_and_words_say_which(opened: Opened) -> None:
    seen = []
    for _press in range(6):
        QTest.keyClick(opened.view.table, Qt.Key.Key_T, CTRL)
        opened.settle()
        seen.append(opened.view.sort.text())
    assert len(set(seen)) == 6
    assert seen[-1] == "Xếp: mới nhận trước"
    assert opened.view.sort.accessibleName() == seen[-1]


def test_another_chip_comes_in_its_own_order(opened: Opened) -> None:
    click_title(opened, Column.NUMBER)
    for chip, order in (("ready", "waiting"), ("overdue", "due"), ("near", "due"), ("held", "newest")):
        opened.view.chips.choose(chip)
        opened.settle()
        assert opened.view.lines.order == order


def test_what_was_found_by_words_is_sorted_too(opened: Opened, desk: Desk) -> None:
    for number in range(4):
        take(desk, f"Sồng A Chống {number}", procedure="1.012753", due_at=f"2026-12-{9 - number:02}T17:00:00+07:00")
    opened.view.filters.line.setText("song chong")
    opened.settle()
    first = opened.ids()
    assert len(first) == 4
    click_title(opened, Column.DUE)
    dues = [line.row.due_at for line in opened.view.lines.lines]
    assert dues == sorted(dues)
    assert set(opened.ids()) == set(first)


# -- a list of any length -----------------------------------------------------------------------------------------


def walk(opened: Opened, *, down: bool) -> list[list[str]]:
    """Scroll to one end and return what was held after each step."""
    bar = opened.view.table.verticalScrollBar()
    seen = [opened.ids()]
    for _step in range(60):
        bar.setValue(bar.maximum() if down else bar.minimum())
        opened.settle()
        if opened.ids() == seen[-1]:
            break
        seen.append(opened.ids())
    return seen


def union(pieces: list[list[str]]) -> set[str]:
    return {one for piece in pieces for one in piece}


@pytest.mark.parametrize("order", ["newest", "due"])
def test_scrolling_down_and_up_again_holds_a_stretch_and_shows_everything(many: Opened, order: str) -> None:
    if order == "due":
        click_title(many, Column.DUE)
    whole = [row.id for row in many.desk.board("held", order=order, limit=1000).rows]
    assert len(whole) > 250
    down = walk(many, down=True)
    assert union(down) == set(whole)
    assert max(map(len, down)) <= 120
    assert down[-1] == whole[-len(down[-1]) :]
    up = walk(many, down=False)
    assert union(up) == set(whole)
    assert up[-1] == whole[: len(up[-1])]


def test_lines_in_sight_stay_in_sight_while_pages_come_and_go(many: Opened) -> None:
    table, bar = many.view.table, many.view.table.verticalScrollBar()
    walk(many, down=True)
    bar.setValue(bar.maximum() // 2)
    many.settle()
    before = many.view.lines.lines[table.rowAt(4)].row.id
    offset = table.rowViewportPosition(table.rowAt(4))
    many.view.lines.fetch_earlier()
    many.settle()
    assert many.view.lines.lines[table.rowAt(4)].row.id == before
    assert table.rowViewportPosition(table.rowAt(4)) == offset


def test_home_and_end_go_to_the_lists_own_ends(many: Opened) -> None:
    whole = [row.id for row in many.desk.board("held", limit=1000).rows]
    many.view.table.setFocus()
    QTest.keyClick(many.view.table, Qt.Key.Key_End)
    many.settle()
    assert many.view.table.marked_id() == whole[-1]
    assert many.view.detail.dossier == whole[-1]
    QTest.keyClick(many.view.table, Qt.Key.Key_Home)
    many.settle()
    assert many.view.table.marked_id() == whole[0]


def test_a_mark_that_scrolled_out_of_the_stretch_leaves_the_detail(many: Opened) -> None:
    many.view.table.selectRow(2)
    many.settle()
    shown = many.view.detail.dossier
    walk(many, down=True)
    assert shown not in many.ids()
    assert many.view.detail.dossier == shown
    assert not many.view.table.selectionModel().hasSelection()


def test_a_refresh_far_down_reads_the_same_stretch_again(many: Opened) -> None:
    walk(many, down=True)
    before = many.ids()
    assert many.view.lines.above is not None
    taken = take(many.desk, "Người mới")
    many.page.changed(many.desk.act(before[5], "withdraw", {"reason": "x"})[1])
    many.settle()
    assert taken not in many.ids()
    assert many.ids() == [one for one in before if one != before[5]]


# -- export -------------------------------------------------------------------------------------------------------


def test_the_export_holds_what_the_filter_shows_and_says_which(
    opened: Opened, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(desk, "Mùa A Páo", channel="post")
    opened.view.filters.choices["channel"].put("post")
    opened.settle()
    out = tmp_path / "danh sách.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(out.with_suffix("")), ""))
    opened.view.export.click()
    opened.settle()
    rows = list(load_workbook(out).worksheets[0].iter_rows(values_only=True))
    assert [row[3] for row in rows[6:]] == [line.row.applicant for line in opened.view.lines.lines]
    post = load("vi").say("window.dossiers.channel.post")
    assert rows[2][0] == f"Nhóm: Đang giữ; Cách nộp: {post}; Xếp: mới nhận trước"
    message = opened.view.detail.strip.message
    assert message is not None
    assert str(out) in message.text
    assert opened.view.export.text() == "Xuất Excel"


def test_the_export_lets_other_work_pass_and_can_be_stopped(
    many: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onestop_desktop.desk.export.Running.go_on.__defaults__", (5,), raising=False)
    exports, texts, between = many.page.exports, [], []
    folder = tmp_path / "out"
    folder.mkdir()
    exports.begin(folder / "x.xlsx")
    many.qtbot.waitUntil(lambda: exports.running is not None)
    many.session.run(lambda: between.append(exports.running.done if exports.running else -1))
    many.qtbot.waitUntil(lambda: bool(between))
    texts.append(many.view.export.text())
    many.view.export.click()
    many.settle()
    assert 0 <= between[0] < 330
    assert texts[0].startswith("Dừng (")
    assert list(folder.iterdir()) == []
    message = many.view.detail.strip.message
    assert message is not None
    assert "Đã dừng" in message.text
    assert (many.view.export.text(), exports.running) == ("Xuất Excel", None)


def test_a_place_that_refuses_is_told_and_another_try_is_free(opened: Opened, tmp_path: Path) -> None:
    opened.page.exports.begin(tmp_path / "not" / "there.xlsx")
    opened.settle()
    message = opened.view.detail.strip.message
    assert message is not None
    assert message.tone == "bad"
    opened.page.exports.begin(tmp_path / "x.xlsx")
    opened.settle()
    assert (tmp_path / "x.xlsx").exists()


# -- forms that come back -----------------------------------------------------------------------------------------


def ask(opened: Opened, step: str) -> Any:
    offer = next(one for one in opened.view.detail.offers.all if one.step == step)
    opened.page.flow.steps.ask(offer)
    return opened.view.detail.form


def test_a_half_filled_form_comes_back_with_its_dossier(opened: Opened, desk: Desk) -> None:
    first, second = take(desk, "A"), take(desk, "B")
    detail: Any = opened.view.detail
    opened.open(first)
    form = ask(opened, "forward")
    form.fields["unit"].entry.setText("Sở Tư pháp")
    opened.open(second)
    assert detail.stack.currentWidget() is detail.area
    opened.open(first)
    assert "ghi dở" in detail.strip.message.text
    detail.strip.message.answers[0].act()
    again = detail.form
    assert again.fields["unit"].entry.text() == "Sở Tư pháp"
    opened.page.flow.steps.send()
    opened.settle()
    assert desk.dossier(first).forwarded_to == "Sở Tư pháp"
    opened.open(second)
    opened.open(first)
    assert opened.view.detail.strip.message is None


def test_an_untouched_form_and_one_that_was_left_do_not_come_back(opened: Opened, desk: Desk) -> None:
    first, second = take(desk, "A"), take(desk, "B")
    opened.open(first)
    ask(opened, "forward")
    opened.open(second)
    opened.open(first)
    assert opened.view.detail.strip.message is None
    form = ask(opened, "forward")
    usual = form.fields["unit"].entry.text()
    form.fields["unit"].entry.setText("Sở Tư pháp")
    form.left.emit()
    opened.open(second)
    opened.open(first)
    assert opened.view.detail.strip.message is None
    assert ask(opened, "forward").fields["unit"].entry.text() == usual


def test_a_second_persons_password_is_not_kept(opened: Opened, desk: Desk) -> None:
    first, second = take(desk, "A"), take(desk, "B")
    opened.open(first)
    form = ask(opened, "void")
    form.fields["reason"].entry.setText("Nhập nhầm")
    form.second.password.setText("tap2")
    opened.open(second)
    opened.open(first)
    again = ask(opened, "void")
    assert again.fields["reason"].entry.text() == "Nhập nhầm"
    assert again.second.password.text() == ""


# -- the list to call by, refusals handed over --------------------------------------------------------------------


def test_the_call_list_is_printed_from_the_page(window: MainWindow, hands: Hands, desk: Desk, press: FakePress) -> None:
    desk.act(take(desk, "Lò Thị Đức"), "ready", {"outcome": "declined", "reason": "Thiếu"})
    window.show_task("return")
    hands.settle()
    page: Any = window.tasks.current.page
    page.list.print.click()
    hands.settle()
    hands.settle()
    assert len(press.printed) == 1
    assert reading.squeezed("Lò Thị Đức") in reading.letters_of(press.printed[0][0])
    assert page.strip.message.tone == "ok"
    press.broken = True
    page.list.print.click()
    hands.settle()
    hands.settle()
    assert page.strip.message.tone == "bad"
    assert page.strip.message.answers[0].text == "In danh sách gọi"


def test_the_waiting_list_goes_on_below_its_first_page(
    window: MainWindow, hands: Hands, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onestop_desktop.gui.handover.ready_list.PAGE", 3)
    for number in range(8):
        desk.act(take(desk, f"Người {number}"), "ready", {})
    window.show_task("return")
    hands.settle()
    model = window.tasks.current.page.list.model  # type: ignore[attr-defined]
    while model.canFetchMore(model.index(-1)):
        model.fetchMore(model.index(-1))
        hands.settle()
    assert [row.id for row in model.rows] == [row.id for row in desk.board("ready", limit=500).rows]
