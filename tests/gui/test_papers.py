"""Papers besides the receipt: offered after their step, listed with the dossier, told when they do not come out."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from onestop_desktop.gui.dossiers.facts import sections
from onestop_desktop.gui.handover.steps import Outcome
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.words import load
from tests.builders import a_line
from tests.gui.hands import FakePress
from tests.papers import reading

WORDS = load("vi")


class Room:
    """The page Hồ sơ over a real desk, with a press that prints into a list."""

    def __init__(self, window: MainWindow, qtbot: QtBot, press: FakePress) -> None:
        self.window = window
        self.qtbot = qtbot
        self.press = press
        self.desk = window.session.desk
        window.prints.choose("HP LaserJet P1102")
        window.show_task("dossiers")
        self.page: Any = window.tasks.current.page

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.window.session.worker.waiting == 0)
        QApplication.processEvents()
        self.qtbot.waitUntil(lambda: self.window.session.worker.waiting == 0)

    def open(self, dossier: str) -> None:
        self.page.open_dossier(dossier)
        self.settle()

    def take(self, dossier: str, step: str, **values: Any) -> None:
        """Take a step as the form's button does."""
        self.open(dossier)
        offer = next(one for one in self.page.view.detail.offers.all if one.step == step)
        got = self.desk.act(dossier, step, values)
        self.page.flow.steps._acted(offer, got)
        self.settle()

    def answers(self) -> list[str]:
        message = self.page.view.detail.strip.message
        return [answer.text for answer in message.answers] if message else []

    def press_answer(self) -> None:
        self.page.view.detail.strip.message.answers[0].act()
        self.settle()
        self.settle()


@pytest.fixture
def room(window: MainWindow, qtbot: QtBot, press: FakePress) -> Room:
    return Room(window, qtbot, press)


STEPS: dict[str, tuple[dict[str, Any], str]] = {
    "ask-supplement": ({"items": ["Giấy chứng sinh"], "reason": "Thiếu"}, "In phiếu yêu cầu bổ sung"),
    "extend": ({"due_at": "2027-06-01T17:00:00+07:00", "reason": "Xác minh"}, "In phiếu xin lỗi"),
    "stop": ({"reason": "Không bổ sung"}, "In thông báo dừng giải quyết"),
    "collect": ({"amount": 8000}, "In phiếu thu phí"),
    "assign": ({"officer": "Hà Văn Tư"}, "In phiếu bàn giao hồ sơ"),
}


@pytest.mark.parametrize("step", STEPS)
def test_after_a_step_its_paper_is_offered_and_printed(room: Room, step: str) -> None:
    values, word = STEPS[step]
    dossier = room.desk.receive(a_line(), again=True).id
    room.take(dossier, step, **values)
    assert room.answers() == [word]
    room.press_answer()
    assert len(room.press.printed) == 1
    (issued,) = room.desk.dossier(dossier).issued
    assert issued.printed == 1
    assert room.page.view.detail.strip.message.text.startswith("Đã in ")


def test_a_step_without_a_paper_offers_none(room: Room) -> None:
    dossier = room.desk.receive(a_line(), again=True).id
    room.take(dossier, "ready")
    assert room.answers() == []


def test_detail_lists_the_papers_and_reprints_with_a_mark(room: Room) -> None:
    dossier = room.desk.receive(a_line(), again=True).id
    room.desk.act(dossier, "ask-supplement", STEPS["ask-supplement"][0])
    room.desk.printed(room.desk.papers.issue(dossier, "supplement"))
    room.open(dossier)
    story = room.page.view.detail.story
    room.qtbot.waitUntil(lambda: story.is_built)
    button: QPushButton = story.papers
    menu = button.findChild(QMenu)
    assert menu is not None
    told = {action.data(): action.text() for action in menu.actions()}
    assert told == {
        "supplement": "In lại phiếu yêu cầu bổ sung",
        "control-slip": "In phiếu kiểm soát",
        "label": "In nhãn hồ sơ",
    }
    next(action for action in menu.actions() if action.data() == "supplement").trigger()
    room.settle()
    room.settle()
    assert "In lại lần 1" in reading.words_of(room.press.printed[0][0])
    (issued,) = (one for one in sections(room.page.view.detail.opened, WORDS) if one.code == "issued")
    assert [value.split(",")[0] for _name, value in issued.rows] == ["Phiếu yêu cầu bổ sung"]


def test_a_label_is_printed_and_not_recorded(room: Room) -> None:
    dossier = room.desk.receive(a_line(), again=True).id
    entries = room.desk.pending().entries
    room.open(dossier)
    room.page.flow.papers.print(dossier, "label")
    room.settle()
    room.settle()
    assert len(room.press.printed) == 1
    assert room.desk.pending().entries == entries


def test_a_paper_that_does_not_come_out_is_told_here_and_tried_again(room: Room) -> None:
    dossier = room.desk.receive(a_line(), again=True).id
    room.desk.issue_receipt(dossier, out="file")
    room.press.broken = True
    room.take(dossier, "assign", officer="Hà Văn Tư")
    room.press_answer()
    message = room.page.view.detail.strip.message
    assert message.tone == "bad"
    assert message.text.startswith("CHƯA IN phiếu bàn giao hồ sơ: ")
    assert room.window.prints.unprinted is None
    room.press.broken = False
    room.press_answer()
    assert len(room.press.printed) == 1
    assert [(one.form, one.printed) for one in room.desk.dossier(dossier).issued][1] == ("handover", 1)


def test_hand_over_offers_the_slips_of_result_and_fee(room: Room) -> None:
    dossier = room.desk.receive(a_line(), again=True).id
    for step, values in (("ready", {}), ("collect", {"amount": 8000}), ("return", {})):
        state, _changes = room.desk.act(dossier, step, values)
    room.window.show_task("return")
    page: Any = room.window.tasks.current.page
    flow: Any = next(one for one in room.window.session.children() if type(one).__name__ == "HandoverFlow")
    flow._saved(Outcome(state, (("collect", {"amount": 8000}), ("return", {}))))
    room.settle()
    texts = [answer.text for answer in page.strip.message.answers]
    assert texts == [WORDS.say("window.handover.undo"), "In phiếu thu phí", "In phiếu trả kết quả"]
    page.strip.message.answers[2].act()
    room.settle()
    room.settle()
    assert "PHIẾU TRẢ KẾT QUẢ" in reading.words_of(room.press.printed[0][0])
    assert page.strip.message.text.startswith("Đã in phiếu trả kết quả")
