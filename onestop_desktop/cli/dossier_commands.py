"""`act find show list`: what is done with dossiers that are here."""

from __future__ import annotations

import argparse
import json
from typing import Any

from onestop_desktop.cli import attachment_command, paper_command
from onestop_desktop.cli.lines import parse_object
from onestop_desktop.cli.session import Session
from onestop_desktop.cli.speak import when
from onestop_desktop.desk.views import DossierRow
from onestop_desktop.domain.decide import steps_now
from onestop_desktop.domain.status import STATUSES
from onestop_desktop.errors import Exit, InvalidInput, Refused

PAGE = 200


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the parser."""
    act = commands.add_parser("act", parents=[common], help="take one step of a dossier")
    act.add_argument("number")
    act.add_argument("step")
    act.add_argument("--with", dest="values", metavar="JSON", default="{}", help="the step's form as a JSON object")
    act.set_defaults(run=run_act)
    find = commands.add_parser("find", parents=[common], help="find dossiers by number, scan, name, phone, ID")
    find.add_argument("text")
    find.set_defaults(run=run_find)
    show = commands.add_parser("show", parents=[common], help="show everything known of a dossier")
    show.add_argument("number")
    show.set_defaults(run=run_show)
    listing = commands.add_parser("list", parents=[common], help="list dossiers, newest first")
    listing.add_argument("--state", action="append", default=[], metavar="STATE", help=", ".join(STATUSES))
    listing.set_defaults(run=run_list)
    paper_command.add_to(commands, common)
    attachment_command.add_to(commands, common)


def run_act(session: Session, options: argparse.Namespace) -> int:
    """Take one step."""
    desk = session.desk()
    values = _form(options.values)
    dossier = desk.one(options.number)
    try:
        after, changes = desk.act(dossier, options.step, values, session.second())
    except Refused as error:
        if error.code == "step.not_allowed":
            state = desk.dossier(dossier)
            session.voice.say("cli.steps_now", steps=", ".join(steps_now(state)))
        raise
    row: dict[str, Any] = {
        "number": after.number, "step": options.step, "status": after.status, "due_at": after.due_at,
    }  # fmt: skip
    if changes.doubts:
        row["doubts"] = list(changes.doubts)
    words = session.voice.words
    said = words.say("cli.acted", number=after.number, step=words.say(f"step.{options.step}"),
                     status=words.say(f"status.{after.status}"))  # fmt: skip
    session.voice.result(row, said)
    session.voice.doubt(changes.doubts)
    return int(Exit.DONE)


def _form(text: str) -> dict[str, Any]:
    """Read the form of one step: what is wrong with it is not said as of one line of many."""
    try:
        return parse_object(text.encode("utf-8", "surrogateescape"))
    except InvalidInput as error:
        if error.code == "input.not_json":
            raise InvalidInput("cli.with_not_json", **error.facts) from None
        raise


def _tell_row(session: Session, row: DossierRow) -> None:
    body = {
        "number": row.number, "paper_number": row.paper_number, "id": row.id, "applicant": row.applicant,
        "owner": row.owner, "procedure": {"code": row.procedure, "title": row.title}, "status": row.status,
        "received_at": row.received_at, "due_at": row.due_at, "late": row.late,
    }  # fmt: skip
    words = session.voice.words
    due = when(row.due_at) if row.due_at else words.say("due.unknown_short")
    said = f"{row.number}  {row.applicant}  {row.title}  {words.say('status.' + row.status)}  {due}"
    session.voice.result(body, said)


def run_find(session: Session, options: argparse.Namespace) -> int:
    """Find dossiers."""
    rows = session.desk().find(options.text, PAGE)
    for row in rows:
        _tell_row(session, row)
    if not rows:
        session.voice.say("cli.nothing_found", text=options.text[:60])
    return int(Exit.DONE)


def run_show(session: Session, options: argparse.Namespace) -> int:
    """Show a dossier."""
    desk = session.desk()
    body = desk.show(desk.one(options.number))
    session.voice.result(body, json.dumps(body, ensure_ascii=False, indent=2))
    return int(Exit.DONE)


def run_list(session: Session, options: argparse.Namespace) -> int:
    """List dossiers page by page."""
    desk = session.desk()
    before: int | None = None
    while True:
        rows, before = desk.listing(options.state, before, PAGE)
        for row in rows:
            _tell_row(session, row)
        if before is None:
            return int(Exit.DONE)
