"""`onestop-hub`: make a hub, let desks in, take files, serve; results on stdout, messages on stderr."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from onestop_desktop import __version__, paths
from onestop_desktop.clock import SystemClock
from onestop_desktop.domain.office import Office
from onestop_desktop.errors import Exit, InvalidInput, OneStopError, Refused
from onestop_desktop.hub import bundles, desks, enrolment, tls, users, verify
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.new import HubSite, create, open_hub
from onestop_desktop.hub.tables import COMMUNE, SETTING
from onestop_desktop.hub.users import Role
from onestop_desktop.hub.web.operations import Site
from onestop_desktop.wire.enrolment import card_text
from onestop_desktop.words import Words, load

ADDRESSES = "addresses"


@dataclass(slots=True)
class Session:
    """One command: its options and how it speaks."""

    options: argparse.Namespace
    words: Words

    @property
    def site(self) -> HubSite:
        """Return where the hub lives."""
        folder = self.options.data or os.environ.get("ONESTOP_HUB_DATA")
        if not folder:
            raise InvalidInput("hub.no_folder")
        return HubSite(Path(folder), paths.state_dir(), self.options.database_url or "")

    def open(self) -> Ledger:
        """Open the hub."""
        return open_hub(self.site, SystemClock())

    def tell(self, row: Mapping[str, Any], code: str, **facts: str | int) -> None:
        """Tell a result: an object with `--json`, else a sentence."""
        text = json.dumps(row, ensure_ascii=False) if self.options.json else self.words.say(code, **facts)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def site_of(ledger: Ledger, folder: Path) -> Site:
    """Return where the hub answers, as it was told by `init` or `address`."""
    with ledger.reading() as connection:
        row = connection.execute(SETTING.select().where(SETTING.c.name == ADDRESSES)).first()
    pin = tls.pin_of(folder)
    return Site(tuple(str(row.value).split()) if row else (), (pin,) if pin else ())


def put_setting(ledger: Ledger, name: str, value: str) -> None:
    """Keep a setting of the hub."""
    with ledger.writing() as connection:
        statement = ledger.database.dialect.insert(SETTING).values(name=name, value=value)
        connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


# -- commands ---------------------------------------------------------------------------------------------


def run_init(session: Session) -> int:
    """Make a hub, its certificate and its first administrator."""
    options, site = session.options, session.site
    password = _password(options.password_file) if options.admin else ""
    with closing(create(site, options.name, SystemClock())) as ledger:
        pin = tls.make_certificate(site.folder, options.host or ["localhost"], SystemClock())
        _put_addresses(ledger, options)
        if options.admin:
            users.add_account(ledger, options.admin, options.admin, Role.ADMIN, password)
        row = {"hub": ledger.keys.public.hex(), "recipient": ledger.keys.recipient, "pin": pin.hex()}
    session.tell(row, "hub.made", folder=str(site.folder), name=options.name)
    return int(Exit.DONE)


def run_address(session: Session) -> int:
    """Keep where desks and citizens reach the hub; cards made from now on say so."""
    with closing(session.open()) as ledger:
        _put_addresses(ledger, session.options)
    session.tell({"address": session.options.address}, "hub.address_set")
    return int(Exit.DONE)


def _put_addresses(ledger: Ledger, options: argparse.Namespace) -> None:
    if options.address:
        put_setting(ledger, ADDRESSES, " ".join(options.address))
    if options.public_address:
        put_setting(ledger, "public_address", options.public_address)


def run_desk(session: Session) -> int:
    """Add a desk; its commune is made when it is new."""
    options = session.options
    office = Office(options.agency, options.office, options.upper or "")
    with closing(session.open()) as ledger, ledger.writing() as connection:
        row = connection.execute(COMMUNE.select().where(COMMUNE.c.name == options.commune)).first()
        commune = int(row.id) if row else desks.add_commune(connection, options.commune)
        number = desks.add_desk(connection, commune, options.desk, f"Bàn {options.desk}", (office,))
    session.tell({"desk": number, "commune": commune}, "hub.desk_added", commune=options.commune, desk=options.desk)
    return int(Exit.DONE)


def run_account(session: Session) -> int:
    """Add somebody who works at the hub's pages."""
    options = session.options
    with closing(session.open()) as ledger:
        made = users.add_account(
            ledger, options.account, options.full_name or options.account, Role(options.role),
            _password(options.password_file),
        )  # fmt: skip
    session.tell({"account": made.id, "role": str(made.role)}, "hub.account_added", name=made.name)
    return int(Exit.DONE)


