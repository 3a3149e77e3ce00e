"""The page Hồ sơ on small screens and in words: nothing cut, everything reachable, every code has its sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.status import STATUSES, STEPS, FieldKind
from onestop_desktop.gui.dossiers.changes import FIELDS
from onestop_desktop.gui.dossiers.query import CHIPS
from onestop_desktop.words import load
from tests.gui.test_dossiers_list import SIZE, Opened, take

SCALED = (818, 432)
"""What is left of 1366 × 768 at 150 %."""


@pytest.fixture(params=[SIZE, SCALED], ids=["1366", "1366 at 150 %"])
def opened(request: pytest.FixtureRequest, qtbot: QtBot, dressed: QApplication, desk: Desk, tmp_path: Path) -> Opened:
    """The page at both sizes."""
    return Opened(qtbot, desk, tmp_path, request.param)


def a_full_dossier(opened: Opened) -> str:
    desk = opened.desk
    principal = {"name": "Lường Thị Xôm", "id_number": "014191005555", "authority": "Giấy ủy quyền số 12"}
    dossier = take(desk, principal=principal, shelf="Kệ 2, ngăn 5", note="Gọi trước khi trả")
    desk.act(dossier, "assign", {"officer": "Công chức Tư pháp – Hộ tịch phụ trách địa bàn bốn bản vùng cao"})
    desk.act(dossier, "collect", {"amount": 3000})
    desk.act(dossier, "ask-supplement", {"items": ["Ảnh 4×6", "Giấy xác nhận cư trú"], "reason": "Thiếu giấy tờ"})
    desk.act(dossier, "supplement", {})
    return dossier


def test_the_detail_scrolls_where_it_is_longer_than_the_window(opened: Opened):
    opened.open(a_full_dossier(opened))
    area = opened.view.detail.area
    assert area.horizontalScrollBar().maximum() == 0
    assert area.widget().width() <= area.viewport().width()
    assert area.verticalScrollBar().maximum() > 0
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    bottom = opened.view.detail.story.reprint
    assert area.viewport().rect().contains(bottom.mapTo(area.viewport(), QPoint(5, bottom.height() - 1)))


def test_the_detail_tells_everything_known(opened: Opened):
    opened.open(a_full_dossier(opened))
    told = "\n".join(one.text() for one in opened.view.detail.findChildren(QLabel) if one.isVisibleTo(opened.page))
    for words in (
        "Lò Thị Hạnh", "0912 345 678", "Lường Thị Xôm", "Giấy ủy quyền số 12", "Kệ 2, ngăn 5", "Gọi trước khi trả",
        "8.000 đ", "3.000 đ", "5.000 đ", "Tờ khai — 1 bản chính", "Ảnh 4×6, Giấy xác nhận cư trú", "Lò Thị Mai",
        "Tiếp nhận · hẹn", "Nhận bổ sung",
    ):  # fmt: skip
        assert words in told, words


def test_every_input_can_be_reached_by_tab(opened: Opened):
    opened.open(a_full_dossier(opened))
    reached: set[QWidget] = set()
    widget: QWidget | None = opened.view.chips.chips["held"]
    while widget is not None and widget not in reached:
        reached.add(widget)
        widget = widget.nextInFocusChain()
    view = opened.view
    for wanted in (view.filters.line, *view.filters.choices.values(), view.table, view.detail._first):
        assert wanted in reached
        assert wanted.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_code_has_its_words(language: str):
    words = load(language)
    codes = {f"window.dossiers.step.{step}" for step in STEPS} | {f"window.dossiers.done.{step}" for step in STEPS}
    codes |= {f"window.dossiers.chip.{chip}" for chip in CHIPS} | {f"window.dossiers.empty.{chip}" for chip in CHIPS}
    codes |= {f"status.{status}" for status in STATUSES} | {f"field.{name}" for name in FIELDS}
    for step in STEPS.values():
        codes |= {f"window.dossiers.field.{field.name}" for field in step.fields}
        for field in step.fields:
            if field.kind is FieldKind.CHOICE:
                codes |= {f"window.dossiers.choice.{field.name}.{value}" for value in field.choices}
    assert {code for code in codes if code not in words} == set()
    other = load("en" if language == "vi" else "vi")
    mine = {code for code in words if code.startswith("window.dossiers.")}
    assert mine == {code for code in other if code.startswith("window.dossiers.")}


def test_the_way_says_a_receipt_was_printed_only_where_there_is_one(opened: Opened, desk: Desk) -> None:
    dossier = take(desk)
    opened.open(dossier)
    assert "in giấy hẹn" not in told(opened)
    assert opened.view.detail.story.reprint.text().strip() == "In giấy hẹn"
    desk.printed(desk.issue_receipt(dossier))
    opened.page.flow.refresh()
    opened.settle()
    assert "Tiếp nhận, in giấy hẹn · hẹn" in told(opened)
    assert opened.view.detail.story.reprint.text().strip() == "In lại giấy hẹn"


def told(opened: Opened) -> str:
    return "\n".join(one.text() for one in opened.view.detail.findChildren(QLabel))
