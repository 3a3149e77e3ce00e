"""`attachment`: one file of a dossier, written in clear where the caller asks for it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from onestop_desktop.cli.session import Session
from onestop_desktop.errors import Exit


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    one = commands.add_parser("attachment", parents=[common], help="write one file of a dossier out")
    one.add_argument("number")
    one.add_argument("file", metavar="SHA|INDEX", help="its place in the list from 1, or how its SHA-256 begins")
    one.add_argument("--out", metavar="FILE", required=True, help="where it goes, outside the data directory")
    one.set_defaults(run=run)


def run(session: Session, options: argparse.Namespace) -> int:
    """Write a file out."""
    desk = session.desk()
    number = options.number
    file = desk.files.write_out(desk.one(number), options.file, Path(options.out))
    row = {"number": number, **file.as_body(), "path": options.out}
    session.voice.result(row, session.voice.words.say("cli.attachment_out", name=file.name, path=options.out))
    return int(Exit.DONE)