def run_password(session: Session) -> int:
    """Change somebody's password and end every session that was opened with the old one."""
    with closing(session.open()) as ledger:
        found = _account(ledger, session.options.account)
        users.set_password(ledger, found.id, _password(session.options.password_file))
    session.tell({"account": found.id}, "hub.password_set", name=found.name)
    return int(Exit.DONE)


def run_end_account(session: Session) -> int:
    """Keep somebody out, who has left or whose password is known to others."""
    with closing(session.open()) as ledger:
        found = _account(ledger, session.options.account)
        users.set_active(ledger, found.id, active=False)
    session.tell({"account": found.id}, "hub.account_ended", name=found.name)
    return int(Exit.DONE)


def _account(ledger: Ledger, name: str) -> users.Account:
    with ledger.reading() as connection:
        found = [one for one in users.accounts(connection) if one.name == name.strip().lower()]
    if not found:
        raise InvalidInput("hub.no_account")
    return found[0]


def run_card(session: Session) -> int:
    """Make a card that lets a desk in once, within a week."""
    agency, _gap, code = session.options.desk.rpartition("/")
    with closing(session.open()) as ledger:
        with ledger.reading() as connection:
            desk = desks.desk_named(connection, agency, code)
        site = site_of(ledger, session.site.folder)
        text = card_text(enrolment.issue_card(ledger, desk, "command", site.addresses, site.pins))
    if session.options.out:
        _write(Path(session.options.out), text.encode())
    session.tell({"card": text, "desk": desk}, "hub.card_made", card=text)
    return int(Exit.DONE)


def run_requests(session: Session) -> int:
    """List the desks that ask to be let in, with the words to compare."""
    with closing(session.open()) as ledger, ledger.reading() as connection:
        rows = enrolment.waiting(connection)
    for one in rows:
        row = {"request": one.id.hex(), "desk": one.desk, "name": one.desk_name, "words": one.words}
        session.tell(row, "hub.request", request=one.id.hex()[:12], desk=one.desk_name, words=one.words)
    return int(Exit.DONE)


def run_grant(session: Session) -> int:
    """Let a desk in, its words being the same on both sides."""
    with closing(session.open()) as ledger:
        with ledger.reading() as connection:
            found = [one for one in enrolment.waiting(connection) if one.id.hex().startswith(session.options.request)]
        if len(found) != 1:
            raise InvalidInput("enrol.no_request")
        site = site_of(ledger, session.site.folder)
        enrolment.grant(ledger, found[0].id, "command", addresses=site.addresses, pins=site.pins)
    session.tell({"request": found[0].id.hex(), "granted": True}, "hub.granted", desk=found[0].desk_name)
    return int(Exit.DONE)


def run_revoke(session: Session) -> int:
    """Let a desk do nothing new from now on."""
    agency, _gap, code = session.options.desk.rpartition("/")
    with closing(session.open()) as ledger:
        with ledger.reading() as connection:
            desk = desks.desk_named(connection, agency, code)
        enrolment.revoke(ledger, desk, session.options.reason)
    session.tell({"desk": desk, "revoked": True}, "hub.revoked_now", desk=session.options.desk)
    return int(Exit.DONE)


