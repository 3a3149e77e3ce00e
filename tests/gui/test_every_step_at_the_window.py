"""Every step at the real window, by keys alone: offered where the table of steps allows it, and nowhere else.

Whole lives of dossiers are played on Hồ sơ and Trả kết quả; at each halt both pages offer what the domain allows,
and the key of a step that is not offered writes nothing and says why.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QPushButton, QWidget

from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.steps import Second
from onestop_desktop.domain.decide import steps_now
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.entry import Happening
from onestop_desktop.domain.status import STATUSES, STEPS, TO_HAND_OVER, UNDONE
from onestop_desktop.errors import Refused
from onestop_desktop.gui.dossiers.answers import FilesAnswer, LinesAnswer
from onestop_desktop.gui.dossiers.changes import ChangesAnswer
from onestop_desktop.gui.dossiers.detail import DetailPane
from onestop_desktop.gui.dossiers.step_form import StepForm
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.pages.handover import HandoverPage
from onestop_desktop.gui.widgets.fields import Choice
from onestop_desktop.gui.widgets.strip import Strip
from onestop_desktop.words import load
from tests import files
from tests.builders import a_line
from tests.gui.hands import NONE, Hands

CTRL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key
WORDS = load("vi")
SECOND = Second("tu", "tap")
UNDO, VOID_NOW = "undo", "void_now"
# Menus are opened here: the offscreen platform says that it has no window manager to raise them with.
with_menus = pytest.mark.qt_log_ignore("propagateSizeHints", "support raise", "support grabbing", extend=True)
FURTHEST = 40
"""Keys after which a control or a value counts as out of reach."""


@dataclass(frozen=True, slots=True)
class Move:
    """A step as it is taken at the window: what is typed into its form, where it leads, on which page."""

    step: str
    to: str
    typed: Mapping[str, str] = field(default_factory=dict)
    page: str = "dossiers"
    word: str = ""
    second: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """What a dossier goes through from its intake on."""

    moves: tuple[Move, ...]
    fee: int = 0
    begins: str = "received"
    conflict: bool = False


_WHY = {"reason": "Gia đình đề nghị"}
FORWARD = Move("forward", "forwarded", {"unit": "Sở Tư pháp"})
READY = Move("ready", "ready", {"document": "Trích lục 07"})
DECLINED = Move("ready", "declined", {"outcome": "declined", "reason": "Thiếu căn cứ"})
LIVES: Mapping[str, Life] = {
    "granted": Life(
        (
            Move("assign", "processing", {"officer": "Hà Văn Tư"}),
            Move("ask-supplement", "awaiting-supplement", {"items": "Giấy chứng sinh", "reason": "Thiếu giấy"}),
            Move("supplement", "processing", {"note": "Đã đủ"}),
            Move("ask-payment", "awaiting-payment", {"amount": "8000", "reason": "Lệ phí"}),
            Move("paid", "processing", {"document": "BL 01"}),
            Move("extend", "processing", {"due_at": "17:00 04/12/2026", "reason": "Chờ xác minh"}),
            Move("attach", "processing", {"files": "scan.pdf"}),
            Move("collect", "processing", {"amount": "9000", "way": "transfer"}),
            Move("refund", "processing", {"amount": "1000", "reason": "Thu thừa"}),
            Move("correct", "processing", {"reason": "Gõ nhầm", "changes": "Kệ số 7"}),
            FORWARD,
            Move("answer", "processing", {"text": "Đồng ý"}),
            READY,
            Move("return", "returned", page="return"),
            Move("correct", "ready", page="return", word=UNDO),
            Move("return", "returned", {"note": "Đã ký sổ"}),
            Move("rate", "returned", {"score": "4"}),
            Move("correct", "ready", word=UNDO),
            Move("return", "returned", page="return"),
            Move("rate", "returned", {"score": "5"}, page="return"),
        ),
        fee=8000,
    ),
    "declined": Life((FORWARD, DECLINED, Move("return", "declined-returned", page="return"))),
    "readied at the counter": Life(
        (Move("ready", "ready", {"document": "05/GKS"}, page="return"), Move("collect", "returned", page="return")),
        fee=5000,
    ),
    "withdrawn": Life((Move("withdraw", "withdrawn", _WHY), Move("void", "voided", _WHY, second=True))),
    "stopped": Life((Move("stop", "stopped", _WHY),)),
    "voided at once": Life((Move("void", "voided", _WHY, word=VOID_NOW),)),
    "in conflict": Life((Move("settle", "received", _WHY),), conflict=True),
}
"""Each step and each status is in one of them; the collecting at the counter hands the result over too."""


@dataclass(slots=True)
class Clerk:
    """Mai at the keyboard and the scanner, with one dossier in her hands."""

    window: MainWindow
    hands: Hands
    desk: Desk
    id: str = ""

    def take(self, *, fee: int = 0, conflict: bool = False) -> None:
        self.id = self.desk.receive(a_line("Vàng Thị Xua", fee=fee), again=True).id
        if conflict:
            wrong = Happening("return", {}, self.desk.now(), self.id)
            self.desk.core.write(lambda transaction: transaction.append(wrong, transaction.dossier(self.id)))

    @property
    def dossier(self) -> Dossier:
        return self.desk.dossier(self.id)

    @property
    def entries(self) -> int:
        return self.desk.pending().entries

    @property
    def page(self) -> Any:
        return self.window.tasks.current.page

    @property
    def detail(self) -> DetailPane:
        found: DetailPane = self.page.view.detail
        return found

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """Press a key where it goes: into an open menu, else where the focus is."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            QTest.keyClick(popup, key, modifier)
        else:
            self.hands.press(key, modifier)
        # Between two keys of a person the window draws itself.
        QApplication.processEvents()

    def until(self, there: Callable[[], bool], what: str) -> None:
        """Press Tab until the focus is where it is wanted."""
        self.again(Key.Key_Tab, there, what)

    def again(self, key: Qt.Key, there: Callable[[], bool], what: str) -> None:
        for _press in range(FURTHEST):
            if there():
                return
            self.press(key)
        raise AssertionError(f"not reached by {FURTHEST} keys: {what}")

    def rest(self) -> None:
        """Wait until what was asked for is written and on the screen."""
        self.hands.settle()
        self.hands.qtbot.wait(10)
        self.hands.settle()
        if QApplication.activeWindow() is None:
            # The offscreen platform forgets which window was in front when a menu is taken away.
            self.window.activateWindow()
            self.hands.qtbot.waitUntil(self.window.isActiveWindow)

    def open(self, page: str) -> None:
        """Turn to a page and scan the receipt."""
        self.press({"dossiers": Key.Key_F3, "return": Key.Key_F4}[page])
        self.rest()
        self.hands.scan(self.dossier.barcode)
        if page == "return":
            self.hands.qtbot.waitUntil(lambda: self.page.dossier is not None and self.page.dossier.id == self.id)
        else:
            self.hands.qtbot.waitUntil(self._is_shown)
        self.rest()

    def _is_shown(self) -> bool:
        detail = self.detail
        state = detail.opened.dossier if detail.opened else None
        focused = QApplication.focusWidget()
        ready = not detail.offers.all or (focused is not None and detail.isAncestorOf(focused))
        return state == self.dossier and detail.form is None and ready

    # -- a step on Hồ sơ ------------------------------------------------------------------------------------

    def ask(self, move: Move) -> None:
        """Open the form of a step: by its key, its button, or the menu of further steps."""
        if move.step == "ready":
            self.press(Key.Key_F10)
        else:
            self._choose(f"window.dossiers.step.{move.word or move.step}")
        self.hands.qtbot.waitUntil(lambda: self.detail.form is not None)
        assert self.detail.form.offer.step == move.step

    def _choose(self, word: str) -> None:
        wanted = self.detail.buttons[word]
        if isinstance(wanted, QAction):
            more = menu_button(self.detail)
            self.until(lambda: QApplication.focusWidget() is more, word)
            self.press(Key.Key_Return)
            menu = QApplication.activePopupWidget()
            assert isinstance(menu, QMenu)
            self.again(Key.Key_Down, lambda: menu.activeAction() is wanted, word)
        else:
            self.until(lambda: QApplication.focusWidget() is wanted, word)
        self.press(Key.Key_Return)

    def fill(self, move: Move) -> None:
        form = self.detail.form
        for name, said in move.typed.items():
            entry = form.fields[name].entry
            self.until(lambda entry=entry: QApplication.focusWidget() is inmost(entry), name)
            self._answer(entry, said)
        if move.second:
            self._second_person()

    def _answer(self, entry: QWidget, said: str) -> None:
        if isinstance(entry, FilesAnswer):
            self.press(Key.Key_Return)
        elif isinstance(entry, Choice):
            self.again(Key.Key_Down, lambda: entry.value() == said, said)
        elif isinstance(entry, ChangesAnswer):
            line = entry.lines[0]
            self.again(Key.Key_Down, lambda: line.choice.value() == "shelf", "shelf")
            self.press(Key.Key_Return)
            self.hands.type(said)
        else:
            if not isinstance(entry, LinesAnswer):
                self.press(Key.Key_A, CTRL)
            self.hands.type(said)

    def _second_person(self) -> None:
        second = self.detail.form.second
        tile = next(one for one in second.findChildren(QPushButton) if one.text().endswith("Hà Văn Tư"))
        self.until(lambda: QApplication.focusWidget() is tile, SECOND.user)
        self.press(Key.Key_Space)
        self.until(lambda: QApplication.focusWidget() is second.password, "password")
        self.hands.type(SECOND.password)

    def send(self) -> None:
        self.press(Key.Key_Return, CTRL)
        self.rest()

    def take_step(self, move: Move) -> None:
        """Take a step by the keys of its page."""
        self.open(move.page)
        if move.page == "return":
            AT_THE_COUNTER[move.word or move.step](self, move)
            self.rest()
            return
        self.ask(move)
        self.fill(move)
        self.send()
        assert self.detail.form is None, told(self.detail.form)


