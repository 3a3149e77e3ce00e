"""The certification desk: four fields and F9, several lines in one go, book numbers, fees, receipts only if asked."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from onestop_desktop.desk.desk import Desk
from onestop_desktop.gui.certify.kinds import USUAL, is_capped
from onestop_desktop.gui.flows.certify import CertifyFlow, books_of
from onestop_desktop.gui.flows.printing import PrintFlow
from onestop_desktop.gui.flows.suggestions import people_of
from onestop_desktop.gui.pages.certify import CertifyPage
from onestop_desktop.gui.session import Session
from onestop_desktop.settings import Settings
from onestop_desktop.words import load
from tests.builders import a_line
from tests.gui.hands import KNOWN_CARD, FakePress, Hands, HandTime
from tests.gui.test_handover_page import SIZES, Host
from tests.gui.test_looks import clipped

COPY, SIGNATURE = USUAL


class Stamp:
    """A clerk at the certification desk."""

    def __init__(self, qtbot: QtBot, desk: Desk, settings: Settings, size: tuple[int, int], language: str) -> None:
        self.desk = desk
        self.before = {row.id for row in desk.listing(limit=500)[0]}
        self.press = FakePress()
        self.session = Session(desk, settings, load(language), self.press)
        self.page = CertifyPage(self.session.words, books_of(self.session), people_of(self.session))
        self.flow = CertifyFlow(self.session, self.page, PrintFlow(self.session))
        self.session.changed.connect(self.page.changed)
        time = HandTime()
        self.host = Host(self.session, self.page, self.flow, time)
        self.host.open(qtbot, size)
        self.hands = Hands(qtbot, self.host, time)  # type: ignore[arg-type]
        self.flow.begin()

    def f9(self) -> None:
        self.hands.press(Qt.Key.Key_F9)
        self.hands.settle()

    def enter(self) -> None:
        self.hands.press(Qt.Key.Key_Return)

    def new(self) -> list[Any]:
        """The dossiers made since, oldest first."""
        rows = self.desk.listing(limit=500)[0]
        return [self.desk.dossier(row.id) for row in reversed(rows) if row.id not in self.before]

    def said(self) -> str:
        message = self.page.strip.message
        return f"{message.headline} {message.text}" if message else ""


@pytest.fixture(params=[SIZES[0]], ids=["1366x768"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(params=["vi"])
def stamp(
    dressed: QApplication, qtbot: QtBot, desk: Desk, settings: Settings, size: tuple[int, int],
    request: pytest.FixtureRequest,
) -> Stamp:  # fmt: skip
    desk.receive(a_line("Sùng A Lềnh", applicant={"name": "Sùng A Lềnh", "phone": "0912000111",
                                                  "id_number": "014092009999"}))  # fmt: skip
    return Stamp(qtbot, desk, settings, size, request.param)


def test_a_copy_for_a_known_person_takes_at_most_ten_keys(stamp: Stamp, capsys: pytest.CaptureFixture[str]) -> None:
    stamp.hands.type("sun")
    stamp.hands.press(Qt.Key.Key_Down)
    stamp.enter()
    stamp.hands.type("4")
    stamp.enter()
    stamp.hands.type("2")
    stamp.f9()
    with capsys.disabled():
        print(f"\ncertified copy, 4 pages, 2 copies, known person: {stamp.hands.keys} keys")
    (dossier,) = stamp.new()
    assert stamp.hands.keys <= 10
    assert (dossier.procedure, dossier.pages, dossier.certified_copies) == (COPY, 4, 2)
    assert dossier.applicant.id_number == "014092009999"
    assert (dossier.status, dossier.collected, dossier.fee_due) == ("returned", 12_000, 0)
    assert stamp.hands.focus() is stamp.page.form.name
    assert stamp.page.form.name.text() == ""


def test_several_lines_go_in_one_go_and_the_books_continue(stamp: Stamp) -> None:
    first = {code: stamp.desk.next_book_number(code) for code in USUAL}
    unprinted = stamp.desk.unprinted()
    stamp.hands.type("Lò Thị Én")
    stamp.enter()
    for pages, copies in (("4", "2"), ("1", "1")):
        stamp.hands.type(pages)
        stamp.enter()
        stamp.hands.type(copies)
        stamp.enter()
    assert stamp.page.form.name.text() == "Lò Thị Én"
    stamp.page.form.kind.put(SIGNATURE)
    stamp.enter()
    shown = [stamp.page.lines.data(stamp.page.lines.index(row, 5)) for row in range(2)]
    assert shown == [f"{first[COPY]}/SCT", f"{first[COPY] + 1}/SCT"]
    assert stamp.page.aside.total.text() == "24.000 đ"
    stamp.f9()
    made = stamp.new()
    documents = [next(step.facts["document"] for step in one.history if step.kind == "ready") for one in made]
    assert documents == [f"{first[COPY]}/SCT", f"{first[COPY] + 1}/SCT", f"{first[SIGNATURE]}/SCT"]
    assert [step.kind for step in made[0].history] == ["receive", "ready", "collect", "return"]
    assert stamp.desk.unprinted() == unprinted
    assert stamp.press.printed == []
    assert stamp.desk.verify() == []
    assert "24.000 đ" in stamp.said()
    assert documents[0] in stamp.said()
    assert stamp.page.lines.lines == []


def test_the_next_number_follows_what_is_certified(stamp: Stamp) -> None:
    number = stamp.desk.next_book_number(COPY)
    assert stamp.page.aside.number.text() == f"Số {number}/SCT"
    stamp.hands.type("Lò Thị Én")
    stamp.enter()
    stamp.hands.type("1")
    stamp.f9()
    assert f"{number}/SCT" in stamp.said()
    assert stamp.page.aside.number.text() == f"Số {number + 1}/SCT"


@pytest.mark.parametrize(("pages", "copies", "total"), [("1", "1", 2_000), ("4", "2", 12_000), ("250", "3", 600_000)])
def test_the_fee_is_shown_while_typing(stamp: Stamp, pages: str, copies: str, total: int) -> None:
    stamp.hands.type("Lò Thị Én")
    stamp.enter()
    stamp.hands.type(pages)
    stamp.enter()
    stamp.hands.type(copies)
    assert stamp.page.aside.total.text() == f"{total:,} đ".replace(",", ".")
    assert stamp.page.form.capped.isVisible() is (pages == "250")


def test_the_cap_is_a_matter_of_one_copy(desk: Desk) -> None:
    procedure = desk.procedure(COPY)
    assert not is_capped(procedure, 198, 5)
    assert is_capped(procedure, 199, 1)
    assert not is_capped(desk.procedure(SIGNATURE), 500, 5)


def test_a_signature_needs_only_a_name(stamp: Stamp) -> None:
    stamp.page.form.kind.put(SIGNATURE)
    assert not stamp.page.form.pages.isEnabled()
    stamp.page.form.name.setFocus()
    stamp.hands.type("Lò Thị Én")
    stamp.f9()
    (dossier,) = stamp.new()
    assert (dossier.procedure, dossier.collected) == (SIGNATURE, 10_000)


def test_a_waived_fee_is_typed_and_nothing_is_collected(stamp: Stamp) -> None:
    stamp.page.form.kind.put(SIGNATURE)
    stamp.page.form.name.put("Lò Thị Én")
    stamp.page.form.fee.setFocus()
    stamp.hands.type("0")
    assert "10.000 đ" in stamp.page.form.fields["fee"].note.text()
    stamp.f9()
    (dossier,) = stamp.new()
    assert dossier.fee == 0
    assert "collect" not in {step.kind for step in dossier.history}


@pytest.mark.parametrize(
    ("name", "pages", "copies", "field"),
    [("", "4", "2", "name"), ("Lò Thị Én", "", "2", "pages"), ("Lò Thị Én", "4", "0", "copies"),
     ("Lò Thị Én", "bốn", "2", "pages")],
)  # fmt: skip
def test_what_is_missing_is_told_beside_its_field(stamp: Stamp, name: str, pages: str, copies: str, field: str) -> None:
    before = stamp.desk.digest()
    stamp.hands.type(name)
    stamp.page.form.pages.setFocus()
    stamp.hands.type(pages)
    stamp.enter()
    stamp.hands.type(copies)
    stamp.f9()
    assert stamp.page.form.fields[field].note.isVisible()
    assert stamp.hands.focus() is stamp.page.form.fields[field].entry
    assert stamp.desk.digest() == before


def test_one_bad_line_records_none(stamp: Stamp) -> None:
    before = stamp.desk.digest()
    stamp.hands.type("Lò Thị Én")
    stamp.enter()
    stamp.hands.type("4")
    stamp.enter()
    stamp.enter()
    stamp.hands.type("20000")
    stamp.f9()
    assert stamp.desk.digest() == before
    assert stamp.page.form.fields["pages"].note.isVisible()
    assert len(stamp.page.lines.lines) == 1


def test_an_empty_page_certifies_nothing(stamp: Stamp) -> None:
    before = stamp.desk.digest()
    stamp.f9()
    assert stamp.desk.digest() == before
    assert stamp.page.form.fields["name"].note.isVisible()


def test_a_line_can_be_changed_and_dropped(stamp: Stamp) -> None:
    stamp.hands.type("Lò Thị Én")
    stamp.enter()
    for pages in ("4", "5"):
        stamp.hands.type(pages)
        stamp.enter()
        stamp.enter()
    stamp.page.table.setFocus()
    stamp.page.table.selectRow(0)
    stamp.enter()
    assert stamp.page.form.pages.text() == "4"
    assert [line.pages for line in stamp.page.lines.lines] == [5]
    stamp.hands.type("6")
    stamp.enter()
    stamp.enter()
    assert [line.pages for line in stamp.page.lines.lines] == [5, 6]
    stamp.page.table.setFocus()
    stamp.page.table.selectRow(0)
    stamp.hands.press(Qt.Key.Key_Delete)
    assert [line.pages for line in stamp.page.lines.lines] == [6]


def test_a_card_fills_name_and_number(stamp: Stamp) -> None:
    stamp.hands.scan(KNOWN_CARD)
    assert stamp.page.form.name.text() == "Quàng Văn Thương"
    assert stamp.hands.focus() is stamp.page.form.pages
    stamp.hands.type("3")
    stamp.f9()
    (dossier,) = stamp.new()
    assert dossier.applicant.id_number == "014091003217"
    assert dossier.certified_copies == 1


def test_another_name_is_another_person(stamp: Stamp) -> None:
    stamp.hands.scan(KNOWN_CARD)
    stamp.page.form.name.setFocus(Qt.FocusReason.TabFocusReason)
    stamp.hands.type("Lò Thị Én")
    stamp.page.form.pages.setFocus()
    stamp.hands.type("3")
    stamp.f9()
    (dossier,) = stamp.new()
    assert (dossier.applicant.name, dossier.applicant.id_number) == ("Lò Thị Én", "")


def test_a_receipt_scanned_here_is_sent_to_its_page(stamp: Stamp) -> None:
    dossier = stamp.desk.dossier(stamp.desk.receive(a_line()).id)
    stamp.hands.type("Lò")
    stamp.hands.scan(dossier.barcode)
    assert "Trả kết quả" in stamp.said()
    assert stamp.page.form.name.text() == "Lò"


def test_a_receipt_is_printed_only_when_asked_for(stamp: Stamp) -> None:
    unprinted = stamp.desk.unprinted()
    stamp.page.aside.receipt.setChecked(True)
    stamp.hands.type("Lò Thị Én")
    stamp.enter()
    stamp.hands.type("1")
    stamp.f9()
    assert len(stamp.press.printed) == 1
    assert "Đã in giấy hẹn" in stamp.said()
    assert stamp.desk.unprinted() == unprinted
    assert not stamp.page.aside.receipt.isChecked()


def test_a_receipt_that_does_not_come_out_is_told_and_kept(stamp: Stamp) -> None:
    stamp.press.broken = True
    stamp.page.aside.receipt.setChecked(True)
    stamp.hands.type("Lò Thị Én")
    stamp.enter()
    stamp.hands.type("1")
    stamp.f9()
    (dossier,) = stamp.new()
    assert "CHƯA IN" in stamp.said()
    assert dossier.status == "returned"
    assert dossier.id in {row.id for row in stamp.desk.unprinted()}


def test_every_book_of_the_catalogue_is_offered_the_usual_two_first(stamp: Stamp) -> None:
    kind = stamp.page.form.kind
    codes = [kind.itemData(at) for at in range(kind.count())]
    books = {one.code for one in stamp.desk.catalogue.all() if one.certification_book}
    assert tuple(codes[:2]) == USUAL
    assert set(codes) == books
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("size", SIZES, ids=["1366x768", "150%"], indirect=True)
@pytest.mark.parametrize("stamp", ["vi", "en"], indirect=True)
def test_no_text_is_cut_and_f9_stays_in_sight(stamp: Stamp, qtbot: QtBot) -> None:
    page = stamp.page

    def looks() -> list[str]:
        qtbot.wait(30)
        assert page.aside.save.visibleRegion().boundingRect().size() == page.aside.save.size()
        assert page._area.widget().width() <= page._area.viewport().width()
        return clipped(page)

    assert looks() == []
    stamp.hands.scan(KNOWN_CARD)
    stamp.hands.type("250")
    stamp.enter()
    assert looks() == []
    stamp.enter()
    page.form.kind.put(SIGNATURE)
    page.form.fee.put("20.000")
    page.form.edited.emit()
    assert looks() == []
    stamp.f9()
    assert looks() == []


@pytest.mark.parametrize("size", [SIZES[1]], ids=["150%"], indirect=True)
def test_the_fields_scroll_at_one_and_a_half(stamp: Stamp, qtbot: QtBot) -> None:
    stamp.hands.scan(KNOWN_CARD)
    stamp.hands.type("4")
    stamp.enter()
    stamp.enter()
    qtbot.wait(30)
    assert stamp.page._area.verticalScrollBar().maximum() > 0
