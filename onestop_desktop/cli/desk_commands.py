"""Commands about the desk itself: `init office user recover verify digest procedures selftest demo`."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from onestop_desktop import app
from onestop_desktop.cli import admin_commands, secrets
from onestop_desktop.cli.demo import run_demo
from onestop_desktop.cli.selftest import run_selftest
from onestop_desktop.cli.session import Session
from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.desk.setup_file import CARD, LARGEST, SetupFile, check_offices, read_setup
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.procedure import Procedure
from onestop_desktop.domain.text import nfc
from onestop_desktop.errors import Exit, InvalidInput, TryLater


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the parser."""
    init = commands.add_parser("init", parents=[common], help="make a desk")
    init.add_argument("--from", dest="setup_file", metavar="FILE", help="set-up file of the upper level")
    init.add_argument("--agency", help="agency code, as 000.12.34.H52 or H52.110.05")
    init.add_argument("--name", help="the office's name")
    init.add_argument("--desk", help="desk index, 01 to 10")
    init.add_argument("--user-name", help="the first user's name as people read it")
    init.add_argument("--upper", default="", help="the upper level's name")
    init.add_argument("--place", default="", help="the place written before the date on papers")
    init.add_argument("--start", type=int, help="first number of the desk's block, where it is not (desk-1)*1000+1")
    init.add_argument("--recovery-out", metavar="FILE", help="write the recovery code there instead of showing it")
    init.add_argument(
        "--training", action="store_true", help="a training desk: fast, marked on every paper, never sent"
    )
    init.set_defaults(run=run_init)
    _add_office(commands, common)
    _add_user(commands, common)
    recover = commands.add_parser("recover", parents=[common], help="new password with the recovery code")
    recover.add_argument("--code-file", metavar="FILE", help="the recovery code, or - for standard input")
    recover.set_defaults(run=run_recover)
    for name, run, text in (
        ("verify", run_verify, "recompute everything and name every difference"),
        ("digest", run_digest, "print the digest of the journal"),
        ("selftest", run_selftest, "try the program on a store of its own"),
    ):
        commands.add_parser(name, parents=[common], help=text).set_defaults(run=run)
    procedures = commands.add_parser("procedures", parents=[common], help="the catalogue")
    kinds = procedures.add_subparsers(dest="what", required=True)
    listing = kinds.add_parser("list", parents=[common], help="list procedures, all or by words")
    listing.add_argument("text", nargs="?", default="")
    listing.set_defaults(run=run_procedures)
    importing = kinds.add_parser("import", parents=[common], help="add or change procedures by their effective date")
    importing.add_argument("file", help="TOML in the catalogue's format (db/seed/procedures/README.md)")
    importing.set_defaults(run=run_procedures_import)
    demo = commands.add_parser("demo", parents=[common], help="play a whole working day without a screen")
    demo.add_argument("--out", metavar="DIR", default="out", help="where its papers go (default ./out)")
    demo.set_defaults(run=run_demo)


