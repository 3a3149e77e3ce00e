"""The district's questions and deeds as JSON: figures, dossiers, the inbox from below, desks, incidents, the feed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import BoundedSemaphore

from onestop_desktop.errors import InvalidInput, TryLater
from onestop_desktop.hub import enrolment, inbox, incidents, lookup, users
from onestop_desktop.hub.figures import Period, PublicFigures, figures
from onestop_desktop.hub.ledger import Change
from onestop_desktop.hub.users import Account
from onestop_desktop.hub.web.operations import Access, Asked, Operation, Said, read_json, say_json
from onestop_desktop.hub.web.queries import PublicBoard, desks_of, dossier_of, dossiers_of, figures_of, row_of, today_of
from onestop_desktop.hub.web.shapes import (
    AnswerBody,
    CardText,
    CommuneDetail,
    CommuneRow,
    DeskRow,
    DossierDetail,
    DossierRow,
    LogIn,
    Nothing,
    Number,
    PublicAnswer,
    PublicRow,
    Question,
    Reason,
    Session,
)
from onestop_desktop.wire.enrolment import card_text

_LOGINS = BoundedSemaphore(2)
"""Each password that is stretched takes 64 MiB; whoever tries many waits for the two before."""


@contextmanager
def one_of_few() -> Iterator[None]:
    """Let few people log in at one time; raises TryLater `hub.busy`."""
    if not _LOGINS.acquire(timeout=10):
        raise TryLater("hub.busy", seconds=10)
    try:
        yield
    finally:
        _LOGINS.release()


def communes(asked: Asked) -> Said:
    """Return every commune's figures, of a period if one is asked for."""
    period = Period(day_of(asked, "from"), day_of(asked, "to"))
    with asked.ledger.reading() as connection:
        return say_json([row_of(one) for one in figures(connection, today_of(asked.ledger), period)])


def day_of(asked: Asked, name: str) -> date | None:
    text = asked.query.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput("hub.day", field=name) from None


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


def dossier(asked: Asked) -> Said:
    """Return one dossier with its timeline."""
    with asked.ledger.reading() as connection:
        return say_json(dossier_of(connection, asked.number("commune"), asked.path["dossier"]))


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
    with one_of_few():
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


def public_commune(asked: Asked) -> Said:
    """Return one commune's public figures."""
    return say_json(lookup.public(asked.ledger, asked.path["agency"]))


def look_up(asked: Asked) -> Said:
    """Answer a citizen's question about one dossier."""
    given = read_json(asked, Question)
    found = lookup.lookup(asked.ledger, given.agency, given.digits, asked.address)
    return say_json(PublicAnswer(found.found, found.group, found.completion))


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
    Operation("public_commune", "GET", "/v1/public/{agency}", A.ANYBODY, public_commune, "One commune's progress",
              None, PublicFigures),
    Operation("look_up", "POST", "/v1/public/look-up", A.ANYBODY, look_up, "How far a dossier is", Question,
              PublicAnswer),
)  # fmt: skip


def public_operations(board: PublicBoard) -> tuple[Operation, ...]:
    """Return the rows that share one count of the public figures."""

    def public_communes(asked: Asked) -> Said:
        return say_json(board.rows(asked.ledger))

    return (
        Operation("public_communes", "GET", "/v1/public", A.ANYBODY, public_communes, "Every commune's progress",
                  None, tuple[PublicRow, ...]),
    )  # fmt: skip
