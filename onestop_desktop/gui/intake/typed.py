"""What clerks type into dates and amounts, turned into the intake line's values."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from onestop_desktop.clock import HANOI
from onestop_desktop.domain.money import parse_dong
from onestop_desktop.errors import InvalidInput

_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})(?:[/.\-](\d{4}))?")
_RUN = re.compile(r"(\d{2})(\d{2})(\d{4})")
_HOUR = re.compile(r"(\d{1,2})(?:[:h](\d{2})?)")
_END_OF_DAY = time(17, 0)


def read_day(text: str, today: date, field: str) -> date:
    """Read "3/3", "03/03/2022" or "03032022"; a day without a year is the next such day.

    Raises:
        InvalidInput: `window.day_typed`.
    """
    plain = text.strip()
    found = _DAY.fullmatch(plain) or _RUN.fullmatch(plain)
    try:
        if found is None:
            raise ValueError  # noqa: TRY301  one refusal for all that is not a day
        day, month, year = found.groups()
        if year:
            return date(int(year), int(month), int(day))
        this = date(today.year, int(month), int(day))
        return this if this >= today else this.replace(year=today.year + 1)
    except ValueError:
        raise InvalidInput("window.day_typed", field=field, text=plain[:40]) from None


def read_due(text: str, today: date, field: str = "due_at") -> str:
    """Read "3/3/2022", "17:00 3/3" or "3/3/2022 16h30" as an ISO instant; without an hour it is 17:00.

    Raises:
        InvalidInput: `window.day_typed`.
    """
    at, rest = _END_OF_DAY, []
    for part in text.replace("·", " ").split():
        hour = _HOUR.fullmatch(part)
        if hour is None:
            rest.append(part)
        elif int(hour[1]) > 23 or int(hour[2] or 0) > 59:
            raise InvalidInput("window.day_typed", field=field, text=text[:40])
        else:
            at = time(int(hour[1]), int(hour[2] or 0))
    return datetime.combine(read_day("".join(rest), today, field), at, HANOI).isoformat()


def read_fee(text: str) -> int:
    """Read an amount in đồng as typed.

    Raises:
        InvalidInput: `money.invalid`, `money.negative`, with the field.
    """
    try:
        return int(parse_dong(text))
    except InvalidInput as error:
        raise InvalidInput(error.code, **{"field": "fee", **error.facts}) from None


def written_fee(amount: int) -> str:
    """Write 40000 as "40.000", as it stands in the field."""
    return f"{amount:,}".replace(",", ".")


def shown_day(iso: str) -> str:
    """Write "1991-04-12" as "12/04/1991"; less exact dates likewise."""
    return "/".join(reversed(iso.split("-")))
