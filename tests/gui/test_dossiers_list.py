"""The page Hồ sơ as a list: true counts, pages by key, filters, what stands on each line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.status import STATUSES
from onestop_desktop.gui.dossiers.lines_model import Column
from onestop_desktop.gui.dossiers.lines_table import pill_font
from onestop_desktop.gui.pages.dossiers import DossiersPage
from onestop_desktop.gui.session import Session
from onestop_desktop.settings import Settings
from onestop_desktop.words import load
from tests.bench.fill import fill
from tests.gui.conftest import NOW
from tests.gui.hands import FakePress

SIZE = (1274, 686)
"""What rail, header and band leave of 1366 × 768."""


class Opened:
    """The page on a desk, and waiting for its worker."""

    def __init__(self, qtbot: QtBot, desk: Desk, folder: Path, size: tuple[int, int] = SIZE) -> None:
        self.qtbot = qtbot
        self.desk = desk
        self.session = Session(desk, Settings(folder / "settings.toml"), load("vi"), FakePress())
        self.page = DossiersPage(self.session)
        self.view = self.page.view
        self.printed: list[Any] = []
        self.page.asked_to_print.connect(self.printed.append)
        qtbot.addWidget(self.page, before_close_func=lambda _page: self.close())
        self.page.resize(*size)
        self.page.show()
        self.page.activateWindow()
        qtbot.waitUntil(self.page.isActiveWindow)
        self.settle()
        self.page.start()

    def settle(self) -> None:
        """Wait until timers and worker have nothing to do."""
        self.qtbot.wait(5)

        def quiet() -> bool:
            flow, filters = self.page.flow, self.view.filters
            timers = (flow._detail_timer, flow._refresh_timer, filters._debounce)
            still = not any(timer.isActive() for timer in timers) and self.session.worker.waiting == 0
            return still and self.view.detail.story.is_built

        self.qtbot.waitUntil(quiet)
        # Labels that wrap ask for their height once more after they are shown.
        self.qtbot.wait(20)
        self.qtbot.waitUntil(quiet)

    def open(self, dossier: str) -> None:
        """Open a dossier's detail."""
        self.page.open_dossier(dossier)
        self.settle()

    def ids(self) -> list[str]:
        """Return the dossiers of the list."""
        return [line.row.id for line in self.view.lines.lines]

    def close(self) -> None:
        """Let the worker finish; the fixture that made the desk closes it."""
        self.settle()
        self.session.worker.close()


def take(desk: Desk, name: str = "Lò Thị Hạnh", **more: Any) -> str:
    """Take a dossier and return its id."""
    line = {
        "procedure": "1.001193",
        "applicant": {"name": name, "phone": "0912345678", "address": "Bản Mệt Sai, xã Sặp Vạt"},
        "papers": [{"name": "Tờ khai", "original": 1}],
        "fee": 8000,
    }
    return desk.receive(line | more, again=True).id


@pytest.fixture
def opened(qtbot: QtBot, dressed: QApplication, desk: Desk, tmp_path: Path) -> Opened:
    """The page on the training desk."""
    return Opened(qtbot, desk, tmp_path)


def counts_shown(opened: Opened) -> dict[str, int | None]:
    return {code: chip.count for code, chip in opened.view.chips.chips.items()}


def test_every_chip_tells_its_true_count(opened: Opened, desk: Desk):
    expected = {chip.code: chip.count for chip in desk.chips()} | {"draft": 0}
    assert counts_shown(opened) == expected
    for code in expected:
        opened.view.chips.choose(code)
        opened.settle()
        assert len(opened.ids()) == expected[code], code


def test_counts_and_lines_follow_what_is_written(opened: Opened, desk: Desk):
    before = counts_shown(opened)["held"]
    dossier = take(desk)
    desk.save_draft("intake", {"applicant": {"name": "Lò Văn Ón"}, "procedure": "1.001193"})
    opened.page.changed(desk.act(dossier, "ready", {})[1])
    opened.settle()
    assert counts_shown(opened)["held"] == before + 1
    assert counts_shown(opened)["draft"] == 1
    assert opened.ids()[0] == dossier


