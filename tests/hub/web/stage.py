"""A hub with made communes, desks, dossiers and people, behind the real server in a thread of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pyrage

from onestop_desktop.clock import SetClock
from onestop_desktop.domain.number import secret_of
from onestop_desktop.domain.office import Office
from onestop_desktop.hub import desks, enrolment, incidents, users
from onestop_desktop.hub.incidents import Kind
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.new import HubSite, create
from onestop_desktop.hub.serve import make_server
from onestop_desktop.hub.tables import WEB_SESSION
from onestop_desktop.hub.users import Account, Role
from onestop_desktop.hub.web.app import WebSite
from onestop_desktop.hub.web.operations import Site
from onestop_desktop.wire import enrolment as wire
from onestop_desktop.wire import signing
from onestop_desktop.wire.messages import PROTOCOL
from tests.hub.made import AGENCY, START, MadeDesk, enrol

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "{{7*7}}{% raw %}",
    "\u202egnưhT năV gnàuQ",
    "Lò & Mùa <b>'Thị'</b>",
)
COMMUNE = "<i>Xã</i> {{8*8}} \u202eàx"
PEOPLE = (*HOSTILE, "Quàng Văn Thương", "Lò Thị Hạnh", "Giàng A Dơ", "Vì Văn Phong", "Cầm Thị Đôi", "Mùa Thị Dợ",
          "Hoàng Văn Chiến")  # fmt: skip
PHONES = tuple(f"09123456{n:02}" for n in range(20))
IDS = tuple(f"0140880012{n:02}" for n in range(20))
OTHER_AGENCY = "000.12.35.H52"
PASSWORDS = {Role.VIEWER: "chi xem thoi nhe", Role.DISTRICT: "can bo cap tren", Role.ADMIN: "quan tri may chu"}


@dataclass
class Stage:
    """The hub, who is there, and where it listens."""

    ledger: Ledger
    clock: SetClock
    folder: Path
    desk: MadeDesk
    foreign: MadeDesk
    revoked: MadeDesk
    accounts: dict[Role, Account]
    dossiers: list[str] = field(default_factory=list)
    address: str = ""

    def client(self, **options: Any) -> httpx.Client:
        """Return a client that follows nothing by itself."""
        return httpx.Client(base_url=self.address, trust_env=False, timeout=30, **options)

    def session(self, role: Role) -> str:
        """Open a session without stretching a password, and return its token in hex."""
        token, now = self.ledger.random(32), self.ledger.now_ms()
        row = {"id": users._name(token), "account": self.accounts[role].id, "started_ms": now, "used_ms": now,
               "ends_ms": now + users.LONGEST_MS}  # fmt: skip
        with self.ledger.writing() as connection:
            connection.execute(WEB_SESSION.insert().values(row))
        return token.hex()

    def browser(self, role: Role | None = None) -> httpx.Client:
        """Return a client that behaves as a browser on our own pages."""
        cookies = {"session": self.session(role)} if role else {}
        return self.client(cookies=cookies, headers={"origin": self.address, "accept": "text/html"})

    def token(self, desk: MadeDesk) -> str:
        return self.ledger.keys.token(desk.key, self.ledger.now_ms()).hex()

    def request(self, desk: int, code: str) -> bytes:
        """Ask for a desk to be let in, and return the request's bytes."""
        card = enrolment.issue_card(self.ledger, desk, "test")
        seed = self.ledger.random(32)
        recipient = str(pyrage.x25519.Identity.generate().to_public())
        asked = wire.Request(
            PROTOCOL, card.id, card.code, code, signing.public_of(seed), recipient, b"s" * 16, b"c" * 32
        )
        data = wire.sign_request(asked, signing.sign(seed))
        enrolment.receive_request(self.ledger, data)
        return data

    def new_desk(self, name: str, agency: str) -> int:
        """Add a commune with one desk that has no key yet."""
        with self.ledger.writing() as connection:
            commune = desks.add_commune(connection, name)
            return desks.add_desk(connection, commune, "01", "Bàn 01", [Office(agency, name)])