def told(form: StepForm) -> dict[str, str]:
    """Return what a form complains of."""
    notes = {name: one.note.text() for name, one in form.fields.items()}
    return {name: text for name, text in (notes | {"": form.problem.text()}).items() if text}


def inmost(widget: QWidget) -> QWidget:
    """Return what takes the focus for a widget."""
    while (proxy := widget.focusProxy()) is not None:
        widget = proxy
    return widget


# -- a step on Trả kết quả ------------------------------------------------------------------------------------


def _make_ready(clerk: Clerk, move: Move) -> None:
    notice = clerk.page.notice
    clerk.until(lambda: QApplication.focusWidget() is notice.document, "document")
    clerk.hands.type(move.typed["document"])
    clerk.press(Key.Key_Return)
    clerk.press(Key.Key_Return)


def _undo(clerk: Clerk, _move: Move) -> None:
    notice = clerk.page.notice
    clerk.until(lambda: QApplication.focusWidget() is notice.undo, UNDO)
    clerk.press(Key.Key_Return)


def _rate(clerk: Clerk, move: Move) -> None:
    faces = clerk.page.faces
    clerk.until(lambda: QApplication.focusWidget() is inmost(faces), "faces")
    clerk.hands.type(move.typed["score"])
    # A digit outside a text field is held for a moment: it could be a scan that begins.
    clerk.hands.qtbot.waitUntil(lambda: faces.score == move.typed["score"])
    clerk.press(Key.Key_F9)


