"""Amounts: whole đồng, read as people type them, written as papers print them."""

from __future__ import annotations

import re
from typing import NewType

from onestop_desktop.domain.text import nfc
from onestop_desktop.errors import InvalidInput

Dong = NewType("Dong", int)
"""A whole number of đồng."""

LARGEST = 10**12
"""No fee of a commune comes near it; more is a slip of the finger."""

_AMOUNT = re.compile(r"([0-9]+|[0-9]{1,3}(?:([.,\s])[0-9]{3})(?:\2[0-9]{3})*)\s*(?:đồng|đ|₫|vnđ|vnd|d)?")
_MINUS = ("-", "\u2212", "\u2013")


def parse_dong(text: str) -> Dong:
    """Read "4.000 đ", "4,000", "4 000" or "4000".

    Raises InvalidInput `money.negative` and `money.invalid`.
    """
    plain = nfc(text).strip().lower()
    if plain.startswith(_MINUS) and _AMOUNT.fullmatch(plain[1:].strip()):
        raise InvalidInput("money.negative", text=text[:40])
    found = _AMOUNT.fullmatch(plain)
    digits = re.sub("[^0-9]", "", found[1]) if found else ""
    if not digits or len(digits) > 15 or int(digits) > LARGEST:
        raise InvalidInput("money.invalid", text=text[:40])
    return Dong(int(digits))


def format_dong(amount: int) -> str:
    """Write 4000 as "4.000 đ"."""
    return f"{amount:,} đ".replace(",", ".")
