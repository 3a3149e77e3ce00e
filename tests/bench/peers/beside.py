"""Another program's server and client on this PC, told what to do by lines of JSON; every order may fail in words."""

from __future__ import annotations

import json
import os
import queue
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.peers.install import HERE, Missing, anki_python, npm_folder

Document = Mapping[str, Any]
"""A dossier's facts under its id, `_id`; of a change, `_id` and what is new."""
_PATIENCE = 60.0


class Broken(Exception):
    """The other program said no, ended, or did not answer in time."""


class Talk:
    """A child process that answers each line of JSON with one."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._errors = (folder / f"{Path(command[0]).name}-{len(list(folder.iterdir()))}.log").open("wb")
        self._process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._errors, text=True, encoding="utf-8",
        )  # fmt: skip
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                self._lines.put(line)
        self._lines.put("")

    def hear(self, seconds: float = _PATIENCE) -> dict[str, Any]:
        """Return the next answer.

        Raises:
            Broken: none came in time, the process ended, or it answered with an error.
        """
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise Broken(f"no answer in {seconds:.0f} s") from None
        if not line:
            raise Broken("the program ended")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise Broken(answer["error"])
        return answer

    def ask(self, do: str, seconds: float = _PATIENCE, **order: object) -> dict[str, Any]:
        """Give an order and return its answer; raises as `hear`."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **order}, ensure_ascii=False) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise Broken("the program ended") from error
        return self.hear(seconds)

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        with suppress(OSError):
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
        self._errors.close()


@dataclass(slots=True)
class Pair:
    """A client that has spoken once to its own server on `port`, and is to speak through `way` from now on."""

    client: Talk
    port: int
    held: Callable[[], int]
    """Says how many documents the server has, without going over the way."""
    way: int = 0

    def put(self, documents: Sequence[Document]) -> None:
        """Write documents, new or changed ones, into the client alone."""
        self.client.ask("put", documents=list(documents))

    def sync(self, attempts: int = 1, seconds: float = _PATIENCE, **more: int) -> int:
        """Bring the server up to date over the way; return how many attempts it took. Raises Broken."""
        return int(self.client.ask("sync", seconds, port=self.way or self.port, attempts=attempts, **more)["attempts"])


@dataclass(frozen=True, slots=True)
class Peer:
    """Another program; `start` runs a fresh server and client in a folder, prepared for documents like these."""

    name: str
    start: Callable[[Path, Sequence[Document]], AbstractContextManager[Pair]]
    clear: Mapping[str, int]
    """How it is set for few bytes on a good line."""
    torn: Mapping[str, int]
    """How it is set to get through a line that breaks."""


def pouchdb() -> Peer:
    """Return PouchDB with express-pouchdb, both in memory; raises Missing."""
    environment = {"PEERS": str(npm_folder())}

    @contextmanager
    def start(folder: Path, documents: Sequence[Document]) -> Iterator[Pair]:
        folder.mkdir(parents=True)
        command = ("node", str(HERE / "pouch.cjs"))
        server = Talk((*command, "server"), folder, environment)
        client = Talk((*command, "client"), folder, environment)
        try:
            port = int(server.hear()["port"])
            client.ask("begin", port=port)
            yield Pair(client, port, lambda: documents_at(port))
        finally:
            client.stop()
            server.stop()

    return Peer("PouchDB", start, {"batch": 500}, {"batch": 4})


def anki() -> Peer:
    """Return Anki with its own sync server; raises Missing."""
    python = str(anki_python())

    @contextmanager
    def start(folder: Path, documents: Sequence[Document]) -> Iterator[Pair]:
        (folder / "server").mkdir(parents=True)
        (folder / "client").mkdir()
        port = free_port()
        environment = {"SYNC_USER1": "desk:tap", "SYNC_HOST": "127.0.0.1", "SYNC_PORT": str(port)}
        base = {"SYNC_BASE": str(folder / "server"), "RUST_LOG": "error"}
        server = Talk((python, "-m", "anki.syncserver"), folder, {**environment, **base})
        client = Talk((python, str(HERE / "notes.py"), str(folder / "client")), folder, {"RUST_LOG": "error"})
        try:
            wait_for(port)
            client.ask("begin", port=port, documents=list(documents))
            yield Pair(client, port, lambda: notes_in(folder / "server" / "desk" / "collection.anki2"))
        finally:
            client.stop()
            server.stop()

    return Peer("Anki", start, {}, {})


def all_there() -> tuple[list[Peer], list[str]]:
    """Return the programs that can be run here, and a sentence for each that cannot."""
    found: list[Peer] = []
    missing: list[str] = []
    for make in (pouchdb, anki):
        try:
            found.append(make())
        except Missing as error:
            print(error.why, file=sys.stderr)
            missing.append(error.why)
    return found, missing


def documents_at(port: int) -> int:
    """Return how many documents express-pouchdb has."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/desk", timeout=_PATIENCE) as answer:
        return int(json.load(answer)["doc_count"])


def notes_in(collection: Path) -> int:
    """Return how many notes Anki's server has written; it keeps its file locked, so a copy is read."""
    with tempfile.TemporaryDirectory() as folder:
        for name in (collection.name, f"{collection.name}-wal"):
            if collection.with_name(name).exists():
                shutil.copy(collection.with_name(name), folder)
        with closing(sqlite3.connect(Path(folder) / collection.name)) as connection:
            return int(connection.execute("SELECT count(*) FROM notes").fetchone()[0])


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until somebody listens on a port of this PC; raises Broken."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise Broken(f"nobody listens on port {port}")
