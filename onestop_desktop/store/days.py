"""What the end of a day asks the file: what ran over, what was collected, what nobody said sorry for."""

from __future__ import annotations

from datetime import datetime

from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.status import STATUSES, Timing
from onestop_desktop.store import journal
from onestop_desktop.store.connect import Connection

_RUNNING = tuple(code for code, status in STATUSES.items() if status.timing is Timing.RUNNING)
_MOST = 500


def conflicts(connection: Connection) -> int:
    """Count the dossiers whose steps contradict each other."""
    return int(connection.execute("SELECT count(*) FROM dossier WHERE conflict = 1").fetchone()[0])


def due_on(connection: Connection, day: str) -> int:
    """Count the dossiers that ran over on a day: due on it, not finished by it."""
    places = ", ".join("?" * len(_RUNNING))
    row = connection.execute(
        f"SELECT count(*) FROM dossier WHERE status IN ({places}) AND substr(due_at, 1, 10) = ?",  # noqa: S608
        (*_RUNNING, day),
    ).fetchone()
    return int(row[0])


def fees(connection: Connection, day: str) -> int:
    """Return what was collected on a day less what was refunded, in đồng."""
    signs = {"collect": 1, "refund": -1}
    return sum(
        sign * int(entry.facts.get("amount", 0))
        for kind, sign in signs.items()
        for entry in journal.entries(connection, kind=kind)
        if entry.happened_at[:10] == day
    )


def without_apology(connection: Connection, now: datetime) -> int:
    """Count the dossiers past their due date without an extension that says sorry (Decree 61/2018/NĐ-CP, art. 19)."""
    places = ", ".join("?" * len(_RUNNING))
    ids = connection.execute(
        f"SELECT id FROM dossier WHERE status IN ({places}) AND due_at <> '' AND due_at < ? LIMIT ?",  # noqa: S608
        (*_RUNNING, now.date().isoformat(), _MOST),
    ).fetchall()
    states = (journal.dossier_of(connection, str(row[0])) for row in ids)
    return sum(1 for state in states if state is not None and not _sorry(state))


def _sorry(state: Dossier) -> bool:
    return any(paper.form == "apology" for paper in state.issued) or state.extensions > 0
