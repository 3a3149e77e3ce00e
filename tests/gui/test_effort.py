"""Twelve everyday tasks by keyboard and scanner: their effort is bounded, and published as it is."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from onestop_desktop.desk.desk import Desk
from onestop_desktop.gui.main_window import MainWindow
from tests.gui.effort import DOCUMENT, TASKS, Clerk, Clicks, document, played
from tests.gui.hands import Hands

COUNTED: dict[str, tuple[int, int, int]] = {}


@pytest.mark.parametrize("name", TASKS)
def test_a_task_takes_no_more_keys_than_promised(window: MainWindow, hands: Hands, desk: Desk, name: str) -> None:
    COUNTED[name] = played(name, Clerk(window, hands, desk))
    keys, _scans, clicks = COUNTED[name]
    assert keys <= TASKS[name][2]
    assert clicks == 0


def test_a_click_is_counted(window: MainWindow) -> None:
    application = QApplication.instance()
    assert application is not None
    clicks = Clicks(application)
    QTest.mouseClick(window.intake.more.toggle, Qt.MouseButton.LeftButton)
    QTest.mouseClick(window.intake.more.toggle, Qt.MouseButton.LeftButton)
    application.removeEventFilter(clicks)
    assert clicks.count == 2


def test_the_published_table_says_what_was_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """`EFFORT=write` publishes anew."""
    if set(COUNTED) != set(TASKS):
        pytest.fail("the table is compared after all tasks were played: run the whole file")
    if os.environ.get("EFFORT") == "write":
        DOCUMENT.write_text(document(COUNTED), encoding="utf-8")
    with capsys.disabled():
        print(
            "\n"
            + "\n".join(
                f"{TASKS[name][0]}: {keys} keys, {scans} scans, {clicks} clicks"
                for name, (keys, scans, clicks) in COUNTED.items()
            )
        )
    assert DOCUMENT.read_text(encoding="utf-8") == document(COUNTED)
