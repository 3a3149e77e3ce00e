"""The page Chốt ngày, the pill of the link, and sending in the background: against fakes, and once against a hub."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtNetwork import QNetworkInformation
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.arrivals import About, Arrival
from onestop_desktop.desk.carry import Answered, Carried
from onestop_desktop.desk.close_day import Check, Closed, DayFigures
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.enrol import Asked
from onestop_desktop.desk.link import LinkState
from onestop_desktop.desk.views import Changes, Pending
from onestop_desktop.domain.number import short_code
from onestop_desktop.domain.office import Office
from onestop_desktop.errors import InvalidInput, OneStopError, Refused, TryLater
from onestop_desktop.gui.close_day import network, plan
from onestop_desktop.gui.close_day.line import Line, LinkView, pill_of
from onestop_desktop.gui.close_day.speed import Speed
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.pages.close_day import CloseDayPage
from onestop_desktop.gui.session import Session
from onestop_desktop.hub import desks, enrolment
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.new import HubSite, create
from onestop_desktop.hub.serve import make_server
from onestop_desktop.hub.web.app import WebSite
from onestop_desktop.hub.web.operations import Site
from onestop_desktop.settings import Settings
from onestop_desktop.sync.session import Report
from onestop_desktop.wire.enrolment import card_text
from onestop_desktop.words import load
from tests.gui.conftest import NOW, open_window
from tests.gui.hands import FakePress, Hands, HandTime, Watched

WORDS = load("vi")
CARD = "MCHUB1:ABCDEF"
CHECKS = (
    Check("printed", False, 30, 31, "unprinted"),
    Check("handed", False, 2, 0, "ready"),
    Check("apology", False, 1, 0, "overdue"),
    Check("conflicts", False, 1, 0, "conflict"),
    Check("quarantined", True, 0),
    Check("sent", False, 61, 0, "unsent"),
)


@dataclass
class FakeUpper:
    """Carry, link and closing of a desk, with a line that does what a test says."""

    done: bool = True
    waiting: int = 61
    same_at: datetime | None = None
    notices: tuple[str, ...] = ()
    quarantined: int = 0
    error: Exception | None = None
    report: Report = field(default_factory=lambda: Report(same=True, sent=61, bytes_sent=6_400))
    steps: tuple[int, ...] = ()
    gate: threading.Event = field(default_factory=threading.Event)
    calls: list[Any] = field(default_factory=list)
    granted: bool = False
    deaf: bool = False
    addresses: tuple[str, ...] = ("http://127.0.0.1:9",)
    checked: tuple[Check, ...] = CHECKS
    closed_day: datetime | None = None
    bundle: bool = True
    threads: set[str] = field(default_factory=set)
    asked_with: str = ""
    arrived: tuple[Arrival, ...] = ()

    # -- arrivals -------------------------------------------------------------------------------------------

    def last(self) -> int:
        return 0

    def since(self, number: int) -> tuple[Arrival, ...]:
        return tuple(one for one in self.arrived if one.number > number)

    # -- carry ----------------------------------------------------------------------------------------------

    @property
    def enrolment(self) -> FakeUpper:
        return self

    @property
    def place(self) -> SimpleNamespace:
        return SimpleNamespace(name="UBND huyện Yên Châu", addresses=self.addresses)

    def sync(self, address: str = "", progress: Any = None, stopped: Callable[[], bool] = lambda: False) -> Report:
        assert not address
        self.calls.append("sync")
        self.threads.add(threading.current_thread().name)
        for sent in self.steps:
            progress(sent, 61 - sent, 0, 100 * sent)
        while not self.gate.wait(0.01):
            if stopped() and not self.deaf:
                raise TryLater("link.stopped")
        if self.error is not None:
            raise self.error
        self.waiting = 0
        self.same_at = NOW
        return self.report

    def ask(self, card: str) -> Any:
        """Both asks: the enrolment's makes the request, the carry's asks the hub."""
        if card != CARD:
            raise InvalidInput("enrol.card")
        if threading.current_thread().name != "link":
            return Asked("UBND xã Yên Châu, Bàn 01", "lúa sông núi mây", self.addresses, (), b"request")
        self.calls.append("ask")
        if self.error is not None:
            raise self.error
        self.done = self.done or self.granted
        return self.granted

    def asked(self) -> Asked | None:
        if not self.asked_with:
            return None
        return Asked("UBND xã Yên Châu, Bàn 01", "lúa sông núi mây", self.addresses, (), b"request")

    def card(self) -> str:
        return self.asked_with if self.addresses else ""

    def request(self, folder: Path) -> Carried:
        return Carried(folder / "xin-noi.motcua")

    def write(self, folder: Path) -> Carried:
        return Carried(folder / "goi.motcua", 61, "2026-11-20", "2026-11-23")

    def letter(self, folder: Path, words: Any) -> Carried:
        assert words.language == "vi"
        return Carried(folder / "thu.eml", 61, "2026-11-20", "2026-11-23")

    def take(self, path: Path) -> Answered:
        self.calls.append(path)
        if path.suffix != ".traloi":
            raise InvalidInput("bundle.not_one")
        return Answered(False, 3, 1, 0)

    # -- link -----------------------------------------------------------------------------------------------

    def pending(self) -> Pending:
        return Pending(self.waiting)

    def state(self) -> LinkState:
        return LinkState(self.done, self.same_at, self.same_at, self.notices, self.quarantined, 0)

    # -- closing --------------------------------------------------------------------------------------------

    def figures(self, day: Any) -> DayFigures:
        assert day == NOW.date()
        return DayFigures(31, 27, 1, 1_240_000)

    def checks(self, _day: Any) -> tuple[Check, ...]:
        return self.checked

    def closed_at(self, _day: Any) -> datetime | None:
        return self.closed_day

    def register_pdf(self, _day: Any) -> bytes:
        return b"%PDF-register"

    def close(self, day: Any, out: Path, words: Any) -> Closed:
        self.calls.append((day, out, words.language))
        self.closed_day = NOW
        bundle = out / "a.motcua" if self.bundle else None
        return Closed(out / "a.pdf", out / "a.xlsx", bundle, out / "a.eml" if bundle else None, 61 if bundle else 0)


@pytest.fixture
def upper(watched: Watched) -> FakeUpper:
    """An enrolled desk with 61 entries that wait."""
    made = FakeUpper()
    for name in ("carry", "link", "close_day", "arrivals"):
        setattr(watched, name, made)
    watched.pending = made.pending  # type: ignore[attr-defined]
    return made


@pytest.fixture
def window(
    dressed: QApplication,
    qtbot: QtBot,
    watched: Watched,
    press: FakePress,
    settings: Settings,
    hand_time: HandTime,
    upper: FakeUpper,
) -> Iterator[MainWindow]:
    made = open_window(qtbot, Session(watched, settings, WORDS, press), hand_time)  # type: ignore[arg-type]
    yield made
    upper.gate.set()


@pytest.fixture
def page(window: MainWindow, hands: Hands) -> CloseDayPage:
    """The page in front."""
    return shown(window, hands)


def shown(window: MainWindow, hands: Hands) -> CloseDayPage:
    window.show_task("close-day")
    hands.settle()
    found = window.tasks.current.page
    assert isinstance(found, CloseDayPage)
    return found


def sync(window: MainWindow, qtbot: QtBot, upper: FakeUpper) -> None:
    """Let one session pass."""
    upper.gate.set()
    window.link.attempt()
    qtbot.waitUntil(lambda: window.link.view.line is not Line.SENDING)


def rows(page: CloseDayPage) -> list[tuple[str, ...]]:
    model = page.log.model()
    return [tuple(model.index(row, column).data() for column in range(3)) for row in range(model.rowCount())]


def answer_folder(monkeypatch: pytest.MonkeyPatch, folder: Path | str) -> list[str]:
    asked: list[str] = []

    def ask(_parent: Any, title: str, _before: str = "") -> str:
        asked.append(title)
        return str(folder)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", ask)
    return asked


# -- when -----------------------------------------------------------------------------------------------------


def at(hour: int, minute: int) -> datetime:
    return NOW.replace(hour=hour, minute=minute)


def test_waits_grow_from_one_to_thirty_minutes_and_are_spread() -> None:
    middle = [plan.wait_after(count, 0, at(20, 0), (), lambda: 0.5) for count in range(1, 8)]
    assert middle == [60, 120, 300, 600, 1800, 1800, 1800]
    assert plan.wait_after(1, 0, at(20, 0), (), lambda: 0.0) == 48
    assert plan.wait_after(1, 0, at(20, 0), (), lambda: 1.0) == pytest.approx(72)


def test_what_the_hub_told_is_never_undercut_not_even_by_a_fixed_time() -> None:
    times = plan.read_times("11:15")
    assert plan.wait_after(1, 900, at(11, 14), times, lambda: 0.0) == 900
    assert plan.wait_after(1, 900, at(11, 14), times, lambda: 1.0) > 900


def test_a_fixed_time_comes_before_a_longer_wait() -> None:
    times = plan.read_times("11:15, 16:30")
    assert plan.usual_wait(at(11, 14), times, lambda: 0.0) == 60
    assert plan.wait_after(5, 0, at(16, 25), times, lambda: 0.0) == 300
    assert plan.until_fixed(at(17, 0), times) == timedelta(hours=18, minutes=15).total_seconds()


def test_times_of_day_are_read_leniently() -> None:
    assert [f"{one:%H:%M}" for one in plan.read_times("16:30; 7g05, 25:00 abc")] == ["07:05", "16:30"]
    assert plan.until_fixed(NOW, plan.read_times("sáng")) is None


def test_it_tries_first_twenty_seconds_after_log_in_and_not_at_once(window: MainWindow, upper: FakeUpper) -> None:
    again = window.link.view.again_at
    assert again is not None
    assert timedelta(seconds=15) < again - NOW < timedelta(seconds=25)
    assert upper.calls == []


def test_after_a_session_it_tries_again_in_about_ten_minutes(
    window: MainWindow, qtbot: QtBot, upper: FakeUpper
) -> None:
    sync(window, qtbot, upper)
    assert window.link.view.again_at is not None
    assert timedelta(minutes=7) < window.link.view.again_at - NOW < timedelta(minutes=13)


def test_a_change_brings_the_next_try_nearer_only_where_the_line_works(
    window: MainWindow, qtbot: QtBot, upper: FakeUpper
) -> None:
    sync(window, qtbot, upper)
    upper.waiting = 1
    window.session.changed.emit(Changes())
    assert window.link.view.again_at is not None
    assert window.link.view.again_at - NOW < timedelta(seconds=80)
    upper.error = TryLater("link.no_network")
    for _failure in range(3):
        sync(window, qtbot, upper)
    later = window.link.view.again_at
    window.session.changed.emit(Changes())
    assert window.link.view.again_at == later
    assert later is not None
    assert later - NOW > timedelta(minutes=3)


def test_retry_after_is_honoured_and_said(window: MainWindow, qtbot: QtBot, upper: FakeUpper) -> None:
    upper.error = TryLater("link.wait", seconds=1200)
    sync(window, qtbot, upper)
    view = window.link.view
    assert view.line is Line.BUSY
    assert view.again_at is not None
    assert view.again_at - NOW >= timedelta(minutes=20)
    assert window.header.pill.text() == f"Máy chủ bận, gửi lại lúc {view.again_at:%H:%M}"


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every wait is a moment."""
    for name in ("FIRST_S", "USUAL_S", "CHANGED_S", "ASK_AGAIN_S"):
        monkeypatch.setattr(plan, name, 0.03)
    monkeypatch.setattr(plan, "BACK_OFF_S", (0.03,) * 5)
    monkeypatch.setattr(plan, "_APPEARED_S", (0.03, 0.03))


