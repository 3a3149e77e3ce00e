"""Four words that two people read to each other, so that both know their machines met nobody in between."""

from __future__ import annotations

import hashlib
from functools import cache

from onestop_desktop import paths
from onestop_desktop.errors import Damaged

LIST = 256
"""Syllables in the list: one byte each, all different even without their marks."""
COUNT = 4
_LABEL = b"onestop/words/1\0"


@cache
def syllables() -> tuple[str, ...]:
    """Return the list, `resources/wire/words.txt`; it never changes.

    Raises:
        Damaged: `enrol.word_list` when the installed file is not whole.
    """
    found = tuple(paths.resources("wire", "words.txt").read_text(encoding="utf-8").split())
    if len(found) != LIST or len(set(found)) != LIST:
        raise Damaged("enrol.word_list")
    return found


def words_of(hub: bytes, desk: bytes, code: str) -> str:
    """Return the four words of an enrolment: from the public keys of hub and desk, 32 bytes each, and the card's code.

    Who stands between the two machines has other keys, and so other words.
    """
    digest = hashlib.sha256(_LABEL + hub + desk + code.encode("ascii")).digest()
    return " ".join(syllables()[byte] for byte in digest[:COUNT])
