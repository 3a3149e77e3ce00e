"""Every test of the hub runs over both databases: an encrypted file, and PostgreSQL where its programs are."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onestop_desktop.clock import SetClock
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.new import HubSite, create, open_hub
from tests.hub.made import START
from tests.hub.postgres import Server, start_server

_NAMES = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One PostgreSQL for the whole run."""
    found = start_server()
    if found is None:
        pytest.skip("PostgreSQL is not installed here (/usr/lib/postgresql/*/bin): the hub was tested on SQLite only")
    yield found
    found.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[HubSite]:
    """Where a hub of the test's own may be made."""
    if request.param == "sqlite":
        yield HubSite(tmp_path / "hub", tmp_path / "hub-state")
        return
    server: Server = request.getfixturevalue("server")
    name = f"hub_{next(_NAMES)}"
    yield HubSite(tmp_path / "hub", tmp_path / "hub-state", server.new_database(name))
    server.drop(name)


class Backup:
    """A copy of a closed hub's database, as its administrator takes and restores one."""

    def __init__(self, site: HubSite, server: Server | None) -> None:
        self._site, self._server = site, server
        self._name = site.address.rsplit("/", 1)[-1]

    def take(self) -> None:
        if self._server:
            self._server.copy(self._name, f"{self._name}_copy")
        else:
            shutil.copytree(self._site.folder, self._site.folder.with_name("copy"))

    def put_back(self) -> None:
        if self._server:
            self._server.drop(self._name)
            self._server.copy(f"{self._name}_copy", self._name)
            self._server.drop(f"{self._name}_copy")
        else:
            shutil.rmtree(self._site.folder)
            shutil.copytree(self._site.folder.with_name("copy"), self._site.folder)


@pytest.fixture
def backup(request: pytest.FixtureRequest, site: HubSite) -> Backup:
    """Takes and restores a copy of the test's hub."""
    return Backup(site, request.getfixturevalue("server") if site.address else None)


@pytest.fixture
def hub_clock() -> SetClock:
    """The hub's clock stands still."""
    return SetClock(START)


@pytest.fixture
def hub(site: HubSite, hub_clock: SetClock) -> Iterator[Ledger]:
    """One open hub."""
    made = create(site, "UBND huyện Yên Châu", hub_clock)
    yield made
    made.close()


@pytest.fixture
def reopen_hub(site: HubSite, hub_clock: SetClock) -> Iterator[Callable[[], Ledger]]:
    """Opens the hub again, as another start of the program does."""
    opened: list[Ledger] = []

    def again() -> Ledger:
        opened.append(open_hub(site, hub_clock))
        return opened[-1]

    yield again
    for one in opened:
        one.close()
