"""What goes wrong between a desk and its hub, and the one source of chance that decides it."""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from onestop_desktop.errors import InvalidInput, Refused, TryLater

Call = Callable[[bytes], bytes]


class Killed(BaseException):
    """The program was ended from outside: nothing of it runs any more."""


@contextlib.contextmanager
def seeded(chance: random.Random) -> Iterator[None]:
    """Let everything that asks the operating system for randomness (ids, epochs, nonces) follow from a seed."""
    kept = (os.urandom, random._urandom)  # type: ignore[attr-defined]
    os.urandom = random._urandom = chance.randbytes  # type: ignore[attr-defined]
    try:
        yield
    finally:
        os.urandom, random._urandom = kept  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad the line is: chances of a call, from 0 to 1; `cut_after` calls nothing passes any more."""

    loss: float = 0.0
    answer_loss: float = 0.0
    duplicate: float = 0.0
    truncated: float = 0.0
    flipped: float = 0.0
    killed: float = 0.0
    busy: float = 0.0
    cut_after: int = 1_000_000

    @classmethod
    def drawn(cls, chance: random.Random) -> Weather:
        """Draw a line's weather; one in three has none."""
        if chance.random() < 0.35:
            return cls(busy=0.1)
        return cls(
            loss=chance.choice((0.0, 0.1, 0.3)), answer_loss=chance.choice((0.0, 0.1, 0.3)),
            duplicate=chance.choice((0.0, 0.2)), truncated=chance.choice((0.0, 0.05)),
            flipped=chance.choice((0.0, 0.05)), killed=chance.choice((0.0, 0.0, 0.1)), busy=0.1,
            cut_after=chance.choice((1, 2, 3, 5, 1_000_000)),
        )  # fmt: skip


def mangled(data: bytes, weather: Weather, chance: random.Random) -> bytes:
    """Return bytes as they arrive: whole, cut short, or with one bit changed."""
    draw = chance.random()
    if data and draw < weather.truncated:
        return data[: chance.randrange(len(data))]
    if data and draw < weather.truncated + weather.flipped:
        at = chance.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
    return data


def over_the_line(ask: Call, data: bytes, weather: Weather, chance: random.Random) -> bytes:
    """Carry one request and its answer; refusals arrive as HTTP brings them.

    Raises:
        TryLater: the request or its answer was lost.
        Refused: what the hub refused.
        Killed: the desk's program ended while it waited.
    """
    if chance.random() < weather.loss:
        raise TryLater("link.no_network")
    sent = mangled(data, weather, chance)
    try:
        answer = ask(sent)
        if chance.random() < weather.duplicate:
            answer = ask(sent)
    except (InvalidInput, Refused) as error:
        raise Refused(error.code, **error.facts) from error
    if chance.random() < weather.killed:
        raise Killed
    if chance.random() < weather.answer_loss:
        raise TryLater("link.no_network")
    return mangled(answer, weather, chance)
