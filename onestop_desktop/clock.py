"""The PC's clock, and the one zone of the country; a frozen clock for demo and tests."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

HANOI = timezone(timedelta(hours=7))
"""Civil time of Viet Nam: UTC+7 all year (Decision 134/2002/QĐ-TTg)."""


class Clock(Protocol):
    """What tells the time; the desk gets one when it is built."""

    def now(self) -> datetime:
        """Return the current instant, zone UTC."""
        ...

    def monotonic_ms(self) -> int:
        """Return milliseconds that never run backwards within one boot."""
        ...


class SystemClock:
    """The PC's own clock, right or wrong."""

    def now(self) -> datetime:
        """Return the PC's current instant, zone UTC."""
        return datetime.now(UTC)

    def monotonic_ms(self) -> int:
        """Return the PC's monotonic milliseconds."""
        return time.monotonic_ns() // 1_000_000


@dataclass
class SetClock:
    """A clock that stands where it is put: for the demo's day and for tests."""

    at: datetime
    started_ms: int = field(default=0)

    def now(self) -> datetime:
        """Return the instant it was put to, zone UTC."""
        return self.at.astimezone(UTC)

    def monotonic_ms(self) -> int:
        """Return milliseconds since the epoch of the instant it was put to."""
        return self.started_ms + int(self.at.timestamp() * 1000)

    def put(self, at: datetime) -> None:
        """Move the clock to `at` (aware)."""
        self.at = at


BUILT_ON = date(2026, 11, 1)
"""The day of this release's build: a PC that shows an earlier day has a dead clock."""