def _add_office(commands: Any, common: argparse.ArgumentParser) -> None:
    office = commands.add_parser("office", parents=[common], help="agencies that the desk belongs to, by date")
    kinds = office.add_subparsers(dest="what", required=True)
    add = kinds.add_parser("add", parents=[common])
    add.add_argument("--agency", required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--upper", default="")
    add.add_argument("--place", default="")
    add.add_argument("--from", dest="valid_from", metavar="DAY", help="first day, YYYY-MM-DD")
    add.add_argument("--to", dest="valid_to", metavar="DAY", help="last day, YYYY-MM-DD")
    add.set_defaults(run=run_office_add)
    kinds.add_parser("list", parents=[common]).set_defaults(run=run_office_list)
    admin_commands.add_office_end(kinds, common)


def _add_user(commands: Any, common: argparse.ArgumentParser) -> None:
    user = commands.add_parser("user", parents=[common], help="who works here")
    kinds = user.add_subparsers(dest="what", required=True)
    for name in ("add", "password"):
        one = kinds.add_parser(name, parents=[common])
        one.add_argument("id")
        one.add_argument("--name", default="")
        one.add_argument("--new-password-file", metavar="FILE")
        one.set_defaults(run=run_user_add)
    remove = kinds.add_parser("remove", parents=[common])
    remove.add_argument("id")
    remove.set_defaults(run=run_user_remove)
    kinds.add_parser("list", parents=[common]).set_defaults(run=run_user_list)


def desk_index(text: str) -> int:
    """Read a desk's index.

    Raises:
        InvalidInput: `number.desk`.
    """
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 10:
        raise InvalidInput("number.desk", desk=text[:10])
    return int(text)


def run_init(session: Session, options: argparse.Namespace) -> int:
    """Make a desk and hand over its recovery code, once."""
    user = getattr(options, "user", None) or os.environ.get("ONESTOP_USER")
    if not user:
        raise InvalidInput("input.missing", field="user")
    door = session.door()
    if options.recovery_out:
        _write_recovery(Path(options.recovery_out), "")  # before the desk is made: its code is shown only once
    told = _told(options, door.clock.now().date())
    if told.desk is None:
        raise InvalidInput("input.missing", field="desk")
    first = FirstUser(user, nfc(options.user_name or user), session.password(user))
    new = NewDesk(told.offices, told.desk, first, options.training, told.start)
    desk, code = door.create(new)
    if told.card:
        desk.save_draft(CARD, {"card": told.card})
    agency = desk.identity.agency
    desk.close()
    row = {
        "agency": agency,
        "data": str(session.data),
        "desk": f"{new.desk:02d}",
        "training": options.training,
    }
    if options.recovery_out:
        _write_recovery(Path(options.recovery_out), code)
        session.voice.result(row, session.voice.words.say("cli.desk_made", folder=str(session.data)))
    else:
        session.voice.result(
            row | {"recovery": code},
            session.voice.words.say("cli.desk_made_with_code", folder=str(session.data), code=code),
        )
    return int(Exit.DONE)


def _told(options: argparse.Namespace, today: date) -> SetupFile:
    """Return what the set-up file says, else the options; `--desk` and `--start` go before the file."""
    desk = desk_index(options.desk) if options.desk else None
    if options.setup_file:
        found = read_setup(_text_of(options.setup_file))
        check_offices(found.offices, today)
        start = options.start if options.start is not None or desk not in {None, found.desk} else found.start
        return replace(found, desk=desk or found.desk, start=start)
    for field in ("agency", "name", "desk"):
        if getattr(options, field) is None:
            raise InvalidInput("input.missing", field=field)
    office = Office(options.agency.strip().upper(), nfc(options.name).strip(), nfc(options.upper), nfc(options.place))
    return SetupFile((office,), desk, options.start)


def _text_of(path: str) -> str:
    try:
        with Path(path).open(encoding="utf-8") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError):
        raise InvalidInput("input.no_file", path=path[-120:]) from None


