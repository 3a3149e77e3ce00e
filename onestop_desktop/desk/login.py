"""Wrong passwords: counted in the key file, answered by a growing wait that is never for good."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from onestop_desktop.clock import Clock
from onestop_desktop.errors import Refused, TryLater
from onestop_desktop.store import keys
from onestop_desktop.store.connect import world


def wait_over(key_file: keys.KeyFile, user: str, clock: Clock) -> None:
    """Refuse while the wait after wrong passwords is not over; a clock set back never locks anybody out.

    Raises:
        Refused: `login.wait` with the seconds left.
    """
    now = int(clock.now().timestamp())
    slot = next((one for one in key_file.slots if one.user == user), None)
    if slot is None or not slot.failures:
        return
    left = keys.wait_after(slot.failures) - max(0, now - slot.failed_at)
    if left > 0 and now >= slot.failed_at:
        raise Refused("login.wait", wait=left)


def count_failure(folder: Path, user: str, clock: Clock) -> keys.KeyFile:
    """Count a wrong password and return the key file as it is then."""
    at = int(clock.now().timestamp())

    def counted(now: keys.KeyFile) -> keys.KeyFile:
        slot = now.slot(user)
        return now.with_slot(replace(slot, failures=slot.failures + 1, failed_at=at))

    with world():
        return keys.change_keys(folder, counted)


def forgive(folder: Path, user: str) -> None:
    """Forget the wrong passwords; a disk that is full keeps nobody out who knows the right one."""
    with suppress(TryLater), world():
        keys.change_keys(folder, lambda now: now.with_slot(replace(now.slot(user), failures=0, failed_at=0)))
