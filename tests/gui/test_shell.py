"""Tables of the shell, themes, words, icons, the worker, the crash page, log-in."""

from __future__ import annotations

import re
import string
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageStat
from pypdfium2 import PdfDocument
from PySide6.QtCore import Qt, QThread
from PySide6.QtGui import QKeySequence
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from onestop_desktop import paths
from onestop_desktop.clock import HANOI, SetClock
from onestop_desktop.desk.door import Door
from onestop_desktop.errors import InvalidInput, TryLater
from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.actions import ACTIONS, DEEDS, RAIL
from onestop_desktop.gui.crash import CrashPage, report_of
from onestop_desktop.gui.intake.papers import rows_of
from onestop_desktop.gui.intake.typed import read_day, read_due, read_fee
from onestop_desktop.gui.login import DayScreen, LoginScreen, SayScreen
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.printing import SHARPEST, Printers, is_virtual, picture_of
from onestop_desktop.gui.run import Top
from onestop_desktop.gui.screenshots import take
from onestop_desktop.gui.setup.doors import DoorsScreen
from onestop_desktop.gui.worker import Worker
from onestop_desktop.settings import SETTINGS, Settings
from onestop_desktop.words import load
from tests.gui.conftest import NOW, SEED
from tests.gui.hands import FakePress, Watched

THEMES = next(setting.choices for setting in SETTINGS if setting.name == "theme")
GUI = Path(theme.__file__).parent


def test_every_key_is_used_once() -> None:
    keys = Counter(QKeySequence(action.key).toString() for action in (*RAIL, *DEEDS))
    assert [key for key, count in keys.items() if count > 1 or not key] == []


def test_every_action_has_its_words_and_its_icon() -> None:
    for action in ACTIONS.values():
        for language in ("vi", "en"):
            assert f"action.{action.name}" in load(language)
        assert paths.resources("icons", f"{action.icon}.svg").is_file()


def test_every_action_is_bound_in_the_window(window: MainWindow) -> None:
    bound = Counter(made.shortcut().toString() for made in window.actions())
    assert bound == Counter(QKeySequence(action.key).toString() for action in ACTIONS.values())


def test_words_are_the_same_in_both_languages() -> None:
    def told(language: str) -> dict[str, set[str]]:
        flat = load(language)
        here = {code for code in flat if code.split(".")[0] in {"window", "action", "print"}}
        return {code: {name for _, name, _, _ in string.Formatter().parse(flat.raw(code)) if name} for code in here}

    assert told("vi") == told("en")


def test_every_word_that_the_window_says_exists() -> None:
    said = set()
    for path in GUI.rglob("*.py"):
        said |= set(re.findall(r"""(?:say|raw)\(\s*"([a-z][a-z0-9_.-]+)["]""", path.read_text(encoding="utf-8")))
    assert len(said) > 60
    assert sorted(code for code in said if code not in load("vi")) == []


def test_pages_never_pump_events_and_never_reach_behind_the_desk() -> None:
    for path in GUI.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "processEvents" not in text, path
        assert not re.search(r"import_module|onestop_desktop\.(store|papers|sync|wire)", text), path


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("front", "ground"), theme.TEXT_PAIRS)
def test_text_is_readable_in_every_theme(name: str, front: str, ground: str) -> None:
    tokens = theme.load(name).tokens
    assert theme.contrast(tokens[front], tokens[ground]) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_every_theme_has_every_token(name: str) -> None:
    assert theme.load(name).tokens.keys() == theme.load("light").tokens.keys()
    assert "$" not in re.sub(r"/\*.*?\*/", "", theme.load(name).sheet(), flags=re.DOTALL)


def test_contrast_of_black_and_white_is_21() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)


def test_icons_take_the_colour_asked_for(dressed: QApplication) -> None:
    image = icons.pixmap("check", "#FF0000", 24).toImage()
    seen = {image.pixelColor(x, y).name() for x in range(24) for y in range(24) if image.pixelColor(x, y).alpha() > 250}
    assert seen == {"#ff0000"}