@pytest.fixture
def no_dialog(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Dialogs that somebody opened."""
    opened: list[str] = []
    for kind in (QDialog, QMessageBox, QFileDialog):
        for name in ("exec", "open"):
            monkeypatch.setattr(kind, name, lambda *_any, kind=kind: opened.append(kind.__name__))
    for name in ("question", "information", "warning", "critical"):
        monkeypatch.setattr(QMessageBox, name, lambda *_any, name=name: opened.append(name))
    return opened


FAULTS = (
    TryLater("link.no_network"), TryLater("link.portal"), TryLater("link.garbled"), TryLater("link.stopped"),
    TryLater("link.hub_fault", status=500), TryLater("link.wait", seconds=0), Refused("hub.revoked"),
    Refused("hub.unknown_desk"), Refused("link.pin"), ValueError("nobody foresaw it"),
)  # fmt: skip


@pytest.mark.parametrize("error", [None, *FAULTS], ids=lambda error: str(error or "goes well"))
@pytest.mark.usefixtures("hurry")
def test_it_tries_again_and_again_by_itself_and_never_asks_anything(
    window: MainWindow, qtbot: QtBot, upper: FakeUpper, no_dialog: list[str], error: Exception | None
) -> None:
    upper.gate.set()
    upper.error = error
    window.intake.applicant.setFocus()
    before = QApplication.focusWidget()
    qtbot.waitUntil(lambda: upper.calls.count("sync") >= 3)
    qtbot.waitUntil(lambda: window.link.view.line is not Line.SENDING)
    assert no_dialog == []
    assert QApplication.activeModalWidget() is None
    assert QApplication.focusWidget() is before
    assert window.tasks.front == "receive"


@pytest.mark.usefixtures("hurry")
def test_a_fixed_time_of_the_settings_brings_a_try(
    window: MainWindow, qtbot: QtBot, upper: FakeUpper, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "USUAL_S", 600)
    monkeypatch.setattr(plan, "_AT_FIXED_S", 0)
    settings.put("send_times", "14:27")
    sync(window, qtbot, upper)
    assert window.link.view.again_at == NOW + timedelta(minutes=1)


class Networks:
    """The addresses that the system tells."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now: frozenset[str] = frozenset()
        monkeypatch.setattr(network, "own_addresses", lambda: self.now)


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> Networks:
    """A PC without a network."""
    return Networks(monkeypatch)


def waits(window: MainWindow) -> timedelta:
    assert window.link.turns.again_at is not None
    return window.link.turns.again_at - NOW


def test_a_network_that_comes_brings_a_try_within_seconds(
    networks: Networks, window: MainWindow, qtbot: QtBot, upper: FakeUpper
) -> None:
    upper.error = TryLater("link.no_network")
    for _failure in range(5):
        sync(window, qtbot, upper)
    turns = window.link.turns
    turns.watch()
    turns.watch()
    assert waits(window) > timedelta(minutes=20)
    networks.now = frozenset({"192.168.1.7"})
    turns.watch()
    assert waits(window) <= timedelta(seconds=20)
    assert f"{window.link.view.again_at:%H:%M}" == "14:26"


@pytest.mark.usefixtures("hurry")
def test_a_network_that_comes_is_noticed_without_anybody(
    networks: Networks, window: MainWindow, qtbot: QtBot, upper: FakeUpper
) -> None:
    upper.gate.set()
    upper.error = TryLater("link.no_network")
    turns = window.link.turns
    turns.watch()
    turns._watch.start(10)
    turns.wait(1000)
    calls = len(upper.calls)
    networks.now = frozenset({"192.168.1.7"})
    qtbot.waitUntil(lambda: len(upper.calls) > calls)


@pytest.mark.parametrize("how", ["lost", "the same"])
def test_no_other_news_of_networks_brings_a_try(networks: Networks, window: MainWindow, how: str) -> None:
    turns = window.link.turns
    networks.now = frozenset({"192.168.1.7", "fd00::7"})
    turns.watch()
    turns.wait(1000)
    networks.now = frozenset({"fd00::7"}) if how == "lost" else networks.now
    turns.watch()
    assert waits(window) == timedelta(seconds=1000)


def test_what_the_system_says_of_the_world_brings_a_try(window: MainWindow) -> None:
    turns = window.link.turns
    turns.wait(1000)
    turns.network.system_says(QNetworkInformation.Reachability.Local)
    assert waits(window) == timedelta(seconds=1000)
    turns.network.system_says(QNetworkInformation.Reachability.Online)
    assert waits(window) <= timedelta(seconds=20)


@pytest.mark.parametrize("error", [TryLater("link.wait", seconds=1200), Refused("hub.revoked")], ids=str)
def test_a_network_that_comes_undercuts_no_hub(
    networks: Networks, window: MainWindow, qtbot: QtBot, upper: FakeUpper, error: Exception
) -> None:
    upper.error = error
    sync(window, qtbot, upper)
    before = waits(window)
    window.link.turns.watch()
    networks.now = frozenset({"192.168.1.7"})
    window.link.turns.watch()
    assert waits(window) == before


def test_a_turn_that_passed_while_the_pc_slept_is_taken(
    window: MainWindow, qtbot: QtBot, upper: FakeUpper, clock: SetClock
) -> None:
    sync(window, qtbot, upper)
    calls = len(upper.calls)
    clock.put(NOW + timedelta(hours=2))
    window.link.turns.watch()
    qtbot.waitUntil(lambda: len(upper.calls) > calls)


def test_the_system_tells_addresses_but_not_its_own_loop() -> None:
    found = network.own_addresses()
    assert not found & {"127.0.0.1", "::1"}
    assert not any(one.startswith(("fe80:", "169.254.")) for one in found)


# -- the pill -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", list(Line))
def test_every_state_of_the_pill_has_words_and_a_mark_of_its_own(line: Line) -> None:
    pill = pill_of(LinkView(line, NOW, waiting=5, sent_at=NOW), WORDS)
    assert pill.icon or pill.text.startswith("●")
    assert len(pill.text) > 8
    assert "{" not in pill.text + pill.short
    assert "window." not in pill.text + pill.short


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (TryLater("link.no_network"), "Không có mạng · 61 mục chờ"),
        (TryLater("link.portal"), "Không có mạng · 61 mục chờ"),
        (Refused("hub.revoked"), "Thẻ nối bị thu hồi · 61 mục chờ"),
        (Refused("link.pin"), "Cấp trên không nhận · 61 mục chờ"),
    ],
)
def test_the_pill_says_what_is_wrong_with_the_line(
    window: MainWindow, qtbot: QtBot, upper: FakeUpper, error: OneStopError, told: str
) -> None:
    upper.error = error
    sync(window, qtbot, upper)
    assert window.header.pill.text() == told
    assert QApplication.activeModalWidget() is None


