"""The link upwards in the background: when to try, what is sent, what came back; never a question in the way."""

from __future__ import annotations

import random as chance
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from onestop_desktop.desk.views import Changes
from onestop_desktop.errors import KnownError, OneStopError, Refused, TryLater
from onestop_desktop.gui.close_day import plan
from onestop_desktop.gui.close_day.line import Course, Line, LinkView, Sent, dots, line_of, size_words
from onestop_desktop.gui.close_day.log import KEPT, LogLine
from onestop_desktop.gui.close_day.sender import Ended, Progress, Sender, Stopped
from onestop_desktop.gui.session import Session
from onestop_desktop.gui.timing import single_shot
from onestop_desktop.gui.widgets.strip import Message, Strip

if TYPE_CHECKING:
    from onestop_desktop.desk.desk import Desk

_SEND, _ASK = "send", "ask"
_TOPIC = "link"
_STOPPED, _WAIT = "link.stopped", "link.wait"
_RESULTS = {
    Line.OFFLINE: ("offline", "warn"), Line.BUSY: ("busy", "warn"), Line.REVOKED: ("revoked", "bad"),
    Line.REFUSED: ("refused", "bad"),
}  # fmt: skip


@dataclass(slots=True)
class _Running:
    """What is known of the session that runs."""

    at: datetime
    begun: float
    waiting: int
    sent: int = 0
    total: int = 0
    size: int = 0


