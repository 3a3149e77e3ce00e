"""Two copies: a synchronous standby has everything that was acknowledged, and takes over with nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from onestop_desktop.clock import SetClock
from onestop_desktop.hub.new import HubSite, create, open_hub
from tests.hub.made import START, enrol
from tests.hub.postgres import Server, free_port, new_home, start_server
from tests.hub.test_accept import a_day, differences


@pytest.fixture
def pair() -> Iterator[tuple[Server, Server]]:
    """A primary and a standby that follows it; nobody waits for the standby yet."""
    primary = start_server()
    if primary is None:
        pytest.skip("PostgreSQL is not installed here (/usr/lib/postgresql/*/bin): no standby to test")
    standby = Server(new_home(), primary.bin, free_port())
    source = f"host=127.0.0.1 port={primary.port} user=postgres application_name=second"
    standby.run(
        "pg_basebackup", "-D", str(standby.home / "data"), "-R", "-X", "stream", "--checkpoint=fast", "-d", source
    )
    standby.start()
    yield primary, standby
    standby.remove()
    primary.remove()


def test_what_is_acknowledged_in_two_copies_survives_the_primary(pair: tuple[Server, Server], tmp_path: Path):
    primary, standby = pair
    clock = SetClock(START)
    hub = create(HubSite(tmp_path / "hub", tmp_path / "state", primary.new_database("hub")), "Sở", clock)
    desk = enrol(hub)
    assert desk.hello().copies == 1
    with psycopg.connect(primary.address().replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        admin.execute("SELECT pg_reload_conf()")
        while admin.execute("SELECT sync_state FROM pg_stat_replication").fetchone() != ("sync",):
            admin.execute("SELECT pg_sleep(0.05)")
    a_day(desk, 10)
    answers = [desk.send(packet) for packet in desk.packets(3)]
    assert {one.copies for one in answers} == {2}
    incarnation = desk.incarnation
    primary.stop("immediate")
    hub.close()
    standby.run("pg_ctl", "-D", str(standby.home / "data"), "-w", "promote")
    desk.hub = promoted = open_hub(HubSite(tmp_path / "hub", tmp_path / "state", standby.address("hub")), clock)
    again = desk.hello()
    assert (again.same, again.incarnation, again.copies) == (True, incarnation, 1)
    assert differences(promoted) == []
    promoted.close()
