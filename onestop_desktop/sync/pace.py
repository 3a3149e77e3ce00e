"""How large the next packet is: it grows while packets pass, and is fitted into what a line carries before it breaks.

A line that broke will often break there again: after so many bytes, or so long. What passed before the break passes
in packets as large as may be; the place of the break, which lies somewhere in the packet that was lost, is closed in
upon by halves, and a line that carries more is trusted with more and more.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST, LEAST, MOST = 8_000, 1_000, 32_000
"""Bytes of a packet: at first, at least (but one entry), at most."""
_HEAD = 150
"""Bytes about a packet on the line."""
_MARGIN = 0.95


@dataclass(slots=True)
class Pace:
    """The size of packets in one session."""

    size: int = 0
    failures: int = 0
    """How many failed one after the other."""
    _first: int = 0
    _carried: int = 0
    """Bytes that passed since the line broke the last time."""
    _low: int = 0
    _high: int = 0
    """The line broke between the two the last time; 0 while it has not."""
    _ratio: float = 1.0
    """Bytes of a packet for each one that was guessed."""

    def __post_init__(self) -> None:
        self.size = self._first = min(max(self.size or FIRST, LEAST), MOST)

    @property
    def wanted(self) -> int:
        """Return the bytes that the next packet may have."""
        return max(min(self.size, self._room), LEAST)

    @property
    def _room(self) -> int:
        if not self._high:
            return self._first + self._carried
        before = self._low - self._carried - _HEAD
        if before >= LEAST:
            return before
        ahead = self._high - self._carried
        return ahead // 2 if ahead > 0 else -ahead

    @property
    def guess(self) -> int:
        """Return the bytes that the next packet may have, as wrong as the last guess was."""
        return round(self.wanted * _MARGIN / self._ratio)

    def packed(self, guessed: int, size: int) -> None:
        """Learn how wrong a guess was."""
        self._ratio = size / guessed

    def guess_less(self) -> None:
        """Take half at most: what was guessed makes no packet at all."""
        self._ratio = 2 * max(self._ratio, 1.0)

    def fits(self, size: int) -> bool:
        """Say whether a packet is neither too large nor far too small for the line."""
        return self.wanted // 2 <= size <= self.wanted

    def passed(self, size: int) -> None:
        """A packet of so many bytes was acknowledged."""
        self.failures = 0
        self._carried += size + _HEAD
        self.size = min(self.size * 2, MOST)

    def failed(self, size: int) -> int:
        """A packet of so many bytes was not; return how many in a row were not."""
        self.failures += 1
        self._low, self._high, self._carried = self._carried, self._carried + size + _HEAD, 0
        self.size = max(self.size // 2, LEAST)
        return self.failures