def test_rail_shows_its_tasks_and_only_built_ones_can_be_chosen(window: MainWindow) -> None:
    assert len(window.rail.buttons) == 8
    for action in RAIL:
        button = window.rail.buttons[action.name]
        assert button.isEnabled() == action.built
        if not action.built:
            assert button.toolTip() == load("vi").say("window.later")


def test_header_says_whose_desk_who_and_when(window: MainWindow) -> None:
    assert window.header.office.text() == "UBND xã Yên Châu · Bàn 01"
    assert window.header.user.name.text() == "Lò Thị Mai"
    assert window.header.user.time.text() == "Thứ Hai 23/11/2026 · 14:26"
    count = window.session.desk.pending().entries
    assert window.header.pill.text() == f"● Chưa nối cấp trên · {count} mục chờ gửi"


def test_every_field_has_an_accessible_name(window: MainWindow) -> None:
    fields = [*window.findChildren(QLineEdit), *window.findChildren(QComboBox)]
    assert len(fields) > 15
    assert [field for field in fields if not field.accessibleName()] == []


def test_every_theme_can_be_worn_at_once(window: MainWindow, dressed: QApplication) -> None:
    try:
        for _ in THEMES:
            window.next_theme()
        assert theme.current().name == "light"
    finally:
        theme.wear(dressed, "light")


# -- worker ---------------------------------------------------------------------------------------------------


def test_worker_answers_on_the_windows_thread(qtbot: QtBot, qapp: QApplication) -> None:
    worker, seen = Worker(), []
    worker.run(QThread.currentThread, lambda where: seen.append((where, QThread.currentThread())))
    qtbot.waitUntil(lambda: worker.waiting == 0)
    assert seen[0][0] is not qapp.thread()
    assert seen[0][1] is qapp.thread()
    worker.close()


def test_worker_tells_a_failure_and_goes_on(qtbot: QtBot) -> None:
    worker, told = Worker(), []

    def fail() -> None:
        raise TryLater("store.disk_full")

    worker.run(fail, failed=told.append)
    worker.run(lambda: 7, told.append)
    qtbot.waitUntil(lambda: worker.waiting == 0)
    assert told[0].code == "store.disk_full"
    assert told[1:] == [7]
    worker.close()


def test_worker_raises_what_nobody_foresaw_where_the_crash_page_meets_it(qtbot: QtBot) -> None:
    worker = Worker()

    def bug() -> None:
        raise ZeroDivisionError

    with qtbot.captureExceptions() as raised:
        worker.run(bug, failed=lambda _error: None)
        qtbot.waitUntil(lambda: worker.waiting == 0)
    assert [kind for kind, _error, _trace in raised] == [ZeroDivisionError]
    worker.close()


def test_worker_does_only_the_latest_of_a_key(qtbot: QtBot) -> None:
    worker, seen = Worker(), []
    for number in range(20):
        worker.run(lambda number=number: number, seen.append, key="preview")  # type: ignore[misc]
    qtbot.waitUntil(lambda: worker.waiting == 0)
    assert seen == [19]
    worker.close()


# -- faults ---------------------------------------------------------------------------------------------------


def read_fee_of(name: str) -> None:
    raise InvalidInput("person.phone", field=name)


def test_crash_report_holds_no_personal_data(dressed: QApplication, qtbot: QtBot, window: MainWindow) -> None:
    name = "Quàng Văn Thương"
    try:
        try:
            read_fee_of(name)
        except InvalidInput as error:
            raise ValueError(name) from error
    except ValueError as error:
        report = report_of(error, error.__traceback__)
        page = CrashPage(window, load("vi"))
        page.tell(error)
    assert name not in report
    assert "ValueError" in report
    assert "person.phone" in report
    assert "test_shell.py" in report
    assert str(Path.home()) not in report
    page.copy.click()
    assert QApplication.clipboard().text() == report
    page.go_on.click()
    assert not page.isVisible()


# -- log-in ---------------------------------------------------------------------------------------------------


@pytest.fixture
def top(dressed: QApplication, qtbot: QtBot, door: Door, settings: Settings, press: FakePress) -> Top:
    made = Top(door, settings, load("vi"), press)
    qtbot.addWidget(made)
    made.show()
    made.start(create=False)
    return made


