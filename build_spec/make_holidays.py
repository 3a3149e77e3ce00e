# ruff: noqa: INP001
"""Propose one year's days off as TOML on stdout, from the package `holidays`; a person checks and keeps it.

    python -m build_spec.make_holidays 2028 > db/seed/holidays/2028.toml

The package knows laws and most of the government's swaps, not all of them: hold the result against the
year's notice (Văn phòng Chính phủ) before you set `confirmed = true`.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from importlib.metadata import version

import holidays

from onestop_desktop.domain.lunar import hung_kings_day, lunar_new_year

_SWAPPED = "Làm bù (hoán đổi)"


def proposal(year: int) -> str:
    """Return the year's TOML; exits when the package disagrees with the lunar calendar at UTC+7."""
    found = holidays.country_holidays("VN", years=year, language="vi")
    for day in (lunar_new_year(year), hung_kings_day(year)):
        if day not in found:
            sys.exit(f"the package misses {day}: is its lunar calendar that of UTC+7?")
    source = f"holidays {version('holidays')}"
    lines = [f"year = {year}", f'source = "{source}"', "confirmed = false"]
    for day in sorted(found):
        lines += _row("off", day, found[day], source)
    for day in sorted(day for day in found.weekend_workdays if day.year == year):
        lines += _row("worked", day, _SWAPPED, source)
    return "\n".join(lines) + "\n"


def _row(kind: str, day: date, name: str, source: str) -> list[str]:
    return ["", f"[[{kind}]]", f"day = {day.isoformat()}", f'name = "{name}"', f'source = "{source}"']


def main() -> None:
    """Read the year from the command line and write its proposal."""
    parser = argparse.ArgumentParser(description="Propose a year's days off as TOML.")
    parser.add_argument("year", type=int)
    sys.stdout.write(proposal(parser.parse_args().year))


if __name__ == "__main__":
    main()
