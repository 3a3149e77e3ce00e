"""Chốt ngày over a real desk: what became overdue, fees that nobody recorded, work that lies on this PC alone."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.pages.close_day import CloseDayPage
from onestop_desktop.words import load
from tests.builders import a_line
from tests.gui.conftest import NOW
from tests.gui.hands import Hands

WORDS = load("vi")


def handed_over(desk: Desk, *collected: int) -> str:
    dossier = desk.receive(a_line("Vàng Thị Xua", fee=8000), again=True).id
    for amount in collected:
        desk.act(dossier, "collect", {"amount": amount})
    desk.act(dossier, "ready", {})
    desk.act(dossier, "return", {})
    return dossier


def shown(window: MainWindow, hands: Hands, qtbot: QtBot) -> CloseDayPage:
    hands.press(Qt.Key.Key_F6)
    page: CloseDayPage = window.tasks.current.page  # type: ignore[assignment]
    qtbot.waitUntil(lambda: page.figures.received.number.text != "–")
    hands.settle()
    return page


def test_the_figure_of_what_became_overdue_is_that_of_the_day(
    window: MainWindow, hands: Hands, desk: Desk, qtbot: QtBot
):
    """The training desk's dossiers were received on the two working days before."""
    late = desk.board("overdue", limit=500).rows
    assert late
    page = shown(window, hands, qtbot)
    new = desk.close_day.figures(desk.now().date()).overdue_new
    assert 0 < new <= len(late)
    assert page.figures.overdue.number.text == str(new)
    assert page.figures.overdue.number.tone == "bad"


def test_a_fee_that_nobody_recorded_is_named_and_its_button_leads_to_the_dossier(
    window: MainWindow, hands: Hands, desk: Desk, qtbot: QtBot
):
    handed_over(desk, 8000)
    page = shown(window, hands, qtbot)
    assert "fees" not in page.checks.buttons
    first = handed_over(desk)
    owing = desk.dossier(first).number[-4:]
    page = shown(window, hands, qtbot)
    qtbot.waitUntil(lambda: "fees" in page.checks.buttons)
    button = page.checks.buttons["fees"]
    assert owing in button.accessibleName()
    button.setFocus()
    hands.press(Qt.Key.Key_Return)
    assert window.tasks.front == "dossiers"
    qtbot.waitUntil(lambda: window.tasks.current.page.view.detail.dossier == first)  # type: ignore[attr-defined]


def test_work_that_lies_on_this_pc_alone_is_told_in_days(
    window: MainWindow, hands: Hands, desk: Desk, qtbot: QtBot, clock: SetClock
):
    clock.put(NOW + timedelta(days=20))
    page = shown(window, hands, qtbot)
    days = next(one.count for one in desk.close_day.checks(desk.now().date()) if one.code == "copied")
    assert days >= 20
    said = WORDS.say("window.closing.check.copied.no", count=days)
    assert page.checks.buttons["copied"].accessibleName().endswith(said)
