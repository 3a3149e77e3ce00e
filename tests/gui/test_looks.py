"""At 1366 × 768 and at 150 % (910 × 512 logical pixels) what is needed most stays in sight; how cut text is found."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QVBoxLayout,
    QWidget,
)  # fmt: skip
from pytestqt.qtbot import QtBot

from onestop_desktop.gui import theme
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.widgets.basics import Elided
from onestop_desktop.gui.widgets.header import Pill, ScanBox, UserButton
from onestop_desktop.gui.widgets.rail import RailButton
from onestop_desktop.settings import Settings
from onestop_desktop.words import load
from tests.builders import a_line
from tests.gui.conftest import open_window
from tests.gui.hands import KNOWN_CARD, FakePress, Hands, HandTime, Watched

SIZES = ((1366, 768), (910, 512))


def clipped(root: QWidget) -> list[str]:
    """Return the texts below a widget that need more room than they have."""
    return [why for widget in root.findChildren(QWidget) if widget.isVisible() and (why := _cut(widget))]


def _cut(widget: QWidget) -> str:
    if isinstance(widget, Elided | UserButton):
        return ""
    if isinstance(widget, QLabel) and widget.text():
        needed = widget.heightForWidth(widget.width()) if widget.wordWrap() else widget.sizeHint().height()
        wide = 0 if widget.wordWrap() else widget.sizeHint().width()
        return "" if needed <= widget.height() and wide <= widget.width() else _told(widget, widget.text())
    if isinstance(widget, RailButton):
        wide = widget.fontMetrics().horizontalAdvance(widget.text())
        return "" if wide <= widget.width() and widget.height() >= 56 else _told(widget, widget.text())
    if isinstance(widget, QAbstractButton) and widget.text():
        high = widget.fontMetrics().height() * len(widget.text().splitlines())
        fits = widget.sizeHint().width() <= widget.width() and high <= widget.contentsRect().height()
        return "" if fits else _told(widget, widget.text())
    if isinstance(widget, QComboBox):
        wide = widget.fontMetrics().horizontalAdvance(widget.currentText()) + 12 + 27
        fits = wide <= widget.width() and widget.fontMetrics().height() <= _room(widget).height()
        return "" if fits else _told(widget, widget.currentText())
    if isinstance(widget, QLineEdit):
        return _cut_line(widget)
    return ""


def _cut_line(line: QLineEdit) -> str:
    """Say what of a line to type in is cut: its height, or the hint in an empty one; what is typed may be long."""
    room, metrics = _room(line), line.fontMetrics()
    hint = "" if line.text() or isinstance(line, ScanBox) else line.placeholderText()
    fits = metrics.height() <= room.height() and metrics.horizontalAdvance(hint) <= room.width()
    return "" if fits else _told(line, f"{line.accessibleName()} [{hint}]")


_INNER = 2
"""What Qt leaves free on either side of a line's text besides the style's padding."""


def _room(widget: QLineEdit | QComboBox) -> QRect:
    """Return where the text of a control stands, inside of border and padding."""
    if isinstance(widget, QComboBox):
        box = QStyleOptionComboBox()
        widget.initStyleOption(box)
        style, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        return widget.style().subControlRect(style, box, part, widget)
    frame = QStyleOptionFrame()
    widget.initStyleOption(frame)
    inside = widget.style().subElementRect(QStyle.SubElement.SE_LineEditContents, frame, widget)
    return inside.marginsRemoved(widget.textMargins()).adjusted(_INNER, 0, -_INNER, 0)


def _told(widget: QWidget, text: str) -> str:
    return f"{type(widget).__name__} {widget.width()}x{widget.height()}: {text}"


@pytest.fixture(params=SIZES, ids=["1366x768", "150%"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(params=["vi", "en"])
def sized(
    dressed: QApplication, qtbot: QtBot, watched: Watched, press: FakePress, settings: Settings, hand_time: HandTime,
    size: tuple[int, int], request: pytest.FixtureRequest,
) -> MainWindow:  # fmt: skip
    session = Session(watched, settings, load(request.param), press)  # type: ignore[arg-type]
    return open_window(qtbot, session, hand_time, size)


def fill(window: MainWindow, hands: Hands, code: str) -> None:
    hands.scan(KNOWN_CARD)
    window.intake.take_procedure(window.session.desk.procedure(code))
    window.flow.show_forecast()


def settled(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.worker.waiting == 0)
    qtbot.wait(30)


def test_due_date_and_f9_stay_in_sight(sized: MainWindow, qtbot: QtBot, hand_time: HandTime) -> None:
    fill(sized, Hands(qtbot, sized, hand_time), "2.000815")
    settled(sized, qtbot)
    for widget in (sized.intake.aside.due, sized.intake.aside.save, sized.intake.aside.draft):
        corner = widget.mapTo(sized, QPoint(widget.width(), widget.height()))
        assert widget.isVisible()
        assert corner.x() <= sized.width()
        assert corner.y() <= sized.height()
        assert widget.visibleRegion().boundingRect().height() == widget.height()


def test_left_pane_never_scrolls_sideways(sized: MainWindow, qtbot: QtBot, hand_time: HandTime) -> None:
    fill(sized, Hands(qtbot, sized, hand_time), "2.000815")
    settled(sized, qtbot)
    assert sized.intake._area.horizontalScrollBar().maximum() == 0


def test_a_usual_intake_fits_without_scrolling(
    dressed: QApplication, qtbot: QtBot, window: MainWindow, hand_time: HandTime
) -> None:
    for code in ("1.001193", "2.000815"):
        fill(window, Hands(qtbot, window, hand_time), code)
        settled(window, qtbot)
        assert window.intake._area.verticalScrollBar().maximum() == 0, code


def test_what_a_scan_found_stands_below_the_box_wherever_the_box_goes(
    window: MainWindow, hands: Hands, qtbot: QtBot
) -> None:
    taken = window.session.desk.receive(a_line(), again=True)
    hands.scan(taken.number)
    box, card = window.header.scan, window.found
    assert card.isVisible()
    for text in ("Đang gửi 128 mục lên UBND huyện Yên Châu", "OK"):
        before = box.geometry()
        window.header.show_link(Pill("ok", "", text, text))
        qtbot.waitUntil(lambda before=before: box.geometry() != before)
        qtbot.wait(20)
        below = box.mapTo(window, QPoint(0, box.height()))
        assert card.mapTo(window, QPoint(0, 0)).x() == below.x()
        assert card.mapTo(window, QPoint(0, 0)).y() > below.y()


@pytest.mark.parametrize("name", ["name", "id_number", "sex"])
def test_what_is_wrong_with_a_field_stands_below_it_and_ends_in_its_row(
    window: MainWindow, qtbot: QtBot, name: str
) -> None:
    field = window.intake.applicant.fields[name]
    for sentence in (
        "Thiếu. Hãy điền.",
        "Số giấy tờ có 2 ký tự, không đúng với loại giấy tờ đã chọn. Hãy xem lại giấy.",
    ):
        field.wrong(sentence)
        settled(window, qtbot)
        note, grid = field.note, field.parentWidget()
        left = note.contentsMargins().left()
        wide = note.fontMetrics().horizontalAdvance(sentence)
        assert left + wide <= grid.width()
        assert left == field.x() or left + wide > grid.width() - 12, "neither below its field nor at the row's end"
        assert note.heightForWidth(note.width()) < 2 * note.fontMetrics().height() + 8, "broken for want of room"


def test_the_scan_box_stays_where_it_is_whatever_the_pill_says(window: MainWindow, qtbot: QtBot) -> None:
    places = set()
    for text in ("Đã gửi hết lúc 14:25", "● Chưa nối cấp trên · 1.234 mục chờ gửi", ""):
        window.header.show_link(Pill("ok", "", text, text))
        settled(window, qtbot)
        places.add(window.header.scan.geometry().getRect())
    assert len(places) == 1


def test_the_number_of_the_desk_is_never_cut(window: MainWindow, qtbot: QtBot) -> None:
    """It alone tells two PCs of an office apart."""
    window.resize(*SIZES[1])
    settled(window, qtbot)
    office = window.header.office
    shown = office.fontMetrics().elidedText(office.text(), office._mode, office.width())
    assert shown.endswith("· Bàn 01")
    assert shown != office.text()


def test_controls_that_are_too_low_and_hints_that_are_too_long_are_seen(dressed: QApplication, qtbot: QtBot) -> None:
    held = QWidget()
    qtbot.addWidget(held)
    theme.dress(held)
    box = QVBoxLayout(held)
    button, choice, line = QPushButton("Nhận"), QComboBox(), QLineEdit()
    choice.addItem("Gửi qua bưu chính")
    for one in (button, choice, line):
        box.addWidget(one)
        one.setMinimumWidth(220)
    held.show()
    assert clipped(held) == []
    line.setPlaceholderText("Gõ họ tên, số định danh hoặc số điện thoại của người nhận")
    assert [why.split()[0] for why in clipped(held)] == ["QLineEdit"]
    line.setText("Quàng Văn Thương")
    assert clipped(held) == []
    for one in (button, choice, line):
        one.setFixedHeight(12)
        one.setStyleSheet("min-height: 0px; max-height: 12px;")
    qtbot.wait(20)
    assert [why.split()[0] for why in clipped(held)] == ["QPushButton", "QComboBox", "QLineEdit"]
