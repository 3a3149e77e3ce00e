"""`selftest`: the program tries itself on a store of its own, in a temporary folder; for installers and doubts."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path

from onestop_desktop.cli.session import Session
from onestop_desktop.clock import BUILT_ON, HANOI, SetClock
from onestop_desktop.desk.desk import Desk
from onestop_desktop.desk.door import Door
from onestop_desktop.desk.new import FirstUser, NewDesk
from onestop_desktop.domain.office import Office
from onestop_desktop.errors import Exit

_LINE = {
    "procedure": "1.001193",
    "applicant": {"name": "Lường Thị Đỗ Thử Nghiệm", "id_number": "014185000012", "sex": "nữ"},
    "papers": [{"name": "Giấy chứng sinh", "original": 1}],
}


def run_selftest(session: Session, _options: argparse.Namespace) -> int:
    """Make a store, take a dossier, make its receipt, hand it over, find it, verify; say each step."""
    with tempfile.TemporaryDirectory(prefix="onestop-selftest-") as name:
        folder = Path(name)
        clock = SetClock(datetime.combine(BUILT_ON, time(8, 0), HANOI))
        door = Door(folder / "desk", folder / "state", clock)
        user = FirstUser("thu", "Thử nghiệm", "tap")
        office = Office("000.99.99.H52", "UBND xã Thử Nghiệm")
        desk, _code = door.create(NewDesk((office,), 1, user, training=True))
        try:
            return _try(session, desk)
        finally:
            desk.close()


def _try(session: Session, desk: Desk) -> int:
    taken = desk.receive(_LINE)
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("selftest.received", lambda: bool(taken.number)),
        ("selftest.receipt", lambda: desk.issue_receipt(taken.id, out="file").pdf.startswith(b"%PDF")),
        ("selftest.found", lambda: [row.id for row in desk.find("luong thi do")] == [taken.id]),
        ("selftest.ready", lambda: desk.act(taken.id, "ready", {})[0].status == "ready"),
        ("selftest.returned", lambda: desk.act(taken.id, "return", {})[0].status == "returned"),
        ("selftest.verified", lambda: not desk.verify()),
    )
    good = True
    for code, check in checks:
        passed = check()
        good = good and passed
        mark = session.voice.words.say("selftest.good" if passed else "selftest.bad")
        session.voice.result({"check": code, "good": passed}, f"{mark}  {session.voice.words.say(code)}")
    return int(Exit.DONE if good else Exit.BUG)