def test_the_pill_counts_while_it_is_being_sent_and_tells_when_all_is_sent(
    window: MainWindow, qtbot: QtBot, upper: FakeUpper
) -> None:
    assert window.header.pill.text() == "61 mục chờ gửi"
    upper.steps = (20, 38)
    window.link.attempt()
    qtbot.waitUntil(lambda: window.header.pill.text() == "Đang gửi 38/61")
    upper.gate.set()
    qtbot.waitUntil(lambda: window.header.pill.text() == "Đã gửi hết lúc 14:26")
    assert upper.threads == {"link"}


def test_a_desk_without_a_hub_says_so_and_asks_nobody(window: MainWindow, upper: FakeUpper) -> None:
    upper.done = False
    window.link.attempt()
    window.link.look()
    assert window.header.pill.text() == "● Chưa nối cấp trên · 61 mục chờ gửi"
    assert upper.calls == []


def test_a_desk_of_sticks_and_letters_has_no_line_that_fails(
    window: MainWindow, page: CloseDayPage, upper: FakeUpper
) -> None:
    upper.addresses = ()
    page.send.send.click()
    assert upper.calls == []
    assert page.send.hint.text() == WORDS.say("link.no_address")
    assert window.header.pill.text() == "61 mục chờ gửi"


def test_a_click_on_the_pill_leads_to_the_page(window: MainWindow, hands: Hands) -> None:
    window.header.pill.click()
    assert window.tasks.front == "close-day"
    hands.settle()


