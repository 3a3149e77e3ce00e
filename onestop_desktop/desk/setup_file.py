"""The set-up file that comes from above, as a file or in a QR: which agencies, which desk, optionally the hub's card.

    desk = "01"              # this desk of the commune, 01 to 10
    start = 1                # optional: first number of its block
    card = "…"               # optional: the card that will join the desk to the district's server

    [[offices]]              # one or several; a single one may stand under [office]
    agency = "H52.110.05"
    name = "UBND xã Yên Châu"
    upper = "UBND tỉnh Sơn La"
    place = "Yên Châu"       # optional
    from = 2025-07-01        # optional, as `to`

It holds no password and names no citizen.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from onestop_desktop.domain.number import DESKS, check_agency, desk_block
from onestop_desktop.domain.office import Office, office_on
from onestop_desktop.domain.text import clean, nfc
from onestop_desktop.errors import InvalidInput

LARGEST = 64 * 1024
"""Characters; a set-up file has a few hundred."""

CARD = "card"
"""Where the desk keeps the card until somebody joins it to a server: a draft, encrypted with the store."""

_TOP = frozenset({"desk", "start", "card", "office", "offices"})
_OFFICE = ("agency", "name", "upper", "place", "from", "to")
_NAME, _CARD_LIMIT = 200, 4_000


@dataclass(frozen=True, slots=True)
class SetupFile:
    """What a set-up file says; `desk` is 1 to 10, or None where the file leaves it open."""

    offices: tuple[Office, ...]
    desk: int | None = None
    start: int | None = None
    card: str = ""


def read_setup(text: str) -> SetupFile:
    """Read a set-up file.

    Raises:
        InvalidInput: `setup.file` where it is no TOML, `setup.key`, `setup.no_office`, `setup.kind`,
            `number.agency`, `number.desk`, `number.block`, `office.name_empty`, `office.days`, `office.twice`,
            `text.…`; `field` says where.
    """
    document = _parsed(text)
    _known(document, _TOP)
    rows = document.get("offices", [])
    rows = rows if isinstance(rows, list) else [rows]
    if "office" in document:
        rows = [document["office"], *rows]
    if not rows:
        raise InvalidInput("setup.no_office", field="offices")
    offices = tuple(_office(row) for row in rows)
    keys = [(one.agency, one.valid_from) for one in offices]
    if len(set(keys)) < len(keys):
        raise InvalidInput("office.twice", field="from")
    desk, start = _number(document, "desk"), _number(document, "start")
    if desk is not None:
        check_desk(desk, start)
    card = document.get("card", "")
    return SetupFile(offices, desk, start, clean(_text({"card": card}, "card"), "card", _CARD_LIMIT))


def check_desk(desk: int, start: int | None = None) -> int:
    """Return a desk's index; raises InvalidInput `number.desk`, `number.block`."""
    if not 1 <= desk <= DESKS:
        raise InvalidInput("number.desk", field="desk", desk=desk)
    desk_block(desk, start)
    return desk


def check_offices(offices: Sequence[Office], today: date) -> Office:
    """Return the agency of today; raises InvalidInput `setup.none_today` where the desk would belong to nobody."""
    try:
        return office_on(offices, today)
    except InvalidInput:
        raise InvalidInput("setup.none_today", field="offices", day=f"{today:%d/%m/%Y}") from None


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise InvalidInput("setup.file", field="file", why="…")
    try:
        return tomllib.loads(nfc(text.lstrip("\ufeff")))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidInput("setup.file", field="file", why=str(error)[:80]) from None


def _known(row: Mapping[str, Any], allowed: frozenset[str] | Sequence[str]) -> None:
    for key in row:
        if key not in allowed:
            raise InvalidInput("setup.key", field="file", key=str(key)[:40])


def _office(row: object) -> Office:
    if not isinstance(row, Mapping):
        raise InvalidInput("setup.kind", field="offices")
    _known(row, _OFFICE)
    agency = check_agency(_text(row, "agency"))
    name = clean(_text(row, "name"), "office.name", _NAME)
    if not name:
        raise InvalidInput("office.name_empty", field="name")
    upper, place = (clean(_text(row, key), key, _NAME) for key in ("upper", "place"))
    first, last = _day(row, "from"), _day(row, "to")
    if first and last and last < first:
        raise InvalidInput("office.days", field="to")
    return Office(agency, name, upper, place, first, last)


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key, "")
    if not isinstance(value, str):
        raise InvalidInput("setup.kind", field=key)
    return value


def _number(row: Mapping[str, Any], key: str) -> int | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 5:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidInput("setup.kind", field=key)
    return value


def _day(row: Mapping[str, Any], key: str) -> date | None:
    value = row.get(key)
    if value in {None, ""}:
        return None
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise InvalidInput("input.day", field=key, text=value[:20]) from None
    if isinstance(value, datetime) or not isinstance(value, date):
        raise InvalidInput("setup.kind", field=key)
    return value


__all__ = ["CARD", "LARGEST", "SetupFile", "check_desk", "check_offices", "read_setup"]
