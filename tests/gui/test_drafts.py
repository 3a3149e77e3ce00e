"""What is typed survives a power cut."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from onestop_desktop.gui.flows.drafts import EVERY_MS, FORM
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.session import Session
from onestop_desktop.settings import Settings
from onestop_desktop.words import load
from tests.gui.conftest import open_window
from tests.gui.hands import KNOWN_CARD, FakePress, Hands, HandTime, Watched


@pytest.fixture
def again(
    dressed: QApplication, qtbot: QtBot, watched: Watched, press: FakePress, settings: Settings, hand_time: HandTime
) -> Iterator[MainWindow]:
    """A second window on the same desk, as after a power cut: the first one never got to close."""
    first = open_window(qtbot, Session(watched, settings, load("vi"), press), hand_time)  # type: ignore[arg-type]
    hands = Hands(qtbot, first, hand_time)
    hands.scan(KNOWN_CARD)
    hands.type("khai sinh")
    hands.press(Qt.Key.Key_Return)
    first.intake.terms.entries["fee"].put("8.000")
    first.flow.drafts.keep()
    hands.settle()
    first.let_go()
    return open_window(qtbot, Session(watched, settings, load("vi"), press), hand_time)  # type: ignore[arg-type]


def test_a_new_window_offers_the_draft_and_enter_takes_it(again: MainWindow, qtbot: QtBot, hand_time: HandTime) -> None:
    hands = Hands(qtbot, again, hand_time)
    assert again.intake.is_pristine
    assert again.intake.strip.message is not None
    assert "Quàng Văn Thương" in again.intake.strip.message.text
    hands.press(Qt.Key.Key_Return)
    assert again.intake.applicant.text("name") == "Quàng Văn Thương"
    assert again.intake.procedure.procedure is not None
    assert again.intake.procedure.procedure.code == "1.001193"
    assert again.intake.terms.line(again.session.desk.now().date())["fee"] == 8000
    assert [row.checked for row in again.intake.papers.rows[:3]] == [True, True, False]


def test_a_draft_that_was_received_is_gone(
    again: MainWindow, qtbot: QtBot, hand_time: HandTime, watched: Watched
) -> None:
    hands = Hands(qtbot, again, hand_time)
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert len(watched.taken) == 1
    assert watched.load_draft(FORM) is None


def test_a_discarded_draft_is_gone(again: MainWindow, qtbot: QtBot, hand_time: HandTime, watched: Watched) -> None:
    hands = Hands(qtbot, again, hand_time)
    hands.press(Qt.Key.Key_Tab)
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert watched.load_draft(FORM) is None
    assert hands.focus() is again.intake.procedure.entry


def test_typing_without_an_answer_loses_neither(
    again: MainWindow, qtbot: QtBot, hand_time: HandTime, watched: Watched
) -> None:
    hands = Hands(qtbot, again, hand_time)
    again.intake.applicant.entries["name"].setFocus()
    hands.type("Lo Van Moi")
    again.flow.drafts.keep()
    hands.settle()
    kept = watched.load_draft(FORM)
    assert kept is not None
    assert kept["applicant"]["name"] == "Lo Van Moi"
    assert kept["earlier"]["applicant"]["name"] == "Quàng Văn Thương"


def test_a_change_of_focus_keeps_what_is_typed(window: MainWindow, hands: Hands, watched: Watched) -> None:
    window.intake.applicant.entries["name"].setFocus()
    hands.type("Ha A")
    hands.press(Qt.Key.Key_Tab)
    hands.settle()
    kept = watched.load_draft(FORM)
    assert kept is not None
    assert kept["applicant"]["name"] == "Ha A"


def test_drafts_are_kept_every_ten_seconds(window: MainWindow) -> None:
    assert window.flow.drafts._timer.isActive()
    assert window.flow.drafts._timer.interval() == EVERY_MS == 10_000


def test_an_untouched_form_keeps_nothing(window: MainWindow, hands: Hands, watched: Watched) -> None:
    hands.press(Qt.Key.Key_Tab)
    hands.settle()
    assert watched.load_draft(FORM) is None


def test_a_form_emptied_by_hand_keeps_nothing(window: MainWindow, hands: Hands, watched: Watched) -> None:
    window.intake.applicant.entries["name"].setFocus()
    hands.type("Ha")
    hands.press(Qt.Key.Key_Tab)
    hands.settle()
    window.intake.applicant.entries["name"].put("")
    window.flow.drafts.keep()
    hands.settle()
    assert watched.load_draft(FORM) is None


def test_ctrl_s_keeps_at_once_and_says_so(window: MainWindow, hands: Hands, watched: Watched) -> None:
    window.intake.applicant.entries["name"].setFocus()
    hands.type("Ha")
    hands.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    hands.settle()
    assert watched.load_draft(FORM) is not None
    assert window.intake.strip.isVisible()
