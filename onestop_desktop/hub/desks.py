"""Communes, their desks, and the keys that desks sign with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, bindparam, func, select, update

from onestop_desktop.domain.number import DESKS, check_agency
from onestop_desktop.domain.office import Office
from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.hub.tables import AGENCY, COMMUNE, DESK, DESK_KEY, INCIDENT
from onestop_desktop.wire.signing import key_id


class KeyState(StrEnum):
    """What a desk's key may still do."""

    ACTIVE = "active"
    FORMER = "former"
    """Replaced while it was in good hands: what it signed is still taken, it opens no session."""
    REVOKED = "revoked"
    """Lost, or of a desk that is no more: nothing new that it signed is taken."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk as one request sees it; `key` is the key that the request was signed with."""

    id: int
    commune: int
    code: str
    name: str
    entries: int
    install: bytes
    inbox: int
    digested: int
    digest: bytes
    agencies: frozenset[str]
    troubles: frozenset[str]
    """Kinds of its incidents that nobody has settled."""
    key: bytes
    public: bytes
    state: KeyState


_AGENCIES = select(func.aggregate_strings(AGENCY.c.agency, " ")).where(AGENCY.c.desk == DESK.c.id).scalar_subquery()
_TROUBLES = (
    select(func.aggregate_strings(INCIDENT.c.kind, " "))
    .where(INCIDENT.c.desk == DESK.c.id, INCIDENT.c.settled_ms == 0)
    .scalar_subquery()
)
_COLUMNS = [
    DESK.c[name] for name in ("id", "commune", "code", "name", "entries", "install", "inbox", "digested", "digest")
]
_BY_KEY = select(
    *_COLUMNS,
    _AGENCIES.label("agencies"),
    _TROUBLES.label("troubles"),
    DESK_KEY.c.id.label("key"),
    DESK_KEY.c.public,
    DESK_KEY.c.state,
).join(DESK_KEY, DESK_KEY.c.desk == DESK.c.id)
_BY_KEY = _BY_KEY.where(DESK_KEY.c.id == bindparam("key_id"))


def by_key(connection: Connection, key: bytes) -> Desk:
    """Return the desk of a key, whatever the key's state.

    Raises:
        Refused: `hub.unknown_desk`.
    """
    row = connection.execute(_BY_KEY, {"key_id": key}).mappings().first()
    if row is None:
        raise Refused("hub.unknown_desk")
    found = dict(row)
    agencies = frozenset(str(found.pop("agencies") or "").split())
    troubles = frozenset(str(found.pop("troubles") or "").split())
    state = KeyState(found.pop("state"))
    return Desk(**found, agencies=agencies, troubles=troubles, state=state)


def check_desk(connection: Connection, desk: int) -> tuple[int, str]:
    """Return a desk's commune and name; raises InvalidInput `hub.no_desk`."""
    row = connection.execute(select(DESK.c.commune, DESK.c.name).where(DESK.c.id == desk)).first()
    if row is None:
        raise InvalidInput("hub.no_desk", desk=desk)
    return int(row.commune), str(row.name)


def desk_named(connection: Connection, agency: str, code: str) -> int:
    """Return the desk with a code ("01") at an agency; raises InvalidInput `hub.no_desk_named`."""
    agency = check_agency(agency)
    found = connection.execute(
        select(DESK.c.id).join(AGENCY, AGENCY.c.desk == DESK.c.id).where(AGENCY.c.agency == agency, DESK.c.code == code)
    ).first()
    if found is None:
        raise InvalidInput("hub.no_desk_named", agency=agency, code=code)
    return int(found.id)


def commune_of(connection: Connection, agency: str) -> int | None:
    """Return the commune that an agency's code belongs to, today or earlier; None for an unknown one."""
    row = connection.execute(
        select(DESK.c.commune).join(AGENCY, AGENCY.c.desk == DESK.c.id).where(AGENCY.c.agency == agency).limit(1)
    ).first()
    return int(row.commune) if row else None


def add_commune(connection: Connection, name: str) -> int:
    """Add a commune and return its number; raises InvalidInput `hub.name_empty`."""
    name = name.strip()
    if not name:
        raise InvalidInput("hub.name_empty")
    number = int(connection.execute(select(func.coalesce(func.max(COMMUNE.c.id), 0))).scalar_one()) + 1
    connection.execute(COMMUNE.insert().values(id=number, name=name))
    return number


