"""The demo's district: a hub on this PC, letting the desk in, answering a forwarded dossier, and one more by stick."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from onestop_desktop.cli.demo_link import PoorLine
from onestop_desktop.clock import Clock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.office import Office
from onestop_desktop.errors import Refused, TryLater
from onestop_desktop.hub import bundles, desks, enrolment, inbox
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.new import HubSite, create
from onestop_desktop.hub.serve import make_server
from onestop_desktop.hub.web.app import WebSite
from onestop_desktop.hub.web.operations import Site
from onestop_desktop.wire.enrolment import card_text

CUTS, LENGTH = 6, 1_500
"""The line breaks so many times, each after so many bytes."""
_PATIENCE = 40


@dataclass(slots=True)
class District:
    """The hub of the demo's day and the poor line to it."""

    ledger: Ledger
    desk_number: int
    line: PoorLine
    attempts: int = 0
    sent: int = 0
    log: list[str] = field(default_factory=list)

    def let_in(self, desk: Desk) -> None:
        """Let the desk in: card, request, four words, grant."""
        address = f"http://127.0.0.1:{self.line.port}"
        card = card_text(enrolment.issue_card(self.ledger, self.desk_number, "demo", (address,)))
        for _attempt in range(_PATIENCE):
            try:
                if desk.carry.ask(card):
                    return
            except TryLater:
                continue
            with self.ledger.reading() as connection:
                waiting = enrolment.waiting(connection)
            for one in waiting:
                enrolment.grant(self.ledger, one.id, "demo", addresses=(address,))
        raise TryLater("link.no_network")

    def sync(self, desk: Desk) -> None:
        """Try until both sides hold the same; a broken line costs an attempt, never an entry."""
        for _attempt in range(_PATIENCE):
            self.attempts += 1
            try:
                report = desk.carry.sync()
            except TryLater:
                continue
            self.sent += report.sent
            if report.same:
                return
        raise TryLater("link.no_network")

    def answer(self, text: str, document: str) -> int:
        """Answer every dossier that was passed up; return how many."""
        with self.ledger.reading() as connection:
            rows = inbox.waiting(connection)
        for row in rows:
            inbox.answer(self.ledger, row.commune, row.dossier, text, document, "UBND huyện Yên Châu")
        return len(rows)

    def by_stick(self, desk: Desk, folder: Path) -> int:
        """Carry what is left by stick and bring the answer back; return how many entries it held."""
        try:
            made = desk.carry.write(folder)
        except Refused:
            return 0
        taken = bundles.take(self.ledger, made.path.read_bytes())
        bundles.take(self.ledger, made.path.read_bytes())  # a stick is read twice as easily as once
        back = made.path.with_suffix(".traloi")
        back.write_bytes(taken.reply)
        desk.carry.take(back)
        return made.entries

    def digest(self) -> str:
        """Return the hub's digest of the desk."""
        return self.ledger.digest(self.desk_number)


@contextmanager
def district(folder: Path, office: Office, clock: Clock) -> Iterator[District]:
    """Start a hub on this PC behind a line that breaks; both end with the block."""
    ledger = create(HubSite(folder / "hub", folder / "hub-state"), office.upper, clock)
    with ledger.writing() as connection:
        commune = desks.add_commune(connection, office.name)
        number = desks.add_desk(connection, commune, "01", "Bàn 01", (office,))
    listening: list[str] = []
    ready = threading.Event()

    def tell(address: str) -> None:
        listening.append(address)
        ready.set()

    server = make_server(ledger, WebSite(folder / "hub" / "files", Site(plain=True)), "127.0.0.1", 0, tell)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    if not ready.wait(_PATIENCE):
        raise TryLater("link.no_network")
    line = PoorLine(int(listening[0].rsplit(":", 1)[1]), cuts=CUTS, length=LENGTH)
    try:
        yield District(ledger, number, line)
    finally:
        line.close()
        server.should_exit = True
        thread.join(_PATIENCE)
        ledger.close()
