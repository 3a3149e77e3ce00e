"""The link upwards in the background: when to try, what is sent, what came back; never a question in the way."""

from __future__ import annotations

import random as chance
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from onestop_desktop.desk.arrivals import Arrival
from onestop_desktop.desk.views import Changes
from onestop_desktop.errors import OneStopError, Refused, TryLater
from onestop_desktop.gui.close_day import plan
from onestop_desktop.gui.close_day.day_log import DayLog
from onestop_desktop.gui.close_day.inbox import Inbox
from onestop_desktop.gui.close_day.line import Course, Line, LinkView, Sent, dots, line_of
from onestop_desktop.gui.close_day.log import LogLine
from onestop_desktop.gui.close_day.running import Running
from onestop_desktop.gui.close_day.sender import Ended, Progress, Sender, Stopped
from onestop_desktop.gui.close_day.turns import Turns
from onestop_desktop.gui.session import Session

if TYPE_CHECKING:
    from onestop_desktop.desk.desk import Desk

_SEND, _ASK = "send", "ask"
_STOPPED = "link.stopped"
_BEAT_MS = 1_000
_RESULTS = {
    Line.OFFLINE: ("offline", "warn"), Line.BUSY: ("busy", "warn"), Line.REVOKED: ("revoked", "bad"),
    Line.REFUSED: ("refused", "bad"),
}  # fmt: skip


