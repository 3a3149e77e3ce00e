"""Numbers of variable length, readers that never read past the end, and columns of whole numbers.

A column of numbers is one tag in `plan` and its data: the same number all along, a step, differences, or planes of
bytes. A packet's rows are four streams, so that like lies beside like when it is compressed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import accumulate, pairwise

from onestop_desktop.errors import InvalidInput

_WIDEST = 8
_LIMIT = 1 << 62


def put_number(out: bytearray, value: int) -> None:
    """Write a whole number from 0, seven bits a byte, lowest first."""
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def put_signed(out: bytearray, value: int) -> None:
    """Write a whole number: 0, -1, 1, -2 … as 0, 1, 2, 3 …"""
    put_number(out, value << 1 if value >= 0 else (-value << 1) - 1)


class Reader:
    """A place in some bytes.

    Raises:
        InvalidInput: `packet.damaged`, from every method, where the bytes end or are not what was asked for.
    """

    __slots__ = ("at", "data")

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        end = self.at + size
        if end > len(self.data):
            raise InvalidInput("packet.damaged")
        part = self.data[self.at : end]
        self.at = end
        return part

    def byte(self) -> int:
        """Return the next byte."""
        return self.take(1)[0]

    def number(self) -> int:
        """Return the next number, below 2**63, in its one encoding."""
        value = self.byte()
        if value < 0x80:
            return value
        value &= 0x7F
        for shift in range(7, 63, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if not byte:
                    raise InvalidInput("packet.damaged")
                return value
        raise InvalidInput("packet.damaged")

    def signed(self) -> int:
        """Return the next number of either sign."""
        value = self.number()
        return -(value + 1 >> 1) if value & 1 else value >> 1

    def until(self, end: bytes) -> bytes:
        """Return the bytes before the next `end` and pass over both."""
        found = self.data.find(end, self.at)
        if found < 0:
            raise InvalidInput("packet.damaged")
        part = self.data[self.at : found]
        self.at = found + len(end)
        return part

    @property
    def done(self) -> bool:
        """Say whether everything is read."""
        return self.at == len(self.data)


@dataclass(slots=True)
class Out:
    """The four streams of a packet's rows: how columns are laid, small numbers, texts, and what looks like noise."""

    plan: bytearray = field(default_factory=bytearray)
    small: bytearray = field(default_factory=bytearray)
    text: bytearray = field(default_factory=bytearray)
    noise: bytearray = field(default_factory=bytearray)

    def joined(self) -> bytes:
        """Return the streams one behind the other, the lengths of the first three before them."""
        out = bytearray()
        for part in (self.plan, self.small, self.text):
            put_number(out, len(part))
        return bytes(out + self.plan + self.small + self.text + self.noise)


class Budget:
    """How much a packet may still unfold to: values, and the bytes of their JSON.

    Raises:
        InvalidInput: `packet.size` when it is used up.
    """

    __slots__ = ("size", "values")

    def __init__(self, values: int = 1_000_000, size: int = 8 << 20) -> None:
        self.values = values
        self.size = size

    def spend(self, values: int, size: int = 0) -> None:
        """Take from what is left."""
        self.values -= values
        self.size -= size
        if self.values < 0 or self.size < 0:
            raise InvalidInput("packet.size")


class In:
    """The four streams, being read."""

    __slots__ = ("budget", "noise", "plan", "small", "text")

    def __init__(self, data: bytes) -> None:
        head = Reader(data)
        sizes = [head.number() for _part in range(3)]
        self.plan, self.small, self.text = (Reader(head.take(size)) for size in sizes)
        self.noise = Reader(head.take(len(data) - head.at))
        self.budget = Budget()

    @property
    def done(self) -> bool:
        """Say whether all four are read."""
        return self.plan.done and self.small.done and self.text.done and self.noise.done


class Numbers(IntEnum):
    """How a column of numbers is laid."""

    SAME = 0
    STEP = 1
    PLAIN = 2
    DELTA = 3
    PLANES = 4


def put_numbers(out: Out, values: Sequence[int]) -> None:
    """Write a column of numbers, the shortest way; their count is known to whoever reads it.

    Raises:
        ValueError: a number of 2**62 or more.
    """
    if not values:
        return
    low, high = min(values), max(values)
    if low <= -_LIMIT or high >= _LIMIT:
        raise ValueError("number")
    steps = [right - left for left, right in pairwise(values)]
    if len(values) == 1 or min(steps) == max(steps):
        out.plan.append(Numbers.STEP if steps and steps[0] else Numbers.SAME)
        put_signed(out.plan, values[0])
        if steps and steps[0]:
            put_signed(out.plan, steps[0])
        return
    plain, delta, planes = _plain(values), _plain(steps), _planes(values, low, high)
    best = min((_cost(plain), Numbers.PLAIN), (_cost(delta), Numbers.DELTA), (_cost(planes), Numbers.PLANES))[1]
    out.plan.append(best)
    if best is Numbers.PLAIN:
        out.small += plain
    elif best is Numbers.DELTA:
        put_signed(out.plan, values[0])
        out.small += delta
    else:
        put_signed(out.plan, low)
        out.plan.append(len(planes) // len(values))
        out.noise += planes


def _plain(values: Sequence[int]) -> bytearray:
    out = bytearray()
    for value in values:
        put_signed(out, value)
    return out


def _planes(values: Sequence[int], low: int, high: int) -> bytes:
    width = max(1, ((high - low).bit_length() + 7) // 8)
    rows = b"".join((value - low).to_bytes(width, "big") for value in values)
    return b"".join(rows[at::width] for at in range(width))


def _cost(data: bytes | bytearray) -> float:
    """Guess what some bytes cost when compressed: their entropy, one by one."""
    size = len(data)
    return sum(count * math.log2(size / count) for count in Counter(data).values()) / 8


def read_numbers(source: In, count: int) -> list[int]:
    """Read a column of numbers."""
    if not count:
        return []
    source.budget.spend(count)
    return _READ[source.plan.byte()](source, count)


def _read_same(source: In, count: int) -> list[int]:
    return [source.plan.signed()] * count


def _read_step(source: In, count: int) -> list[int]:
    first, step = source.plan.signed(), source.plan.signed()
    return [first + step * at for at in range(count)]


def _read_plain(source: In, count: int) -> list[int]:
    small = source.small
    few = small.data[small.at : small.at + count]
    if len(few) == count and max(few) <= 0x7F:  # a byte each, as most columns are
        small.at += count
        return [-(value + 1 >> 1) if value & 1 else value >> 1 for value in few]
    return [small.signed() for _at in range(count)]


def _read_delta(source: In, count: int) -> list[int]:
    first = source.plan.signed()
    return list(accumulate(_read_plain(source, count - 1), initial=first))


def _read_planes(source: In, count: int) -> list[int]:
    low, width = source.plan.signed(), source.plan.byte()
    if not 1 <= width <= _WIDEST:
        raise InvalidInput("packet.damaged")
    data = source.noise.take(width * count)
    values = [low] * count
    for plane in range(width):
        shift = 8 * (width - 1 - plane)
        values = [value + (byte << shift) for value, byte in zip(values, data[plane * count :], strict=False)]
    return values


_READ: dict[int, Callable[[In, int], list[int]]] = {
    Numbers.SAME: _read_same,
    Numbers.STEP: _read_step,
    Numbers.PLAIN: _read_plain,
    Numbers.DELTA: _read_delta,
    Numbers.PLANES: _read_planes,
}