def person(n: int) -> dict[str, str]:
    name = PEOPLE[n % len(PEOPLE)]
    return {"kind": "person", "name": name, "phone": PHONES[n % 20], "id_kind": "cccd", "id_number": IDS[n % 20],
            "address": f"Bản {n}, xã Sặp Vạt"}  # fmt: skip


def at(desk: MadeDesk) -> str:
    return desk.at.isoformat()


def fill(desk: MadeDesk, many: int = 14) -> list[str]:
    """Let a desk take dossiers with hostile names and move them on."""
    found = [desk.receive(applicant=person(n), due_days=(n % 4) - 1) for n in range(many)]
    for n, dossier in enumerate(found):
        if n % 7 == 1:
            desk.act(dossier, "assign", at=at(desk), officer="Hà Văn Tư")
            desk.act(dossier, "forward", at=at(desk), unit=HOSTILE[0], note=HOSTILE[1])
        if n % 7 in {2, 3}:
            desk.act(dossier, "ready", at=at(desk), outcome="granted", document="12/QĐ-UBND")
        if n % 7 == 3:
            desk.act(dossier, "return", at=at(desk), to=person(n))
        if n % 7 == 4:
            desk.act(dossier, "ask-supplement", at=at(desk), items=["Sổ hộ khẩu"], reason=HOSTILE[2])
        if n % 7 == 5:
            desk.act(dossier, "withdraw", at=at(desk), reason="Rút theo đơn")
    return found


def made_stage(folder: Path) -> Stage:
    """Make a hub with three desks: ours, another commune's, and one that was revoked."""
    clock = SetClock(START)
    ledger = create(HubSite(folder / "hub", folder / "state"), "UBND huyện Yên Châu", clock)
    made = {
        role: users.add_account(ledger, str(role), f"Người {role} {HOSTILE[4]}", role, PASSWORDS[role]) for role in Role
    }
    ours, foreign = enrol(ledger, seed=1), enrol(ledger, seed=2, agency=OTHER_AGENCY)
    revoked = enrol(ledger, seed=3, agency="000.12.36.H52")
    stage = Stage(ledger, clock, folder, ours, foreign, revoked, made)
    stage.dossiers = fill(ours)
    for packet in ours.packets():
        ours.send(packet)
    foreign.receive(applicant=person(3))
    twin = foreign.fork()
    for desk, name in ((foreign, 5), (twin, 6)):  # two branches after one entry
        desk.receive(applicant=person(name))
        for packet in desk.packets():
            desk.send(packet)
    foreign.receive(applicant=person(7))
    foreign.receive(applicant=person(8))
    foreign.send(foreign.packets(entries=foreign.entries[-1:])[0])  # held: the one before it is missing
    revoked.receive(applicant=person(9))
    for packet in revoked.packets():
        revoked.send(packet)
    with ledger.writing() as connection:
        for kind in (Kind.CLONE, Kind.REFILLED, Kind.QUARANTINE):
            facts = {"code": "quarantine.agency"} if kind is Kind.QUARANTINE else {"by": HOSTILE[0]}
            seen = incidents.seen(ours.id, kind, "ab" * 8, ledger.now_ms(), **facts)
            incidents.note(connection, ledger.database.dialect, seen)
    enrolment.revoke(ledger, revoked.id, "Máy bị mất")
    stage.new_desk(COMMUNE, "000.12.37.H52")
    return stage


@contextmanager
def running(stage: Stage) -> Iterator[Stage]:
    """Serve the stage on a free port of this machine."""
    listening = threading.Event()

    def tell(address: str) -> None:
        stage.address = address
        listening.set()

    site = WebSite(stage.folder / "hub" / "files", Site(("https://hub.example",), (b"p" * 32,), plain=True))
    server = make_server(stage.ledger, site, "127.0.0.1", 0, tell)
    thread = threading.Thread(target=server.run, name="hub")
    thread.start()
    try:
        assert listening.wait(20)
        yield stage
    finally:
        server.should_exit = True
        thread.join(20)
        stage.ledger.close()
        assert not thread.is_alive()


def barcode_of(stage: Stage, dossier: str) -> str:
    """Return the digits of a dossier's receipt."""
    return next(one.barcode for one in stage.desk.folded().values() if one.id == dossier)


__all__ = ["AGENCY", "secret_of"]
