"""Pictures of the hub's pages for the manual: `python -m tests.hub.pictures docs/screens`."""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from onestop_desktop.clock import SetClock
from onestop_desktop.domain.office import Office
from onestop_desktop.hub import desks, incidents, users
from onestop_desktop.hub.incidents import Kind
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.new import HubSite, create
from onestop_desktop.hub.users import Role
from onestop_desktop.wire import signing
from tests.hub.made import START, MadeDesk
from tests.hub.web import browser
from tests.hub.web.stage import PASSWORDS, Stage, at, running

COMMUNES = ("Chiềng Đông", "Chiềng Hặc", "Chiềng Khoi", "Chiềng On", "Chiềng Pằn", "Chiềng Sàng", "Mường Lựm",
            "Phiêng Khoài", "Sặp Vạt", "Tú Nang", "Viêng Lán", "Yên Sơn")  # fmt: skip
PEOPLE = ("Quàng Văn Thương", "Lò Thị Hạnh", "Lường Văn Inh", "Hà Thị Chựa", "Giàng A Dơ", "Vì Văn Phong",
          "Cầm Thị Đôi", "Mùa Thị Dợ", "Hoàng Văn Chiến", "Quàng Thị Ín")  # fmt: skip
TITLES = (("1.001193", "Đăng ký khai sinh"), ("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân"),
          ("2.000815", "Chứng thực bản sao từ bản chính"), ("1.000656", "Đăng ký khai tử"),
          ("1.001776", "Trợ cấp xã hội hàng tháng"))  # fmt: skip


def made(folder: Path) -> Stage:
    """Make a district of twelve communes with a few weeks of work."""
    clock = SetClock(START)
    ledger = create(HubSite(folder / "hub", folder / "state"), "UBND huyện Yên Châu", clock)
    names = {Role.VIEWER: "Vì Thị Lan", Role.DISTRICT: "Hà Văn Tư", Role.ADMIN: "Lò Văn Quân"}
    accounts = {role: users.add_account(ledger, str(role), names[role], role, PASSWORDS[role]) for role in Role}
    chance = random.Random(2026)
    every = [commune(ledger, n, name, chance) for n, name in enumerate(COMMUNES)]
    for desk in every:
        clock.put(START - timedelta(minutes=chance.choice((4, 9, 17, 55, 130, 300, 5800))))
        work(desk, chance)
        for packet in desk.packets(200):
            desk.send(packet)
        desk.hello()
    clock.put(START)
    gap(every[3])
    with ledger.writing() as connection:
        for desk, kind, facts in ((every[5], Kind.FORK, {"seq": 41}), (every[1], Kind.CLONE, {}),
                                  (every[8], Kind.REFILLED, {}),
                                  (every[3], Kind.QUARANTINE, {"code": "quarantine.agency"})):  # fmt: skip
            incidents.note(connection, ledger.database.dialect,
                           incidents.seen(desk.id, kind, "ab" * 8, ledger.now_ms() - 7_300_000, **facts))  # fmt: skip
    return Stage(ledger, clock, folder, every[8], every[0], every[1], accounts)


def commune(ledger: Ledger, n: int, name: str, chance: random.Random) -> MadeDesk:
    agency, seed = f"000.{12 + n}.34.H52", chance.randbytes(32)
    with ledger.writing() as connection:
        number = desks.add_commune(connection, f"Xã {name}")
        office = Office(agency, f"UBND xã {name}", "UBND huyện Yên Châu")
        desk = desks.add_desk(connection, number, "01", "Bàn 01", [office])
        desks.add_key(connection, desk, signing.public_of(seed), ledger.now_ms())
    made = MadeDesk(ledger, desk, number, "01", seed, chance, agency)
    made.at = START - timedelta(days=20)
    return made


