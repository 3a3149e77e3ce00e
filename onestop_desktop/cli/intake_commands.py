"""`intake` and `refuse`: JSON lines in, numbers and receipts out; a bad line never stops the good ones."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onestop_desktop import app
from onestop_desktop.cli.lines import open_lines, parse_object, read_lines
from onestop_desktop.cli.session import Session
from onestop_desktop.cli.speak import when
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.views import Received
from onestop_desktop.errors import Exit, InvalidInput, OneStopError, TryLater

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
    exports = _Exports(folder, options.layout or app.settings().text("receipt_layout"))

    def one(number: int, line: Line) -> int:
        return _take(session, desk, number, line, exports)

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


@dataclass(frozen=True, slots=True)
class _Exports:
    """Where receipts go, and how they look."""

    folder: Path
    layout: str


def _take(session: Session, desk: Desk, number: int, line: Line, exports: _Exports) -> int:
    """Take a line; from the commit on it is taken, whatever becomes of its receipt, and has one answer only."""
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
    pdf = _exported(desk, taken, exports)
    row["receipt"] = str(exports.folder / f"{taken.number}.pdf") if pdf else ""
    words = session.voice.words
    due = when(taken.due_at) if taken.due_at else words.say("due.unknown_short")
    said = words.say("cli.taken", line=number, number=taken.number, due=due, receipt=row["receipt"])
    session.voice.result(row, said)
    session.voice.doubt(taken.doubts, number)
    if pdf and _kept(desk, taken, pdf):
        return int(Exit.DONE)
    session.voice.say("cli.receipt_not_written", number=taken.number, folder=str(exports.folder))
    return int(Exit.LATER)


def _exported(desk: Desk, taken: Received, exports: _Exports) -> bytes:
    try:
        pdf = desk.render_receipt(taken.id, layout=exports.layout)
        (exports.folder / f"{taken.number}.pdf").write_bytes(pdf)
    except (OSError, OneStopError):
        return b""
    return pdf


def _kept(desk: Desk, taken: Received, pdf: bytes) -> bool:
    try:
        desk.keep_receipt(taken.id, pdf, out="file")
    except OneStopError:
        return False
    return True


def run_refuse(session: Session, options: argparse.Namespace) -> int:
    """Refuse every line at the counter."""
    desk = session.desk()

    def one(number: int, line: Line) -> int:
        refused = desk.refuse(line)
        row = {"line": number, "refused": True, **refused}
        session.voice.result(row, session.voice.words.say("cli.refused", line=number, number=refused["number"]))
        return int(Exit.DONE)

    return each_line(session, options.file, one)
