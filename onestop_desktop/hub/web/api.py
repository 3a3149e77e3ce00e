"""The district's questions and deeds as JSON: figures, dossiers, the inbox from below, desks, incidents, the feed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from msgspec import Meta, Struct
from sqlalchemy import Connection, select

from onestop_desktop.clock import HANOI
from onestop_desktop.domain.dossier import Dossier, evolve
from onestop_desktop.domain.entry import Entry
from onestop_desktop.domain.order import in_fold_order
from onestop_desktop.errors import InvalidInput
from onestop_desktop.hub import desks, enrolment, inbox, incidents, lookup, users
from onestop_desktop.hub.figures import CommuneFigures, Period, PublicFigures, figures
from onestop_desktop.hub.folding import parents_for, told_of
from onestop_desktop.hub.ledger import Change, Ledger
from onestop_desktop.hub.tables import COMMUNE, DESK, DOSSIER
from onestop_desktop.hub.users import Account
from onestop_desktop.hub.web.operations import Access, Asked, Operation, Said, read_json, say_json
from onestop_desktop.wire.enrolment import card_text

Short = Annotated[str, Meta(max_length=200)]
Long = Annotated[str, Meta(max_length=2000)]


class LogIn(Struct, forbid_unknown_fields=True):
    """A name and its password."""

    name: Short
    password: Annotated[str, Meta(max_length=500)]


class Session(Struct):
    """An open session; the token goes into `Authorization: Session <token>`."""

    token: str
    name: str
    full_name: str
    role: str


class AnswerBody(Struct, forbid_unknown_fields=True):
    """The upper office's answer to a dossier that was passed up."""

    text: Long
    document: Short = ""


class Question(Struct, forbid_unknown_fields=True):
    """A citizen's question: the agency and the digits of the receipt's bar code."""

    agency: Short
    digits: Short


class Reason(Struct, forbid_unknown_fields=True):
    """Why."""

    reason: Short


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """A commune's figures with what is computed from them."""

    figures: CommuneFigures
    open: int
    resolved_permille: int | None


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A desk as the district sees it; times are the hub's in ms."""

    id: int
    commune: int
    code: str
    name: str
    entries: int
    waiting: int
    seen_ms: int
    accepted_ms: int


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A dossier in a commune's list."""

    id: str
    number: str
    title: str
    applicant: str
    status: str
    received_at: str
    due_at: str
    finished_at: str
    returned_at: str
    late: int
    conflict: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of a dossier's timeline."""

    kind: str
    happened_at: str
    recorded_at: str
    actor: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DossierDetail:
    """One dossier with its timeline."""

    row: DossierRow
    steps: tuple[StepRow, ...]