def _confirm(clerk: Clerk, _move: Move) -> None:
    clerk.press(Key.Key_F9)


AT_THE_COUNTER: Mapping[str, Callable[[Clerk, Move], None]] = {
    "ready": _make_ready, "return": _confirm, "collect": _confirm, "rate": _rate, UNDO: _undo,
}  # fmt: skip


# -- what is offered ------------------------------------------------------------------------------------------


def menu_button(detail: DetailPane) -> QPushButton | None:
    more = WORDS.say("window.dossiers.other_steps")
    return next((one for one in shown_buttons(detail) if one.accessibleName() == more), None)


def shown_buttons(detail: DetailPane) -> list[QPushButton]:
    return [one for one in detail._deeds.findChildren(QPushButton) if one.isVisible()]


def offered_on_dossiers(detail: DetailPane) -> list[str]:
    """Return the words of the buttons and of the menu, as they stand on the screen."""
    more = menu_button(detail)
    told = [one.accessibleName() for one in shown_buttons(detail) if one is not more]
    if more is not None:
        told += [one.text() for one in more.findChild(QMenu).actions()]
    return sorted(told)


def allowed_on_dossiers(state: Dossier) -> list[str]:
    """Return the words of what the domain allows; a fresh intake is voided alone, a hand-over just made undone."""
    fresh = all(one.kind in {"receive", "issue", "printed"} for one in state.history)
    allowed = steps_now(state)
    words = [VOID_NOW if one == "void" and fresh else one for one in allowed]
    words += [UNDO] if state.status in UNDONE else []
    return sorted(WORDS.say(f"window.dossiers.step.{one}") for one in words)


