"""What stands on the screen when the desk cannot be opened: one sentence, what to do, two buttons."""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.door import Door
from onestop_desktop.gui.login import LoginScreen, SayScreen
from onestop_desktop.gui.run import Top
from onestop_desktop.settings import Settings
from onestop_desktop.store import keys, schema
from onestop_desktop.store.connect import connect
from onestop_desktop.words import load
from tests.gui.conftest import NOW, SEED
from tests.gui.hands import FakePress

NOBODY = 65_534
Open = Callable[[Door, str], Top]


@pytest.fixture
def start(dressed: QApplication, qtbot: QtBot, settings: Settings, press: FakePress) -> Iterator[Open]:
    """Start the program at a door, in a language."""
    tops: list[Top] = []

    def started(door: Door, language: str = "vi") -> Top:
        top = Top(door, settings, load(language), press)
        qtbot.addWidget(top)
        tops.append(top)
        top.show()
        top.start(create=False)
        return top

    yield started
    for top in tops:
        top.close()


def said(qtbot: QtBot, top: Top) -> str:
    """Return the one sentence, and make sure that it is one with two buttons."""
    qtbot.waitUntil(lambda: isinstance(top.currentWidget(), SayScreen), timeout=20_000)
    screen = top.currentWidget()
    assert screen is not None
    titles = [one for one in screen.findChildren(QLabel) if one.property("role") == "title" and one.isVisible()]
    assert len(titles) == 1
    assert len([one for one in screen.findChildren(QPushButton) if one.isVisible()]) == 2
    assert titles[0].accessibleName() == titles[0].text()
    return titles[0].text()


def front(top: Top) -> SayScreen:
    screen = top.currentWidget()
    assert isinstance(screen, SayScreen)
    return screen


def log_in(qtbot: QtBot, top: Top, password: str = "tap") -> None:
    screen = top.currentWidget()
    assert isinstance(screen, LoginScreen)
    screen.asked.emit("mai", password)
    qtbot.waitUntil(lambda: top._worker.waiting == 0, timeout=20_000)


def data_key(folder: Path) -> bytes:
    return keys.derive(keys.unwrap(keys.read_keys(folder), "mai", "tap"), "onestop/db/1")


def break_file(data: Path) -> None:
    file = data / "desk.db"
    whole = bytearray(file.read_bytes())
    whole[:4096] = bytes(4096)
    file.write_bytes(whole)


def empty_file(data: Path) -> None:
    (data / "desk.db").write_bytes(b"")


def make_newer(data: Path) -> None:
    connection = connect(data / "desk.db", data_key(data))
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, '0999_future', '')",
        (schema.SET,),
    )
    connection.close()


def break_keys(data: Path) -> None:
    for name in (keys.FILE, keys.FILE + ".copy"):
        (data / name).write_text("{")


def test_a_second_start_is_told_before_a_password_is_typed_and_tries_again(
    start: Open, qtbot: QtBot, door: Door
) -> None:
    first = door.open("mai", "tap")
    top = start(door, "vi")
    assert said(qtbot, top) == "Dữ liệu đang được mở ở cửa sổ hoặc lệnh khác. Hãy đóng nơi kia rồi thử lại."
    QTest.keyClick(front(top), Qt.Key.Key_Return)
    assert "thử lại" in said(qtbot, top)
    first.close()
    QTest.keyClick(front(top), Qt.Key.Key_Return)
    assert isinstance(top.currentWidget(), LoginScreen)


def test_a_desk_opened_elsewhere_while_the_password_is_typed_is_told(start: Open, qtbot: QtBot, door: Door) -> None:
    top = start(door, "en")
    other = door.open("tu", "tap")
    log_in(qtbot, top)
    assert said(qtbot, top) == "The data are open in another window or command. Close that one and try again."
    other.close()


@pytest.mark.parametrize(
    ("fault", "vi", "en"),
    [
        (
            break_file,
            "Dữ liệu của bàn này bị hỏng. Đừng xóa gì; hãy gọi người hỗ trợ để phục hồi từ bản sao.",
            "This desk's data are damaged. Delete nothing; call for help to restore them from a copy.",
        ),
        (empty_file, "Đừng tạo mới; hãy gọi người hỗ trợ", "Make no new one; call for help"),
        (make_newer, "Hãy cài bản mới; dữ liệu chưa bị thay đổi.", "Install the newer one; nothing was changed."),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_fault_of_the_file_is_told_after_the_password_and_can_be_tried_again(
    start: Open, qtbot: QtBot, door: Door, fault: Callable[[Path], None], vi: str, en: str, language: str
) -> None:
    fault(door.site.data)
    top = start(door, language)
    log_in(qtbot, top)
    assert {"vi": vi, "en": en}[language] in said(qtbot, top)
    front(top).retry_asked.emit()
    assert isinstance(top.currentWidget(), LoginScreen)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("vi", "Tệp khóa của bàn này bị hỏng. Đừng xóa gì; hãy gọi người hỗ trợ và chuẩn bị bản sao lưu."),
        ("en", "This desk's key file is damaged. Delete nothing; call for help and have the backup ready."),
    ],
)
def test_damaged_keys_are_told_at_once(start: Open, qtbot: QtBot, door: Door, language: str, sentence: str) -> None:
    break_keys(door.site.data)
    assert said(qtbot, start(door, language)) == sentence


def test_one_damaged_copy_of_the_keys_stops_nobody(start: Open, qtbot: QtBot, door: Door) -> None:
    (door.site.data / keys.FILE).write_text("{")
    top = start(door, "vi")
    log_in(qtbot, top)
    qtbot.waitUntil(lambda: top.main is not None, timeout=20_000)


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Take the right to write away; who is root steps down for the while."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


@contextmanager
def full_disk(_folder: Path) -> Iterator[None]:
    """Let no file grow beyond its first page."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_024, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def elsewhere(folder: Path) -> Iterator[Path]:
    """The desk in a folder that every user of the PC may look into."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    shutil.copytree(folder, made / "desk")
    yield made / "desk"
    shutil.rmtree(made)


@pytest.mark.parametrize(
    ("fault", "language", "sentence"),
    [
        (unwritable, "vi", "Không ghi được vào thư mục dữ liệu. Hãy kiểm tra ổ đĩa và quyền ghi rồi thử lại."),
        (unwritable, "en", "The data folder cannot be written. Check disk and rights, and try again."),
        (full_disk, "vi", "Ổ đĩa đã đầy nên chưa ghi được gì. Hãy giải phóng dung lượng rồi thử lại."),
        (full_disk, "en", "The disk is full, so nothing was written. Free some space and try again."),
    ],
)
def test_a_folder_without_room_or_right_is_told_and_opens_when_it_is_mended(
    start: Open,
    qtbot: QtBot,
    elsewhere: Path,
    fault: Callable[[Path], AbstractContextManager[None]],
    language: str,
    sentence: str,
) -> None:
    door = Door(elsewhere / "data", elsewhere / "state", SetClock(NOW), SEED)
    with fault(elsewhere):
        top = start(door, language)
        if isinstance(top.currentWidget(), LoginScreen):
            log_in(qtbot, top)
        told = said(qtbot, top)
    assert told == sentence
    front(top).retry_asked.emit()
    log_in(qtbot, top)
    qtbot.waitUntil(lambda: top.main is not None, timeout=20_000)


def test_escape_closes_the_program(start: Open, qtbot: QtBot, door: Door) -> None:
    break_keys(door.site.data)
    top = start(door, "vi")
    QTest.keyClick(front(top), Qt.Key.Key_Escape)
    assert not top.isVisible()
