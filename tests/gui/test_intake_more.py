"""The further fields of an intake: late entries, note, shelf, e-mail; and what a cut before the paper leaves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from onestop_desktop.desk.desk import Desk
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.flows.drafts import FORM
from onestop_desktop.gui.intake.more_part import read_received
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.session import Session
from onestop_desktop.settings import Settings
from onestop_desktop.words import load
from tests.builders import a_line
from tests.gui.conftest import open_window
from tests.gui.hands import KNOWN_CARD, FakePress, Hands, HandTime, Watched

CTRL = Qt.KeyboardModifier.ControlModifier
LATE = "Lưu nhập bù (không in giấy hẹn)"


@pytest.fixture
def begun(window: MainWindow, hands: Hands) -> MainWindow:
    """A known citizen's card was scanned and the procedure is chosen."""
    hands.scan(KNOWN_CARD)
    hands.type("khai sinh")
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    return window


def fill(window: MainWindow, **texts: str) -> None:
    for name, text in texts.items():
        window.intake.more.entries[name].setText(text)


def test_the_fast_way_needs_not_one_key_more(
    begun: MainWindow, hands: Hands, press: FakePress, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not begun.intake.more.card.isVisible()
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    with capsys.disabled():
        print(f"\nknown citizen with the further fields folded: {hands.keys} keystrokes")
    assert hands.keys <= 12
    assert len(press.printed) == 1


def test_ctrl_e_opens_at_the_day_on_paper_and_folds_again(begun: MainWindow, hands: Hands) -> None:
    more = begun.intake.more
    hands.press(Qt.Key.Key_E, CTRL)
    assert more.card.isVisible()
    assert hands.focus() is more.entries["received_at"]
    fill(begun, note="Có hai bản", shelf="Tủ 2")
    assert more.filled.text() == ""
    hands.press(Qt.Key.Key_E, CTRL)
    assert not more.card.isVisible()
    assert more.filled.text() == "Đã ghi: Nơi để hồ sơ, Ghi chú"


def test_every_field_reaches_the_dossier(begun: MainWindow, hands: Hands, watched: Watched, desk: Desk) -> None:
    hands.press(Qt.Key.Key_E, CTRL)
    fill(begun, note="Có hai bản", shelf="Tủ 2, ngăn 3", email="thuong@example.com")
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    state = desk.dossier(watched.taken[0].id)
    assert (state.note, state.shelf, state.applicant.email) == ("Có hai bản", "Tủ 2, ngăn 3", "thuong@example.com")
    assert not state.late
    assert begun.intake.more.is_empty
    assert not begun.intake.more.card.isVisible()


def test_a_late_entry_says_so_before_and_after_and_prints_nothing(
    begun: MainWindow, hands: Hands, watched: Watched, desk: Desk, press: FakePress
) -> None:
    aside = begun.intake.aside
    assert "Lưu và in giấy hẹn" in aside.save.text()
    hands.press(Qt.Key.Key_E, CTRL)
    hands.type("20/11 10h15")
    fill(begun, book="Sổ 1/2026", page="12", no="345", paper_number="17/2026")
    begun.flow.show_forecast()
    assert aside.late.isVisible()
    assert LATE in aside.save.text()
    assert "NHẬP BÙ" in aside.why.text()
    assert "10:15 20/11/2026" in aside.why.text()
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    state = desk.dossier(watched.taken[0].id)
    assert state.late
    assert state.received_at == "2026-11-20T10:15:00+07:00"
    assert state.paper_number == "17/2026"
    assert watched.lines[0]["basis"] == {"book": "Sổ 1/2026", "page": "12", "no": "345"}
    assert press.printed == []
    assert desk.unprinted() == ()
    message = begun.intake.strip.message
    assert message is not None
    assert "Đã nhập bù, không in giấy hẹn." in message.text
    assert "Lưu và in giấy hẹn" in aside.save.text()
    assert not begun.flow.busy


def test_a_day_taken_back_makes_it_an_intake_of_today_again(begun: MainWindow, hands: Hands) -> None:
    fill(begun, received_at="20/11")
    begun.flow.show_forecast()
    assert LATE in begun.intake.aside.save.text()
    fill(begun, received_at="")
    begun.flow.show_forecast()
    assert "Lưu và in giấy hẹn" in begun.intake.aside.save.text()
    assert "NHẬP BÙ" not in begun.intake.aside.why.text()


@pytest.mark.parametrize(
    ("name", "text"), [("received_at", "hôm kia"), ("received_at", "23/11/2027"), ("email", "không phải thư")]
)
def test_a_problem_opens_the_part_and_stands_beside_its_field(
    begun: MainWindow, hands: Hands, watched: Watched, name: str, text: str
) -> None:
    fill(begun, **{name: text})
    assert not begun.intake.more.card.isVisible()
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    field = begun.intake.more.fields[name]
    assert watched.taken == []
    assert field.note.isVisible()
    assert field.note.text()
    assert hands.focus() is field.entry


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("3/3/2022 14:30", "2022-03-03T14:30:00+07:00"),
        ("3/3/2022", "2022-03-03T08:00:00+07:00"),
        ("03032022 9h", "2022-03-03T09:00:00+07:00"),
        ("22/11", "2026-11-22T08:00:00+07:00"),
        ("24/11", "2025-11-24T08:00:00+07:00"),
        ("23/11 7:45", "2026-11-23T07:45:00+07:00"),
    ],
)
def test_the_day_on_paper_is_read_as_clerks_write_it(text: str, iso: str) -> None:
    assert read_received(text, date(2026, 11, 23)) == iso


