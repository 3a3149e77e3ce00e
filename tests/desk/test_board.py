"""The board: each chip in its order, page by page, nothing twice and nothing left out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.errors import Refused
from tests.builders import a_line
from tests.desk.test_steps import FORMS


def take(desk: Desk, name: str, **more: object) -> str:
    return desk.receive(a_line(name, **more), again=True).id


def paged(desk: Desk, chip: str, limit: int = 3, **narrowed: object) -> list[str]:
    """Return every dossier of a chip, read in small pages."""
    found: list[str] = []
    after = None
    while True:
        page = desk.board(chip, before=after, limit=limit, **narrowed)
        found += [row.id for row in page.rows]
        after = page.after
        if after is None:
            return found


def test_what_waits_longest_for_pick_up_stands_first(desk: Desk, clock: SetClock) -> None:
    taken = [take(desk, f"Người {number}") for number in range(8)]
    order = [taken[at] for at in (3, 1, 7, 0, 5, 2, 6, 4)]
    for number, dossier in enumerate(order):
        clock.put(clock.at + timedelta(hours=number + 1))
        form = {"outcome": "declined", "reason": "Thiếu"} if number % 3 == 1 else {}
        desk.act(dossier, "ready", form)
    assert paged(desk, "ready") == order
    assert next(chip.count for chip in desk.chips() if chip.code == "ready") == 8


def test_results_of_one_instant_are_all_there(desk: Desk) -> None:
    taken = {take(desk, f"Người {number}") for number in range(7)}
    for dossier in taken:
        desk.act(dossier, "ready", {})
    assert set(paged(desk, "ready", limit=2)) == taken
    assert len(paged(desk, "ready", limit=2)) == 7


def test_what_is_longest_overdue_stands_first(desk: Desk, clock: SetClock) -> None:
    dues = ["2026-12-04", "2026-11-27", "2026-12-01", "2026-11-26"]
    taken = {due: take(desk, due, procedure="1.012753", due_at=f"{due}T17:00:00+07:00") for due in dues}
    clock.put(clock.at + timedelta(days=30))
    assert paged(desk, "overdue", limit=1) == [taken[due] for due in sorted(dues)]


def test_states_narrow_a_chip_and_never_widen_it(desk: Desk) -> None:
    ready, open_ = take(desk, "A"), take(desk, "B")
    desk.act(ready, "ready", {})
    assert paged(desk, "held", states=("ready",)) == [ready]
    assert paged(desk, "all", states=("received",)) == [open_]
    assert paged(desk, "ready", states=("received",)) == []


def test_everything_is_unsent_until_a_hub_has_it(desk: Desk) -> None:
    first = take(desk, "A")
    newest = desk.core.store.read(lambda c: c.execute("SELECT max(position) FROM journal").fetchone()[0])
    assert paged(desk, "unsent") == [first]
    desk.core.store.write_plain(
        lambda c: c.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('sent_position', ?)", (str(newest),))
    )
    assert paged(desk, "unsent") == []
    second = take(desk, "B")
    desk.act(first, "assign", FORMS["assign"])
    assert set(paged(desk, "unsent")) == {first, second}
    assert desk.unsent(first)


def test_a_refusal_is_handed_over_and_stays_unresolved(desk: Desk, clock: SetClock) -> None:
    dossier = take(desk, "A")
    desk.act(dossier, "ready", {"outcome": "declined", "reason": "Không đủ điều kiện"})
    after, _changes = desk.act(dossier, "return", {})
    assert (after.status, bool(after.returned_at)) == ("declined-returned", True)
    assert after.state is not None
    assert after.state.counts == "unresolved"
    with pytest.raises(Refused, match=r"step\.not_allowed"):
        desk.act(dossier, "return", {})
    clock.put(clock.at + timedelta(minutes=5))
    undone, _changes = desk.act(dossier, "correct", {"reason": "Nhầm", "changes": {"status": "declined"}})
    assert (undone.status, undone.returned_at) == ("declined", "")
    assert desk.verify() == []
