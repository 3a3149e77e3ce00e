"""Scanned text reaches the scan box whatever has the focus, and leaves no trace where it fell."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from onestop_desktop.gui.main_window import MainWindow
from tests.gui.hands import KNOWN_CARD, Hands, Watched

PLACES = ("procedure", "name", "phone", "fee", "checklist", "channel", "save", "scan")


def place(window: MainWindow, name: str) -> QWidget:
    page = window.intake
    return {
        "procedure": page.procedure.entry, "name": page.applicant.entries["name"],
        "phone": page.applicant.entries["phone"], "fee": page.terms.entries["fee"], "checklist": page.checklist,
        "channel": page.terms.channel, "save": page.aside.save, "scan": window.header.scan,
    }[name]  # fmt: skip


@pytest.mark.parametrize("where", PLACES)
def test_card_fills_the_applicant_from_everywhere(window: MainWindow, hands: Hands, where: str) -> None:
    window.intake.take_procedure(window.session.desk.procedure("1.001193"))
    before = window.intake.papers.state(), window.intake.terms.state()
    place(window, where).setFocus()
    hands.scan(KNOWN_CARD)
    assert window.intake.applicant.text("name") == "Quàng Văn Thương"
    assert window.intake.applicant.text("address").startswith("Bản Nà Khái")
    assert window.intake.procedure.procedure is not None
    assert (window.intake.papers.state(), window.intake.terms.state()) == before
    assert window.header.scan.text() == ""


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("garbage", ["x" * 200, "!!!???;;;'''\"\"\"", "123456789012345678", "0" * 60])
def test_garbage_changes_nothing_in_the_form(window: MainWindow, hands: Hands, where: str, garbage: str) -> None:
    window.intake.take_procedure(window.session.desk.procedure("1.001193"))
    window.intake.applicant.entries["phone"].put("0912")
    before = window.intake.state()
    place(window, where).setFocus()
    hands.scan(garbage)
    assert window.intake.state() == before
    assert window.found.isVisible()


def test_fingers_behind_a_burst_of_an_input_method_are_no_scan(window: MainWindow, hands: Hands) -> None:
    """Unikey takes back and retypes a word at once; what is typed on at a clerk's speed stays in the field."""
    window.intake.applicant.entries["name"].setFocus()
    for letter in "Nguyễn":
        hands.time.ms += 3
        hands._letter(letter)
    for letter in " Văn Đức Thương":
        hands.time.ms += 90
        hands._letter(letter)
    hands.settle()
    assert window.intake.applicant.text("name") == "Nguyễn Văn Đức Thương"


def test_a_misread_receipt_says_scan_again(window: MainWindow, hands: Hands) -> None:
    hands.scan("123456789012345678")
    assert "quét lại" in window.found.sentence.text()


def test_escape_takes_the_sentence_away_and_leaves_the_focus_where_it_was(window: MainWindow, hands: Hands) -> None:
    window.intake.procedure.entry.setFocus()
    hands.type("01")
    hands.scan("123456789012345678")
    assert window.found.isVisible()
    hands.press(Qt.Key.Key_Escape)
    assert not window.found.isVisible()
    window.intake.applicant.entries["phone"].setFocus()
    hands.scan("123456789012345678")
    hands.press(Qt.Key.Key_Escape)
    assert not window.found.isVisible()
    assert hands.focus() is window.intake.applicant.entries["phone"]


def test_a_receipt_shows_its_dossier_and_enter_prints_it_again(
    window: MainWindow, hands: Hands, watched: Watched, press: object
) -> None:
    taken = watched.receive({"procedure": "1.001193", "applicant": {"name": "Hà Thị Chựa"}}, again=True)
    digits = watched.show(taken.id)["number"]
    hands.scan(digits)
    assert window.found.number.text() == taken.number
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert len(press.printed) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(("key", "task"), [(Qt.Key.Key_F3, "dossiers"), (Qt.Key.Key_F4, "return")])
def test_a_found_dossier_is_gone_on_with_on_the_page_that_is_turned_to(
    window: MainWindow, hands: Hands, watched: Watched, key: Qt.Key, task: str
) -> None:
    taken = watched.receive({"procedure": "1.001193", "applicant": {"name": "Hà Thị Chựa"}}, again=True)
    barcode = watched.dossier(taken.id).barcode
    hands.scan(barcode)
    assert not window.found.hand_over.isVisibleTo(window.found), "there is no result to hand over yet"
    window.found.dismiss()
    watched.act(taken.id, "ready", {})
    hands.scan(barcode)
    assert window.found.hand_over.isVisible()
    hands.press(key)
    hands.settle()
    assert not window.found.isVisible()
    page: Any = window.tasks.current.page
    assert window.tasks.front == task
    shown = page.view.detail.opened.dossier if task == "dossiers" else page.dossier
    assert shown.id == taken.id


def test_a_page_opens_nothing_when_nothing_was_found(window: MainWindow, hands: Hands, watched: Watched) -> None:
    taken = watched.receive({"procedure": "1.001193", "applicant": {"name": "Hà Thị Chựa"}}, again=True)
    hands.scan(watched.dossier(taken.id).barcode)
    hands.press(Qt.Key.Key_Escape)
    hands.press(Qt.Key.Key_F4)
    hands.settle()
    page: Any = window.tasks.current.page
    assert page.dossier is None


