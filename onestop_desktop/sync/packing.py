"""The next packet of a session: as many entries as the line may carry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from onestop_desktop.domain.entry import Entry
from onestop_desktop.errors import InvalidInput
from onestop_desktop.sync.pace import Pace
from onestop_desktop.wire import packet


@dataclass(frozen=True, slots=True)
class Packing:
    """Packs for a desk ("01" to "10"), by the name of its key and what signs with it."""

    desk: str
    key: bytes
    sign: Callable[[bytes], bytes]
    pace: Pace

    def first_of(self, entries: Sequence[Entry]) -> tuple[list[Entry], bytes]:
        """Pack as many of the first entries as the line may carry; where the guess was bad, once more.

        Raises:
            InvalidInput: `packet.size` for an entry that no packet holds.
        """
        for last in (False, True):
            run, data = self._pack(entries)
            if last or len(run) == len(entries) or self.pace.fits(len(data)):
                break
        return run, data

    def _pack(self, entries: Sequence[Entry]) -> tuple[list[Entry], bytes]:
        while True:
            run = next(packet.runs(entries, self.pace.guess))
            guessed = sum(map(packet.guess, run))
            try:
                data = packet.pack(run, self.desk, self.key, self.sign)
            except InvalidInput:
                if len(run) == 1:
                    raise
                self.pace.guess_less()
                continue
            self.pace.packed(guessed, len(data))
            return run, data
