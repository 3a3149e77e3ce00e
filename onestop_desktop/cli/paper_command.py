"""`paper`: every paper of a dossier, of a refusal at the counter, or of the desk's days, as a PDF file."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from onestop_desktop.cli.session import Session
from onestop_desktop.desk import papers_of
from onestop_desktop.desk.desk import Desk
from onestop_desktop.errors import Exit, InvalidInput, TryLater

NONE = "-"
"""Stands for the number where the paper is the desk's own."""

Made = tuple[str, bytes]
"""What the file is called by, and the PDF."""


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    paper = commands.add_parser("paper", parents=[common], help="make a paper of a dossier, a refusal or a day")
    paper.add_argument("number", help="a dossier's number, several with commas, a refusal's number, or - for a day")
    paper.add_argument("form", help=", ".join(papers_of.FORMS))
    paper.add_argument("--out", metavar="FILE", help="where the PDF goes (default <number>-<form>.pdf)")
    paper.add_argument("--blank", action="store_true", help="a form to be filled by hand")
    paper.add_argument("--layout", choices=("a4", "a5", "roll"), default="a4", help="roll: labels of 62 mm")
    paper.add_argument("--from", dest="first", metavar="DAY", help="first day of the register, day of the sheet")
    paper.add_argument("--to", dest="last", metavar="DAY", help="last day of the register")
    paper.set_defaults(run=run_paper)


def run_paper(session: Session, options: argparse.Namespace) -> int:
    """Make a paper: as issued, marked when it went out before."""
    papers_of.check(options.form)
    desk = session.desk()
    number, pdf = _made(desk, options)
    path = Path(options.out or f"{number.replace('/', '-')}-{options.form}.pdf")
    if path.resolve().is_relative_to(session.data.resolve()):
        raise InvalidInput("cli.receipts_inside_data", folder=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pdf)
    except OSError:
        raise TryLater("cli.receipts_unwritable", folder=str(path)) from None
    row = {"number": number, "form": options.form, "path": str(path)}
    session.voice.result(row, session.voice.words.say("cli.paper_made", path=str(path)))
    return int(Exit.DONE)


def _made(desk: Desk, options: argparse.Namespace) -> Made:
    form, number = options.form, options.number
    if number == NONE:
        if form not in _OF_A_DAY:
            raise InvalidInput("paper.needs_dossier", form=f"word:paper.form.{form}")
        return _OF_A_DAY[form](desk, options)
    several = [one.strip() for one in number.split(",") if one.strip()]
    if len(several) > 1 and form in _OF_SEVERAL:
        ids = [desk.one(one) for one in several]
        return f"{several[0]}-{len(several)}", _OF_SEVERAL[form](desk, ids, options.layout)
    if form == "refusal" and "/" in number:
        return desk.papers.refusal_pdf(number, layout=options.layout)
    return desk.paper(desk.one(number), form, blank=options.blank, layout=options.layout)


def _register(desk: Desk, options: argparse.Namespace) -> Made:
    first, last = _days(desk, options)
    told = first.isoformat() if first == last else f"{first.isoformat()}-{last.isoformat()}"
    return told, desk.register_pdf(first, last)


def _daily_sheet(desk: Desk, options: argparse.Namespace) -> Made:
    day, _last = _days(desk, options)
    return day.isoformat(), desk.daily_sheet_pdf(day)


def _days(desk: Desk, options: argparse.Namespace) -> tuple[date, date]:
    """Return the named days; one that is left out is the other one, both are today."""
    first, last = (_day(text) for text in (options.first, options.last))
    today = desk.now().date()
    return first or last or today, last or first or today


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput("input.day", text=str(text)[:40]) from None


_OF_A_DAY: Mapping[str, Callable[[Desk, argparse.Namespace], Made]] = MappingProxyType(
    {"register": _register, "daily-sheet": _daily_sheet}
)

_OF_SEVERAL: Mapping[str, Callable[[Desk, list[str], str], bytes]] = MappingProxyType(
    {
        "handover": lambda desk, ids, layout: desk.papers.handover(ids, layout=layout),
        "label": lambda desk, ids, layout: desk.papers.labels(ids, layout=layout),
    }
)
