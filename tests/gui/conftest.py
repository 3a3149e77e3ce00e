"""A training desk behind a real window, off the screen; a press that prints into a list; hands that count keys."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from onestop_desktop.clock import HANOI, SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.gui import theme
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.session import Session
from onestop_desktop.settings import Settings
from onestop_desktop.store.seed import Seed
from onestop_desktop.words import load
from tests.gui.hands import FakePress, Hands, HandTime, Watched

SEED = Seed()
NOW = datetime(2026, 11, 23, 14, 26, tzinfo=HANOI)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the offscreen platform say that it has no window manager: it is no fault of ours."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """As in the program, garbage is collected on the window's thread alone: Qt objects must not die on the worker's."""
    gc.disable()
    yield
    gc.collect()


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """The application in the light theme, with the shipped fonts."""
    theme.load_fonts()
    theme.wear(qapp, "light")
    # What is imported by now stays: no collection after a test need look at it.
    gc.collect()
    gc.freeze()
    return qapp


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """The usual robot; what it is given to look after wears the theme, as everything in the program's window does."""
    add = qtbot.addWidget

    def dress_and_add(widget: QWidget, **more: Any) -> None:
        if widget.parentWidget() is None:
            theme.dress(widget)
        add(widget, **more)

    qtbot.addWidget = dress_and_add
    return qtbot


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("training")
    Door.create_training(folder / "data", folder / "state", SetClock(NOW))
    return folder


@pytest.fixture
def clock() -> SetClock:
    """Monday 23 November 2026, 14:26."""
    return SetClock(NOW)


@pytest.fixture
def folder(_template: Path, tmp_path: Path) -> Path:
    """A training desk of one's own."""
    shutil.copytree(_template, tmp_path / "desk")
    return tmp_path / "desk"


@pytest.fixture
def door(folder: Path, clock: SetClock) -> Door:
    """Its door."""
    return Door(folder / "data", folder / "state", clock, SEED)


@pytest.fixture
def desk(door: Door) -> Iterator[Desk]:
    """The desk opened by Mai."""
    opened = door.open("mai", "tap")
    yield opened
    opened.close()


@pytest.fixture
def watched(desk: Desk) -> Watched:
    """The same desk, remembering what was received."""
    return Watched(desk)


@pytest.fixture
def press() -> FakePress:
    """A printer that works until told otherwise."""
    return FakePress()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a printer chosen."""
    made = Settings(tmp_path / "settings.toml")
    made.put("printer", "HP LaserJet P1102")
    return made


@pytest.fixture
def hand_time() -> HandTime:
    """The clock of the keys."""
    return HandTime()


@pytest.fixture
def window(
    dressed: QApplication, qtbot: QtBot, watched: Watched, press: FakePress, settings: Settings, hand_time: HandTime
) -> MainWindow:
    """The window at 1366 × 768."""
    return open_window(qtbot, Session(watched, settings, load("vi"), press), hand_time)  # type: ignore[arg-type]


@pytest.fixture
def hands(window: MainWindow, qtbot: QtBot, hand_time: HandTime) -> Hands:
    """Somebody at the keyboard and the scanner."""
    return Hands(qtbot, window, hand_time)


def open_window(qtbot: QtBot, session: Session, hand_time: HandTime, size: tuple[int, int] = (1366, 768)) -> MainWindow:
    """Show a window of a session and wait until it has the focus."""
    made = MainWindow(session, hand_time.now_ms)
    qtbot.addWidget(made)
    made.resize(*size)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made
