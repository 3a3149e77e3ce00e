"""Every page, form, panel, dialog and screen, in every theme and language, at 1366 × 768 and at 150 %."""

from __future__ import annotations

import gc
import importlib
import inspect
import pkgutil
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from onestop_desktop import gui
from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.setup_file import SetupFile
from onestop_desktop.desk.views import Tile
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.status import STEPS
from onestop_desktop.errors import Damaged, InvalidInput, TryLater
from onestop_desktop.gui import qt_words, theme
from onestop_desktop.gui.actions import RAIL
from onestop_desktop.gui.close_day.line import Course, Line, LinkView, Sent, pill_of
from onestop_desktop.gui.close_day.log import LogLine
from onestop_desktop.gui.dossiers.changes import ChangesAnswer
from onestop_desktop.gui.dossiers.offers import Offer, undo_offer
from onestop_desktop.gui.dossiers.query import CHIPS
from onestop_desktop.gui.login import DayScreen, LoginScreen, SayScreen, Screen
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.pages.admin import SECTIONS, AdminPage
from onestop_desktop.gui.pages.certify import CertifyPage
from onestop_desktop.gui.pages.close_day import CloseDayPage
from onestop_desktop.gui.pages.dossiers import DossiersPage
from onestop_desktop.gui.pages.handover import HandoverPage
from onestop_desktop.gui.passwords import ForgottenScreen, OwnPasswordScreen
from onestop_desktop.gui.run import Top
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.setup.doors import DoorsScreen
from onestop_desktop.gui.setup.page import SetupScreen
from onestop_desktop.gui.setup.recovery import AskBackScreen, CodeScreen, UnconfirmedScreen
from onestop_desktop.gui.widgets.basics import label
from onestop_desktop.settings import Settings
from onestop_desktop.words import Words, load
from tests import files
from tests.builders import a_line
from tests.gui.conftest import NOW, SEED
from tests.gui.every_look import THEMES, Seen, probe, unreadable
from tests.gui.hands import KNOWN_CARD, NEW_CARD, FakePress, Hands, HandTime
from tests.gui.test_looks import SIZES

without_a_screen = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
"""Menus and dialogs ask the platform for what the one without a screen has not."""

LANGUAGES = ("vi", "en")
_ROUNDS, _SHORT_MS = 3, 1_000
LONG = "Công ty trách nhiệm hữu hạn một thành viên Nông sản Yên Châu"
CODE = "7K3F-9QXM-2D8H-W4TB-6RNC-A5EJ"
EXPLAINED = frozenset({Screen})
"""Classes that stand on no look by themselves: what derives from them does."""

Looks = Iterator[str]


@dataclass(slots=True)
class Stage:
    """A window or a row of screens, and what is needed to bring them up."""

    root: QWidget
    words: Words
    folder: Path
    main: MainWindow | None = None
    hands: Hands | None = None

    @property
    def window(self) -> MainWindow:
        """Return the desk's window."""
        assert self.main is not None
        return self.main

    @property
    def desk(self) -> Desk:
        """Return the desk."""
        return self.window.session.desk

    def page(self, task: str) -> QWidget:
        """Bring a task to the front and return its page."""
        self.window.activateWindow()
        Waiting.waitUntil(self.window.isActiveWindow)
        self.window.show_task(task)
        self.settle()
        return self.window.tasks.current.page

    def settle(self) -> None:
        """Let the worker, short timers and layouts come to rest."""
        self._rounds()
        Waiting.waitUntil(self._is_quiet)
        self._rounds()

    @staticmethod
    def _rounds() -> None:
        # Labels that wrap ask for their height again and again while what holds them takes its size.
        for _round in range(_ROUNDS):
            QTest.qWait(0)

    def _is_quiet(self) -> bool:
        if self.main is not None and self.main.session.worker.waiting:
            return False
        timers = (one for one in self.root.findChildren(QTimer) if one.isActive() and one.isSingleShot())
        return all(one.remainingTime() >= _SHORT_MS for one in timers)

    def say(self, code: str, **facts: str | int) -> str:
        """Return a sentence."""
        return self.words.say(code, **facts)


