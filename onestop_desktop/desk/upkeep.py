"""Who works here, and which agencies the desk belongs to: entries of the desk itself."""

from __future__ import annotations

import re

from onestop_desktop.desk.core import Core
from onestop_desktop.domain.number import check_agency
from onestop_desktop.domain.office import Office
from onestop_desktop.domain.text import clean
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
    if user == core.user:
        raise Refused("user.self")
    core.store.drop_user(user)
    core.record("user", {"name": core.user_name(user), "removed": True, "user": user})


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
