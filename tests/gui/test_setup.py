"""A real desk from its first start: the form, the slip, the code for the envelope, passwords of others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.domain.office import Office
from onestop_desktop.errors import Refused
from onestop_desktop.gui.login import LoginScreen
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.passwords import ForgottenScreen, OwnPasswordScreen
from onestop_desktop.gui.run import Top
from onestop_desktop.gui.setup.doors import DoorsScreen
from onestop_desktop.gui.setup.page import SetupScreen
from onestop_desktop.gui.setup.recovery import AskBackScreen, CodeScreen, UnconfirmedScreen
from onestop_desktop.settings import Settings
from onestop_desktop.words import load
from tests.gui.conftest import NOW, SEED
from tests.gui.hands import FakePress

PASSWORD = "mot cau de nho"
SLIP = """
desk = "02"
card = "OSD1ABC"

[[offices]]
agency = "000.12.34.H52"
name = "UBND xã Sặp Vạt"
upper = "UBND huyện Yên Châu"
to = 2025-06-30

[[offices]]
agency = "H52.110.05"
name = "UBND xã Yên Châu"
upper = "UBND tỉnh Sơn La"
from = 2025-07-01
"""
S = TypeVar("S", bound=QWidget)


@pytest.fixture
def real(tmp_path: Path) -> Door:
    """The door of a real desk that is not there yet."""
    return Door(tmp_path / "real" / "data", tmp_path / "real" / "state", SetClock(NOW), SEED)


@pytest.fixture
def top(
    dressed: QApplication, qtbot: QtBot, tmp_path: Path, real: Door, settings: Settings, press: FakePress
) -> Iterator[Top]:
    """The program on a PC where it was never started."""
    door = Door(tmp_path / "training" / "data", tmp_path / "training" / "state", SetClock(NOW), SEED)
    made = Top(door, settings, load("vi"), press, real)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    yield made
    made.close()


def wait_for(qtbot: QtBot, top: Top, kind: type[S]) -> S:
    qtbot.waitUntil(lambda: isinstance(top.currentWidget(), kind), timeout=20_000)
    screen = top.currentWidget()
    assert isinstance(screen, kind)
    return screen


def set_up(qtbot: QtBot, top: Top) -> SetupScreen:
    top.start(create=True)
    wait_for(qtbot, top, DoorsScreen).real.click()
    return wait_for(qtbot, top, SetupScreen)


def fill(screen: SetupScreen) -> None:
    screen.agency.setText("h52.110.05")
    screen.name.setText("UBND xã Yên Châu")
    screen.upper.setText("UBND tỉnh Sơn La")
    screen.user_name.setText("Lò Thị Mai")
    screen.user_name.editingFinished.emit()
    for entry in (screen.pair.first, screen.pair.again):
        entry.setText(PASSWORD)


def code_of(screen: CodeScreen) -> str:
    groups = [one.text() for one in screen.findChildren(QWidget) if one.property("role") == "huge"]  # type: ignore[attr-defined]
    assert len(groups) == 9
    return "-".join(groups)


def made_desk(real: Door) -> str:
    """Make a desk whose code nobody confirmed, with a colleague whose password Mai chose; return the code."""
    office = Office("H52.110.05", "UBND xã Yên Châu", "UBND tỉnh Sơn La")
    desk, code = real.create(NewDesk((office,), 1, FirstUser("mai", "Lò Thị Mai", PASSWORD)))
    desk.add_user("tu", "Hà Văn Tư", "mai dat cho tu")
    desk.close()
    return code


def confirmed(real: Door, code: str) -> None:
    desk = real.open("mai", PASSWORD)
    desk.seat.recovery.confirm(code)
    desk.close()


def started(qtbot: QtBot, top: Top, real: Door) -> LoginScreen:
    top._door = real
    top.start(create=False)
    return wait_for(qtbot, top, LoginScreen)


# -- the first start ------------------------------------------------------------------------------------------


def test_a_typed_desk_opens_once_its_code_was_asked_back(qtbot: QtBot, top: Top, real: Door) -> None:
    screen = set_up(qtbot, top)
    fill(screen)
    assert screen.user_id.text() == "mai"
    screen.make.click()
    shown = wait_for(qtbot, top, CodeScreen)
    code = code_of(shown)
    shown.done.click()
    ask = wait_for(qtbot, top, AskBackScreen)
    ask.entry.setText(code[:-1] + ("0" if code[-1] != "0" else "1"))
    QTest.keyClick(ask.entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ask.field.note_wanted)
    assert "từng nhóm" in ask.field.note.text()
    ask.entry.setText(code.lower().replace("-", " "))
    QTest.keyClick(ask.entry, Qt.Key.Key_Return)
    wait_for(qtbot, top, MainWindow)
    assert top.main is not None
    assert top.main.session.desk.identity.office == "UBND xã Yên Châu"
    assert not top.main.session.desk.identity.training
    assert top.main.session.desk.seat.recovery.confirmed


def test_the_code_stands_in_no_file(qtbot: QtBot, top: Top, real: Door, press: FakePress, tmp_path: Path) -> None:
    screen = set_up(qtbot, top)
    fill(screen)
    screen.make.click()
    shown = wait_for(qtbot, top, CodeScreen)
    code = code_of(shown)
    qtbot.waitUntil(lambda: shown.printer.count() > 0)
    shown.print.click()
    qtbot.waitUntil(lambda: bool(press.printed), timeout=20_000)
    top.close()
    wanted = [text.encode(how) for text in (code, code.replace("-", "")) for how in ("utf-8", "utf-16-le")]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 3
    assert not [path for path in files if any(text in path.read_bytes() for text in wanted)]


def test_printers_that_only_write_files_are_not_offered(qtbot: QtBot, top: Top, press: FakePress) -> None:
    press.found = ("Microsoft Print to PDF", "HP LaserJet P1102")
    screen = set_up(qtbot, top)
    fill(screen)
    screen.make.click()
    shown = wait_for(qtbot, top, CodeScreen)
    qtbot.waitUntil(lambda: shown.printer.count() > 0)
    assert [shown.printer.itemText(at) for at in range(shown.printer.count())] == ["HP LaserJet P1102"]


def test_what_is_wrong_stands_at_its_field_before_the_button(qtbot: QtBot, top: Top) -> None:
    screen = set_up(qtbot, top)
    for key, text in (("agency", "H52-110"), ("user_id", "Mai Lò")):
        screen._entries[key].setText(text)
        screen._entries[key].editingFinished.emit()
        assert screen.fields[key].note_wanted
    screen.pair.first.setText("ngắn")
    screen.pair.first.editingFinished.emit()
    assert "10" in screen.pair.first_field.note.text()
    screen.pair.again.setText("khác")
    screen.pair.again.editingFinished.emit()
    assert screen.pair.again_field.note_wanted
    screen.make.click()
    assert screen.fields["name"].note_wanted
    assert isinstance(top.currentWidget(), SetupScreen)
    assert screen.agency.hasFocus()


def test_a_dropped_file_fills_the_form_and_its_card_is_kept_in_the_store(
    qtbot: QtBot, top: Top, real: Door, tmp_path: Path
) -> None:
    screen = set_up(qtbot, top)
    path = tmp_path / "khai-bao.toml"
    path.write_text(SLIP, encoding="utf-8")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    screen.slip.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none))
    qtbot.waitUntil(lambda: bool(screen.agency.text()))
    assert (screen.agency.text(), screen.name.text(), screen.desk.value()) == ("H52.110.05", "UBND xã Yên Châu", "2")
    assert screen.agency.isReadOnly()
    assert "30/06/2025" in screen.offices.text()
    screen.user_name.setText("Lò Thị Mai")
    screen.user_id.setText("mai")
    for entry in (screen.pair.first, screen.pair.again):
        entry.setText(PASSWORD)
    screen.make.click()
    shown = wait_for(qtbot, top, CodeScreen)
    code = code_of(shown)
    shown.done.click()
    ask = wait_for(qtbot, top, AskBackScreen)
    ask.typed.emit(code)
    wait_for(qtbot, top, MainWindow)
    assert top.main is not None
    desk = top.main.session.desk
    assert desk.identity.desk == "02"
    assert len(desk.offices()) == 2
    assert desk.load_draft("card") == {"card": "OSD1ABC"}


def test_a_scanned_slip_is_read_and_a_wrong_one_is_told(qtbot: QtBot, top: Top) -> None:
    screen = set_up(qtbot, top)
    screen.slip.text.setPlainText("không phải phiếu")
    qtbot.waitUntil(lambda: not screen.slip.note.isHidden())
    assert "phiếu khai báo" in screen.slip.note.text()
    screen.slip.text.setPlainText(SLIP)
    qtbot.waitUntil(lambda: screen.name.text() == "UBND xã Yên Châu")


def test_later_leaves_to_the_training_desk_and_the_way_stays_open(qtbot: QtBot, top: Top, real: Door) -> None:
    screen = set_up(qtbot, top)
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    login = wait_for(qtbot, top, LoginScreen)
    assert top._door.training
    assert not real.exists
    login.set_up_asked.emit()
    wait_for(qtbot, top, SetupScreen)


def test_a_desk_that_cannot_be_made_is_told_and_nothing_typed_is_lost(
    qtbot: QtBot, top: Top, real: Door, tmp_path: Path
) -> None:
    (tmp_path / "real").write_text("a file where the folder should be")
    screen = set_up(qtbot, top)
    fill(screen)
    screen.make.click()
    qtbot.waitUntil(lambda: screen.pair.first_field.note_wanted, timeout=20_000)
    assert "thư mục" in screen.pair.first_field.note.text()
    assert screen.name.text() == "UBND xã Yên Châu"
    assert screen.make.isEnabled()


# -- killed before the code was asked back ----------------------------------------------------------------------


def test_an_unconfirmed_code_is_told_after_log_in_and_a_new_one_holds_once_asked_back(
    qtbot: QtBot, top: Top, real: Door
) -> None:
    old = made_desk(real)
    started(qtbot, top, real).asked.emit("mai", PASSWORD)
    wait_for(qtbot, top, UnconfirmedScreen).new.click()
    shown = wait_for(qtbot, top, CodeScreen)
    new = code_of(shown)
    assert new != old
    shown.done.click()
    ask = wait_for(qtbot, top, AskBackScreen)
    ask.typed.emit(old)
    qtbot.waitUntil(lambda: ask.field.note_wanted)
    ask.typed.emit(new)
    wait_for(qtbot, top, MainWindow)
    top.leave()
    with pytest.raises(Refused):
        real.recover(old, "mai", "mat khau moi cua mai")
    real.recover(new, "mai", "mat khau moi cua mai")
    real.open("mai", "mat khau moi cua mai").close()


def test_the_old_code_still_opens_when_the_new_one_was_never_asked_back(qtbot: QtBot, top: Top, real: Door) -> None:
    old = made_desk(real)
    started(qtbot, top, real).asked.emit("mai", PASSWORD)
    wait_for(qtbot, top, UnconfirmedScreen).new.click()
    wait_for(qtbot, top, CodeScreen)
    top.close()
    real.recover(old, "mai", "mat khau moi cua mai")


def test_later_asks_again_at_the_next_log_in(qtbot: QtBot, top: Top, real: Door) -> None:
    made_desk(real)
    for _time in range(2):
        started(qtbot, top, real).asked.emit("mai", PASSWORD)
        wait_for(qtbot, top, UnconfirmedScreen).put_off.click()
        wait_for(qtbot, top, MainWindow)
        top.leave()


# -- passwords ------------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_set_anew_with_the_code(qtbot: QtBot, top: Top, real: Door) -> None:
    code = made_desk(real)
    confirmed(real, code)
    login = started(qtbot, top, real)
    login.forgotten.emit("mai")
    screen = wait_for(qtbot, top, ForgottenScreen)
    for entry in (screen.pair.first, screen.pair.again):
        entry.setText("mat khau moi cua mai")
    other = "0000-0000-0000-0000-0000-0000-0000-0000-0000"
    for wrong in ("", other):
        screen.code.setText(wrong)
        screen.use.click()
        qtbot.waitUntil(lambda: screen.code_field.note_wanted and screen.use.isEnabled())
    screen.code.setText(code)
    screen.use.click()
    login = wait_for(qtbot, top, LoginScreen)
    login.asked.emit("mai", "mat khau moi cua mai")
    wait_for(qtbot, top, MainWindow)


def test_a_colleagues_password_must_be_changed_before_the_work_begins(qtbot: QtBot, top: Top, real: Door) -> None:
    confirmed(real, made_desk(real))
    started(qtbot, top, real).asked.emit("tu", "mai dat cho tu")
    screen = wait_for(qtbot, top, OwnPasswordScreen)
    assert any("Lò Thị Mai" in one.text() for one in screen.findChildren(QWidget) if hasattr(one, "text"))
    for password in ("mai dat cho tu", "cua rieng tu thoi"):
        screen.pair.first.setText(password)
        screen.pair.again.setText(password)
        QTest.keyClick(screen.pair.again, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: screen.pair.first_field.note_wanted or top.main is not None, timeout=20_000)
        if password == "mai dat cho tu":
            assert "giống" in screen.pair.first_field.note.text()
            screen.pair.first_field.wrong("")
    wait_for(qtbot, top, MainWindow)
    assert top.main is not None
    assert not top.main.session.desk.seat.must_change