class LinkFlow(QObject):
    """Tries by itself and on demand; `shown` tells the state, `logged` the lines, `arrived` messages from above.

    `granted` says that a hub has let this desk in; `asked` what became of a request: nothing yet, or a failure.
    """

    shown = Signal(object)
    logged = Signal()
    arrived = Signal()
    granted = Signal()
    asked = Signal(str)

    def __init__(self, session: Session, random: plan.Random = chance.random) -> None:
        super().__init__(session)
        self._session = session
        self._say = session.words.say
        self._random = random
        self._sender = Sender(self)
        self._sender.progressed.connect(self._progressed)
        self._sender.ended.connect(self._ended)
        times = lambda: plan.read_times(session.settings.text("send_times"))  # noqa: E731  a setting may change
        self.turns = Turns(self, session.desk.now, times, random)
        self.turns.due.connect(self.attempt)
        self.turns.network_came.connect(self._network_came)
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self._show_course)
        self._log = DayLog(session.words)
        self._running: Running | None = None
        self._error: OneStopError | None = None
        self._why = ""
        self._last: Sent | None = None
        self.inbox = Inbox(self._desk.arrivals.last())
        self._own = False
        # A request that was on its way when the program ended is asked again.
        self.card = self._desk.carry.enrolment.card()
        session.changed.connect(self._changed)
        self.turns.begin()
        self.view = self._view()

    @property
    def _desk(self) -> Desk:
        return self._session.desk

    # -- when -----------------------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        """Send soon what was written here, where the line is known to work."""
        works = self._enrolled() and not self.turns.failures and not self._sender.running
        if changes.pending and not self._own and works and self._desk.pending().entries:
            self.turns.sooner(plan.spread(plan.CHANGED_S, self._random))
        self.look()

    def _enrolled(self) -> bool:
        return bool(self._desk.carry.enrolment.done)

    def _network_came(self) -> None:
        """Try soon, unless it was not the network that failed."""
        failed = self._error is not None and self.view.line is not Line.OFFLINE
        if not self._sender.running and not failed and self.turns.sooner(plan.appeared_wait(self._random)):
            self.look()

    def attempt(self) -> None:
        """Try now, if there is somebody to speak to."""
        if self._sender.running:
            return
        if self.card:
            self._ask()
        elif self._enrolled() and self._desk.carry.place.addresses:
            self._send()
        elif self._enrolled():
            # A desk of sticks and letters: there is no line that could fail.
            self._why = self._session.tell(Refused("link.no_address"))
            self.turns.usual()
            self.look()
        else:
            self.turns.usual()

    # -- sending --------------------------------------------------------------------------------------------

    def _send(self) -> None:
        desk, seen = self._desk, self.inbox.seen
        running = Running(desk.now(), desk.pending().entries)

        def deed(stopped: Stopped, progress: Progress) -> Any:
            try:
                return desk.carry.sync(progress=progress, stopped=stopped)
            finally:
                # Recorded is recorded, although the line may have broken after it.
                running.arrived += desk.arrivals.since(seen)

        if self._sender.begin(_SEND, deed):
            self.turns.pause()
            self._beat.start()
            self._running = running
            self.logged.emit()
            self.look()

    def stop(self) -> None:
        """Break off the session that runs; what was sent stays sent."""
        self._sender.stop()
        self.look()

    def _progressed(self, sent: int, waiting: int, _received: int, size: int) -> None:
        running = self._running
        if running is not None:
            running.tell(sent, waiting, size)
            self._show_course()

    def _show_course(self) -> None:
        # For each packet and each second: nothing is read for it.
        if self._running is not None:
            course = self._running.course(stopping=self._sender.stopping)
            self.view = replace(self.view, line=Line.SENDING, course=course)
            self.shown.emit(self.view)

    def _ended(self, ended: Ended) -> None:
        if ended.name == _ASK:
            self._answered(ended)
            return
        running, self._running = self._running, None
        self._beat.stop()
        if running is None:
            return
        if ended.error is not None:
            self._failed(ended.error, running)
            if running.size:
                # What went up or came down before the end did so for good.
                self._tell_changes(frozenset())
        else:
            self._succeeded(ended.result, running)
        self.take_arrived(running.arrived, running.at)
        self.logged.emit()
        self.look()

    def _succeeded(self, report: Any, running: Running) -> None:
        self.turns.failures, self._error, self._why = 0, None, ""
        if report.sent:
            size = max(report.bytes_sent, running.size)
            self._last = Sent(report.sent, size, running.seconds)
        self._log.session(running.at, report)
        if report.sent or report.received:
            self._tell_changes(frozenset(report.dossiers), office=bool(report.received))
        self.turns.usual(asking=bool(self.card))

    def _tell_changes(self, dossiers: frozenset[str], *, office: bool = True) -> None:
        # What came from above waits for nobody: it must not call for the next session.
        self._own = True
        try:
            self._session.changed.emit(Changes(dossiers, people=office, office=office))
        finally:
            self._own = False

    def _failed(self, error: Exception, running: Running) -> None:
        at, sent = running.at, running.sent
        deed = "part" if sent else "tried"
        self._why = self._session.tell(error)
        if isinstance(error, OneStopError) and error.code == _STOPPED:
            self._log.note(at, deed, "stopped", "muted", count=dots(sent))
            self.turns.usual(asking=bool(self.card))
            return
        # A fault that nobody foresaw is told like one of the line: a crash page every half hour helps no counter.
        self._error = error if isinstance(error, OneStopError) else TryLater("link.hub_fault", status="–")
        code, tone = _RESULTS[line_of((True, False, False), self._error, 0, 0)]
        self._log.note(at, deed, code, tone, quiet=not sent, count=dots(sent))
        self.turns.failed(error)

    # -- being let in ---------------------------------------------------------------------------------------

    def ask(self, card: str) -> None:
        """Ask the hub of a card to let this desk in, again and again until it has."""
        self.card = card
        self._ask()

    def _ask(self) -> None:
        desk, card = self._desk, self.card

        def deed(_stopped: Stopped, _progress: Progress) -> bool:
            return bool(desk.carry.ask(card))

        if card and self._sender.begin(_ASK, deed):
            self.turns.pause()
            self.look()

    def _answered(self, ended: Ended) -> None:
        if not self.card and self._enrolled():
            # A grant came on a stick meanwhile.
            self.attempt()
        elif ended.error is None and ended.result:
            self.let_in()
        else:
            self._not_let_in(ended.error)
            self.logged.emit()
            self.look()

    def _not_let_in(self, error: Exception | None) -> None:
        now = self._desk.now()
        if error is None:
            self.turns.failures = 0
            self.asked.emit(self._say("window.closing.enrol.waiting"))
            self._log.note(now, "asked", "waiting", "primary", quiet=True)
            if self._enrolled() and self._error is None and self._desk.carry.place.addresses:
                # Until the new card counts the old one does.
                self._send()
                return
        else:
            self.asked.emit(self._session.tell(error))
            self._log.note(now, "asked", "failed", "warn", quiet=True)
            if isinstance(error, TryLater):
                self.turns.failed(error)
                return
            # The hub says no to this card: asking again brings nothing.
            self.card = ""
        self.turns.wait(plan.spread(plan.ASK_AGAIN_S, self._random))

    def let_in(self) -> None:
        """Go on as a desk that a hub has let in, and send what waits."""
        self.card = ""
        self.turns.failures, self._error, self._why = 0, None, ""
        self.note("enrolled", "recorded", "ok")
        self.granted.emit()
        self._tell_changes(frozenset())
        self.attempt()

    # -- what is shown --------------------------------------------------------------------------------------

    def note(self, deed: str, result: str, tone: str, **facts: Any) -> None:
        """Write a line about something carried by hand."""
        self._log.note(self._desk.now(), deed, result, tone, **facts)
        self.logged.emit()

    def lines(self) -> list[LogLine]:
        """Return today's lines, the newest first, what runs now above them."""
        lines = self._log.lines(self._desk.now())
        if self._running is not None:
            lines.insert(0, self._log.running(self._running.at, self._running.waiting))
        return lines

    def look(self) -> None:
        """Look at the link anew and tell."""
        self.view = self._view()
        self.shown.emit(self.view)

    # -- what came from above -------------------------------------------------------------------------------

    def take_arrived(self, arrivals: Sequence[Arrival], at: datetime | None = None) -> None:
        """Tell what has come from above, over the line or on a stick."""
        now = at or self._desk.now()
        new = self.inbox.take(arrivals, now.date())
        if new:
            self._log.arrived(now, new)
            self._tell_changes(frozenset(one.dossier for one in new if one.dossier))
            self.arrived.emit()

    def news(self) -> tuple[Arrival, ...]:
        """Return what has come and is still told."""
        return self.inbox.news(self._desk.now().date())

    def opened(self, dossier: str) -> None:
        """Take what came for a dossier as looked at."""
        self.inbox.opened(dossier)
        self.look()

    def _view(self) -> LinkView:
        desk = self._desk
        state, waiting = desk.link.state(), desk.pending().entries
        enrolled = self._enrolled()
        facts = (enrolled, bool(self.card), self._running is not None)
        line = line_of(facts, self._error, len(state.notices) + self.inbox.unread, waiting)
        upper = desk.carry.place.name if enrolled else ""
        course = self._running.course(stopping=self._sender.stopping) if self._running else Course()
        return LinkView(
            line, desk.now(), upper or desk.identity.upper, waiting, course, self._last,
            state.same_at or state.heard_at, self.turns.again_at, self._why, tuple(state.notices), state.quarantined,
            self.inbox.unread, self.news(), enrolled and bool(self.card),
        )  # fmt: skip

    def rest(self) -> None:
        """Break off and try no more; the window does not wait for the network."""
        self._beat.stop()
        self.turns.rest()
        self._sender.close()


def told_to(flow: LinkFlow, show: Callable[[LinkView], None]) -> None:
    """Show the link's state now and whenever it changes."""
    flow.shown.connect(show)
    show(flow.view)
