"""The dictionaries that packets are compressed with; each stays in `resources/wire` for ever."""

from __future__ import annotations

from functools import cache

import zstandard

from onestop_desktop import paths
from onestop_desktop.errors import InvalidInput

NONE, NEWEST = 0, 1


@cache
def dictionary(number: int) -> zstandard.ZstdCompressionDict | None:
    """Return a dictionary; None for number 0.

    Raises:
        InvalidInput: `packet.dictionary` for one of a newer program.
    """
    if number == NONE:
        return None
    path = paths.resources("wire", f"{number}.dict")
    if not path.exists():
        raise InvalidInput("packet.dictionary", number=number)
    return zstandard.ZstdCompressionDict(path.read_bytes(), dict_type=zstandard.DICT_TYPE_FULLDICT)
