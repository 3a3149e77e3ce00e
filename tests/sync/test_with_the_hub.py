"""The same session with the real hub: both hold the same after restores, clones and a hub that went back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.office import Office
from onestop_desktop.hub import desks, incidents
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.new import HubSite, create, open_hub
from onestop_desktop.store import exchange
from onestop_desktop.wire import signing
from tests.sync.test_session import numbers_of, take

Reopen = Callable[..., Desk]


@pytest.fixture
def site(tmp_path: Path) -> HubSite:
    return HubSite(tmp_path / "hub", tmp_path / "hub-state")


@pytest.fixture
def hub(site: HubSite, clock: SetClock) -> Iterator[Ledger]:
    made = create(site, "UBND huyện Yên Châu", clock)
    yield made
    made.close()


@pytest.fixture
def number(hub: Ledger, desk: Desk) -> int:
    """The desk's number at the hub, once both know each other's key."""
    seed = exchange.desk_seeds(desk.core.store.reader())[0]
    desk.link.enrol(hub.keys.public)
    with hub.writing() as connection:
        place = desks.add_commune(connection, "Xã Sặp Vạt")
        number = desks.add_desk(connection, place, "01", "Bàn 01", [Office("000.12.34.H52", "UBND xã Sặp Vạt")])
        desks.add_key(connection, number, signing.public_of(seed), hub.now_ms())
    return number


def agree(hub: Ledger, number: int, *all_desks: Desk) -> None:
    for one in all_desks:
        assert one.link.sync(hub).same
        assert one.digest() == hub.digest(number)
        assert one.verify() == []
        assert one.pending().entries == 0


def incidents_of(hub: Ledger) -> set[str]:
    with hub.reading() as connection:
        return {str(one.kind) for one in incidents.listed(connection)}


def test_a_day_is_sent_and_an_answer_comes_back(desk: Desk, hub: Ledger, number: int) -> None:
    take(desk, 5)
    agree(hub, number, desk)
    dossier = desk.one(numbers_of(desk)[0])
    desk.act(dossier, "forward", {"unit": "Chi nhánh Văn phòng Đăng ký đất đai"})
    hub.send(number, "answer", {"dossier": dossier, "text": "Đồng ý"})
    agree(hub, number, desk)
    assert desk.dossier(dossier).answer == "Đồng ý"
    assert desk.link.sync(hub).bytes_sent < 250
    assert incidents_of(hub) == set()


def test_a_restore_that_nobody_noticed(desk: Desk, hub: Ledger, number: int, tmp_path: Path, reopen: Reopen) -> None:
    take(desk)
    agree(hub, number, desk)
    for name in ("desk", "desk-state"):
        shutil.copytree(tmp_path / name, tmp_path / f"old-{name}")
    told = take(desk, 30, "Hà Thị")
    agree(hub, number, desk)
    desk.close()
    for name in ("desk", "desk-state"):
        shutil.rmtree(tmp_path / name)
        (tmp_path / f"old-{name}").rename(tmp_path / name)
    back = reopen()
    take(back, 2, "Vì Văn")
    assert back.link.sync(hub).forked
    agree(hub, number, back)
    assert set(told) <= set(numbers_of(back))
    assert "fork" in incidents_of(hub)


def test_two_clones(
    desk: Desk, hub: Ledger, number: int, tmp_path: Path, reopen: Reopen, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(desk)
    agree(hub, number, desk)
    desk.close()
    for name in ("desk", "desk-state"):
        shutil.copytree(tmp_path / name, tmp_path / name.replace("desk", "clone"))
    identity = desk.core.store.meta.identity
    monkeypatch.setattr("onestop_desktop.store.marks.identity_of", lambda _data, _store: identity)
    first, second = reopen(), reopen("clone")
    take(first, 3, "Hà Thị")
    take(second, 4, "Vì Văn")
    for _round in range(2):
        first.link.sync(hub)
        second.link.sync(hub)
    agree(hub, number, first, second)
    take(first, 2)
    take(second, 2)
    for _round in range(2):
        first.link.sync(hub)
        second.link.sync(hub)
    agree(hub, number, first, second)
    assert sorted(numbers_of(first)) == sorted(numbers_of(second))


def test_a_hub_that_went_back(
    desk: Desk, hub: Ledger, number: int, site: HubSite, clock: SetClock, tmp_path: Path
) -> None:
    take(desk)
    agree(hub, number, desk)
    hub.close()
    shutil.copytree(tmp_path / "hub", tmp_path / "hub-old")
    again = open_hub(site, clock)
    take(desk, 5)
    agree(again, number, desk)
    again.close()
    shutil.rmtree(tmp_path / "hub")
    (tmp_path / "hub-old").rename(tmp_path / "hub")
    back = open_hub(site, clock)
    assert desk.link.sync(back).sent == 5
    agree(back, number, desk)
    assert "refilled" in incidents_of(back)
    back.close()
