"""A citizen's question about one dossier: the digits of the receipt in, three plain facts out.

Whether a dossier is unknown or the digits are wrong cannot be told from the answer. Six of the digits are secret, so
tries are counted: by dossier and by address, a day, under names that cannot be turned back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, select

from onestop_desktop.clock import HANOI
from onestop_desktop.domain.number import read_barcode
from onestop_desktop.domain.status import STATUSES, Counts
from onestop_desktop.errors import InvalidInput, TryLater
from onestop_desktop.hub.desks import commune_of
from onestop_desktop.hub.figures import CommuneFigures, PublicFigures, figures, public_figures
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.tables import DOSSIER, LOOKUP_TRY

TRIES_A_DOSSIER = 10
TRIES_AN_ADDRESS = 100
_GROUPS = {
    Counts.PROCESSING: "processing",
    Counts.AWAITING_SUPPLEMENT: "waiting",
    Counts.AWAITING_PAYMENT: "waiting",
    Counts.FINISHED: "finished",
    Counts.UNRESOLVED: "ended",
    Counts.VOIDED: "ended",
}
_DEGREES = {"received": 25, "ready": 75}
_PASSED, _ENDED = 50, 100


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: `group` is processing, waiting (for the citizen), finished or ended; `due` an ISO day or empty."""

    found: bool = False
    group: str = ""
    completion: int = 0
    """Degree of completion, per cent."""
    due: str = ""


def lookup(ledger: Ledger, agency: str, digits: str, address: str) -> Found:
    """Answer for one dossier of an agency's commune by the 18 or 20 digits of its receipt.

    Raises:
        TryLater: `hub.lookup_later` after 10 wrong tries at a dossier or 100 from an address, until the next day.
    """
    day = ledger.clock.now().astimezone(HANOI).date()
    barcode = "".join(digits[:60].split())
    with ledger.writing() as connection:
        from_address = ledger.keys.hidden(f"address/{day}/{address}")
        _check(connection, day, from_address, TRIES_AN_ADDRESS)
        try:
            whole = read_barcode(barcode).digits
        except InvalidInput:
            _count(ledger, connection, day, [from_address])
            return Found()
        at_dossier = ledger.keys.hidden(f"dossier/{day}/{agency[:40].strip().upper()}/{whole[:-8]}")
        _check(connection, day, at_dossier, TRIES_A_DOSSIER)
        found = _find(connection, agency, whole)
        if not found.found:
            _count(ledger, connection, day, [from_address, at_dossier])
        return found


def _find(connection: Connection, agency: str, digits: str) -> Found:
    commune = commune_of(connection, agency[:40].strip().upper())
    query = select(DOSSIER.c.status, DOSSIER.c.due_at).where(
        DOSSIER.c.commune == (commune or 0), DOSSIER.c.barcode == digits
    )
    row = connection.execute(query).first()
    status = STATUSES.get(row.status) if row else None
    if row is None or status is None:
        return Found()
    group = _GROUPS[status.counts]
    ended = _ENDED if group == "ended" or status.code == "returned" else _PASSED
    return Found(True, group, _DEGREES.get(status.code, ended), row.due_at[:10])


def _check(connection: Connection, day: date, who: bytes, most: int) -> None:
    tries = select(LOOKUP_TRY.c.wrong).where(LOOKUP_TRY.c.day == day.isoformat(), LOOKUP_TRY.c.who == who)
    if (connection.execute(tries).scalar_one_or_none() or 0) >= most:
        raise TryLater("hub.lookup_later")


def _count(ledger: Ledger, connection: Connection, day: date, whos: list[bytes]) -> None:
    connection.execute(delete(LOOKUP_TRY).where(LOOKUP_TRY.c.day < day.isoformat()))
    for who in sorted(whos):
        statement = ledger.database.dialect.insert(LOOKUP_TRY).values(day=day.isoformat(), who=who, wrong=1)
        more = {"wrong": LOOKUP_TRY.c.wrong + 1}
        connection.execute(statement.on_conflict_do_update(index_elements=["day", "who"], set_=more))


def public(ledger: Ledger, agency: str) -> PublicFigures:
    """Return the public figures of an agency's commune.

    Raises:
        InvalidInput: `hub.unknown_agency`.
    """
    with ledger.reading() as connection:
        commune = commune_of(connection, agency[:40].strip().upper())
        if commune is None:
            raise InvalidInput("hub.unknown_agency", agency=agency[:40])
        today = ledger.clock.now().astimezone(HANOI).date()
        every: list[CommuneFigures] = figures(connection, today)
    return public_figures(next(one for one in every if one.commune == commune))
