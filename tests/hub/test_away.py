"""A database that goes away in the middle of a packet: the desk is told to come later, and nothing was taken."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection

from onestop_desktop.clock import SetClock
from onestop_desktop.errors import TryLater
from onestop_desktop.hub import lives
from onestop_desktop.hub.lives import Life
from onestop_desktop.hub.new import HubSite, create
from tests.hub.made import START, enrol
from tests.hub.postgres import Server


def test_a_connection_that_dies_before_the_rows_are_copied_costs_a_later_try(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = create(HubSite(tmp_path / "hub", tmp_path / "state", server.new_database("away")), "Sở", SetClock(START))
    desk = enrol(hub)
    desk.receive()
    take = lives.take_numbers

    def cut(connection: Connection, many: int) -> Life:
        life = take(connection, many)
        own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with psycopg.connect(server.address("away").replace("+psycopg", ""), autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [own])
        return life

    with monkeypatch.context() as patch:
        patch.setattr("onestop_desktop.hub.accept.take_numbers", cut)
        with pytest.raises(TryLater) as raised:
            desk.send(desk.pack(desk.entries))
    assert raised.value.code == "hub.database_away"
    assert hub.changes(0) == []
    assert desk.send(desk.pack(desk.entries)).count == 1
    hub.close()
    server.drop("away")
