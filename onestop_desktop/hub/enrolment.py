"""Letting a desk in: a card by hand, a request by the desk, four words read aloud, a grant."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.hub import desks
from onestop_desktop.hub.desks import KeyState
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.lives import read_life
from onestop_desktop.hub.tables import CARD, COMMUNE, DESK, REQUEST, SETTING
from onestop_desktop.wire import enrolment as wire
from onestop_desktop.wire.messages import PROTOCOL
from onestop_desktop.wire.words_of import words_of

CARD_DAYS = 7
TRIES = 5
_DAY_MS = 86_400_000
_CODE = b"onestop/card/1\0"
OPEN, USED, VOID = "open", "used", "void"
WAITING, GRANTED, REFUSED = "waiting", "granted", "refused"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that somebody should compare words for; `id` is its hash, `state` waiting, granted or refused."""

    id: bytes
    desk: int
    desk_name: str
    words: str
    state: str
    at_ms: int
    decided_by: str


def issue_card(
    ledger: Ledger, desk: int, by: str, addresses: Sequence[str] = (), pins: Sequence[bytes] = ()
) -> wire.Card:
    """Make a card for a desk: 80 random bits, 7 days, 5 tries. Older cards of the desk open nothing any more.

    The code is kept only as its hash: whoever loses the card asks for another.

    Raises:
        InvalidInput: `hub.no_desk`.
    """
    now = ledger.now_ms()
    code = wire.new_code(ledger.random(wire.CODE_BYTES))
    with ledger.writing() as connection:
        desks.check_desk(connection, desk)
        row = connection.execute(
            select(DESK.c.code, DESK.c.name, COMMUNE.c.name.label("commune"))
            .join(COMMUNE, COMMUNE.c.id == DESK.c.commune)
            .where(DESK.c.id == desk)
        ).one()
        connection.execute(update(CARD).where(CARD.c.desk == desk, CARD.c.state == OPEN).values(state=VOID))
        card = wire.Card(
            ledger.random(8), code, row.code, f"{row.commune}, {row.name}", ledger.keys.public,
            ledger.keys.recipient, tuple(addresses), tuple(pins),
        )  # fmt: skip
        connection.execute(
            CARD.insert().values(
                id=card.id, desk=desk, code=_hash(code), state=OPEN, made_ms=now, expires_ms=now + CARD_DAYS * _DAY_MS,
                made_by=by,
            )
        )  # fmt: skip
    return card


def receive_request(ledger: Ledger, data: bytes) -> Waiting:
    """Take a desk's request; the same bytes again answer the same.

    Raises:
        InvalidInput: `wire.message`, `wire.signature`.
        Refused: `enrol.card_unknown`, `enrol.card_ended`, `enrol.card_wrong` (a try is gone), `enrol.wrong_desk`.
    """
    request = wire.read_request(data)
    name = hashlib.sha256(data).digest()
    wrong = ""
    with ledger.writing() as connection:
        known = _waiting(connection, name)
        if known:
            return known
        card = connection.execute(select(CARD).where(CARD.c.id == request.card)).first()
        if card is None:
            raise Refused("enrol.card_unknown")
        wrong = _why_not(connection, card, request, ledger.now_ms())
        if not wrong:
            words = words_of(ledger.keys.public, request.public, request.code)
            connection.execute(update(CARD).where(CARD.c.id == card.id).values(state=USED))
            connection.execute(
                REQUEST.insert().values(
                    id=name, desk=card.desk, card=card.id, words=words, state=WAITING, at_ms=ledger.now_ms(),
                    body=data, answer=b"",
                )
            )  # fmt: skip
        found = _waiting(connection, name)
    if wrong:  # after the commit: a try that is gone stays gone
        raise Refused(wrong)
    if found is None:
        raise Refused("enrol.card_unknown")
    return found


def _why_not(connection: Connection, card: object, request: wire.Request, now_ms: int) -> str:
    row = card
    if row.state != OPEN or row.expires_ms < now_ms or row.tries >= TRIES:  # type: ignore[attr-defined]
        return "enrol.card_ended"
    if not hmac.compare_digest(bytes(row.code), _hash(request.code)):  # type: ignore[attr-defined]
        connection.execute(update(CARD).where(CARD.c.id == request.card).values(tries=CARD.c.tries + 1))
        return "enrol.card_wrong"
    code = connection.execute(select(DESK.c.code).where(DESK.c.id == row.desk)).scalar_one()  # type: ignore[attr-defined]
    return "" if code == request.desk else "enrol.wrong_desk"


def waiting(connection: Connection) -> list[Waiting]:
    """Return the requests that wait for somebody to compare words."""
    query = select(REQUEST.c.id).where(REQUEST.c.state == WAITING).order_by(REQUEST.c.at_ms)
    return [one for row in connection.execute(query) if (one := _waiting(connection, bytes(row.id)))]


