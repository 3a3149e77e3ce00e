"""Random days of a desk: whatever clerks do, tables, offers and figures say the same as the journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.figures import standing_of
from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.desk.steps import Second
from onestop_desktop.domain.entry import Entry
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.status import STATUSES, STEPS, UNDONE, Counts, next_steps
from onestop_desktop.errors import OneStopError
from onestop_desktop.gui.dossiers.offers import offers, opened
from onestop_desktop.store import fold, journal
from onestop_desktop.store.seed import Seed
from tests.builders import a_line
from tests.desk.test_steps import FORMS

SEED = Seed()
MONDAY = datetime.fromisoformat("2026-11-23T08:15:00+07:00")
SECOND = Second("tu", "tap2")
NAMES = ("Quàng Văn Thương", "Lò Thị Đức", "Nguyễn Thị Ánh", "Giàng A Páo")


def end_of(dossier: list[Entry], day: str) -> Counts | None:
    """Say what a dossier counted as at the end of a day, by reading its entries with no help from the product."""
    targets = {(status, step): to for status, row in STATUSES.items() for step, to in row.next.items()}
    status, reached, today = "", None, ""
    for entry in dossier:
        if entry.kind == "receive":
            status, today = "received", entry.facts.get("received_at", entry.happened_at)[:10]
        elif entry.kind == "correct" and "status" in entry.facts.get("changes", {}):
            status = entry.facts["changes"]["status"]
        elif entry.kind == "ready" and entry.facts.get("outcome") == "declined":
            status = "declined"
        else:
            status = targets.get((status, entry.kind)) or status
        today = max(today, entry.happened_at[:10]) if entry.kind != "receive" else today
        if today <= day:
            reached = STATUSES[status].counts
    return reached


class RandomDays(RuleBasedStateMachine):
    """Two clerks, some citizens, several days."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.clock = SetClock(MONDAY)
        self.desk: Desk
        self.taken: list[str] = []

    @property
    def door(self) -> Door:
        root = Path(self.folder.name)
        return Door(root / "data", root / "state", self.clock, SEED)

    @initialize()
    def make(self) -> None:
        office = Office("000.12.34.H52", "UBND xã Sặp Vạt", "UBND huyện Yên Châu")
        new = NewDesk((office,), 1, FirstUser("mai", "Lò Thị Mai", "tap"), training=True)
        self.desk, _code = self.door.create(new)
        self.desk.add_user("tu", "Hà Văn Tư", "tap2")

    @rule(name=st.sampled_from(NAMES), late_days=st.integers(0, 3))
    def receive(self, name: str, late_days: int) -> None:
        late: dict[str, Any] = {}
        if late_days:
            day = self.desk.now() - timedelta(days=late_days)
            late = {"received_at": day.isoformat(), "basis": {"book": "1", "no": str(len(self.taken))}}
        self.taken.append(self.desk.receive(a_line(name, **late), again=True).id)

    @precondition(lambda self: self.taken)
    @rule(which=st.integers(0, 99), step=st.sampled_from(sorted(STEPS)), two=st.booleans(), data=st.data())
    def act(self, which: int, step: str, two: bool, data: st.DataObject) -> None:
        dossier = self.taken[which % len(self.taken)]
        values = dict(FORMS[step])
        if step == "ready" and data.draw(st.booleans()):
            values |= {"outcome": "declined", "reason": "Không đủ điều kiện"}
        back = UNDONE.get(self.desk.dossier(dossier).status)
        if step == "correct" and back and data.draw(st.booleans()):
            values["changes"] = {"status": back}
        entries = self.desk.pending().entries
        try:
            self.desk.act(dossier, step, values, SECOND if two else None)
        except OneStopError:
            assert self.desk.pending().entries == entries, "a refused step wrote something"

    @rule(minutes=st.sampled_from([1, 7, 31, 240, 1440, 4321]))
    def wait(self, minutes: int) -> None:
        self.clock.put(self.clock.at + timedelta(minutes=minutes))

    @rule()
    def start_anew(self) -> None:
        self.desk.close()
        self.desk = self.door.open("mai", "tap")

    @precondition(lambda self: self.taken)
    @invariant()
    def offered_steps_are_the_allowed_ones(self) -> None:
        shown = opened(self.desk, self.taken[-1])
        allowed = next_steps(shown.dossier.status, conflict=shown.dossier.conflict)
        undo = {"correct"} if shown.dossier.status in UNDONE else set()
        assert {offer.step for offer in offers(shown).all} | undo == set(allowed) | undo

    def rows(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        columns = ", ".join(fold.COLUMNS)
        sql = f"SELECT id, {columns} FROM dossier"
        for row in self.desk.core.store.read(lambda c: c.execute(sql).fetchall()):
            yield str(row[0]), tuple(row[1:])

    def teardown(self) -> None:
        try:
            if hasattr(self, "desk"):
                self.check_the_books()
                self.desk.close()
        finally:
            self.folder.cleanup()

    def check_the_books(self) -> None:
        store = self.desk.core.store
        for dossier, row in self.rows():
            state = store.read(lambda c, one=dossier: journal.dossier_of(c, one))
            assert state is not None
            assert row == fold.row_of(state)
        entries = store.read(lambda c: [one for one in journal.entries(c) if one.dossier])
        by_dossier: dict[str, list[Entry]] = {}
        for entry in entries:
            by_dossier.setdefault(entry.dossier, []).append(entry)
        day, last = MONDAY.date() - timedelta(days=4), self.desk.now().date()
        while day <= last:
            found = standing_of(self.desk.core, day.isoformat())
            counted = Counter(end_of(one, day.isoformat()) for one in by_dossier.values())
            del counted[None]
            assert found.holds
            assert {counts: n for counts, n in found.by.items() if n} == dict(counted)
            assert found.received == sum(counted.values())
            day += timedelta(days=1)
        assert self.desk.verify() == []


TestRandomHistories = RandomDays.TestCase
TestRandomHistories.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