def test_login_by_digit_and_password(top: Top, qtbot: QtBot) -> None:
    screen = top.currentWidget()
    assert isinstance(screen, LoginScreen)
    QTest.keyClick(screen, Qt.Key.Key_Down)
    assert screen.user == "tu"
    screen.password.setText("tap")
    QTest.keyClick(screen.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: top.main is not None, timeout=10_000)
    assert isinstance(top.currentWidget(), MainWindow)
    assert top.main is not None
    assert top.main.session.desk.identity.user == "tu"


def test_a_wrong_password_says_so_and_lets_try_again(top: Top, qtbot: QtBot) -> None:
    screen = top.currentWidget()
    assert isinstance(screen, LoginScreen)
    screen.password.setText("sai")
    QTest.keyClick(screen.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: screen.field.note_wanted, timeout=10_000)
    assert "Mật khẩu" in screen.field.note.text()
    assert screen.password.text() == ""
    assert screen.open.isEnabled()


def test_leaving_closes_the_desk_and_shows_the_tiles_again(top: Top, qtbot: QtBot, door: Door) -> None:
    screen = top.currentWidget()
    assert isinstance(screen, LoginScreen)
    screen.asked.emit("mai", "tap")
    qtbot.waitUntil(lambda: top.main is not None, timeout=10_000)
    top.leave()
    assert isinstance(top.currentWidget(), LoginScreen)
    door.open("mai", "tap").close()


def test_a_desk_in_use_is_told_in_one_sentence(top: Top, qtbot: QtBot, watched: Watched) -> None:
    screen = top.currentWidget()
    assert isinstance(screen, LoginScreen)
    screen.asked.emit("mai", "tap")
    qtbot.waitUntil(lambda: isinstance(top.currentWidget(), SayScreen), timeout=10_000)
    said = top.currentWidget()
    assert said is not None
    assert said.findChild(type(said)) is None


def test_first_start_makes_the_training_desk(
    dressed: QApplication, qtbot: QtBot, tmp_path: Path, settings: Settings, press: FakePress
) -> None:
    door = Door(tmp_path / "new", tmp_path / "state", SetClock(NOW), SEED)
    made = Top(door, settings, load("vi"), press)
    qtbot.addWidget(made)
    made.show()
    made.start(create=True)
    doors = made.currentWidget()
    assert isinstance(doors, DoorsScreen)
    doors.training.click()
    qtbot.waitUntil(lambda: isinstance(made.currentWidget(), LoginScreen), timeout=20_000)


def test_a_dead_clock_is_asked_about_once(
    dressed: QApplication, qtbot: QtBot, folder: Path, settings: Settings, press: FakePress
) -> None:
    dead = Door(folder / "data", folder / "state", SetClock(datetime(2020, 1, 1, 9, 0, tzinfo=HANOI)), SEED)
    made = Top(dead, settings, load("vi"), press)
    qtbot.addWidget(made)
    made.show()
    made.start(create=False)
    login = made.currentWidget()
    assert isinstance(login, LoginScreen)
    login.asked.emit("mai", "tap")
    qtbot.waitUntil(lambda: isinstance(made.currentWidget(), DayScreen), timeout=10_000)
    screen = made.currentWidget()
    assert isinstance(screen, DayScreen)
    screen.entry.setText("hôm nay")
    QTest.keyClick(screen.entry, Qt.Key.Key_Return)
    assert screen.field.note_wanted
    screen.entry.setText("24/11/2026")
    QTest.keyClick(screen.entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: made.main is not None, timeout=10_000)
    assert made.main is not None
    assert made.main.session.desk.now().date() == date(2026, 11, 24)


# -- small readers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("3/3/2022", "2022-03-03T17:00:00+07:00"),
        ("03032022", "2022-03-03T17:00:00+07:00"),
        ("16:30 03/03/2022", "2022-03-03T16:30:00+07:00"),
        ("03/03/2022 16h", "2022-03-03T16:00:00+07:00"),
        ("1/12", "2026-12-01T17:00:00+07:00"),
        ("1/2", "2027-02-01T17:00:00+07:00"),
    ],
)
def test_due_days_are_read_as_clerks_type_them(text: str, iso: str) -> None:
    assert read_due(text, NOW.date()) == iso


