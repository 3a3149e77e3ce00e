"""The hub's life goes on while others write beside, and a new one begins only where something is gone."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from onestop_desktop.hub import lives
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.lives import Life
from tests.hub.made import enrol


def test_what_others_commit_while_a_desk_greets_is_no_step_back(hub: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = enrol(hub)
    desk.receive()
    desk.send(desk.pack(desk.entries))
    before = desk.hello().incarnation
    read = lives.read_life

    def late(connection: Connection) -> Life:
        """Read the row, and let another desk's commit be seen before anybody compares."""
        life = read(connection)
        hub._seen.put(life.incarnation, life.number + 7)
        return life

    monkeypatch.setattr(lives, "read_life", late)
    assert desk.hello().incarnation == before


def test_a_database_that_lacks_what_was_seen_of_it_begins_a_new_life(hub: Ledger) -> None:
    desk = enrol(hub)
    desk.receive()
    desk.send(desk.pack(desk.entries))
    before = desk.hello().incarnation
    hub._seen.put(before, 1_000)
    after = desk.hello().incarnation
    assert after != before
    assert desk.hello().incarnation == after
