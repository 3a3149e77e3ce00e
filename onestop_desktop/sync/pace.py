"""How large the next packet is: it grows while packets pass, and shrinks where the link breaks."""

from __future__ import annotations

from dataclasses import dataclass

FIRST, LEAST, MOST = 8_000, 2_000, 32_000
"""Bytes of a packet: at first, at least (but one entry), at most."""
_CALM = 8
"""Packets that must pass after a failure before a larger one is tried: else a link that breaks at the same place
again and again would see each second packet fail."""


@dataclass(slots=True)
class Pace:
    """The size of packets in one session."""

    size: int = 0
    failures: int = 0
    """How many failed one after the other."""
    _calm: int = 0

    def __post_init__(self) -> None:
        self.size = min(max(self.size or FIRST, LEAST), MOST)

    def passed(self) -> None:
        """A packet was acknowledged."""
        self.failures = 0
        if self._calm:
            self._calm -= 1
        else:
            self.size = min(self.size * 2, MOST)

    def failed(self) -> int:
        """A packet was not; return how many in a row were not."""
        self.failures += 1
        self._calm = _CALM
        self.size = max(self.size // 2, LEAST)
        return self.failures