def run_import(session: Session) -> int:
    """Take a file that came on a stick or in a letter, and write the one that goes back beside it."""
    source = Path(session.options.file)
    data = _read(source)
    out = Path(session.options.out) if session.options.out else source.parent
    with closing(session.open()) as ledger:
        try:
            taken = bundles.take(
                ledger, data, carrier=session.options.carrier, reviewed_by=session.options.review or ""
            )
        except InvalidInput as error:
            if error.code != "bundle.not_one" or not bundles.is_sealed(data):
                raise
            return _import_request(session, ledger, data, out / f"{source.stem}.traloi")
    place = out / f"{source.stem}.traloi"
    _write(place, taken.reply)
    row = {
        "desk": taken.desk.id, "entries": taken.entries, "fresh": taken.fresh, "answer": str(place),
        "missing": [{"epoch": epoch, "seq": seq} for epoch, seq in taken.missing],
    }  # fmt: skip
    code = "hub.imported_with_gap" if taken.missing else "hub.imported"
    session.tell(row, code, entries=taken.entries, fresh=taken.fresh, path=str(place), name=taken.desk.name,
                 seq=taken.missing[0][1] if taken.missing else 0)  # fmt: skip
    return int(Exit.DONE)


def _import_request(session: Session, ledger: Ledger, data: bytes, place: Path) -> int:
    waiting, sealed = bundles.take_request(ledger, data)
    row = {"request": waiting.id.hex(), "words": waiting.words, "granted": sealed is not None}
    if sealed is None:
        session.tell(row, "hub.request", request=waiting.id.hex()[:12], desk=waiting.desk_name, words=waiting.words)
        return int(Exit.DONE)
    _write(place, sealed)
    session.tell(row | {"answer": str(place)}, "hub.grant_written", path=str(place))
    return int(Exit.DONE)


def run_digest(session: Session) -> int:
    """Print the digest of all entries, or of one desk's."""
    with closing(session.open()) as ledger:
        if session.options.desk:
            agency, _gap, code = session.options.desk.rpartition("/")
            with ledger.reading() as connection:
                desk = desks.desk_named(connection, agency, code)
            value = ledger.digest(desk)
        else:
            value = ledger.whole_digest()
    session.tell({"digest": value}, "hub.digest", digest=value)
    return int(Exit.DONE)


def run_verify(session: Session) -> int:
    """Recompute chains, numbers and folds, and name every difference."""
    with closing(session.open()) as ledger, ledger.reading() as connection:
        found = verify.verify(connection)
    for one in found:
        session.tell({"difference": one.code, **one.facts}, one.code, **one.facts)
    session.tell({"differences": len(found)}, "hub.verified" if not found else "hub.differs", count=len(found))
    return int(Exit.DAMAGED if found else Exit.DONE)


def run_restore(session: Session) -> int:
    """Say that the database was put back from a copy; the desks refill it by themselves."""
    with closing(session.open()) as ledger:
        ledger.restored()
    session.tell({"restored": True}, "hub.restored")
    return int(Exit.DONE)


def run_serve(session: Session) -> int:
    """Serve desks, the district's pages and the public page until stopped."""
    from onestop_desktop.hub.serve import serve  # noqa: PLC0415  the server's libraries are needed here alone
    from onestop_desktop.hub.web.app import WebSite  # noqa: PLC0415

    options, folder = session.options, session.site.folder
    with closing(session.open()) as ledger:
        site = replace(site_of(ledger, folder), plain=options.plain)
        serve(ledger, folder, WebSite(folder / "files", site, tuple(options.proxy)), options.host, options.port)
    return int(Exit.DONE)


# -- the parser -------------------------------------------------------------------------------------------

