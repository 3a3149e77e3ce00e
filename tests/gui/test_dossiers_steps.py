"""Every step through the window: exactly the allowed ones, each by its form, refusals told, two people where needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.views import Changes, PaperJob
from onestop_desktop.domain.entry import Happening
from onestop_desktop.domain.status import STATUSES, STEPS, UNDONE, next_steps
from onestop_desktop.gui.dossiers.answers import FilesAnswer
from onestop_desktop.gui.dossiers.changes import ChangesAnswer
from onestop_desktop.gui.dossiers.query import PAGE
from onestop_desktop.gui.dossiers.step_form import StepForm
from onestop_desktop.gui.widgets.fields import Choice, Entry
from tests.gui.conftest import NOW
from tests.gui.test_dossiers_list import Opened, take

ASK = {"items": ["Ảnh 4×6"], "reason": "Thiếu ảnh"}
WAY: Mapping[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {
    "received": (),
    "processing": (("assign", {"officer": "Hà Văn Tư"}),),
    "forwarded": (("forward", {"unit": "UBND tỉnh"}),),
    "awaiting-supplement": (("ask-supplement", ASK),),
    "awaiting-payment": (("ask-payment", {"amount": 5000, "reason": "Phí"}),),
    "ready": (("ready", {}),),
    "returned": (("ready", {}), ("return", {})),
    "withdrawn": (("withdraw", {"reason": "Đổi ý"}),),
    "stopped": (("stop", {"reason": "Hết căn cứ"}),),
    "declined": (("ready", {"outcome": "declined", "reason": "Không đủ điều kiện"}),),
    "declined-returned": (("ready", {"outcome": "declined", "reason": "Không đủ điều kiện"}), ("return", {})),
    "voided": (("void", {"reason": "Nhầm"}),),
}
"""How a dossier comes into each status."""


@pytest.fixture
def opened(qtbot: QtBot, dressed: QApplication, desk: Desk, tmp_path: Path) -> Opened:
    """The page on the training desk."""
    return Opened(qtbot, desk, tmp_path)


def in_status(desk: Desk, status: str) -> str:
    dossier = take(desk)
    for step, values in WAY[status]:
        desk.act(dossier, step, values)
    assert desk.dossier(dossier).status == status
    return dossier


def in_conflict(desk: Desk) -> str:
    """Make a dossier whose steps contradict each other, as two desks could."""
    dossier = take(desk)
    wrong = Happening("return", {}, desk.now(), dossier)
    desk.core.write(lambda transaction: transaction.append(wrong, transaction.dossier(dossier)))
    assert desk.dossier(dossier).conflict
    return dossier


def ask(opened: Opened, dossier: str, step: str) -> StepForm:
    """Open the form of a step as a click does."""
    opened.open(dossier)
    detail = opened.view.detail
    offer = next(one for one in detail.offers.all if one.step == step)
    button = detail.buttons[offer.word]
    button.trigger() if isinstance(button, QAction) else button.click()
    assert detail.form is not None
    return detail.form


def say(widget: QWidget, value: Any) -> None:
    """Fill a field as a clerk does."""
    if isinstance(widget, Choice):
        widget.put(value)
    elif isinstance(widget, Entry):
        widget.setText(value)
    elif isinstance(widget, QPlainTextEdit):
        widget.setPlainText(value)
    elif isinstance(widget, FilesAnswer):
        widget.put([value])
    elif isinstance(widget, ChangesAnswer):
        say(widget.put(value[0]), value[1])
    else:
        raise TypeError(type(widget))


def send(opened: Opened) -> None:
    opened.view.detail.form.send.click()
    opened.settle()


def entries(desk: Desk) -> int:
    return desk.pending().entries


def test_why_a_result_is_a_refusal_is_asked_for_only_where_it_is_one(opened: Opened, desk: Desk):
    form = ask(opened, take(desk), "ready")
    outcome, reason = form.fields["outcome"].entry, form.fields["reason"]
    assert not reason.isVisible()
    say(outcome, "declined")
    assert reason.isVisible()
    say(reason.entry, "Không đủ điều kiện")
    say(outcome, "granted")
    assert not reason.isVisible()
    send(opened)
    after = desk.dossier(opened.view.detail.dossier)
    assert after.status == "ready"
    assert "reason" not in after.history[-1].facts, "a reason that nobody sees was recorded"


@pytest.mark.parametrize(
    ("step", "once", "told"),
    [
        ("ask-supplement", (("ask-supplement", ASK), ("supplement", {})), "quá hạn"),
        ("extend", (("extend", {"due_at": "2026-12-11T17:00:00+07:00", "reason": "Chờ xác minh"}),), "một lần"),
    ],
)
def test_what_the_law_allows_once_is_warned_of_before_it_is_done_again(
    opened: Opened, desk: Desk, step: str, once: tuple[tuple[str, Mapping[str, Any]], ...], told: str
):
    dossier = take(desk)

    def warned() -> str:
        return " ".join(one.text() for one in ask(opened, dossier, step).findChildren(QLabel) if "⚠" in one.text())

    assert warned() == ""
    opened.view.detail.close_form()
    for done, values in once:
        desk.act(dossier, done, values)
    opened.page.flow.refresh()
    opened.settle()
    assert told in warned()


# -- what is offered ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", STATUSES)
def test_exactly_the_steps_of_the_table_are_offered(opened: Opened, desk: Desk, status: str):
    opened.open(in_status(desk, status))
    offers = opened.view.detail.offers.all
    steps = [one.step for one in offers if not one.preset]
    assert sorted(steps) == sorted(step for step in next_steps(status) if step != "refund"), "nothing was collected"
    assert len(opened.view.detail.buttons) == len(offers)
    extra = [one.step for one in offers if one.preset]
    assert extra == (["correct"] if status in UNDONE else [])


def test_money_is_given_back_only_while_there_is_some(opened: Opened, desk: Desk):
    dossier = take(desk)

    def offered() -> bool:
        opened.open(dossier)
        return "refund" in {one.step for one in opened.view.detail.offers.all}

    assert not offered()
    for step, values, then in (
        ("collect", {"amount": 5000}, True),
        ("refund", {"amount": 2000, "reason": "Thu thừa"}, True),
        ("refund", {"amount": 3000, "reason": "Thu thừa"}, False),
    ):
        desk.act(dossier, step, values)
        opened.page.flow.refresh()
        opened.settle()
        assert offered() is then


def test_a_conflict_offers_to_settle_it_first(opened: Opened, desk: Desk):
    opened.open(in_conflict(desk))
    offers = opened.view.detail.offers
    assert offers.primary.step == "settle"
    allowed = [step for step in next_steps("received", conflict=True) if step != "refund"]
    assert sorted(one.step for one in offers.all) == sorted(allowed)


@pytest.mark.parametrize(
    ("status", "step"),
    [
        ("received", "ready"), ("processing", "ready"), ("forwarded", "ready"), ("ready", "return"),
        ("awaiting-supplement", "supplement"), ("awaiting-payment", "paid"),
    ],
)  # fmt: skip
def test_the_usual_next_step_comes_first(opened: Opened, desk: Desk, status: str, step: str):
    opened.open(in_status(desk, status))
    offers = opened.view.detail.offers
    assert offers.primary.step == step
    assert len(offers.beside) <= 3


# -- each step by its form ------------------------------------------------------------------------------------

FILLED: Mapping[str, Mapping[str, Any]] = {
    "assign": {"officer": "Hà Văn Tư"},
    "ask-supplement": {"items": "Ảnh 4×6\nGiấy xác nhận", "reason": "Thiếu giấy tờ"},
    "supplement": {"note": "Đủ rồi"},
    "ask-payment": {"amount": "8.000", "reason": "Phí theo quy định"},
    "paid": {"document": "BL 12"},
    "forward": {"unit": "UBND tỉnh Sơn La"},
    "answer": {"text": "Đồng ý"},
    "extend": {"due_at": "17:00 04/12/2026", "reason": "Chờ xác minh"},
    "withdraw": {"reason": "Đổi ý"},
    "stop": {"reason": "Hết căn cứ"},
    "ready": {"document": "Số 5/GKS"},
    "return": {"note": "Đã ký sổ"},
    "collect": {"amount": "8.000", "way": "transfer"},
    "refund": {"amount": "1.000", "reason": "Thu thừa"},
    "attach": {},
    "rate": {"score": "5"},
    "settle": {"reason": "Bàn 02 ghi nhầm"},
    "correct": {"reason": "Gõ nhầm", "changes": ("shelf", "Kệ 7")},
    "void": {"reason": "Nhập trùng"},
}


def bring(desk: Desk, step: str) -> str:
    """Return a dossier that allows a step."""
    if step == "settle":
        return in_conflict(desk)
    status = next(code for code in STATUSES if step in STATUSES[code].next)
    dossier = in_status(desk, status)
    if step == "refund":
        desk.act(dossier, "collect", {"amount": 8000})
    return dossier


@pytest.mark.parametrize("step", STEPS)
def test_every_step_can_be_taken_through_its_form(opened: Opened, desk: Desk, step: str, tmp_path: Path):
    dossier = bring(desk, step)
    form = ask(opened, dossier, step)
    by_rule = {"due_at"} if step == "supplement" else set()
    assert set(form.fields) == {field.name for field in STEPS[step].fields} - by_rule
    for name, value in FILLED[step].items():
        say(form.fields[name].entry, value)
    if step == "attach":
        path = tmp_path / "tờ khai.pdf"
        path.write_bytes(b"%PDF-1.7 a scan")
        say(form.fields["files"].entry, str(path))
    send(opened)
    assert opened.view.detail.form is None, form.problem.text()
    state = desk.dossier(dossier)
    assert state.history[-1].kind == step
    assert opened.view.detail.opened.dossier == state
    if step == "ready":
        # A time that is not typed is now.
        assert state.finished_at.startswith("2026-11-23T14:26")


@pytest.mark.parametrize("step", [name for name, row in STEPS.items() if any(one.required for one in row.fields)])
def test_what_is_missing_is_told_beside_each_field_and_nothing_is_written(opened: Opened, desk: Desk, step: str):
    dossier = bring(desk, step)
    form = ask(opened, dossier, step)
    for field in form.fields.values():
        if isinstance(field.entry, Entry):
            field.entry.clear()
    before = entries(desk)
    send(opened)
    assert entries(desk) == before
    assert opened.view.detail.form is form
    for row in STEPS[step].fields:
        assert bool(form.fields[row.name].note.text()) is row.required, row.name
        assert form.fields[row.name].name.text().endswith("*") is row.required


@pytest.mark.parametrize(
    ("step", "values", "field", "words"),
    [
        ("extend", {"due_at": "23/11/2026", "reason": "x"}, "due_at", "phải sau ngày hẹn cũ"),
        ("extend", {"due_at": "32/13", "reason": "x"}, "due_at", "Không đọc được ngày"),
        ("refund", {"amount": "9.000.000", "reason": "x"}, "amount", "hoàn tối đa"),
        ("ready", {"outcome": "declined"}, "reason", "Thiếu lý do"),
        ("ready", {"at": "01/01/2020"}, "at", "trước lúc nhận"),
        ("collect", {"amount": "-5"}, "amount", ""),
    ],
)
def test_a_refusal_stands_beside_its_field_and_nothing_is_written(
    opened: Opened, desk: Desk, step: str, values: Mapping[str, str], field: str, words: str
):
    form = ask(opened, bring(desk, step), step)
    for name, value in values.items():
        say(form.fields[name].entry, value)
    before = entries(desk)
    send(opened)
    assert entries(desk) == before
    assert opened.view.detail.form is form
    note = form.fields[field].note
    assert note.isVisible()
    assert words in note.text()
    assert note.text()
    assert form.send.isEnabled()


def test_a_step_that_somebody_else_took_meanwhile_is_refused_in_words(opened: Opened, desk: Desk):
    dossier = in_status(desk, "received")
    form = ask(opened, dossier, "ready")
    desk.act(dossier, "withdraw", {"reason": "x"})
    before = entries(desk)
    send(opened)
    assert entries(desk) == before
    assert form.problem.isVisible()
    assert "Công dân rút" in form.problem.text()


def test_leaving_a_form_writes_nothing(opened: Opened, desk: Desk):
    form = ask(opened, in_status(desk, "received"), "withdraw")
    before = entries(desk)
    QTest.keyClick(form.fields["reason"].entry, Qt.Key.Key_Escape)
    assert opened.view.detail.form is None
    assert entries(desk) == before


# -- two people -----------------------------------------------------------------------------------------------


def test_a_void_takes_two_people(opened: Opened, desk: Desk, clock: SetClock):
    dossier = in_status(desk, "processing")
    form = ask(opened, dossier, "void")
    say(form.fields["reason"].entry, "Nhập trùng")
    assert form.second.isVisible()
    before = entries(desk)
    send(opened)
    assert entries(desk) == before
    assert form.second.field.note.isVisible()
    form.second.choose("tu")
    form.second.password.setText("sai")
    send(opened)
    assert entries(desk) == before
    assert "Mật khẩu không đúng" in form.second.field.note.text()
    assert form.second.password.text() == ""
    form.second.password.setText("tap")
    send(opened)
    state = desk.dossier(dossier)
    assert state.status == "voided"
    assert not state.history[-1].facts.get("alone")
    assert opened.view.detail.offers.all == ()


def test_the_form_asks_for_a_second_person_when_the_desk_says_so(opened: Opened, desk: Desk, clock: SetClock):
    """The half hour ran out while the form was open."""
    dossier = take(desk)
    form = ask(opened, dossier, "void")
    assert form.second.isHidden()
    say(form.fields["reason"].entry, "Nhập trùng")
    clock.put(NOW + timedelta(minutes=31))
    before = entries(desk)
    send(opened)
    assert entries(desk) == before
    assert form.second.isVisible()
    form.second.choose("tu")
    form.second.password.setText("tap")
    QTest.keyClick(form.second.password, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    opened.settle()
    assert desk.dossier(dossier).status == "voided"


def test_a_fresh_intake_is_cancelled_at_the_desk_alone(opened: Opened, desk: Desk):
    dossier = take(desk)
    form = ask(opened, dossier, "void")
    assert form.title.text() == "Hủy tại bàn"
    say(form.fields["reason"].entry, "Người dân đổi ý")
    send(opened)
    state = desk.dossier(dossier)
    assert state.status == "voided"
    assert state.history[-1].facts["alone"]


# -- undo -----------------------------------------------------------------------------------------------------


def undo(opened: Opened, dossier: str) -> StepForm:
    opened.open(dossier)
    detail = opened.view.detail
    opened.page.flow.steps.ask(next(one for one in detail.offers.all if one.preset))
    return detail.form


def test_a_wrong_hand_over_is_undone_by_the_same_clerk(opened: Opened, desk: Desk):
    dossier = in_status(desk, "returned")
    form = undo(opened, dossier)
    assert opened.view.detail.offers.beside[0].preset
    assert form.second.isHidden()
    send(opened)
    state = desk.dossier(dossier)
    assert state.status == "ready"
    assert [step.kind for step in state.history][-2:] == ["return", "correct"]
    assert state.history[-1].facts["reason"]


def test_half_an_hour_later_the_undo_takes_two(opened: Opened, desk: Desk, clock: SetClock):
    dossier = in_status(desk, "returned")
    clock.put(NOW + timedelta(minutes=31))
    form = undo(opened, dossier)
    assert all(not one.preset for one in opened.view.detail.offers.beside)
    assert form.second.isVisible()
    form.second.choose("tu")
    form.second.password.setText("tap")
    send(opened)
    assert desk.dossier(dossier).status == "ready"


# -- keys, papers, corrections --------------------------------------------------------------------------------


def test_f10_opens_the_form_and_f10_records_the_result(opened: Opened, desk: Desk):
    dossier = in_status(desk, "processing")
    opened.open(dossier)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F10)
    assert opened.view.detail.form.offer.step == "ready"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F10)
    opened.settle()
    assert desk.dossier(dossier).status == "ready"
    assert opened.view.table.hasFocus()


def test_f10_does_nothing_where_no_result_can_come(opened: Opened, desk: Desk):
    opened.open(in_status(desk, "ready"))
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F10)
    assert opened.view.detail.form is None


def test_enter_goes_from_field_to_field_to_the_button(opened: Opened, desk: Desk):
    dossier = in_status(desk, "received")
    form = ask(opened, dossier, "withdraw")
    reason = form.fields["reason"].entry
    assert reason.hasFocus()
    reason.setText("Đổi ý")
    QTest.keyClick(reason, Qt.Key.Key_Return)
    assert form.fields["at"].entry.hasFocus()
    QTest.keyClick(form.fields["at"].entry, Qt.Key.Key_Return)
    assert form.send.hasFocus()
    QTest.keyClick(form.send, Qt.Key.Key_Return)
    opened.settle()
    assert desk.dossier(dossier).status == "withdrawn"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "2026-11-23T14:26:00"), ("9h30", "2026-11-23T09:30:00"), ("13:05 20/11", "2026-11-20T13:05:00")],
)
def test_the_time_of_a_step_is_read_as_people_write_it(opened: Opened, desk: Desk, typed: str, said: str):
    dossier = take(desk, received_at="2026-11-19T08:00:00+07:00")
    form = ask(opened, dossier, "ready")
    say(form.fields["at"].entry, typed)
    send(opened)
    assert desk.dossier(dossier).finished_at.startswith(said)


def test_the_receipt_is_asked_for_again(opened: Opened, desk: Desk):
    dossier = take(desk)
    desk.printed(desk.issue_receipt(dossier))
    opened.open(dossier)
    opened.view.detail.story.reprint.click()
    opened.settle()
    (job,) = opened.printed
    assert isinstance(job, PaperJob)
    assert (job.dossier, job.reprint) == (dossier, 1)


def test_a_correction_of_a_printed_field_offers_the_replacement(opened: Opened, desk: Desk):
    dossier = take(desk)
    desk.printed(desk.issue_receipt(dossier))
    form = ask(opened, dossier, "correct")
    say(form.fields["reason"].entry, "Gõ nhầm")
    person = form.fields["changes"].entry.put("applicant")
    person.entries["name"].setText("Lò Thị Hạnh Phúc")
    send(opened)
    assert desk.dossier(dossier).applicant.name == "Lò Thị Hạnh Phúc"
    assert desk.dossier(dossier).applicant.phone == "0912345678"
    message = opened.view.detail.strip.message
    message.answers[0].act()
    opened.settle()
    assert opened.printed[0].dossier == dossier
    assert len(desk.dossier(dossier).issued) == 2


@pytest.mark.parametrize(
    ("field", "value", "check"),
    [
        ("fee", "12.000", lambda state: state.fee == 12000),
        ("fee", "0", lambda state: state.fee == 0),
        ("sets", "2", lambda state: state.sets == 2),
        ("note", "Gọi trước", lambda state: state.note == "Gọi trước"),
        ("return_by", "post", lambda state: state.return_by == "post"),
        ("procedure", "1.004873", lambda state: state.procedure == "1.004873"),
    ],
)
def test_a_field_is_corrected(opened: Opened, desk: Desk, field: str, value: str, check: Callable[[Any], bool]):
    dossier = take(desk)
    form = ask(opened, dossier, "correct")
    say(form.fields["reason"].entry, "Gõ nhầm")
    say(form.fields["changes"].entry, (field, value))
    send(opened)
    assert check(desk.dossier(dossier)), form.fields["changes"].note.text()


def test_a_due_date_that_a_rule_computed_is_not_corrected_by_hand(opened: Opened, desk: Desk):
    dossier = take(desk)
    assert desk.dossier(dossier).due_basis == "limit"
    form = ask(opened, dossier, "correct")
    line = form.fields["changes"].entry.lines[0]
    assert line.choice.findData("due_at") < 0
    assert line.choice.findData("fee") > 0


def test_the_result_is_given_to_another_person(opened: Opened, desk: Desk):
    dossier = in_status(desk, "ready")
    form = ask(opened, dossier, "return")
    receiver = form.fields["to"].entry
    receiver.choice.put("other")
    send(opened)
    assert "người nhận" in form.fields["to"].note.text()
    receiver.other.entries["name"].setText("Lò Văn Ón")
    send(opened)
    assert desk.dossier(dossier).history[-1].facts["to"]["name"] == "Lò Văn Ón"


def test_a_key_pressed_while_a_scanned_dossier_is_read_is_meant_for_that_dossier(opened: Opened, desk: Desk) -> None:
    """Scan and F10 in one breath: the dossier on the screen until now must not get the step."""
    shown, scanned = in_status(desk, "received"), in_status(desk, "received")
    opened.open(shown)
    opened.page.open_dossier(scanned)
    opened.view.ready_asked.emit()
    opened.settle()
    form = opened.view.detail.form
    assert form is not None
    assert (form.asked.dossier.id, form.offer.step) == (scanned, "ready")


def test_a_scanned_dossier_beyond_the_first_page_stays_when_letters_of_the_scan_fell_into_the_find_line(
    opened: Opened, desk: Desk
) -> None:
    """The list is read anew, twice; its first line must not take the place of what was scanned, nor F10 mean it."""
    scanned = in_status(desk, "received")
    for _other in range(PAGE):
        take(desk)
    opened.page.changed(Changes())
    opened.settle()
    opened.open(scanned)
    assert scanned not in opened.ids()
    for fallen in ("Lò", ""):
        opened.view.filters.line.setText(fallen)
        opened.view.queried.emit()
        opened.settle()
        assert opened.view.detail.dossier == scanned
    opened.view.ready_asked.emit()
    form = opened.view.detail.form
    assert form is not None
    assert form.asked.dossier.id == scanned


def test_another_chip_turns_to_its_own_first_dossier(opened: Opened, desk: Desk) -> None:
    scanned = in_status(desk, "received")
    in_status(desk, "ready")
    opened.open(scanned)
    opened.view.chips.choose("ready")
    opened.settle()
    assert scanned not in opened.ids()
    assert opened.view.detail.dossier == opened.ids()[0]
