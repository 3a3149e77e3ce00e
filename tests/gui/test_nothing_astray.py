"""What is typed, opened or given stays where it belongs: nothing goes to another citizen, nothing is typed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from onestop_desktop.desk.desk import Desk
from onestop_desktop.errors import TryLater
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.pages.admin import AdminPage
from onestop_desktop.gui.session import Session
from onestop_desktop.settings import Settings
from onestop_desktop.store.left import keep_carried
from onestop_desktop.words import load
from tests import files
from tests.builders import a_line
from tests.gui.conftest import open_window
from tests.gui.hands import KNOWN_CARD, NEW_CARD, FakePress, Hands, HandTime, Watched
from tests.gui.test_attachments import drop, panel, settle
from tests.gui.test_certify_page import Stamp, size, stamp  # noqa: F401  fixtures
from tests.gui.test_dossiers_list import Opened, take
from tests.gui.test_dossiers_steps import ask, opened  # noqa: F401  a fixture
from tests.gui.test_handover_page import Counter, counter, ready  # noqa: F401  a fixture

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def scans(tmp_path: Path) -> list[Path]:
    """Two files as a scanner puts them out."""
    paths = [tmp_path / "chung-sinh.jpg", tmp_path / "to-khai.pdf"]
    paths[0].write_bytes(files.photograph((900, 1200), 1))
    paths[1].write_bytes(files.pdf(3))
    return paths


# -- Tiếp nhận ----------------------------------------------------------------------------------------------


def test_files_of_a_discarded_intake_go_to_nobody(
    window: MainWindow, hands: Hands, qtbot: QtBot, desk: Desk, scans: list[Path]
) -> None:
    hands.scan(KNOWN_CARD)
    window.intake.take_procedure(desk.procedure("1.001193"))
    drop(window.intake, scans)
    assert window.files.files.is_busy
    hands.press(Qt.Key.Key_N, CTRL | SHIFT)
    hands.scan(NEW_CARD)
    window.intake.take_procedure(desk.procedure("1.001193"))
    settle(window, qtbot)
    assert panel(window).is_empty
    hands.press(Qt.Key.Key_F9)
    settle(window, qtbot)
    assert desk.files.listed(desk.find("Xiên")[0].id) == ()


def test_a_draft_that_is_saved_at_once_takes_its_files_along(
    window: MainWindow, hands: Hands, qtbot: QtBot, watched: Watched, settings: Settings, scans: list[Path]
) -> None:
    hands.scan(KNOWN_CARD)
    window.intake.take_procedure(watched.procedure("1.001193"))
    drop(window.intake, scans)
    settle(window, qtbot)
    window.flow.keep_draft()
    hands.settle()
    window.let_go()
    again = open_window(qtbot, Session(watched, settings, load("vi"), FakePress()), HandTime())  # type: ignore[arg-type]
    again.flow.resume()
    again.flow.save()
    qtbot.waitUntil(lambda: bool(watched.taken), timeout=10_000)
    settle(again, qtbot)
    assert len(watched.lines[-1]["attachments"]) == 2
    again.let_go()


def test_another_procedure_keeps_the_clerks_own_papers_and_gives_files_its_own(
    window: MainWindow, qtbot: QtBot, desk: Desk, scans: list[Path]
) -> None:
    page = window.intake
    page.take_procedure(desk.procedure("1.001193"))
    own = page.papers.add_own().row()
    page.papers.rows[own].name = "Giấy xác nhận của trưởng bản"
    drop(page, scans[:1])
    settle(window, qtbot)
    assert panel(window).rows[0].paper.value() == page.papers.taken()[0]["name"]
    page.take_procedure(desk.procedure("1.000656"))
    names = [row.name for row in page.papers.rows]
    assert "Giấy xác nhận của trưởng bản" in names
    assert len(set(names)) == len(names)
    assert panel(window).rows[0].paper.value() in {*names, ""}
    assert panel(window).rows[0].paper.value() != "Giấy chứng sinh"
    page.clear()
    assert page.papers.rows == []


def test_f9_takes_no_dossier_under_the_last_procedure_while_another_is_typed(
    window: MainWindow, hands: Hands, watched: Watched
) -> None:
    hands.scan(KNOWN_CARD)
    hands.type("1.001193")
    hands.press(Qt.Key.Key_Return)
    entry = window.intake.procedure.entry
    entry.setFocus()
    entry.selectAll()
    hands.type("khai tu")
    assert entry.list.isVisible()
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert watched.taken == []
    assert "khai tu" in window.intake.procedure.field.note.text()
    assert not entry.list.isVisible(), "the list lies over what is said"
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert not entry.list.isVisible(), "what was suggested stays over the next citizen's form"
    assert watched.lines[0]["procedure"] != "1.001193"


def test_f9_pressed_twice_says_what_was_taken_and_no_fault(window: MainWindow, hands: Hands, watched: Watched) -> None:
    hands.scan(KNOWN_CARD)
    window.intake.take_procedure(watched.procedure("1.001193"))
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert len(watched.taken) == 1
    assert window.intake.procedure.field.note.text() == ""
    assert window.intake.strip.message is not None
    assert window.intake.strip.message.tone == "ok"


def test_the_field_that_has_the_focus_is_in_sight(window: MainWindow, hands: Hands, qtbot: QtBot, desk: Desk) -> None:
    page = window.intake
    page.take_procedure(desk.procedure("1.001193"))
    hands.press(Qt.Key.Key_E, CTRL)
    page.show_attachments()
    qtbot.wait(50)
    assert page._area.verticalScrollBar().value() > 0
    hands.press(Qt.Key.Key_F2)
    qtbot.wait(50)
    entry = hands.focus()
    assert entry is page.procedure.entry
    assert not entry.visibleRegion().isEmpty()


# -- Trả kết quả --------------------------------------------------------------------------------------------


def test_f9_hands_nothing_over_while_another_name_stands_in_the_box(counter: Counter) -> None:  # noqa: F811
    first = ready(counter.desk)
    other = ready(counter.desk, name="La Khánh An")
    counter.hands.scan(first.barcode)
    counter.page.start()
    counter.hands.type("la khanh")
    counter.f9()
    assert counter.desk.dossier(first.id).status == "ready"
    assert counter.page.dossier is not None
    assert counter.page.dossier.id == other.id, "what is typed is looked for"
    assert counter.desk.dossier(other.id).status == "ready"


def test_a_message_about_the_open_dossier_leaves_what_is_typed(counter: Counter) -> None:  # noqa: F811
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    counter.hands.scan(NEW_CARD)
    counter.page.receiver.fee.setText("5.000")
    counter.page.faces.choose("4")
    focus = counter.hands.focus()
    _state, changes = counter.desk.act(dossier.id, "correct", {"reason": "kệ", "changes": {"shelf": "Kệ 7"}})
    counter.page.changed(changes)
    counter.hands.settle()
    assert counter.page.dossier is not None
    assert counter.page.dossier.shelf == "Kệ 7"
    assert (counter.page.receiver.fee.text(), counter.page.faces.score) == ("5.000", "4")
    assert counter.hands.focus() is focus
    counter.f9()
    after = counter.desk.dossier(dossier.id)
    assert after.collected == 5_000
    assert next(step for step in after.history if step.kind == "return").facts["to"]["name"] == "Hoàng Thị Xiên"


def test_escape_puts_the_open_dossier_back_and_writes_nothing(counter: Counter) -> None:  # noqa: F811
    dossier = ready(counter.desk)
    assert not counter.page.foot.leave.isVisible()
    counter.hands.scan(dossier.barcode)
    before = counter.desk.digest()
    assert counter.page.foot.leave.isVisible()
    counter.hands.press(Qt.Key.Key_Escape)
    assert counter.page.dossier is None
    assert counter.hands.focus() is counter.page.scan
    counter.f9()
    assert counter.desk.digest() == before


# -- Hồ sơ --------------------------------------------------------------------------------------------------


def test_what_is_typed_after_a_refused_form_goes_into_the_field_that_is_wrong(
    opened: Opened,  # noqa: F811
    desk: Desk,
) -> None:
    form = ask(opened, take(desk), "forward")
    unit = form.fields["unit"]
    unit.entry.clear()
    form.send.setFocus()
    form.send.click()
    opened.settle()
    assert unit.note.text()
    assert QApplication.focusWidget() is unit.entry


def test_a_step_that_fails_while_something_else_is_looked_at_says_so_and_can_be_taken_again(
    opened: Opened,  # noqa: F811
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = take(desk), take(desk)
    form = ask(opened, first, "forward")
    form.fields["unit"].entry.setText("Sở Tư pháp")

    def full(*_values: Any, **_named: Any) -> None:
        raise TryLater("store.disk_full", free=0)

    with monkeypatch.context() as patch:
        patch.setattr(type(desk), "act", full)
        form.send.click()
        opened.page.open_dossier(second)
        opened.settle()
    said = opened.view.detail.strip.message
    assert said is not None
    assert "CHƯA ghi" in said.text
    assert desk.dossier(first).number[-9:] in said.text
    form = ask(opened, first, "forward")
    assert form.fields["unit"].entry.text() == "Sở Tư pháp"
    assert form.send.isEnabled()
    form.send.click()
    opened.settle()
    assert desk.dossier(first).status == "forwarded"


def test_tab_goes_from_what_is_corrected_into_its_new_value(opened: Opened, desk: Desk) -> None:  # noqa: F811
    form = ask(opened, take(desk), "correct")
    changes: Any = form.fields["changes"].entry
    fields = changes.put("applicant").entries
    line = changes.lines[0]
    opened.qtbot.waitUntil(fields["address"].isVisible)
    line.choice.setFocus()
    walked = []
    for _tab in fields:
        opened.page.focusNextPrevChild(True)
        walked.append(QApplication.focusWidget())
    assert walked == list(fields.values())


@pytest.mark.parametrize(
    ("wrong", "name"), [({"id_number": "12"}, "id_number"), ({"birth_date": "31/02/1990"}, "birth_date")]
)
def test_what_is_wrong_with_a_corrected_person_stands_at_its_own_box_in_sight(
    opened: Opened,  # noqa: F811
    desk: Desk,
    wrong: dict[str, str],
    name: str,
) -> None:
    form = ask(opened, take(desk), "correct")
    form.fields["reason"].entry.setText("Gõ nhầm")
    changes: Any = form.fields["changes"].entry
    person = changes.put("owner")
    person.entries["name"].setText("Lò Văn Diên")
    for one, text in wrong.items():
        person.entries[one].setText(text)
    form.send.click()
    opened.settle()
    opened.qtbot.wait(30)
    field = person.fields[name]
    assert field.note.text()
    assert QApplication.focusWidget() is field.entry
    assert not field.note.visibleRegion().isEmpty()
    assert field.note.visibleRegion().boundingRect().height() >= field.note.height() - 1


@pytest.mark.parametrize("typed", ["quang van thuong", "1130"])
def test_a_name_that_is_typed_on_a_button_is_looked_for_and_records_nothing(
    opened: Opened,  # noqa: F811
    desk: Desk,
    typed: str,
) -> None:
    """A blank presses the button that has the focus: the first letter of a name takes the focus from it."""
    opened.open(take(desk))
    before = desk.digest()
    for start in (opened.view.detail.start, lambda: None):
        start()
        type_on(typed)
    assert opened.view.detail.form is None
    assert opened.view.filters.line.text().startswith(typed)
    assert desk.digest() == before


def test_what_is_typed_into_a_form_that_opens_on_its_button_goes_into_its_first_field(
    opened: Opened,  # noqa: F811
    desk: Desk,
) -> None:
    form = ask(opened, take(desk), "ready")
    assert QApplication.focusWidget() is form.send
    before = desk.digest()
    type_on("12 GCN UBND")
    assert form.fields["document"].entry.text() == "12 GCN UBND"
    assert desk.digest() == before


def type_on(text: str) -> None:
    """Type letters one by one into whatever has the focus."""
    for letter in text:
        target = QApplication.focusWidget()
        assert target is not None
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = Qt.Key.Key_Space if letter == " " else ord(letter.upper())
            QApplication.sendEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter))


def test_a_name_typed_on_the_found_card_goes_on_in_the_scan_box(
    window: MainWindow, hands: Hands, watched: Watched, press: FakePress
) -> None:
    taken = watched.receive({"procedure": "1.001193", "applicant": {"name": "Hà Thị Chựa"}}, again=True)
    hands.scan(watched.dossier(taken.id).barcode)
    assert window.found.isVisible()
    hands.type("lo van")
    hands.settle()
    assert press.printed == []
    assert window.header.scan.text() == "lo van"
    assert not window.found.isVisible()


def test_files_of_an_empty_form_wait_for_the_papers_of_what_is_chosen(
    window: MainWindow, hands: Hands, qtbot: QtBot, desk: Desk, scans: list[Path]
) -> None:
    hands.scan(KNOWN_CARD)
    window.intake.take_procedure(desk.procedure("1.000656"))
    hands.press(Qt.Key.Key_F9)
    settle(window, qtbot)
    drop(window.intake, scans[:1])
    settle(window, qtbot)
    assert panel(window).rows[0].paper.value() == ""
    window.intake.take_procedure(desk.procedure("1.001193"))
    assert panel(window).rows[0].paper.value() == window.intake.papers.taken()[0]["name"]


# -- Chứng thực ---------------------------------------------------------------------------------------------


def test_no_certification_of_no_copies_uses_up_a_number(stamp: Stamp) -> None:  # noqa: F811
    form = stamp.page.form
    before = stamp.desk.next_book_number(form.kind.value())
    stamp.hands.type("Lò Thị Én")
    form.pages.setText("5")
    form.copies.setText("0")
    form.fee.setText("0")
    stamp.f9()
    assert stamp.new() == []
    assert stamp.desk.next_book_number(form.kind.value()) == before
    assert form.fields["copies"].note.text()


def test_a_line_that_is_being_typed_is_not_typed_over_by_an_earlier_one(stamp: Stamp) -> None:  # noqa: F811
    form = stamp.page.form
    stamp.hands.type("Lò Thị Én")
    form.pages.setText("2")
    stamp.flow.add()
    assert len(stamp.page.lines.lines) == 1
    form.name.setText("Vì Văn Phong")
    form.name.textEdited.emit("Vì Văn Phong")
    form.pages.setText("9")
    stamp.page.change(0)
    assert (form.name.text(), form.pages.text()) == ("Vì Văn Phong", "9")
    assert len(stamp.page.lines.lines) == 1
    assert "chưa vào danh sách" in stamp.said()


# -- Quản trị -----------------------------------------------------------------------------------------------


def test_escape_from_a_changed_procedure_asks_and_f9_records_no_version_of_nothing(
    window: MainWindow, hands: Hands, desk: Desk
) -> None:
    window.show_task("settings")
    hands.settle()
    page: Any = window.tasks.current.page
    assert isinstance(page, AdminPage)
    page.show_section("procedures")
    page.procedures.opened.emit("1.012753")
    form, before = page.procedures.form, desk.digest()
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert desk.digest() == before
    assert page.strip.message is not None
    page.strip.dismiss()
    form.entry("result").setText("Giấy chứng nhận")
    form.entry("result").setFocus()
    hands.press(Qt.Key.Key_Escape)
    assert page.procedures.pages.currentWidget() is form
    hands.press(Qt.Key.Key_Escape)
    assert form.entry("result").text() == "Giấy chứng nhận"
    form.entry("result").setFocus()
    hands.press(Qt.Key.Key_Escape)
    hands.press(Qt.Key.Key_Return)
    assert page.procedures.pages.currentWidget() is not form
    assert desk.digest() == before


def test_a_citizens_field_is_called_by_its_name() -> None:
    from onestop_desktop.errors import InvalidInput  # noqa: PLC0415

    told = load("vi").tell(InvalidInput("input.missing", field="applicant.phone"))
    assert "applicant" not in told
    assert "iện thoại" in told


def test_files_written_while_another_dossier_is_looked_at_do_not_wait_any_more(
    window: MainWindow, qtbot: QtBot, desk: Desk, scans: list[Path]
) -> None:
    first = desk.receive(a_line("Lò Thị Én")).id
    second = desk.receive(a_line("Lò Thị Xuân", applicant={"name": "Lò Thị Xuân"})).id
    window.show_task("dossiers")
    page: Any = window.tasks.current.page
    detail = page.view.detail
    page.open_dossier(first)
    qtbot.waitUntil(lambda: detail.dossier == first and detail.story.is_built)
    drop(page, scans[:1])
    qtbot.waitUntil(lambda: len(detail.files.panel.rows) == 1)
    page.open_dossier(second)
    page.files.attach()
    qtbot.waitUntil(lambda: window.session.worker.waiting == 0)
    page.open_dossier(first)
    qtbot.waitUntil(lambda: detail.dossier == first and window.session.worker.waiting == 0)
    written = len(desk.files.listed(first))
    assert written + len(detail.files.panel.rows) == 1, "the same file could be attached a second time"


def test_nothing_is_taken_back_alone_once_a_packet_has_left(
    counter: Counter,  # noqa: F811
    desk: Desk,
    tmp_path: Path,
) -> None:
    """A bundle on a stick counts: what it holds is no more only here."""
    dossier = ready(desk)
    desk.act(dossier.id, "return", {})
    counter.page.open_dossier(dossier.id)
    assert counter.page.notice.undo.isVisible()
    desk.core.store.write_plain(keep_carried)
    counter.page.open_dossier(dossier.id)
    assert not counter.page.notice.undo.isVisible()
    assert desk.alone(desk.dossier(dossier.id)).take_back is False


def test_the_detail_asks_for_two_where_one_may_not(opened: Opened, desk: Desk) -> None:  # noqa: F811
    fresh = take(desk)
    opened.open(fresh)
    assert "window.dossiers.step.void_now" in {one.word for one in opened.view.detail.offers.all}
    desk.core.store.write_plain(keep_carried)
    opened.page.flow.refresh()
    opened.settle()
    assert "window.dossiers.step.void" in {one.word for one in opened.view.detail.offers.all}
    form = ask(opened, fresh, "void")
    assert form.second.isVisible()
