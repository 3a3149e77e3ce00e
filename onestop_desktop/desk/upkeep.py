"""Who works here, and which agencies the desk belongs to: entries of the desk itself."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import Any

from onestop_desktop.desk.core import Core
from onestop_desktop.domain.catalogue import parse_file
from onestop_desktop.domain.number import check_agency
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.text import clean, nfc
from onestop_desktop.errors import InvalidInput, Refused

PASSWORD_LENGTH = 10
_USER = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_RESERVED = frozenset({"system", "recovery"})


def check_user(user: str) -> str:
    """Return a user id.

    Raises:
        InvalidInput: `user.id`.
    """
    if not _USER.fullmatch(user) or user in _RESERVED:
        raise InvalidInput("user.id", user=user[:40])
    return user


def check_password(password: str, *, training: bool) -> str:
    """Return a password that is long enough; a training desk takes any.

    Raises:
        InvalidInput: `user.password_short`.
    """
    if len(password) < (1 if training else PASSWORD_LENGTH):
        raise InvalidInput("user.password_short", length=PASSWORD_LENGTH)
    return password


def add_user(core: Core, user: str, name: str, password: str) -> None:
    """Add a user, or give one a new password and name."""
    check_user(user)
    name = clean(name, "user.name", 100) or user
    check_password(password, training=core.training)
    core.store.put_user(user, name, password)
    core.record("user", {"name": name, "user": user})


def remove_user(core: Core, user: str) -> None:
    """Take a user's access away; what they did stays under their name.

    Raises:
        Refused: `login.unknown`, `user.last`, `user.self`.
    """
    check_user(user)
    if user == core.user:
        raise Refused("user.self")
    core.store.drop_user(user)
    core.record("user", {"name": core.user_name(user), "removed": True, "user": user})


def import_procedures(core: Core, text: str) -> int:
    """Record procedures from a document in the seed's format, all or none; return how many.

    A row with `valid_from` is a new version from that day; without one, or from the same day, it replaces.

    Raises:
        InvalidInput: `procedure.file`, and those of the catalogue's format.
    """
    try:
        document = tomllib.loads(nfc(text))
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput("procedure.file", why=str(error)[:80]) from None
    changed = parse_file(document)
    core.catalogue.with_changes(changed)
    field = str(document["field"])
    core.record_all("procedure", [{"field": field, "row": _plain(row)} for row in document["procedures"]])
    return len(changed)


def _plain(value: Any) -> Any:
    """Turn TOML values into an entry's: days become ISO text."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def add_office(core: Core, office: Office) -> None:
    """Record an agency by its days.

    Raises:
        InvalidInput: `number.agency`, `office.days`, `office.name_empty`.
        Refused: `office.training`.
    """
    check_agency(office.agency)
    if not office.name:
        raise InvalidInput("office.name_empty")
    if office.valid_from and office.valid_to and office.valid_to < office.valid_from:
        raise InvalidInput("office.days")
    core.record("office", office.as_body())