def test_enter_of_a_scan_does_not_press_the_button_it_fell_on(
    window: MainWindow, hands: Hands, watched: Watched
) -> None:
    hands.scan(KNOWN_CARD)
    window.intake.take_procedure(watched.procedure("1.001193"))
    window.intake.aside.save.setFocus()
    hands.scan(KNOWN_CARD)
    assert watched.lines == []


def test_a_field_gets_back_what_stood_in_it(window: MainWindow, hands: Hands) -> None:
    entry = window.intake.applicant.entries["address"]
    entry.setFocus()
    hands.type("Bản ")
    hands.scan("x" * 40)
    assert entry.text() == "Bản "


def test_control_characters_are_dropped_and_trigger_nothing(window: MainWindow, hands: Hands, qtbot: QtBot) -> None:
    got: list[str] = []
    window.keys.scanned.connect(got.append)
    entry = window.intake.applicant.entries["name"]
    entry.setFocus()
    for letter in "01409100321":
        hands.time.ms += 4
        hands._letter(letter)
    hands.time.ms += 4
    group = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier, "\x1d")
    QCoreApplication.sendEvent(entry, group)
    for letter in "75":
        hands.time.ms += 4
        hands._letter(letter)
    qtbot.waitUntil(lambda: got == ["0140910032175"])
    assert entry.text() == ""


def test_a_scan_is_cut_at_four_thousand_letters(window: MainWindow, hands: Hands) -> None:
    got: list[str] = []
    window.keys.scanned.connect(got.append)
    hands.scan("9" * 6000)
    assert [len(text) for text in got] == [4096]


def test_a_scan_without_enter_is_taken_after_a_pause(window: MainWindow, hands: Hands, qtbot: QtBot) -> None:
    window.intake.applicant.entries["name"].setFocus()
    hands.scan(KNOWN_CARD, end=None)
    qtbot.waitUntil(lambda: window.intake.applicant.text("name") == "Quàng Văn Thương")


def test_text_composed_by_an_input_method_is_a_scan_too(window: MainWindow, hands: Hands, qtbot: QtBot) -> None:
    window.intake.applicant.entries["phone"].setFocus()
    for letter in KNOWN_CARD:
        hands.time.ms += 4
        event = QInputMethodEvent()
        event.setCommitString(letter)
        QCoreApplication.sendEvent(QApplication.focusWidget(), event)
    qtbot.waitUntil(lambda: window.intake.applicant.text("name") == "Quàng Văn Thương")
    assert window.intake.applicant.text("phone") == "0987654321"


def test_fingers_are_no_scanner(window: MainWindow, hands: Hands) -> None:
    got: list[str] = []
    window.keys.scanned.connect(got.append)
    window.intake.applicant.entries["name"].setFocus()
    hands.type("Nguyễn Văn Đức Thịnh")
    assert got == []
    assert window.intake.applicant.text("name") == "Nguyễn Văn Đức Thịnh"


def test_space_still_checks_a_paper(window: MainWindow, hands: Hands, qtbot: QtBot) -> None:
    window.intake.take_procedure(window.session.desk.procedure("1.001193"))
    window.intake.checklist.setFocus()
    assert window.intake.papers.rows[0].checked
    hands.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not window.intake.papers.rows[0].checked)


def test_a_garbled_card_still_gives_its_number(window: MainWindow, hands: Hands) -> None:
    hands.scan("014091003217||Quàng Văn Thương")
    assert window.intake.applicant.text("id_number") == "014091003217"
    assert window.found.isVisible()


def test_a_name_typed_into_the_box_finds_the_dossier(window: MainWindow, hands: Hands) -> None:
    hands.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    hands.type("lo thi hoa")
    hands.press(Qt.Key.Key_Return)
    assert window.found.isVisible()
    assert window.found.who.text() == "Lò Thị Hoa"
    hands.press(Qt.Key.Key_Escape)
    assert not window.found.isVisible()
    assert hands.focus() is window.intake.procedure.entry


@pytest.mark.parametrize("hiccups", [frozenset({9}), frozenset({5, 30, 31}), frozenset({60})])
def test_a_pause_in_the_middle_of_a_scan_does_not_tear_it(
    window: MainWindow, hands: Hands, hiccups: frozenset[int]
) -> None:
    """An old PC swallows a moment while it works; the scanner does not wait."""
    window.intake.procedure.entry.setFocus()
    hands.scan(KNOWN_CARD, hiccups=hiccups)
    assert window.intake.applicant.text("name") == "Quàng Văn Thương"
    assert window.intake.procedure.entry.text() == ""


def test_a_held_key_is_no_scan(window: MainWindow, hands: Hands) -> None:
    entry = window.intake.applicant.entries["address"]
    entry.setFocus()
    hands.hold_down("a", 30)
    hands.settle()
    assert entry.text() == "a" * 31


def test_a_torn_scan_that_fell_into_the_lists_field_opens_its_dossier_all_the_same(
    window: MainWindow, hands: Hands, watched: Watched, qtbot: QtBot
) -> None:
    row = watched.board("all", limit=3).rows[2]
    window.tasks.show("dossiers")
    hands.settle()
    view = window.tasks.current.page.view  # type: ignore[attr-defined]
    view.filters.line.setFocus()
    hands.type(watched.dossier(row.id).barcode)
    assert view.filters.line.text(), "these letters came as slowly as from fingers"
    hands.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.detail.dossier == row.id)
    assert not view.filters.line.text()
    hands.settle()
    assert len(view.lines.lines) > 1
