"""`intake` and `refuse`: JSON lines in, numbers and receipts out; a bad line never stops the good ones."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from onestop_desktop.cli.lines import open_lines, parse_object, read_lines
from onestop_desktop.cli.session import Session
from onestop_desktop.cli.speak import when
from onestop_desktop.desk.desk import Desk
from onestop_desktop.errors import Exit, InvalidInput, OneStopError, TryLater
from onestop_desktop.settings import Settings

Line = dict[str, Any]


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the parser."""
    intake = commands.add_parser("intake", parents=[common], help="take dossiers: one JSON object a line")
    intake.add_argument("file", help="JSON lines, or - for standard input")
    intake.add_argument("--receipts", metavar="DIR", default="receipts", help="where receipts go (default ./receipts)")
    intake.add_argument("--layout", choices=("a4", "a5"), help="one A4 sheet with both copies, or A5 pages")
    intake.set_defaults(run=run_intake)
    refuse = commands.add_parser("refuse", parents=[common], help='refuse at the counter: intake lines with "reason"')
    refuse.add_argument("file", help="JSON lines, or - for standard input")
    refuse.set_defaults(run=run_refuse)


def run_intake(session: Session, options: argparse.Namespace) -> int:
    """Take every line; the exit code is the first refused line's."""
    folder = receipts_folder(session, options.receipts)
    desk = session.desk()
    layout = options.layout or Settings(session.data / "settings.toml").text("receipt_layout")

    def one(number: int, line: Line) -> int:
        return _take(session, desk, number, line, folder, layout)

    return each_line(session, options.file, one)


def each_line(session: Session, file: str, one: Callable[[int, Line], int]) -> int:
    """Do one thing with each line, telling failures by line; return the first failure's exit code."""
    first = int(Exit.DONE)
    with open_lines(file) as source:
        for number, raw in read_lines(source):
            try:
                code = one(number, parse_object(raw))
            except OneStopError as error:
                session.voice.refused(error, number)
                code = int(error.exit)
            first = first or code
    return first


def receipts_folder(session: Session, name: str) -> Path:
    """Return the folder for exported receipts; never inside the data directory, which holds nothing in clear.

    Raises:
        InvalidInput: `cli.receipts_inside_data`.
        TryLater: `store.cannot_write`.
    """
    folder = Path(name)
    if folder.resolve().is_relative_to(session.data.resolve()):
        raise InvalidInput("cli.receipts_inside_data", folder=name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise TryLater("cli.receipts_unwritable", folder=name) from None
    return folder


def _take(session: Session, desk: Desk, number: int, line: Line, folder: Path, layout: str) -> int:
    taken = desk.receive(line, again=True)
    row: Line = {
        "line": number,
        "number": taken.number,
        "id": taken.id,
        "due_at": taken.due_at,
        "late": taken.late,
    }
    if taken.doubts:
        row["doubts"] = list(taken.doubts)
    code = int(Exit.DONE)
    pdf, path = b"", folder / f"{taken.number}.pdf"
    try:
        pdf = desk.render_receipt(taken.id, layout=layout)
        path.write_bytes(pdf)
        row["receipt"] = str(path)
    except OSError:
        # The dossier is taken and its number holds; only the export failed.
        row["receipt"] = ""
        code = int(Exit.LATER)
    words = session.voice.words
    due = when(taken.due_at) if taken.due_at else words.say("due.unknown_short")
    said = words.say("cli.taken", line=number, number=taken.number, due=due, receipt=row["receipt"])
    session.voice.result(row, said)
    if not row["receipt"]:
        session.voice.say("cli.receipt_not_written", number=taken.number, folder=str(folder))
        return code
    desk.keep_receipt(taken.id, pdf, out="file")
    return code


def run_refuse(session: Session, options: argparse.Namespace) -> int:
    """Refuse every line at the counter."""
    desk = session.desk()

    def one(number: int, line: Line) -> int:
        refused = desk.refuse(line)
        row = {"line": number, "refused": True, **refused}
        session.voice.result(row, session.voice.words.say("cli.refused", line=number, number=refused["number"]))
        return int(Exit.DONE)

    return each_line(session, options.file, one)
