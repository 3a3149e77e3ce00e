"""Numbers that stand on paper: dossier codes of both generations, desks' blocks, bar code digits, checks.

Patterns: Circular 01/2018/TT-VPCP, art. 19 (agency last) and Circular 03/2025/TT-VPCP, art. 13 (agency first,
Decision 20/2020/QĐ-TTg). Which one holds follows from the agency code's own shape.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from onestop_desktop.errors import InvalidInput, Refused

BLOCK = 999
"""Numbers of a desk and day before the overflow."""
DESKS = 10
_OVERFLOW = 10_000
_AGENCY_LIMIT = 35
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class CodePattern(StrEnum):
    """Which circular shaped the code."""

    OF_2018 = "2018"
    OF_2025 = "2025"


_AGENCY = {
    CodePattern.OF_2018: r"[0-9]{3}(?:\.[0-9]{2,3}){2}\.[A-Z][0-9]{2}",
    CodePattern.OF_2025: r"[A-Z][0-9]{2}(?:\.[0-9]{2,3}){0,8}",
}
_SEQUENCE = {CodePattern.OF_2018: "[0-9]{4}", CodePattern.OF_2025: "[0-9]{4,8}"}
_CODE = tuple(re.compile(f"({_AGENCY[which]})-([0-9]{{6}})-({_SEQUENCE[which]})") for which in CodePattern)
_TAIL = re.compile("-[0-9]{2}([0-9]{4})-([0-9]{4,8})$")
_TRAILING_DIGITS = re.compile("([0-9]+)[^0-9A-Za-z]*$")
_SHORTEST_DAMAGED = 14
"""From this length on, trailing digits are a bar code that was misread: nothing else at a desk is so long."""


@dataclass(frozen=True, slots=True)
class DossierCode:
    """A dossier code taken apart; `width` keeps zeros that widen the sequence."""

    agency: str
    day: date
    sequence: int
    width: int = 4

    def __str__(self) -> str:
        return f"{self.agency}-{self.day:%y%m%d}-{self.sequence:0{self.width}}"


@dataclass(frozen=True, slots=True)
class Barcode:
    """What the bar code or QR of a receipt says; `digits` is the whole of it, unique within a commune."""

    day: date
    sequence: int
    secret: str
    digits: str


def check_agency(text: str) -> str:
    """Return the agency code in capitals; raises InvalidInput `number.agency`."""
    agency = text.strip().upper()
    if len(agency) > _AGENCY_LIMIT or not any(re.fullmatch(shape, agency) for shape in _AGENCY.values()):
        raise InvalidInput("number.agency", text=text[:60])
    return agency


def pattern_of(agency: str) -> CodePattern:
    """Return the pattern that the agency code's shape calls for; raises InvalidInput `number.agency`."""
    return CodePattern.OF_2018 if check_agency(agency)[0].isdigit() else CodePattern.OF_2025


def dossier_code(agency: str, day: date, sequence: int) -> str:
    """Write `<agency>-<yymmdd>-<sequence>`, at least four digits.

    Raises InvalidInput `number.agency`, `number.sequence`; Refused `number.exhausted` past 9999 under 2018.
    """
    if sequence < 1:
        raise InvalidInput("number.sequence", sequence=sequence)
    if sequence > 9999 and pattern_of(agency) is CodePattern.OF_2018:
        raise Refused("number.exhausted")
    return str(DossierCode(check_agency(agency), day, sequence))


def parse_code(text: str) -> DossierCode:
    """Read a code as people type it: blanks, small letters and a leading "T." do not matter.

    Raises InvalidInput `number.code`.
    """
    plain = re.sub(r"\s", "", text[:80]).upper().replace("\u2013", "-").removeprefix("T.")
    for shape in _CODE:
        if found := shape.fullmatch(plain):
            day, sequence = _day(found[2]), int(found[3])
            if day is not None and sequence and len(found[1]) <= _AGENCY_LIMIT:
                return DossierCode(found[1], day, sequence, len(found[3]))
    raise InvalidInput("number.code", text=text[:60])


def short_code(code: str) -> str:
    """Return month, day and sequence ("0303-0017"), as the screen's lists show it; another text unchanged."""
    found = _TAIL.search(code)
    return f"{found[1]}-{found[2]}" if found else code


def desk_block(desk: int, start: int | None = None) -> range:
    """Return the 999 numbers that desk `desk` (1 to 10) has every day; `start` is the setting.

    Raises InvalidInput `number.desk`, `number.block`.
    """
    if not 1 <= desk <= DESKS:
        raise InvalidInput("number.desk", desk=desk)
    first = (desk - 1) * 1000 + 1 if start is None else start
    if not 1 <= first <= 10_000 - BLOCK:
        raise InvalidInput("number.block", start=first)
    return range(first, first + BLOCK)


