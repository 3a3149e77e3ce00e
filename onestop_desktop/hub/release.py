"""Letting entries out of quarantine once the desk's agencies are told right; nothing else is ever let out."""

from __future__ import annotations

from sqlalchemy import select, update

from onestop_desktop.domain.entry import open_entry
from onestop_desktop.hub import desks
from onestop_desktop.hub.accept import is_foreign
from onestop_desktop.hub.folding import Told, fold_again
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.tables import JOURNAL

FOREIGN = "quarantine.agency"


def release(ledger: Ledger, desk: int) -> int:
    """Count a desk's entries that were kept back for their agency and whose agency it has now; return how many.

    Raises:
        InvalidInput: `hub.no_desk`.
    """
    journal = JOURNAL.c
    with ledger.writing() as connection:
        commune, _name = desks.check_desk(connection, desk)
        ledger.database.dialect.lock_commune(connection, commune)
        agencies = frozenset(office.agency for office in desks.offices_of(connection, desk))
        rows = connection.execute(
            select(journal.hash, journal.envelope, journal.body, journal.prev).where(
                journal.commune == commune, journal.desk == desk, journal.code == FOREIGN
            )
        ).all()
        told = [Told(desk, open_entry(bytes(row.envelope), bytes(row.body), bytes(row.prev))) for row in rows]
        free = [one for one in told if not is_foreign(one.entry, agencies)]
        for one in free:
            connection.execute(
                update(JOURNAL)
                .where(journal.commune == commune, journal.desk == desk, journal.hash == one.entry.hash)
                .values(code="")
            )
        fold_again(connection, ledger.database.dialect, commune, {one.entry.dossier for one in free} - {""})
    return len(free)
