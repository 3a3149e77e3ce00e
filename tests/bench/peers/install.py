"""Other programs, fetched once into this user's cache, at the versions that are named here and in `package.json`."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

HERE = Path(__file__).parent
ANKI = "26.9.3"
POUCHDB = "9.0.0"
_LONGEST = 900
_READY = ".ready"


@dataclass(frozen=True, slots=True)
class Missing(Exception):
    """A program cannot be had here; `why` is one sentence."""

    why: str

    def __str__(self) -> str:
        return self.why


def npm_folder() -> Path:
    """Return a folder with PouchDB in its node_modules.

    Raises:
        Missing: there is no node or npm, or npm could not fetch.
    """
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            raise Missing(f"PouchDB was not run: there is no {tool} on this machine.")
    wanted = (HERE / "package.json").read_bytes()
    folder = _cache(f"pouchdb-{POUCHDB}-{hashlib.sha256(wanted).hexdigest()[:8]}")
    if not (folder / _READY).exists():
        (folder / "package.json").write_bytes(wanted)
        # Prebuilt parts are enough, and no package's script runs.
        command = ("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--silent")
        _fetch("PouchDB", "npm", command, folder)
    return folder


def anki_python() -> Path:
    """Return the Python of an environment with Anki.

    Raises:
        Missing: pip could not fetch it.
    """
    folder = _cache(f"anki-{ANKI}")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (folder / _READY).exists():
        _fetch("Anki", "venv", (sys.executable, "-m", "venv", str(folder)), folder, ready=False)
        command = (str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", f"anki=={ANKI}")
        _fetch("Anki", "pip", command, folder)
    return python


def _cache(name: str) -> Path:
    folder = user_cache_path("onestop-desktop-bench") / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fetch(name: str, tool: str, command: tuple[str, ...], folder: Path, *, ready: bool = True) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_LONGEST, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{name} was not run: {tool} did not finish ({type(error).__name__}).") from error
    if done.returncode:
        # What the tool wrote stays on the screen: it may name addresses of this machine.
        print(done.stderr.strip(), file=sys.stderr)
        raise Missing(f"{name} was not run: {tool} could not fetch it (it ended with {done.returncode}).")
    if ready:
        (folder / _READY).touch()