def _waiting(connection: Connection, name: bytes) -> Waiting | None:
    query = (
        select(REQUEST, DESK.c.name.label("desk_name"))
        .join(DESK, DESK.c.id == REQUEST.c.desk)
        .where(REQUEST.c.id == name)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return Waiting(bytes(row.id), row.desk, row.desk_name, row.words, row.state, row.at_ms, row.decided_by)


def grant(
    ledger: Ledger, request: bytes, by: str, *, addresses: Sequence[str] = (), pins: Sequence[bytes] = ()
) -> bytes:
    """Let the desk of a request in, its words being the same on both sides; the key it had is revoked in the same act.

    Raises:
        InvalidInput: `enrol.no_request`.
        Refused: `enrol.decided` when it was refused; `hub.key_taken`.
    """
    now = ledger.now_ms()
    with ledger.writing() as connection:
        row = connection.execute(select(REQUEST).where(REQUEST.c.id == request)).first()
        if row is None:
            raise InvalidInput("enrol.no_request")
        if row.state == GRANTED:
            return bytes(row.answer)
        if row.state != WAITING:
            raise Refused("enrol.decided")
        asked = wire.read_request(bytes(row.body))
        desks.add_key(connection, row.desk, asked.public, now)
        known = {"recipient": asked.recipient, "store": asked.store, "check_key": asked.check_key}
        connection.execute(update(DESK).where(DESK.c.id == row.desk).values(known))
        made = _grant(ledger, connection, row.desk, tuple(addresses), tuple(pins))
        data = wire.sign_grant(made, bytes(row.body), ledger.keys.sign)
        decided = {"state": GRANTED, "answer": data, "decided_ms": now, "decided_by": by}
        connection.execute(update(REQUEST).where(REQUEST.c.id == request).values(decided))
    return data


def _grant(
    ledger: Ledger, connection: Connection, desk: int, addresses: tuple[str, ...], pins: tuple[bytes, ...]
) -> wire.Grant:
    row = connection.execute(
        select(DESK.c.code, COMMUNE.c.name).join(COMMUNE, COMMUNE.c.id == DESK.c.commune).where(DESK.c.id == desk)
    ).one()
    life = read_life(connection)
    address = connection.execute(select(SETTING.c.value).where(SETTING.c.name == "public_address")).scalar_one_or_none()
    return wire.Grant(
        PROTOCOL, ledger.keys.public, ledger.keys.recipient, life.incarnation, desk, row.code, row.name,
        tuple(wire.OfficeRow.of(office) for office in desks.offices_of(connection, desk)),
        desks.keys_of(connection, desk), addresses, pins, address or "", life.name, ledger.now_ms(),
    )  # fmt: skip


def refuse(ledger: Ledger, request: bytes, by: str) -> None:
    """Turn a request away, its words being different or the desk unknown; raises InvalidInput `enrol.no_request`."""
    with ledger.writing() as connection:
        done = connection.execute(
            update(REQUEST)
            .where(REQUEST.c.id == request, REQUEST.c.state == WAITING)
            .values(state=REFUSED, decided_ms=ledger.now_ms(), decided_by=by)
        )
        if not done.rowcount:
            raise InvalidInput("enrol.no_request")


def granted(ledger: Ledger, data: bytes) -> bytes | None:
    """Return the grant for a desk's request, given by its own bytes; None while nobody has decided.

    Raises:
        Refused: `enrol.refused`.
        InvalidInput: `enrol.no_request`.
    """
    with ledger.reading() as connection:
        query = select(REQUEST.c.state, REQUEST.c.answer).where(REQUEST.c.id == hashlib.sha256(data).digest())
        row = connection.execute(query).first()
    if row is None:
        raise InvalidInput("enrol.no_request")
    if row.state == REFUSED:
        raise Refused("enrol.refused")
    return bytes(row.answer) if row.state == GRANTED else None


def revoke(ledger: Ledger, desk: int, reason: str) -> None:
    """Let a desk do nothing new from now on; what it sent stays.

    Raises:
        InvalidInput: `hub.no_desk`.
        Refused: `hub.no_active_key`.
    """
    with ledger.writing() as connection:
        desks.check_desk(connection, desk)
        if not desks.end_keys(connection, desk, KeyState.REVOKED, reason, ledger.now_ms()):
            raise Refused("hub.no_active_key")
        connection.execute(update(CARD).where(CARD.c.desk == desk, CARD.c.state == OPEN).values(state=VOID))


def _hash(code: str) -> bytes:
    return hashlib.sha256(_CODE + code.encode("ascii")).digest()