def sequence_at(desk: int, index: int, pattern: CodePattern, start: int | None = None) -> int:
    """Return the sequence of the desk's `index`-th dossier of a day, from 1.

    Indices 1 to 999 lie in the desk's block, 1000 to 10999 at desk × 10000 (desk 1: 10000 to 19999, desk 10:
    100000 to 109999, six digits), so no two desks ever meet. Raises Refused `number.exhausted`.
    """
    block = desk_block(desk, start)
    if index < 1:
        raise InvalidInput("number.sequence", sequence=index)
    if index <= BLOCK:
        return block[index - 1]
    if pattern is CodePattern.OF_2018 or index > BLOCK + _OVERFLOW:
        raise Refused("number.exhausted")
    return desk * _OVERFLOW + index - BLOCK - 1


def index_of(desk: int, sequence: int, start: int | None = None) -> int:
    """Return which number of the desk's day `sequence` is; raises InvalidInput `number.other_desk`."""
    block = desk_block(desk, start)
    if sequence in block:
        return block.index(sequence) + 1
    if sequence // _OVERFLOW == desk:
        return BLOCK + 1 + sequence - desk * _OVERFLOW
    raise InvalidInput("number.other_desk", sequence=sequence, desk=desk)


def desk_of(sequence: int) -> int | None:
    """Return the desk whose default block or overflow holds `sequence`, None for another system's number."""
    if sequence >= _OVERFLOW:
        desk = sequence // _OVERFLOW
        return desk if desk <= DESKS else None
    return sequence // 1000 + 1 if sequence > 0 and sequence % 1000 else None


def secret_of(dossier_id: str) -> str:
    """Return six digits that cannot be guessed from the code: SHA-256 of the dossier id, mod 10⁶."""
    digest = hashlib.sha256(dossier_id.encode()).digest()
    return f"{int.from_bytes(digest, 'big') % 10**6:06}"


def check_97_10(digits: str) -> str:
    """Return the two check digits of ISO 7064 MOD 97-10: with them the whole is 1 mod 97."""
    return f"{98 - int(digits) * 100 % 97:02}"


def secret_in(digits: str) -> str:
    """Return the six secret digits that stand in a bar code's."""
    return digits[-8:-2]


def barcode_digits(day: date, sequence: int, dossier_id: str) -> str:
    """Return the 18 digits of a receipt's bar code: yymmdd, sequence, secret, check; 20 past 9999.

    The length is always even, for Code 128 set C. Raises InvalidInput `number.sequence`.
    """
    if not 1 <= sequence <= 999_999:
        raise InvalidInput("number.sequence", sequence=sequence)
    width = 4 if sequence <= 9999 else 6
    body = f"{day:%y%m%d}{sequence:0{width}}{secret_of(dossier_id)}"
    return body + check_97_10(body)


def read_barcode(text: str) -> Barcode:
    """Find a receipt's digits in a scan: alone, or at the end of an address that the input method garbled.

    Raises InvalidInput `scan.check` (misread, scan again) and `scan.unknown` (nothing of ours in it).
    """
    found = _TRAILING_DIGITS.search(text[-2000:])
    run = found[1] if found else ""
    # Digits alone must be the whole code; behind an address a garbled sign may have glued more to them.
    alone = found is not None and not re.search("[^0-9\\s]", text)
    for length in (20, 18):
        if len(run) == length or (len(run) > length and not alone):
            barcode = _barcode(run[-length:])
            if barcode is not None:
                return barcode
    raise InvalidInput("scan.check" if len(run) >= _SHORTEST_DAMAGED else "scan.unknown")


def check_characters(key: bytes, code: str, first_due: str, folded_name: str) -> str:
    """Return the 8 Crockford characters that prove a receipt: HMAC-SHA-256 over the three, cut to 40 bits."""
    message = "\0".join((code, first_due, folded_name)).encode()
    bits = int.from_bytes(hmac.digest(key, message, "sha256")[:5], "big")
    return "".join(_CROCKFORD[bits >> shift & 31] for shift in range(35, -1, -5))


def _barcode(digits: str) -> Barcode | None:
    day, sequence = _day(digits[:6]), int(digits[6:-8])
    wide = len(digits) == 20
    if int(digits) % 97 != 1 or day is None or not sequence or wide != (sequence > 9999):
        return None
    return Barcode(day, sequence, secret_in(digits), digits)


def _day(yymmdd: str) -> date | None:
    try:
        return datetime.strptime("20" + yymmdd, "%Y%m%d").date()  # noqa: DTZ007  a civil day has no zone
    except ValueError:
        return None
