"""`clock`: what time the desk goes by, and the answer to "Hôm nay là ngày nào?" of a PC whose clock is dead."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from onestop_desktop.cli.session import Session
from onestop_desktop.errors import Exit, InvalidInput


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    clock = commands.add_parser("clock", parents=[common], help="the desk's time; say which day it is")
    clock.add_argument("--today", metavar="DAY", help="which day it is, YYYY-MM-DD, where the PC's clock is wrong")
    clock.set_defaults(run=run_clock)


def run_clock(session: Session, options: argparse.Namespace) -> int:
    """Record the answer if there is one, and tell the time that numbers and dates go by."""
    desk = session.desk(ask_day=False)
    if options.today:
        desk.set_today(_day(options.today))
    now, asked = desk.now().replace(microsecond=0), desk.clock_suspicion() or ""
    words = session.voice.words
    row = {"now": now.isoformat(), "offset_ms": desk.core.setup.offset_ms, "question": asked}
    session.voice.result(row, words.say("cli.clock", now=f"{now:%H:%M %d/%m/%Y}"))
    if asked:
        session.ask_day(asked)
    return int(Exit.DONE)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("input.day", field="today", text=text[:20]) from None
