"""The event loop's own watch: how long the window's thread was away from its loop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

BEAT_MS = 2
LIMIT_MS = 50


@dataclass(slots=True)
class LoopWatch:
    """Between two beats of a timer in the loop: milliseconds on the clock, and of those spent by this thread."""

    gaps: list[tuple[float, float]] = field(default_factory=list)
    _last: tuple[float, float] | None = None

    def beat(self) -> None:
        """The loop turns."""
        now = (time.perf_counter() * 1000, time.thread_time() * 1000)
        if self._last is not None:
            self.gaps.append((now[0] - self._last[0], now[1] - self._last[1]))
        self._last = now

    @property
    def turns(self) -> int:
        """Return how often the loop came round."""
        return len(self.gaps)

    @property
    def longest(self) -> float:
        """Return how long the loop was away at most, in milliseconds."""
        return max((wall for wall, _own in self.gaps), default=0.0)

    def told(self, what: str) -> str:
        """Return a line for people."""
        wall, own = max(self.gaps, default=(0.0, 0.0))
        over = sum(1 for gap, _own in self.gaps if gap > LIMIT_MS)
        return (
            f"{what}: longest task {wall:.0f} ms ({own:.0f} ms of it this thread's own work),"
            f" {over} of {self.turns} over {LIMIT_MS} ms"
        )


@contextmanager
def watching(window: QWidget) -> Iterator[LoopWatch]:
    """Watch the loop of a window's thread."""
    watch = LoopWatch()
    watch.beat()
    timer = QTimer(window)
    timer.timeout.connect(watch.beat)
    timer.start(BEAT_MS)
    try:
        yield watch
    finally:
        timer.stop()
        watch.beat()
