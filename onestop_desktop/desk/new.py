"""What a new desk is made from."""

from __future__ import annotations

from dataclasses import dataclass

from onestop_desktop.domain.office import Office
from onestop_desktop.store.store import FirstUser


@dataclass(frozen=True, slots=True)
class NewDesk:
    """Offices by date, the desk's index (1 to 10), its first user; `start` is the first number of its block."""

    offices: tuple[Office, ...]
    desk: int
    user: FirstUser
    training: bool = False
    start: int | None = None


__all__ = ["FirstUser", "NewDesk"]
