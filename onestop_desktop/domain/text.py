"""Text as it enters the desk (composed, clean, bounded) and as it is searched (folded)."""

from __future__ import annotations

import re
import unicodedata

from onestop_desktop.errors import InvalidInput

# U+00D0/U+00F0 (Icelandic eth) is what many Vietnamese keyboards and old files hold in the place of Đ/đ.
_TO_D = str.maketrans("đĐðÐ", "dddd")
# Marks of every sort and invisible format signs.
_NOT_SEARCHED = frozenset({"Mn", "Mc", "Me", "Cf"})
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
# Pasted from chat programs and web pages; Vietnamese needs none of them and they break equality.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff]")
_LINE_END = re.compile("\r\n|[\r\n\u2028\u2029]")


_OFTEN = 0x2100
"""Below it lie the letters of Latin script; the others are looked up each time, so that the table stays small."""


class _Bare(dict[int, int | None]):
    """What becomes of a code point in a search key, decided once for each letter that occurs: marks and signs go."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code)) in _NOT_SEARCHED else code
        if code < _OFTEN:
            self[code] = kept
        return kept


_BARE = _Bare()


def nfc(text: str) -> str:
    """Compose: one code point for a letter and its marks."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Make the search key: lower case, no marks, đ as d, single spaces; folding twice changes nothing."""
    spread = unicodedata.normalize("NFD", nfc(text).lower().translate(_TO_D))
    return " ".join(nfc(spread.translate(_BARE)).lower().translate(_TO_D).split())


def clean(text: str, field: str, limit: int = 500, multiline: bool = False) -> str:
    """Compose, trim and collapse white space; line ends are kept only when `multiline`.

    `limit` counts code points after cleaning. Raises InvalidInput `text.control` on control characters,
    lone surrogates and marks that turn the direction of text, and `text.too_long`.
    """
    if _CONTROL.search(text):
        raise InvalidInput("text.control", field=field)
    plain = _INVISIBLE.sub("", nfc(text))
    lines = _LINE_END.split(plain) if multiline else [plain]
    result = "\n".join(" ".join(line.split()) for line in lines).strip()
    if len(result) > limit:
        raise InvalidInput("text.too_long", field=field, limit=limit, length=len(result))
    return result
