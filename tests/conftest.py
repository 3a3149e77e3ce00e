"""Fixtures for every floor: a clock that stands still, a desk in a folder of its own, no way out to a network."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.domain.office import Office
from onestop_desktop.store.seed import Seed
from tests.processes import Program

MORNING = "2026-11-23T08:15:00+07:00"
_SEED = Seed()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for another machine fails."""
    real = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in {socket.AF_INET, socket.AF_INET6} and host not in {"127.0.0.1", "::1", "localhost"}:
            pytest.fail(f"a test reached for {host}")
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def clock() -> SetClock:
    """Monday 23 November 2026, a quarter past eight."""
    return SetClock(datetime.fromisoformat(MORNING))


@pytest.fixture
def make_desk(tmp_path: Path, clock: SetClock) -> Iterator[Callable[..., Desk]]:
    """Makes training desks, each in its own folder; closes them at the end."""
    made: list[Desk] = []

    def make(name: str = "desk", agency: str = "000.12.34.H52", desk: int = 1) -> Desk:
        door = Door(tmp_path / name, tmp_path / f"{name}-state", clock, _SEED)
        office = Office(agency, "UBND xã Sặp Vạt", "UBND huyện Yên Châu", "Sặp Vạt")
        one, _code = door.create(NewDesk((office,), desk, FirstUser("mai", "Lò Thị Mai", "tap"), training=True))
        one.add_user("tu", "Hà Văn Tư", "tap2")
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """One open training desk."""
    return make_desk()


@pytest.fixture
def reopen(tmp_path: Path, clock: SetClock) -> Iterator[Callable[..., Desk]]:
    """Opens a desk that was made before and closed since."""
    opened: list[Desk] = []

    def again(name: str = "desk", state: str | None = None) -> Desk:
        door = Door(tmp_path / name, tmp_path / (state or f"{name}-state"), clock, _SEED)
        one = door.open("mai", "tap")
        opened.append(one)
        return one

    yield again
    for one in opened:
        one.close()


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The real command line over a fresh training desk."""
    one = Program(tmp_path)
    assert one.init().code == 0
    return one
