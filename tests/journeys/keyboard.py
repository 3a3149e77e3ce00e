"""A keyboard that bears every Vietnamese letter: xdotool would lend each a key for a moment, and a busy PC lose it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from unicodedata import normalize

_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_VOWELS = "aăâeêioôơuưy"
LETTERS = "đð" + "".join(
    normalize("NFC", one + tone) for one in _VOWELS for tone in _TONES if one + tone not in "aeiouy"
)
_NAMED = {"ă": "abreve", "đ": "dstroke", "ĩ": "itilde", "ũ": "utilde", "ð": "eth"}
"""Letters that X knew before Unicode keep their old names."""
_CAPITALS = {"ð": "ETH"}
_SPARE = range(147, 256)
_KEYCODE = re.compile(r"<I(\d+)> = \d+;")
_SPARE_SYMBOL = re.compile(r"^\s*key +<I(\d+)> .*$\n", re.MULTILINE)
_SYMBOLS = re.compile(r"(xkb_symbols .*\{)")


def _names(letter: str) -> tuple[str, str]:
    if letter in _NAMED:
        small = _NAMED[letter]
        return small, _CAPITALS.get(letter, small.capitalize())
    return f"U{ord(letter):04X}", f"U{ord(letter.upper()):04X}"


def _symbols(keys: Iterator[int]) -> str:
    pairs = zip(keys, map(_names, LETTERS), strict=False)
    return "".join(f"\n    key <I{key}> {{ [ {small}, {capital} ] }};" for key, (small, capital) in pairs)


def with_letters(keymap: str) -> str:
    """Return an X keymap whose keys for players and launchers bear Vietnamese letters instead."""
    keys = iter(sorted(int(one) for one in _KEYCODE.findall(keymap) if int(one) in _SPARE))
    bare = _SPARE_SYMBOL.sub(lambda found: "" if int(found[1]) in _SPARE else found[0], keymap)
    return _SYMBOLS.sub(lambda found: found[1] + _symbols(keys), bare, count=1)


def lay_out(display: str) -> None:
    """Give the keyboard of a screen its letters."""
    told = subprocess.run(["xkbcomp", display, "-"], capture_output=True, text=True, check=True)
    subprocess.run(["xkbcomp", "-w", "0", "-", display], input=with_letters(told.stdout), text=True, check=True)
