"""When the link is tried by itself: one timer, the failures in a row, and a look-out for networks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from onestop_desktop.errors import KnownError, OneStopError
from onestop_desktop.gui.close_day import plan
from onestop_desktop.gui.close_day.network import Network
from onestop_desktop.gui.timing import single_shot

_WAIT = "link.wait"

Now = Callable[[], datetime]
Times = Callable[[], tuple[time, ...]]


class Turns(QObject):
    """`due` says that it is time to try, `network_came` that there is a network that was not there before."""

    due = Signal()
    network_came = Signal()

    def __init__(self, parent: QObject, now: Now, times: Times, random: plan.Random) -> None:
        super().__init__(parent)
        self._now, self._times, self._random = now, times, random
        self.failures = 0
        self.again_at: datetime | None = None
        self._timer = single_shot(self, 0, self.due.emit)
        self.network = Network(self)
        self.network.reached.connect(self.network_came)
        self._watch = QTimer(self)
        self._watch.setInterval(plan.WATCH_S * 1000)
        self._watch.timeout.connect(self.watch)

    def begin(self) -> None:
        """Wait for the first turn, and watch out from now on."""
        self.wait(plan.spread(plan.FIRST_S, self._random))
        self._watch.start()

    def wait(self, seconds: float) -> None:
        """Have the next turn after so many seconds."""
        self._timer.start(round(seconds * 1000))
        self.again_at = self._now() + timedelta(seconds=seconds)

    def sooner(self, seconds: float) -> bool:
        """Have the next turn after so many seconds at the latest; say whether that is earlier than it was."""
        if 0 <= self._timer.remainingTime() <= seconds * 1000:
            return False
        self.wait(seconds)
        return True

    def pause(self) -> None:
        """Have no turn until told otherwise."""
        self._timer.stop()
        self.again_at = None

    def usual(self, *, asking: bool = False) -> None:
        """Have the next turn as after a session that went well; sooner for a desk that asks to be let in."""
        wait = plan.usual_wait(self._now(), self._times(), self._random)
        self.wait(min(wait, plan.spread(plan.ASK_AGAIN_S, self._random)) if asking else wait)

    def failed(self, error: Exception) -> None:
        """Have the next turn later and later; a hub that says how long is obeyed, one that refuses is left alone."""
        self.failures += 1
        known = isinstance(error, OneStopError) and error.code == _WAIT
        told = int(error.facts.get("seconds", 0)) if isinstance(error, OneStopError) and known else 0
        failures = len(plan.BACK_OFF_S) if isinstance(error, KnownError) else self.failures
        self.wait(plan.wait_after(failures, told, self._now(), self._times(), self._random))

    def watch(self) -> None:
        """Look for a network, and for a turn that has passed while this PC slept."""
        came = self.network.look()
        if self.again_at is None:
            return
        if self._now() > self.again_at + timedelta(seconds=plan.WATCH_S):
            self.due.emit()
        elif came:
            self.network_came.emit()

    def rest(self) -> None:
        """Have no turn any more."""
        self._watch.stop()
        self.pause()