def offered_at_counter(page: HandoverPage) -> set[str]:
    receiver = page.receiver
    seen = {
        "ready": page.notice.ready, UNDO: page.notice.undo, "rate": page.faces,
        "collect": receiver.fee, "return": receiver.kind,
    }  # fmt: skip
    return {step for step, widget in seen.items() if widget.isVisible() and widget.isEnabled()}


def allowed_at_counter(state: Dossier) -> set[str]:
    allowed = set(steps_now(state))
    ended = state.status in TO_HAND_OVER | set(UNDONE)
    here = {"ready", "return", *({"rate", "collect"} if ended else set())} & allowed
    return here | ({UNDO} if state.status in UNDONE else set())


def refusal(state: Dossier, step: str) -> str:
    status = STATUSES[state.status].label
    return WORDS.tell(Refused("step.not_allowed", step=f"word:step.{step}", status=status, number=state.number))


def nothing_but_a_sentence(clerk: Clerk, strip: Strip, key: tuple[Qt.Key, Qt.KeyboardModifier], said: str) -> None:
    """Press a key and find that it wrote nothing and says why."""
    before = clerk.entries
    clerk.press(*key)
    clerk.rest()
    assert clerk.entries == before
    assert strip.isVisible()
    assert strip.message.text == said


def look_round(clerk: Clerk) -> None:
    """Compare both pages with the table, and press the keys of the steps that are not offered."""
    state = clerk.dossier
    allowed = steps_now(state)
    clerk.open("dossiers")
    assert offered_on_dossiers(clerk.detail) == allowed_on_dossiers(state), state.status
    if "ready" not in allowed:
        nothing_but_a_sentence(clerk, clerk.detail.strip, (Key.Key_F10, NONE), refusal(state, "ready"))
        assert clerk.detail.form is None
    if "attach" not in allowed:
        nothing_but_a_sentence(clerk, clerk.detail.strip, (Key.Key_D, CTRL), WORDS.say("window.attach.no_room"))
        assert clerk.detail.files.panel.isHidden()
    clerk.open("return")
    assert offered_at_counter(clerk.page) == allowed_at_counter(state), state.status
    if not clerk.page.steps():
        assert "return" not in allowed
        more = WORDS.say("window.handover.nothing_more")
        said = more if state.status in UNDONE else refusal(state, "return")
        nothing_but_a_sentence(clerk, clerk.page.strip, (Key.Key_F9, NONE), said)


# -- the lives ------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(window: MainWindow, hands: Hands, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clerk:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(files.pdf(1))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: ([str(scan)], ""))
    return Clerk(window, hands, desk)


def test_the_lives_leave_no_step_and_no_status_out():
    moves = [move for life in LIVES.values() for move in life.moves]
    assert {move.step for move in moves} == set(STEPS)
    halts = {life.begins for life in LIVES.values()} | {move.to for move in moves}
    assert halts == set(STATUSES)
    assert {move.step for move in moves if move.page == "return"} == {"ready", "return", "correct", "rate", "collect"}


@with_menus
@pytest.mark.parametrize("name", LIVES)
def test_a_life_by_keys_meets_what_the_table_allows_and_not_one_step_more(clerk: Clerk, name: str):
    life = LIVES[name]
    clerk.take(fee=life.fee, conflict=life.conflict)
    assert clerk.dossier.status == life.begins
    look_round(clerk)
    for move in life.moves:
        before = len(clerk.dossier.history)
        clerk.take_step(move)
        state = clerk.dossier
        done = [one.kind for one in state.history[before:] if one.kind not in {"issue", "printed"}]
        assert move.step in done, (move, done)
        assert state.status == move.to, move
        assert not state.conflict
        look_round(clerk)
    assert clerk.desk.verify() == []


# -- what is no longer allowed --------------------------------------------------------------------------------


def elsewhere(clerk: Clerk, step: str) -> None:
    """Let the dossier go on in other hands, so that a step whose form is open here is allowed no more."""
    settled = step == "settle"
    values = {"reason": "Việc làm ở nơi khác"}
    clerk.desk.act(clerk.id, "settle" if settled else "void", values, None if settled else SECOND)


def first_move(step: str) -> Move:
    """Return a step as one of the lives takes it on Hồ sơ."""
    moves = (move for life in LIVES.values() for move in life.moves)
    return next(move for move in moves if move.step == step and move.page == "dossiers" and move.word != UNDO)


