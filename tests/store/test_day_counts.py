"""The day's figures follow the one table of statuses."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from onestop_desktop.clock import SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.domain.status import STATUSES, Timing
from onestop_desktop.store import lookup
from tests.builders import a_line
from tests.desk.test_steps import FORMS, SECOND

STORE = Path(lookup.__file__).parent
WAYS = {
    "received": (),
    "processing": ("assign",),
    "forwarded": ("forward",),
    "awaiting-supplement": ("ask-supplement",),
    "awaiting-payment": ("ask-payment",),
    "ready": ("ready",),
    "returned": ("ready", "return"),
    "withdrawn": ("withdraw",),
    "stopped": ("stop",),
    "declined": ("declined",),
    "declined-returned": ("declined", "return"),
    "voided": ("void",),
}
FORM = FORMS | {"declined": {"outcome": "declined", "reason": "Không đủ điều kiện"}}


def test_no_query_writes_a_list_of_statuses_out() -> None:
    """A second list of them would not follow the table."""
    written = re.compile(r"status (NOT )?IN \(\s*'")
    assert [path.name for path in STORE.glob("*.py") if written.search(path.read_text(encoding="utf-8"))] == []


def test_open_and_overdue_are_those_of_the_table(desk: Desk, clock: SetClock) -> None:
    assert set(WAYS) == set(STATUSES)
    for status, steps in WAYS.items():
        dossier = desk.receive(a_line(status), again=True).id
        for step in steps:
            desk.act(dossier, "ready" if step == "declined" else step, FORM[step], SECOND if step == "void" else None)
        assert desk.dossier(dossier).status == status
    clock.put(clock.at + timedelta(days=10))
    counts = desk.day_counts()
    timings = [row.timing for row in STATUSES.values()]
    assert counts["open"] == sum(timing is not Timing.ENDED for timing in timings)
    assert counts["overdue"] == timings.count(Timing.RUNNING)
