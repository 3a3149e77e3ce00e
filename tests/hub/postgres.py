"""A PostgreSQL of our own for tests: Debian's binaries, a folder of its own, a private port, gone at the end."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


def binaries() -> Path | None:
    """Return the folder of the newest installed server's programs; None without one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


def free_port() -> int:
    """Return a port that stays free while its server is down: the system gives none below 32768 to what goes out."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port


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
        log = self.home / "log"
        self.run("pg_ctl", "-D", str(self.home / "data"), "-l", str(log), "-w", "-o", options, "start", check=False)
        assert self.run("pg_ctl", "-D", str(self.home / "data"), "status", check=False).returncode == 0, log.read_text()

    def stop(self, how: str = "immediate") -> None:
        self.run("pg_ctl", "-D", str(self.home / "data"), "-m", how, "-w", "stop", check=False)

    def kill(self) -> None:
        """Kill the server's first process as a power cut does; return once its others have noticed and are gone."""
        first = int((self.home / "data" / "postmaster.pid").read_text().split()[0])
        others = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        os.kill(first, signal.SIGKILL)
        end = time.monotonic() + _PATIENCE
        while any(_lives(int(other)) for other in others) and time.monotonic() < end:
            time.sleep(0.01)

    def follow(self, primary: Server) -> None:
        """Become a standby of another server with a fresh copy of it; what was here is gone."""
        shutil.rmtree(self.home / "data", ignore_errors=True)
        for left in self.home.glob(".s.PGSQL.*"):  # of a killed one, whose number may still be taken
            left.unlink()
        source = f"host=127.0.0.1 port={primary.port} user=postgres application_name=second"
        self.run(
            "pg_basebackup", "-D", str(self.home / "data"), "-R", "-X", "stream", "--checkpoint=fast", "--no-sync",
            "-d", source,
        )  # fmt: skip
        self.start("-c fsync=off")

    def promote(self) -> None:
        """Take over from the primary; return once rows can be written here."""
        self.run("pg_ctl", "-D", str(self.home / "data"), "-w", "promote")

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


_PATIENCE = 20.0


def _lives(process: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def either(name: str, *servers: Server) -> str:
    """Return the address of a database at whichever of the servers takes writes."""
    hosts = "&".join(f"host=127.0.0.1:{one.port}" for one in servers)
    return f"postgresql+psycopg://postgres@/{name}?{hosts}&target_session_attrs=read-write&connect_timeout=5"


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