def test_a_day_that_no_last_year_had_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"window\.day_typed"):
        read_received("29/2", date(2028, 1, 5))


def test_a_known_citizen_brings_the_mail_and_another_one_takes_it_away(
    window: MainWindow, hands: Hands, desk: Desk
) -> None:
    desk.receive(a_line(applicant=a_line()["applicant"] | {"email": "thuong@example.com"}), again=True)
    hands.scan(KNOWN_CARD)
    assert window.intake.more.text("email") == "thuong@example.com"
    assert "Thư điện tử" in window.intake.more.filled.text()
    hands.scan("014301004441||Hoàng Thị Xiên|05062001|Nữ|Bản Đán, xã Chiềng Sàng|02032022")
    assert window.intake.more.text("email") == ""


# -- drafts and cuts ----------------------------------------------------------------------------------------------


@pytest.fixture
def start(
    dressed: QApplication, qtbot: QtBot, watched: Watched, press: FakePress, settings: Settings, hand_time: HandTime
) -> Any:
    """Opens a window on the same desk, as at a start."""

    def made() -> tuple[MainWindow, Hands]:
        session = Session(watched, settings, load("vi"), press)  # type: ignore[arg-type]
        window = open_window(qtbot, session, hand_time)
        return window, Hands(qtbot, window, hand_time)

    return made


def test_a_draft_keeps_the_further_fields(start: Any, watched: Watched) -> None:
    first, hands = start()
    hands.scan(KNOWN_CARD)
    fill(first, received_at="20/11", note="Có hai bản", email="a@example.com")
    first.flow.drafts.keep()
    hands.settle()
    first.let_go()
    again, hands = start()
    hands.press(Qt.Key.Key_Return)
    more = again.intake.more
    assert [more.text(name) for name in ("received_at", "note", "email")] == ["20/11", "Có hai bản", "a@example.com"]
    assert more.card.isVisible()


def test_a_cut_between_promise_and_paper_is_told_at_the_next_start(
    start: Any, watched: Watched, desk: Desk, press: FakePress
) -> None:
    """The dossier is in the store, its receipt was neither made nor printed, and its words still stand as a draft."""
    line = a_line()
    number = desk.receive(line, again=True).number
    desk.save_draft(FORM, {"applicant": {"name": "Quàng Văn Thương"}, "procedure": "1.001193"})
    window, hands = start()
    message = window.intake.strip.message
    assert "Còn 1 giấy hẹn chưa in" in message.text
    assert number in message.text
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    hands.settle()
    assert len(press.printed) == 1
    assert desk.unprinted() == ()
    message = window.intake.strip.message
    assert f"đã tiếp nhận với số {number}" in message.text
    assert message.answers[0].text == "Bỏ đi"
    window.intake.strip.setFocus()
    message.answers[0].act()
    hands.settle()
    assert watched.load_draft(FORM) is None


def test_a_paper_put_off_leaves_the_draft_offered(start: Any, desk: Desk) -> None:
    desk.receive(a_line("Lò Thị Đức"), again=True)
    desk.save_draft(FORM, {"applicant": {"name": "Hà Văn Tư"}, "procedure": "1.001193"})
    window, _hands = start()
    window.intake.strip.message.answers[1].act()
    message = window.intake.strip.message
    assert "đang gõ dở của Hà Văn Tư" in message.text
    assert len(desk.unprinted()) == 1


def test_a_print_tells_every_page_that_the_paper_is_out(window: MainWindow, hands: Hands, desk: Desk) -> None:
    told: list[Any] = []
    dossier = desk.receive(a_line("Lò Thị Đức"), again=True).id
    window.session.changed.connect(told.append)
    window.flow.reprint(dossier)
    hands.settle()
    hands.settle()
    assert [(one.dossiers, one.papers) for one in told if one.papers] == [(frozenset({dossier}), True)]


def test_the_mark_of_the_missing_paper_goes_when_it_is_printed(window: MainWindow, hands: Hands, desk: Desk) -> None:
    dossier = desk.receive(a_line("Lò Thị Đức"), again=True).id
    window.show_task("dossiers")
    hands.settle()
    page: Any = window.tasks.current.page
    page.open_dossier(dossier)
    hands.settle()
    assert not desk.dossier(dossier).issued
    page.flow.reprint()
    for _turn in range(4):
        hands.settle()
        hands.qtbot.wait(20)
    paper = page.view.detail.opened.dossier.last_paper
    assert paper is not None
    assert paper.printed == 1
