"""Another clerk at the same desk, and the cover over a desk that nobody sits at.

The window stays alive behind the cover and is not shown at all: nothing of it can be seen, come to the front, take
a key or a scan. The store stays open, the pages keep all they hold.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from onestop_desktop.desk.views import Changes
from onestop_desktop.gui.login import LoginScreen
from onestop_desktop.gui.main_window import MainWindow
from onestop_desktop.gui.passwords import OwnPasswordScreen
from onestop_desktop.gui.stage import Stage
from onestop_desktop.settings import SETTINGS

_LOOK_EVERY_MS = 5_000
_MINUTE_MS = 60_000
_USUAL_MINUTES = next(int(setting.default) for setting in SETTINGS if setting.name == "lock_minutes")
_INPUT = frozenset(
    {
        QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
        QEvent.Type.TouchBegin, QEvent.Type.TabletPress, QEvent.Type.InputMethod,
    }
)  # fmt: skip


class IdleWatch(QObject):
    """Says when nobody has touched keyboard or mouse for so many minutes; 0 minutes means never."""

    idle = Signal()

    def __init__(self, now_ms: Callable[[], int], minutes: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._now_ms = now_ms
        self._minutes = minutes
        self._touched = now_ms()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_LOOK_EVERY_MS)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def look(self) -> None:
        """Say so if it has been long enough."""
        minutes = self._minutes()
        if minutes and self._now_ms() - self._touched >= minutes * _MINUTE_MS:
            self.idle.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Remember when somebody was last here; every event goes on."""
        if event.type() in _INPUT:
            self._touched = self._now_ms()
        return False

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)


class Cover(QObject):
    """Covers the window of an open desk and takes the cover away for whoever knows a password."""

    def __init__(self, stage: Stage, main: MainWindow, now_ms: Callable[[], int]) -> None:
        super().__init__(main)
        self._stage = stage
        self._main = main
        self._session = main.session
        self._locked = False
        self.watch = IdleWatch(now_ms, self._lock_minutes, self)
        self.watch.idle.connect(self.lock)
        main.switch_asked.connect(self.switch)

    def _lock_minutes(self) -> int:
        minutes = int(self._session.settings.get("lock_minutes"))
        # A desk with real dossiers is always covered in the end.
        return minutes if minutes or self._session.desk.identity.training else _USUAL_MINUTES

    def switch(self) -> None:
        """Let somebody else take the seat; who sat here is not the one who is asked first."""
        users = [one.id for one in self._session.desk.users()]
        now = self._session.desk.identity.user
        after = users[(users.index(now) + 1) % len(users)] if now in users else ""
        self._show(after, self._stage.words.say("door.switch.who"))

    def lock(self) -> None:
        """Cover the window because nobody is there."""
        if not self._locked:
            name = self._session.desk.identity.user_name
            self._show(self._session.desk.identity.user, self._stage.words.say("door.locked.who", name=name))
            self._locked = True

    def _show(self, user: str, who: str) -> None:
        desk, words = self._session.desk, self._stage.words
        identity = desk.identity
        office = words.say("window.header.office", office=identity.office, desk=identity.desk)
        self._main.cover()
        screen = LoginScreen(words, office, desk.users(), user, training=identity.training, who=who)
        screen.asked.connect(lambda asked, password: self._try(screen, asked, password))
        self._stage.show(screen)

    def _try(self, screen: LoginScreen, user: str, password: str) -> None:
        def failed(error: Exception) -> None:
            screen.refuse(self._session.tell(error))

        # On the desk's own worker: what was begun before is finished under the name of who began it.
        seat = self._session.desk.seat
        self._session.run(
            lambda: seat.switch(user, password), lambda _none: self._seated(), self._stage.still(screen, failed)
        )

    def _seated(self) -> None:
        self._locked = False
        seat, words = self._session.desk.seat, self._stage.words
        if not seat.must_change:
            self._uncover()
            return
        identity = self._session.desk.identity
        screen = OwnPasswordScreen(words, identity.user_name, seat.password_set_by, training=identity.training)
        screen.chosen.connect(lambda password: self._change(screen, password))
        screen.back.connect(self.switch)
        screen.offer_back()
        self._stage.show(screen)

    def _change(self, screen: OwnPasswordScreen, password: str) -> None:
        def failed(error: Exception) -> None:
            screen.refuse(self._session.tell(error))

        seat = self._session.desk.seat
        self._session.run(
            lambda: seat.change_password(password), lambda _none: self._seated(), self._stage.still(screen, failed)
        )

    def _uncover(self) -> None:
        self._stage.show(self._main)
        self._main.uncover()
        self._session.changed.emit(Changes(pending=False))
        settings, user = self._session.settings, self._session.desk.identity.user
        self._session.run(lambda: settings.put("last_user", user), failed=lambda _error: None)
