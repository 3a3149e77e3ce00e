"""Dossiers that communes passed up, and the upper office's answers on their way down."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, select

from onestop_desktop.clock import HANOI
from onestop_desktop.domain.entry import declared, present
from onestop_desktop.domain.text import clean
from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.hub import messages
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.tables import COMMUNE, DOSSIER, MESSAGE

FORWARDED = "forwarded"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A dossier that waits for the upper office.

    `sent_ms` is 0 until somebody answered; the row leaves the list when the desk has recorded the answer.
    """

    commune: int
    commune_name: str
    desk: int
    dossier: str
    number: str
    title: str
    applicant: str
    unit: str
    received_at: str
    due_at: str
    sent_ms: int


def waiting(connection: Connection) -> list[Forwarded]:
    """Return the dossiers that wait, the most urgent first; those without a due date last."""
    dossier = DOSSIER.c
    on_its_way = and_(
        MESSAGE.c.desk == dossier.desk, MESSAGE.c.dossier == dossier.id, MESSAGE.c.kind == messages.ANSWER,
        MESSAGE.c.recorded_ms == 0,
    )  # fmt: skip
    query = (
        select(
            dossier.commune, COMMUNE.c.name.label("commune_name"), dossier.desk, dossier.id.label("dossier"),
            dossier.number, dossier.title, dossier.applicant, dossier.forwarded_to.label("unit"),
            dossier.received_at, dossier.due_at, MESSAGE.c.created_ms.label("sent_ms"),
        )
        .join(COMMUNE, COMMUNE.c.id == dossier.commune)
        .outerjoin(MESSAGE, on_its_way)
        .where(dossier.status == FORWARDED)
    )  # fmt: skip
    rows = [Forwarded(**{**row, "sent_ms": row["sent_ms"] or 0}) for row in connection.execute(query).mappings()]
    return sorted(rows, key=lambda one: (one.sent_ms > 0, not one.due_at, one.due_at, one.number))


def answer(ledger: Ledger, commune: int, dossier: str, text: str, document: str, by: str) -> int:
    """Send the upper office's answer to the desk that passed a dossier up, and return the message's number.

    Raises:
        InvalidInput: `input.missing` without a text; `hub.no_dossier`; `text.control`, `text.too_long`.
        Refused: `hub.not_forwarded`; `hub.answered` while an answer is on its way.
    """
    said = clean(text, "text", 2000, multiline=True)
    paper = clean(document, "document", 200)
    if not said:
        raise InvalidInput("input.missing", field="text")
    now = ledger.clock.now()
    with ledger.writing() as connection:
        ledger.database.dialect.lock_commune(connection, commune)
        row = connection.execute(
            select(DOSSIER.c.desk, DOSSIER.c.status, DOSSIER.c.number).where(
                DOSSIER.c.commune == commune, DOSSIER.c.id == dossier
            )
        ).first()
        if row is None:
            raise InvalidInput("hub.no_dossier")
        if row.status != FORWARDED:
            raise Refused("hub.not_forwarded", number=row.number)
        if any(one.dossier == dossier and not one.recorded_ms for one in
               messages.sent(connection, desk=row.desk, kind=messages.ANSWER)):  # fmt: skip
            raise Refused("hub.answered", number=row.number)
        body = {"at": declared(now.astimezone(HANOI)), "by": by, "document": paper, "dossier": dossier, "text": said}
        return messages.put(
            connection, ledger.database.dialect, row.desk, messages.ANSWER,
            messages.marked(present(body), ledger.random), author=by, at_ms=ledger.now_ms(),
        )  # fmt: skip
