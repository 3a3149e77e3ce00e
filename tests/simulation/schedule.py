"""The scheduler: draws what happens, one thing after another; then the accidents end and everything must agree."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from unittest import mock

from onestop_desktop.domain import entry
from onestop_desktop.hub import verify as hub_verify
from onestop_desktop.store import verify as desk_verify
from tests.coding import coding_once
from tests.simulation import accidents, deeds
from tests.simulation.faults import Weather, seeded
from tests.simulation.machines import Machine, hardware, hub_keys, kinds
from tests.simulation.oracle import Broken
from tests.simulation.world import World

SESSIONS = 10
"""Sessions until everything must agree (guarantee G13)."""
LONG = 8
"""Each eighth seed tells a long story; most faults need a short one, and there is time for more of them."""


@dataclass(slots=True)
class Outcome:
    """What a seed did."""

    seed: int
    trace: list[str] = field(default_factory=list)
    broken: str = ""
    entries: int = 0
    error: BaseException | None = None


Action = Callable[[World, Machine], str]
_ACTIONS: dict[str, tuple[float, Action]] = {
    "take": (15, deeds.take),
    "step": (16, deeds.step),
    "strange": (1, deeds.strange),
    "sync": (10, deeds.sync),
    "export": (3, deeds.carry_out),
    "bring": (5, deeds.bring),
    "again": (2, deeds.again),
    "message": (4, deeds.message),
    "restart": (3, accidents.restart),
    "snapshot": (3, accidents.snapshot),
    "restore": (3, accidents.restore),
    "clone": (0.7, accidents.clone),
    "clock": (1.5, accidents.clock_jumps),
    "hub restart": (1.5, accidents.hub_restart),
    "hub snapshot": (1.5, accidents.hub_snapshot),
    "hub restore": (1.5, accidents.hub_restore),
    "hub standby": (1, accidents.hub_standby),
}


def _run(world: World, many: int) -> None:
    """Do `many` things, then heal and check."""
    names, weights = list(_ACTIONS), [weight for weight, _action in _ACTIONS.values()]
    for _step in range(many):
        world.time_passes()
        name = world.chance.choices(names, weights)[0]
        said = _ACTIONS[name][1](world, world.chance.choice(world.machines))
        world.trace.append(f"{name}: {said}")
    _heal(world)


def _heal(world: World) -> None:
    """End all faults, let every machine hold its sessions, and check."""
    world.hub.restart()
    world.oracle.hub_restarted(world.hub)
    world.standby = None
    held: dict[int, set[bytes]] = {}
    for one in world.machines:
        known = held.setdefault(one.kind.number, set(world.hub.rows(one.kind.number)))
        known |= one.rows().keys()
    held = {number: known | world.hub.waiting(number, known) for number, known in held.items()}
    for session in range(SESSIONS):
        said = [deeds.sync(world, one, Weather()) for one in world.machines]
        world.trace += [f"healing {session}: {one}" for one in said]
        if all(" same +0 -0" in one for one in said):
            break
    else:
        raise Broken("not the same after ten sessions")
    world.oracle.healed(world.hub, world.machines, held)


def run(seed: int, *, long: bool = False) -> Outcome:
    """Run one seed; the same seed gives the same trace. `long` asks for a long story whatever the seed."""
    outcome = Outcome(seed)
    with ExitStack() as stack:
        stack.enter_context(hardware())
        # There are no pages of a file to check, and the same bytes need not be read a hundred times.
        stack.enter_context(mock.patch.object(hub_verify, "_pages", return_value=()))
        stack.enter_context(mock.patch.object(desk_verify, "_pages", return_value=()))
        stack.enter_context(coding_once())
        stack.enter_context(mock.patch.object(entry, "read_canonical", functools.cache(entry.read_canonical)))
        kinds()
        hub_keys()
        stack.enter_context(seeded(random.Random(f"ids {seed}")))
        world = World(seed)
        stack.callback(world.close)
        outcome.trace = world.trace
        try:
            _run(world, world.chance.randrange(40, 66) if long or seed % LONG == 0 else world.chance.randrange(6, 18))
        except Exception as error:  # noqa: BLE001  whatever it was, the seed shows it
            outcome.broken = f"{type(error).__name__}: {error}"
            outcome.error = error
        outcome.entries = world.oracle.checked
    return outcome
