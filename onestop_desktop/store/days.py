"""What the end of a day asks the file: what ran over, what was collected, what nobody said sorry for."""

from __future__ import annotations

from datetime import datetime

from onestop_desktop.domain.dossier import Dossier
from onestop_desktop.domain.figures import ran_over
from onestop_desktop.domain.status import STATUSES, Timing
from onestop_desktop.store import journal
from onestop_desktop.store.connect import Connection

_RUNNING = tuple(code for code, status in STATUSES.items() if status.timing is Timing.RUNNING)
_MOST = 500


def conflicts(connection: Connection) -> int:
    """Count the dossiers whose steps contradict each other."""
    return int(connection.execute("SELECT count(*) FROM dossier WHERE conflict = 1").fetchone()[0])


def newly_overdue(connection: Connection, first: str, day: str) -> int:
    """Count the dossiers that are overdue on a day (ISO) and were not before: due from `first` on, before `day`.

    What came after the day changes nothing: each dossier is looked at as it stood when the day began.
    """
    ids = connection.execute(
        "SELECT id FROM dossier WHERE due_at <> '' AND min(first_due_at, due_at) < ?2"
        " AND max(first_due_at, due_at) >= ?1 AND (finished_at = '' OR finished_at >= ?2)",
        (first, day),
    ).fetchall()
    return sum(ran_over(journal.history_of(connection, str(row[0])), first, day) for row in ids)


def unpaid(connection: Connection, day: str) -> tuple[Dossier, ...]:
    """Return the dossiers that were handed over on a day (ISO) while their fee is not recorded as collected."""
    ids = connection.execute(
        "SELECT id FROM dossier WHERE returned_at >= ?1 AND returned_at < ?1 || 'U' AND status = 'returned' AND fee > 0"
        " ORDER BY returned_at",
        (day,),
    ).fetchall()
    states = (journal.dossier_of(connection, str(row[0])) for row in ids)
    return tuple(state for state in states if state is not None and state.fee_due)


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
