"""One seeded world: its PCs, its hub, its sticks, its clock."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from onestop_desktop.clock import SetClock
from tests.simulation import machines
from tests.simulation.machines import START, Disk, HubCopy, HubMachine, Machine, first_disk, kinds
from tests.simulation.oracle import Oracle


@dataclass(slots=True)
class Stick:
    """A file on its way: a bundle for the hub, or an answer for a desk."""

    desk: int
    data: bytes
    answer: bool = False


class World:
    """Everything of one seed: who there is, what was copied, what is under way."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(f"world {seed}")
        self.trace: list[str] = []
        self.oracle = Oracle()
        self.clock = SetClock(START)
        self.hub = HubMachine(self.clock, random.Random(f"hub {seed}"))
        self.place = machines.folder() / f"seed-{seed}"
        self.machines: list[Machine] = []
        self.copies: dict[int, list[Disk]] = {}
        self.hub_copies: list[HubCopy] = []
        self.standby: tuple[int, HubCopy] | None = None
        self.sticks: list[Stick] = []
        self.late: list[bytes] = []
        self.made = 0
        for number in sorted(self.chance.sample(range(1, 4), self.chance.choice((1, 1, 2, 3)))):
            kind = kinds()[number - 1]
            disk = first_disk(number).copy(self.folder())
            self.switch_on(Machine(kind, disk, SetClock(START), f"desk {number}"))

    def folder(self) -> Path:
        """Return a new place for a state folder."""
        self.made += 1
        return self.place / str(self.made) / "state"

    def switch_on(self, machine: Machine) -> None:
        """Let a PC take part."""
        self.machines.append(machine)
        self.copies.setdefault(machine.kind.number, [])

    def time_passes(self) -> None:
        """Move every clock on."""
        draw = self.chance.random()
        more = timedelta(minutes=self.chance.randrange(1, 40))
        if draw < 0.05:
            more = timedelta(days=self.chance.randrange(1, 30))
        self.clock.put(self.clock.at + more)
        for one in self.machines:
            one.clock.put(self.clock.at + one.offset)

    def fail_over(self) -> None:
        """Promote the standby when its time has come."""
        if self.standby is None:
            return
        left, copy = self.standby
        self.standby = (left - 1, copy) if left else None
        if not left:
            self.hub.swap(copy)
            self.hub_lost()
            self.trace.append("  failover")

    def hub_lost(self) -> None:
        """Tell the oracle that a fault took something from the hub."""
        self.oracle.hub_lost(self.hub, [kind.number for kind in kinds()])

    def close(self) -> None:
        """Close every file and take the folder away."""
        for one in self.machines:
            one.stop()
        shutil.rmtree(self.place, ignore_errors=True)
