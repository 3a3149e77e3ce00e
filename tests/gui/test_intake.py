"""The page Tiếp nhận by keyboard and scanner alone, on a real training desk."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from onestop_desktop.domain.procedure import Channel
from onestop_desktop.errors import TryLater
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.session import Session
from onestop_desktop.settings import Settings
from onestop_desktop.words import load
from tests.gui.conftest import open_window
from tests.gui.hands import KNOWN_CARD, NEW_CARD, FakePress, Hands, HandTime, Watched

CTRL = Qt.KeyboardModifier.ControlModifier


def choose(hands: Hands, text: str) -> None:
    hands.type(text)
    hands.press(Qt.Key.Key_Return)


def test_known_citizen_needs_at_most_twelve_keys_after_the_card(
    hands: Hands, watched: Watched, press: FakePress, capsys: pytest.CaptureFixture[str]
) -> None:
    hands.scan(KNOWN_CARD)
    hands.keys = 0
    choose(hands, "khai sinh")
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    with capsys.disabled():
        print(f"\nknown citizen, card to printed receipt: {hands.keys} keystrokes")
    assert len(press.printed) == 1
    assert hands.keys <= 12
    line = watched.lines[0]
    assert line["procedure"] == "1.001193"
    assert line["applicant"]["name"] == "Quàng Văn Thương"
    assert line["applicant"]["phone"] == "0987654321"


def test_new_citizen_needs_at_most_twenty_two_keys_after_the_card(
    hands: Hands, watched: Watched, press: FakePress, capsys: pytest.CaptureFixture[str]
) -> None:
    hands.scan(NEW_CARD)
    hands.keys = 0
    choose(hands, "khai sinh")
    hands.type("0912345678")
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    with capsys.disabled():
        print(f"\nnew citizen with a phone to type: {hands.keys} keystrokes")
    assert len(press.printed) == 1
    assert hands.keys <= 22
    assert watched.lines[0]["applicant"] == {
        "name": "Hoàng Thị Xiên", "id_number": "014301004441", "birth_date": "05/06/2001", "phone": "0912345678",
        "address": "Bản Đán, xã Chiềng Sàng, huyện Yên Châu, tỉnh Sơn La", "sex": "nữ",
    }  # fmt: skip
    assert [paper["name"] for paper in watched.lines[0]["papers"]] == [
        "Giấy chứng sinh",
        "Tờ khai đăng ký khai sinh theo mẫu",
    ]


def test_f9_prints_records_clears_and_starts_again(window: MainWindow, hands: Hands, watched: Watched) -> None:
    hands.scan(KNOWN_CARD)
    choose(hands, "khai sinh")
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert window.intake.is_pristine
    assert hands.focus() is window.intake.procedure.entry
    assert [job.number for job in watched.recorded] == [watched.taken[0].number]
    assert window.intake.strip.message is not None
    assert window.intake.strip.message.headline == watched.taken[0].number
    assert "Đã in" in window.intake.strip.message.text


def test_number_is_not_shown_before_the_desk_has_taken_it(window: MainWindow, hands: Hands, watched: Watched) -> None:
    watched.fault = TryLater("store.disk_full")
    hands.scan(KNOWN_CARD)
    choose(hands, "khai sinh")
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert window.intake.strip.message is not None
    assert window.intake.strip.message.headline == ""
    assert window.intake.applicant.text("name") == "Quàng Văn Thương"


def test_known_people_complete_with_year_and_village(window: MainWindow, hands: Hands) -> None:
    window.intake.applicant.entries["name"].setFocus()
    hands.type("lo thi hoa")
    rows = window.intake.applicant.entries["name"].list.rows  # type: ignore[attr-defined]
    assert {row.detail.split("  ·  ")[0] for row in rows} == {"sinh 1982", "sinh 1995"}
    assert any("Bản Mệt Sai" in row.detail for row in rows)
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return)
    assert window.intake.applicant.text("id_number").startswith("0141")


def test_due_date_fee_and_preview_follow_the_form(window: MainWindow, hands: Hands, qtbot: QtBot) -> None:
    choose(hands, "2.000815")
    window.intake.terms.entries["pages"].setFocus()
    hands.type("4")
    window.intake.terms.entries["certified_copies"].setFocus()
    hands.type("2")
    qtbot.waitUntil(lambda: window.intake.terms.entries["fee"].text() == "12.000")
    qtbot.waitUntil(lambda: window.intake.aside.preview.has_picture, timeout=5000)
    assert window.intake.aside.due.text() == "17:00 · Thứ Hai 23/11/2026"
    assert window.intake.aside.why.text()


def test_a_typed_fee_is_kept_and_sent(window: MainWindow, hands: Hands, watched: Watched) -> None:
    hands.scan(KNOWN_CARD)
    choose(hands, "khai sinh")
    window.intake.terms.entries["fee"].setFocus()
    hands.type("8000")
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert watched.lines[0]["fee"] == 8000


def test_same_content_within_a_minute_asks_and_prints_the_old_one(
    window: MainWindow, hands: Hands, watched: Watched, press: FakePress
) -> None:
    for _ in range(2):
        hands.scan(KNOWN_CARD)
        choose(hands, "khai sinh")
        hands.press(Qt.Key.Key_F9)
        hands.settle()
    assert len(watched.taken) == 1
    message = window.intake.strip.message
    assert message is not None
    assert watched.taken[0].number in message.text
    assert "14:26" in message.text
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert len(press.printed) == 2
    assert len(watched.taken) == 1
    assert window.intake.is_pristine


def test_same_content_can_be_taken_once_more(window: MainWindow, hands: Hands, watched: Watched) -> None:
    for _ in range(2):
        hands.scan(KNOWN_CARD)
        choose(hands, "khai sinh")
        hands.press(Qt.Key.Key_F9)
        hands.settle()
    hands.press(Qt.Key.Key_Tab)
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert len(watched.taken) == 2


def test_continue_with_the_same_person(window: MainWindow, hands: Hands) -> None:
    hands.scan(KNOWN_CARD)
    choose(hands, "khai sinh")
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    hands.press(Qt.Key.Key_N, CTRL)
    assert window.intake.applicant.text("name") == "Quàng Văn Thương"
    assert hands.focus() is window.intake.procedure.entry


def test_a_failed_print_leaves_a_chip_and_f9_repeats_it(
    window: MainWindow, hands: Hands, watched: Watched, press: FakePress
) -> None:
    press.broken = True
    hands.scan(KNOWN_CARD)
    choose(hands, "khai sinh")
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert window.intake.aside.unprinted.isVisible()
    assert "CHƯA IN" in window.intake.strip._text.text()
    assert watched.recorded == []
    save = window.intake.aside.save
    assert save.text().strip() == "In lại giấy hẹn   F9"
    window.intake.applicant.entries["phone"].setText("09")
    assert save.text().strip() == "Lưu và in giấy hẹn   F9", "F9 would take a dossier and says otherwise"
    window.intake.applicant.entries["phone"].setText("")
    assert save.text().strip() == "In lại giấy hẹn   F9"
    press.broken = False
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert len(press.printed) == 1
    assert save.text().strip() == "Lưu và in giấy hẹn   F9"
    assert not window.intake.aside.unprinted.isVisible()
    assert len(watched.taken) == 1
    assert len(watched.recorded) == 1


def test_first_print_asks_for_the_printer_and_remembers_it(
    dressed: object, qtbot: QtBot, watched: Watched, press: FakePress, tmp_path: object, hand_time: HandTime
) -> None:
    settings = Settings(tmp_path / "none.toml")  # type: ignore[operator]
    window = open_window(qtbot, Session(watched, settings, load("vi"), press), hand_time)  # type: ignore[arg-type]
    hands = Hands(qtbot, window, hand_time)
    hands.scan(KNOWN_CARD)
    choose(hands, "khai sinh")
    hands.press(Qt.Key.Key_F9)
    qtbot.waitUntil(window.printers.isVisible)
    hands.press(Qt.Key.Key_Down)
    assert "ra tệp" in window.printers.warning.text()
    hands.press(Qt.Key.Key_Up)
    assert window.printers.warning.text() == ""
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert [printer for _pdf, printer in press.printed] == ["HP LaserJet P1102"]
    assert Settings(tmp_path / "none.toml").text("printer") == "HP LaserJet P1102"  # type: ignore[operator]


def test_without_any_printer_the_receipt_stays_in_the_list(
    window: MainWindow, hands: Hands, watched: Watched, press: FakePress
) -> None:
    press.found = ()
    window.prints._printer = ""
    hands.scan(KNOWN_CARD)
    choose(hands, "khai sinh")
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert "chưa có máy in" in window.intake.strip._text.text()
    assert [row.number for row in watched.unprinted()] == [watched.taken[0].number]


def test_receipts_not_printed_are_offered_at_the_next_start(
    window: MainWindow, hands: Hands, watched: Watched, press: FakePress, settings: Settings, hand_time: HandTime,
    qtbot: QtBot,
) -> None:  # fmt: skip
    press.broken = True
    hands.scan(KNOWN_CARD)
    choose(hands, "khai sinh")
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    window.let_go()
    press.broken = False
    again = open_window(qtbot, Session(watched, settings, load("vi"), press), hand_time)  # type: ignore[arg-type]
    assert again.intake.strip.message is not None
    assert watched.taken[0].number in again.intake.strip.message.text
    hands = Hands(qtbot, again, hand_time)
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert len(press.printed) == 1
    assert watched.unprinted() == ()


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [("id_number", "12345", "id_number"), ("phone", "12", "phone"), ("birth_date", "31/02/1990", "birth_date")],
)
def test_a_problem_stands_at_its_field_and_has_the_focus(
    window: MainWindow, hands: Hands, watched: Watched, field: str, text: str, told: str
) -> None:
    hands.scan(KNOWN_CARD)
    choose(hands, "khai sinh")
    window.intake.applicant.entries[field].put(text)
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert watched.lines == []
    assert window.intake.applicant.fields[told].note.isVisible()
    assert hands.focus() is window.intake.applicant.entries[told]


def test_without_a_procedure_f9_asks_for_it(window: MainWindow, hands: Hands, watched: Watched) -> None:
    hands.scan(KNOWN_CARD)
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert watched.lines == []
    assert window.intake.procedure.field.note.isVisible()


def test_owner_and_principal_are_told(window: MainWindow, hands: Hands, watched: Watched) -> None:
    hands.scan(KNOWN_CARD)
    choose(hands, "khai sinh")
    part = window.intake.applicant
    part.entries["behalf_name"].put("Lò Văn Diên")
    part.entries["behalf_id"].put("014055000111")
    part.entries["authority"].put("số 12 ngày 01/11/2026")
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    told = {"name": "Lò Văn Diên", "id_number": "014055000111", "authority": "số 12 ngày 01/11/2026"}
    assert watched.lines[0]["owner"] == told
    assert watched.lines[0]["principal"] == told


def test_unknown_limit_opens_the_due_field(window: MainWindow, hands: Hands, watched: Watched) -> None:
    unknown = next(one for one in watched.suggest_procedures("", 300) if one.limit_for(Channel.DESK) is None)
    window.intake.take_procedure(unknown)
    assert not window.intake.terms.fields["due_at"].isHidden()
    hands.scan(KNOWN_CARD)
    window.intake.terms.entries["due_at"].put("16:30 30/11/2026")
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert watched.taken[0].due_at == "2026-11-30T16:30:00+07:00"


def test_keys_typed_while_a_dossier_is_written_go_to_the_next_one(
    window: MainWindow, hands: Hands, watched: Watched
) -> None:
    hands.scan(KNOWN_CARD)
    choose(hands, "khai sinh")
    hands.press(Qt.Key.Key_F9)
    assert window.flow.busy
    hands.type("kh")
    assert window.intake.procedure.entry.text() != "kh"
    hands.settle()
    assert len(watched.taken) == 1
    assert window.intake.procedure.entry.text() == "kh"


def test_usable_without_a_mouse(window: MainWindow, hands: Hands) -> None:
    choose(hands, "khai sinh")
    seen: set[object] = set()
    while hands.focus() not in seen:
        seen.add(hands.focus())
        hands.press(Qt.Key.Key_Tab)
    page = window.intake
    wanted = [page.applicant.entries["name"], page.applicant.sex, page.checklist, page.add_paper, page.terms.channel,
              page.terms.entries["fee"], page.aside.draft, page.aside.save]  # fmt: skip
    assert [one for one in wanted if one not in seen] == []