def test_a_change_keeps_the_mark_and_updates_the_line(opened: Opened, desk: Desk):
    marked = opened.ids()[2]
    opened.view.table.selectRow(2)
    opened.settle()
    take(desk)
    opened.page.changed(desk.act(marked, "correct", {"reason": "x", "changes": {"shelf": "Kệ 9"}})[1])
    opened.settle()
    assert opened.view.table.marked_id() == marked
    assert opened.ids()[3] == marked
    assert opened.view.detail.opened.dossier.shelf == "Kệ 9"


def test_scrolling_reads_pages_by_key_without_doubles(
    qtbot: QtBot, dressed: QApplication, make_desk: Callable[..., Desk], clock: SetClock, tmp_path: Path
):
    desk = make_desk(agency="H52.999.99")
    fill(desk, clock, 130)
    clock.put(NOW)
    opened = Opened(qtbot, desk, tmp_path)
    assert len(opened.ids()) == 50
    bar = opened.view.table.verticalScrollBar()
    for _page in range(6):
        bar.setValue(bar.maximum())
        opened.settle()
    everything, _key = desk.listing(limit=500)
    assert opened.ids() == [row.id for row in everything]
    assert len(set(opened.ids())) == 130


def test_a_refresh_in_the_middle_keeps_what_is_loaded(
    qtbot: QtBot, dressed: QApplication, make_desk: Callable[..., Desk], clock: SetClock, tmp_path: Path
):
    desk = make_desk(agency="H52.999.99")
    fill(desk, clock, 130)
    clock.put(NOW)
    opened = Opened(qtbot, desk, tmp_path)
    opened.view.table.verticalScrollBar().setValue(opened.view.table.verticalScrollBar().maximum())
    opened.settle()
    loaded = opened.ids()
    place = opened.view.table.verticalScrollBar().value()
    opened.page.changed(desk.act(loaded[4], "withdraw", {"reason": "x"})[1])
    opened.settle()
    assert opened.ids()[: len(loaded) - 1] == [one for one in loaded if one != loaded[4]]
    assert abs(opened.view.table.verticalScrollBar().value() - place) <= 38
    assert len(set(opened.ids())) == len(opened.ids())


@pytest.mark.parametrize("name", ["procedure", "officer", "village", "channel", "status"])
def test_each_filter_narrows_to_what_it_says(opened: Opened, desk: Desk, name: str):
    dossier = take(desk, "Mùa A Páo", channel="post", procedure="1.004873")
    desk.act(dossier, "assign", {"officer": "Hà Văn Tư"})
    opened.page.flow.refresh()
    opened.settle()
    state = desk.dossier(dossier)
    wanted = {
        "procedure": state.procedure, "officer": "Hà Văn Tư", "village": "Bản Mệt Sai", "channel": "post",
        "status": "processing",
    }[name]  # fmt: skip
    opened.view.filters.choices[name].put(wanted)
    opened.settle()
    assert opened.view.filters.choices[name].value() == wanted
    assert dossier in opened.ids()
    if name == "status":
        assert {line.row.status for line in opened.view.lines.lines} == {wanted}
    else:
        assert opened.ids() == [row.id for row in desk.board("held", **{name: wanted}).rows]
    opened.view.filters.clear()
    opened.settle()
    assert len(opened.ids()) == counts_shown(opened)["held"]


def test_typed_words_narrow_the_list_and_say_what_stands_elsewhere(opened: Opened, desk: Desk):
    dossier = take(desk, "Sồng A Chống")
    desk.act(dossier, "withdraw", {"reason": "đổi ý"})
    opened.view.filters.line.setText("song chong")
    opened.settle()
    assert opened.ids() == []
    assert "1" in opened.view.empty.text()
    opened.view.everywhere.click()
    opened.settle()
    assert opened.ids() == [dossier]
    assert opened.view.chips.code == "all"


