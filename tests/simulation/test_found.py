"""What the simulation once found, each as the shortest story that shows it."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator

import pytest

from onestop_desktop.clock import SetClock
from onestop_desktop.hub import bundles
from onestop_desktop.store.exchange import Foreign, Intake
from onestop_desktop.sync.export import export
from tests.simulation import deeds
from tests.simulation.faults import Weather, seeded
from tests.simulation.machines import START, Disk, Machine, hardware, hub_keys, kinds
from tests.simulation.world import World


@pytest.fixture
def world() -> Iterator[World]:
    hub_keys()
    kinds()
    with hardware(), seeded(random.Random("found")):
        made = World(1)
        yield made
        made.close()


@pytest.fixture
def desk(world: World) -> Machine:
    return world.machines[0]


def agree(world: World, desk: Machine) -> None:
    assert " same " in deeds.sync(world, desk, Weather())


def put_back(world: World, desk: Machine, copy: Disk, *, onto: str = "") -> None:
    """Put data back; onto another PC the state folder does not come along."""
    desk.stop()
    fresh = copy.copy(world.folder())
    if onto:
        shutil.rmtree(fresh.state)
        desk.hardware = onto
    else:
        fresh.state = desk.disk.state
    fresh.told = frozenset() if onto else desk.disk.told
    desk.disk = fresh
    desk.start()


def test_a_desk_with_bytes_that_nobody_can_read_still_fills_a_stick(world: World, desk: Machine) -> None:
    head = desk.store.head
    come = Intake(desk.kind.code, None, desk.store.marks, desk.clock.now)
    foreign = Foreign("ab" * 16, 1, b"\xff", b"", head.hash)
    desk.store.exchange(lambda c, meta, at: come.take(c, meta, at, [foreign]))
    made = export(desk.store, hub_keys().public, hub_keys().recipient)
    assert bundles.take(world.hub.ledger, made.data).fresh == made.entries


def test_a_hub_that_went_back_does_not_lose_the_messages_it_puts_then(world: World, desk: Machine) -> None:
    number, ledger = desk.kind.number, world.hub.ledger
    old = world.hub.copy()
    for at in range(3):
        assert ledger.send(number, "notice", {"text": f"Cũ {at}"}) == at + 1
    agree(world, desk)
    world.hub.put_back(old, with_state=True)
    assert world.hub.ledger.send(number, "notice", {"text": "Mới 0"}) == 1
    agree(world, desk)
    world.hub.ledger.send(number, "notice", {"text": "Mới 1"})
    agree(world, desk)
    rows = desk.disk.connection.execute("SELECT body FROM journal WHERE kind = 'notice' ORDER BY position")
    bodies = [json.loads(bytes(row[0])) for row in rows]
    assert [one["text"] for one in bodies] == ["Cũ 0", "Cũ 1", "Cũ 2", "Mới 0", "Mới 1"]
    assert [one["message"] for one in bodies] == [1, 2, 3, 4, 5]


def test_a_copy_put_back_onto_another_pc_and_then_again_uses_no_place_in_a_register_twice(
    world: World, desk: Machine
) -> None:
    copy = desk.disk.copy(world.folder())
    put_back(world, desk, copy, onto="another PC")
    deeds.take(world, desk)
    put_back(world, desk, copy)
    assert desk.store.head.epoch != copy.connection.execute("SELECT epoch FROM journal").fetchone()[0]
    deeds.take(world, desk)  # the oracle complains of a place told twice
    assert len(world.oracle.receipts) == 2


def test_the_copy_of_a_twin_with_as_many_entries_is_not_taken_for_ones_own(world: World, desk: Machine) -> None:
    twin = Machine(desk.kind, desk.disk.copy(world.folder()), SetClock(START), "twin")
    world.switch_on(twin)
    deeds.take(world, twin)
    deeds.take(world, desk)
    assert desk.store.head.seq == twin.store.head.seq
    epoch = desk.store.head.epoch
    put_back(world, desk, twin.disk.copy(world.folder()))
    assert desk.store.head.epoch != epoch
    deeds.take(world, desk)