@pytest.mark.parametrize("text", ["", "mai", "31/02/2022", "25:00 1/1/2022", "1/1/2022 2/2/2022"])
def test_what_is_no_day_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_due(text, NOW.date())
    assert refused.value.facts["field"] == "due_at"


def test_a_leap_day_without_a_year_is_refused_or_read() -> None:
    with pytest.raises(InvalidInput):
        read_day("29/2", NOW.date(), "day")


def test_fees_are_read_with_separators() -> None:
    assert read_fee("1.240.000") == 1_240_000
    with pytest.raises(InvalidInput) as refused:
        read_fee("x")
    assert refused.value.facts["field"] == "fee"


@pytest.mark.parametrize(
    ("name", "virtual"),
    [
        ("Microsoft Print to PDF", True),
        ("OneNote (Desktop)", True),
        ("Fax", True),
        ("Microsoft XPS Document Writer", True),
        ("HP LaserJet P1102", False),
        ("Canon LBP2900", False),
        ("Faxon 200", False),
    ],
)
def test_virtual_printers_are_known_by_their_names(name: str, virtual: bool) -> None:
    assert is_virtual(name) is virtual


def test_forbidden_papers_are_never_checked(watched: Watched) -> None:
    rows = rows_of(watched.procedure("1.001193"))
    assert [row.name for row in rows if row.checked] == ["Giấy chứng sinh", "Tờ khai đăng ký khai sinh theo mẫu"]
    barred = [row for row in rows if row.database]
    assert barred
    assert not any(row.checked for row in barred)


def test_preview_shows_one_copy_sharp_at_the_width_asked_for(watched: Watched) -> None:
    pdf = watched.preview({"procedure": "1.001193", "applicant": {"name": "Hà"}}, layout="a5")
    image = picture_of(pdf, 600)
    assert abs(image.width() - 600) <= 2
    assert image.height() > image.width()


def test_pages_are_printed_whole_and_to_scale(watched: Watched, qtbot: QtBot, tmp_path: Path) -> None:
    pdf = watched.preview({"procedure": "1.001193", "applicant": {"name": "Hà"}}, layout="a4")
    out = tmp_path / "out.pdf"

    def put_out() -> None:
        device = QPrinter(QPrinter.PrinterMode.HighResolution)
        device.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        device.setOutputFileName(str(out))
        device.setResolution(SHARPEST)
        device.setFullPage(True)
        Printers._print(PdfDocument(pdf), device, "file")

    worker = Worker()
    worker.run(put_out)
    qtbot.waitUntil(lambda: worker.waiting == 0, timeout=20_000)
    worker.close()
    page = PdfDocument(out.read_bytes())[0]
    assert page.get_width() == pytest.approx(842, abs=1)
    assert page.get_height() == pytest.approx(595, abs=1)
    shown, meant = (PdfDocument(data)[0].render(scale=1, grayscale=True).to_pil() for data in (out.read_bytes(), pdf))
    assert max(abs(a - b) for a, b in zip(_ink(shown), _ink(meant), strict=True)) < 0.01


def _ink(image: Image.Image) -> list[float]:
    """Return the share of ink in each of 4 × 4 tiles."""
    wide, high = image.size[0] // 4, image.size[1] // 4
    tiles = [image.crop((x * wide, y * high, (x + 1) * wide, (y + 1) * high)) for y in range(4) for x in range(4)]
    return [1 - ImageStat.Stat(tile).mean[0] / 255 for tile in tiles]


def test_screenshots_of_every_page_in_every_theme(dressed: QApplication, watched: Watched, tmp_path: Path) -> None:
    try:
        made = take(watched, tmp_path / "shots")  # type: ignore[arg-type]
    finally:
        theme.wear(dressed, "light")
    pages = ["intake", *(task.name for task in RAIL[1:] if task.built)]
    assert [path.name for path in made] == [f"{page}-{name}.png" for name in THEMES for page in pages]
    assert all(path.stat().st_size > 20_000 for path in made)
    assert watched.load_draft("intake") is None
