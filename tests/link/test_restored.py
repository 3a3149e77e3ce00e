"""A desk put back to an old state, and a desk that lives twice: nothing is lost, and the hub shows what happened."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.hub import incidents
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.tables import DOSSIER
from tests.builders import a_line
from tests.link.cuts import Place, let_in, until_same

Reopen = Callable[..., Desk]
DATA, STATE = "desk", "desk-state"


@pytest.fixture
def place(desk: Desk, clock: SetClock, tmp_path: Path) -> Place:
    made = Place(tmp_path / "district").make(clock)
    let_in(desk, made, clock)
    return made


@pytest.fixture
def hub(place: Place, clock: SetClock) -> Iterator[tuple[Ledger, str]]:
    """The real hub behind the real server, and its address."""
    with place.serving(clock) as served:
        yield served


def take(desk: Desk, count: int, name: str) -> dict[str, str]:
    """Take dossiers; return their numbers by id, as the clerk printed them."""
    taken = (desk.receive(a_line(f"{name} {at}"), again=True) for at in range(count))
    return {one.id: one.number for one in taken}


def held(desk: Desk) -> dict[str, str]:
    return dict(desk.core.store.read(lambda c: [tuple(row) for row in c.execute("SELECT id, number FROM dossier")]))


def at_hub(ledger: Ledger) -> dict[str, str]:
    with ledger.reading() as connection:
        return {row.id: row.number for row in connection.execute(DOSSIER.select())}


def kinds(ledger: Ledger) -> list[str]:
    with ledger.reading() as connection:
        return sorted(str(one.kind) for one in incidents.listed(connection))


def keep_away(folder: Path, *names: str) -> None:
    for name in names:
        shutil.copytree(folder / name, folder / f"old-{name}")


def put_back(folder: Path, *names: str) -> None:
    for name in names:
        shutil.rmtree(folder / name)
        (folder / f"old-{name}").rename(folder / name)


def agree(ledger: Ledger, place: Place, printed: dict[str, str], *desks: Desk) -> None:
    """Everything that was ever printed is on both sides under its number, and all digests are equal."""
    for desk in desks:
        assert held(desk) == printed
        assert desk.digest() == ledger.digest(place.number)
        assert desk.verify() == []
        assert desk.pending().entries == 0
    assert at_hub(ledger) == printed


def test_a_data_directory_that_was_put_back_gets_its_later_dossiers_again_and_no_number_is_printed_twice(
    desk: Desk, place: Place, hub: tuple[Ledger, str], clock: SetClock, tmp_path: Path, reopen: Reopen
) -> None:
    ledger, address = hub
    printed = take(desk, 5, "Lò Văn")
    until_same(desk, address)
    desk.close()
    keep_away(tmp_path, DATA)
    later = reopen()
    printed |= take(later, 40, "Hà Thị")
    until_same(later, address)
    later.close()
    put_back(tmp_path, DATA)
    back = reopen()
    assert len(held(back)) == 5
    printed |= take(back, 4, "Vì Văn")
    assert len(set(printed.values())) == len(printed) == 49
    until_same(back, address)
    agree(ledger, place, printed, back)
    assert kinds(ledger) == ["fork"]
    printed |= take(back, 2, "Cầm Thị")
    until_same(back, address)
    agree(ledger, place, printed, back)
    assert len(set(printed.values())) == len(printed)
    assert kinds(ledger) == ["fork"]
    assert place.differences(clock) == []


def test_a_number_that_was_printed_and_lost_before_it_was_sent_is_not_printed_again(
    desk: Desk, place: Place, hub: tuple[Ledger, str], clock: SetClock, tmp_path: Path, reopen: Reopen
) -> None:
    ledger, address = hub
    printed = take(desk, 5, "Lò Văn")
    until_same(desk, address)
    desk.close()
    keep_away(tmp_path, DATA)
    later = reopen()
    lost = take(later, 6, "Hà Thị")
    later.close()
    put_back(tmp_path, DATA)
    back = reopen()
    printed |= take(back, 4, "Vì Văn")
    assert not set(lost.values()) & set(printed.values())
    until_same(back, address)
    agree(ledger, place, printed, back)
    assert kinds(ledger) == []
    assert place.differences(clock) == []


def test_a_restore_that_left_no_trace_on_the_pc_is_noticed_at_the_hub(
    desk: Desk, place: Place, hub: tuple[Ledger, str], clock: SetClock, tmp_path: Path, reopen: Reopen
) -> None:
    """Data and state went back together: only the hub can tell, and from then on no number is given again."""
    ledger, address = hub
    printed = take(desk, 5, "Lò Văn")
    until_same(desk, address)
    desk.close()
    keep_away(tmp_path, DATA, STATE)
    later = reopen()
    printed |= take(later, 40, "Hà Thị")
    until_same(later, address)
    later.close()
    put_back(tmp_path, DATA, STATE)
    back = reopen()
    printed |= take(back, 4, "Vì Văn")
    until_same(back, address)
    agree(ledger, place, printed, back)
    assert kinds(ledger) == ["fork"]
    afterwards = take(back, 3, "Cầm Thị")
    assert not set(afterwards.values()) & set(printed.values())
    until_same(back, address)
    agree(ledger, place, printed | afterwards, back)
    assert place.differences(clock) == []


@pytest.mark.parametrize("same_machine", [False, True], ids=["two machines", "one image twice"])
def test_two_live_copies_of_a_desk_come_to_hold_each_others_dossiers(
    same_machine: bool, desk: Desk, place: Place, hub: tuple[Ledger, str], clock: SetClock, tmp_path: Path,
    reopen: Reopen, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    ledger, address = hub
    printed = take(desk, 5, "Lò Văn")
    until_same(desk, address)
    identity = desk.core.store.meta.identity
    desk.close()
    shutil.copytree(tmp_path / DATA, tmp_path / "clone")
    shutil.copytree(tmp_path / STATE, tmp_path / "clone-state")
    if same_machine:
        monkeypatch.setattr("onestop_desktop.store.marks.identity_of", lambda _data, _store: identity)
    first, second = reopen(), reopen("clone")
    printed |= take(first, 3, "Hà Thị") | take(second, 4, "Vì Văn")
    for _twice in range(2):
        until_same(first, address)
        until_same(second, address)
    until_same(first, address)
    agree(ledger, place, printed, first, second)
    shown = kinds(ledger)
    assert "fork" in shown
    assert set(shown) <= {"fork", "clone"}
    again = take(first, 2, "Cầm Thị")
    until_same(first, address)
    until_same(second, address)
    again |= take(second, 2, "Mùa Thị")
    assert not set(again.values()) & set(printed.values())
    assert len(set(again.values())) == len(again)
    until_same(second, address)
    until_same(first, address)
    agree(ledger, place, printed | again, first, second)
    assert place.differences(clock) == []
