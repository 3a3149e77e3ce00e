"""Random days of a desk: whatever clerks do, tables, offers and figures say the same as the journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
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
from onestop_desktop.domain.procedure import Channel
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
# No name's words all begin words of another's: who is found by one is not found by the next.
NAMES = ("Quàng Văn Thương", "Lò Thị Đức", "Nguyễn Thị Ánh", "Giàng A Páo")
PAPERS = (
    [{"name": "Giấy chứng sinh", "original": 1}],
    [{"name": "Tờ khai", "original": 2}, {"name": "Ảnh", "copy": 1}],
    [],
)


def some_procedures() -> tuple[str, ...]:
    """One procedure of each kind of limit, and one without."""
    found: dict[str, str] = {}
    for one in SEED.catalogue.all():
        limit = one.limit_for(Channel.DESK)
        found.setdefault(limit.kind if limit else "", one.code)
    return tuple(found.values())


PROCEDURES = some_procedures()
TIMED = frozenset(name for name, step in STEPS.items() if any(field.name == "at" for field in step.fields))
ENDS = frozenset({"ready", "withdraw", "stop", "void"})


@dataclass
class Kept:
    """What is known of a dossier from what was done with it, with no help from the product."""

    name: str
    procedure: str
    fee: int | None
    papers: list[str]
    last_at: datetime
    finished_at: str = ""
    forwarded_to: str = ""

    def take(self, step: str, values: dict[str, Any], at: datetime) -> None:
        """Note a step that was taken."""
        self.last_at = at
        if step in ENDS:
            self.finished_at = at.isoformat()
        if step == "forward":
            self.forwarded_to = values["unit"]
        if step == "correct":
            self._correct(values["changes"])

    def _correct(self, changes: dict[str, Any]) -> None:
        if "applicant" in changes:
            self.name = changes["applicant"]["name"]
        self.procedure = changes.get("procedure", self.procedure)
        self.fee = changes.get("fee", self.fee)
        if "papers" in changes:
            self.papers = [paper["name"] for paper in changes["papers"]]


def corrections() -> st.SearchStrategy[dict[str, Any]]:
    """What may have been typed wrongly."""
    return st.one_of(
        st.fixed_dictionaries({"applicant": st.sampled_from(NAMES).map(lambda name: a_line(name)["applicant"])}),
        st.fixed_dictionaries({"procedure": st.sampled_from(PROCEDURES)}),
        st.fixed_dictionaries({"papers": st.sampled_from(PAPERS)}),
        st.fixed_dictionaries({"fee": st.sampled_from([0, 8000, 50_000])}),
        st.fixed_dictionaries({"due_at": st.just("2027-03-01T17:00:00+07:00")}),
        st.fixed_dictionaries({"shelf": st.just("K2"), "fee": st.just(15_000)}),
    )


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
        self.kept: dict[str, Kept] = {}

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

    @rule(name=st.sampled_from(NAMES), late_days=st.integers(0, 3), procedure=st.sampled_from(PROCEDURES))
    def receive(self, name: str, late_days: int, procedure: str) -> None:
        late: dict[str, Any] = {}
        if late_days:
            day = self.desk.now() - timedelta(days=late_days)
            late = {"received_at": day.isoformat(), "basis": {"book": "1", "no": str(len(self.taken))}}
        dossier = self.desk.receive(a_line(name, procedure=procedure, **late), again=True).id
        state = self.desk.dossier(dossier)
        at, papers = datetime.fromisoformat(state.received_at), [paper.name for paper in state.papers]
        self.taken.append(dossier)
        self.kept[dossier] = Kept(name, procedure, state.fee, papers, at)
        self.check(dossier)

    @precondition(lambda self: self.taken)
    @rule(which=st.integers(0, 99), step=st.sampled_from(sorted(STEPS)), two=st.booleans(), data=st.data())
    def act(self, which: int, step: str, two: bool, data: st.DataObject) -> None:
        self.try_step(self.taken[which % len(self.taken)], step, two, data)

    @precondition(lambda self: self.taken)
    @rule(which=st.integers(0, 99), pick=st.integers(0, 99), data=st.data())
    def go_on(self, which: int, pick: int, data: st.DataObject) -> None:
        """Take a step that is allowed, so that dossiers come far."""
        dossier = self.taken[which % len(self.taken)]
        state = self.desk.dossier(dossier)
        steps = sorted(set(next_steps(state.status, conflict=state.conflict)) - {"void"})
        if steps:
            self.try_step(dossier, steps[pick % len(steps)], True, data)

    @precondition(lambda self: self.taken)
    @rule(which=st.integers(0, 99), changes=corrections(), two=st.booleans())
    def correct(self, which: int, changes: dict[str, Any], two: bool) -> None:
        self.take(self.taken[which % len(self.taken)], "correct", {"reason": "Gõ nhầm", "changes": changes}, two)

    def try_step(self, dossier: str, step: str, two: bool, data: st.DataObject) -> None:
        values = dict(FORMS[step])
        kept, now = self.kept[dossier], self.desk.now().replace(microsecond=0)
        if step == "ready" and data.draw(st.booleans()):
            values |= {"outcome": "declined", "reason": "Không đủ điều kiện"}
        if step == "forward":
            values["unit"] = data.draw(st.sampled_from(["Sở Tư pháp", "Công an tỉnh"]))
        if step == "extend":
            values["due_at"] = (now + timedelta(days=data.draw(st.integers(1, 90)))).isoformat()
        back = UNDONE.get(self.desk.dossier(dossier).status)
        if step == "correct" and back and data.draw(st.booleans()):
            values["changes"] = {"status": back}
        if step in TIMED and data.draw(st.booleans()):
            # Recorded late: done some time ago, after what was done before.
            ago = now - timedelta(minutes=data.draw(st.sampled_from([3, 65, 1500, 4400])))
            values["at"] = max(ago, kept.last_at).isoformat()
        self.take(dossier, step, values, two)

    def take(self, dossier: str, step: str, values: dict[str, Any], two: bool) -> None:
        """Take a step, and find nothing written when it is refused, or all that it says when it is not."""
        before, entries = self.desk.dossier(dossier), self.desk.pending().entries
        allowed = step in next_steps(before.status, conflict=before.conflict)
        now, refused = self.desk.now().replace(microsecond=0), ""
        try:
            self.desk.act(dossier, step, values, SECOND if two else None)
        except OneStopError as error:
            refused = error.code
        assert (refused == "step.not_allowed") == (not allowed)
        if refused:
            assert self.desk.pending().entries == entries, "a refused step wrote something"
        else:
            at = datetime.fromisoformat(values["at"]) if "at" in values else now
            self.kept[dossier].take(step, values, at)
        self.check(dossier)

    def check(self, dossier: str) -> None:
        """Compare a dossier with what was done with it; the search knows it by its present name alone."""
        kept, state = self.kept[dossier], self.desk.dossier(dossier)
        assert state.applicant.name == state.owner.name == kept.name
        assert (state.procedure, state.fee) == (kept.procedure, kept.fee)
        assert [paper.name for paper in state.papers] == kept.papers
        assert (state.finished_at, state.forwarded_to) == (kept.finished_at, kept.forwarded_to)
        assert datetime.fromisoformat(state.history[-1].happened_at) == kept.last_at
        for name in NAMES:
            found = {row.id for row in self.desk.find(name, limit=1000)}
            assert (dossier in found) == (name == kept.name), name

    @rule(minutes=st.sampled_from([1, 7, 31, 240, 1440, 4321]))
    def wait(self, minutes: int) -> None:
        self.clock.put(self.clock.at + timedelta(minutes=minutes))

    @rule()
    def start_anew(self) -> None:
        self.desk.close()
        self.desk = self.door.open("mai", "tap")

    @invariant()
    def offered_steps_are_the_allowed_ones(self) -> None:
        for dossier in self.taken:
            shown = opened(self.desk, dossier)
            state = shown.dossier
            table = next_steps(state.status, conflict=state.conflict)
            allowed = [step for step in table if step != "refund" or state.collected > state.refunded]
            offered = [(offer.step, bool(offer.preset)) for offer in offers(shown).all]
            undo = [("correct", True)] if shown.dossier.status in UNDONE else []
            assert sorted(offered) == sorted([*((step, False) for step in allowed), *undo])

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
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
