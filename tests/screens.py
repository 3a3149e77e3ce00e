"""`make screenshots`: pictures of every page from a training desk, for the manual, the help and for a second look.

The first folder takes the pictures of every page in every theme, the second one the small ones that the help shows.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QRect
from PySide6.QtWidgets import QApplication, QWidget

from onestop_desktop import app, paths
from onestop_desktop.clock import SetClock
from onestop_desktop.desk.arrivals import About, Arrival
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.domain.number import short_code
from onestop_desktop.gui import sounds, theme
from onestop_desktop.gui.actions import RAIL
from onestop_desktop.gui.close_day.day_log import DayLog
from onestop_desktop.gui.close_day.line import Course, Line, LinkView, pill_of
from onestop_desktop.gui.help.markup import pictures
from onestop_desktop.gui.help.pages import names
from onestop_desktop.gui.login import LoginScreen
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.pages.close_day import CloseDayPage
from onestop_desktop.gui.screenshots import SIZE, settle
from onestop_desktop.gui.session import Session
from onestop_desktop.settings import Settings
from onestop_desktop.words import load
from tests.gui.hands import KNOWN_CARD, FakePress

NOW = datetime.fromisoformat("2026-11-23T14:26:00+07:00")
WIDTH, MOST = 900, 80_000
"""A picture of the help: its width in pixels and the most bytes it may have."""


@contextmanager
def training() -> Iterator[tuple[Door, Desk, Path]]:
    """A training desk of its own, opened by Mai; equal at each run."""
    with tempfile.TemporaryDirectory(prefix="onestop-screens-") as name:
        folder = Path(name)
        door = Door.create_training(folder / "desk", folder / "state", SetClock(NOW))
        desk = door.open("mai", "tap")
        try:
            yield door, desk, folder
        finally:
            desk.close()


def small(widget: QWidget, part: QRect | None = None) -> bytes:
    """Return a picture of a widget as a PNG with a palette, as many colours as there is room for."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    (widget.grab(part) if part else widget.grab()).save(buffer, "PNG")
    with Image.open(io.BytesIO(buffer.data().data())) as taken:
        whole = taken.convert("RGB")
    if whole.width > WIDTH:
        whole = whole.resize((WIDTH, round(whole.height * WIDTH / whole.width)), Image.Resampling.LANCZOS)
    for colours in (128, 64, 32, 16):
        out = io.BytesIO()
        whole.quantize(colours, kmeans=3, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST:
            return out.getvalue()
    raise ValueError(out.tell())


def open_window(desk: Desk, folder: Path) -> MainWindow:
    """Open a window with a silent scanner and a printer that says nothing."""
    settings = Settings(folder / "settings.toml")
    settings.put("printer", FakePress().found[0])
    session = Session(desk, settings, load("vi"), FakePress())
    sounds.of(session).player = lambda _path: None
    window = MainWindow(session)
    theme.dress(window)
    window.flow.drafts.watch_no_more()
    window.course.hide_offer()
    window.resize(*SIZE)
    window.show()
    return window


def receive(window: MainWindow) -> None:
    window.scans.scanned(KNOWN_CARD)
    window.intake.take_procedure(window.session.desk.procedure("1.001193"))


def dossiers(window: MainWindow) -> None:
    page = window.tasks.current.page
    settle(window)
    page.view.table.setFocus()  # type: ignore[attr-defined]
    page.view.table.step(1)  # type: ignore[attr-defined]


def hand_over(window: MainWindow) -> None:
    assert window.tasks.current.scanned is not None
    window.tasks.current.scanned(window.session.desk.find("ha thi chua")[0].number)


def certify(window: MainWindow) -> None:
    assert window.tasks.current.scanned is not None
    window.tasks.current.scanned(KNOWN_CARD)


def close_day(window: MainWindow) -> None:
    """A day with a few dossiers, in the middle of sending; the link is shown as it would be, nobody is called."""
    desk, page = window.session.desk, window.tasks.current.page
    assert isinstance(page, CloseDayPage)
    for name in ("Lò Văn Ín", "Hà Thị Xôm", "Quàng Văn Pọm", "Vì Thị Ban"):
        taken = desk.receive({"procedure": "1.001193", "applicant": {"name": name}, "papers": []})
        desk.printed(desk.papers.print(taken.id, "receipt"))
    page.stale.emit()
    settle(window)
    rows = desk.board("held").rows
    answers = tuple(
        Arrival(number, About.ANSWER, row.id, short_code(row.number)) for number, row in enumerate(rows[-2:], 1)
    )
    waiting = desk.pending().entries
    course = Course(waiting * 3 // 5, waiting, 25, speed=3_100)
    view = LinkView(Line.SENDING, desk.now(), "UBND huyện Yên Châu", waiting, course, news=answers)
    page.show_link(view)
    window.header.show_link(pill_of(view, window.session.words))
    log = DayLog(window.session.words)
    log.arrived(NOW.replace(hour=7, minute=58), answers)
    log.note(NOW.replace(hour=10, minute=5), "tried", "offline", "warn")
    log.note(NOW.replace(hour=11, minute=32), "sent", "taken", "ok", count=22, size="6,4 KB")
    page.show_log([log.running(desk.now(), waiting), *log.lines(desk.now())])


STAGES: dict[str, Callable[[MainWindow], object]] = {
    "receive": receive,
    "dossiers": dossiers,
    "return": hand_over,
    "certify": certify,
    "close-day": close_day,
}
"""What stands on a task's page when its picture is taken; a task without a row is taken as it opens."""


def shown() -> list[str]:
    """Return the tasks whose pictures the pages of the help show, in the order of the rail."""
    pages = (paths.resources("help", "vi", f"{name}.md").read_text(encoding="utf-8") for name in names("vi"))
    named = {picture for page in pages for picture in pictures(page)}
    return [task.name for task in RAIL if task.built and f"{task.name}.png" in named]


def help_pictures() -> Iterator[tuple[str, bytes]]:
    """Take the pictures of the help, each by the name of its page."""
    with training() as (_door, desk, folder):
        for task in shown():
            window = open_window(desk, folder)
            window.show_task(task)
            STAGES.get(task, settle)(window)
            settle(window)
            yield task, small(window)
            close(window)
    # Each on a desk of its own: what the last window left half typed would be offered above.
    with training() as (door, desk, folder):
        yield "scan", scan_picture(desk, folder)
        yield "login", login_picture(door)
    with training() as (_door, desk, folder):
        yield "power", power_picture(desk, folder)


def scan_picture(desk: Desk, folder: Path) -> bytes:
    window = open_window(desk, folder)
    window.scans.scanned(desk.dossier(desk.find("ha thi chua")[0].id).barcode)
    settle(window)
    taken = small(window, QRect(92, 22, 900, 300))
    close(window)
    return taken


def power_picture(desk: Desk, folder: Path) -> bytes:
    """A dossier whose receipt did not come out before the power failed."""
    line = {"procedure": "1.004873", "applicant": {"name": "Lò Văn Ín"}, "papers": []}
    desk.receive(line)
    window = open_window(desk, folder)
    settle(window)
    taken = small(window, QRect(92, 22, 900, 300))
    close(window)
    return taken


def login_picture(door: Door) -> bytes:
    office = load("vi").say("window.header.office", office=door.office, desk=door.desk)
    screen = LoginScreen(load("vi"), office, door.users, "mai", training=True)
    theme.dress(screen)
    screen.offer_help(set_up=False)
    screen.resize(*SIZE)
    screen.show()
    settle(screen, 50)
    taken = small(screen, QRect(333, 110, 700, 540))
    screen.deleteLater()
    return taken


def close(window: MainWindow) -> None:
    window.let_go()
    window.hide()
    window.deleteLater()


def main() -> None:
    screens = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screens")
    small_ones = Path(sys.argv[2] if len(sys.argv) > 2 else "resources/help/pictures")
    with training() as (_door, desk, _folder):
        for path in app.screenshots(desk, screens):
            print(path)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.wear(application, "light")
    small_ones.mkdir(parents=True, exist_ok=True)
    for name, data in help_pictures():
        path = small_ones / f"{name}.png"
        path.write_bytes(data)
        print(path, len(data))


if __name__ == "__main__":
    main()
