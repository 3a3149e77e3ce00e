"""The Vietnamese lunar calendar at UTC+7 (Hồ Ngọc Đức's algorithm): it proposes holidays, never due dates.

A Chinese calendar (UTC+8) is wrong here: in 2030 Tết is on 2 February, one day before the Chinese new year.
"""

from __future__ import annotations

import math
from datetime import date

_ZONE_HOURS = 7
_JULIAN_OF_ORDINAL_0 = 1721425
_MONTH = 29.530588853


def lunar_new_year(year: int) -> date:
    """Return the first day of the lunar year that begins in `year` (mùng 1 Tết)."""
    # From the eleventh month (it holds the winter solstice) the first month is two further, a leap month
    # between them one more.
    before, after = _eleventh_month(year - 1), _eleventh_month(year)
    first = math.floor(0.5 + (before - 2415021.076998695) / _MONTH)
    ahead = 2
    if after - before > 365 and _leap_place(before) <= 2:
        ahead = 3
    return _as_date(_new_moon_day(first + ahead))


def hung_kings_day(year: int) -> date:
    """Return the tenth day of the third lunar month (Giỗ Tổ Hùng Vương; Labour Code 2019, art. 112)."""
    before, after = _eleventh_month(year - 1), _eleventh_month(year)
    first = math.floor(0.5 + (before - 2415021.076998695) / _MONTH)
    ahead = 4
    if after - before > 365 and _leap_place(before) <= 4:
        ahead = 5
    return date.fromordinal(_as_date(_new_moon_day(first + ahead)).toordinal() + 9)


def _as_date(julian_day: int) -> date:
    return date.fromordinal(julian_day - _JULIAN_OF_ORDINAL_0)


def _new_moon_day(count: int) -> int:
    """Return the local Julian day number of the new moon number `count` since 1 January 1900."""
    t = count / 1236.85
    rad = math.pi / 180
    mean = 2415020.75933 + 29.53058868 * count + 0.0001178 * t**2 - 0.000000155 * t**3
    mean += 0.00033 * math.sin((166.56 + 132.87 * t - 0.009173 * t**2) * rad)
    sun = (359.2242 + 29.10535608 * count - 0.0000333 * t**2 - 0.00000347 * t**3) * rad
    moon = (306.0253 + 385.81691806 * count + 0.0107306 * t**2 + 0.00001236 * t**3) * rad
    node = (21.2964 + 390.67050646 * count - 0.0016528 * t**2 - 0.00000239 * t**3) * rad
    shift = (0.1734 - 0.000393 * t) * math.sin(sun) + 0.0021 * math.sin(2 * sun)
    shift += -0.4068 * math.sin(moon) + 0.0161 * math.sin(2 * moon) - 0.0004 * math.sin(3 * moon)
    shift += 0.0104 * math.sin(2 * node) - 0.0051 * math.sin(sun + moon) - 0.0074 * math.sin(sun - moon)
    shift += 0.0004 * math.sin(2 * node + sun) - 0.0004 * math.sin(2 * node - sun)
    shift += -0.0006 * math.sin(2 * node + moon) + 0.0010 * math.sin(2 * node - moon)
    shift += 0.0005 * math.sin(sun + 2 * moon)
    delta = -0.000278 + 0.000265 * t + 0.000262 * t**2
    return math.floor(mean + shift - delta + 0.5 + _ZONE_HOURS / 24)


def _sun_sector(julian_day: int) -> int:
    """Return the twelfth of the year's way the sun is in at local midnight; 9 begins with winter solstice."""
    t = (julian_day - 0.5 - _ZONE_HOURS / 24 - 2451545.0) / 36525
    rad = math.pi / 180
    mean = (357.52910 + 35999.05030 * t - 0.0001559 * t**2 - 0.00000048 * t**3) * rad
    centre = (1.914600 - 0.004817 * t - 0.000014 * t**2) * math.sin(mean)
    centre += (0.019993 - 0.000101 * t) * math.sin(2 * mean) + 0.000290 * math.sin(3 * mean)
    longitude = (280.46645 + 36000.76983 * t + 0.0003032 * t**2 + centre) % 360
    return int(longitude // 30)


def _eleventh_month(year: int) -> int:
    last_day = date(year, 12, 31).toordinal() + _JULIAN_OF_ORDINAL_0
    count = math.floor((last_day - 2415021) / _MONTH)
    start = _new_moon_day(count)
    return _new_moon_day(count - 1) if _sun_sector(start) >= 9 else start


def _leap_place(eleventh: int) -> int:
    """Return how many months after the eleventh the leap month stands: the first without a major term."""
    count = math.floor((eleventh - 2415021.076998695) / _MONTH + 0.5)
    place = 1
    sector = _sun_sector(_new_moon_day(count + place))
    while place < 14:
        previous, place = sector, place + 1
        sector = _sun_sector(_new_moon_day(count + place))
        if sector == previous:
            break
    return place - 1
