"""One operating-system lock a data directory: window and command line never write at the same time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from onestop_desktop.errors import TryLater
from onestop_desktop.store.connect import from_os

if os.name == "nt":
    import msvcrt
else:
    import fcntl


class StoreLock:
    """The lock of one data directory; it goes with the process, so a crash never leaves it behind."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self._file: IO[bytes] | None = None

    def take(self) -> None:
        """Take the lock.

        Raises:
            TryLater: `store.in_use` while another program holds it.
        """
        try:
            file = self._path.open("a+b")
        except OSError as error:
            raise from_os(error) from error
        try:
            if os.name == "nt":
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            else:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise TryLater("store.in_use") from None
        self._file = file

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None
