"""Commands of what a commune keeps itself: `holidays`, and the end of an agency's time (`office end`)."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from onestop_desktop.cli.session import Session
from onestop_desktop.desk.working_time import DayView
from onestop_desktop.domain.calendar import DayKind, written_spans
from onestop_desktop.domain.text import nfc
from onestop_desktop.errors import Exit, InvalidInput

_KINDS = (DayKind.OFF, DayKind.WORKED, DayKind.HALF)


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the parser."""
    holidays = commands.add_parser("holidays", parents=[common], help="days off, make-up days and half days")
    kinds = holidays.add_subparsers(dest="what", required=True)
    listing = kinds.add_parser("list", parents=[common], help="days of a year that are not as usual")
    listing.add_argument("--year", type=int, help="this year unless told otherwise")
    listing.set_defaults(run=run_holidays_list)
    adding = kinds.add_parser("add", parents=[common], help="decide about a day; what was promised does not move")
    adding.add_argument("day", metavar="DAY", help="YYYY-MM-DD")
    adding.add_argument("--kind", choices=[str(kind) for kind in _KINDS], default=str(DayKind.OFF))
    adding.add_argument("--hours", nargs="+", default=[], metavar="SPAN", help="hours of a half day, 07:30-11:30")
    adding.add_argument("--reason", required=True)
    adding.add_argument("--document", required=True, help="number of the decision")
    adding.set_defaults(run=run_holidays_add)
    removing = kinds.add_parser("remove", parents=[common], help="give a day back to the shipped calendar")
    removing.add_argument("day", metavar="DAY")
    removing.set_defaults(run=run_holidays_remove)


def add_office_end(kinds: Any, common: argparse.ArgumentParser) -> None:
    """Add `office end` to the commands of agencies."""
    end = kinds.add_parser("end", parents=[common], help="last day of an agency")
    end.add_argument("--agency", required=True)
    end.add_argument("--from", dest="valid_from", metavar="DAY", help="its first day, where it has one")
    end.add_argument("--to", dest="valid_to", metavar="DAY", required=True, help="its last day, YYYY-MM-DD")
    end.set_defaults(run=run_office_end)


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("input.day", field=name, text=text[:20]) from None


def run_holidays_list(session: Session, options: argparse.Namespace) -> int:
    """List the days of a year that are not as usual."""
    admin = session.desk().admin
    year = options.year if options.year is not None else admin.today().year
    for number in range(1, 13):
        for view in admin.month(year, number):
            if view.kind is not DayKind.USUAL:
                session.voice.result(_row(view), f"{view.day:%d/%m/%Y}  {_told(session, view)}")
    return int(Exit.DONE)


def _row(view: DayView) -> dict[str, Any]:
    return {
        "day": view.day.isoformat(), "kind": str(view.kind), "name": view.name, "source": view.source,
        "own": view.own, "hours": written_spans(view.spans),
    }  # fmt: skip


def _told(session: Session, view: DayView) -> str:
    kind = session.voice.words.say(f"admin.day_kind.{view.kind}")
    return "  ·  ".join(part for part in (kind, view.name, view.source, ", ".join(written_spans(view.spans))) if part)


def run_holidays_add(session: Session, options: argparse.Namespace) -> int:
    """Record what this office makes of a day."""
    day = _day(options.day, "day")
    admin = session.desk().admin
    texts = {"reason": nfc(options.reason), "document": nfc(options.document)}
    admin.set_day(day, DayKind(options.kind), texts, options.hours)
    view = admin.day(day)
    session.voice.result(_row(view), session.voice.words.say("cli.day_set", day=f"{day:%d/%m/%Y}"))
    return int(Exit.DONE)


def run_holidays_remove(session: Session, options: argparse.Namespace) -> int:
    """Give a day back to the shipped calendar."""
    day = _day(options.day, "day")
    admin = session.desk().admin
    admin.take_back(day)
    session.voice.result(_row(admin.day(day)), session.voice.words.say("cli.day_taken_back", day=f"{day:%d/%m/%Y}"))
    return int(Exit.DONE)


def run_office_end(session: Session, options: argparse.Namespace) -> int:
    """Let an agency's time end with a day."""
    start = _day(options.valid_from, "from") if options.valid_from else None
    last = _day(options.valid_to, "to")
    office = session.desk().admin.end_office(options.agency.strip().upper(), start, last)
    said = session.voice.words.say("cli.office_ended", name=office.name, day=f"{last:%d/%m/%Y}")
    session.voice.result(office.as_body(), said)
    return int(Exit.DONE)
