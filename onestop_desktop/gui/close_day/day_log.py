"""Today's deeds of the link as lines; those that bring no news replace one another."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from onestop_desktop.desk.arrivals import Arrival
from onestop_desktop.gui.close_day.line import dots, size_words
from onestop_desktop.gui.close_day.log import KEPT, LogLine
from onestop_desktop.gui.close_day.news import news_of
from onestop_desktop.words import Words


class DayLog:
    """What the link did, the newest first."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._say = words.say
        self._lines: deque[LogLine] = deque(maxlen=KEPT)

    def lines(self, now: datetime) -> list[LogLine]:
        """Return the lines of today."""
        return [one for one in self._lines if one.at.date() == now.date()]

    def note(self, at: datetime, deed: str, result: str, tone: str, *, quiet: bool = False, **facts: Any) -> None:
        """Write a line; deed and result are codes."""
        told = self._say(f"window.closing.deed.{deed}", **facts)
        self._add(LogLine(at, told, self._say(f"window.closing.result.{result}"), tone, quiet))

    def _add(self, line: LogLine) -> None:
        if line.quiet and self._lines and self._lines[0].quiet and self._lines[0].result == line.result:
            self._lines.popleft()
        self._lines.appendleft(line)

    def running(self, at: datetime, waiting: int) -> LogLine:
        """Return the line of a session that runs, which stands above all others until it ends."""
        deed = self._say(f"window.closing.deed.{'sending' if waiting else 'tried'}", count=dots(waiting))
        return LogLine(at, deed, self._say("window.closing.result.running"), "primary")

    def session(self, at: datetime, report: Any) -> None:
        """Write what a session that came to its end did."""
        result = ("taken", "ok") if report.same else ("differs", "warn")
        if report.sent:
            self.note(at, "sent", *result, count=dots(report.sent), size=size_words(report.bytes_sent))
        else:
            self.note(at, "tried", *(("same", "ok") if report.same else result), quiet=True)
        if report.files:
            self.note(at, "files", "taken", "ok", count=dots(report.files))
        if report.received:
            self.note(at, "received", "recorded", "ok", count=dots(report.received))

    def arrived(self, at: datetime, arrivals: Sequence[Arrival]) -> None:
        """Write what came from above, with the dossiers that it is about."""
        for news in reversed(news_of(arrivals, self._words)):
            self.note(at, news.about, "recorded", "ok", which=news.which)
