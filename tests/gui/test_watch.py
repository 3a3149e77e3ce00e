"""The window never waits: not for a slow disk, not for a hundred thousand dossiers; what was measured is printed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QScrollBar
from pytestqt.qtbot import QtBot

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.domain.catalogue import Catalogue
from onestop_desktop.domain.status import STEPS
from onestop_desktop.gui.actions import RAIL
from onestop_desktop.gui.dossiers.offers import Offer
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.run import Top
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.tasks import AHEAD_MS
from onestop_desktop.settings import Settings
from onestop_desktop.store import fold, writer
from onestop_desktop.store.connect import Connection
from onestop_desktop.store.seed import Seed
from onestop_desktop.store.store import Store
from onestop_desktop.words import load
from tests import files
from tests.bench.fill import PASSWORD, SEED, fill, new_desk
from tests.gui.conftest import NOW, open_window
from tests.gui.effort import TASKS, Clerk
from tests.gui.hands import KNOWN_CARD, FakePress, Hands, HandTime
from tests.gui.watch import watching

WHOLE = 100_000
REAL = 1_000
DELAY = 0.06


def widen(connection: Connection) -> None:
    """Repeat the real rows until there are a hundred thousand: lists and searches read nothing but these rows."""
    columns = [name for name in fold.COLUMNS if name not in {"id", "register_no"}]
    names = ", ".join(columns)
    for copy in range(1, WHOLE // REAL):
        connection.execute(
            f"INSERT INTO dossier (id, register_no, {names})"
            f" SELECT id || '-{copy}', register_no + {copy * REAL}, {names} FROM dossier WHERE rowid <= {REAL}"
        )
    connection.execute("INSERT INTO search (rowid, folded) SELECT rowid, folded FROM dossier WHERE rowid > ?", (REAL,))


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a hundred thousand rows."""
    folder = tmp_path_factory.mktemp("big")
    clock = SetClock(NOW)
    desk = new_desk(folder, clock)
    fill(desk, clock, REAL)
    desk.core.store.write_plain(widen)
    desk.close()
    return folder


@pytest.fixture
def at_work(
    big: Path, tmp_path: Path, dressed: QApplication, qtbot: QtBot, hand_time: HandTime
) -> Iterator[tuple[MainWindow, Hands, Desk]]:
    """The window on that store."""
    desk = Door(big / "desk", big / "state", SetClock(NOW), SEED).open("mai", PASSWORD)
    settings = Settings(tmp_path / "settings.toml")
    settings.put("printer", "HP LaserJet P1102")
    window = open_window(qtbot, Session(desk, settings, load("vi"), FakePress()), hand_time)
    yield window, Hands(qtbot, window, hand_time), desk
    window.let_go()
    desk.close()


def quiet_after_log_in(window: MainWindow, qtbot: QtBot) -> None:
    """Let the window and its worker do what they do in the two seconds after log-in."""
    window.session.run(window.session.desk.core.read_ahead)
    window.tasks.make_ahead()
    qtbot.waitUntil(lambda: window.tasks.is_ready and window.session.worker.waiting == 0, timeout=20_000)


