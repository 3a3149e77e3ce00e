"""Between the right password and the desk: the day of a dead clock, one's own password, the code for the envelope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Signal

from onestop_desktop.desk.desk import Desk
from onestop_desktop.gui.login import DayScreen
from onestop_desktop.gui.passwords import OwnPasswordScreen
from onestop_desktop.gui.setup.recovery import AskBackScreen, CodeScreen, UnconfirmedScreen
from onestop_desktop.gui.stage import Stage


def _no_printers(_error: Exception) -> None:
    """Leave the code to be copied by hand."""


class EntryFlow(QObject):
    """Asks what has to be asked, one thing after the other, then says `ready`."""

    ready = Signal()

    def __init__(self, stage: Stage, desk: Desk, parent: QObject, code: str = "") -> None:
        super().__init__(parent)
        self._stage = stage
        self._desk = desk
        self._code = code
        self._fresh = not code
        """Whether the code at hand is a new one that does not hold before it was asked back."""

    def begin(self) -> None:
        """Ask about the day if the PC's clock cannot be right."""
        if self._desk.clock_suspicion() is None:
            self._own_password()
            return
        screen = DayScreen(self._stage.words, self._desk.now())
        screen.answered.connect(self._set_day)
        self._stage.show(screen)

    def _set_day(self, day: date) -> None:
        self._stage.worker.run(
            lambda: self._desk.set_today(day),
            lambda _none: self._own_password(),
            lambda error: self._stage.cannot(error, self.begin),
        )

    # -- one's own password ---------------------------------------------------------------------------------

    def _own_password(self) -> None:
        seat = self._desk.seat
        if not seat.must_change:
            self._recovery()
            return
        identity = self._desk.identity
        name, by = identity.user_name, seat.password_set_by
        screen = OwnPasswordScreen(self._stage.words, name, by, training=identity.training)
        screen.chosen.connect(lambda password: self._change(screen, password))
        self._stage.show(screen)

    def _change(self, screen: OwnPasswordScreen, password: str) -> None:
        self._stage.worker.run(
            lambda: self._desk.seat.change_password(password),
            lambda _none: self._recovery(),
            self._stage.still(screen, lambda error: screen.refuse(self._stage.tell(error))),
        )

    # -- the code for the envelope --------------------------------------------------------------------------

    def _recovery(self) -> None:
        if self._desk.seat.recovery.confirmed:
            self._finish()
        elif self._code:
            self._show_code()
        else:
            self._unconfirmed()

    def _finish(self) -> None:
        self._code = ""
        self.ready.emit()

    def _unconfirmed(self) -> None:
        self._code = ""
        screen = UnconfirmedScreen(self._stage.words)
        screen.have_it.connect(self._ask_for_old)
        screen.new_asked.connect(self._renew)
        screen.later.connect(self._finish)
        self._stage.show(screen)

    def _ask_for_old(self) -> None:
        self._ask_back(self._desk.seat.recovery.confirm, self._unconfirmed)

    def _renew(self) -> None:
        self._code = self._desk.seat.recovery.new_code()
        self._show_code()

    def _show_code(self) -> None:
        screen = CodeScreen(self._stage.words, self._code)
        screen.print_asked.connect(lambda printer: self._print(screen, printer))
        screen.written_down.connect(self._ask_for_this)
        self._stage.show(screen)
        self._stage.worker.run(self._stage.press.names, self._stage.still(screen, screen.show_printers), _no_printers)

    def _ask_for_this(self) -> None:
        recovery, code = self._desk.seat.recovery, self._code
        take = (lambda typed: recovery.renew(code, typed)) if self._fresh else recovery.confirm
        self._ask_back(take, self._show_code)

    def _ask_back(self, take: Callable[[str], None], back: Callable[[], None]) -> None:
        words = self._stage.words
        code = "door.ask.show" if self._code else "door.back"
        screen = AskBackScreen(words, back=words.say(code))
        screen.back.connect(back)
        screen.typed.connect(
            lambda typed: self._stage.worker.run(
                lambda: take(typed),
                lambda _none: self._finish(),
                self._stage.still(screen, lambda error: screen.refuse(self._stage.tell(error))),
            )
        )
        self._stage.show(screen)

    def _print(self, screen: CodeScreen, printer: str) -> None:
        recovery, press, code = self._desk.seat.recovery, self._stage.press, self._code
        say = self._stage.words.say

        def failed(error: Exception) -> None:
            screen.printed(say("door.code.not_printed", why=self._stage.tell(error)))

        self._stage.worker.run(
            lambda: press.put_out(recovery.sheet(code), printer),
            self._stage.still(screen, lambda _none: screen.printed(say("door.code.printed"))),
            self._stage.still(screen, failed),
        )
