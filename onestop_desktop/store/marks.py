"""What must not go back when the data directory does: number marks, the last head, this installation's identity.

All of it lives in the user's state folder, in files named by the store's id, and tells nothing of any citizen.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from onestop_desktop.errors import TryLater
from onestop_desktop.store.connect import from_os
from onestop_desktop.store.files import write_durably

AHEAD = 32
"""Numbers reserved by one flush."""
Place = tuple[str, int, bytes]
"""An entry's epoch, its place there, and its hash where that is known."""


class Marks:
    """Per day a ceiling of the numbers that may have been told; append-only, one flush a reservation."""

    def __init__(self, folder: Path, store: str) -> None:
        self._path = folder / f"{store}.marks"
        self._ceilings = _read_marks(self._path)
        folder.mkdir(parents=True, exist_ok=True)
        lines = "".join(_line(name, ceiling) for name, ceiling in sorted(self._ceilings.items()))
        write_durably(self._path, lines.encode())
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)

    def all(self) -> dict[str, int]:
        """Return every day's ceiling."""
        return dict(self._ceilings)

    def reserve(self, name: str, index: int) -> None:
        """Make sure that `index` lies under the flushed ceiling before it is used."""
        self.reserve_all({name: index})

    def reserve_all(self, indices: Mapping[str, int]) -> None:
        """Make sure that every index lies under its flushed ceiling; what needs flushing shares one flush.

        Raises:
            TryLater: `store.disk_full`, `store.cannot_write`.
        """
        if all(index <= self._ceilings.get(name, 0) for name, index in indices.items()):
            return
        ceilings = {name: index + AHEAD - 1 for name, index in indices.items()}
        # The leading line break parts the first line from one that a full disk tore earlier.
        data = ("\n" + "".join(_line(name, ceiling) for name, ceiling in ceilings.items())).encode()
        try:
            written = os.write(self._file, data)
            os.fsync(self._file)
        except OSError as error:
            raise from_os(error) from error
        if written != len(data):
            raise TryLater("store.disk_full")
        self._ceilings.update(ceilings)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _line(name: str, ceiling: int) -> str:
    text = f"{name} {ceiling}"
    return f"{text} {zlib.crc32(text.encode()):08x}\n"


def _read_marks(path: Path) -> dict[str, int]:
    """Read the marks; a torn last line was never promised and is passed over."""
    ceilings: dict[str, int] = {}
    if not path.exists():
        return ceilings
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        parts = line.split(" ")
        if len(parts) == 3 and parts[1].isdigit() and _line(parts[0], int(parts[1])) == line + "\n":
            ceilings[parts[0]] = max(ceilings.get(parts[0], 0), int(parts[1]))
    return ceilings


class LastHead:
    """The newest head this installation has seen, overwritten in place after each commit, not flushed.

    It survives a killed process. After a power cut it may lag or be gone, and then says nothing.
    """

    def __init__(self, folder: Path, store: str) -> None:
        path = folder / f"{store}.head"
        self.before = _read_head(path)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def put(self, epoch: str, seq: int, value: bytes) -> None:
        """Record a head by its place and hash."""
        text = f"{epoch} {seq:015d} {value.hex()}"
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, f"{text} {zlib.crc32(text.encode()):08x}\n".encode())

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _read_head(path: Path) -> Place | None:
    """Read a head; the first programs wrote none of its hash."""
    try:
        line = path.read_text(encoding="ascii").splitlines()[0]
        text, check = line.rsplit(" ", 1)
        epoch, seq, value = (*text.split(" "), "")[:3]
        place: Place = (epoch, int(seq), bytes.fromhex(value))
    except (OSError, ValueError, IndexError):
        return None
    return place if f"{zlib.crc32(text.encode()):08x}" == check else None


@dataclass(frozen=True, slots=True)
class Installation:
    """Which machine and folder a store was last opened in, and how many times."""

    identity: str
    starts: int


def identity_of(data: Path, store: str) -> str:
    """Return a digest of machine, folder and store; no part of it can be read back."""
    machine = _machine_id()
    text = "\0".join((machine, f"{uuid.getnode():012x}", str(data.resolve()), store))
    return hashlib.sha256(text.encode()).hexdigest()


def _machine_id() -> str:
    for name in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        try:
            return Path(name).read_text(encoding="ascii").strip()
        except OSError:
            continue
    return platform.node()


def read_installation(folder: Path, store: str) -> Installation | None:
    """Return what the state folder knows of a store; None when it never saw it."""
    try:
        row = json.loads((folder / f"{store}.install").read_text(encoding="utf-8"))
        return Installation(str(row["identity"]), int(row["starts"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_installation(folder: Path, store: str, installation: Installation) -> None:
    """Write it durably."""
    row = {"identity": installation.identity, "starts": installation.starts}
    write_durably(folder / f"{store}.install", json.dumps(row).encode())
