"""What the simulation once found, each as the shortest story that shows it."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator

import pytest

from onestop_desktop.clock import SetClock
from onestop_desktop.hub import bundles, messages
from onestop_desktop.store.exchange import Foreign, Intake
from onestop_desktop.sync.export import export
from onestop_desktop.wire.messages import Message
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


def told(desk: Machine) -> list[tuple[int, str, str]]:
    """Return the messages that a desk has recorded: number, topic, text."""
    rows = desk.disk.connection.execute("SELECT body FROM journal WHERE kind = 'notice' ORDER BY position")
    bodies = [json.loads(bytes(row[0])) for row in rows]
    return [(one["message"], one["topic"], one.get("text", "")) for one in bodies]


def test_a_message_whose_number_was_used_on_another_branch_is_told_once(world: World, desk: Machine) -> None:
    """The branch comes by stick while the desk, put back, has just recorded another message by that number."""
    number, old_hub, old_desk = desk.kind.number, world.hub.copy(), desk.disk.copy(world.folder())
    world.hub.ledger.send(number, "notice", {"text": "Cũ"})
    desk.link.record(messages_for(world, desk, 0))
    sealed = export(desk.store, hub_keys().public, hub_keys().recipient).data
    world.hub.put_back(old_hub, with_state=True)
    world.hub.ledger.send(number, "notice", {"text": "Mới"})
    put_back(world, desk, old_desk)
    desk.link.record(messages_for(world, desk, 0))
    bundles.take(world.hub.ledger, sealed)
    assert [one.n for one in messages_for(world, desk, 1)] == [2], "the hub learnt that number 1 was another one's"
    agree(world, desk)
    agree(world, desk)
    assert sorted(told(desk)) == [(1, "notice", "Cũ"), (1, "notice", "Mới"), (2, "again", "")]
    assert messages_for(world, desk, 2) == ()


def test_a_hub_that_went_back_knows_by_its_mark_a_message_that_was_recorded(world: World, desk: Machine) -> None:
    """It is filled again by entries that record its messages under numbers which it gave in another life."""
    number, empty = desk.kind.number, world.hub.copy()
    world.hub.ledger.send(number, "notice", {"text": "Một"})
    first = messages_for(world, desk, 0)
    world.hub.put_back(empty, with_state=True)
    world.hub.ledger.send(number, "notice", {"text": "Hai"})
    before = world.hub.copy()
    desk.link.record(first)
    agree(world, desk)
    agree(world, desk)
    assert told(desk) == [(1, "notice", "Một"), (2, "notice", "Hai")]
    world.hub.put_back(before, with_state=True)
    for text in ("Ba", "Bốn"):
        world.hub.ledger.send(number, "notice", {"text": text})
    assert messages_for(world, desk, 2) == (), "it does not know yet what the desk has recorded"
    agree(world, desk)
    agree(world, desk)
    assert [text for _n, _topic, text in told(desk)[:2]] == ["Một", "Hai"]
    assert sorted(text for _n, _topic, text in told(desk)[2:]) == ["Ba", "Bốn"]
    assert [n for n, _topic, _text in told(desk)] == [1, 2, 3, 4]


def messages_for(world: World, desk: Machine, inbox: int) -> tuple[Message, ...]:
    with world.hub.ledger.reading() as connection:
        return messages.after(connection, desk.kind.number, inbox)