# -- the left side --------------------------------------------------------------------------------------------


def test_f6_shows_figures_and_checks(window: MainWindow, hands: Hands, upper: FakeUpper) -> None:
    hands.press(Qt.Key.Key_F6)
    hands.settle()
    page = window.tasks.current.page
    assert isinstance(page, CloseDayPage)
    figures = page.figures
    assert [one.number.text for one in (figures.received, figures.returned, figures.overdue, figures.fees)] == [
        "31", "27", "1", "1.240.000 đ",
    ]  # fmt: skip
    assert figures.overdue.number.tone == "bad"
    assert figures.fees.accessibleName() == "1.240.000 đ lệ phí đã thu"
    assert {code: made.text() for code, made in page.checks.buttons.items()} == {
        "printed": "In", "handed": "Xem", "apology": "Xem", "conflicts": "Xem", "sent": "Gửi",
    }  # fmt: skip
    assert page.checks.buttons["printed"].hasFocus()


def test_a_reload_leaves_the_focus_on_its_button(page: CloseDayPage, hands: Hands) -> None:
    page.checks.buttons["apology"].setFocus()
    page.stale.emit()
    hands.settle()
    assert page.checks.buttons["apology"].hasFocus()


@pytest.mark.parametrize(("code", "chip"), [("handed", "ready"), ("apology", "overdue"), ("conflicts", "conflict")])
def test_xem_shows_the_dossiers_behind_a_check(
    window: MainWindow, page: CloseDayPage, hands: Hands, code: str, chip: str
) -> None:
    page.checks.buttons[code].click()
    assert window.tasks.front == "dossiers"
    assert window.tasks.current.page.view.chips.code == chip  # type: ignore[attr-defined]
    hands.settle()


def test_gui_sends_what_waits(page: CloseDayPage, qtbot: QtBot, upper: FakeUpper) -> None:
    upper.gate.set()
    page.checks.buttons["sent"].click()
    qtbot.waitUntil(lambda: upper.waiting == 0)


def test_f9_asks_for_a_folder_once_and_says_what_was_written(
    window: MainWindow,
    page: CloseDayPage,
    hands: Hands,
    upper: FakeUpper,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    settings: Settings,
) -> None:
    asked = answer_folder(monkeypatch, tmp_path)
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert upper.calls == [(NOW.date(), tmp_path, "vi")]
    assert settings.text("out_folder") == str(tmp_path)
    told = page.strip.message
    assert told is not None
    assert told.headline == "Đã chốt ngày 23/11/2026"
    for part in (str(tmp_path), "a.pdf", "a.xlsx", "a.motcua", "a.eml", "61 mục"):
        assert part in told.text
    assert "14:26" in page.closed.text()
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert len(upper.calls) == 2
    assert len(asked) == 1


