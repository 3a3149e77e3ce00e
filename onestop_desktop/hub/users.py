"""The people who work at the hub's pages, and their sessions there."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, func, select, update

from onestop_desktop.errors import InvalidInput, Refused
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.tables import ACCOUNT, WEB_SESSION

SHORTEST = 10
IDLE_MS = 30 * 60_000
LONGEST_MS = 12 * 3_600_000
_FREE_FAILURES = 3
_LONGEST_WAIT = 60
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
"""OWASP ASVS 5.0, appendix C: Argon2id, at least 46 MiB."""


class Role(StrEnum):
    """What somebody may do at the hub's pages."""

    ADMIN = "admin"
    """Desks, cards, people."""
    DISTRICT = "district"
    """Reads every commune and answers dossiers that were passed up."""
    VIEWER = "viewer"
    """Reads figures, no names of citizens."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who works here."""

    id: int
    name: str
    full_name: str
    role: Role
    active: bool


def add_account(ledger: Ledger, name: str, full_name: str, role: Role, password: str) -> Account:
    """Add somebody; raises InvalidInput `hub.account_name`, `hub.password_short`; Refused `hub.account_taken`."""
    name = name.strip().lower()
    if not (name.isascii() and name.isalnum() and 2 <= len(name) <= 32):
        raise InvalidInput("hub.account_name")
    hashed = _hash(password)
    with ledger.writing() as connection:
        if connection.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.name == name)).first():
            raise Refused("hub.account_taken", name=name)
        number = int(connection.execute(select(func.coalesce(func.max(ACCOUNT.c.id), 0))).scalar_one()) + 1
        row = {"id": number, "name": name, "full_name": full_name.strip(), "role": str(role), "password": hashed}
        connection.execute(ACCOUNT.insert().values(**row, created_ms=ledger.now_ms()))
    return Account(number, name, full_name.strip(), role, active=True)


def set_password(ledger: Ledger, account: int, password: str) -> None:
    """Change a password and end every session; raises InvalidInput `hub.password_short`, `hub.no_account`."""
    _change(ledger, account, {"password": _hash(password), "failures": 0})


def set_active(ledger: Ledger, account: int, *, active: bool) -> None:
    """Let somebody in or keep them out, and end their sessions; raises InvalidInput `hub.no_account`."""
    _change(ledger, account, {"active": int(active)})


def _change(ledger: Ledger, account: int, values: dict[str, Any]) -> None:
    with ledger.writing() as connection:
        if not connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(values)).rowcount:
            raise InvalidInput("hub.no_account")
        connection.execute(delete(WEB_SESSION).where(WEB_SESSION.c.account == account))


def accounts(connection: Connection) -> list[Account]:
    """Return everybody who works here, by name."""
    return [_account(row) for row in connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.name))]


def log_in(ledger: Ledger, name: str, password: str) -> tuple[Account, bytes]:
    """Check a password and open a session; return who it is and the session's token, kept here only as its hash.

    Raises:
        Refused: `hub.login_wrong`, the same for an unknown name; `hub.login_wait` after three failures, growing to
            a minute.
    """
    now = ledger.now_ms()
    with ledger.reading() as connection:
        row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.name == name.strip().lower()[:64])).first()
    if row is not None:
        _check_wait(row.failures, row.failed_ms, now)
    right = _fits(row.password if row is not None else _NOBODY, password)
    if row is None or not right or not row.active:
        if row is not None:
            failed = {"failures": ACCOUNT.c.failures + 1, "failed_ms": now}
            with ledger.writing() as connection:
                connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == row.id).values(failed))
        raise Refused("hub.login_wrong")
    token = ledger.random(32)
    session = {"id": _name(token), "account": row.id, "started_ms": now, "used_ms": now, "ends_ms": now + LONGEST_MS}
    with ledger.writing() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == row.id).values(failures=0))
        connection.execute(delete(WEB_SESSION).where(WEB_SESSION.c.ends_ms < now))
        connection.execute(WEB_SESSION.insert().values(session))
    return _account(row), token


def _check_wait(failures: int, failed_ms: int, now: int) -> None:
    if failures < _FREE_FAILURES:
        return
    wait = min(_LONGEST_WAIT, 2 ** min(failures - _FREE_FAILURES, 10)) * 1000 - (now - failed_ms)
    if 0 < wait <= _LONGEST_WAIT * 1000:
        raise Refused("hub.login_wait", seconds=wait // 1000 + 1)


def session_of(ledger: Ledger, token: bytes) -> Account | None:
    """Return whose session a token opens; None when it ended, or was not used for half an hour."""
    now = ledger.now_ms()
    with ledger.writing() as connection:
        query = (
            select(ACCOUNT, WEB_SESSION.c.used_ms, WEB_SESSION.c.ends_ms)
            .join(WEB_SESSION, WEB_SESSION.c.account == ACCOUNT.c.id)
            .where(WEB_SESSION.c.id == _name(token))
        )
        row = connection.execute(query).first()
        if row is None or not row.active or row.ends_ms < now or row.used_ms + IDLE_MS < now:
            return None
        if now - row.used_ms > 60_000:
            used = update(WEB_SESSION).where(WEB_SESSION.c.id == _name(token)).values(used_ms=now)
            connection.execute(used)
        return _account(row)


def log_out(ledger: Ledger, token: bytes) -> None:
    """End a session; one that is not there needs no ending."""
    with ledger.writing() as connection:
        connection.execute(delete(WEB_SESSION).where(WEB_SESSION.c.id == _name(token)))


def _account(row: Any) -> Account:
    return Account(row.id, row.name, row.full_name, Role(row.role), bool(row.active))


def _hash(password: str) -> str:
    plain = unicodedata.normalize("NFC", password)
    if len(plain) < SHORTEST:
        raise InvalidInput("hub.password_short", shortest=SHORTEST)
    return _HASHER.hash(plain)


def _fits(hashed: str, password: str) -> bool:
    try:
        return bool(_HASHER.verify(hashed, unicodedata.normalize("NFC", password)))
    except (VerificationError, InvalidHashError):
        return False


def _name(token: bytes) -> bytes:
    return hashlib.sha256(b"onestop/session/1\0" + token).digest()


_NOBODY = "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""Checked for an unknown name, so that the time of the answer says nothing."""