class LinkFlow(QObject):
    """Tries by itself and on demand; `shown` tells the state, `logged` the lines, `arrived` messages from above.

    `granted` says that a hub has let this desk in; `asked` what became of a request: nothing yet, or a failure.
    """

    shown = Signal(object)
    logged = Signal()
    arrived = Signal(int)
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
        self._timer = single_shot(self, 0, self.attempt)
        self._log: deque[LogLine] = deque(maxlen=KEPT)
        self._running: _Running | None = None
        self._error: OneStopError | None = None
        self._why = ""
        self._last: Sent | None = None
        self._again_at: datetime | None = None
        self._failures = 0
        self._unread = 0
        self._own = False
        # A request that was on its way when the program ended is asked again.
        self.card = "" if self._enrolled() else self._desk.carry.enrolment.card()
        session.changed.connect(self._changed)
        self._wait(plan.spread(plan.FIRST_S, random))
        self.view = self._view()

    @property
    def _desk(self) -> Desk:
        return self._session.desk

    # -- when -----------------------------------------------------------------------------------------------

    def _times(self) -> tuple[Any, ...]:
        return plan.read_times(self._session.settings.text("send_times"))

    def _wait(self, seconds: float) -> None:
        self._timer.start(round(seconds * 1000))
        self._again_at = self._desk.now() + timedelta(seconds=seconds)

    def _changed(self, changes: Changes) -> None:
        """Send soon what was written here, where the line is known to work."""
        works = self._enrolled() and not self._failures and not self._sender.running
        if changes.pending and not self._own and works and self._desk.pending().entries:
            wait = plan.spread(plan.CHANGED_S, self._random)
            if self._timer.remainingTime() < 0 or self._timer.remainingTime() > wait * 1000:
                self._wait(wait)
        self.look()

    def _enrolled(self) -> bool:
        return bool(self._desk.carry.enrolment.done)

    def attempt(self) -> None:
        """Try now, if there is somebody to speak to."""
        if self._sender.running:
            return
        if self._enrolled() and self._desk.carry.place.addresses:
            self._send()
        elif self._enrolled():
            # A desk of sticks and letters: there is no line that could fail.
            self._why = self._session.tell(Refused("link.no_address"))
            self._wait(plan.usual_wait(self._desk.now(), (), self._random))
            self.look()
        elif self.card:
            self._ask()
        else:
            self._wait(plan.usual_wait(self._desk.now(), (), self._random))

    # -- sending --------------------------------------------------------------------------------------------

    def _send(self) -> None:
        desk = self._desk

        def deed(stopped: Stopped, progress: Progress) -> Any:
            return desk.carry.sync(progress=progress, stopped=stopped)

        waiting = desk.pending().entries
        if self._sender.begin(_SEND, deed):
            self._timer.stop()
            self._again_at = None
            self._running = _Running(desk.now(), monotonic(), waiting)
            self.logged.emit()
            self.look()

    def stop(self) -> None:
        """Break off the session that runs; what was sent stays sent."""
        self._sender.stop()
        self.look()

    def _progressed(self, sent: int, waiting: int, _received: int, size: int) -> None:
        if self._running is not None:
            self._running.sent, self._running.total, self._running.size = sent, sent + waiting, size
            # Told for each packet: nothing is read for it.
            self.view = replace(self.view, line=Line.SENDING, course=self._course())
            self.shown.emit(self.view)

    def _ended(self, ended: Ended) -> None:
        if ended.name == _ASK:
            self._answered(ended)
            return
        running, self._running = self._running, None
        at = running.at if running else self._desk.now()
        if ended.error is not None:
            self._failed(ended.error, at, running)
        else:
            self._succeeded(ended.result, at, monotonic() - running.begun if running else 0.0)
        self.logged.emit()
        self.look()

    def _succeeded(self, report: Any, at: datetime, seconds: float) -> None:
        self._failures, self._error, self._why = 0, None, ""
        if report.sent:
            self._last = Sent(report.sent, report.bytes_sent, seconds)
        self._log_report(report, at)
        if report.messages:
            self._unread += len(report.messages)
            self.arrived.emit(len(report.messages))
        if report.sent or report.received or report.messages:
            self._tell_changes(frozenset(report.dossiers), office=bool(report.received or report.messages))
        self._wait(plan.usual_wait(self._desk.now(), self._times(), self._random))

    def _tell_changes(self, dossiers: frozenset[str], *, office: bool = True) -> None:
        # What came from above waits for nobody: it must not call for the next session.
        self._own = True
        try:
            self._session.changed.emit(Changes(dossiers, people=office, office=office))
        finally:
            self._own = False

    def _log_report(self, report: Any, at: datetime) -> None:
        say = self._say
        result = (say("window.closing.result.taken"), "ok")
        if not report.same:
            result = (say("window.closing.result.differs"), "warn")
        if report.sent:
            facts = {"count": dots(report.sent), "size": size_words(report.bytes_sent)}
            self._note(LogLine(at, say("window.closing.deed.sent", **facts), *result))
        else:
            same = (say("window.closing.result.same"), "ok") if report.same else result
            self._note(LogLine(at, say("window.closing.deed.tried"), *same, quiet=True))
        recorded = (say("window.closing.result.recorded"), "ok")
        if report.received:
            self._note(LogLine(at, say("window.closing.deed.received", count=dots(report.received)), *recorded))
        if report.messages:
            self._note(LogLine(at, say("window.closing.deed.messages", count=dots(len(report.messages))), *recorded))

    def _failed(self, error: Exception, at: datetime, running: _Running | None) -> None:
        say = self._say
        sent = running.sent if running else 0
        deed = say("window.closing.deed.part", count=dots(sent)) if sent else say("window.closing.deed.tried")
        if isinstance(error, OneStopError) and error.code == _STOPPED:
            self._note(LogLine(at, deed, say("window.closing.result.stopped"), "muted"))
            self._why = self._session.tell(error)
            self._wait(plan.usual_wait(self._desk.now(), self._times(), self._random))
            return
        # A fault that nobody foresaw is told like one of the line: a crash page every half hour helps no counter.
        self._error = error if isinstance(error, OneStopError) else TryLater("link.hub_fault", status="–")
        self._why = self._session.tell(error)
        code, tone = _RESULTS[line_of((True, False, False), self._error, 0, 0)]
        self._note(LogLine(at, deed, say(f"window.closing.result.{code}"), tone, quiet=not sent))
        self._back_off(error)

    def _back_off(self, error: Exception) -> None:
        self._failures += 1
        known = isinstance(error, OneStopError) and error.code == _WAIT
        told = int(error.facts.get("seconds", 0)) if isinstance(error, OneStopError) and known else 0
        failures = len(plan.BACK_OFF_S) if isinstance(error, KnownError) else self._failures
        self._wait(plan.wait_after(failures, told, self._desk.now(), self._times(), self._random))

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
            self._timer.stop()
            self.look()

    def _answered(self, ended: Ended) -> None:
        if self._enrolled():
            self.let_in()
            return
        wait = plan.spread(plan.ASK_AGAIN_S, self._random)
        at, deed = self._desk.now(), self._say("window.closing.deed.asked")
        if ended.error is None:
            self._failures = 0
            self.asked.emit(self._say("window.closing.enrol.waiting"))
            self._note(LogLine(at, deed, self._say("window.closing.result.waiting"), "primary", quiet=True))
            self._wait(wait)
        else:
            self.asked.emit(self._session.tell(ended.error))
            self._note(LogLine(at, deed, self._say("window.closing.result.failed"), "warn", quiet=True))
            if isinstance(ended.error, TryLater):
                self._back_off(ended.error)
            else:
                # The hub says no to this card: asking again brings nothing.
                self.card = ""
                self._wait(wait)
        self.logged.emit()
        self.look()

    def let_in(self) -> None:
        """Go on as a desk that a hub has let in, and send what waits."""
        self.card = ""
        self._failures, self._error, self._why = 0, None, ""
        self.note("enrolled", "recorded", "ok")
        self.granted.emit()
        self._tell_changes(frozenset())
        self.attempt()

    # -- what is shown --------------------------------------------------------------------------------------

    def note(self, deed: str, result: str, tone: str, **facts: str | int) -> None:
        """Write a line about something carried by hand."""
        texts = (self._say(f"window.closing.deed.{deed}", **facts), self._say(f"window.closing.result.{result}"))
        self._note(LogLine(self._desk.now(), *texts, tone))
        self.logged.emit()

    def _note(self, line: LogLine) -> None:
        if line.quiet and self._log and self._log[0].quiet and self._log[0].result == line.result:
            self._log.popleft()
        self._log.appendleft(line)

    def lines(self) -> list[LogLine]:
        """Return today's lines, the newest first, what runs now above them."""
        now = self._desk.now()
        lines = [one for one in self._log if one.at.date() == now.date()]
        if self._running is not None:
            deed = self._say("window.closing.deed.sending", count=dots(self._running.waiting))
            lines.insert(0, LogLine(self._running.at, deed, self._say("window.closing.result.running"), "primary"))
        return lines

    def look(self) -> None:
        """Look at the link anew and tell."""
        self.view = self._view()
        self.shown.emit(self.view)

    def arrived_words(self, count: int) -> str:
        """Say that so many messages have come from above."""
        return self._say("window.closing.arrived", count=dots(count))

    def read(self) -> None:
        """Count the messages from above as seen."""
        self._unread = 0

    def _view(self) -> LinkView:
        desk = self._desk
        state, waiting = desk.link.state(), desk.pending().entries
        enrolled = self._enrolled()
        facts = (enrolled, bool(self.card), self._running is not None)
        line = line_of(facts, self._error, len(state.notices) + self._unread, waiting)
        upper = desk.carry.place.name if enrolled else ""
        return LinkView(
            line, desk.now(), upper or desk.identity.upper, waiting, self._course(), self._last,
            state.same_at or state.heard_at, self._again_at, self._why, tuple(state.notices), state.quarantined,
            self._unread,
        )  # fmt: skip

    def _course(self) -> Course:
        running = self._running
        if running is None:
            return Course()
        total, spent = running.total or running.waiting, max(monotonic() - running.begun, 0.001)
        if not running.sent:
            return Course(0, total, None, self._sender.stopping)
        left = round(spent / running.sent * (running.total - running.sent))
        return Course(running.sent, total, left, self._sender.stopping, running.size / spent)

    def rest(self) -> None:
        """Break off and try no more; the window does not wait for the network."""
        self._timer.stop()
        self._sender.close()


def show_arrived(flow: LinkFlow, strip: Strip) -> None:
    """Tell on a page's strip that messages have come from above, also those that came before the page was made."""

    def show(count: int) -> None:
        strip.say(Message("primary", flow.arrived_words(count), topic=_TOPIC))

    flow.arrived.connect(show)
    if flow.view.unread:
        show(flow.view.unread)


def told_to(flow: LinkFlow, show: Callable[[LinkView], None]) -> None:
    """Show the link's state now and whenever it changes."""
    flow.shown.connect(show)
    show(flow.view)
