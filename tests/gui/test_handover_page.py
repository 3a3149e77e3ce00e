"""The page Trả kết quả: scan, who takes it, what is still to be paid, F9, undo, what waits for pick-up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.errors import Refused
from onestop_desktop.gui.flows.certify import CertifyFlow
from onestop_desktop.gui.flows.handover import HandoverFlow, dossiers_of
from onestop_desktop.gui.flows.printing import PrintFlow
from onestop_desktop.gui.flows.suggestions import people_of
from onestop_desktop.gui.pages.handover import HandoverPage
from onestop_desktop.gui.scan import ScanFilter
from onestop_desktop.gui.session import Session
from onestop_desktop.settings import Settings
from onestop_desktop.words import load
from tests.builders import a_line
from tests.gui.hands import KNOWN_CARD, NEW_CARD, FakePress, Hands, HandTime

# The page's own share of the window: less the rail (92) and the header (58).
SIZES = ((1274, 710), (818, 454))


class Host(QWidget):
    """One page behind the keys of a window: F9 and the scanner."""

    def __init__(self, session: Session, page: QWidget, flow: HandoverFlow | CertifyFlow, time: HandTime) -> None:
        super().__init__()
        self.session = session
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        QShortcut(QKeySequence("F9"), self).activated.connect(flow.save)
        self.keys = ScanFilter(time.now_ms, parent=self)
        self.keys.scanned.connect(flow.scanned)
        flow.busy_changed.connect(lambda busy: self.keys.hold() if busy else self.keys.release())

    def open(self, qtbot: QtBot, size: tuple[int, int]) -> None:
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self.keys)
        qtbot.addWidget(self, before_close_func=lambda _widget: application.removeEventFilter(self.keys))
        self.resize(*size)
        self.show()
        self.activateWindow()
        qtbot.waitUntil(self.isActiveWindow)


class Counter:
    """A clerk at the page: the desk, the page, the hands."""

    def __init__(self, qtbot: QtBot, desk: Desk, settings: Settings, size: tuple[int, int], language: str) -> None:
        self.desk = desk
        self.press = FakePress()
        self.session = Session(desk, settings, load(language), self.press)
        self.page = HandoverPage(self.session.words, dossiers_of(self.session), people_of(self.session))
        self.flow = HandoverFlow(self.session, self.page, PrintFlow(self.session))
        self.session.changed.connect(self.page.changed)
        time = HandTime()
        self.host = Host(self.session, self.page, self.flow, time)
        self.host.open(qtbot, size)
        self.hands = Hands(qtbot, self.host, time)  # type: ignore[arg-type]
        self.flow.begin()
        self.hands.settle()

    def f9(self) -> None:
        self.hands.press(Qt.Key.Key_F9)
        self.hands.settle()

    def kinds(self, dossier: Dossier) -> list[str]:
        return [step.kind for step in self.desk.dossier(dossier.id).history]

    def rate(self, digit: str) -> None:
        """Type a digit on a face; keys on what is no text field are held back until they cannot be a scan."""
        before = self.page.faces.score
        self.hands.type(digit)
        self.hands.qtbot.waitUntil(lambda: self.page.faces.score != before)

    def said(self) -> str:
        message = self.page.strip.message
        return f"{message.headline} {message.text}" if message else ""


@pytest.fixture(params=[SIZES[0]], ids=["1366x768"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(params=["vi"])
def counter(
    dressed: QApplication, qtbot: QtBot, desk: Desk, settings: Settings, size: tuple[int, int],
    request: pytest.FixtureRequest,
) -> Counter:  # fmt: skip
    return Counter(qtbot, desk, settings, size, request.param)


every_size = pytest.mark.parametrize("size", SIZES, ids=["1366x768", "150%"], indirect=True)


def received(desk: Desk, *, name: str = "Quàng Văn Thương", **changes: Any) -> Dossier:
    """A dossier of four pages in two copies, 12.000 đ."""
    line = a_line(name, **{"procedure": "2.000815", "pages": 4, "certified_copies": 2} | changes)
    return desk.dossier(desk.receive(line, again=True).id)


def ready(desk: Desk, **changes: Any) -> Dossier:
    """The same with its result there."""
    return desk.act(received(desk, **changes).id, "ready", {"document": "12/GCN"})[0]


# -- scan ---------------------------------------------------------------------------------------------------


def test_scanning_the_bar_code_shows_the_dossier_and_writes_nothing(counter: Counter) -> None:
    dossier = ready(counter.desk)
    before = counter.desk.digest()
    counter.hands.scan(dossier.barcode)
    page = counter.page
    assert page.dossier is not None
    assert page.dossier.id == dossier.id
    assert page.scan.text() == dossier.number
    assert page.who.name.text() == "Quàng Văn Thương"
    assert "12/GCN" in page.what.detail.text()
    assert page.receiver.fee.text() == "12.000 đ"
    assert page.save.isEnabled()
    assert counter.desk.digest() == before


def test_a_wrong_scan_changes_nothing_and_asks_for_another(counter: Counter) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    before = counter.desk.digest()
    wrong = dossier.barcode[:-1] + str((int(dossier.barcode[-1]) + 1) % 10)
    counter.hands.scan(wrong)
    assert "quét lại" in counter.page.problem.text()
    assert counter.page.problem.isVisible()
    assert counter.page.dossier is not None
    assert counter.page.dossier.id == dossier.id
    assert counter.page.receiver.fee.text() == "12.000 đ"
    assert counter.desk.digest() == before


def test_a_garbled_card_still_finds_by_its_number_and_leaves_no_text_behind(counter: Counter) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(KNOWN_CARD[:12] + "||Quafng Vawn Thuwowng|12041991|Nam")
    assert counter.page.dossier is not None
    assert counter.page.dossier.applicant.id_number == dossier.applicant.id_number
    assert "|" not in counter.page.scan.text()


@pytest.mark.parametrize("typed", ["Sùng A Lềnh", "0912000111", "sung a lenh"])
def test_typing_a_name_or_telephone_opens_the_only_match(counter: Counter, typed: str) -> None:
    line = a_line()["applicant"] | {"id_number": "014092009999", "phone": "0912000111", "name": "Sùng A Lềnh"}
    dossier = ready(counter.desk, applicant=line)
    counter.hands.type(typed)
    counter.hands.press(Qt.Key.Key_Return)
    assert counter.page.dossier is not None
    assert counter.page.dossier.id == dossier.id


def test_of_several_matches_those_that_wait_are_offered(counter: Counter) -> None:
    person = a_line()["applicant"] | {"id_number": "014092009999", "name": "Sùng A Lềnh"}
    waiting = [ready(counter.desk, applicant=person, note=str(at)).id for at in range(2)]
    received(counter.desk, applicant=person)
    counter.hands.type("sung a lenh")
    counter.page.scan.list.hide()
    counter.hands.press(Qt.Key.Key_Return)
    assert {row.value.id for row in counter.page.scan.list.rows} == set(waiting)  # type: ignore[attr-defined]
    counter.hands.press(Qt.Key.Key_Return)
    assert counter.page.dossier is not None
    assert counter.page.dossier.id in waiting


def test_a_card_without_an_open_dossier_finds_its_holders(counter: Counter) -> None:
    person = a_line()["applicant"] | {"name": "Hoàng Thị Xiên", "id_number": "014301004441", "sex": "nữ",
                                      "birth_date": "2001-06-05"}  # fmt: skip
    dossier = ready(counter.desk, applicant=person)
    counter.hands.scan(NEW_CARD)
    assert counter.page.dossier is not None
    assert counter.page.dossier.id == dossier.id
    assert "Đúng người nộp" in counter.page.who.accessibleName()


def test_an_unknown_card_is_told_by_its_name(counter: Counter) -> None:
    counter.hands.scan(NEW_CARD)
    assert "Hoàng Thị Xiên" in counter.page.problem.text()
    assert counter.page.dossier is None


def test_the_applicants_card_is_confirmed(counter: Counter) -> None:
    counter.hands.scan(ready(counter.desk).barcode)
    assert "Chưa quét thẻ" in counter.page.who.accessibleName()
    counter.hands.scan(KNOWN_CARD)
    assert "Đúng người nộp" in counter.page.who.accessibleName()
    assert counter.page.receiver.kind.value() == "self"


def test_somebody_elses_card_fills_the_receiver(counter: Counter) -> None:
    counter.hands.scan(ready(counter.desk).barcode)
    counter.hands.scan(NEW_CARD)
    assert "Thẻ của người khác" in counter.page.who.accessibleName()
    assert counter.page.receiver.kind.value() == "authorised"
    assert counter.page.receiver.name.text() == "Hoàng Thị Xiên"
    assert counter.page.receiver.id_number.text() == "014301004441"


def test_the_owners_card_makes_the_owner_the_receiver(counter: Counter) -> None:
    owner = {"name": "Hoàng Thị Xiên", "id_number": "014301004441"}
    dossier = ready(counter.desk, owner=owner)
    counter.hands.scan(dossier.barcode)
    counter.hands.scan(NEW_CARD)
    assert "Đúng chủ hồ sơ" in counter.page.who.accessibleName()
    counter.f9()
    facts = counter.desk.dossier(dossier.id).history[-1].facts
    assert facts["to"]["id_number"] == "014301004441"


# -- F9 -----------------------------------------------------------------------------------------------------


def test_f9_collects_hands_over_and_rates_in_this_order(counter: Counter) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    counter.page.faces.buttons["5"].setFocus()
    counter.rate("4")
    counter.f9()
    after = counter.desk.dossier(dossier.id)
    assert counter.kinds(dossier)[-3:] == ["collect", "return", "rate"]
    assert (after.status, after.fee_due, after.rating) == ("returned", 0, 4)
    assert after.history[-2].facts["to"]["name"] == "Quàng Văn Thương"
    assert "Đã trả cho Quàng Văn Thương" in counter.said()
    assert "Đã thu 12.000 đ" in counter.said()
    assert counter.page.dossier is None
    assert counter.page.scan.text() == ""
    assert counter.hands.focus() is counter.page.scan
    assert counter.desk.verify() == []


def test_scan_and_f9_are_one_key(counter: Counter) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    counter.f9()
    assert counter.desk.dossier(dossier.id).status == "returned"
    assert counter.hands.keys == 1


@pytest.mark.parametrize(("typed", "collected", "left"), [("0", 0, 12_000), ("5.000", 5_000, 7_000), ("", 0, 12_000)])
def test_only_what_is_typed_is_collected(counter: Counter, typed: str, collected: int, left: int) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    assert counter.hands.focus() is counter.page.receiver.fee
    counter.hands.press(Qt.Key.Key_Delete)
    counter.hands.type(typed)
    counter.f9()
    after = counter.desk.dossier(dossier.id)
    assert (after.status, after.collected, after.fee_due) == ("returned", collected, left)


def test_the_way_of_payment_is_recorded(counter: Counter) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    counter.page.receiver.way.put("transfer")
    counter.f9()
    assert counter.desk.dossier(dossier.id).history[-2].facts["way"] == "transfer"


def test_an_unreadable_amount_is_told_beside_its_field(counter: Counter) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    before = counter.desk.digest()
    counter.hands.type("xyz")
    counter.f9()
    assert "xyz" in counter.page.receiver.fields["fee"].note.text()
    assert counter.desk.digest() == before


def test_more_than_is_due_is_doubted_not_refused(counter: Counter) -> None:
    counter.hands.scan(ready(counter.desk).barcode)
    counter.hands.type("20000")
    counter.hands.press(Qt.Key.Key_Return)
    assert "12.000 đ" in counter.page.receiver.fields["fee"].note.text()
    assert counter.page.save.isEnabled()


def test_another_person_needs_a_name_and_no_fee_is_taken_before(counter: Counter) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    counter.page.receiver.kind.put("family")
    before = counter.desk.digest()
    counter.f9()
    assert counter.desk.digest() == before
    assert counter.page.receiver.fields["name"].note.isVisible()
    assert counter.hands.focus() is counter.page.receiver.name
    counter.hands.type("Lò Thị Én")
    counter.page.receiver.id_number.put("014301004441")
    counter.page.receiver.authority.put("con gái")
    counter.f9()
    facts = counter.desk.dossier(dossier.id).history[-1].facts
    assert facts["to"]["name"] == "Lò Thị Én"
    assert facts["to"]["id_number"] == "014301004441"
    assert facts["authority"] == "Người nhà: con gái"


def test_a_wrong_id_number_is_told_beside_its_field(counter: Counter) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    counter.page.receiver.kind.put("authorised")
    counter.page.receiver.name.put("Lò Thị Én")
    counter.page.receiver.id_number.put("12")
    counter.f9()
    assert counter.page.receiver.fields["id_number"].note.isVisible()
    assert counter.desk.dossier(dossier.id).status == "ready"


def test_a_missing_paper_of_authority_is_doubted_not_refused(counter: Counter) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    counter.hands.scan(NEW_CARD)
    assert counter.page.receiver.fields["authority"].note.isVisible()
    counter.hands.type("số 5 ngày 01/11")
    assert not counter.page.receiver.fields["authority"].note.isVisible()
    counter.f9()
    assert counter.desk.dossier(dossier.id).history[-1].facts["authority"] == "Người được ủy quyền: số 5 ngày 01/11"


def test_what_was_collected_is_told_when_the_hand_over_is_refused(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    act = counter.desk.act

    def only_collect(dossier_id: str, step: str, values: Any, second: Any = None) -> Any:
        if step == "return":
            raise Refused("step.two_people", number=dossier.number)
        return act(dossier_id, step, values, second)

    monkeypatch.setattr(counter.desk, "act", only_collect)
    counter.f9()
    assert "Đã thu 12.000 đ" in counter.said()
    assert counter.page.dossier is not None
    assert counter.page.receiver.fee.text() == "0 đ"
    monkeypatch.undo()
    counter.f9()
    assert counter.kinds(dossier).count("collect") == 1
    assert counter.desk.dossier(dossier.id).status == "returned"


def test_digits_rate_only_while_a_face_has_the_focus(counter: Counter) -> None:
    counter.hands.scan(ready(counter.desk).barcode)
    assert counter.hands.focus() is counter.page.receiver.fee
    counter.hands.type("5")
    assert counter.page.faces.score == ""
    counter.page.faces.setFocus()
    counter.rate("2")
    assert counter.page.faces.score == "2"
    counter.hands.press(Qt.Key.Key_Left)
    counter.hands.press(Qt.Key.Key_Space)
    counter.hands.qtbot.waitUntil(lambda: counter.page.faces.score == "3")
    counter.rate("3")
    assert counter.page.faces.score == ""


# -- not ready ----------------------------------------------------------------------------------------------


def test_a_dossier_without_result_cannot_be_handed_over(counter: Counter) -> None:
    dossier = received(counter.desk)
    counter.hands.scan(dossier.barcode)
    before = counter.desk.digest()
    assert "Chưa có kết quả" in counter.page.notice.text.text()
    assert not counter.page.save.isEnabled()
    assert not counter.page.faces.isVisible()
    counter.f9()
    assert counter.desk.digest() == before


def test_ready_is_recorded_and_then_handed_over(counter: Counter) -> None:
    dossier = received(counter.desk)
    counter.hands.scan(dossier.barcode)
    counter.page.notice.document.put("7/UBND")
    assert counter.hands.focus() is counter.page.notice.ready
    counter.hands.press(Qt.Key.Key_Return)
    counter.hands.settle()
    assert counter.page.dossier is not None
    assert counter.page.dossier.status == "ready"
    assert counter.page.save.isEnabled()
    counter.f9()
    assert counter.kinds(dossier)[-3:] == ["ready", "collect", "return"]
    assert counter.desk.dossier(dossier.id).history[-3].facts["document"] == "7/UBND"


@pytest.mark.parametrize(
    ("step", "form", "told"),
    [
        ("withdraw", {"reason": "xin rút"}, "rút hồ sơ"),
        ("stop", {"reason": "thiếu căn cứ"}, "dừng"),
        ("ask-supplement", {"items": ["Sổ hộ khẩu"], "reason": "thiếu"}, "bổ sung"),
    ],
)
def test_other_states_say_what_they_are_and_offer_nothing(
    counter: Counter, step: str, form: dict[str, Any], told: str
) -> None:
    dossier = received(counter.desk)
    counter.desk.act(dossier.id, step, form)
    counter.page.open_dossier(dossier.id)
    assert told in counter.page.notice.text.text()
    assert not counter.page.notice.ready.isVisible()
    assert not counter.page.save.isEnabled()


@pytest.mark.parametrize(("days", "pill"), [(0, "Đúng hạn"), (1, "Trễ 1 ngày"), (9, "Trễ 9 ngày")])
def test_lateness_is_the_end_of_processing_by_date(counter: Counter, clock: SetClock, days: int, pill: str) -> None:
    dossier = received(counter.desk)
    due = counter.desk.dossier(dossier.id).due_at
    at = clock.now().fromisoformat(due).replace(hour=23) + timedelta(days=days)
    clock.put(at)
    counter.desk.act(dossier.id, "ready", {})
    clock.put(at + timedelta(days=30))
    counter.page.open_dossier(dossier.id)
    assert pill in counter.page.what.accessibleName()


# -- undo ---------------------------------------------------------------------------------------------------


def test_a_wrong_hand_over_is_undone_from_the_strip(counter: Counter) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    counter.f9()
    message = counter.page.strip.message
    assert message is not None
    message.answers[0].act()
    counter.hands.settle()
    after = counter.desk.dossier(dossier.id)
    assert after.status == "ready"
    assert after.history[-1].facts["reason"] == "Bấm nhầm đã trả"
    assert counter.page.dossier is not None
    assert counter.page.dossier.status == "ready"
    assert counter.page.receiver.fee.text() == "0 đ"
    assert "hoàn tác" in counter.said()
    assert counter.desk.verify() == []


def test_the_last_hand_over_takes_one_line_once_the_next_dossier_is_open(counter: Counter) -> None:
    first, second = ready(counter.desk), ready(counter.desk, name="Lò Thị Hoa")
    counter.hands.scan(first.barcode)
    counter.f9()
    strip = counter.page.strip
    counter.hands.qtbot.waitUntil(lambda: strip.height() > 80)
    counter.hands.scan(second.barcode)
    assert strip.isVisible()
    assert first.number in strip._text.text()
    counter.hands.qtbot.waitUntil(lambda: strip.height() < 50)
    assert not any(one.isVisible() for one in strip._made), "the next citizen's page offers to undo the last one's"


def test_undo_is_offered_for_thirty_minutes(counter: Counter, clock: SetClock) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    counter.f9()
    stale = counter.page.strip.message
    clock.put(clock.now() + timedelta(minutes=29))
    counter.page.open_dossier(dossier.id)
    assert counter.page.notice.undo.isVisible()
    clock.put(clock.now() + timedelta(minutes=2))
    counter.page.open_dossier(dossier.id)
    assert not counter.page.notice.undo.isVisible()
    assert stale is not None
    stale.answers[0].act()
    counter.hands.settle()
    assert counter.desk.dossier(dossier.id).status == "returned"
    assert "hai người" in counter.said()


def test_a_rating_can_follow_later(counter: Counter) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    counter.f9()
    counter.hands.scan(dossier.barcode)
    assert not counter.page.save.isEnabled()
    counter.page.faces.choose("5")
    counter.f9()
    assert counter.kinds(dossier)[-2:] == ["return", "rate"]


# -- what waits ---------------------------------------------------------------------------------------------


def test_the_list_tells_number_name_since_and_telephone(counter: Counter, clock: SetClock) -> None:
    dossier = ready(counter.desk)
    clock.put(clock.now() + timedelta(days=9))
    counter.flow.load()
    counter.hands.settle()
    row = next(row for row in counter.page.list.model.rows if row.id == dossier.id)
    assert (row.number, row.applicant, row.phone, row.days) == (dossier.number, "Quàng Văn Thương", "0987654321", 9)
    counter.page.list.copy.click()
    assert f"Quàng Văn Thương\t0987654321\t{dossier.number}" in QApplication.clipboard().text()


def test_a_row_opens_by_enter_and_leaves_the_list_when_handed_over(counter: Counter) -> None:
    dossier = ready(counter.desk)
    counter.flow.load()
    counter.hands.settle()
    count = len(counter.page.list.model.rows)
    view = counter.page.list.view
    view.setFocus()
    at = next(place for place, row in enumerate(counter.page.list.model.rows) if row.id == dossier.id)
    view.setCurrentIndex(counter.page.list.model.index(at))
    counter.hands.press(Qt.Key.Key_Return)
    assert counter.page.dossier is not None
    assert counter.page.dossier.id == dossier.id
    counter.f9()
    assert dossier.id not in {row.id for row in counter.page.list.model.rows}
    assert len(counter.page.list.model.rows) == count - 1


def test_the_list_is_read_page_by_page(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onestop_desktop.gui.handover.ready_list.PAGE", 2)
    made = {ready(counter.desk, note=str(at)).id for at in range(5)}
    counter.flow.load()
    counter.hands.settle()
    model = counter.page.list.model
    while model.canFetchMore(model.index(-1)):
        model.fetchMore(model.index(-1))
        counter.hands.settle()
    ids = [row.id for row in model.rows]
    assert made <= set(ids)
    assert len(ids) == len(set(ids))
    assert counter.page.list.count.text() == str(len(ids))


def test_a_change_elsewhere_refreshes_the_open_dossier(counter: Counter) -> None:
    dossier = received(counter.desk)
    counter.page.open_dossier(dossier.id)
    _after, changes = counter.desk.act(dossier.id, "ready", {})
    counter.page.changed(changes)
    counter.hands.settle()
    assert counter.page.dossier is not None
    assert counter.page.dossier.status == "ready"
    assert dossier.id in {row.id for row in counter.page.list.model.rows}


def test_the_receipt_comes_out_again(counter: Counter) -> None:
    dossier = ready(counter.desk)
    counter.hands.scan(dossier.barcode)
    counter.page.reprint.click()
    counter.hands.settle()
    assert len(counter.press.printed) == 1
    assert "Đã in lại" in counter.said()


# -- looks --------------------------------------------------------------------------------------------------


@every_size
def test_f9_stays_in_sight_and_the_pane_scrolls_only_upright(
    counter: Counter, qtbot: QtBot, size: tuple[int, int]
) -> None:
    counter.hands.scan(ready(counter.desk).barcode)
    counter.hands.scan(NEW_CARD)
    qtbot.wait(30)
    page = counter.page
    assert page.save.visibleRegion().boundingRect().size() == page.save.size()
    assert page._area.horizontalScrollBar().maximum() == 0
    assert page._area.widget().width() <= page._area.viewport().width()
    assert (page._area.verticalScrollBar().maximum() > 0) is (size == SIZES[1])
    assert page.receiver.authority.visibleRegion().boundingRect().height() == page.receiver.authority.height()
    page.faces.setFocus()
    page._area.ensureWidgetVisible(page.faces)
    assert page.faces.visibleRegion().boundingRect().height() >= page.faces.height() - 1


def test_a_refusal_says_what_it_is_and_is_handed_over_by_one_key(counter: Counter) -> None:
    dossier = received(counter.desk)
    counter.desk.act(dossier.id, "ready", {"outcome": "declined", "reason": "không đủ"})
    counter.hands.scan(dossier.barcode)
    assert "Không đủ điều kiện" in counter.page.notice.text.text()
    assert counter.page.notice.isVisible()
    counter.hands.press(Qt.Key.Key_F9)
    counter.hands.settle()
    after = counter.desk.dossier(dossier.id)
    assert after.status == "declined-returned"
    assert after.returned_at