def test_a_day_is_closed_without_a_hub_too(
    page: CloseDayPage, hands: Hands, upper: FakeUpper, tmp_path: Path, settings: Settings
) -> None:
    upper.bundle = False
    settings.put("out_folder", str(tmp_path))
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert page.strip.message is not None
    assert "Không có gói" in page.strip.message.text


def test_no_folder_no_closing(
    page: CloseDayPage, hands: Hands, upper: FakeUpper, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_folder(monkeypatch, "")
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert upper.calls == []
    assert page.save.isEnabled()


def test_a_full_disk_is_told_and_f9_works_again(
    page: CloseDayPage,
    hands: Hands,
    upper: FakeUpper,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    settings: Settings,
) -> None:
    settings.put("out_folder", str(tmp_path))

    def full(*_any: Any) -> Closed:
        raise TryLater("store.disk_full")

    monkeypatch.setattr(upper, "close", full)
    hands.press(Qt.Key.Key_F9)
    hands.settle()
    assert page.strip.message is not None
    assert page.strip.message.text == WORDS.say("store.disk_full")
    assert page.save.isEnabled()


def test_the_register_is_printed(page: CloseDayPage, hands: Hands, press: FakePress) -> None:
    page.register.click()
    hands.settle()
    assert press.printed == [(b"%PDF-register", "HP LaserJet P1102")]


# -- the right side -------------------------------------------------------------------------------------------


def test_the_panel_shows_bar_log_and_what_was_sent(
    page: CloseDayPage, window: MainWindow, qtbot: QtBot, upper: FakeUpper
) -> None:
    assert page.title.text() == "Gửi lên UBND huyện Yên Châu"
    upper.steps = (38,)
    page.send.send.click()
    qtbot.waitUntil(lambda: page.send.pill.text() == "Đang gửi 38/61")
    assert page.send.bar.accessibleName() == "Đã gửi 38/61 mục"
    assert "còn khoảng" in page.send.facts.text()
    assert rows(page) == [("14:26", "Gửi 61 mục", "đang chạy")]
    assert not page.send.send.isEnabled()
    upper.gate.set()
    qtbot.waitUntil(lambda: rows(page) == [("14:26", "Gửi 61 mục · 6,4 KB", "cấp trên đã nhận")])
    assert "61 mục, 6,4 KB" in page.send.facts.text()
    assert page.send.send.isEnabled()


def test_scans_that_follow_the_entries_are_told(page: CloseDayPage, qtbot: QtBot, upper: FakeUpper) -> None:
    upper.steps = (61,)
    page.send.send.click()
    qtbot.waitUntil(lambda: page.send.pill.text() == "Đang gửi 61/61")
    assert WORDS.say("window.closing.files") in page.send.facts.text()
    assert "còn khoảng" not in page.send.facts.text()
    upper.report = Report(same=True, sent=61, bytes_sent=6_400, files=2)
    upper.gate.set()
    qtbot.waitUntil(lambda: [row[1] for row in rows(page)] == ["Gửi 2 bản quét", "Gửi 61 mục · 6,4 KB"])


def test_the_speed_is_that_of_the_last_moments() -> None:
    speed = Speed(100.0)
    assert speed.now(100.2) is None
    speed.tell(102.0, 8_000)
    assert speed.now(102.0) == 4_000
    speed.tell(110.0, 40_000)
    assert speed.now(110.0) == 4_000
    speed.tell(120.0, 41_000)
    assert speed.now(120.0) == pytest.approx(33_000 / 18)
    assert speed.now(125.0) == pytest.approx(1_000 / 15)
    assert speed.now(140.0) == 0


def test_the_speed_goes_on_falling_while_nothing_moves(page: CloseDayPage, qtbot: QtBot, upper: FakeUpper) -> None:
    upper.steps = (38,)
    page.send.send.click()
    qtbot.waitUntil(lambda: page.send.pill.text() == "Đang gửi 38/61")
    before = page.send.facts.text()
    qtbot.waitUntil(lambda: "KB/s" in page.send.facts.text() != before, timeout=5_000)
    upper.gate.set()


def test_dung_stops_the_session_and_keeps_quiet(page: CloseDayPage, qtbot: QtBot, upper: FakeUpper) -> None:
    upper.steps = (38,)
    page.send.send.click()
    qtbot.waitUntil(lambda: page.send.pill.text() == "Đang gửi 38/61")
    page.send.stop.click()
    qtbot.waitUntil(lambda: rows(page) == [("14:26", "Gửi được 38 mục", "đã dừng")])
    assert page.send.pill.text() == "61 mục chờ gửi"
    assert page.send.hint.text() == WORDS.say("link.stopped")


def test_tries_without_news_take_one_line(
    page: CloseDayPage, window: MainWindow, qtbot: QtBot, upper: FakeUpper
) -> None:
    upper.error = TryLater("link.no_network")
    for _again in range(3):
        sync(window, qtbot, upper)
    assert rows(page) == [("14:26", "Thử kết nối", "không có mạng")]


def test_the_log_is_of_today(
    page: CloseDayPage, window: MainWindow, qtbot: QtBot, upper: FakeUpper, clock: SetClock
) -> None:
    sync(window, qtbot, upper)
    clock.put(NOW + timedelta(days=1))
    assert window.link.lines() == []


def test_notices_are_told_in_plain_words(
    page: CloseDayPage, window: MainWindow, qtbot: QtBot, upper: FakeUpper
) -> None:
    upper.notices, upper.quarantined = ("fork", "refilled"), 2
    sync(window, qtbot, upper)
    text = page.send.notices.text()
    assert WORDS.say("link.notice.fork") in text
    assert WORDS.say("link.notice.refilled") in text
    assert "2 mục" in text
    assert window.header.pill.text() == "Có thông báo từ cấp trên"


def answer(number: int, dossier: str, short: str) -> Arrival:
    return Arrival(number, About.ANSWER, dossier, short, "Đồng ý")


def test_answers_from_above_are_named_on_the_page_of_dossiers_and_open_there(
    window: MainWindow, qtbot: QtBot, upper: FakeUpper, hands: Hands
) -> None:
    heard: list[Changes] = []
    window.session.changed.connect(heard.append)
    first, second = (row for row in window.session.desk.board("held").rows[:2])
    upper.report = Report(same=True, received=2, messages=[1, 2], dossiers={first.id})
    upper.arrived = (answer(1, first.id, "1123-0001"), answer(2, second.id, "1123-0002"))
    sync(window, qtbot, upper)
    assert frozenset({first.id, second.id}) in [one.dossiers for one in heard]
    assert window.header.pill.text() == "Cấp trên trả lời 2 hồ sơ"
    window.show_task("dossiers")
    strip = window.tasks.current.page.view.detail.strip  # type: ignore[attr-defined]
    assert strip.message is not None
    assert strip.message.text == "Cấp trên trả lời 2 hồ sơ:"
    assert [one.text for one in strip.message.answers] == ["1123-0001", "1123-0002"]
    strip.message.answers[1].act()
    hands.settle()
    assert window.tasks.current.page.view.detail.dossier == second.id  # type: ignore[attr-defined]
    assert window.header.pill.text() == "Cấp trên trả lời 1 hồ sơ"
    shown(window, hands)
    window.link.look()
    assert window.header.pill.text() == "Đã gửi hết lúc 14:26"


def test_what_has_no_room_on_the_page_of_dossiers_is_one_click_away(
    window: MainWindow, qtbot: QtBot, upper: FakeUpper, hands: Hands
) -> None:
    upper.arrived = tuple(answer(number, f"d{number}", f"1123-000{number}") for number in range(1, 5))
    sync(window, qtbot, upper)
    window.show_task("dossiers")
    message = window.tasks.current.page.view.detail.strip.message  # type: ignore[attr-defined]
    assert [one.text for one in message.answers] == ["1123-0001", "Xem hết"]
    message.answers[-1].act()
    hands.settle()
    page = window.tasks.current.page
    assert isinstance(page, CloseDayPage)
    assert list(doors(page)) == ["1123-0001", "1123-0002", "1123-0003", "1123-0004"]


def doors(page: CloseDayPage) -> dict[str, QPushButton]:
    found = page.send.news.findChildren(QPushButton)
    return {one.text(): one for one in found if one.isVisibleTo(page)}


def told(page: CloseDayPage) -> list[str]:
    return [one.text() for one in page.send.news.findChildren(QLabel) if one.isVisibleTo(page)]


def test_an_answered_dossier_is_opened_from_the_panel_and_stays_there_until_then(
    window: MainWindow, page: CloseDayPage, qtbot: QtBot, upper: FakeUpper, hands: Hands
) -> None:
    dossier = window.session.desk.board("held").rows[0].id
    upper.arrived = (answer(1, dossier, "1123-0001"), answer(2, dossier, "1123-0001"))
    sync(window, qtbot, upper)
    assert told(page) == ["Cấp trên trả lời 1 hồ sơ:"]
    door = doors(page)["1123-0001"]
    assert door.accessibleName() == "Mở hồ sơ 1123-0001"
    page.stale.emit()
    hands.settle()
    window.link.look()
    assert doors(page)["1123-0001"] is door
    door.setFocus()
    hands.press(Qt.Key.Key_Return)
    hands.settle()
    assert window.tasks.front == "dossiers"
    assert window.tasks.current.page.view.detail.dossier == dossier  # type: ignore[attr-defined]
    assert doors(shown(window, hands)) == {}


def test_every_kind_of_message_is_told_in_its_own_words(
    window: MainWindow, page: CloseDayPage, qtbot: QtBot, upper: FakeUpper
) -> None:
    dossier = window.session.desk.board("held").rows[0].id
    upper.arrived = (
        Arrival(1, About.NOTICE, text="Mai họp 8 giờ"), Arrival(2, About.SETTINGS),
        Arrival(3, About.NOTE, dossier, "1123-0001", "Đã xem"),
    )  # fmt: skip
    sync(window, qtbot, upper)
    assert told(page) == [
        "Cấp trên nhắn về 1 hồ sơ:", "Cấp trên thông báo: Mai họp 8 giờ", WORDS.say("window.closing.news.settings"),
    ]  # fmt: skip
    assert [row[1] for row in rows(page)[:3]] == [
        "Nhắn về 1123-0001", "Nhận thông báo", "Đổi lịch, thủ tục",
    ]  # fmt: skip


def test_what_was_recorded_before_the_line_broke_is_told_all_the_same(
    window: MainWindow, page: CloseDayPage, qtbot: QtBot, upper: FakeUpper
) -> None:
    upper.arrived = (answer(1, window.session.desk.board("held").rows[0].id, "1123-0001"),)
    upper.error = TryLater("link.no_network")
    sync(window, qtbot, upper)
    assert window.header.pill.text() == "Không có mạng · 61 mục chờ"
    assert told(page) == ["Cấp trên trả lời 1 hồ sơ:"]
    sync(window, qtbot, upper)
    assert [row[1] for row in rows(page)].count("Trả lời 1123-0001") == 1


def test_a_notice_goes_with_its_day_and_a_dossier_stays(
    window: MainWindow, page: CloseDayPage, qtbot: QtBot, upper: FakeUpper, clock: SetClock
) -> None:
    upper.arrived = (Arrival(1, About.NOTICE, text="Mai họp"), answer(2, "d", "1123-0001"))
    sync(window, qtbot, upper)
    clock.put(NOW + timedelta(days=1))
    window.link.look()
    qtbot.waitUntil(lambda: told(page) == ["Cấp trên trả lời 1 hồ sơ:"])


def test_a_bundle_for_a_stick_says_how_much_of_which_days(
    page: CloseDayPage, hands: Hands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer_folder(monkeypatch, tmp_path)
    page.hand.bundle.click()
    hands.settle()
    assert page.strip.message is not None
    for part in ("61 mục", "20/11/2026", "23/11/2026", str(tmp_path / "goi.motcua")):
        assert part in page.strip.message.text
    page.hand.letter.click()
    hands.settle()
    assert str(tmp_path / "thu.eml") in page.strip.message.text
    assert [row[1] for row in rows(page)] == ["Tạo thư kèm gói 61 mục", "Xuất gói 61 mục ra USB"]


def test_an_answer_file_is_chosen_or_dropped(
    page: CloseDayPage, hands: Hands, upper: FakeUpper, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_any: (str(tmp_path / "a.traloi"), ""))
    page.hand.answer.click()
    hands.settle()
    assert page.strip.message is not None
    assert "3 mục, 1 thông báo" in page.strip.message.text
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "b.txt"))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(page, QDragEnterEvent(QPointF(5, 5).toPoint(), *how))
    QApplication.sendEvent(page, QDropEvent(QPointF(5, 5), *how))
    hands.settle()
    assert upper.calls == [tmp_path / "a.traloi", tmp_path / "b.txt"]
    assert page.strip.message.text == WORDS.say("bundle.not_one")


