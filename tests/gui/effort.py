"""How much a clerk does for everyday tasks: keys by fingers, scans; played on the real window of a training desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.gui.main_window import MainWindow
from tests.builders import a_line
from tests.gui.hands import KNOWN_CARD, NEW_CARD, Hands

DOCUMENT = Path(__file__).parents[2] / "docs" / "effort.md"
CTRL = Qt.KeyboardModifier.ControlModifier
FURTHEST = 30
"""Tabs after which a control counts as out of reach."""


@dataclass(slots=True)
class Clerk:
    """Somebody at the window; counts scans beside the keys that the hands count."""

    window: MainWindow
    hands: Hands
    desk: Desk
    scans: int = 0

    def scan(self, text: str) -> None:
        self.scans += 1
        self.hands.scan(text)
        self.rest()

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            self.hands.press(key, modifier)
        self.rest()

    def type(self, text: str) -> None:
        self.hands.type(text)
        self.rest()

    def rest(self) -> None:
        """Wait until what was asked for is on the screen."""
        self.hands.qtbot.wait(120)
        self.hands.settle()

    def tab_to(self, target: Callable[[], QWidget | None]) -> None:
        """Press Tab until a control has the focus."""
        for _tab in range(FURTHEST):
            if QApplication.focusWidget() is target():
                return
            self.hands.press(Qt.Key.Key_Tab)
        raise AssertionError(f"not reached by {FURTHEST} tabs: {target()}")

    def page(self) -> Any:
        return self.window.tasks.current.page

    def received(self, name: str = "Vàng Thị Xua", **changes: Any) -> Dossier:
        return self.desk.dossier(self.desk.receive(a_line(name, **changes), again=True).id)

    def newest(self) -> tuple[str, str]:
        """Return the numbers of the two dossiers that were taken last, the last one first."""
        last, other = self.desk.listing(limit=2)[0]
        return last.number, other.number

    def state(self, dossier: Dossier) -> Dossier:
        return self.desk.dossier(dossier.id)


Task = Callable[[Clerk], Callable[[], None]]
"""Prepares, and returns what is counted."""


def known_citizen(clerk: Clerk) -> Callable[[], None]:
    before = clerk.newest()[0]

    def play() -> None:
        clerk.scan(KNOWN_CARD)
        clerk.type("khai sinh")
        clerk.press(Qt.Key.Key_Return, Qt.Key.Key_F9)
        assert clerk.newest()[1] == before

    return play


def new_citizen(clerk: Clerk) -> Callable[[], None]:
    before = clerk.newest()[0]

    def play() -> None:
        clerk.scan(NEW_CARD)
        clerk.type("khai sinh")
        clerk.press(Qt.Key.Key_Return)
        clerk.type("0912345678")
        clerk.press(Qt.Key.Key_F9)
        assert clerk.newest()[1] == before

    return play


def found_by_receipt(clerk: Clerk) -> Callable[[], None]:
    dossier = clerk.received()

    def play() -> None:
        clerk.press(Qt.Key.Key_F3)
        clerk.scan(dossier.barcode)
        assert clerk.page().view.detail.dossier == dossier.id

    return play


def found_by_name(clerk: Clerk) -> Callable[[], None]:
    dossier = clerk.received("Giàng Thị Xống")

    def play() -> None:
        clerk.press(Qt.Key.Key_F3)
        clerk.press(Qt.Key.Key_K, modifier=CTRL)
        clerk.type("giang xong")
        clerk.press(Qt.Key.Key_Return)
        assert clerk.page().view.detail.dossier == dossier.id

    return play


def asked_for_more(clerk: Clerk) -> Callable[[], None]:
    dossier = clerk.received()

    def play() -> None:
        clerk.press(Qt.Key.Key_F3)
        clerk.scan(dossier.barcode)
        detail = clerk.page().view.detail
        clerk.hands.qtbot.waitUntil(lambda: detail.isAncestorOf(QApplication.focusWidget()))
        word = next(one.word for one in detail.offers.all if one.step == "ask-supplement")
        clerk.tab_to(lambda: detail.buttons[word])
        clerk.press(Qt.Key.Key_Return)
        clerk.tab_to(lambda: detail.form.fields["items"].entry)
        clerk.type("Anh 4x6")
        clerk.tab_to(lambda: detail.form.fields["reason"].entry)
        clerk.type("Thieu")
        clerk.press(Qt.Key.Key_Return, modifier=CTRL)
        assert clerk.state(dossier).status == "awaiting-supplement"

    return play


def took_more(clerk: Clerk) -> Callable[[], None]:
    dossier = clerk.received()
    clerk.desk.act(dossier.id, "ask-supplement", {"items": ["Ảnh"], "reason": "Thiếu"})

    def play() -> None:
        clerk.press(Qt.Key.Key_F3)
        clerk.scan(dossier.barcode)
        clerk.press(Qt.Key.Key_Return)
        clerk.press(Qt.Key.Key_Return, modifier=CTRL)
        assert clerk.state(dossier).status == "processing"

    return play


def finished(clerk: Clerk) -> Callable[[], None]:
    dossier = clerk.received()

    def play() -> None:
        clerk.press(Qt.Key.Key_F3)
        clerk.scan(dossier.barcode)
        clerk.press(Qt.Key.Key_F10)
        clerk.press(Qt.Key.Key_Return, modifier=CTRL)
        assert clerk.state(dossier).status == "ready"

    return play


def handed_over(clerk: Clerk) -> Callable[[], None]:
    dossier = clerk.received()
    clerk.desk.act(dossier.id, "ready", {})

    def play() -> None:
        clerk.press(Qt.Key.Key_F4)
        clerk.scan(dossier.barcode)
        clerk.press(Qt.Key.Key_F9)
        assert clerk.state(dossier).status == "returned"

    return play


def handed_to_family(clerk: Clerk) -> Callable[[], None]:
    dossier = clerk.received()
    clerk.desk.act(dossier.id, "ready", {})

    def play() -> None:
        clerk.press(Qt.Key.Key_F4)
        clerk.scan(dossier.barcode)
        clerk.scan(NEW_CARD)
        clerk.press(Qt.Key.Key_F9)
        after = clerk.state(dossier)
        assert after.status == "returned"
        assert after.history[-1].facts["to"]["name"] == "Hoàng Thị Xiên"

    return play


def certified(clerk: Clerk) -> Callable[[], None]:
    clerk.received("Sùng A Lềnh", applicant={"name": "Sùng A Lềnh", "id_number": "014092009999"})
    before = clerk.newest()[0]

    def play() -> None:
        clerk.press(Qt.Key.Key_F11)
        clerk.type("sun")
        clerk.press(Qt.Key.Key_Down, Qt.Key.Key_Return)
        clerk.type("4")
        clerk.press(Qt.Key.Key_Return)
        clerk.type("2")
        clerk.press(Qt.Key.Key_F9)
        assert clerk.newest()[1] == before

    return play


def undone(clerk: Clerk) -> Callable[[], None]:
    dossier = clerk.received()
    clerk.desk.act(dossier.id, "ready", {})
    clerk.desk.act(dossier.id, "return", {})

    def play() -> None:
        clerk.press(Qt.Key.Key_F4)
        clerk.scan(dossier.barcode)
        clerk.tab_to(lambda: clerk.page().notice.undo)
        clerk.press(Qt.Key.Key_Space)
        assert clerk.state(dossier).status == "ready"

    return play


def reprinted(clerk: Clerk) -> Callable[[], None]:
    dossier = clerk.received()
    clerk.desk.printed(clerk.desk.issue_receipt(dossier.id))

    def play() -> None:
        clerk.scan(dossier.barcode)
        clerk.press(Qt.Key.Key_P, modifier=CTRL)
        assert clerk.state(dossier).issued[-1].printed == 2

    return play


TASKS: Mapping[str, tuple[str, Task, int]] = {
    "known": ("Known citizen: card to printed receipt", known_citizen, 12),
    "new": ("New citizen with a phone to type: card to printed receipt", new_citizen, 22),
    "receipt": ("Find a dossier by its receipt", found_by_receipt, 1),
    "name": ("Find a dossier by a name without marks", found_by_name, 14),
    "ask": ("Ask for a missing paper", asked_for_more, 35),
    "take": ("Take the missing paper", took_more, 4),
    "finish": ("Record that the result is here", finished, 4),
    "return": ("Hand the result over to its owner", handed_over, 2),
    "family": ("Hand the result over to somebody else, by card", handed_to_family, 2),
    "certify": ("Certify copies for a known person", certified, 10),
    "undo": ("Take a wrong hand-over back", undone, 12),
    "reprint": ("Print a receipt again", reprinted, 1),
}
"""Each task: in words, how it is played, and the keys that it may take at most."""


class Clicks(QObject):
    """Counts each press of a mouse button, on whatever widget."""

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__()
        self.count = 0
        self._seen = 0
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's own name
        # Qt hands one press to the widget, and on to those around it until one takes it.
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            self.count += event.timestamp() != self._seen
            self._seen = event.timestamp()
        return False


def played(name: str, clerk: Clerk) -> tuple[int, int, int]:
    """Play a task and return keys, scans and clicks."""
    play = TASKS[name][1](clerk)
    clerk.window.show_task("receive")
    clerk.window.intake.start()
    clerk.rest()
    clerk.hands.keys = clerk.scans = 0
    application = QApplication.instance()
    assert application is not None
    clicks = Clicks(application)
    play()
    application.removeEventFilter(clicks)
    return clerk.hands.keys, clerk.scans, clicks.count


def document(counted: Mapping[str, tuple[int, int, int]]) -> str:
    """Return the published table."""
    head = (
        "# Effort\n\nWhat a clerk does for each everyday task, counted on the real window by"
        " `tests/gui/test_effort.py`: keys pressed by fingers (moving to the page included), scans, clicks."
        " No task needs the mouse.\n\n"
        "| task | keys | scans | clicks |\n|---|---|---|---|\n"
    )
    rows = (f"| {TASKS[name][0]} | {' | '.join(map(str, effort))} |" for name, effort in counted.items())
    return head + "\n".join(rows) + "\n"
