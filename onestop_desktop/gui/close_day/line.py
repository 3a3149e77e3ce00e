"""What the window shows of the link upwards: one state at a time, in words with an icon, never by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from onestop_desktop.desk.arrivals import About, Arrival
from onestop_desktop.errors import KnownError, OneStopError
from onestop_desktop.gui.close_day.news import dossiers_of
from onestop_desktop.gui.widgets.header import Pill
from onestop_desktop.words import Words

_BUSY = frozenset({"link.wait", "link.hub_fault"})


class Line(StrEnum):
    """How it stands with the link; the first that is true is the one that is shown."""

    NOT_ENROLLED = "not_enrolled"
    ASKING = "asking"
    SENDING = "sending"
    REVOKED = "revoked"
    REFUSED = "refused"
    BUSY = "busy"
    OFFLINE = "offline"
    NOTICE = "notice"
    WAITING = "waiting"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Course:
    """A session that runs now: entries sent of how many, seconds left and bytes a second, and whether it is to end.

    Seconds and speed are None while nobody can tell.
    """

    sent: int = 0
    total: int = 0
    seconds_left: int | None = None
    stopping: bool = False
    speed: float | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The last session that did something: entries, bytes of messages and packets, seconds that it took."""

    entries: int
    size: int
    seconds: float

    @property
    def speed(self) -> float:
        """Return bytes a second."""
        return self.size / max(self.seconds, 0.001)


@dataclass(frozen=True, slots=True)
class LinkView:
    """The link at one moment; `why` is the sentence of the last failure, `again_at` when it is tried again."""

    line: Line
    now: datetime
    upper: str = ""
    waiting: int = 0
    course: Course = Course()
    last: Sent | None = None
    sent_at: datetime | None = None
    again_at: datetime | None = None
    why: str = ""
    notices: tuple[str, ...] = ()
    quarantined: int = 0
    unread: int = 0
    """Messages from above that came since the page was last in front."""
    news: tuple[Arrival, ...] = ()
    """What has come from above and is still told."""
    renewing: bool = False
    """A desk that a hub has let in asks again, with another card."""

    @property
    def enrolled(self) -> bool:
        """Say whether a hub has let this desk in."""
        return self.renewing or self.line not in {Line.NOT_ENROLLED, Line.ASKING}

    @property
    def wants_card(self) -> bool:
        """Say whether a card is what brings this desk on: no hub knows it, or the hub no longer takes its key."""
        return not self.enrolled or self.renewing or self.line in {Line.REVOKED, Line.REFUSED}


_LOOKS: Mapping[Line, tuple[str, str]] = MappingProxyType(
    {
        Line.NOT_ENROLLED: ("warn", ""),
        Line.ASKING: ("warn", "waiting"),
        Line.SENDING: ("primary", "close-day"),
        Line.REVOKED: ("bad", "bad"),
        Line.REFUSED: ("bad", "bad"),
        Line.BUSY: ("warn", "waiting"),
        Line.OFFLINE: ("warn", "warning"),
        Line.NOTICE: ("primary", "info"),
        Line.WAITING: ("primary", "waiting"),
        Line.SENT: ("ok", "good"),
    }
)


def line_of(view_facts: tuple[bool, bool, bool], error: OneStopError | None, notices: int, waiting: int) -> Line:
    """Return the state; the facts are whether the desk is enrolled, asks to be, and sends at this moment."""
    enrolled, asking, sending = view_facts
    if sending:
        return Line.SENDING
    if asking or not enrolled:
        return Line.ASKING if asking else Line.NOT_ENROLLED
    if error is not None and error.code != "link.stopped":
        return _of_error(error)
    if notices:
        return Line.NOTICE
    return Line.WAITING if waiting else Line.SENT


def _of_error(error: OneStopError) -> Line:
    if error.code == "hub.revoked":
        return Line.REVOKED
    if isinstance(error, KnownError):
        return Line.REFUSED
    return Line.BUSY if error.code in _BUSY else Line.OFFLINE


def pill_of(view: LinkView, words: Words) -> Pill:
    """Return the pill of a state."""
    tone, icon = _LOOKS[view.line]
    answered = len(dossiers_of(view.news, About.ANSWER)) if view.unread else 0
    facts = {
        "count": dots(view.waiting), "sent": dots(view.course.sent), "total": dots(view.course.total),
        "answered": dots(answered), "at": moment(view.sent_at, view.now),
        "again": f"{view.again_at:%H:%M}" if view.again_at else "–",
    }  # fmt: skip
    code = f"window.closing.pill.{view.line}"
    if view.line is Line.SENT and view.sent_at is None:
        code = "window.closing.pill.nothing"
    if view.line is Line.SENDING and not view.course.total:
        code = "window.closing.pill.connecting"
    if view.line is Line.NOTICE and answered:
        code = "window.closing.pill.answered"
    mark = "" if icon else "● "
    short = f"{code}_short"
    text = words.say(code, **facts)
    return Pill(tone, icon, mark + text, mark + (words.say(short, **facts) if short in words else text))


def moment(at: datetime | None, now: datetime) -> str:
    """Write an instant as "16:58" today, with its day else."""
    if at is None:
        return "–"
    at = at.astimezone(now.tzinfo)
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%H:%M %d/%m}"


def dots(count: int) -> str:
    """Write 1234 as "1.234"."""
    return f"{count:,}".replace(",", ".")


def size_words(size: float) -> str:
    """Write bytes as "6,4 KB" or "1,2 MB"."""
    kilo = size / 1000
    return f"{kilo / 1000:.1f} MB".replace(".", ",") if kilo >= 1000 else f"{kilo:.1f} KB".replace(".", ",")