# -- being let in ---------------------------------------------------------------------------------------------


@pytest.fixture
def alone(upper: FakeUpper, window: MainWindow, hands: Hands) -> CloseDayPage:
    """The page of a desk that no hub has let in."""
    upper.done = False
    window.link.look()
    return shown(window, hands)


def test_a_scanned_card_shows_four_words_and_asks_until_granted(
    alone: CloseDayPage, window: MainWindow, hands: Hands, qtbot: QtBot, upper: FakeUpper
) -> None:
    assert not alone.send.isVisible()
    assert not alone.hand.bundle.isVisible()
    hands.scan(CARD)
    qtbot.waitUntil(lambda: alone.enrol.state.text() == WORDS.say("window.closing.enrol.waiting"))
    assert alone.enrol.four.text() == "lúa sông núi mây"
    assert alone.enrol.entry.text() == ""
    assert window.header.pill.text() == "Chờ cấp trên cho nối · 61 mục chờ gửi"
    upper.granted = True
    upper.gate.set()
    alone.enrol.again.click()
    qtbot.waitUntil(lambda: upper.calls == ["ask", "ask", "sync"])
    qtbot.waitUntil(lambda: window.header.pill.text() == "Đã gửi hết lúc 14:26")
    assert alone.send.isVisible()
    assert not alone.enrol.isVisible()


