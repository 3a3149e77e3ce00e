"""The codes that scanners and telephones read, as black rectangles."""

from __future__ import annotations

import math
import re

import segno
from barcode.codex import Code128

from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.papers.marks import MM, Black

MODULE = 0.33 * MM
"""The narrowest bar: at 203 dpi still more than two dots."""

QUIET = 10
QR_QUIET = 4
"""Modules of white that readers need beside a code."""

_MASK = 2
_AS_TEXT = bytes(48 + (value & 1) for value in range(256))


def bars(digits: str, height: float, module: float = MODULE) -> Black:
    """Return the Code 128 of an even run of digits (set C: two digits a sign).

    Quiet zones are 10 modules wide; the height is rounded up to whole modules.
    """
    pattern = Code128(digits).build()[0]
    tall = math.ceil(height / module)
    cells = tuple((start, 0, count, tall) for start, count in _dark(pattern, QUIET))
    return Black(0, 0, module, ((len(pattern) + 2 * QUIET) * module, tall * module), cells)


def square(text: str, side: float) -> Black:
    """Return the QR code of a text, quiet zone of 4 modules included in `side`."""
    # Weighing all eight masks takes longer than the rest of the receipt; any of them reads.
    rows = segno.make_qr(text, error="m", boost_error=False, mask=_MASK).matrix
    top = len(rows) + QR_QUIET - 1
    cells: list[tuple[int, int, int, int]] = []
    for number, row in enumerate(rows):
        dark = _dark(row.translate(_AS_TEXT).decode(), QR_QUIET)
        cells.extend((start, top - number, count, 1) for start, count in dark)
    return Black(0, 0, side / (len(rows) + 2 * QR_QUIET), (side, side), tuple(cells))


def qr_text(dossier: Dossier, hub_address: str) -> str:
    """Return what a citizen's telephone reads: the hub's address naming the agency, ending in the digits.

    The digits alone where no address is set.
    """
    address = hub_address.strip().rstrip("/")
    if not address:
        return dossier.barcode
    whole = address if "://" in address else f"https://{address}"
    return f"{whole}/{dossier.office.agency}/{dossier.barcode}"


def _dark(pattern: str, first: int) -> list[tuple[int, int]]:
    """Return (start, length) of each run of 1; `first` is the number of the first module."""
    return [(first + run.start(), run.end() - run.start()) for run in re.finditer("1+", pattern)]
