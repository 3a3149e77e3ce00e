"""Instants as clerks type them into a step's form: what has happened lies behind, an appointment ahead."""

from __future__ import annotations

import re
from datetime import datetime

from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.intake.typed import read_due

_HOUR = re.compile(r"\d{1,2}(:\d{2}|h(\d{2})?)")
_YEAR = re.compile(r"\d{4}|\d{8}")


def read_past(text: str, now: datetime, field: str) -> str:
    """Read when something happened: "9h30" today, "3/3", "14:00 3/3/2022"; an hour that is not typed is 17:00.

    A day without a year is the last such day; today without an hour is this minute.

    Raises:
        InvalidInput: `window.day_typed`.
    """
    plain = " ".join(text.replace("·", " ").split())
    parts = plain.split()
    if len(parts) == 1 and _HOUR.fullmatch(parts[0]):
        plain = f"{parts[0]} {now:%d/%m/%Y}"
    at = datetime.fromisoformat(read_due(plain, now.date(), field))
    if not any(_YEAR.search(part) for part in parts) and at.date() > now.date():
        at = _year_before(at, plain, field)
    typed_hour = any(_HOUR.fullmatch(part) for part in plain.split())
    if at.date() == now.date() and not typed_hour:
        at = now.replace(second=0, microsecond=0)
    return at.isoformat()


def _year_before(at: datetime, text: str, field: str) -> datetime:
    try:
        return at.replace(year=at.year - 1)
    except ValueError:
        raise InvalidInput("window.day_typed", field=field, text=text[:40]) from None


def read_ahead(text: str, now: datetime, field: str) -> str:
    """Read an appointment; a day without a year is the next such day, an hour that is not typed is 17:00.

    Raises:
        InvalidInput: `window.day_typed`.
    """
    return read_due(text, now.date(), field)


def written(iso: str) -> str:
    """Write an instant so that it reads back as it was."""
    at = datetime.fromisoformat(iso)
    return f"{at:%H:%M %d/%m/%Y}"
