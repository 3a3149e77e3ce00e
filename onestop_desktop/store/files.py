"""Side files that survive a power cut: temporary name, flush, replace, flush the folder; the previous copy is kept."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries; on Windows the replace itself is written through."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_durably(path: Path, data: bytes, *, keep: bool = False) -> None:
    """Write a whole file so that after any cut the old or the new content is there.

    With `keep` the previous content stays beside it as `<name>.bak`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        if keep and path.exists():
            _keep(path)
        new.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _keep(path: Path) -> None:
    backup = path.with_name(path.name + ".bak")
    spare = path.with_name(path.name + ".old")
    spare.unlink(missing_ok=True)
    os.link(path, spare)
    spare.replace(backup)
