"""What pages and JSON read from the database, in the shapes that they tell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from threading import Lock

from sqlalchemy import Connection, func, select

from onestop_desktop.clock import HANOI
from onestop_desktop.domain.dossier import Dossier, evolve
from onestop_desktop.domain.entry import Entry
from onestop_desktop.domain.order import in_fold_order
from onestop_desktop.domain.text import fold
from onestop_desktop.errors import InvalidInput
from onestop_desktop.hub.desks import KeyState
from onestop_desktop.hub.figures import CommuneFigures, figures, public_figures
from onestop_desktop.hub.folding import parents_for, told_of
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.lives import read_life
from onestop_desktop.hub.tables import AGENCY, COMMUNE, DESK, DESK_KEY, DOSSIER
from onestop_desktop.hub.web.shapes import CommuneRow, DeskRow, DossierDetail, DossierRow, PublicRow, StepRow

PAGE = 100


def today_of(ledger: Ledger) -> date:
    """Return the civil day."""
    return ledger.clock.now().astimezone(HANOI).date()


def row_of(one: CommuneFigures) -> CommuneRow:
    """Return a commune's row."""
    return CommuneRow(one, one.open, one.resolved_permille)


def figures_of(connection: Connection, ledger: Ledger, commune: int) -> CommuneFigures:
    """Return one commune's figures; raises InvalidInput `hub.no_commune`."""
    for one in figures(connection, today_of(ledger)):
        if one.commune == commune:
            return one
    raise InvalidInput("hub.no_commune")


def desks_of(connection: Connection, commune_number: int | None = None) -> tuple[DeskRow, ...]:
    """Return desks, of one commune or all."""
    names = DeskRow.__slots__
    query = select(*(DESK.c[name] for name in names)).order_by(DESK.c.commune, DESK.c.code)
    if commune_number is not None:
        query = query.where(DESK.c.commune == commune_number)
    return tuple(DeskRow(**row) for row in connection.execute(query).mappings())


def dossiers_of(
    connection: Connection, commune_number: int, status: str = "", after: str = ""
) -> tuple[DossierRow, ...]:
    """Return a page of a commune's dossiers, newest first; ids are in order of time."""
    names = DossierRow.__slots__
    query = select(*(DOSSIER.c[name] for name in names)).where(DOSSIER.c.commune == commune_number)
    if status:
        query = query.where(DOSSIER.c.status == status[:40])
    if after:
        query = query.where(DOSSIER.c.id < after[:64])
    rows = connection.execute(query.order_by(DOSSIER.c.id.desc()).limit(PAGE))
    return tuple(DossierRow(**row) for row in rows.mappings())


def dossier_of(connection: Connection, commune_number: int, name: str) -> DossierDetail:
    """Return one dossier with its timeline; raises InvalidInput `hub.no_dossier`."""
    names = DossierRow.__slots__
    row = connection.execute(
        select(*(DOSSIER.c[name] for name in names)).where(
            DOSSIER.c.commune == commune_number, DOSSIER.c.id == name[:64]
        )
    ).mappings().first()  # fmt: skip
    if row is None:
        raise InvalidInput("hub.no_dossier")
    found = list(told_of(connection, commune_number, [name]))
    entries = in_fold_order([one.entry for one in found], parents_for(connection, [found]))
    return DossierDetail(DossierRow(**row), tuple(_steps(entries)))


def _steps(entries: list[Entry]) -> list[StepRow]:
    state: Dossier | None = None
    for entry in entries:
        state = evolve(state, entry)
    if state is None:
        return []
    return [
        StepRow(step.kind, step.happened_at, step.recorded_at, step.actor, json.loads(json.dumps(dict(step.facts))))
        for step in state.history
    ]


def key_states(connection: Connection) -> Mapping[int, KeyState]:
    """Return how each desk's newest key stands; a desk that was never let in has none."""
    query = select(DESK_KEY.c.desk, DESK_KEY.c.state).order_by(DESK_KEY.c.since_ms, DESK_KEY.c.id)
    found: dict[int, KeyState] = {}
    for row in connection.execute(query):
        if found.get(row.desk) is not KeyState.ACTIVE:
            found[row.desk] = KeyState(row.state)
    return found


class PublicBoard:
    """What everybody may read of all communes; counted again only when something came in, however many ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._at: tuple[date, int, int] | None = None
        self._rows: tuple[PublicRow, ...] = ()

    def rows(self, ledger: Ledger) -> tuple[PublicRow, ...]:
        """Return every commune's public figures under the agency code that it has today."""
        today = today_of(ledger)
        with self._lock, ledger.reading() as connection:
            offices = connection.execute(select(func.count()).select_from(AGENCY)).scalar_one()
            at = (today, read_life(connection).number, int(offices))
            if at != self._at:
                self._rows = _public_rows(connection, today)
                self._at = at
            return self._rows


def _public_rows(connection: Connection, today: date) -> tuple[PublicRow, ...]:
    codes = agencies_on(connection, today)
    listed = [one for one in figures(connection, today) if one.commune in codes]
    listed.sort(key=lambda one: fold(one.name))
    return tuple(PublicRow(codes[one.commune], public_figures(one)) for one in listed)


def agencies_on(connection: Connection, today: date) -> Mapping[int, str]:
    """Return the agency code of each commune on a day: the newest that has begun, else the first that will."""
    query = (
        select(DESK.c.commune, AGENCY.c.agency, AGENCY.c.valid_from)
        .join(AGENCY, AGENCY.c.desk == DESK.c.id)
        .order_by(AGENCY.c.valid_from, AGENCY.c.agency)
    )
    found: dict[int, str] = {}
    for row in connection.execute(query):
        if row.commune not in found or row.valid_from <= today.isoformat():
            found[row.commune] = row.agency
    return found


def names_of(connection: Connection) -> Mapping[int, tuple[str, str]]:
    """Return each desk's commune and name."""
    query = select(DESK.c.id, DESK.c.name, COMMUNE.c.name.label("commune")).join(
        COMMUNE, COMMUNE.c.id == DESK.c.commune
    )
    return {row.id: (row.commune, row.name) for row in connection.execute(query)}