def _write_recovery(path: Path, code: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(code + "\n")
    except OSError:
        raise TryLater("cli.receipts_unwritable", folder=str(path)) from None


def _day(text: str | None, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput("input.day", field=name, text=(text or "")[:20]) from None


def run_office_add(session: Session, options: argparse.Namespace) -> int:
    """Record an agency by its days."""
    given = Office(
        options.agency.strip().upper(), options.name, options.upper, options.place,
        _day(options.valid_from, "from"), _day(options.valid_to, "to"),
    )  # fmt: skip
    office = session.desk().add_office(given)
    session.voice.result(office.as_body(), session.voice.words.say("cli.office_added", name=office.name))
    return int(Exit.DONE)


def run_office_list(session: Session, _options: argparse.Namespace) -> int:
    """List the agencies."""
    for office in session.desk().offices():
        days = f"{office.valid_from or '…'} – {office.valid_to or '…'}"
        session.voice.result(office.as_body(), f"{office.agency}  {office.name}  {days}")
    return int(Exit.DONE)


def run_user_add(session: Session, options: argparse.Namespace) -> int:
    """Add a user, or give one a new password."""
    desk = session.desk()
    known = {user.id: user.name for user in desk.users()}
    if options.what == "password" and options.id not in known:
        raise InvalidInput("user.unknown", user=options.id)
    if options.what == "add" and options.id in known:
        raise InvalidInput("user.exists", user=options.id)
    prompt = session.voice.words.say("cli.new_password_of", user=options.id)
    new = secrets.password(options.new_password_file, "ONESTOP_NEW_PASSWORD", prompt)
    desk.add_user(options.id, nfc(options.name or known.get(options.id, options.id)), new)
    session.voice.result({"user": options.id}, session.voice.words.say(f"cli.user_{options.what}", user=options.id))
    return int(Exit.DONE)


def run_user_remove(session: Session, options: argparse.Namespace) -> int:
    """Take a user's access away."""
    session.desk().remove_user(options.id)
    session.voice.result({"user": options.id}, session.voice.words.say("cli.user_removed", user=options.id))
    return int(Exit.DONE)


def run_user_list(session: Session, _options: argparse.Namespace) -> int:
    """List who can log in."""
    for user in session.door().users:
        session.voice.result({"user": user.id, "name": user.name}, f"{user.id}  {user.name}")
    return int(Exit.DONE)


def run_recover(session: Session, options: argparse.Namespace) -> int:
    """Give a user a new password with the recovery code."""
    door = session.door()
    user = getattr(options, "user", None) or os.environ.get("ONESTOP_USER") or door.users[0].id
    words = session.voice.words
    code = secrets.password(options.code_file, "ONESTOP_RECOVERY", words.say("cli.recovery_code"))
    new = secrets.password(
        getattr(options, "password_file", None),
        "ONESTOP_PASSWORD",
        words.say("cli.new_password_of", user=user),
    )
    door.recover(code, user, new)
    session.voice.result({"user": user}, words.say("cli.user_password", user=user))
    return int(Exit.DONE)


def run_verify(session: Session, _options: argparse.Namespace) -> int:
    """Recompute chain and fold; name every difference."""
    user = session.user()
    found = session.door().verify(user, session.password(user))
    for difference in found:
        said = session.voice.words.say(difference.code, **difference.facts)
        session.voice.result({"code": difference.code, **difference.facts, "message": said}, said)
    if not found:
        session.voice.result({"code": "verify.clean"}, session.voice.words.say("verify.clean"))
    return int(Exit.DAMAGED if found else Exit.DONE)


def run_digest(session: Session, _options: argparse.Namespace) -> int:
    """Print the digest of the journal."""
    digest = session.desk().digest()
    session.voice.result({"digest": digest}, digest)
    return int(Exit.DONE)


def run_procedures(session: Session, options: argparse.Namespace) -> int:
    """List procedures, all or by words: the desk's own where there is a desk, else the shipped ones."""
    catalogue = session.desk().catalogue if session.door().exists else app.catalogue()
    found = catalogue.suggest(options.text, (), None, 50) if options.text else tuple(catalogue.all())
    for procedure in found:
        session.voice.result(_procedure_row(procedure), f"{procedure.code}  {procedure.display}  ({procedure.field})")
    if not found:
        session.voice.say("cli.nothing_found", text=options.text[:60])
    return int(Exit.DONE)


def run_procedures_import(session: Session, options: argparse.Namespace) -> int:
    """Add or change procedures, all or none."""
    try:
        text = Path(options.file).read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise InvalidInput("input.no_file", path=options.file[-120:]) from None
    count = session.desk().import_procedures(text)
    session.voice.result({"imported": count}, session.voice.words.say("cli.procedures_imported", count=count))
    return int(Exit.DONE)


def _procedure_row(procedure: Procedure) -> dict[str, Any]:
    row: dict[str, Any] = {"code": procedure.code, "title": procedure.title, "field": procedure.field}
    row["limits"] = {str(channel): limit.as_body() for channel, limit in procedure.limits.items()}
    row["papers"] = len(procedure.papers)
    row["whole"] = procedure.is_whole
    return row