@pytest.mark.parametrize("addresses", [("http://127.0.0.1:9",), ()], ids=["by the network", "by stick"])
def test_a_request_outlives_the_program(
    watched: Watched, settings: Settings, press: FakePress, qtbot: QtBot, hand_time: HandTime, upper: FakeUpper,
    dressed: QApplication, addresses: tuple[str, ...],
) -> None:  # fmt: skip
    upper.done, upper.addresses = False, addresses
    upper.asked_with = CARD
    again = open_window(qtbot, Session(watched, settings, WORDS, press), hand_time)  # type: ignore[arg-type]
    page = shown(again, Hands(qtbot, again, hand_time))
    assert page.enrol.four.text() == "lúa sông núi mây"
    again.link.attempt()
    if addresses:
        qtbot.waitUntil(lambda: page.enrol.state.text() == WORDS.say("window.closing.enrol.waiting"))
        assert again.header.pill.text() == "Chờ cấp trên cho nối · 61 mục chờ gửi"
    else:
        assert page.enrol.state.text() == WORDS.say("window.closing.enrol.still")
    assert upper.calls == (["ask"] if addresses else [])


def test_a_desk_whose_key_was_revoked_is_let_in_again_with_another_card(
    window: MainWindow, page: CloseDayPage, hands: Hands, qtbot: QtBot, upper: FakeUpper
) -> None:
    assert not page.enrol.isVisible()
    upper.error = Refused("hub.revoked")
    sync(window, qtbot, upper)
    assert page.enrol.isVisible()
    assert page.enrol.title.text() == "Nối lại bằng thẻ mới"
    assert page.send.hint.text() == WORDS.say("hub.revoked")
    upper.error = None
    upper.calls.clear()
    hands.scan(CARD)
    qtbot.waitUntil(lambda: page.enrol.state.text() == WORDS.say("window.closing.enrol.waiting"))
    assert page.enrol.four.text() == "lúa sông núi mây"
    assert window.header.pill.text() == "Chờ cấp trên cho nối · 61 mục chờ gửi"
    assert upper.calls == ["ask"]
    upper.granted = True
    page.enrol.again.click()
    qtbot.waitUntil(lambda: window.header.pill.text() == "Đã gửi hết lúc 14:26")
    assert upper.calls == ["ask", "ask", "sync"]
    assert not page.enrol.isVisible()
    assert page.enrol.card.isVisibleTo(page.enrol)


def test_until_a_second_card_counts_the_first_one_does(
    window: MainWindow, page: CloseDayPage, hands: Hands, qtbot: QtBot, upper: FakeUpper
) -> None:
    upper.gate.set()
    hands.scan(CARD)
    qtbot.waitUntil(lambda: upper.calls == ["ask", "sync"])
    qtbot.waitUntil(lambda: window.link.view.line is Line.ASKING)
    assert page.enrol.isVisible()
    assert page.send.isVisible()
    assert waits(window) <= timedelta(seconds=72)


