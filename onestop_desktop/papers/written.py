"""Instants, limits, telephone numbers and amounts as Vietnamese papers write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from onestop_desktop.domain.calendar import HANOI, WORKING_DAY_MINUTES
from onestop_desktop.domain.deadline import Limit, LimitKind, written_days

_PREFIX = re.compile(r"^(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân)\s+(?:xã|phường|thị trấn|đặc khu)?\s*", re.IGNORECASE)


def instant(text: str) -> datetime:
    """Read a stored instant as Vietnamese civil time."""
    return datetime.fromisoformat(text).astimezone(HANOI)


def written_date(day: date) -> str:
    """Write "ngày 03 tháng 3 năm 2022": a zero before days under 10 and months 1 and 2.

    Decree 30/2020/NĐ-CP, appendix I, part I, section II.4.
    """
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def written_instant(text: str) -> str:
    """Write "14 giờ 26 phút, ngày 03/03/2022"; a line breaks only after the comma."""
    at = instant(text)
    return f"{at.hour:02}\u00a0giờ\u00a0{at.minute:02}\u00a0phút, ngày\u00a0{at:%d/%m/%Y}"


def written_limit(body: Mapping[str, object], phrases: Mapping[str, str]) -> str:
    """Write a procedure's limit; an empty text when none is known."""
    limit = Limit.from_body(body)
    key = f"limit_{limit.kind.replace('-', '_')}"
    if limit.kind is LimitKind.HOURS:
        hours, minutes = divmod(limit.minutes, 60)
        return phrases[f"{key}_minutes" if minutes else key].format(hours=f"{hours:02}", minutes=f"{minutes:02}")
    if limit.kind is LimitKind.CALENDAR:
        return phrases[key].format(days=f"{limit.days:02}")
    whole, rest = divmod(limit.minutes, WORKING_DAY_MINUTES)
    return phrases[key].format(days=written_days(limit.minutes) if rest else f"{whole:02}")


def written_phone(digits: str) -> str:
    """Write "0987 654 321"; numbers of another length stay as they are."""
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}" if re.fullmatch("[0-9]{10}", digits) else digits


def written_amount(amount: int) -> str:
    """Write 8000 as "8.000 đồng"."""
    return f"{amount:,} đồng".replace(",", ".")


def place_of(office_name: str) -> str:
    """Return the commune's own name, which is the place of its papers (Decree 30/2020/NĐ-CP, appendix I)."""
    return _PREFIX.sub("", office_name).strip() or office_name