@dataclass(frozen=True, slots=True)
class CommuneDetail:
    """One commune: figures, desks, dossiers after a cursor (their place in the list)."""

    row: CommuneRow
    desks: tuple[DeskRow, ...]
    dossiers: tuple[DossierRow, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was given."""

    number: int


@dataclass(frozen=True, slots=True)
class CardText:
    """A card to be printed: its text, which is also what its QR says."""

    text: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """Done."""

    done: bool = True


def today_of(ledger: Ledger) -> date:
    """Return the civil day."""
    return ledger.clock.now().astimezone(HANOI).date()


# -- reading ----------------------------------------------------------------------------------------------


def row_of(one: CommuneFigures) -> CommuneRow:
    """Return a commune's row."""
    return CommuneRow(one, one.open, one.resolved_permille)


def communes(asked: Asked) -> Said:
    """Return every commune's figures, of a period if one is asked for."""
    period = Period(_day(asked, "from"), _day(asked, "to"))
    with asked.ledger.reading() as connection:
        return say_json([row_of(one) for one in figures(connection, today_of(asked.ledger), period)])


def _day(asked: Asked, name: str) -> date | None:
    text = asked.query.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput("hub.day", field=name) from None


def figures_of(connection: Connection, ledger: Ledger, commune: int) -> CommuneFigures:
    """Return one commune's figures; raises InvalidInput `hub.no_commune`."""
    for one in figures(connection, today_of(ledger)):
        if one.commune == commune:
            return one
    raise InvalidInput("hub.no_commune")


PAGE = 100


def commune(asked: Asked) -> Said:
    """Return one commune; dossiers are for those who may read names."""
    number = asked.number("commune")
    with asked.ledger.reading() as connection:
        found = figures_of(connection, asked.ledger, number)
        rows = desks_of(connection, number)
    return say_json(CommuneDetail(row_of(found), rows, ()))


def dossiers(asked: Asked) -> Said:
    """Return a page of a commune's dossiers, newest first, after a dossier's id."""
    number = asked.number("commune")
    with asked.ledger.reading() as connection:
        figures_of(connection, asked.ledger, number)
        rows = dossiers_of(connection, number, asked.query.get("status", ""), asked.query.get("after", ""))
    return say_json(rows)


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


def dossier(asked: Asked) -> Said:
    """Return one dossier with its timeline."""
    with asked.ledger.reading() as connection:
        return say_json(dossier_of(connection, asked.number("commune"), asked.path["dossier"]))


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


def waiting(asked: Asked) -> Said:
    """Return the dossiers that wait for this office's answer."""
    with asked.ledger.reading() as connection:
        return say_json(inbox.waiting(connection))


def feed(asked: Asked) -> Said:
    """Return journal rows after a cursor, in order of commit."""
    return say_json(asked.ledger.changes(asked.number("after"), max(1, asked.number("limit", usual=500))))


def incident_list(asked: Asked) -> Said:
    """Return incidents, newest first."""
    with asked.ledger.reading() as connection:
        return say_json(incidents.listed(connection))


def desk_list(asked: Asked) -> Said:
    """Return every desk."""
    with asked.ledger.reading() as connection:
        return say_json(desks_of(connection))


def request_list(asked: Asked) -> Said:
    """Return the desks that ask to be let in."""
    with asked.ledger.reading() as connection:
        return say_json(enrolment.waiting(connection))


# -- deeds ------------------------------------------------------------------------------------------------


def log_in(asked: Asked) -> Said:
    """Open a session."""
    given = read_json(asked, LogIn)
    account, token = users.log_in(asked.ledger, given.name, given.password)
    return say_json(Session(token.hex(), account.name, account.full_name, str(account.role)))


def log_out(asked: Asked) -> Said:
    """End the session that asks."""
    users.log_out(asked.ledger, asked.token)
    return say_json(Nothing())


def who(asked: Asked) -> Said:
    """Return who asks."""
    return say_json(asked.who)


def answer(asked: Asked) -> Said:
    """Send an answer down to the desk that passed a dossier up."""
    given = read_json(asked, AnswerBody)
    by = asked.who.full_name or asked.who.name
    number = inbox.answer(asked.ledger, asked.number("commune"), asked.path["dossier"], given.text, given.document, by)
    return say_json(Number(number), 201)


def settle(asked: Asked) -> Said:
    """Say that somebody has looked at an incident."""
    ledger = asked.ledger
    with ledger.writing() as connection:
        incidents.settle(
            connection, asked.number("desk"), asked.path["kind"][:40], asked.path["point"][:200], asked.who.name,
            ledger.now_ms(),
        )  # fmt: skip
    return say_json(Nothing())


def card(asked: Asked) -> Said:
    """Make a card for a desk."""
    site = asked.site
    made = enrolment.issue_card(asked.ledger, asked.number("desk"), asked.who.name, site.addresses, site.pins)
    return say_json(CardText(card_text(made)), 201)


def revoke(asked: Asked) -> Said:
    """Let a desk do nothing new."""
    enrolment.revoke(asked.ledger, asked.number("desk"), read_json(asked, Reason).reason)
    return say_json(Nothing())


def _request(asked: Asked) -> bytes:
    try:
        return bytes.fromhex(asked.path["request"])
    except ValueError:
        raise InvalidInput("enrol.no_request") from None


def grant(asked: Asked) -> Said:
    """Let a desk in, its four words being the same on both sides."""
    site = asked.site
    enrolment.grant(asked.ledger, _request(asked), asked.who.name, addresses=site.addresses, pins=site.pins)
    return say_json(Nothing())


def turn_away(asked: Asked) -> Said:
    """Turn a request away."""
    enrolment.refuse(asked.ledger, _request(asked), asked.who.name)
    return say_json(Nothing())


# -- everybody --------------------------------------------------------------------------------------------


def public_communes(asked: Asked) -> Said:
    """Return what everybody may read: numbers only."""
    return say_json(public_rows(asked.ledger))


@dataclass(frozen=True, slots=True)
class PublicRow:
    """A commune on the public page."""

    agency: str
    figures: PublicFigures


def public_rows(ledger: Ledger) -> list[PublicRow]:
    """Return every commune's public figures under the agency code it has today."""
    with ledger.reading() as connection:
        rows = connection.execute(select(COMMUNE.c.id).order_by(COMMUNE.c.name, COMMUNE.c.id))
        codes = [code for row in rows if (code := agency_of(connection, int(row.id), today_of(ledger)))]
    return [PublicRow(code, lookup.public(ledger, code)) for code in codes]


def agency_of(connection: Connection, commune_number: int, today: date) -> str:
    """Return the agency code of a commune on a day; empty without a desk."""
    query = select(DESK.c.id).where(DESK.c.commune == commune_number).order_by(DESK.c.id)
    offices = [office for row in connection.execute(query) for office in desks.offices_of(connection, int(row.id))]
    now = [one for one in offices if (not one.valid_from or one.valid_from <= today)]
    return (now or offices)[-1].agency if offices else ""


def public_commune(asked: Asked) -> Said:
    """Return one commune's public figures."""
    return say_json(lookup.public(asked.ledger, asked.path["agency"]))


def look_up(asked: Asked) -> Said:
    """Answer a citizen's question about one dossier."""
    given = read_json(asked, Question)
    return say_json(lookup.lookup(asked.ledger, given.agency, given.digits, asked.address))


A = Access
OPERATIONS: tuple[Operation, ...] = (
    Operation("log_in", "POST", "/v1/session", A.ANYBODY, log_in, "Log in", LogIn, Session),
    Operation("who", "GET", "/v1/session", A.VIEWER, who, "Who is logged in", None, Account),
    Operation("log_out", "DELETE", "/v1/session", A.VIEWER, log_out, "Log out", None, Nothing),
    Operation("communes", "GET", "/v1/communes", A.VIEWER, communes, "Figures of every commune", None,
              list[CommuneRow], query=("from", "to")),
    Operation("commune", "GET", "/v1/communes/{commune}", A.VIEWER, commune, "One commune", None, CommuneDetail),
    Operation("dossiers", "GET", "/v1/communes/{commune}/dossiers", A.DISTRICT, dossiers, "A commune's dossiers",
              None, list[DossierRow], query=("status", "after")),
    Operation("dossier", "GET", "/v1/communes/{commune}/dossiers/{dossier}", A.DISTRICT, dossier,
              "One dossier's timeline", None, DossierDetail),
    Operation("inbox", "GET", "/v1/inbox", A.DISTRICT, waiting, "Dossiers that wait for this office", None,
              list[inbox.Forwarded]),
    Operation("answer", "POST", "/v1/inbox/{commune}/{dossier}", A.DISTRICT, answer, "Answer a forwarded dossier",
              AnswerBody, Number, statuses=(201,)),
    Operation("incidents", "GET", "/v1/incidents", A.DISTRICT, incident_list, "What went wrong", None,
              list[incidents.Incident]),
    Operation("settle", "POST", "/v1/incidents/{desk}/{kind}/{point}", A.ADMIN, settle, "An incident was looked at",
              None, Nothing),
    Operation("feed", "GET", "/v1/changes", A.ADMIN, feed, "Journal rows in order of commit", None, list[Change],
              query=("after", "limit")),
    Operation("desks", "GET", "/v1/desks", A.ADMIN, desk_list, "Every desk", None, list[DeskRow]),
    Operation("card", "POST", "/v1/desks/{desk}/card", A.ADMIN, card, "A card to let a desk in", None, CardText,
              statuses=(201,)),
    Operation("revoke", "POST", "/v1/desks/{desk}/revoke", A.ADMIN, revoke, "Let a desk do nothing new", Reason,
              Nothing),
    Operation("requests", "GET", "/v1/requests", A.ADMIN, request_list, "Desks that ask to be let in", None,
              list[enrolment.Waiting]),
    Operation("grant", "POST", "/v1/requests/{request}/grant", A.ADMIN, grant, "Let a desk in", None, Nothing),
    Operation("refuse", "POST", "/v1/requests/{request}/refuse", A.ADMIN, turn_away, "Turn a desk away", None,
              Nothing),
    Operation("public_communes", "GET", "/v1/public", A.ANYBODY, public_communes, "Every commune's progress", None,
              list[PublicRow]),
    Operation("public_commune", "GET", "/v1/public/{agency}", A.ANYBODY, public_commune, "One commune's progress",
              None, PublicFigures),
    Operation("look_up", "POST", "/v1/public/look-up", A.ANYBODY, look_up, "How far a dossier is", Question,
              lookup.Found),
)  # fmt: skip