class Waiting:
    """What hands need of a bot."""

    @staticmethod
    def waitUntil(done: Callable[[], bool], timeout: int = 20_000) -> None:  # noqa: N802  the bot's own name
        """Wait for something."""
        for _turn in range(timeout // 10):
            if done():
                return
            QTest.qWait(10)
        raise AssertionError(done)


# -- the desk's window ----------------------------------------------------------------------------------------


def intake(stage: Stage) -> Looks:
    """Tiếp nhận: empty, filled, wrong, refused, received, with everything open."""
    window, hands = stage.window, stage.hands
    assert hands is not None
    page = window.intake
    yield "the course offered"
    window.course.hide_offer()
    for code in ("1.001193", "2.000815"):
        hands.scan(KNOWN_CARD)
        page.take_procedure(stage.desk.procedure(code))
        window.flow.show_forecast()
        yield code
    page.more.go_to()
    page.applicant.entries["behalf_name"].put("Lò Văn Diên")
    page.terms.return_by.put("post")
    yield "further fields"
    page.more.toggle.click()
    page.applicant.entries["id_number"].put("12")
    page.terms.channel.put("post")
    hands.press(Qt.Key.Key_F9)
    yield "a wrong field"
    page.applicant.entries["id_number"].put("014091003217")
    window.session.press.broken = True  # type: ignore[attr-defined]
    hands.press(Qt.Key.Key_F9)
    stage.settle()
    yield "received, not printed"
    window.session.press.broken = False  # type: ignore[attr-defined]
    hands.press(Qt.Key.Key_F9)
    yield "printed at the second try"
    page.add_own_paper()
    yield "a paper of one's own"
    page.clear()


def attachments(stage: Stage) -> Looks:
    """The panel of files with everything in it, and a file page by page."""
    window = stage.window
    page = window.intake
    page.take_procedure(stage.desk.procedure("1.001193"))
    scan, text, broken = stage.folder / "giay-chung-sinh-ban-chup.jpg", stage.folder / "to.pdf", stage.folder / "x.jpg"
    scan.write_bytes(files.photograph((300, 400), 1))
    text.write_bytes(files.pdf(3))
    broken.write_bytes(b"no picture at all")
    window.tasks.current.attach()
    page.attachments.show_offer([scan, text])
    page.attachments.show_progress(1, 3, scan.name)
    yield "the scanner offers"
    page.attachments.show_offer([])
    window.files.files.add([scan, text, broken])
    stage.settle()
    yield "files and a problem"
    page.attachments.rows[1].view.click()
    stage.settle()
    yield "a file of several pages"
    page.file_sheet.say(stage.say("window.attach.preview.exported", path="D:/Một cửa/to-khai.pdf"))
    yield "a file written out"
    page.file_sheet.leave()
    page.clear()


def questions(stage: Stage) -> Looks:
    """What lies over the page in front: suggestions, what a scan found, the printers, the marks of a scan."""
    window, hands = stage.window, stage.hands
    assert hands is not None
    box = window.header.scan
    box.setFocus()
    box.put("quang")
    box.suggest("quang")
    yield "suggestions"
    box.list.hide()
    number = stage.desk.find("Quàng", 1)[0].number
    window.scans.scanned(number)
    yield "a found dossier"
    window.scans.scanned("H52.110.05-261123-9999")
    yield "nothing found"
    window.found.dismiss()
    for heard in ("good", "unknown", "repeated", "returned"):
        window.scan_mark.show(heard)
        yield f"a scan was {heard}"
    box.clear()
    window.printers.ask(["HP LaserJet P1102", "Microsoft Print to PDF"])
    yield "which printer"
    window.printers.list.setCurrentRow(1)
    yield "a printer that only writes files"
    window.printers.later.click()
    window.intake.strip.dismiss()


def drafts(stage: Stage) -> Looks:
    """A draft that waits: at the page, and in the list."""
    window = stage.window
    stage.desk.save_draft("intake", {"applicant": {"name": "Lò Văn Ón"}, "procedure": "1.001193"})
    window.flow.drafts.find()
    window.flow._offer_draft()
    yield "a draft found"
    window.intake.strip.dismiss()
    page = stage.page("dossiers")
    assert isinstance(page, DossiersPage)
    page.view.chips.choose("draft")
    stage.settle()
    yield "a draft in the list"
    stage.desk.drop_draft("intake")


def a_full_dossier(desk: Desk) -> str:
    """Take a dossier with everything that a detail can show."""
    line = a_line(
        "Lường Thị Xôm", procedure="1.001193", fee=8000, shelf="Kệ 2, ngăn 5", note="Gọi trước khi trả",
        principal={"name": LONG, "id_number": "014191005555", "authority": "Giấy ủy quyền số 12"},
    )  # fmt: skip
    dossier = desk.receive(line, again=True).id
    desk.act(dossier, "assign", {"officer": "Công chức Tư pháp – Hộ tịch phụ trách địa bàn bốn bản vùng cao"})
    desk.act(dossier, "collect", {"amount": 3000})
    desk.act(dossier, "ask-supplement", {"items": ["Ảnh 4×6", "Giấy xác nhận cư trú"], "reason": "Thiếu giấy tờ"})
    desk.act(dossier, "supplement", {})
    return dossier


def dossiers(stage: Stage) -> Looks:
    """Hồ sơ: each chip, a long dossier in each status that the counter brings about, messages."""
    page = stage.page("dossiers")
    assert isinstance(page, DossiersPage)
    for code in CHIPS:
        page.view.chips.choose(code)
        stage.settle()
        yield f"the chip {code}"
    page.view.filters.line.put("khongcoai")
    page.view.queried.emit()
    stage.settle()
    yield "nothing found"
    page.view.filters.line.put("")
    page.view.chips.choose("all")
    dossier = a_full_dossier(stage.desk)
    page.open_dossier(dossier)
    yield "a full dossier"
    stage.window.course.start()
    yield "a full dossier beside the course"
    stage.window.course.leave()
    for step, values in (("forward", {"unit": "Sở Tư pháp"}), ("answer", {"text": "Đồng ý"}), ("ready", {})):
        stage.desk.act(dossier, step, values)
        page.open_dossier(dossier)
        yield f"after {step}"
    page.flow.reprint()
    page.flow._failed(TryLater("print.failed", printer="HP LaserJet P1102"))
    yield "a failure"
    page.view.detail.strip.dismiss()


def forms(stage: Stage) -> Looks:
    """The form of every step of the table, with a second person and with every field wrong."""
    page = stage.page("dossiers")
    assert isinstance(page, DossiersPage)
    page.open_dossier(a_full_dossier(stage.desk))
    stage.settle()
    offers = [Offer(step, f"window.dossiers.step.{step}") for step in STEPS]
    offers += [Offer("void", "window.dossiers.step.void_now"), undo_offer("returned")]
    for offer in offers:
        page.flow.steps.ask(offer)
        form = page.view.detail.form
        assert form is not None
        assert form.offer is offer
        yield f"the form {offer.word}"
        for field in form.fields.values():
            field.wrong(stage.words.tell(InvalidInput("input.missing", field="reason")))
        form.second.ask(stage.desk.users())
        form.problem.setText(stage.say("step.two_people"))
        form.problem.show()
        yield f"the form {offer.word} with its problems"
        page.view.detail.close_form()
    page.flow.steps.ask(Offer("correct", "window.dossiers.step.correct"))
    form = page.view.detail.form
    assert form is not None
    changes = form.fields["changes"].entry
    assert isinstance(changes, ChangesAnswer)
    choice = changes.lines[-1].choice
    for name in [choice.itemData(at) for at in range(choice.count())]:
        choice.put(name)
        yield f"a correction of {name}"
    page.view.detail.close_form()


def handover(stage: Stage) -> Looks:
    """Trả kết quả: nothing loaded, a result, its receiver, a notice, the list of calls."""
    desk, hands = stage.desk, stage.hands
    assert hands is not None
    page = stage.page("return")
    assert isinstance(page, HandoverPage)
    yield "nothing loaded"
    line: dict[str, Any] = {"procedure": "2.000815", "pages": 4, "certified_copies": 2}
    post: dict[str, Any] = {"return_by": "post", "post_address": "Bản Nà Khái", "shelf": "Tủ 2, ngăn 3"}
    for text, more in (("a result", {}), ("by post", {"owner": {"name": LONG}} | post)):
        one = desk.receive(a_line(**line | more), again=True)
        desk.act(one.id, "ready", {"document": "12/GCN"})
        hands.scan(desk.dossier(one.id).barcode)
        yield text
        hands.scan(NEW_CARD)
        yield f"{text}, another's card"
    page.say_problem(stage.say("window.scan.nothing"))
    yield "a scan that is nothing"
    hands.press(Qt.Key.Key_F9)
    stage.settle()
    yield "handed over"
    waiting = desk.receive(a_line(**line), again=True)
    hands.scan(desk.dossier(waiting.id).barcode)
    yield "not ready yet"
    desk.act(waiting.id, "ready", {"outcome": "declined", "reason": "không đủ điều kiện"})
    hands.scan(desk.dossier(waiting.id).barcode)
    yield "declined"
    page.list.print_asked.emit()
    stage.settle()
    yield "the list of calls"
    page.clear()


def certify(stage: Stage) -> Looks:
    """Chứng thực: empty, with lines, certified."""
    hands = stage.hands
    assert hands is not None
    page = stage.page("certify")
    assert isinstance(page, CertifyPage)
    yield "empty"
    hands.scan(KNOWN_CARD)
    hands.type("250")
    hands.press(Qt.Key.Key_Return)
    yield "a line begun"
    hands.press(Qt.Key.Key_Return)
    page.form.kind.put(page.form.kind.itemData(1))
    page.form.fee.put("20.000")
    page.form.edited.emit()
    yield "a second line"
    hands.press(Qt.Key.Key_F9)
    stage.settle()
    yield "certified"
    page.strip.dismiss()


def close_day(stage: Stage) -> Looks:
    """Chốt ngày: the checks, every state of the link, being let in, the log."""
    page = stage.page("close-day")
    assert isinstance(page, CloseDayPage)
    yield "not enrolled"
    page.enrol.wrong(stage.say("enrol.card"))
    yield "a card that is none"
    page.enrol.show_asked("UBND xã Yên Châu, Bàn 01", "lúa sông núi mây", by_network=True)
    page.enrol.say_state(stage.say("window.closing.enrol.asking"))
    yield "asking to be let in"
    view = LinkView(
        Line.SENT, NOW, "UBND huyện Yên Châu", 61, Course(20, 61, 90), Sent(61, 6400, 2.0), NOW - timedelta(hours=1),
        NOW + timedelta(minutes=9), stage.say("link.wait", seconds=90), ("fork", "digest"), 2, 3,
    )  # fmt: skip
    deed, result = stage.say("window.closing.deed.closed"), stage.say("window.closing.result.recorded")
    page.show_log([LogLine(NOW, deed, result, tone) for tone in ("ok", "warn", "bad", "primary", "muted")])
    for line in Line:
        page.show_link(replace(view, line=line))
        stage.window.header.show_link(pill_of(replace(view, line=line), stage.words))
        yield f"the link is {line}"
    stage.window.link.look()
    page.show_closed(stage.say("window.closing.closed_at", at="14:26"))
    stage.window.session.settings.put("out_folder", str(stage.folder))
    stage.window.tasks.current.save()
    stage.settle()
    yield "closed"
    page.strip.dismiss()


def admin(stage: Stage) -> Looks:
    """Quản trị: each section, each of its forms, and what is wrong in them."""
    page = stage.page("settings")
    assert isinstance(page, AdminPage)
    for name in SECTIONS:
        page.show_section(name)
        yield f"the section {name}"
    page.show_section("working_days")
    page.working_days.week_asked.emit()
    yield "the hours of a week"
    page.show_section("procedures")
    page.procedures.opened.emit("1.012753")
    yield "a procedure's form"
    page.procedures.form.entry("valid_from").put("31/02/2026")
    page.procedures.form.save.click()
    yield "a procedure from a day that is none"
    page.procedures.new_asked.emit()
    page.procedures.form.papers.add_own()
    yield "a new procedure's form"
    exported = stage.folder / "catalogue"
    stage.desk.admin.export(exported)
    read = {path.name: path.read_text(encoding="utf-8") for path in sorted(exported.rglob("*.toml"))[:3]}
    changed = {name: re.sub(r'(?m)^title = "', 'title = "Mới: ', text) for name, text in read.items()}
    page.procedures.show_import(stage.desk.admin.preview(changed))
    yield "an import"
    page.procedures.show_list()


def beside(stage: Stage) -> Looks:
    """The help and the course, over and beside every page."""
    window = stage.window
    for task in RAIL:
        if not task.built:
            continue
        stage.page(task.name)
        window.help.open(task.name)
        yield f"the help over {task.name}"
        window.help.dismiss()
        window.course.start()
        stage.settle()
        yield f"the course at {task.name}"
        window.course.leave()
    window.help.search.setText("khongcotrang")
    window.help.open("receive")
    window.help.search.setText("khongcotrang")
    yield "the help finds nothing"
    window.help.dismiss()
    window.header.user.choices.popup(window.mapToGlobal(window.rect().center()))
    yield "the menu"
    window.header.user.choices.hide()


# -- screens before the desk ----------------------------------------------------------------------------------


def sentences(stage: Stage) -> Looks:
    """What is said in the place of a desk."""
    top, words = stage.root, stage.words
    assert isinstance(top, Top)
    screens = {
        "wait": SayScreen(words, stage.say("window.login.making")),
        "cannot start": SayScreen(words, words.tell(Damaged("window.fonts")), failed=True),
        "doors": DoorsScreen(words),
        "which day": DayScreen(words, NOW),
    }
    for name, screen in screens.items():
        top._show(screen)
        yield name
        if isinstance(screen, DayScreen):
            screen.entry.put("32/13/2026")
            screen.entry.entered.emit()
            yield f"{name}, wrong"
    top.crash.tell(RuntimeError("x" * 200))
    yield "a fault of the program"
    top.crash.hide()


def logging_in(stage: Stage) -> Looks:
    """Who sits here: few and many, refused, locked; another password, the code from the envelope."""
    top, words = stage.root, stage.words
    assert isinstance(top, Top)
    office = stage.say("window.header.office", office="UBND xã Yên Châu", desk=1)
    users = [Tile(f"u{at}", f"Hoàng Thị Phương Thảo {at}") for at in range(1, 12)]
    few = LoginScreen(words, office, users[:3], "u2", training=True)
    few.offer_help(set_up=True)
    many = LoginScreen(words, office, users, "u1", training=False, who=stage.say("door.locked.who", name=LONG))
    own = OwnPasswordScreen(words, users[0].name, users[1].name)
    forgotten = ForgottenScreen(words, users, "u1", training=False)
    for name, screen in {"log-in": few, "locked": many, "own password": own, "forgotten": forgotten}.items():
        top._show(screen)
        yield name
        if isinstance(screen, LoginScreen):
            screen.refuse(stage.say("login.wrong"))
        elif isinstance(screen, OwnPasswordScreen):
            screen.refuse(words.tell(InvalidInput("login.too_short", least=12)))
        else:
            forgotten.refuse_code(stage.say("recovery.other"))
            forgotten.pair.refuse(stage.say("login.wrong"))
        yield f"{name}, refused"


def setting_up(stage: Stage) -> Looks:
    """A real desk: its form empty, wrong and from a slip; the code, asked back, never confirmed."""
    top, words = stage.root, stage.words
    assert isinstance(top, Top)
    form = SetupScreen(words, NOW.date())
    top._show(form)
    yield "the form"
    form.make.click()
    form.slip.tell(stage.say("login.wrong"))
    yield "the form, wrong"
    day = NOW.date()
    offices = (
        Office("H52.110.05", "UBND xã Yên Châu", "UBND tỉnh Sơn La", valid_to=day - timedelta(days=1)),
        Office("H52.110.06", "UBND xã Yên Châu sáp nhập", "UBND tỉnh Sơn La", valid_from=day),
    )
    form.fill(SetupFile(offices))
    yield "the form, from a slip"
    code = CodeScreen(words, CODE)
    top._show(code)
    yield "the code"
    code.show_printers(["HP LaserJet Pro MFP M428fdw"])
    code.printed(stage.say("door.code.not_printed", why=words.tell(TryLater("print.failed", printer="HP"))))
    yield "the code, not printed"
    back = AskBackScreen(words, back=stage.say("door.ask.show"))
    top._show(back)
    back.refuse(stage.say("recovery.mistyped"))
    yield "the code asked back"
    top._show(UnconfirmedScreen(words))
    yield "the code unconfirmed"


def dialogs_of_qt(stage: Stage) -> Looks:
    """Qt's own dialogs, as the program opens them where the system has none."""
    chooser = QFileDialog(stage.root, stage.say("window.attach.choose_title"), stage.folder.anchor)
    chooser.setOption(QFileDialog.Option.DontUseNativeDialog)
    buttons = QMessageBox.StandardButton
    asked = QMessageBox(
        QMessageBox.Icon.Question, "", stage.say("window.crash.safe"), buttons.Yes | buttons.Cancel, stage.root
    )
    before = stage.root
    for name, dialog in {"a file": chooser, "a question": asked}.items():
        stage.root = dialog
        dialog.show()
        yield name
        dialog.hide()
        dialog.deleteLater()
    stage.root = before


IN_THE_WINDOW: tuple[Callable[[Stage], Looks], ...] = (
    intake, attachments, questions, drafts, dossiers, forms, handover, certify, close_day, admin, beside,
)  # fmt: skip
BEFORE_IT: tuple[Callable[[Stage], Looks], ...] = (sentences, logging_in, setting_up, dialogs_of_qt)


# -- the walk -------------------------------------------------------------------------------------------------


def walk(stage: Stage, scenes: tuple[Callable[[Stage], Looks], ...], seen: Seen) -> None:
    """Bring up every look and measure it at both sizes."""
    for scene in scenes:
        for name in scene(stage):
            look = f"{stage.words.language} {scene.__name__}: {name}"
            root = stage.root
            stage.settle()
            root.setUpdatesEnabled(True)
            seen.state(look, root, colours=stage.words.language == LANGUAGES[0])
            # Nothing need be painted for what is measured by its place.
            root.setUpdatesEnabled(False)
            seen.geometry(f"{look} at {root.width()}x{root.height()}", root)
            # The next look comes up at the other size and is then brought to this one.
            root.resize(*SIZES[SIZES[0] == (root.width(), root.height())])
            stage.settle()
            seen.geometry(f"{look} at {root.width()}x{root.height()}", root)


@pytest.fixture(scope="module", params=LANGUAGES)
def seen(
    request: pytest.FixtureRequest, dressed: QApplication, _template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Seen]:
    """Everything that was found in a language; the looks are painted in the theme that tells tokens apart."""
    gc.disable()
    folder = tmp_path_factory.mktemp("looks")
    shutil.copytree(_template, folder / "desk")
    found = Seen()
    before = QLocale()
    try:
        with pytest.MonkeyPatch.context() as patch:
            worn = probe()
            patch.setattr(theme, "load", lambda _name: worn)
            theme.wear(dressed, "light")
            qt_words.speak(dressed, request.param)
            _walk_before(request.param, folder, found)
            _walk_desk(request.param, folder, found)
    finally:
        theme.wear(dressed, "light")
        qt_words.speak(dressed, "en")
        QLocale.setDefault(before)
    yield found
    gc.collect()


def _settings(folder: Path) -> Settings:
    made = Settings(folder / "settings.toml")
    made.put("printer", "HP LaserJet P1102")
    return made


def _walk_before(language: str, folder: Path, found: Seen) -> None:
    words = load(language)
    door = Door(folder / "none" / "data", folder / "none" / "state", SetClock(NOW), SEED)
    top = Top(door, _settings(folder), words, FakePress())
    top.resize(*SIZES[0])
    top.show()
    walk(Stage(top, words, folder), BEFORE_IT, found)
    top.close()
    top.deleteLater()


def _walk_desk(language: str, folder: Path, found: Seen) -> None:
    desk = Door(folder / "desk" / "data", folder / "desk" / "state", SetClock(NOW), SEED).open("mai", "tap")
    words, time = load(language), HandTime()
    window = MainWindow(Session(desk, _settings(folder), words, FakePress()), time.now_ms)
    theme.dress(window)
    window.resize(*SIZES[0])
    window.show()
    window.activateWindow()
    Waiting.waitUntil(window.isActiveWindow)
    hands = Hands(Waiting(), window, time)  # type: ignore[arg-type]
    walk(Stage(window, words, folder, window, hands), IN_THE_WINDOW, found)
    window.close()
    window.deleteLater()


@without_a_screen
def test_no_text_is_cut_on_any_look(seen: Seen) -> None:
    assert seen.cut == []


@without_a_screen
def test_no_key_does_two_things_on_any_look(seen: Seen) -> None:
    assert seen.keys == []


@without_a_screen
def test_every_control_on_every_look_has_a_name(seen: Seen) -> None:
    assert seen.nameless == []


@without_a_screen
@pytest.mark.parametrize("seen", LANGUAGES[:1], indirect=True)
def test_every_ink_is_readable_on_its_ground_in_every_theme(seen: Seen) -> None:
    assert len(seen.pairs) > 15
    assert unreadable(seen.pairs) == []


@without_a_screen
def test_every_widget_of_the_program_stands_on_some_look(seen: Seen) -> None:
    assert sorted(one.__qualname__ for one in widgets() - seen.kinds - EXPLAINED) == []


def widgets() -> set[type]:
    """Return every kind of widget that the program has."""
    found: set[type] = set()
    for module in pkgutil.walk_packages(gui.__path__, f"{gui.__name__}."):
        here = importlib.import_module(module.name)
        found |= {one for _name, one in inspect.getmembers(here, inspect.isclass) if one.__module__ == here.__name__}
    return {one for one in found if issubclass(one, QWidget)}


def test_themes_differ_by_nothing_but_colours() -> None:
    sheets = {re.sub(r"#[0-9A-F]{6}\b", "", theme.load(name).sheet()) for name in THEMES}
    assert len(sheets) == 1
    assert "#" not in re.sub(r"#[a-z]+", "", sheets.pop())


def test_what_is_wrong_is_found(dressed: QApplication, qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    root.resize(400, 200)
    cut, out, faint = label("Một câu dài hơn chỗ của nó"), label("Ra ngoài"), label("Không ai đọc được")
    for at, one in enumerate((cut, out, faint, QLineEdit())):
        one.setParent(root)
        one.setGeometry(10, 10 + 40 * at, 180, 30)
    cut.resize(20, 30)
    out.move(370, 50)
    worn = probe()
    faint.setStyleSheet(f"color: {worn.tokens['muted']}; background: {worn.tokens['primary']};")
    for _twice in range(2):
        QShortcut(QKeySequence("F9"), root)
    root.show()
    found = Seen()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(theme, "current", lambda: worn)
        found.state("made up", root, colours=True)
    found.geometry("made up", root)
    assert [one.rpartition(": ")[2] for one in found.cut] == [cut.text(), out.text()]
    assert len(found.keys) == len(found.nameless) == 1
    assert ("muted", "primary") in found.pairs
    assert len(unreadable(found.pairs)) == len(THEMES)
