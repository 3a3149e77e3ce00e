"""The board: each chip in its order, page by page, nothing twice and nothing left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.board import in_order
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.views import DossierRow
from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.store import lookup
from onestop_desktop.store.lookup import Filter, Order, Reach
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


# -- orders and pages in both directions --------------------------------------------------------------------------


def upwards(desk: Desk, chip: str, limit: int = 3, **narrowed: object) -> list[str]:
    """Return every dossier of a chip, read from its end in small pages."""
    found: list[str] = []
    above = None
    while True:
        page = desk.board(chip, before=above, limit=limit, back=True, **narrowed)
        found = [row.id for row in page.rows] + found
        above = page.above
        if above is None:
            return found


@pytest.fixture
def mixed(desk: Desk, clock: SetClock) -> Desk:
    """Dossiers with and without a due date, waiting and not, some with equal instants."""
    start = clock.at
    for number in range(23):
        clock.put(start + timedelta(minutes=7 * (number // 2)))
        due = {"procedure": "1.012753", "due_at": f"2026-12-{1 + number % 4:02}T17:00:00+07:00"} if number % 3 else {}
        dossier = take(desk, f"Người {number}", **({"procedure": "1.012753"} | due))
        if number % 2:
            clock.put(start + timedelta(hours=3 + number % 5))
            desk.act(dossier, "ready", {"outcome": "declined", "reason": "Thiếu"} if number % 4 == 1 else {})
    return desk


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("chip", ["all", "held", "ready"])
def test_each_order_is_the_same_list_from_both_ends(mixed: Desk, chip: str, order: Order) -> None:
    whole = [row.id for row in mixed.board(chip, order=order, limit=500).rows]
    assert len(set(whole)) == len(whole) == next(one.count for one in mixed.chips() if one.code == chip)
    assert paged(mixed, chip, limit=4, order=order) == whole
    assert upwards(mixed, chip, limit=4, order=order) == whole


@pytest.mark.parametrize(
    ("order", "key", "down"),
    [
        ("due", lambda row: row.due_at or "~", False),
        ("due-last", lambda row: row.due_at or "~", True),
        ("waiting", lambda row: row.finished_at or "~", False),
        ("waiting-last", lambda row: row.finished_at or "~", True),
        ("newest", lambda row: row.number, True),
        ("oldest", lambda row: row.number, False),
    ],
)
def test_each_order_sorts_by_what_it_says(
    mixed: Desk, order: str, key: Callable[[DossierRow], str], down: bool
) -> None:
    keys = [key(row) for row in mixed.board("all", order=order, limit=500).rows]
    assert keys == sorted(keys, reverse=down)
    assert len(set(keys)) > 3


@pytest.mark.parametrize("order", list(Order))
def test_pages_stay_whole_while_dossiers_are_taken(mixed: Desk, order: Order) -> None:
    before = [row.id for row in mixed.board("held", order=order, limit=500).rows]
    found: list[str] = []
    after = None
    for number in range(100):
        page = mixed.board("held", before=after, limit=4, order=order)
        found += [row.id for row in page.rows]
        after = page.after
        take(mixed, f"Mới {number}")
        if after is None or len(found) > 60:
            break
    assert [one for one in found if one in set(before)] == before
    assert len(found) == len(set(found))


def test_a_stretch_is_read_again_from_its_own_first_line(mixed: Desk) -> None:
    whole = mixed.board("all", order="due", limit=500)
    again = mixed.board("all", order="due", limit=6, before=whole.keys[5], including=True)
    assert again.rows == whole.rows[5:11]
    assert again.above == whole.keys[5]
    above = mixed.board("all", order="due", limit=3, before=again.above, back=True)
    assert above.rows == whole.rows[2:5]


def test_a_search_is_put_into_the_boards_orders(mixed: Desk) -> None:
    found = mixed.find("nguoi", 500)
    for order in Order:
        whole = [row.id for row in mixed.board("all", order=order, limit=500).rows]
        assert [row.id for row in in_order(found, order)] == whole


def test_an_order_that_there_is_not_is_refused(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match=r"board\.order"):
        desk.board("all", order="applicant")


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("back", [False, True])
def test_no_page_looks_at_more_than_its_own_lines(mixed: Desk, order: Order, back: bool) -> None:
    """Every branch of a page goes through an index from its key on; nothing but the page itself is sorted."""
    asked: list[tuple[str, Any]] = []

    def plans(connection: Any) -> list[str]:
        class Spy:
            def execute(self, sql: str, values: Any = ()) -> Any:
                asked.append((sql, values))
                return connection.execute(sql, values)

        key = lookup.key_of(lookup.listed(connection, Filter(order=order))[3], order)
        chosen = Filter(states=("ready", "declined"), order=order)
        lookup.listed(Spy(), chosen, Reach(key, 5, back))
        sql, values = asked[-1]
        return [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]

    steps = mixed.core.store.read(plans)
    assert sum("SEARCH d USING" in step and "status=? AND" in step for step in steps) == 2
    assert not [step for step in steps if step.startswith("SCAN d")]
