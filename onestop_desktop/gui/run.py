"""From the door to the window: log-in, the desk, log-out; one top window holds the screens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from onestop_desktop.errors import KnownError, OneStopError
from onestop_desktop.gui import icons, qt_words, theme
from onestop_desktop.gui.crash import CrashPage
from onestop_desktop.gui.entry import EntryFlow
from onestop_desktop.gui.help import panel as help_panel
from onestop_desktop.gui.lock import Cover
from onestop_desktop.gui.login import LoginScreen, SayScreen, Screen
from onestop_desktop.gui.main_window import LEAST, MainWindow
from onestop_desktop.gui.passwords import ForgottenScreen
from onestop_desktop.gui.printing import Printers
from onestop_desktop.gui.scan import monotonic_ms
from onestop_desktop.gui.session import Press, Session
from onestop_desktop.gui.setup.doors import DoorsScreen
from onestop_desktop.gui.setup.flow import SetupFlow
from onestop_desktop.gui.stage import Stage
from onestop_desktop.gui.sweep import Sweep
from onestop_desktop.gui.tasks import AHEAD_MS, meet_style_options
from onestop_desktop.gui.timing import single_shot
from onestop_desktop.gui.worker import Worker
from onestop_desktop.settings import Settings
from onestop_desktop.words import Words

if TYPE_CHECKING:
    from onestop_desktop.desk.desk import Desk
    from onestop_desktop.desk.door import Door

USUAL_SIZE = (1366, 768)


class Top(QStackedWidget):
    """Shows one screen at a time: a sentence, the doors, the log-in, the desk; the desk stays alive behind its cover.

    `real` is the door of the real desk where `door` leads to the training desk.
    """

    opened = Signal(object)

    def __init__(
        self,
        door: Door,
        settings: Settings,
        words: Words,
        press: Press,
        real: Door | None = None,
        now_ms: Callable[[], int] = monotonic_ms,
    ) -> None:
        super().__init__()
        self._door = door
        self._real = real
        self._settings = settings
        self._words = words
        self._worker = Worker(self)
        self._stage = Stage(words, settings, press, self._worker, self._show, self._cannot)
        self._now_ms = now_ms
        self._warm_up = single_shot(self, AHEAD_MS, meet_style_options)
        self._desk: Desk | None = None
        self._entry: EntryFlow | None = None
        self._setup: SetupFlow | None = None
        self.main: MainWindow | None = None
        self.cover: Cover | None = None
        self.crash = CrashPage(self, words)
        theme.dress(self)
        self.setWindowTitle(words.say("window.title"))
        self.setWindowIcon(icons.icon("receive", theme.current().tokens["primary"], 64))
        self.setMinimumSize(*LEAST)
        self.resize(*USUAL_SIZE)

    def start(self, *, create: bool) -> None:
        """Let somebody log in; where there is no desk yet, ask which one is wanted."""
        if create:
            self.show_doors()
            return
        try:
            self._door.check_free()
        except OneStopError as error:
            self._cannot(error, lambda: self.start(create=False))
            return
        self.log_in()

    # -- the first start ------------------------------------------------------------------------------------

    def show_doors(self) -> None:
        """Offer the training desk and the making of a real one."""
        screen = DoorsScreen(self._words)
        screen.training_asked.connect(self.make_training)
        screen.real_asked.connect(self.set_up)
        self._show(screen)

    def make_training(self) -> None:
        """Make the training desk."""
        self._show(SayScreen(self._words, self._words.say("window.login.making")))
        door = self._door

        def make() -> Door:
            return type(door).create_training(door.site.data, door.site.state, door.clock)

        self._worker.run(make, self._made, lambda error: self._cannot(error, self.make_training))

    def _made(self, door: Door) -> None:
        self._door = door
        self.log_in()

    def set_up(self) -> None:
        """Ask for what a real desk is made from."""
        real = self._real or self._door
        flow = self._setup = SetupFlow(self._stage, real, self)
        flow.opened.connect(lambda desk, code: self._set_up_done(real, desk, code))
        flow.later.connect(self._put_off)
        flow.begin()

    def _put_off(self) -> None:
        # Later means: practise until then.
        if self._door.exists:
            self.log_in()
        else:
            self.make_training()

    def _set_up_done(self, real: Door, desk: Desk, code: str) -> None:
        self._door, self._real = real, None
        self._enter_with(desk, code)

    # -- log-in ---------------------------------------------------------------------------------------------

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
        screen.offer_help(set_up=self._real is not None and not self._real.exists)
        screen.asked.connect(lambda user, password: self._open(screen, user, password))
        screen.forgotten.connect(self.forgotten)
        screen.set_up_asked.connect(self.set_up)
        self._show(screen)
        # While a password is looked for, so that whoever turns to a page at once need not wait for it.
        self._warm_up.start()

    def forgotten(self, user: str) -> None:
        """Ask for the recovery code and a new password."""
        door = self._door
        screen = ForgottenScreen(self._words, door.users, user, training=door.training)
        screen.back.connect(self.log_in)
        screen.asked.connect(lambda user, code, password: self._recover(screen, user, code, password))
        self._show(screen)

    def _recover(self, screen: ForgottenScreen, user: str, code: str, password: str) -> None:
        def done(_none: None) -> None:
            self._settings.put("last_user", user)
            self.log_in()

        def failed(error: Exception) -> None:
            # The door knows a wrong code as a wrong secret; here it is the code that was typed.
            wrong = isinstance(error, OneStopError) and error.code == "login.wrong"
            screen.refuse_code(self._words.say("recovery.other") if wrong else self._stage.tell(error))

        self._worker.run(lambda: self._door.recover(code, user, password), done, failed)

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
        self._enter_with(desk)

    def _enter_with(self, desk: Desk, code: str = "") -> None:
        self._desk = desk
        entry = self._entry = EntryFlow(self._stage, desk, self, code)
        entry.ready.connect(lambda: self._enter(desk))
        entry.begin()

    def _enter(self, desk: Desk) -> None:
        main = self.main = MainWindow(Session(desk, self._settings, self._words, self._stage.press), self._now_ms)
        main.left.connect(self.leave)
        self.cover = Cover(self._stage, main, self._now_ms)
        self._show(main)
        main.begin()
        main.tasks.make_ahead()
        # What fails here fails again, and is told, where it is needed.
        main.session.run(desk.core.read_ahead, failed=lambda _error: None)
        self.opened.emit(main)

    def leave(self) -> None:
        """Close the desk and let somebody else log in."""
        self._shut_desk()
        self.log_in()

    def _shut_desk(self) -> None:
        main, desk = self.main, self._desk
        if self.cover is not None:
            self.cover.watch.stop()
        self.main = self.cover = self._desk = None
        if main is not None:
            main.shut()
        elif desk is not None:
            desk.close()

    # -- what is in front -----------------------------------------------------------------------------------

    def _cannot(self, error: Exception, retry: Callable[[], None]) -> None:
        screen = SayScreen(self._words, self._stage.tell(error), failed=True)
        screen.retry_asked.connect(retry)
        screen.quit_asked.connect(self.close)
        self._show(screen)

    def _show(self, screen: QWidget) -> None:
        for old in [self.widget(at) for at in range(self.count())]:
            if old is not None and old is not screen and old is not self.main:
                self.removeWidget(old)
                old.deleteLater()
        if self.indexOf(screen) < 0:
            self.addWidget(screen)
            if isinstance(screen, Screen):
                help_panel.attach(screen, self._words, "login")
        self.setCurrentWidget(screen)
        if isinstance(screen, Screen):
            screen.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close in order."""
        self._worker.close()
        self._shut_desk()
        super().closeEvent(event)


def application(argv: Sequence[str], theme_name: str, language: str = "vi") -> QApplication:
    """Return the dressed application; Qt's own dialogs and dates speak the window's language."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(list(argv))
    app.setApplicationName("onestop-desktop")
    Sweep(app)
    theme.load_fonts()
    theme.wear(app, theme_name)
    qt_words.speak(app, language)
    return app


def run(
    door: Door, settings: Settings, words: Words, argv: Sequence[str], create: bool, real: Door | None = None
) -> int:
    """Open the window and stay until it is closed; return the exit code."""
    app = application(argv, settings.text("theme"), words.language)
    top = Top(door, settings, words, Printers(), real)
    before = sys.excepthook
    sys.excepthook = lambda _kind, error, trace: top.crash.tell(error, trace)
    try:
        top.show()
        top.start(create=create)
        return app.exec()
    finally:
        sys.excepthook = before
