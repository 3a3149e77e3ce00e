"""Packets that broke off on their way: what has come of them is kept for a while, so that only the rest is sent.

A line that breaks after some thousand bytes would else see the same bytes again and again. What is kept here was
checked by nobody yet: it is a part of a packet and nothing more until the rest has come. It is in memory alone, and the
oldest goes when there is too much.
"""

from __future__ import annotations

from collections import OrderedDict

from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.wire.packet import NAMED, part_name

OFFSET = "upload-offset"
"""The header that says where a rest begins, and how much is here; tus calls it so."""
MOST_KEPT = 100


class Parts:
    """The beginnings of packets, by name."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytearray] = OrderedDict()

    def begun(self, name: str, offset: str) -> bytearray:
        """Return what a body goes on behind: nothing without a name, else the beginning up to the offset.

        Raises:
            InvalidInput: `hub.number`.
            Refused: `packet.part` when that much is not here.
        """
        if not name:
            return bytearray()
        if not (offset.isascii() and offset.isdigit() and len(offset) <= 6):
            raise InvalidInput("hub.number", field=OFFSET)
        kept = self._kept.get(name, b"")
        if not 0 < int(offset) <= len(kept):
            raise Refused("packet.part", held=len(kept))
        return bytearray(kept[: int(offset)])

    def grown(self, whole: bytearray) -> None:
        """Keep what has come so far."""
        if len(whole) >= NAMED:
            name = part_name(whole)
            self._kept[name] = whole
            self._kept.move_to_end(name)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def complete(self, whole: bytearray) -> None:
        """Keep no more of what has come in full."""
        if len(whole) >= NAMED:
            self._kept.pop(part_name(whole), None)

    def held(self, name: str) -> int:
        """Return how many bytes of a packet are here; 0 for one that nobody knows."""
        return len(self._kept.get(name, b""))
