"""The page Quản trị: what is changed by date changes intakes of those days only, and no promise moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from onestop_desktop.clock import HANOI, SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.calendar import DayKind
from onestop_desktop.domain.deadline import Limit, LimitKind
from onestop_desktop.domain.procedure import Channel, Procedure
from onestop_desktop.domain.procedure_text import to_toml
from onestop_desktop.gui import theme
from onestop_desktop.gui.admin.this_pc import SHOWN
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.pages.admin import AdminPage
from onestop_desktop.settings import SETTINGS, Asked, Settings
from onestop_desktop.words import load
from tests.builders import a_line
from tests.gui.hands import Hands

BIRTH = "1.001193"
ALL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(window: MainWindow, hands: Hands) -> AdminPage:
    """The page in front, opened by F8."""
    hands.press(Qt.Key.Key_F8)
    hands.settle()
    assert window.isActiveWindow(), "making the page opened a window of its own"
    found = window.tasks.current.page
    assert isinstance(found, AdminPage)
    return found


@pytest.fixture(autouse=True)
def light(dressed: QApplication) -> Iterator[None]:
    """Whatever a test wears, the next one starts in the light theme."""
    yield
    theme.wear(dressed, "light")


def replace_text(hands: Hands, text: str) -> None:
    hands.press(Qt.Key.Key_A, ALL)
    hands.type(text)


def f9(hands: Hands) -> None:
    hands.press(Qt.Key.Key_F9)
    hands.settle()


def test_the_section_in_front_is_marked_and_the_others_are_made_when_they_are_turned_to(page: AdminPage):
    assert [index.data() for index in page.nav.selectedIndexes()] == ["Thủ tục"]
    assert page.pages.count() == 1
    page.show_section("users")
    assert page.pages.currentWidget() is page.users
    assert page.pages.count() == 2
    page.show_section("procedures")
    assert page.pages.currentWidget() is page.procedures
    assert page.pages.count() == 2


# -- procedures ---------------------------------------------------------------------------------------------------


def test_a_limit_changed_by_key_holds_from_its_day_only(
    page: AdminPage, hands: Hands, desk: Desk, clock: SetClock, window: MainWindow
):
    before = desk.forecast(a_line())
    hands.type("dang ky khai sinh")
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return)
    form = page.procedures.form
    assert form.text("code") == BIRTH
    form.entry("valid_from").setFocus()
    replace_text(hands, "01/12/2026")
    form.choice("kind_desk").put("working")
    form.entry("number_desk").setFocus()
    replace_text(hands, "2,5")
    f9(hands)
    assert page.strip.message is not None
    assert page.strip.message.tone == "ok"
    assert desk.forecast(a_line()) == before
    assert [one.valid_from for one in desk.admin.versions(BIRTH)] == [None, date(2026, 12, 1)]
    clock.put(datetime(2026, 12, 1, 8, 0, tzinfo=HANOI))
    window.show_task("receive")
    window.intake.take_procedure(desk.procedure(BIRTH))
    window.flow.show_forecast()
    assert desk.forecast(a_line()).due.at == datetime(2026, 12, 3, 13, 30, tzinfo=HANOI)
    assert "03/12/2026" in window.intake.aside.due.text()
    assert desk.admin.current(BIRTH).papers == desk.admin.versions(BIRTH)[0].papers
    assert desk.verify() == []


def test_the_form_gives_back_every_procedure_as_it_was(page: AdminPage, desk: Desk):
    """Nothing that the form does not show is lost in a new version."""
    form = page.procedures.form
    for procedure in desk.admin.find(""):
        page.procedures.opened.emit(procedure.code)
        before = entries(desk)
        again = desk.admin.preview({"x": toml(form.row())})
        assert not again.problems, procedure.code
        assert again.unchanged or not differing(procedure, again.changed[0]), procedure.code
        assert entries(desk) == before
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def toml(row: dict[str, object]) -> str:
    rest = {key: value for key, value in row.items() if key != "field"}
    return to_toml(str(row["field"]), [rest])


FACTS = (
    "title", "short", "limits", "papers", "not_to_ask", "keywords", "rank", "level", "result", "certification_book",
    "sure", "source", "note",
)  # fmt: skip
OF_FEE = ("amount", "per_page", "cap", "free", "set_by", "note")


def differing(one: Procedure, other: Procedure) -> list[str]:
    names = [name for name in FACTS if getattr(one, name) != getattr(other, name)]
    return names + [name for name in OF_FEE if getattr(one.fee, name) != getattr(other.fee, name)]


def entries(desk: Desk) -> int:
    return desk.pending().entries


@pytest.mark.parametrize(
    ("field", "text"),
    [("title", ""), ("source", ""), ("field", ""), ("valid_from", "32/13"), ("number_desk", "x"), ("valid_from", "")],
)
def test_a_refusal_stands_at_its_field_and_nothing_is_recorded(
    page: AdminPage, hands: Hands, desk: Desk, field: str, text: str
):
    page.procedures.opened.emit(BIRTH)
    form = page.procedures.form
    form.choice("kind_desk").put("working")
    form.entry("number_desk").put("3")
    form.entry(field).put(text)
    before = entries(desk)
    f9(hands)
    assert form.fields[field].note.text()
    assert form.fields[field].note.isVisible()
    assert hands.focus() is form.entry(field)
    assert entries(desk) == before


def test_a_procedure_of_our_own_is_typed_and_found_at_the_intake(page: AdminPage, hands: Hands, desk: Desk):
    page.procedures.new_asked.emit()
    form = page.procedures.form
    for name, text in (("field", "Văn hóa"), ("title", "Xác nhận gia đình văn hóa"), ("source", "05/NQ-HĐND")):
        form.entry(name).setFocus()
        hands.type(text)
    form.choice("kind_desk").put("working")
    form.entry("number_desk").put("3")
    form.choice("way").put("amount")
    form.entry("amount").put("20.000")
    form.papers.add.click()
    hands.type("Đơn đề nghị")
    f9(hands)
    found = desk.suggest_procedures("gia dinh van hoa")
    assert [one.code for one in found] == ["9.000001"]
    assert (found[0].fee.amount, found[0].papers[0].name) == (20_000, "Đơn đề nghị")
    assert found[0].limit_for(Channel.ONLINE) == Limit(LimitKind.WORKING, minutes=1440)
    assert page.procedures.pages.currentIndex() == 0
    assert desk.verify() == []


def test_retiring_asks_first(page: AdminPage, hands: Hands, desk: Desk):
    page.procedures.opened.emit(BIRTH)
    before = entries(desk)
    page.procedures.form.retire.click()
    assert entries(desk) == before
    assert page.strip.isVisible()
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert BIRTH not in [one.code for one in desk.suggest_procedures("khai sinh")]
    assert desk.verify() == []


def test_a_file_is_looked_at_before_it_is_taken_over(
    page: AdminPage, hands: Hands, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    good = tmp_path / "a.toml"
    text = 'field = "Mới"\n[[procedures]]\ncode = "9.000007"\ntitle = "Thủ tục mới"\nsource = "x"\n'
    good.write_text(text, encoding="utf-8-sig")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: ([str(good)], ""))
    before = entries(desk)
    page.procedures.import_asked.emit()
    hands.settle()
    assert page.procedures.imports.isVisible()
    assert "1" in page.procedures.imports.counts.text()
    assert entries(desk) == before
    f9(hands)
    assert desk.procedure("9.000007").title == "Thủ tục mới"
    good.write_text(text.replace("9.000007", "sai"), encoding="utf-8")
    before = entries(desk)
    page.procedures.import_asked.emit()
    hands.settle()
    assert "a.toml" in page.procedures.imports.problems.text()
    assert not page.procedures.imports.save.isEnabled()
    f9(hands)
    assert entries(desk) == before
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path / "out"))
    page.procedures.export_asked.emit()
    hands.settle()
    assert len(list((tmp_path / "out").glob("*.toml"))) == len(desk.catalogue.fields())


# -- working time -------------------------------------------------------------------------------------------------


def test_a_day_off_shifts_new_due_dates_and_no_old_one(page: AdminPage, hands: Hands, desk: Desk, window: MainWindow):
    row = desk.admin.current("1.004873")
    assert row.limit_for(Channel.DESK) == Limit(LimitKind.WORKING, minutes=1440)
    line = a_line(procedure="1.004873", papers=None)
    before = desk.receive(line)
    window.intake.take_procedure(row)
    window.flow.show_forecast()
    told = window.intake.aside.due.text()
    page.show_section("working_days")
    page.start()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        hands.press(key)
    form = page.working_days.day_form
    assert page.working_days.grid.day == date(2026, 11, 26)
    f9(hands)
    assert form.fields["reason"].note.isVisible(), "a day off without a reason is refused at the field"
    assert desk.admin.own_days() == ()
    for name, text in (("reason", "Nghỉ phòng chống bão"), ("document", "12/QĐ-UBND")):
        form.entry(name).setFocus()
        hands.type(text)
    f9(hands)
    assert desk.admin.day(date(2026, 11, 26)).kind is DayKind.OFF
    assert window.intake.aside.due.text() != told, "the intake that is being typed tells the new date at once"
    after = desk.receive(a_line("Lò Văn Diên", procedure="1.004873", papers=None))
    assert (before.due_at[:10], after.due_at[:10]) == ("2026-11-27", "2026-11-30")
    assert desk.show(before.id)["due_at"] == before.due_at
    assert desk.verify() == []
    page.working_days.day_form.take_back.click()
    hands.settle()
    assert desk.admin.own_days() == ()
    assert desk.show(after.id)["due_at"] == after.due_at


def test_the_month_is_walked_by_key(page: AdminPage, hands: Hands):
    page.show_section("working_days")
    page.start()
    hands.press(Qt.Key.Key_PageDown)
    assert page.working_days.grid.day == date(2026, 12, 23)
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Down)
    assert page.working_days.grid.day == date(2027, 1, 6)
    hands.press(Qt.Key.Key_Home)
    hands.press(Qt.Key.Key_Right)
    assert "Ngày Văn hóa Việt Nam" in page.working_days.grid.accessibleDescription()
    assert "28/2026/QH16" in page.working_days.day_form.told.text()


def test_weekly_hours_are_read_loosely_and_refused_at_their_day(page: AdminPage, hands: Hands, desk: Desk):
    page.show_section("working_days")
    page.working_days.week_asked.emit()
    form = page.working_days.week_form
    for name, text in (("reason", "Giờ mùa đông"), ("document", "15/TB-UBND"), ("sat", "8h - 11h30"), ("tue", "17-7")):
        form.entry(name).put(text)
    f9(hands)
    assert form.fields["tue"].note.isVisible()
    assert desk.admin.own_weeks() == ()
    form.entry("tue").put("7:30-11:30; 13:30-17:30")
    f9(hands)
    assert len(desk.admin.day(date(2026, 11, 28)).spans) == 1
    assert desk.verify() == []


# -- agencies, users, this PC -------------------------------------------------------------------------------------


def test_a_new_name_of_the_office_stands_in_the_header(page: AdminPage, hands: Hands, desk: Desk, window: MainWindow):
    page.show_section("offices")
    page.start()
    form = page.offices.form
    form.entry("name").put("UBND xã Yên Châu mới")
    f9(hands)
    assert desk.identity.office == "UBND xã Yên Châu mới"
    assert "Yên Châu mới" in window.header.office.text()
    form.choice("what").put("end")
    form.entry("valid_to").put("31/12/2026")
    f9(hands)
    assert form.fields["valid_to"].note.isVisible(), "without a successor an agency does not end"
    assert desk.verify() == []


def test_users_are_added_given_a_password_and_taken_away(page: AdminPage, hands: Hands, desk: Desk):
    page.show_section("users")
    form = page.users.form
    form.new.click()
    for name, text in (("user", "lan"), ("user_name", "Lò Thị Lan"), ("password", "mot cau de nho"), ("again", "khac")):
        form.entry(name).put(text)
    f9(hands)
    assert form.fields["again"].note.isVisible()
    form.entry("again").put("mot cau de nho")
    f9(hands)
    assert "lan" in [one.id for one in desk.users()]
    form.new.click()
    for name, text in (("user", "lan"), ("password", "x"), ("again", "x")):
        form.entry(name).put(text)
    f9(hands)
    assert form.fields["user"].note.isVisible()
    lan = next(at for at, line in enumerate(page.users.table.lines.lines) if line.cells[0] == "lan")
    page.users.table.selectRow(lan)
    form.remove.click()
    assert "lan" in [one.id for one in desk.users()]
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert "lan" not in [one.id for one in desk.users()]
    assert desk.verify() == []


def test_every_setting_of_the_table_is_asked_for_and_saved(
    page: AdminPage, hands: Hands, settings: Settings, window: MainWindow
):
    page.show_section("this_pc")
    hands.settle()
    form = page.this_pc.form
    assert set(form.fields) == {one.name for one in SETTINGS if one.kind is not Asked.NEVER}
    form.choice("theme").put("dark")
    form.choice("printer").put("Microsoft Print to PDF")
    f9(hands)
    assert (settings.text("theme"), settings.text("printer")) == ("dark", "Microsoft Print to PDF")
    assert theme.current().name == "dark"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_setting_and_choice_has_its_words(language: str):
    words = load(language)
    codes = [f"setting.name.{one.name}" for one in SHOWN]
    codes += [f"setting.choice.{one.name}.{choice}" for one in SHOWN for choice in one.choices]
    assert [code for code in codes if code not in words] == []


# -- looks --------------------------------------------------------------------------------------------------------


def test_tab_goes_through_a_form_as_it_stands_on_the_screen(page: AdminPage, hands: Hands):
    page.procedures.opened.emit("2.000908")
    form = page.procedures.form
    form.papers.add_own()
    names = {field.entry: name for name, field in form.fields.items()}
    form.entry("code").setFocus()
    seen = [names.get(hands.focus(), "")]  # type: ignore[call-overload]
    while hands.focus() is not form.save and len(seen) < 80:
        hands.press(Qt.Key.Key_Tab)
        seen.append(names.get(hands.focus(), "paper"))  # type: ignore[call-overload]
    assert hands.focus() is form.save
    fields = [name for name in seen if name != "paper"]
    assert fields == ["code", "field", "level", "valid_from", "title", "short", "result", "source", "sure", "kind_desk",
                      "kind_post", "kind_online", "way", "fee_note", "note", "keywords"]  # fmt: skip
    assert seen.count("paper") == 3 * 6 + 2
