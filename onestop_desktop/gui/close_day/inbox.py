"""What has come from above since the window was opened: what was told, and what nobody has looked at yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from onestop_desktop.desk.arrivals import Arrival


class Inbox:
    """Messages from above; `seen` is the number of the newest one that was taken."""

    def __init__(self, seen: int) -> None:
        self.seen = seen
        self._kept: list[tuple[date, Arrival]] = []
        self._unread: set[int] = set()

    @property
    def unread(self) -> int:
        """Return how many messages came since the clerk last looked."""
        return len(self._unread)

    def take(self, arrivals: Sequence[Arrival], today: date) -> tuple[Arrival, ...]:
        """Take messages and return those that were not taken before."""
        new = tuple(one for one in arrivals if one.number > self.seen)
        self.seen = max((one.number for one in new), default=self.seen)
        self._unread |= {one.number for one in new}
        self._kept += [(today, one) for one in new]
        return new

    def news(self, today: date) -> tuple[Arrival, ...]:
        """Return what is told: messages about dossiers until these are opened, anything else for the day."""
        return tuple(one for day, one in self._kept if one.dossier or day == today)

    def opened(self, dossier: str) -> None:
        """Take what came for a dossier as looked at."""
        self._unread -= {one.number for _day, one in self._kept if one.dossier == dossier}
        self._kept = [(day, one) for day, one in self._kept if one.dossier != dossier]

    def read(self) -> None:
        """Take everything as told."""
        self._unread.clear()