VALUES: Mapping[str, Mapping[str, Any]] = {
    "ask-supplement": {"items": ["Giấy chứng sinh"], "reason": "Thiếu"},
    "ask-payment": {"amount": 8000, "reason": "Lệ phí"},
    "forward": {"unit": "Sở Tư pháp"},
    "collect": {"amount": 9000},
}
BEFORE: Mapping[str, str] = {
    "supplement": "ask-supplement", "paid": "ask-payment", "answer": "forward", "refund": "collect",
    "return": "ready", "rate": "ready",
}  # fmt: skip
"""The step that must come first."""


@with_menus
def test_whichever_form_is_open_a_step_that_is_allowed_no_more_is_refused_and_nothing_written(clerk: Clerk):
    # What was collected for a dossier that is void meanwhile is still given back.
    for step in (one for one in STEPS if one != "refund"):
        move = first_move(step)
        clerk.take(conflict=step == "settle")
        if step in BEFORE:
            clerk.desk.act(clerk.id, BEFORE[step], VALUES.get(BEFORE[step], {}))
        clerk.open("dossiers")
        clerk.ask(move if step != "void" else Move("void", "voided", _WHY, word=VOID_NOW))
        clerk.fill(Move(step, move.to, move.typed))
        elsewhere(clerk, step)
        before = clerk.entries
        clerk.send()
        assert clerk.entries == before, step
        form = clerk.detail.form
        assert form is not None, step
        assert form.problem.isVisible(), step
        assert form.problem.text() == refusal(clerk.dossier, step)
        clerk.press(Key.Key_Escape)
        clerk.rest()
    assert clerk.desk.verify() == []


# -- a receipt scanned while the page still reads ---------------------------------------------------------------


def test_a_receipt_scanned_before_the_list_has_come_stays_on_the_screen(clerk: Clerk):
    clerk.take()
    clerk.desk.act(clerk.id, "ready", {})
    clerk.desk.act(clerk.id, "return", {})
    # Not among what the list shows first.
    clerk.hands.press(Key.Key_F3)
    clerk.hands.scan(clerk.dossier.barcode)
    clerk.hands.qtbot.wait(150)
    clerk.rest()
    assert clerk.id not in [line.row.id for line in clerk.page.view.lines.lines]
    assert clerk.detail.dossier == clerk.id


def test_a_receipt_scanned_while_another_chip_is_read_stays_on_the_screen(clerk: Clerk):
    clerk.take()
    clerk.press(Key.Key_F3)
    clerk.hands.qtbot.wait(150)
    clerk.rest()
    clerk.window.session.run(lambda: time.sleep(0.1))
    clerk.hands.press(Key.Key_4, Qt.KeyboardModifier.AltModifier)
    clerk.hands.scan(clerk.dossier.barcode)
    clerk.hands.qtbot.wait(150)
    clerk.rest()
    assert clerk.page.view.chips.code == "ready"
    assert clerk.id not in [line.row.id for line in clerk.page.view.lines.lines]
    assert clerk.detail.dossier == clerk.id


def test_a_receipt_scanned_right_after_a_line_was_marked_gets_the_focus(clerk: Clerk):
    clerk.take()
    clerk.hands.press(Key.Key_F3)
    clerk.hands.qtbot.wait(150)
    clerk.rest()
    clerk.page.view.go_to_list()
    clerk.hands.press(Key.Key_Down)
    assert clerk.page.flow._detail_timer.isActive()
    # An old PC is still at something else when the line's turn comes.
    clerk.window.session.run(lambda: time.sleep(0.2))
    clerk.hands.scan(clerk.dossier.barcode)
    clerk.hands.qtbot.wait(150)
    clerk.rest()
    assert clerk.detail.dossier == clerk.id
    assert clerk.detail.isAncestorOf(QApplication.focusWidget())


def test_what_changes_on_one_page_takes_no_key_from_it(clerk: Clerk):
    """The dossier stands open at the counter too: that page must not reach for the focus while it is hidden."""
    clerk.take()
    clerk.open("return")
    clerk.open("dossiers")
    files_part = clerk.detail.files
    clerk.press(Key.Key_D, CTRL)
    clerk.until(lambda: QApplication.focusWidget() is files_part.panel.choose, "choose")
    clerk.press(Key.Key_Return)
    clerk.hands.qtbot.waitUntil(files_part.attach.isVisible)
    clerk.until(lambda: QApplication.focusWidget() is files_part.attach, "attach")
    clerk.press(Key.Key_Return)
    clerk.rest()
    assert clerk.dossier.history[-1].kind == "attach"
    assert not clerk.window.tasks.made["return"].page.isAncestorOf(QApplication.focusWidget() or clerk.window)