Argument = tuple[tuple[str, ...], dict[str, Any]]
_DESK: Argument = (("--desk",), {"required": True, "metavar": "AGENCY/01"})
_ADDRESSES: tuple[Argument, ...] = (
    (("--address",), {"action": "append", "default": [], "metavar": "URL", "help": "where desks reach it"}),
    (("--public-address",), {"metavar": "URL", "help": "where citizens look up"}),
)
_PASSWORD: Argument = (("--password-file",), {"metavar": "FILE"})
COMMANDS: Mapping[str, tuple[str, Callable[[Session], int], tuple[Argument, ...]]] = {
    "init": ("make a hub", run_init, (
        (("--name",), {"required": True, "help": "the office that it is called by"}),
        (("--host",), {"action": "append", "default": [], "help": "a name of the certificate"}),
        *_ADDRESSES, (("--admin",), {"metavar": "NAME"}), _PASSWORD)),
    "address": ("tell where desks and citizens reach the hub", run_address, _ADDRESSES),
    "desk": ("add a desk", run_desk, (
        (("--commune",), {"required": True}), (("--desk",), {"required": True, "metavar": "01"}),
        (("--agency",), {"required": True}), (("--office",), {"required": True}), (("--upper",), {}))),
    "account": ("add somebody who works at the pages", run_account, (
        (("account",), {}), (("--role",), {"choices": [str(one) for one in Role], "default": "district"}),
        (("--full-name",), {}), _PASSWORD)),
    "password": ("change somebody's password", run_password, ((("account",), {}), _PASSWORD)),
    "end-account": ("keep somebody out", run_end_account, ((("account",), {}),)),
    "enrol-card": ("make a card that lets a desk in once", run_card, (_DESK, (("--out",), {"metavar": "FILE"}))),
    "requests": ("list the desks that ask to be let in", run_requests, ()),
    "grant": ("let a desk in", run_grant, ((("request",), {}),)),
    "revoke": ("let a desk do nothing new", run_revoke, (_DESK, (("--reason",), {"required": True}))),
    "import": ("take a file from a stick or a letter", run_import, (
        (("file",), {}), (("--out",), {"metavar": "DIR"}),
        (("--carrier",), {"choices": ["usb", "mail"], "default": "usb"}),
        (("--review",), {"metavar": "NAME", "help": "who answers for entries of a revoked key"}))),
    "digest": ("print the digest", run_digest, ((("--desk",), {"metavar": "AGENCY/01"}),)),
    "verify": ("recompute everything", run_verify, ()),
    "restore": ("say that the database was put back from a copy", run_restore, ()),
    "serve": ("serve desks and pages", run_serve, (
        (("--host",), {"default": "127.0.0.1"}), (("--port",), {"type": int, "default": 8843}),
        (("--plain",), {"action": "store_true", "help": "no TLS: behind a proxy, or on this PC alone"}),
        (("--proxy",), {"action": "append", "default": [], "metavar": "NETWORK",
                        "help": "whose X-Forwarded-For is believed"}))),
}  # fmt: skip


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one of our sentences."""

    def error(self, message: str) -> NoReturn:  # noqa: ARG002  argparse says it in English only
        raise InvalidInput("cli.usage", usage=self.format_usage().strip())


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    common = _Parser(add_help=False)
    common.add_argument("--data", metavar="DIR", help="the hub's folder (ONESTOP_HUB_DATA)")
    common.add_argument("--database-url", metavar="URL", help="a PostgreSQL instead of the folder's own file")
    common.add_argument("--json", action="store_true")
    common.add_argument("--lang", choices=("vi", "en"), default="vi")
    parser = _Parser(prog="onestop-hub", description="The district's hub of OneStop Desktop.")
    parser.add_argument("--version", action="version", version=f"onestop-hub {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    for name, (summary, run, arguments) in COMMANDS.items():
        one = commands.add_parser(name, parents=[common], help=summary)
        for names, options in arguments:
            one.add_argument(*names, **options)
        one.set_defaults(run=run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    words = load(os.environ.get("ONESTOP_LANG", "vi"))
    try:
        options = build_parser().parse_args(argv)
        words = load(options.lang)
        return int(options.run(Session(options, words)))
    except OneStopError as error:
        sys.stderr.write(words.tell(error) + "\n")
        return int(error.exit)
    except KeyboardInterrupt:
        return 130


def _password(file: str | None) -> str:
    """Return a password from a file's first line, the environment, or the keyboard; never from the arguments."""
    given = os.environ.pop("ONESTOP_PASSWORD", None)
    if file:
        return _read(Path(file)).decode("utf-8", "replace").split("\n", 1)[0].rstrip("\r")
    if given is not None:
        return given
    if sys.stdin.isatty():
        return getpass.getpass()
    raise Refused("login.no_password")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise InvalidInput("input.no_file", path=str(path)[-120:]) from None


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError:
        raise InvalidInput("input.no_file", path=str(path)[-120:]) from None