@pytest.mark.usefixtures("hurry")
def test_a_desk_that_waits_to_be_let_in_is_let_in_without_anybody(
    alone: CloseDayPage, window: MainWindow, hands: Hands, qtbot: QtBot, upper: FakeUpper, no_dialog: list[str]
) -> None:
    upper.gate.set()
    hands.scan(CARD)
    qtbot.waitUntil(lambda: upper.calls.count("ask") >= 3)
    upper.granted = True
    qtbot.waitUntil(lambda: "sync" in upper.calls)
    assert no_dialog == []


def test_what_is_no_card_is_told_beside_the_field(alone: CloseDayPage, hands: Hands) -> None:
    alone.enrol.entry.setText("MCHUB1:KHÔNG")
    alone.enrol.declare.click()
    hands.settle()
    assert alone.enrol.card.note.text() == WORDS.say("enrol.card")
    alone.enrol.entry.clear()
    alone.enrol.declare.click()
    assert alone.enrol.card.note.text() == WORDS.say("window.closing.enrol.empty")


def test_a_card_without_addresses_goes_by_stick(
    alone: CloseDayPage, hands: Hands, upper: FakeUpper, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    upper.addresses = ()
    hands.scan(CARD)
    assert upper.calls == []
    assert not alone.enrol.again.isVisible()
    answer_folder(monkeypatch, tmp_path)
    alone.enrol.request.click()
    hands.settle()
    assert alone.strip.message is not None
    assert str(tmp_path / "xin-noi.motcua") in alone.strip.message.text


def test_a_hub_that_says_no_is_not_asked_again(
    alone: CloseDayPage, window: MainWindow, hands: Hands, qtbot: QtBot, upper: FakeUpper
) -> None:
    upper.error = Refused("enrol.refused")
    hands.scan(CARD)
    qtbot.waitUntil(lambda: alone.enrol.state.text() == WORDS.say("enrol.refused"))
    assert window.link.card == ""


# -- the end of the window ------------------------------------------------------------------------------------


def test_the_window_ends_soon_although_the_network_hangs(window: MainWindow, upper: FakeUpper, qtbot: QtBot) -> None:
    upper.deaf = True
    window.link.attempt()
    qtbot.waitUntil(lambda: upper.calls == ["sync"])
    begun = time.monotonic()
    window.close()
    # The promise is two seconds; a slow machine of the tests gets some more.
    assert time.monotonic() - begun < 8
    upper.gate.set()


# -- a real hub -----------------------------------------------------------------------------------------------


@contextmanager
def serving(ledger: Ledger, folder: Path) -> Iterator[str]:
    listening, where = threading.Event(), [""]

    def tell(address: str) -> None:
        where[0] = address
        listening.set()

    site = WebSite(folder / "files", Site(plain=True))
    server = make_server(ledger, site, "127.0.0.1", 0, tell)
    thread = threading.Thread(target=server.run, name="hub")
    thread.start()
    try:
        assert listening.wait(20)
        yield where[0]
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture
def ledger(tmp_path: Path, clock: SetClock) -> Iterator[Ledger]:
    made = create(HubSite(tmp_path / "hub", tmp_path / "hub-state"), "UBND huyện Yên Châu", clock)
    yield made
    made.close()


def test_with_a_real_hub_a_desk_is_let_in_sends_gets_an_answer_and_ends_while_the_line_hangs(
    dressed: QApplication,
    qtbot: QtBot,
    desk: Desk,
    press: FakePress,
    settings: Settings,
    hand_time: HandTime,
    ledger: Ledger,
    tmp_path: Path,
) -> None:
    identity = desk.identity
    with ledger.writing() as connection:
        commune = desks.add_commune(connection, identity.office)
        offices = [Office(identity.agency, identity.office)]
        number = desks.add_desk(connection, commune, identity.desk, "Bàn 01", offices)
    window = open_window(qtbot, Session(desk, settings, WORDS, press), hand_time)
    hands = Hands(qtbot, window, hand_time)
    page = shown(window, hands)
    with serving(ledger, tmp_path) as address:
        hands.scan(card_text(enrolment.issue_card(ledger, number, "test", (address,))))
        qtbot.waitUntil(lambda: page.enrol.state.text() == WORDS.say("window.closing.enrol.waiting"), timeout=20_000)
        with ledger.reading() as reading:
            (waits,) = enrolment.waiting(reading)
        assert page.enrol.four.text() == waits.words
        enrolment.grant(ledger, waits.id, "test", addresses=(address,))
        page.enrol.again.click()
        qtbot.waitUntil(lambda: window.link.view.line is Line.SENT, timeout=30_000)
        assert ledger.digest(number) == desk.digest()
        assert window.header.pill.text().startswith("Đã gửi hết lúc")
        dossier = desk.board("held").rows[0].id
        ledger.send(number, "note", {"dossier": dossier, "text": "Đã xem"})
        page.send.send.click()
        qtbot.waitUntil(lambda: window.link.view.line is Line.NOTICE, timeout=30_000)
        short = short_code(desk.dossier(dossier).number)
        assert list(doors(page)) == [short]
        assert any(row[1] == f"Nhắn về {short}" for row in rows(page))
        assert desk.pending().entries == 0
    port = int(address.rsplit(":", 1)[1])
    with socket.create_server(("127.0.0.1", port)) as mute:
        page.send.send.click()
        line, _from = mute.accept()
        with line:
            assert window.link.view.line is Line.SENDING
            begun = time.monotonic()
            window.close()
            # The promise is two seconds; a slow machine of the tests gets some more.
            assert time.monotonic() - begun < 8
