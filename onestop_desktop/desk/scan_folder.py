"""The folder into which a scanner writes: a file is told once, and only when it has stopped growing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from onestop_desktop.domain.attachment import clean_name
from onestop_desktop.errors import TryLater

TAKEN = "da-nhan"
"""Files that an entry names are moved here, inside the watched folder; none is ever deleted."""

STILL_S = 1.0
"""Seconds between two looks that must find the same size."""

FRESH_S = 15 * 60
"""A file that lies there when the watch begins is new if it was written this many seconds ago at most."""

_MOST = 2000
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".new", "~")
_SAME_NAMES = 1000

Print = tuple[int, int]


class ScanFolder:
    """What one watch has seen; one thread looks at a time."""

    def __init__(self, folder: Path, elapsed: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self._elapsed = elapsed
        self._growing: dict[Path, tuple[Print, float]] = {}
        self._told: dict[Path, Print] = {}
        self._begun = False

    def look(self) -> tuple[Path, ...]:
        """Return the files that came since the watch began and are complete, each once, the oldest first.

        Raises:
            TryLater: `attachment.folder_gone`.
        """
        try:
            seen = dict(self._listed())
        except OSError:
            raise TryLater("attachment.folder_gone", folder=str(self.folder)[-120:]) from None
        if not self._begun:
            self._begun = True
            oldest = time.time_ns() - FRESH_S * 1_000_000_000
            self._told = {path: found for path, found in seen.items() if found[1] < oldest}
        now = self._elapsed()
        ready = [path for path, found in seen.items() if self._is_ready(path, found, now)]
        self._told |= {path: seen[path] for path in ready}
        self._told = {path: found for path, found in self._told.items() if path in seen}
        self._growing = {path: one for path, one in self._growing.items() if path in seen and path not in ready}
        return tuple(sorted(ready, key=lambda path: (seen[path][1], path.name)))

    def _listed(self) -> Iterator[tuple[Path, Print]]:
        with os.scandir(self.folder) as entries:
            for _count, entry in zip(range(_MOST), entries, strict=False):
                if entry.name.startswith(".") or entry.name.lower().endswith(_UNFINISHED):
                    continue
                if entry.is_file(follow_symlinks=False):
                    found = entry.stat(follow_symlinks=False)
                    yield Path(entry.path), (found.st_size, found.st_mtime_ns)

    def _is_ready(self, path: Path, found: Print, now: float) -> bool:
        if self._told.get(path) == found:
            return False
        before = self._growing.get(path)
        if before is None or before[0] != found:
            self._growing[path] = (found, now)
            return False
        return found[0] > 0 and now - before[1] >= STILL_S and _can_be_read(path)


def _can_be_read(path: Path) -> bool:
    # A scanner's program on Windows keeps the file locked while it writes.
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False


def put_away(path: Path) -> Path | None:
    """Move a file that an entry now names into `da-nhan` beside it; None when it could not be moved.

    A file of that name that is already there stays: the new one gets a number.
    """
    folder = path.parent / TAKEN
    try:
        folder.mkdir(exist_ok=True)
        target = _free(folder, path.name)
        path.rename(target)
    except OSError:
        return None
    return target


def _free(folder: Path, name: str) -> Path:
    stem, suffix = Path(name).stem, Path(name).suffix
    names = [name, *(f"{stem} ({no}){suffix}" for no in range(2, _SAME_NAMES))]
    for one in names:
        if not (folder / one).exists():
            return folder / one
    raise OSError(clean_name(name))
