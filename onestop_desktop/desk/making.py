"""A desk that is being made: cut short, nothing was told to anybody yet, and the next start clears it away.

A mark stands in the data directory from before the first file until the last entry of the making is durable. A
directory with the mark holds no desk: its password was never used and no dossier can have been taken.
"""

from __future__ import annotations

from contextlib import suppress

from onestop_desktop.store import keys
from onestop_desktop.store.connect import world
from onestop_desktop.store.files import sync_folder, write_durably
from onestop_desktop.store.lock import StoreLock
from onestop_desktop.store.store import FILE, Site

MARK = "making"
_REMAINS = (FILE, f"{FILE}-wal", f"{FILE}-shm", keys.FILE, f"{keys.FILE}.copy")


def half_made(site: Site) -> bool:
    """Say whether a making was cut short here, or is under way."""
    return (site.data / MARK).exists()


def begin(site: Site) -> None:
    """Clear what a making that was cut short left, and mark the directory.

    Raises:
        TryLater: `store.in_use` while another program makes a desk here; `store.disk_full`, `store.cannot_write`.
    """
    if half_made(site):
        lock = StoreLock(site.data)
        lock.take()
        try:
            with world():
                for name in _REMAINS:
                    (site.data / name).unlink(missing_ok=True)
        finally:
            lock.release()
    if not site.exists:
        with world():
            write_durably(site.data / MARK, b"")


def finish(site: Site) -> None:
    """Take the mark away: from now on a desk stands here; raises TryLater `store.cannot_write`."""
    with world():
        (site.data / MARK).unlink()
        sync_folder(site.data)


def give_up(site: Site) -> None:
    """Take the mark away where the making left no file behind."""
    if not site.exists:
        with suppress(OSError):
            (site.data / MARK).unlink(missing_ok=True)


__all__ = ["MARK", "begin", "finish", "give_up", "half_made"]
