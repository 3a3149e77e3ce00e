"""A PC whose clock battery is dead: when its time cannot be true, and how one answer puts it right.

Intake is never blocked: the desk asks "what day is it?" once and works on with the corrected time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from onestop_desktop.domain.calendar import HANOI

# A time server may set a sound clock back by seconds; that is no reason to ask a person.
_JITTER = timedelta(minutes=2)
_HUB_MAY_DIFFER = timedelta(days=1)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class ClockView:
    """What can be held against the PC's clock; all instants aware.

    `last_entry_at` is the newest instant in the journal. `hub_last` is the hub's time carried to now by
    `hub_time_now`, never the bare instant of the last contact: a desk may be alone for weeks.
    """

    pc_now: datetime
    last_entry_at: datetime | None
    build_on: date
    hub_last: datetime | None = None


def hub_time_now(told: datetime, pc_then: datetime, pc_now: datetime) -> datetime:
    """Carry the time that the hub told at `pc_then` (PC's clock) forward to `pc_now`."""
    return told + (pc_now - pc_then)


def suspicion(view: ClockView) -> str | None:
    """Return why the PC's time cannot be true, as a code, or None."""
    if view.last_entry_at is not None and view.pc_now + _JITTER < view.last_entry_at:
        return "clock.before_last_entry"
    if view.pc_now.astimezone(HANOI).date() < view.build_on:
        return "clock.before_build"
    if view.hub_last is not None and abs(view.pc_now - view.hub_last) > _HUB_MAY_DIFFER:
        return "clock.off_from_hub"
    return None


def corrected(pc_now: datetime, offset_ms: int) -> datetime:
    """Return the time to be used for codes and dates."""
    return pc_now + offset_ms * _MILLISECOND


def offset_for(answer: date, pc_now: datetime, not_before: datetime | None) -> int:
    """Return the correction in milliseconds when a person says which day it is.

    The PC's time of day is kept, but never before `not_before` on that day. An answer earlier than the day
    of `not_before` is believed: then the older time was the wrong one.
    """
    target = datetime.combine(answer, pc_now.astimezone(HANOI).timetz())
    if not_before is not None and not_before.astimezone(HANOI).date() == answer:
        target = max(target, not_before)
    # Rounded up, so that a fraction of a millisecond never puts the result before `not_before`.
    return -((pc_now - target) // _MILLISECOND)