def test_a_hundred_thousand_dossiers_are_listed_scrolled_searched_and_opened(
    at_work: tuple[MainWindow, Hands, Desk], qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    window, hands, desk = at_work
    told = []
    quiet_after_log_in(window, qtbot)
    with watching(window) as watch:
        hands.press(Qt.Key.Key_F3)
        hands.settle()
        qtbot.wait(300)
        told.append(watch.told("100,000 dossiers, list opened"))
    page: Any = window.tasks.current.page
    view, table = page.view.table, page.view.lines
    with watching(window) as watch:
        bar = view.verticalScrollBar()
        for _turn in range(20):
            known = table.after
            qtbot.waitUntil(lambda known=known: _scrolled(bar) and table.after != known, timeout=10_000)
        hands.settle()
        told.append(watch.told("100,000 dossiers, scrolled to the end twenty times"))
    with watching(window) as watch:
        window.go_to_scan()
        for letter in "nguyen van duc":
            hands.type(letter)
            qtbot.wait(15)
        hands.settle()
        told.append(watch.told("100,000 dossiers, search as you type"))
    with watching(window) as watch:
        for dossier in real_ones(desk):
            page.open_dossier(dossier)
            qtbot.wait(60)
        hands.settle()
        told.append(watch.told("100,000 dossiers, ten opened one after another"))
    with capsys.disabled():
        print("\n" + "\n".join(told))


def _scrolled(bar: QScrollBar) -> bool:
    """Scroll to what is the end by now: the table learns of further rows a moment after they came."""
    bar.setValue(bar.maximum())
    return True


def real_ones(desk: Desk) -> list[str]:
    """Return ten dossiers that have entries behind them."""
    sql = "SELECT id FROM dossier ORDER BY rowid LIMIT 10"
    return desk.core.store.read(lambda c: [str(row[0]) for row in c.execute(sql)])


def test_everyday_tasks_never_hold_the_window_up(
    at_work: tuple[MainWindow, Hands, Desk], qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    window, hands, desk = at_work
    clerk = Clerk(window, hands, desk)
    quiet_after_log_in(window, qtbot)
    told = []
    for what, prepare, _most in TASKS.values():
        play = prepare(clerk)
        window.show_task("receive")
        window.intake.start()
        clerk.rest()
        with watching(window) as watch:
            play()
        told.append(watch.told(what))
    with capsys.disabled():
        print("\n" + "\n".join(told))


def test_forms_help_and_files_never_hold_the_window_up(
    at_work: tuple[MainWindow, Hands, Desk], qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    window, hands, desk = at_work
    told = []
    quiet_after_log_in(window, qtbot)
    window.show_task("dossiers")
    page: Any = window.tasks.current.page
    page.open_dossier(real_ones(desk)[0])
    hands.settle()
    qtbot.wait(100)
    longest: dict[str, float] = {}
    for step in STEPS:
        with watching(window) as watch:
            page.flow.steps.ask(Offer(step, f"window.dossiers.step.{step}"))
            qtbot.wait(60)
            page.view.detail.close_form()
            qtbot.wait(30)
        longest[watch.told(f"the form of the step {step}")] = watch.longest
    told.append(max(longest, key=lambda line: longest[line]))
    for task in (one.name for one in RAIL if one.built):
        window.show_task(task)
        hands.settle()
        qtbot.wait(100)
        with watching(window) as watch:
            hands.press(Qt.Key.Key_F1)
            qtbot.wait(200)
            hands.press(Qt.Key.Key_Escape)
            qtbot.wait(100)
        told.append(watch.told(f"the help of page {task}"))
    window.show_task("receive")
    window.intake.take_procedure(desk.procedure("1.001193"))
    scan = tmp_path / "scan.jpg"
    scan.write_bytes(files.photograph((4000, 3000), 1))
    with watching(window) as watch:
        window.tasks.current.attach()
        window.files.files.add([scan])
        hands.settle()
        qtbot.wait(200)
    told.append(watch.told("a photograph of 12 million pixels added"))
    with watching(window) as watch:
        for _theme in range(3):
            hands.press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
            qtbot.wait(50)
    told.append(watch.told("three changes of the theme, with every page made"))
    with capsys.disabled():
        print("\n" + "\n".join(told))


def test_every_page_is_made_in_the_quiet_and_shown_at_once(
    at_work: tuple[MainWindow, Hands, Desk], qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    window, hands, _desk = at_work
    tasks = [task for task in RAIL if task.built]
    told = []
    with watching(window) as watch:
        window.tasks.make_ahead()
        qtbot.waitUntil(lambda: window.tasks.is_ready, timeout=20_000)
        told.append(watch.told("every page made ahead, piece by piece"))
    pages = {name: task.page for name, task in window.tasks.made.items()}
    assert pages.keys() == {task.name for task in tasks}
    for task in tasks:
        with watching(window) as watch:
            hands.press(Qt.Key(QKeySequence(task.key)[0].key()))
            # The worker looks for every conflict and answer of a hundred thousand dossiers on page Chốt ngày.
            qtbot.waitUntil(lambda: window.session.worker.waiting == 0, timeout=60_000)
            qtbot.wait(300)
        assert window.tasks.current.page is pages[task.name], "a page was made twice"
        told.append(watch.told(f"first turn to page {task.name}"))
    with capsys.disabled():
        print("\n" + "\n".join(told))


def test_a_page_that_is_asked_for_before_its_turn_is_made_once(window: MainWindow, hands: Hands, qtbot: QtBot) -> None:
    """Somebody is faster than the quiet: before, between and after the pieces."""
    hands.press(Qt.Key.Key_F4)
    hands.settle()
    early = window.tasks.current.page
    window.tasks.make_ahead()
    qtbot.waitUntil(lambda: "dossiers" in window.tasks.waiting, timeout=5_000)
    hands.press(Qt.Key.Key_F3)
    hands.settle()
    between = window.tasks.current.page
    qtbot.waitUntil(lambda: window.tasks.is_ready, timeout=20_000)
    made = window.tasks.made
    assert (made["return"].page, made["dossiers"].page) == (early, between)
    assert len(window.findChildren(type(between))) == 1
    assert len(window.findChildren(type(early))) == 1
    assert window.tasks.current.page is between
    assert not window.tasks.waiting


def test_a_window_that_is_left_makes_no_more_pages(window: MainWindow, qtbot: QtBot) -> None:
    window.tasks.make_ahead()
    qtbot.waitUntil(lambda: bool(window.tasks.waiting), timeout=5_000)
    window.let_go()
    before = set(window.tasks.made)
    qtbot.wait(3 * AHEAD_MS)
    assert set(window.tasks.made) == before


def test_after_log_in_pages_and_catalogue_are_there_before_anybody_asks(
    dressed: QApplication, qtbot: QtBot, folder: Path, settings: Settings, press: FakePress
) -> None:
    read_by: list[str] = []

    class WatchedSeed(Seed):
        @cached_property
        def catalogue(self) -> Catalogue:
            read_by.append(threading.current_thread().name)
            return Seed().catalogue

    door = Door(folder / "data", folder / "state", SetClock(NOW), WatchedSeed())
    top = Top(door, settings, load("vi"), press)
    qtbot.addWidget(top)
    top.show()
    top.start(create=False)
    top.currentWidget().asked.emit("mai", "tap")  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: top.main is not None and top.main.tasks.is_ready, timeout=20_000)
    assert len(read_by) == 1
    assert read_by[0] != threading.main_thread().name
    top.close()


def slow(job: Callable[[Connection], Any]) -> Callable[[Connection], Any]:
    def delayed(connection: Connection) -> Any:
        result = job(connection)
        time.sleep(DELAY)
        return result

    return delayed


def test_a_slow_disk_stops_nobody(
    window: MainWindow,
    hands: Hands,
    qtbot: QtBot,
    press: FakePress,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each commit takes 60 ms longer: the loop turns meanwhile, and the receipt comes out all the same."""
    real = writer.in_transaction
    commits: list[str] = []

    def late(connection: Connection, job: Callable[[Connection], Any]) -> Any:
        commits.append(threading.current_thread().name)
        return real(connection, slow(job))

    monkeypatch.setattr(writer, "in_transaction", late)
    with watching(window) as watch:
        for given in ("Hoa", "Thương", "Đức", "Dơ", "Mai"):
            hands.scan(KNOWN_CARD.replace("Thương", given))
            for letter in "khai sinh":
                hands.type(letter)
                qtbot.wait(5)
            for key in (Qt.Key.Key_Return, Qt.Key.Key_F9):
                hands.press(key)
                qtbot.wait(5)
            hands.settle()
    with capsys.disabled():
        print("\n" + watch.told("five intakes, each commit 60 ms late"))
    assert len(press.printed) == 5
    assert len(commits) >= 10
    assert set(commits) == {"onestop-writer"}, "something was written elsewhere than on the writer's thread"
    assert watch.turns >= len(commits) * 10, "the window stood still while the disk was busy"


def test_the_windows_thread_neither_writes_nor_waits_for_a_writer(
    window: MainWindow, hands: Hands, press: FakePress, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = threading.main_thread()
    caught: list[str] = []
    for name in ("write", "write_plain", "verify", "put_user"):
        real = getattr(Store, name)

        def watched(self: Store, *values: Any, _real: Any = real, _name: str = name, **named: Any) -> Any:
            if threading.current_thread() is main:
                caught.append(_name)
            return _real(self, *values, **named)

        monkeypatch.setattr(Store, name, watched)
    hands.scan(KNOWN_CARD)
    hands.type("khai sinh")
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    for key in (Qt.Key.Key_F3, Qt.Key.Key_F4, Qt.Key.Key_F11, Qt.Key.Key_F2):
        hands.press(key)
        hands.settle()
    window.flow.keep_draft()
    hands.settle()
    assert len(press.printed) == 1
    assert caught == []
