"""Commands of the link: being let into a hub, sending over the line, by stick and by letter, closing the day."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from onestop_desktop.cli.session import Session
from onestop_desktop.errors import Exit, InvalidInput
from onestop_desktop.words import Words


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    enrol = commands.add_parser("enrol", parents=[common], help="be let into a hub by its card")
    enrol.add_argument("card", help="the card's text, or a file that holds it")
    enrol.add_argument("--out", metavar="DIR", help="write the request for a stick instead of asking over the network")
    enrol.set_defaults(run=run_enrol)
    sync = commands.add_parser("sync", parents=[common], help="send to the hub and take what it has")
    sync.add_argument("--hub", metavar="URL", default="", help="another address of the same hub")
    sync.set_defaults(run=run_sync)
    export = commands.add_parser("export-packets", parents=[common], help="write what the hub lacks onto a stick")
    export.add_argument("--out", metavar="DIR", required=True)
    export.add_argument("--all", action="store_true", dest="everything", help="every entry, whatever the hub said")
    export.set_defaults(run=run_export)
    answers = commands.add_parser("import-answers", parents=[common], help="take the hub's answer file")
    answers.add_argument("file")
    answers.set_defaults(run=run_answers)
    close = commands.add_parser("close-day", parents=[common], help="write a day's sheet, register, packet and letter")
    close.add_argument("--date", metavar="DAY", default="", help="YYYY-MM-DD (default today)")
    close.add_argument("--out", metavar="DIR", required=True)
    close.set_defaults(run=run_close)


def run_enrol(session: Session, options: argparse.Namespace) -> int:
    """Ask to be let in; asked again with the same card, say what became of it."""
    desk = session.desk()
    card = _text_of(options.card)
    asked = desk.carry.enrolment.ask(card)
    words = session.voice.words
    if options.out:
        made = desk.carry.request(Path(options.out))
        row = {"request": str(made.path), "words": asked.words}
        session.voice.result(row, words.say("cli.enrol_written", path=str(made.path), words=asked.words))
        return int(Exit.DONE)
    granted = desk.carry.ask(card)
    said = words.say("cli.enrolled", name=asked.name) if granted else words.say("cli.enrol_asked", words=asked.words)
    session.voice.result({"granted": granted, "words": asked.words}, said)
    return int(Exit.DONE)


def _text_of(card: str) -> str:
    """Return a card's text, given as itself or as a file."""
    try:
        path = Path(card)
        return path.read_text(encoding="utf-8").strip() if len(card) < 200 and path.is_file() else card
    except (OSError, UnicodeDecodeError):
        raise InvalidInput("enrol.card") from None


def run_sync(session: Session, options: argparse.Namespace) -> int:
    """Hold one session with the hub."""
    desk = session.desk()
    report = desk.carry.sync(options.hub)
    row = {
        "sent": report.sent, "received": report.received, "same": report.same, "bytes_sent": report.bytes_sent,
        "bytes_received": report.bytes_received, "messages": len(report.messages), "notices": list(report.notices),
        "quarantined": report.quarantined, "copies": report.copies, "files": report.files,
        "waiting": desk.pending().entries,
    }  # fmt: skip
    words = session.voice.words
    session.voice.result(row, words.say("cli.synced" if report.same else "cli.synced_not_same",
                                        sent=report.sent, received=report.received))  # fmt: skip
    for notice in report.notices:
        session.voice.say(f"link.notice.{notice}")
    return int(Exit.DONE)


def run_export(session: Session, options: argparse.Namespace) -> int:
    """Write a bundle."""
    made = session.desk().carry.write(Path(options.out), everything=options.everything)
    row = {"path": str(made.path), "entries": made.entries, "first": made.first_day, "last": made.last_day}
    words = session.voice.words
    first, last = _day(made.first_day), _day(made.last_day)
    session.voice.result(
        row, words.say("cli.exported", path=str(made.path), entries=made.entries, first=first, last=last)
    )
    return int(Exit.DONE)


def run_answers(session: Session, options: argparse.Namespace) -> int:
    """Take an answer file."""
    done = session.desk().carry.take(Path(options.file))
    row = {"granted": done.granted, "received": done.received, "messages": done.messages, "waiting": done.waiting}
    words = session.voice.words
    name = session.desk().carry.place.name
    said = words.say("cli.enrolled", name=name) if done.granted else words.say(
        "cli.answered", received=done.received, messages=done.messages, waiting=done.waiting)  # fmt: skip
    session.voice.result(row, said)
    return int(Exit.DONE)


def run_close(session: Session, options: argparse.Namespace) -> int:
    """Close a day."""
    desk = session.desk()
    day = _given_day(options.date) if options.date else desk.now().date()
    words: Words = session.voice.words
    for check in desk.close_day.checks(day):
        if not check.ok:
            session.voice.say(f"close.check.{check.code}", count=check.count, of=check.of, which=check.which)
    made = desk.close_day.close(day, Path(options.out), words)
    row = {
        "day": day.isoformat(), "sheet": str(made.sheet), "register": str(made.register), "entries": made.entries,
        "bundle": str(made.bundle or ""), "letter": str(made.letter or ""),
    }  # fmt: skip
    session.voice.result(row, words.say("cli.closed", day=f"{day:%d/%m/%Y}", folder=options.out, entries=made.entries))
    return int(Exit.DONE)


def _given_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("cli.day", day=text[:40]) from None


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}"
