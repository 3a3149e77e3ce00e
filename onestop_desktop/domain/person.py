"""A person or body of a dossier: how raw input becomes one, and what only makes us look twice.

Names are one text: Thái, Mông and other names do not split into family and given name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from onestop_desktop.domain.text import clean, fold, nfc
from onestop_desktop.errors import InvalidInput

NAME_LIMIT = 200
FIRST_BIRTH_YEAR = 1870
CMND_ENDED_ON = date(2025, 1, 1)
"""Since then the CMND proves nothing (Law on Identity 26/2023/QH15, art. 46)."""


class PersonKind(StrEnum):
    """Who stands behind the name; the words are those of the intake line."""

    PERSON = "person"
    BUSINESS = "business"
    AGENCY = "agency"
    ORGANISATION = "organisation"


class IdKind(StrEnum):
    """What the identity number is a number of."""

    CCCD = "cccd"
    CMND = "cmnd"
    PASSPORT = "passport"
    TAX = "tax"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Person:
    """One owner, presenter or principal; an empty text means not told.

    `birth_date` is as exact as the paper: "1975", "1975-03" or "1975-03-02". `sex` is "nam" or "nữ".
    """

    kind: PersonKind
    name: str
    id_kind: IdKind = IdKind.NONE
    id_number: str = ""
    birth_date: str = ""
    sex: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    authority: str = ""

    def as_body(self) -> dict[str, str]:
        """Return the fields that are told, as an entry holds them."""
        told = ((name, str(getattr(self, name))) for name in _FIELDS)
        return {name: value for name, value in told if value}

    @classmethod
    def from_body(cls, body: Mapping[str, object]) -> Person:
        """Read what an entry holds; never fails, whatever a newer program wrote."""
        told = {name: value for name in _FIELDS if isinstance(value := body.get(name), str)}
        kind, id_kind, name = told.pop("kind", ""), told.pop("id_kind", ""), told.pop("name", "")
        return cls(
            kind=PersonKind(kind) if kind in _PERSON_KINDS else PersonKind.PERSON,
            name=name,
            id_kind=IdKind(id_kind) if id_kind in _ID_KINDS else IdKind.NONE,
            **told,
        )


_FIELDS = tuple(field.name for field in fields(Person))
_PERSON_KINDS = frozenset(PersonKind)
_ID_KINDS = frozenset(IdKind)

_ID_SHAPES: dict[IdKind, re.Pattern[str]] = {
    IdKind.CCCD: re.compile("[0-9]{12}"),
    IdKind.CMND: re.compile("[0-9]{9}|[0-9]{12}"),
    IdKind.TAX: re.compile("[0-9]{10}(?:-[0-9]{3})?|[0-9]{12}"),
    IdKind.PASSPORT: re.compile("[A-Z0-9]{6,9}"),
}
# In this order: the first shape that fits names the kind. Nine digits alone are a CMND, never a passport.
_GUESSES: tuple[tuple[IdKind, re.Pattern[str]], ...] = (
    (IdKind.CCCD, re.compile("[0-9]{12}")),
    (IdKind.CMND, re.compile("[0-9]{9}")),
    (IdKind.TAX, re.compile("[0-9]{10}(?:-?[0-9]{3})?")),
    (IdKind.PASSPORT, re.compile("[A-Z]{1,2}[A-Z0-9]{5,8}")),
)
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_SEXES = {"nam": "nam", "nữ": "nữ"}
_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@.<>\"(),:;\[\]\\]+(?:\.[^\s@.<>\"(),:;\[\]\\]+)+")
_ISO_BIRTH = re.compile("([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_SPOKEN_BIRTH = re.compile("(?:(?:([0-9]{1,2})[/.-])?([0-9]{1,2})[/.-])([0-9]{4})")


def read_person(mapping: object, field: str = "applicant", today: date | None = None) -> Person:
    """Check raw input (a JSON object) and return the person in it.

    `today` is the desk's day, the bound of the birth date. Raises InvalidInput: `input.type`,
    `input.unknown_key`, `input.choice`, `text.*`, `person.name_empty`, `person.id_length`,
    `person.id_without_kind`, `person.tax_check`, `person.birth_date`, `person.sex`, `person.phone`,
    `person.email`.
    """
    raw = _texts(mapping, field)
    name = clean(raw.get("name", ""), f"{field}.name", NAME_LIMIT)
    if not name:
        raise InvalidInput("person.name_empty", field=field)
    id_kind, id_number = _identity(raw.get("id_kind", ""), raw.get("id_number", ""), field)
    return Person(
        kind=PersonKind(_choice(raw.get("kind") or PersonKind.PERSON, _PERSON_KINDS, f"{field}.kind")),
        name=name,
        id_kind=id_kind,
        id_number=id_number,
        birth_date=read_birth_date(raw.get("birth_date", ""), f"{field}.birth_date", today),
        sex=_sex(raw.get("sex", ""), f"{field}.sex"),
        phone=read_phone(raw.get("phone", ""), f"{field}.phone"),
        email=_email(raw.get("email", ""), f"{field}.email"),
        address=clean(raw.get("address", ""), f"{field}.address"),
        authority=clean(raw.get("authority", ""), f"{field}.authority"),
    )


def read_phone(text: str, field: str = "phone") -> str:
    """Return 10 to 13 digits without blanks and dots, +84 as 0; raises InvalidInput `person.phone`."""
    plain = re.sub(r"[\s.()-]", "", text)
    digits = re.sub(r"^(?:\+84|0084)0?", "0", plain).removeprefix("+")
    if digits and not re.fullmatch("[0-9]{10,13}", digits):
        raise InvalidInput("person.phone", field=field)
    return digits


def read_birth_date(text: str, field: str = "birth_date", today: date | None = None) -> str:
    """Return "1975", "1975-03" or "1975-03-02"; reads 02/03/1975 and 03/1975 as well.

    Raises InvalidInput `person.birth_date` for a day that does not exist or is after `today`.
    """
    plain = text.strip()
    if not plain:
        return ""
    iso, spoken = _ISO_BIRTH.fullmatch(plain), _SPOKEN_BIRTH.fullmatch(plain)
    parts = iso.groups() if iso else spoken.groups()[::-1] if spoken else None
    if parts is None:
        raise InvalidInput("person.birth_date", field=field)
    try:
        first = date(*(int(part or 1) for part in parts))
    except ValueError:
        raise InvalidInput("person.birth_date", field=field) from None
    if first.year < FIRST_BIRTH_YEAR or (today is not None and first > today):
        raise InvalidInput("person.birth_date", field=field)
    return first.isoformat()[: (4, 7, 10)[sum(part is not None for part in parts) - 1]]


def doubts(person: Person, provinces: Mapping[str, str], on: date | None = None) -> tuple[str, ...]:
    """Return the codes of what only warns: a personal number that does not fit, a CMND that has ended.

    `provinces` maps the first three digits to a name; a number given abroad warns too. `on` is the day of
    receipt: before 2025 a CMND was still good. Structure of the number: Circular 59/2021/TT-BCA.
    """
    found = []
    number = person.id_number
    if re.fullmatch("[0-9]{12}", number):
        if number[:3] not in provinces:
            found.append("doubt.province")
        if person.sex and person.sex != sex_of(number):
            found.append("doubt.sex")
        if person.birth_date and person.birth_date[:4] != str(birth_year_of(number)):
            found.append("doubt.birth_year")
    if person.id_kind is IdKind.CMND and (on is None or on >= CMND_ENDED_ON):
        found.append("doubt.cmnd_expired")
    return tuple(found)


def sex_of(number: str) -> str:
    """Return the sex that the fourth digit of a 12-digit personal number tells."""
    return "nữ" if int(number[3]) % 2 else "nam"


def birth_year_of(number: str) -> int:
    """Return the year of birth that digits four to six of a 12-digit personal number tell."""
    return 1900 + int(number[3]) // 2 * 100 + int(number[4:6])


def same_person_key(person: Person) -> str:
    """Return the key under which the desk remembers a person: the number, or name, birth year and phone."""
    if person.id_number:
        return f"id:{person.id_number}"
    return f"name:{fold(person.name)}|{person.birth_date[:4]}|{person.phone}"


def _texts(mapping: object, field: str) -> dict[str, str]:
    if not isinstance(mapping, Mapping):
        raise InvalidInput("input.type", field=field, wanted="object")
    for key, value in mapping.items():
        if key not in _FIELDS:
            raise InvalidInput("input.unknown_key", key=str(key)[:60], field=field)
        if not isinstance(value, str):
            raise InvalidInput("input.type", field=f"{field}.{key}", wanted="text")
    return {key: clean(value, f"{field}.{key}") for key, value in mapping.items()}


def _choice(value: str, allowed: frozenset[str], field: str) -> str:
    if value not in allowed:
        raise InvalidInput("input.choice", field=field, value=value[:60], choices=", ".join(sorted(allowed)))
    return value


def _identity(kind_text: str, number_text: str, field: str) -> tuple[IdKind, str]:
    number = re.sub(r"[\s.]", "", number_text).upper()
    told = IdKind(_choice(kind_text, _ID_KINDS, f"{field}.id_kind")) if kind_text else None
    if not number:
        return IdKind.NONE, ""
    if told is IdKind.NONE:
        raise InvalidInput("person.id_without_kind", field=field)
    kind = told or _guess(number)
    if kind is None:
        raise InvalidInput("person.id_length", field=field, kind="", length=len(number))
    if kind is IdKind.TAX:
        number = re.sub("^([0-9]{10})([0-9]{3})$", r"\1-\2", number)
    if not _ID_SHAPES[kind].fullmatch(number):
        raise InvalidInput("person.id_length", field=field, kind=str(kind), length=len(number))
    if kind is IdKind.TAX and not _tax_number_holds(number):
        raise InvalidInput("person.tax_check", field=field)
    return kind, number


def _guess(number: str) -> IdKind | None:
    return next((kind for kind, shape in _GUESSES if shape.fullmatch(number)), None)


def _tax_number_holds(number: str) -> bool:
    # Twelve digits are the personal number, which serves as tax number since 1 July 2025 and has no check.
    if len(number) == 12:
        return True
    total = sum(int(digit) * weight for digit, weight in zip(number, _TAX_WEIGHTS, strict=False))
    # A check of ten is written 0 by those who issue such numbers at all.
    return int(number[9]) == (10 - total % 11) % 10 and not number.endswith("-000")


def _sex(text: str, field: str) -> str:
    if text and nfc(text).lower() not in _SEXES:
        raise InvalidInput("person.sex", field=field)
    return _SEXES.get(nfc(text).lower(), "")


def _email(text: str, field: str) -> str:
    if text and (len(text) > 254 or not _EMAIL.fullmatch(text)):
        raise InvalidInput("person.email", field=field)
    return text
