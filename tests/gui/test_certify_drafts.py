"""Lines of certifications survive a power cut, and drafts of either form are gone on with from the list."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from onestop_desktop.gui.certify.kinds import USUAL
from onestop_desktop.gui.flows.drafts import CERTIFY, EVERY_MS
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.session import Session
from onestop_desktop.settings import Settings
from onestop_desktop.words import load
from tests.gui.conftest import open_window
from tests.gui.hands import FakePress, Hands, HandTime, Watched

COPY, SIGNATURE = USUAL


class Stamp:
    """A window with the certification desk in front."""

    def __init__(self, window: MainWindow, qtbot: QtBot, time: HandTime) -> None:
        self.window = window
        self.hands = Hands(qtbot, window, time)

    def show(self) -> None:
        self.window.show_task("certify")
        self.hands.settle()

    @property
    def page(self) -> Any:
        return self.window.tasks.made["certify"].page

    @property
    def flow(self) -> Any:
        return self.window.tasks.made["certify"].save.__self__  # type: ignore[attr-defined]

    def line(self, name: str, pages: str, copies: str) -> None:
        """Type a line and add it."""
        form = self.page.form
        form.name.setFocus()
        form.name.clear()
        self.hands.type(name)
        form.pages.setFocus()
        self.hands.type(pages)
        form.copies.setFocus()
        form.copies.clear()
        self.hands.type(copies)
        self.hands.press(Qt.Key.Key_Return)

    def half(self, name: str) -> None:
        """Begin a line and leave it."""
        self.page.form.name.setFocus()
        self.page.form.name.clear()
        self.hands.type(name)

    def names(self) -> list[str]:
        return [line.name for line in self.page.lines.lines]


@pytest.fixture
def make(
    dressed: QApplication, qtbot: QtBot, watched: Watched, press: FakePress, settings: Settings, hand_time: HandTime
) -> Any:
    """Opens a window on the same desk, as after a start."""

    def made() -> Stamp:
        session = Session(watched, settings, load("vi"), press)  # type: ignore[arg-type]
        return Stamp(open_window(qtbot, session, hand_time), qtbot, hand_time)

    return made


@pytest.fixture
def cut(make: Any) -> Stamp:
    """A second window after a cut: two lines stood in the first one, and a third was begun."""
    first: Stamp = make()
    first.show()
    first.line("Lo Van A", "3", "2")
    first.line("Ha Thi B", "1", "4")
    first.half("Vi Van C")
    first.page.aside.receipt.setChecked(True)
    first.flow.drafts.keep()
    first.hands.settle()
    first.window.let_go()
    return make()  # type: ignore[no-any-return]


def test_lines_are_kept_every_ten_seconds_and_at_a_change_of_focus(make: Any, watched: Watched) -> None:
    stamp: Stamp = make()
    stamp.show()
    assert stamp.flow.drafts._timer.isActive()
    assert stamp.flow.drafts._timer.interval() == EVERY_MS == 10_000
    assert watched.load_draft(CERTIFY) is None
    stamp.line("Lo Van A", "3", "2")
    stamp.window.header.scan.setFocus()
    stamp.hands.settle()
    kept = watched.load_draft(CERTIFY)
    assert kept is not None
    assert [(one["applicant"]["name"], one["pages"], one["copies"]) for one in kept["lines"]] == [("Lo Van A", 3, 2)]


def test_the_next_start_offers_the_lines_and_enter_takes_them(cut: Stamp) -> None:
    cut.show()
    message = cut.page.strip.message
    assert message is not None
    assert "3 dòng" in message.text
    assert cut.names() == []
    cut.hands.press(Qt.Key.Key_Return)
    assert cut.names() == ["Lo Van A", "Ha Thi B"]
    assert cut.page.form.name.text() == "Vi Van C"
    assert cut.page.aside.receipt.isChecked()
    assert all(line.fee > 0 for line in cut.page.lines.lines)


def test_what_was_taken_up_again_and_certified_is_no_draft_any_more(cut: Stamp, watched: Watched) -> None:
    cut.show()
    cut.hands.press(Qt.Key.Key_Return)
    cut.page.form.clear()
    count = len(watched.listing(limit=500)[0])
    cut.hands.press(Qt.Key.Key_F9)
    cut.hands.settle()
    assert len(watched.listing(limit=500)[0]) == count + 2
    assert watched.load_draft(CERTIFY) is None


def test_refused_lines_are_gone(cut: Stamp, watched: Watched) -> None:
    cut.show()
    cut.hands.press(Qt.Key.Key_Tab)
    cut.hands.press(Qt.Key.Key_Return)
    cut.hands.settle()
    assert cut.page.strip.message is None
    assert watched.load_draft(CERTIFY) is None


def test_lines_typed_without_an_answer_lose_neither(cut: Stamp, watched: Watched) -> None:
    cut.show()
    cut.line("Mua A D", "2", "2")
    cut.flow.drafts.keep()
    cut.hands.settle()
    kept = watched.load_draft(CERTIFY)
    assert kept is not None
    assert kept["lines"][0]["applicant"]["name"] == "Mua A D"
    assert len(kept["earlier"]["lines"]) == 2


def test_emptied_lines_leave_no_draft(make: Any, watched: Watched) -> None:
    stamp: Stamp = make()
    stamp.show()
    stamp.line("Lo Van A", "3", "2")
    stamp.flow.drafts.keep()
    stamp.hands.settle()
    assert watched.load_draft(CERTIFY) is not None
    stamp.page.clear()
    stamp.flow.drafts.keep()
    stamp.hands.settle()
    assert watched.load_draft(CERTIFY) is None


def test_closing_the_window_keeps_the_lines(make: Any, watched: Watched) -> None:
    stamp: Stamp = make()
    stamp.show()
    stamp.line("Lo Van A", "3", "2")
    stamp.window.shut()
    kept = watched.load_draft(CERTIFY)
    assert kept is not None
    assert len(kept["lines"]) == 1


# -- drafts in the list -------------------------------------------------------------------------------------------


def open_draft(stamp: Stamp, at: int) -> None:
    """Choose the chip Nháp and go on with one of its lines."""
    stamp.window.show_task("dossiers")
    page: Any = stamp.window.tasks.made["dossiers"].page
    stamp.hands.settle()
    page.view.chips.choose("draft")
    stamp.hands.settle()
    page.view.table.selectRow(at)
    stamp.hands.settle()
    page.view.detail._first.click()
    stamp.hands.settle()


def test_the_list_of_drafts_leads_to_the_form_that_it_names(cut: Stamp, watched: Watched) -> None:
    watched.save_draft("intake", {"applicant": {"name": "Lò Thị Đức"}, "procedure": "1.001193"})
    cut.window.show_task("dossiers")
    cut.hands.settle()
    page: Any = cut.window.tasks.made["dossiers"].page
    page.view.chips.choose("draft")
    cut.hands.settle()
    assert [line.row.id for line in page.view.lines.lines] == ["draft:intake:0", "draft:certify:0"]
    assert [line.row.applicant for line in page.view.lines.lines] == ["Lò Thị Đức", "Lo Van A"]
    open_draft(cut, 1)
    assert cut.window.tasks.front == "certify"
    assert cut.names() == ["Lo Van A", "Ha Thi B"]


def test_an_older_draft_of_the_intake_changes_places_with_what_is_typed(make: Any, watched: Watched) -> None:
    older = {"applicant": {"name": "Người cũ"}, "procedure": "1.001193"}
    watched.save_draft("intake", {"applicant": {"name": "Người giữa"}, "procedure": "1.004873", "earlier": older})
    stamp: Stamp = make()
    intake = stamp.window.intake
    intake.applicant.entries["name"].setFocus()
    stamp.hands.type("Nguoi moi")
    stamp.window.flow.drafts.keep()
    stamp.hands.settle()
    open_draft(stamp, 2)
    assert stamp.window.tasks.front == "receive"
    assert intake.applicant.text("name") == "Người cũ"
    stamp.window.flow.drafts.keep()
    stamp.hands.settle()
    kept = watched.load_draft("intake")
    assert kept is not None
    names = []
    while kept:
        names.append(kept["applicant"]["name"])
        kept = kept.get("earlier")
    assert names == ["Người cũ", "Nguoi moi", "Người giữa"]


def test_the_draft_that_stands_in_the_form_is_only_gone_to(make: Any, watched: Watched) -> None:
    stamp: Stamp = make()
    stamp.window.intake.applicant.entries["name"].setFocus()
    stamp.hands.type("Nguoi moi")
    stamp.window.flow.drafts.keep()
    stamp.hands.settle()
    open_draft(stamp, 0)
    assert stamp.window.tasks.front == "receive"
    assert stamp.window.intake.applicant.text("name") == "Nguoi moi"
