"""How fast it goes now: bytes a second over the last moments, not over the whole of a session."""

from __future__ import annotations

from collections import deque

WINDOW_S = 15.0
"""Packets on a thin line come seconds apart: a shorter look back would jump."""
_LEAST_S = 0.5


class Speed:
    """Takes what was sent so far, and when; seconds of a clock that never goes back."""

    def __init__(self, begun: float) -> None:
        self._told: deque[tuple[float, int]] = deque([(begun, 0)])

    def tell(self, at: float, size: int) -> None:
        """Take that so many bytes were sent until now."""
        self._told.append((at, size))

    def now(self, at: float) -> float | None:
        """Return bytes a second until now; None while nobody can tell."""
        told = self._told
        while len(told) > 1 and told[1][0] <= at - WINDOW_S:
            told.popleft()
        (since, before), (_last, size) = told[0], told[-1]
        return (size - before) / (at - since) if size and at - since >= _LEAST_S else None
