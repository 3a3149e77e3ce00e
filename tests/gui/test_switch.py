"""Another clerk at the same desk, and the cover over a desk that nobody sits at: forms stay, names do not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from onestop_desktop.desk.door import Door
from onestop_desktop.desk.steps import Second
from onestop_desktop.errors import Refused
from onestop_desktop.gui.lock import IdleWatch
from onestop_desktop.gui.login import LoginScreen
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.run import Top
from onestop_desktop.settings import Settings
from onestop_desktop.words import load
from tests.gui.hands import KNOWN_CARD, NEW_CARD, FakePress, Hands, HandTime

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def top(
    dressed: QApplication, qtbot: QtBot, door: Door, settings: Settings, press: FakePress, hand_time: HandTime
) -> Iterator[Top]:
    """The desk with Mai at it."""
    made = Top(door, settings, load("vi"), press, now_ms=hand_time.now_ms)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.start(create=False)
    made._open(front(made), "mai", "tap")
    qtbot.waitUntil(lambda: made.main is not None, timeout=10_000)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()


@pytest.fixture
def at_desk(top: Top, qtbot: QtBot, hand_time: HandTime) -> Hands:
    """Mai's hands."""
    return Hands(qtbot, main_of(top), hand_time)


def main_of(top: Top) -> MainWindow:
    assert top.main is not None
    return top.main


def front(top: Top) -> LoginScreen:
    screen = top.currentWidget()
    assert isinstance(screen, LoginScreen)
    return screen


def uncovered(top: Top) -> bool:
    return top.currentWidget() is top.main


def half_filled(top: Top, hands: Hands) -> None:
    hands.scan(NEW_CARD)
    hands.type("khai sinh")
    hands.press(Qt.Key.Key_Return)
    hands.type("0912345678")
    hands.settle()
    assert {"Hoàng Thị Xiên", "0912345678"} <= set(typed(top).values())


def typed(top: Top) -> dict[int, str]:
    """Return what stands in every entry and every choice of the page."""
    page = main_of(top).intake
    entries = [one.text() for one in page.findChildren(QLineEdit)]
    return dict(enumerate([*entries, *(one.currentText() for one in page.findChildren(QComboBox))]))


def switch_to_tu(top: Top, hands: Hands, qtbot: QtBot) -> int:
    """Let Tư take the seat by keys alone; return how many keys it took besides the password."""
    before = hands.keys
    hands.press(Qt.Key.Key_L, CTRL)
    names = [tile.id for tile in main_of(top).session.desk.users()]
    hands.press(Qt.Key(Qt.Key.Key_1 + names.index("tu")), ALT)
    assert front(top).user == "tu"
    hands.type("tap")
    hands.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: uncovered(top), timeout=10_000)
    return hands.keys - before - len("tap")


def test_a_switch_takes_at_most_four_keys_and_leaves_the_form_as_it_was(top: Top, at_desk: Hands, qtbot: QtBot) -> None:
    half_filled(top, at_desk)
    before, focus = typed(top), QApplication.focusWidget()
    assert switch_to_tu(top, at_desk, qtbot) <= 4
    assert typed(top) == before
    assert QApplication.focusWidget() is focus
    assert main_of(top).header.user.name.text() == main_of(top).session.desk.identity.user_name
    assert main_of(top).session.desk.identity.user == "tu"


def test_what_is_received_after_a_switch_carries_the_new_clerk(top: Top, at_desk: Hands, qtbot: QtBot) -> None:
    desk = main_of(top).session.desk
    half_filled(top, at_desk)
    switch_to_tu(top, at_desk, qtbot)
    count = len(desk.listing()[0])
    at_desk.press(Qt.Key.Key_F9)
    at_desk.settle()
    qtbot.waitUntil(lambda: len(desk.listing()[0]) == count + 1, timeout=10_000)
    assert desk.dossier(desk.listing()[0][0].id).received_by == "tu"


def test_after_a_switch_the_new_clerk_is_no_second_person(top: Top, at_desk: Hands, qtbot: QtBot) -> None:
    desk = main_of(top).session.desk
    dossier = next(row.id for row in desk.listing()[0] if row.status not in {"voided", "returned"})
    switch_to_tu(top, at_desk, qtbot)
    with pytest.raises(Refused, match=r"step\.same_person"):
        desk.act(dossier, "void", {"reason": "ghi nhầm"}, Second("tu", "tap"))
    voided, _changes = desk.act(dossier, "void", {"reason": "ghi nhầm"}, Second("mai", "tap"))
    assert voided.status == "voided"
    assert voided.history[-1].actor == "tu"


