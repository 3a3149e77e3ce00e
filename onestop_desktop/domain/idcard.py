"""The QR of an identity card, as a scanner types it: read, checked, and salvaged when the typing was garbled.

The card's raw text is never kept and stands in no error. Fields, with `|` between them (chip cards since
2021): number, old CMND number (may be empty), name, birth date, sex, address, issue date; dates ddmmyyyy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from onestop_desktop.domain.person import NAME_LIMIT, IdKind, Person, PersonKind, birth_year_of, sex_of
from onestop_desktop.domain.text import fold, nfc
from onestop_desktop.errors import InvalidInput

LONGEST = 2000
"""Characters of the longest text that can still be a card's."""

# A scanner may tell its symbology first: "]Q1" for a QR.
_LEAD = re.compile(r"^(?:\ufeff|\s)*(?:\][A-Za-z][0-9])?")
_START = re.compile(r"([0-9]{12})(?![0-9])")
# Another keyboard layout types another sign for `|`; whatever stands after the number is the separator.
_SEPARATED = re.compile(r"([0-9]+)([^\w\s])")
_MOJIBAKE = re.compile(
    "\ufffd|[ÂÃÄÅÆáâ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_TYPED_TONES = re.compile(r"\b\w*(?:[aou]w|(?:aa|ee|oo|dd)\w*[fsrxj]\b)", re.IGNORECASE)
_NOT_IN_NAME = re.compile(r"[^\w\s.'’-]|[0-9_]")
_NOT_IN_ADDRESS = re.compile('[?<>{}\\[\\]|\\\\^~`*=$%@!"]')
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class IdCard:
    """What a card says; `doubtful` names the fields that somebody must look at.

    Dates are ISO texts, as exact as the card; `issued_on` and `old_number` may be empty. `sex` is "nam" or
    "nữ".
    """

    number: str
    old_number: str
    name: str
    birth_date: str
    sex: str
    address: str
    issued_on: str
    doubtful: tuple[str, ...] = ()

    def as_person(self) -> Person:
        """Return the holder as a person of a dossier."""
        return Person(
            kind=PersonKind.PERSON,
            name=self.name,
            id_kind=IdKind.CCCD,
            id_number=self.number,
            birth_date=self.birth_date,
            sex=self.sex,
            address=self.address,
        )


def looks_like_card(text: str) -> bool:
    """Say whether a scan should be read as a card, whole or broken (so that the reason is told)."""
    plain = _LEAD.sub("", text)
    found = _SEPARATED.match(plain)
    if found and 9 <= len(found[1]) <= 14 and plain.count(found[2]) >= 4:
        return True
    return _START.match(plain) is not None and len(plain) >= 30


def salvage_number(text: str) -> str | None:
    """Return the 12-digit number that a card's garbled text starts with, if it does."""
    found = _START.match(_LEAD.sub("", text))
    return found[1] if found else None


def read_idcard(text: str) -> IdCard:
    """Read the text of a card's QR; a marks-lost or IME-garbled one is taken with its fields in doubt.

    Raises InvalidInput: `idcard.not_a_card`, `idcard.digits` (the number has not 12 digits),
    `idcard.garbled` (fields missing; `salvage_number` may still help), `idcard.name`, `idcard.date`;
    none carries the card's text. A sex or a birth year that does not fit the number is a doubt.
    """
    seen = _LEAD.sub("", text[: LONGEST + 1]).strip(" \t\r\n")
    repaired = _undo_wrong_code_page(nfc(seen))
    number, parts = _split(repaired)
    doubtful = _garbled_parts(parts, _split(nfc(seen))[1] if repaired != nfc(seen) else parts)
    if not parts["name"] or len(parts["name"]) > NAME_LIMIT or not re.search(r"[^\W\d_]", parts["name"]):
        raise InvalidInput("idcard.name")
    birth_date = _birth_date(parts["birth_date"], doubtful)
    issued_on = _issue_date(parts["issued_on"], birth_date, doubtful)
    sex = _sex(parts["sex"], number, doubtful)
    if birth_date and int(birth_date[:4]) != birth_year_of(number):
        # Numbers given before a birth date was corrected exist: a look, not a refusal.
        doubtful.add("birth_date")
    old_number = parts["old_number"]
    if old_number and not re.fullmatch("[0-9]{9}|[0-9]{12}", old_number):
        doubtful.add("old_number")
        old_number = ""
    return IdCard(
        number=number,
        old_number=old_number,
        name=parts["name"],
        birth_date=birth_date,
        sex=sex,
        address=parts["address"],
        issued_on=issued_on,
        doubtful=tuple(name for name in _ORDER if name in doubtful),
    )


_SEVEN = ("number", "old_number", "name", "birth_date", "sex", "address", "issued_on")
_SIX = ("number", "name", "birth_date", "sex", "address", "issued_on")
_ORDER = _SEVEN


def _split(text: str) -> tuple[str, dict[str, str]]:
    found = _SEPARATED.match(text)
    fields = text.split(found[2]) if found else []
    if found is None or len(text) > LONGEST:
        broken = _START.match(text) is not None and 12 < len(text) <= LONGEST
        raise InvalidInput("idcard.garbled" if broken else "idcard.not_a_card")
    if len(fields) < 5:
        raise InvalidInput("idcard.garbled" if len(found[1]) == 12 else "idcard.not_a_card")
    if len(found[1]) != 12:
        raise InvalidInput("idcard.digits", length=len(found[1]))
    # Some readers leave the slot of the old CMND number out: then the date stands one field earlier.
    six = bool(fields[1]) and not fields[1].strip().isdigit() and fields[2].strip().isdigit()
    names = _SIX if six else _SEVEN
    if len(fields) < len(names) - 1:
        raise InvalidInput("idcard.garbled")
    parts = dict.fromkeys(_SEVEN, "")
    parts.update(zip(names, (" ".join(field.split()) for field in fields), strict=False))
    return found[1], parts


def _undo_wrong_code_page(text: str) -> str:
    # Scanners send UTF-8 through a Windows code page; what was done in one step is undone in one.
    if not _MOJIBAKE.search(text):
        return text
    try:
        return nfc(b"".join(_byte(letter) for letter in text).decode("utf-8"))
    except UnicodeError:
        return text


def _byte(letter: str) -> bytes:
    # Windows passes the five bytes that its code page leaves out through as they are.
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")


def _garbled_parts(parts: dict[str, str], seen: dict[str, str]) -> set[str]:
    found = {name for name in ("name", "address", "sex") if parts[name] != seen[name]}
    for name, wrong in (("name", _NOT_IN_NAME), ("address", _NOT_IN_ADDRESS)):
        if any(sign.search(parts[name]) for sign in (wrong, _MOJIBAKE, _TYPED_TONES, _CONTROL)):
            found.add(name)
        parts[name] = " ".join(_CONTROL.sub("", parts[name]).split())
    # Names without any mark exist, addresses without one hardly: both bare means that the marks were lost.
    if (parts["name"] + parts["address"]).isascii():
        found.update(name for name in ("name", "address") if parts[name])
    return found


def _sex(text: str, number: str, doubtful: set[str]) -> str:
    told = {"nam": "nam", "nu": "nữ"}.get(fold(text))
    if told is None:
        doubtful.add("sex")
        return sex_of(number)
    if told != sex_of(number):
        # Such cards exist; whether the number or the sex is wrong is not ours to say, so what is printed is taken.
        doubtful.add("sex")
    return told


def _birth_date(text: str, doubtful: set[str]) -> str:
    if not text:
        raise InvalidInput("idcard.date")
    if not re.fullmatch("[0-9]{4}|[0-9]{6}|[0-9]{8}", text):
        doubtful.add("birth_date")
        return ""
    day, month, year = (int(part) for part in (text.zfill(8)[:2], text.zfill(8)[2:4], text[-4:]))
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        raise InvalidInput("idcard.date") from None
    if not month:
        return f"{year:04}"
    return f"{year:04}-{month:02}" + (f"-{day:02}" if day else "")


def _issue_date(text: str, birth_date: str, doubtful: set[str]) -> str:
    if not text:
        return ""
    try:
        issued_on = date(int(text[4:]), int(text[2:4]), int(text[:2])).isoformat() if len(text) == 8 else ""
    except ValueError:
        issued_on = ""
    if not issued_on or issued_on < birth_date:
        doubtful.add("issued_on")
        return ""
    return issued_on
