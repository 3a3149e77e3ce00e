"""A PostgreSQL of our own for tests: Debian's binaries, a folder of its own, a private port, gone at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


def binaries() -> Path | None:
    """Return the folder of the newest installed server's programs; None without one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Server:
    """One running server, as the system's postgres user when we are root."""

    home: Path
    bin: Path
    port: int

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        lead = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        program = [str(self.bin / words[0]), *words[1:]]
        return subprocess.run(
            [*lead, *program], cwd=self.home, capture_output=True, text=True, check=check, timeout=120
        )

    def address(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def start(self, *settings: str) -> None:
        options = f"-p {self.port} -k {self.home} -c listen_addresses=127.0.0.1 " + " ".join(settings)
        log = str(self.home / "log")
        self.run("pg_ctl", "-D", str(self.home / "data"), "-l", log, "-w", "-o", options, "start")

    def stop(self, how: str = "immediate") -> None:
        self.run("pg_ctl", "-D", str(self.home / "data"), "-m", how, "-w", "stop", check=False)

    def new_database(self, name: str) -> str:
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", name)
        return self.address(name)

    def copy(self, name: str, to: str) -> None:
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-T", name, to)

    def drop(self, name: str) -> None:
        self.run("dropdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "--force", name, check=False)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)


def new_home() -> Path:
    """Make a folder that the server's user may enter."""
    home = Path(tempfile.mkdtemp(prefix="onestop-pg-", dir="/tmp"))
    home.chmod(0o777)
    return home


def start_server(settings: Sequence[str] = ("-c fsync=off",)) -> Server | None:
    """Make and start a server; None without its programs."""
    found = binaries()
    if found is None:
        return None
    server = Server(new_home(), found, free_port())
    data = str(server.home / "data")
    server.run("initdb", "-D", data, "-U", "postgres", "--no-sync", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8")
    server.start(*settings)
    return server