def test_a_wrong_password_leaves_the_seat_and_the_cover_and_is_counted(
    top: Top, at_desk: Hands, qtbot: QtBot, door: Door
) -> None:
    at_desk.press(Qt.Key.Key_L, CTRL)
    for _time in range(4):
        screen = front(top)
        screen.asked.emit("tu", "sai")
        qtbot.waitUntil(lambda: main_of(top).session.worker.waiting == 0, timeout=10_000)
        assert screen.field.note_wanted
    assert "đợi" in screen.field.note.text()
    assert not uncovered(top)
    assert main_of(top).session.desk.identity.user == "mai"
    slot = main_of(top).session.desk.core.store.keys.slot("tu")
    assert slot.failures >= 3


def test_nothing_below_the_cover_can_be_seen_or_acts(top: Top, at_desk: Hands, qtbot: QtBot) -> None:
    half_filled(top, at_desk)
    main = main_of(top)
    count, before = len(main.session.desk.listing()[0]), typed(top)
    main.cover()
    top.cover.lock()  # type: ignore[union-attr]
    assert not main.isVisible()
    at_desk.scan(KNOWN_CARD)
    for key in (Qt.Key.Key_F9, Qt.Key.Key_F3, Qt.Key.Key_F4, Qt.Key.Key_Escape):
        at_desk.press(key)
    at_desk.press(Qt.Key.Key_N, CTRL | Qt.KeyboardModifier.ShiftModifier)
    at_desk.settle()
    main.found.show()
    main.found.raise_()
    assert front(top).password.text() == ""
    assert main.tasks.front == "receive"
    assert len(main.session.desk.listing()[0]) == count
    front(top).asked.emit("mai", "tap")
    qtbot.waitUntil(lambda: uncovered(top), timeout=10_000)
    main.found.hide()
    assert typed(top) == before


def test_the_picture_of_a_covered_desk_does_not_depend_on_what_is_below(top: Top, at_desk: Hands, qtbot: QtBot) -> None:
    def covered() -> QImage:
        top.cover.lock()  # type: ignore[union-attr]
        front(top).password.clearFocus()
        picture = top.grab().toImage()
        front(top).asked.emit("mai", "tap")
        qtbot.waitUntil(lambda: uncovered(top), timeout=10_000)
        return picture

    empty = covered()
    half_filled(top, at_desk)
    assert covered() == empty


def test_the_desk_is_covered_after_minutes_without_a_key(top: Top, at_desk: Hands, hand_time: HandTime) -> None:
    assert top.cover is not None
    at_desk.type("k")
    hand_time.ms += 5 * 60_000 - 1
    top.cover.watch.look()
    assert uncovered(top)
    at_desk.type("h")
    hand_time.ms += 5 * 60_000 - 1
    top.cover.watch.look()
    assert uncovered(top)
    hand_time.ms += 1
    top.cover.watch.look()
    assert front(top).user == "mai"


def test_any_users_password_takes_the_cover_away(top: Top, hand_time: HandTime, qtbot: QtBot) -> None:
    assert top.cover is not None
    top.cover.lock()
    front(top).asked.emit("tu", "tap")
    qtbot.waitUntil(lambda: uncovered(top), timeout=10_000)
    assert main_of(top).session.desk.identity.user == "tu"


@pytest.mark.parametrize(("minutes", "training", "used"), [(0, True, 0), (0, False, 5), (1, False, 1), (15, False, 15)])
def test_a_real_desk_is_always_covered_in_the_end(
    top: Top, settings: Settings, monkeypatch: pytest.MonkeyPatch, minutes: int, training: bool, used: int
) -> None:
    settings.put("lock_minutes", minutes)
    core = main_of(top).session.desk.core
    monkeypatch.setattr(type(core), "training", property(lambda _core: training))
    assert top.cover is not None
    assert top.cover._lock_minutes() == used


@pytest.mark.parametrize("minutes", [-1, 16, 60])
def test_other_minutes_are_no_setting(settings: Settings, minutes: int) -> None:
    with pytest.raises(ValueError, match="lock_minutes"):
        settings.put("lock_minutes", minutes)


def test_no_minutes_means_never(dressed: QApplication, qtbot: QtBot, hand_time: HandTime) -> None:
    watch = IdleWatch(hand_time.now_ms, lambda: 0, dressed)
    hand_time.ms += 10**9
    with qtbot.assertNotEmitted(watch.idle):
        watch.look()
    watch.stop()


def test_logging_out_closes_the_desk(top: Top, at_desk: Hands, door: Door) -> None:
    at_desk.press(Qt.Key.Key_L, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert front(top)
    assert top.main is None
    door.open("mai", "tap").close()
