"""Dossiers whose steps contradict each other have a chip of their own on Hồ sơ, while there are any."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from onestop_desktop.desk.desk import Desk
from onestop_desktop.gui.dossiers.chips import Chip
from onestop_desktop.gui.dossiers.lines_model import PILL_ROLE, Column
from tests.gui.test_dossiers_list import Opened
from tests.gui.test_dossiers_steps import in_conflict


@pytest.fixture
def opened(qtbot: QtBot, dressed: QApplication, desk: Desk, tmp_path: Path) -> Opened:
    """The page on the training desk."""
    return Opened(qtbot, desk, tmp_path)


def chip(opened: Opened) -> Chip:
    return opened.view.chips.chips["conflict"]


def read_again(opened: Opened) -> None:
    opened.page.flow.refresh()
    opened.settle()


def test_there_is_no_such_chip_while_there_is_no_such_dossier(opened: Opened) -> None:
    assert not chip(opened).isVisible()
    assert chip(opened).count == 0


def test_the_chip_comes_with_the_dossier_and_shows_it_alone(opened: Opened, desk: Desk) -> None:
    dossier = in_conflict(desk)
    read_again(opened)
    assert chip(opened).isVisible()
    assert chip(opened).accessibleName() == "Mâu thuẫn: 1"
    chip(opened).click()
    opened.settle()
    assert opened.ids() == [dossier]
    lines = opened.view.lines
    pill = lines.index(0, Column.STATUS).data(PILL_ROLE)
    assert pill.text.startswith("⚠ ")
    assert pill.full == "Các bước ghi ở hai nơi mâu thuẫn nhau: hãy xem quá trình và xử lý"


def test_alt_and_nine_chooses_it_and_the_others_keep_their_keys(opened: Opened, desk: Desk) -> None:
    dossier = in_conflict(desk)
    read_again(opened)
    QTest.keyClick(opened.view.table, Qt.Key.Key_9, Qt.KeyboardModifier.AltModifier)
    opened.settle()
    assert (opened.view.chips.code, opened.ids()) == ("conflict", [dossier])
    QTest.keyClick(opened.view.table, Qt.Key.Key_8, Qt.KeyboardModifier.AltModifier)
    opened.settle()
    assert opened.view.chips.code == "all"


def test_words_narrow_it_and_find_nothing_else(opened: Opened, desk: Desk) -> None:
    dossier = in_conflict(desk)
    read_again(opened)
    chip(opened).click()
    for text, found in (("hanh", [dossier]), ("ha thi chua", [])):
        opened.view.filters.line.setText(text)
        opened.view.queried.emit()
        opened.settle()
        assert opened.ids() == found, text
    assert opened.view.everywhere.isVisible()


def test_the_chip_goes_when_the_last_one_is_settled_and_another_is_chosen(opened: Opened, desk: Desk) -> None:
    dossier = in_conflict(desk)
    read_again(opened)
    chip(opened).click()
    opened.settle()
    desk.act(dossier, "settle", {"reason": "Bàn kia bấm nhầm"})
    read_again(opened)
    assert opened.ids() == []
    assert opened.view.empty.text() == "Không có hồ sơ nào mâu thuẫn."
    assert chip(opened).isVisible()
    opened.view.chips.choose("held")
    opened.settle()
    assert not chip(opened).isVisible()


def test_counting_and_listing_look_at_no_other_dossier(desk: Desk) -> None:
    plans = desk.core.store.read(
        lambda c: [
            " ".join(str(row[3]) for row in c.execute(f"EXPLAIN QUERY PLAN {what} FROM dossier d WHERE d.conflict = 1"))
            for what in ("SELECT count(*)", "SELECT d.rowid")
        ]
    )  # fmt: skip
    assert all("dossier_conflict" in plan for plan in plans), plans
