"""Days and instants as people read them."""

from __future__ import annotations

from datetime import date, datetime

from onestop_desktop.words import Words


def day_words(day: date, words: Words) -> str:
    """Write a day: "Thứ Năm 03/03/2022"."""
    return f"{words.say(f'window.weekday.{day.isoweekday()}')} {day:%d/%m/%Y}"


def now_words(at: datetime, words: Words) -> str:
    """Write an instant: "Thứ Năm 03/03/2022 · 14:26"."""
    return f"{day_words(at, words)} · {at:%H:%M}"


def short_instant(iso: str) -> str:
    """Write an ISO instant as "17:00 03/03/2022"; an empty text stays empty."""
    return f"{datetime.fromisoformat(iso):%H:%M %d/%m/%Y}" if iso else ""
