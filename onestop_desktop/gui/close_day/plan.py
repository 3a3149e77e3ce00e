"""When the desk turns to its hub by itself: after log-in, every ten minutes, soon after a change, at two fixed times,
and when a network comes.

Every wait is spread, so that the desks of a province do not all knock in the same second.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

FIRST_S = 20
USUAL_S = 600
CHANGED_S = 60
ASK_AGAIN_S = 60
WATCH_S = 5
"""Seconds between two looks at whether a network has come."""
BACK_OFF_S = (60, 120, 300, 600, 1800)
"""Seconds after the first, second … failure in a row."""

_SPREAD = 0.2
_AT_FIXED_S = 120
_APPEARED_S = (3, 20)
_TIME = re.compile(r"(\d{1,2})[:hg](\d{2})")

Random = Callable[[], float]
"""Gives a number from 0 to 1."""


def spread(seconds: float, random: Random) -> float:
    """Return a wait up to a fifth shorter or longer."""
    return seconds * (1 - _SPREAD + 2 * _SPREAD * random())


def read_times(text: str) -> tuple[time, ...]:
    """Read "11:15, 16:30"; what is no time of day is passed over."""
    found = ((int(hour), int(minute)) for hour, minute in _TIME.findall(text))
    return tuple(sorted({time(hour, minute) for hour, minute in found if hour < 24 and minute < 60}))


def until_fixed(now: datetime, times: tuple[time, ...]) -> float | None:
    """Return the seconds to the next of the times of day; None without any."""
    if not times:
        return None
    days = (now, now + timedelta(days=1))
    moments = (datetime.combine(day.date(), one, now.tzinfo) for day in days for one in times)
    return min((moment - now).total_seconds() for moment in moments if moment > now)


def appeared_wait(random: Random) -> float:
    """Return the seconds after a network has come: a power cut that ends brings a whole province back at once."""
    least, most = _APPEARED_S
    return least + (most - least) * random()


def usual_wait(now: datetime, times: tuple[time, ...], random: Random) -> float:
    """Return the seconds after a session that went well."""
    return _or_fixed(spread(USUAL_S, random), now, times, random)


def wait_after(failures: int, told: int, now: datetime, times: tuple[time, ...], random: Random) -> float:
    """Return the seconds after so many failures in a row; what the hub told (`Retry-After`) is never undercut."""
    wait = spread(BACK_OFF_S[min(failures, len(BACK_OFF_S)) - 1], random)
    if told:
        return max(told * (1 + _SPREAD * random()), wait)
    return _or_fixed(wait, now, times, random)


def _or_fixed(wait: float, now: datetime, times: tuple[time, ...], random: Random) -> float:
    fixed = until_fixed(now, times)
    return wait if fixed is None else min(wait, fixed + _AT_FIXED_S * random())