def work(desk: MadeDesk, chance: random.Random) -> None:
    """Let a desk take some weeks' dossiers and finish most of them."""
    many = 3 if desk.commune == 11 else chance.randint(14, 46)
    for n in range(many):
        code, title = chance.choice(TITLES)
        desk.at += timedelta(hours=chance.randint(2, 9))
        person = {"kind": "person", "name": PEOPLE[n % len(PEOPLE)], "phone": f"0912345{n:03}"}
        desk.at = min(desk.at, START - timedelta(hours=1))
        procedure = {"code": code, "field": "Hộ tịch", "title": title}
        number = f"{desk.agency}-{desk.at:%y%m%d}-{n + 1:04}"
        due = chance.choice((2, 9, 15, 15, 30))
        dossier = desk.receive(due_days=due, applicant=person, procedure=procedure, number=number)
        what = chance.random()
        if what < 0.12:
            desk.act(dossier, "assign", at=at(desk), officer="Hà Văn Tư")
            desk.act(dossier, "forward", at=at(desk), unit="Phòng Lao động – Thương binh và Xã hội",
                     note="Kèm biên bản họp xét duyệt")  # fmt: skip
        elif what < 0.2:
            desk.act(dossier, "ask-supplement", at=at(desk), items=["Giấy chứng sinh"], reason="Thiếu giấy chứng sinh")
        elif what < 0.8:
            taken, later = desk.at, chance.choice((1, 2, 3, 14, 18))
            desk.at = min(taken + timedelta(days=later), START - timedelta(hours=1))
            desk.act(dossier, "ready", at=at(desk), outcome="granted", document=f"{n}/QĐ-UBND")
            if what < 0.6:
                desk.act(dossier, "return", at=at(desk), to=person)
            desk.at = taken


def gap(desk: MadeDesk) -> None:
    for _time in range(4):
        desk.receive()
    desk.send(desk.packets(entries=desk.entries[-3:])[0])


@contextmanager
def shown() -> Iterator[tuple[Stage, browser.Tab]]:
    with tempfile.TemporaryDirectory(prefix="onestop-hub-") as name:
        folder = Path(name)
        with running(made(folder)) as stage, browser.opened(folder / "browser") as tab:
            yield stage, tab


def main() -> None:
    if browser.program() is None:
        sys.exit("No chromium here: no pictures of the hub were taken.")
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screens")
    with shown() as (stage, tab):
        states = stage.desk.folded().values()
        one = next(state for state in states if state.status == "ready")
        passed = next(state for desk in (stage.desk, stage.foreign, stage.revoked)
                      for state in desk.folded().values() if state.status == "forwarded")  # fmt: skip
        where = next(desk.commune for desk in (stage.desk, stage.foreign, stage.revoked)
                     if passed.office.agency == desk.agency)  # fmt: skip
        stage.request(stage.foreign.id, "01")
        public = (("public", "/"), ("public-commune", f"/{stage.desk.agency}"),
                  ("public-answer", f"/{stage.desk.agency}/{one.barcode}"))  # fmt: skip
        staff = (("communes", "/quan-ly"), ("commune", f"/quan-ly/xa/{stage.desk.commune}"),
                 ("dossier", f"/quan-ly/ho-so/{where}/{passed.id}"), ("inbox", "/quan-ly/lien-thong"),
                 ("incidents", "/quan-ly/su-co"), ("desks", "/quan-ly/ban"))  # fmt: skip
        tab.size(1366, 768)
        take(tab, stage, folder, public)
        tab.open(f"{stage.address}/dang-nhap")
        tab.picture(folder / "hub-login.png")
        tab.type("input[name=name]", "admin")
        tab.type("input[name=password]", PASSWORDS[Role.ADMIN])
        tab.press("button[type=submit]")
        take(tab, stage, folder, staff)
        tab.press("form[action$='/the'] button")
        tab.picture(folder / "hub-card.png")
        tab.size(360, 740)
        take(tab, stage, folder, [(f"{name}-phone", place) for name, place in public])


def take(tab: browser.Tab, stage: Stage, folder: Path, places: object) -> None:
    for name, place in places:  # type: ignore[attr-defined]
        tab.open(stage.address + place)
        tab.picture(folder / f"hub-{name}.png")


if __name__ == "__main__":
    main()
