"""From the door to the window: log-in, the desk, log-out; one top window holds the screens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QStackedWidget

from onestop_desktop.errors import KnownError, OneStopError
from onestop_desktop.gui import icons, theme
from onestop_desktop.gui.crash import CrashPage
from onestop_desktop.gui.login import DayScreen, LoginScreen, SayScreen
from onestop_desktop.gui.main_window import LEAST, MainWindow
from onestop_desktop.gui.printing import Printers
from onestop_desktop.gui.session import Press, Session
from onestop_desktop.gui.worker import Worker
from onestop_desktop.settings import Settings
from onestop_desktop.words import Words

if TYPE_CHECKING:
    from onestop_desktop.desk.desk import Desk
    from onestop_desktop.desk.door import Door

USUAL_SIZE = (1366, 768)


class Top(QStackedWidget):
    """Shows one screen at a time: a sentence, the log-in, the desk."""

    opened = Signal(object)

    def __init__(self, door: Door, settings: Settings, words: Words, press: Press) -> None:
        super().__init__()
        self._door = door
        self._settings = settings
        self._words = words
        self._press = press
        self._worker = Worker(self)
        self.main: MainWindow | None = None
        self.crash = CrashPage(self, words)
        self.setWindowTitle(words.say("window.title"))
        self.setWindowIcon(icons.icon("receive", theme.current().tokens["primary"], 64))
        self.setMinimumSize(*LEAST)
        self.resize(*USUAL_SIZE)

    def start(self, *, create: bool) -> None:
        """Make the training desk if asked to, then let somebody log in."""
        if not create:
            self.log_in()
            return
        self._show(SayScreen(self._words, self._words.say("window.login.making")))
        door = self._door

        def make() -> Door:
            return type(door).create_training(door.site.data, door.site.state, door.clock)

        self._worker.run(make, self._made, lambda error: self._cannot(error, lambda: self.start(create=True)))

    def _made(self, door: Door) -> None:
        self._door = door
        self.log_in()

    def log_in(self) -> None:
        """Show the tiles."""
        door = self._door
        try:
            screen = LoginScreen(
                self._words,
                self._words.say("window.header.office", office=door.office, desk=door.desk),
                door.users,
                self._settings.text("last_user"),
                training=door.training,
            )
        except OneStopError as error:
            self._cannot(error, self.log_in)
            return
        screen.asked.connect(lambda user, password: self._open(screen, user, password))
        self._show(screen)
        screen.password.setFocus()

    def _open(self, screen: LoginScreen, user: str, password: str) -> None:
        def failed(error: Exception) -> None:
            if isinstance(error, KnownError) and error.code.startswith("login."):
                screen.refuse(self._words.tell(error))
            else:
                self._cannot(error, self.log_in)

        self._worker.run(lambda: self._door.open(user, password), lambda desk: self._opened(desk, user), failed)

    def _opened(self, desk: Desk, user: str) -> None:
        settings = self._settings
        self._worker.run(lambda: settings.put("last_user", user), failed=lambda _error: None)
        if desk.clock_suspicion() is None:
            self._enter(desk)
            return
        screen = DayScreen(self._words, desk.now())
        screen.answered.connect(lambda day: self._set_day(desk, day))
        self._show(screen)
        screen.entry.setFocus()

    def _set_day(self, desk: Desk, day: date) -> None:
        self._worker.run(
            lambda: desk.set_today(day),
            lambda _none: self._enter(desk),
            lambda error: self._cannot(error, lambda: self._opened(desk, desk.identity.user)),
        )

    def _enter(self, desk: Desk) -> None:
        self.main = MainWindow(Session(desk, self._settings, self._words, self._press))
        self.main.left.connect(self.leave)
        self._show(self.main)
        self.main.intake.start()
        self.opened.emit(self.main)

    def leave(self) -> None:
        """Close the desk and let somebody else log in."""
        if self.main is not None:
            self.main.shut()
            self.main = None
        self.log_in()

    def _cannot(self, error: Exception, retry: Callable[[], None]) -> None:
        sentence = self._words.tell(error) if isinstance(error, OneStopError) else self._words.say("window.bug")
        screen = SayScreen(self._words, sentence, failed=True)
        screen.retry_asked.connect(retry)
        screen.quit_asked.connect(self.close)
        self._show(screen)
        screen.setFocus()

    def _show(self, screen: LoginScreen | SayScreen | DayScreen | MainWindow) -> None:
        while self.count():
            old = self.widget(0)
            if old is not None:
                self.removeWidget(old)
                old.deleteLater()
        self.addWidget(screen)
        self.setCurrentWidget(screen)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close in order."""
        if self.main is not None:
            self.main.shut()
            self.main = None
        self._worker.close()
        super().closeEvent(event)


def application(argv: Sequence[str], theme_name: str) -> QApplication:
    """Return the dressed application."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(list(argv))
    app.setApplicationName("onestop-desktop")
    theme.load_fonts()
    theme.wear(app, theme_name)
    return app


def run(door: Door, settings: Settings, words: Words, argv: Sequence[str], create: bool) -> int:
    """Open the window and stay until it is closed; return the exit code."""
    app = application(argv, settings.text("theme"))
    top = Top(door, settings, words, Printers())
    before = sys.excepthook
    sys.excepthook = lambda _kind, error, trace: top.crash.tell(error, trace)
    try:
        top.show()
        top.start(create=create)
        return app.exec()
    finally:
        sys.excepthook = before
