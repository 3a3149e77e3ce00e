"""The session that runs now: how far it is, how fast it goes, what came meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from onestop_desktop.desk.arrivals import Arrival
from onestop_desktop.gui.close_day.line import Course
from onestop_desktop.gui.close_day.speed import Speed


@dataclass(slots=True)
class Running:
    """What is known of it; `waiting` counts entries when it began.

    `arrived` is filled on the session's thread, also when it breaks off.
    """

    at: datetime
    waiting: int
    sent: int = 0
    total: int = 0
    size: int = 0
    arrived: list[Arrival] = field(default_factory=list)
    _begun: float = field(default_factory=monotonic)
    _speed: Speed = field(default_factory=lambda: Speed(monotonic()))

    @property
    def seconds(self) -> float:
        """Return how long it has run."""
        return monotonic() - self._begun

    def tell(self, sent: int, waiting: int, size: int) -> None:
        """Take how far it is: entries sent and waiting, bytes sent."""
        self.sent, self.total, self.size = sent, sent + waiting, size
        self._speed.tell(monotonic(), size)

    def course(self, *, stopping: bool) -> Course:
        """Return what is shown of it."""
        total, left = self.total or self.waiting, None
        if 0 < self.sent < total:
            left = round(self.seconds / self.sent * (total - self.sent))
        return Course(self.sent, total, left, stopping, self._speed.now(monotonic()))