def test_letters_typed_in_the_list_go_to_the_filter(opened: Opened):
    opened.view.table.setFocus()
    QTest.keyClick(opened.view.table, Qt.Key.Key_L)
    assert opened.view.filters.line.text().lower() == "l"
    assert opened.view.filters.line.hasFocus()
    QTest.keyClick(opened.view.filters.line, Qt.Key.Key_Down)
    opened.settle()
    assert opened.view.table.hasFocus()


def test_keys_lead_from_list_to_detail_and_back(opened: Opened):
    QTest.keyClick(opened.view.table, Qt.Key.Key_Down)
    opened.settle()
    marked = opened.view.table.marked_id()
    assert opened.ids()[1] == marked
    assert opened.view.detail.dossier == marked
    QTest.keyClick(opened.view.table, Qt.Key.Key_Return)
    focused = QApplication.focusWidget()
    assert opened.view.detail.isAncestorOf(focused)
    QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert opened.view.table.hasFocus()


def test_a_draft_is_listed_and_leads_to_the_intake(opened: Opened, desk: Desk):
    earlier = {"applicant": {"name": "Lò Văn Một"}}
    desk.save_draft("intake", {"applicant": {"name": "Lò Văn Ón"}, "procedure": "1.001193", "earlier": earlier})
    opened.view.chips.choose("draft")
    opened.settle()
    assert [line.row.applicant for line in opened.view.lines.lines] == ["Lò Văn Ón", "Lò Văn Một"]
    assert counts_shown(opened)["draft"] == 2
    with opened.qtbot.waitSignal(opened.page.asked_for_draft):
        opened.view.table.setFocus()
        QTest.keyClick(opened.view.table, Qt.Key.Key_Return)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("steps", "left", "status"),
    [
        ((), "Còn", "Mới tiếp nhận"),
        (("ask-supplement",), "Tạm dừng", "Chờ bổ sung"),
        (("ready",), "Có kết quả", "Chờ trả"),
        (("ready", "return"), "—", "Đã trả"),
    ],
)
def test_a_line_says_time_and_status_in_words(
    opened: Opened, desk: Desk, steps: tuple[str, ...], left: str, status: str
):
    dossier = take(desk)
    for step in steps:
        desk.act(dossier, step, {"items": ["Ảnh"], "reason": "x"} if step == "ask-supplement" else {})
    opened.view.chips.choose("all")
    opened.settle()
    lines = opened.view.lines
    line = lines.lines[lines.row_of(dossier)]
    assert lines.text(line, Column.LEFT).startswith(left)
    assert lines.text(line, Column.STATUS) == status


def test_an_overdue_line_says_by_how_many_working_days(opened: Opened, desk: Desk, clock: SetClock):
    dossier = take(desk)
    clock.put(NOW.replace(day=26))
    opened.page.flow.refresh()
    opened.settle()
    lines = opened.view.lines
    line = lines.lines[lines.row_of(dossier)]
    # 24 November is a day off.
    assert lines.text(line, Column.LEFT) == "Trễ 2 ngày"
    assert opened.view.chips.chips["overdue"].count == len(desk.board("overdue", limit=500).rows)


@pytest.mark.parametrize("size", [SIZE, (818, 432), (1024, 560)])
def test_numbers_days_and_pills_are_never_cut(opened: Opened, desk: Desk, size: tuple[int, int]):
    opened.view.chips.choose("all")
    opened.page.resize(*size)
    opened.settle()
    table, lines = opened.view.table, opened.view.lines
    plain, bold = QFontMetrics(table.font()), QFontMetrics(pill_font())
    for line in lines.lines:
        for column, metrics, around in (
            (Column.NUMBER, plain, 13), (Column.DUE, plain, 13), (Column.LEFT, bold, 22), (Column.STATUS, bold, 22),
        ):  # fmt: skip
            if not table.isColumnHidden(column):
                assert metrics.horizontalAdvance(lines.text(line, column)) + around <= table.columnWidth(column)
    assert not table.isColumnHidden(Column.NUMBER)
    assert table.horizontalScrollBar().maximum() == 0
    widest = max(bold.horizontalAdvance(load("vi").say(f"status.{code}")) for code in STATUSES)
    assert widest + 22 <= table.columnWidth(Column.STATUS)
