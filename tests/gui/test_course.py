"""The course: five tasks played with keys, each found done in the dossiers; what is not done stays open."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.course import CHECKS, Progress, load_plan
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.gui import theme
from onestop_desktop.gui.actions import ACTIONS
from onestop_desktop.gui.course.panel import CoursePanel
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.widgets.fields import Choice
from onestop_desktop.words import load
from tests.gui.hands import Hands

PLAN = load_plan()
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
IDS = [task.id for task in PLAN.tasks]


class Pupil:
    """Somebody who learns: plays a task with keys and looks at the ticks."""

    def __init__(self, window: MainWindow, hands: Hands, clock: SetClock) -> None:
        self.window = window
        self.hands = hands
        self.clock = clock

    @property
    def panel(self) -> CoursePanel:
        assert self.window.course.panel is not None
        return self.window.course.panel

    def begin(self) -> None:
        self.hands.press(Qt.Key.Key_F1, SHIFT)
        self.hands.settle()

    def ticks(self) -> list[bool]:
        self.hands.settle()
        return [row.done for row in self.panel.rows]

    def press_on(self, widget: QWidget) -> None:
        """Press a button as the keyboard does."""
        assert widget.isVisible()
        assert widget.isEnabled()
        widget.setFocus()
        self.hands.press(Qt.Key.Key_Space)
        # Keys that go to no text field are held until they cannot be a scan.
        self.hands.qtbot.wait(60)
        self.hands.settle()

    def choose(self, choice: Choice, value: str) -> None:
        choice.setFocus()
        self.hands.press(Qt.Key.Key_Home)
        for _row in range(choice.count()):
            if choice.value() == value:
                return
            self.hands.press(Qt.Key.Key_Down)
        assert choice.value() == value

    # -- the tasks ------------------------------------------------------------------------------------------

    def card(self, procedure: str = PLAN.procedure, code: str = PLAN.card) -> None:
        self.hands.press(Qt.Key.Key_F2)
        self.hands.scan(code)
        self.hands.type(procedure)
        self.hands.press(Qt.Key.Key_Return)
        self.hands.press(Qt.Key.Key_F9)
        self.hands.settle()

    def find(self) -> None:
        """Find the newest dossier of the citizen by a name without marks, and go to its details."""
        self.hands.press(Qt.Key.Key_F3)
        self.hands.settle()
        view = self.window.tasks.current.page.view  # type: ignore[attr-defined]
        self.hands.press(Qt.Key.Key_F, CTRL)
        view.filters.line.clear()
        self.hands.type("quang van thuong")
        self.hands.qtbot.waitUntil(lambda: self.window.session.worker.waiting == 0 and bool(view.lines.lines))
        self.hands.qtbot.wait(250)
        self.hands.settle()
        self.hands.press(Qt.Key.Key_Down)
        self.hands.settle()
        if view.detail.dossier == "":
            self.hands.press(Qt.Key.Key_Down)
            self.hands.settle()

    def step(self, step: str, *answers: str) -> None:
        """Take a step of the dossier in the details: its button, its required fields, Ctrl+Enter."""
        detail = self.window.tasks.current.page.view.detail  # type: ignore[attr-defined]
        offer = next(one for one in detail.offers.all if one.step == step)
        button = detail.buttons[offer.word]
        if isinstance(button, QPushButton):
            self.press_on(button)
        else:
            button.trigger()
        form = detail.form
        assert form is not None
        wanted = [field.entry for field in form.fields.values() if field.name.text().endswith(" *")]
        for entry, text in zip(wanted, answers, strict=True):
            entry.setFocus()
            self.hands.type(text)
        self.hands.press(Qt.Key.Key_Return, CTRL)
        self.hands.settle()

    def assign(self, officer: str = PLAN.officer) -> None:
        self.find()
        self.step("assign", officer)

    def supplement(self) -> None:
        self.find()
        self.step("ask-supplement", "Giấy chứng sinh", "Thiếu giấy tờ")
        self.step("supplement")

    def ready(self) -> None:
        self.find()
        self.hands.press(Qt.Key.Key_F10)
        self.hands.settle()
        self.hands.press(Qt.Key.Key_Return, CTRL)
        self.hands.settle()

    def hand_over(self, *, family: bool = True, rating: str = "5") -> None:
        self.ready()
        self.hands.press(Qt.Key.Key_F4)
        self.hands.settle()
        page = self.window.tasks.current.page
        page.scan.setFocus()  # type: ignore[attr-defined]
        self.hands.type("quang van thuong")
        self.hands.press(Qt.Key.Key_Return)
        self.hands.settle()
        assert page.dossier.status == "ready"  # type: ignore[attr-defined]
        receiver = page.receiver  # type: ignore[attr-defined]
        if family:
            self.choose(receiver.kind, "family")
            receiver.name.setFocus()
            self.hands.type(PLAN.receiver)
            receiver.authority.setFocus()
            self.hands.type("vợ")
        if rating:
            self.rate(page, rating)
        self.hands.press(Qt.Key.Key_F9)
        self.hands.settle()

    def rate(self, page: QWidget, digit: str) -> None:
        faces = page.faces  # type: ignore[attr-defined]
        next(one for one in faces.findChildren(QWidget) if one.focusPolicy() != Qt.FocusPolicy.NoFocus).setFocus()
        self.hands.type(digit)
        self.hands.qtbot.waitUntil(lambda: faces.score == digit)

    def undo(self) -> None:
        page = self.window.tasks.current.page
        word = load("vi").say("window.handover.undo")
        buttons = [one for one in page.findChildren(QPushButton) if one.isVisible() and one.accessibleName() == word]
        self.press_on(buttons[0])


@pytest.fixture
def pupil(window: MainWindow, hands: Hands, clock: SetClock) -> Pupil:
    made = Pupil(window, hands, clock)
    made.begin()
    return made


# -- the whole course -----------------------------------------------------------------------------------------


def test_all_five_tasks_are_played_with_keys_and_each_is_ticked(pupil: Pupil, desk: Desk) -> None:
    assert pupil.ticks() == [False] * 5
    plays: tuple[Callable[[], None], ...] = (pupil.card, pupil.assign, pupil.supplement, pupil.hand_over, pupil.undo)
    for done, play in enumerate(plays, 1):
        play()
        assert pupil.ticks() == [True] * done + [False] * (5 - done), IDS[done - 1]
        pupil.clock.put(pupil.clock.now() + timedelta(minutes=1, seconds=30))
    said = load("vi").say("course.finished", count=5, minutes=6)
    assert pupil.panel.do.text() == said
    assert pupil.panel.missing.text() == ""
    assert desk.verify() == []


def test_the_course_itself_writes_no_entry(pupil: Pupil, desk: Desk) -> None:
    before = desk.digest()
    pupil.window.course.look()
    pupil.window.course.leave()
    pupil.begin()
    pupil.hands.settle()
    assert desk.digest() == before


def test_what_is_missing_is_told_after_each_change(pupil: Pupil) -> None:
    say = load("vi").say
    assert say("course.missing.receive", **PLAN.facts) in pupil.panel.missing.text()
    pupil.card()
    assert say("course.missing.assign", **PLAN.facts) in pupil.panel.missing.text()
    pupil.assign("Lò Thị Mai")
    assert say("course.missing.officer", **PLAN.facts) in pupil.panel.missing.text()


# -- what is not done stays open ------------------------------------------------------------------------------


def test_another_procedure_leaves_the_first_task_open(pupil: Pupil) -> None:
    pupil.card(procedure="1.000656")
    assert pupil.ticks() == [False] * 5
    assert load("vi").say("course.missing.procedure", **PLAN.facts) in pupil.panel.missing.text()


def test_another_citizen_leaves_the_first_task_open(pupil: Pupil) -> None:
    pupil.card(code=PLAN.card.replace("014091003217", "014301004441"))
    assert pupil.ticks() == [False] * 5


def test_asking_without_taking_leaves_the_third_task_open(pupil: Pupil) -> None:
    pupil.card()
    pupil.find()
    pupil.step("ask-supplement", "Giấy chứng sinh", "Thiếu giấy tờ")
    assert not pupil.ticks()[2]


@pytest.mark.parametrize(("family", "rating"), [(False, "5"), (True, "")], ids=["to the applicant", "without rating"])
def test_half_a_hand_over_leaves_the_fourth_task_open(pupil: Pupil, family: bool, rating: str) -> None:
    pupil.card()
    pupil.hand_over(family=family, rating=rating)
    assert not pupil.ticks()[3]


def test_without_a_correction_the_last_task_stays_open(pupil: Pupil) -> None:
    pupil.card()
    pupil.hand_over()
    assert pupil.ticks() == [True, False, False, True, False]


def test_a_task_may_be_left_out_and_done_later(pupil: Pupil) -> None:
    pupil.card()
    pupil.supplement()
    assert pupil.ticks() == [True, False, True, False, False]
    pupil.assign()
    assert pupil.ticks() == [True, True, True, False, False]


def test_dossiers_from_before_the_course_count_for_nothing(window: MainWindow, hands: Hands, clock: SetClock) -> None:
    pupil = Pupil(window, hands, clock)
    pupil.card()
    pupil.begin()
    assert pupil.ticks() == [False] * 5


def test_another_clerks_dossier_counts_for_nothing(pupil: Pupil, desk: Desk) -> None:
    desk.seat.switch("tu", "tap")
    pupil.card()
    desk.seat.switch("mai", "tap")
    pupil.window.course.changed()
    assert pupil.ticks() == [False] * 5


# -- scanning for me ------------------------------------------------------------------------------------------


def test_scan_for_me_goes_the_way_of_a_scan(pupil: Pupil) -> None:
    pupil.press_on(pupil.panel.scan)
    assert pupil.window.intake.applicant.entries["name"].text() == PLAN.name
    assert pupil.window.intake.applicant.entries["id_number"].text() == PLAN.id_number


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_scanner_reads_the_code_on_the_screen(pupil: Pupil, qapp: QApplication, name: str) -> None:
    try:
        theme.wear(qapp, name)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        pupil.panel.picture.grab().save(buffer, "PNG")
    finally:
        theme.wear(qapp, "light")
    with Image.open(io.BytesIO(buffer.data().data())) as image:
        found = zxingcpp.read_barcodes(image.convert("L"))
    assert [one.text for one in found] == [PLAN.card]


# -- leaving, resuming, offering ------------------------------------------------------------------------------


def test_it_is_left_and_resumed_where_it_was_and_the_time_between_is_not_counted(pupil: Pupil) -> None:
    pupil.card()
    pupil.clock.put(pupil.clock.now() + timedelta(minutes=2))
    pupil.begin()
    assert not pupil.panel.isVisible()
    pupil.clock.put(pupil.clock.now() + timedelta(hours=3))
    pupil.begin()
    assert pupil.panel.isVisible()
    assert pupil.ticks() == [True, False, False, False, False]
    assert load("vi").say("course.time", done=1, count=5, minutes=2) == pupil.panel.time.text()


def test_it_is_resumed_after_the_program_was_killed(door: Door, clock: SetClock) -> None:
    first = door.open("mai", "tap")
    first.course.begin()
    line = {"procedure": PLAN.procedure, "applicant": {"name": PLAN.name, "id_number": PLAN.id_number}, "papers": []}
    first.receive(line)
    clock.put(clock.now() + timedelta(minutes=3))
    first.course.look()
    first.close()
    clock.put(clock.now() + timedelta(days=1))
    again = door.open("mai", "tap")
    try:
        assert not again.course.offered
        progress = again.course.resume()
        assert [one.done for one in progress.tasks] == [True, False, False, False, False]
        assert progress.minutes == 3
    finally:
        again.close()


def test_it_can_be_begun_anew(pupil: Pupil, desk: Desk) -> None:
    pupil.card()
    assert desk.course.look().tasks[0].done
    assert not any(one.done for one in desk.course.begin().tasks)


def test_it_is_offered_once_to_each_clerk(window: MainWindow, hands: Hands, desk: Desk, qtbot: QtBot) -> None:
    offer = window.course.offer
    assert offer is not None
    assert offer.isVisible()
    assert hands.focus() is not offer.later
    offer.later.setFocus()
    hands.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not offer.isVisible())
    hands.settle()
    assert not desk.course.offered
    desk.seat.switch("tu", "tap")
    assert desk.course.offered


def test_the_offer_goes_when_the_clerk_begins_to_work(window: MainWindow, hands: Hands, clock: SetClock) -> None:
    Pupil(window, hands, clock).card()
    assert window.course.offer is not None
    assert not window.course.offer.isVisible()


def test_it_is_in_the_menu_of_a_training_desk(window: MainWindow) -> None:
    texts = [action.text() for action in window.header.user.choices.actions()]
    assert load("vi").say("action.course") in texts


def test_a_real_desk_has_no_course(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(desk.core), "training", property(lambda _core: False))
    assert not desk.course.offered


# -- the data and the looks -----------------------------------------------------------------------------------


def test_every_check_of_the_plan_exists_and_every_word_too() -> None:
    assert {task.check for task in PLAN.tasks} == set(CHECKS)
    for language in ("vi", "en"):
        for task in PLAN.tasks:
            assert f"course.task.{task.id}" in load(language)
            assert f"course.do.{task.id}" in load(language)


def test_the_tasks_name_the_keys_of_the_program(pupil: Pupil) -> None:
    for language in ("vi", "en"):
        for task in PLAN.tasks:
            assert not re.search(r"\bF\d|Ctrl", load(language).raw(f"course.do.{task.id}"))
    assert ACTIONS["receive"].key in pupil.panel.do.text()
    assert "{" not in pupil.panel.do.text()


def test_every_missing_thing_that_a_check_tells_has_its_sentence(desk: Desk) -> None:
    progress: Progress = desk.course.begin()
    for state in progress.tasks:
        for note in state.missing:
            assert "{" not in load("vi").say(note.code, **note.facts)