def add_desk(connection: Connection, commune: int, code: str, name: str, offices: Iterable[Office]) -> int:
    """Add a desk ("01" to "10") of a commune with its agencies, and return its number at this hub.

    Raises:
        InvalidInput: `hub.desk_code`, `hub.name_empty`, `hub.agency_taken` (another commune has the code),
            `number.agency`.
        Refused: `hub.desk_taken`.
    """
    if not (len(code) == 2 and code.isascii() and code.isdigit() and 1 <= int(code) <= DESKS):
        raise InvalidInput("hub.desk_code", code=code[:10])
    if not name.strip():
        raise InvalidInput("hub.name_empty")
    taken = select(DESK.c.id).where(DESK.c.commune == commune, DESK.c.code == code)
    if connection.execute(taken).first():
        raise Refused("hub.desk_taken", code=code)
    number = int(connection.execute(select(func.coalesce(func.max(DESK.c.id), 0))).scalar_one()) + 1
    empty = {"store": b"", "check_key": b"", "install": b"", "digest": b""}
    connection.execute(DESK.insert().values(id=number, commune=commune, code=code, name=name.strip(), **empty))
    for office in offices:
        add_office(connection, number, office)
    return number


def add_office(connection: Connection, desk: int, office: Office) -> None:
    """Let a desk work for an agency too; the same agency and first day again changes its names and last day.

    Raises:
        InvalidInput: `number.agency`, `hub.agency_taken`.
    """
    commune, _name = check_desk(connection, desk)
    agency = check_agency(office.agency)
    holder = commune_of(connection, agency)
    if holder is not None and holder != commune:
        raise InvalidInput("hub.agency_taken", agency=agency)
    body = office.as_body()
    connection.execute(
        AGENCY.delete().where(
            AGENCY.c.desk == desk, AGENCY.c.agency == agency, AGENCY.c.valid_from == str(body.get("from", ""))
        )
    )
    connection.execute(
        AGENCY.insert().values(
            desk=desk, agency=agency, name=office.name, upper=office.upper, place=office.place,
            valid_from=str(body.get("from", "")), valid_to=str(body.get("to", "")),
        )
    )  # fmt: skip


def offices_of(connection: Connection, desk: int) -> tuple[Office, ...]:
    """Return a desk's agencies, the earliest first."""
    rows = connection.execute(select(AGENCY).where(AGENCY.c.desk == desk).order_by(AGENCY.c.valid_from)).mappings()
    return tuple(Office.from_body({**row, "from": row["valid_from"], "to": row["valid_to"]}) for row in rows)


def add_key(connection: Connection, desk: int, public: bytes, now_ms: int) -> bytes:
    """Let a desk sign with a key from now on, and revoke the one it had; return the key's name.

    Raises:
        Refused: `hub.key_taken` when another desk has the key, or it was revoked.
    """
    name = key_id(public)
    known = connection.execute(select(DESK_KEY).where(DESK_KEY.c.id == name)).mappings().first()
    if known is not None:
        if known["desk"] == desk and known["state"] == KeyState.ACTIVE:
            return name
        raise Refused("hub.key_taken")
    end_keys(connection, desk, KeyState.REVOKED, "replaced", now_ms)
    connection.execute(
        DESK_KEY.insert().values(id=name, desk=desk, public=public, state=str(KeyState.ACTIVE), since_ms=now_ms)
    )
    return name


def end_keys(connection: Connection, desk: int, state: KeyState, reason: str, now_ms: int) -> int:
    """End a desk's active key, and return how many there were."""
    done = connection.execute(
        update(DESK_KEY)
        .where(DESK_KEY.c.desk == desk, DESK_KEY.c.state == str(KeyState.ACTIVE))
        .values(state=str(state), reason=reason, until_ms=now_ms)
    )
    return int(done.rowcount)


def keys_of(connection: Connection, desk: int) -> tuple[bytes, ...]:
    """Return every public key that a desk ever had, oldest first."""
    rows = connection.execute(
        select(DESK_KEY.c.public).where(DESK_KEY.c.desk == desk).order_by(DESK_KEY.c.since_ms, DESK_KEY.c.id)
    )
    return tuple(bytes(row.public) for row in rows)
