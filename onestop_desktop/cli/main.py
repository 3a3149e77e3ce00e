"""The parser of the command line and its one way out: every failure becomes a sentence and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from onestop_desktop import __version__, app, paths
from onestop_desktop.cli import (
    admin_commands,
    clock_command,
    desk_commands,
    dossier_commands,
    intake_commands,
    link_commands,
    secrets,
)
from onestop_desktop.cli.session import Session
from onestop_desktop.cli.speak import Voice, utf8_streams
from onestop_desktop.errors import Exit, InvalidInput, OneStopError
from onestop_desktop.words import load

Command = Callable[[Session, argparse.Namespace], int]


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one of our sentences."""

    def error(self, message: str) -> NoReturn:  # noqa: ARG002  argparse says it in English only
        raise InvalidInput("cli.usage", usage=self.format_usage().strip())


def _global_options() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--data", metavar="DIR", help="data directory (ONESTOP_DATA)")
    common.add_argument("--user", metavar="NAME", help="who works (ONESTOP_USER)")
    common.add_argument("--json", action="store_true", help="one JSON object per result line")
    common.add_argument("--lang", choices=("vi", "en"), help="language of the messages")
    common.add_argument("--password-file", metavar="FILE", help="password: first line of FILE, or - for standard input")
    common.add_argument("--second", metavar="NAME", help="second person of a two-person step")
    common.add_argument("--second-password-file", metavar="FILE", help="the second person's password")
    return common


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    common = _global_options()
    parser = _Parser(prog="onestop-desktop", parents=[common], description="One-stop desk of a commune.")
    parser.add_argument("--version", action="version", version=f"onestop-desktop {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for module in (desk_commands, intake_commands, dossier_commands, admin_commands, link_commands, clock_command):
        module.add_to(commands, common)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    utf8_streams()
    secrets.take_from_environment()
    arguments = list(sys.argv[1:] if argv is None else argv)
    voice = Voice(load(_language(arguments)), "--json" in arguments, sys.stdout, sys.stderr)
    try:
        options = build_parser().parse_args(checked(arguments))
        if options.command is None:
            return app.open_window(getattr(options, "data", None), voice.words.language)
        run: Command = options.run
        session = Session(options, voice)
        try:
            return run(session, options)
        finally:
            session.close()
    except OneStopError as error:
        voice.refused(error)
        return int(error.exit)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return int(Exit.LATER)
    except Exception:  # noqa: BLE001  the one place where a bug becomes a report
        voice.say("bug", report=str(_keep_report()))
        return int(Exit.BUG)


def checked(arguments: Sequence[str]) -> Sequence[str]:
    """Refuse words that are not UTF-8: Python hands them over with lone surrogates."""
    if any("\udc80" <= letter <= "\udcff" for word in arguments for letter in word):
        raise InvalidInput("input.not_utf8")
    return arguments


def _language(arguments: Sequence[str]) -> str:
    for at, word in enumerate(arguments):
        if word == "--lang" and at + 1 < len(arguments):
            return arguments[at + 1]
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return os.environ.get("ONESTOP_LANG", "vi")


def _keep_report() -> Path:
    """Keep where it went wrong, without values: a traceback holds code lines, the message may hold a citizen."""
    kind, _error, trace = sys.exc_info()
    lines = [f"{__version__} {datetime.now(UTC).isoformat()} {kind.__name__ if kind else ''}"]
    lines += [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    folder = paths.state_dir() / "reports"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.txt"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError:
        sys.stderr.write("\n".join(lines) + "\n")
        return folder
    return path
