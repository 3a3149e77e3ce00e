"""What is typed into the forms of this page: days, numbers of days, hours of a day, prices by the page."""

from __future__ import annotations

import re
from datetime import date

from onestop_desktop.domain.calendar import Spans, written_spans
from onestop_desktop.domain.money import parse_dong
from onestop_desktop.errors import InvalidInput
from onestop_desktop.gui.intake.typed import read_day

_PAGE = re.compile(r"([0-9]{1,4})\s*[:=]\s*(.+)")
_HOUR = re.compile(r"([0-9]{1,2})(?:[:hg.]([0-9]{2})?)?")


def day_of(text: str, today: date, field: str) -> date | None:
    """Read a day; None when nothing is typed. Raises InvalidInput `window.day_typed`."""
    return read_day(text, today, field) if text.strip() else None


def shown(day: date | None) -> str:
    """Write a day as it is typed; an open end stays empty."""
    return f"{day:%d/%m/%Y}" if day else ""


def number_of(text: str, field: str) -> int | float:
    """Read "2" or "0,25"; raises InvalidInput `window.number_typed`."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        value = 0.0
    if not 0 < value < 4000:
        raise InvalidInput("window.number_typed", field=field, text=text[:20])
    return int(value) if value == int(value) else value


def written_number(value: float) -> str:
    """Write 0.25 as "0,25"."""
    return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")


def amount_of(text: str, field: str) -> int | None:
    """Read an amount in đồng; None when nothing is typed. Raises InvalidInput `money.invalid`, `money.negative`."""
    if not text.strip():
        return None
    try:
        return int(parse_dong(text))
    except InvalidInput as error:
        raise InvalidInput(error.code, **{**error.facts, "field": field}) from None


def pages_of(text: str, field: str) -> list[list[int]]:
    """Read "1: 2000; 3: 1000" as prices from a page on; raises InvalidInput `admin.per_page`."""
    parts = [_PAGE.fullmatch(part.strip()) for part in text.split(";") if part.strip()]
    try:
        steps = [[int(found[1]), int(parse_dong(found[2]))] for found in parts if found]
    except InvalidInput:
        steps = []
    if not steps or len(steps) < len(parts):
        raise InvalidInput("admin.per_page", field=field)
    return steps


def spans_of(text: str) -> list[str]:
    """Read "7:30-11:30, 13:00-17:00" as the calendar's spans; what cannot be read is left for the desk to refuse."""
    return ["-".join(map(_hour, part.split("-"))) for part in re.split(r"[,;]", text.replace("–", "-")) if part.strip()]


def _hour(text: str) -> str:
    found = _HOUR.fullmatch(text.strip())
    return f"{int(found[1]):02d}:{found[2] or '00'}" if found else text.strip()


def spans_text(spans: Spans) -> str:
    """Write the hours of a day as they are typed."""
    return ", ".join(written_spans(spans))
