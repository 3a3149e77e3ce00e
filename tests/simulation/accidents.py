"""What happens to PCs and to the hub's server: kills, copies put back, clones, clocks, a standby that lagged."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import timedelta

from onestop_desktop.clock import SetClock
from tests.simulation.deeds import take
from tests.simulation.faults import Killed
from tests.simulation.machines import Machine
from tests.simulation.world import World


def restart(world: World, machine: Machine) -> str:
    """End the program and start it again; sometimes it is killed right after a commit."""
    if world.chance.random() < 0.3:
        machine.store.inline.kill_after = True
        with suppress(Killed):
            take(world, machine)
    machine.restart()
    return f"{machine.name} {machine.store.head.epoch[:8]} {machine.store.head.seq}"


def snapshot(world: World, machine: Machine) -> str:
    """Copy a desk's disk and state folder, to be restored some day."""
    copies = world.copies[machine.kind.number]
    copies.append(machine.disk.copy(world.folder()))
    del copies[:-3]
    return f"{machine.name} {machine.store.head.seq}"


def restore(world: World, machine: Machine) -> str:
    """Put an older copy back: the data alone, data and state together, or onto a PC that never saw the desk."""
    copies = world.copies[machine.kind.number]
    if not copies:
        return snapshot(world, machine)
    copy, how = world.chance.choice(copies), world.chance.choice(("data", "data", "data", "both", "new PC"))
    machine.stop()
    fresh = copy.copy(world.folder())
    if how == "data":
        fresh.state, fresh.told = machine.disk.state, machine.disk.told
    if how == "new PC":
        shutil.rmtree(fresh.state)
        fresh.told = frozenset()
        machine.hardware = f"{machine.kind.hardware}-{world.made}"
    machine.disk = fresh
    machine.start()
    return f"{machine.name} {how} {machine.store.head.epoch[:8]} {machine.store.head.seq}"


def clone(world: World, machine: Machine) -> str:
    """Copy a whole PC and switch both on; or give the copy to other hardware."""
    twins = [one for one in world.machines if one.kind is machine.kind]
    if len(twins) > 2:
        return "enough"
    name = f"{machine.name}'"
    image = machine.hardware if world.chance.random() < 0.6 else f"{machine.hardware}-b{world.made}"
    made = Machine(machine.kind, machine.disk.copy(world.folder()), SetClock(world.clock.at), name, image)
    world.switch_on(made)
    return f"{name} {made.store.head.epoch[:8]}"


def clock_jumps(world: World, machine: Machine) -> str:
    """Set a PC's clock wrong, or right again."""
    days = world.chance.choice((0, 0, -1, 1, -30, 200, -3000, 7000))
    machine.offset = timedelta(days=days, minutes=world.chance.randrange(-300, 300) if days else 0)
    machine.clock.put(world.clock.at + machine.offset)
    return f"{machine.name} {days}"


def hub_restart(world: World, _machine: Machine) -> str:
    """Kill the hub and start it again."""
    world.hub.restart()
    world.oracle.hub_restarted(world.hub)
    return ""


def hub_snapshot(world: World, _machine: Machine) -> str:
    """Take the hub's backup."""
    world.hub_copies.append(world.hub.copy())
    del world.hub_copies[:-2]
    return ""


def hub_restore(world: World, machine: Machine) -> str:
    """Put the hub back to a backup, with or without what it remembers outside; or lose everything."""
    draw = world.chance.random()
    if draw < 0.2:
        world.hub.empty()
    elif world.hub_copies:
        world.hub.put_back(world.chance.choice(world.hub_copies), with_state=draw < 0.5)
    else:
        return hub_snapshot(world, machine)
    world.hub_lost()
    return f"{draw:.2f}"


def hub_standby(world: World, _machine: Machine) -> str:
    """Let a standby lag from now on; after a few calls it is promoted and the commits since are lost."""
    world.standby = (world.chance.randrange(1, 4), world.hub.copy())
    return str(world.standby[0])
