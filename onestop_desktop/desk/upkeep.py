"""Who works here, and which agencies the desk belongs to: entries of the desk itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from onestop_desktop.desk.core import Core
from onestop_desktop.desk.setup import procedure_body
from onestop_desktop.domain.catalogue import parse_file, parse_rows
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
    """Add a user, or give one a new password and name; what a colleague chose must be changed at the next log-in."""
    check_user(user)
    name = clean(name, "user.name", 100) or user
    check_password(password, training=core.training)
    core.store.put_user(user, name, password, set_by="" if core.training or user == core.user else core.user)
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
    field, rows = parse_rows(document)
    return record_procedures(core, [(field, row) for row in rows])


def record_procedures(core: Core, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> int:
    """Record rows of the catalogue, each with its field, in one transaction; return how many.

    Raises:
        InvalidInput: those of the catalogue's format, `procedure.twice`; nothing was recorded.
    """
    changed = [one for field, row in rows for one in parse_file({"field": field, "procedures": [row]})]
    starts = [(one.code, one.valid_from) for one in changed]
    twice = next((code for code, start in starts if starts.count((code, start)) > 1), None)
    if twice:
        raise InvalidInput("procedure.twice", code=twice)
    core.catalogue.with_changes(changed)
    core.record_all("procedure", [procedure_body(field, row) for field, row in rows])
    return len(changed)


_OFFICE_TEXT = 200


def tidy_office(office: Office) -> Office:
    """Return an agency with its texts as they are kept.

    Raises:
        InvalidInput: `number.agency`, `office.days`, `office.name_empty`, `text.control`, `text.too_long`.
    """
    check_agency(office.agency)
    name = clean(office.name, "office.name", _OFFICE_TEXT)
    if not name:
        raise InvalidInput("office.name_empty", field="name")
    if office.valid_from and office.valid_to and office.valid_to < office.valid_from:
        raise InvalidInput("office.days", field="valid_to")
    upper, place = clean(office.upper, "upper", _OFFICE_TEXT), clean(office.place, "place", _OFFICE_TEXT)
    return replace(office, name=name, upper=upper, place=place)


def add_office(core: Core, office: Office) -> Office:
    """Record a further agency by its days and return it as kept; raises as `tidy_office`, Refused `office.exists`."""
    if any((one.agency, one.valid_from) == (office.agency, office.valid_from) for one in core.setup.offices):
        raise Refused("office.exists", field="valid_from", agency=office.agency)
    kept = tidy_office(office)
    core.record("office", kept.as_body())
    return kept


def end_office(core: Core, agency: str, valid_from: date | None, last: date) -> Office:
    """Let an agency's time end with a day; return the agency as it is now.

    Raises:
        InvalidInput: `office.unknown`, `office.days`.
        Refused: `office.successor_first` where the desk would belong to no agency afterwards.
    """
    office = _office(core, agency, valid_from)
    ended = replace(office, valid_to=last)
    if office.valid_from and last < office.valid_from:
        raise InvalidInput("office.days", field="valid_to")
    others = [one for one in core.setup.offices if one != office]
    for day in (core.now().date(), last + timedelta(days=1)):
        if day >= core.now().date() and not any(one.holds(day) for one in (*others, ended)):
            raise Refused("office.successor_first", field="valid_to", day=f"{day:%d/%m/%Y}")
    core.record("office", ended.as_body())
    return ended


def change_office(core: Core, agency: str, valid_from: date | None, changed: Office) -> None:
    """Give an agency another name, upper level or place from `changed.valid_from` on; the past keeps the old ones.

    Raises:
        InvalidInput: `office.unknown`, `office.change_day`, `office.name_empty`.
    """
    office = _office(core, agency, valid_from)
    start = changed.valid_from
    begins = office.valid_from or date.min
    if start is None or start <= begins or (office.valid_to and start > office.valid_to):
        raise InvalidInput("office.change_day", field="valid_from")
    changed = tidy_office(changed)
    before = replace(office, valid_to=start - timedelta(days=1))
    after = replace(changed, agency=office.agency, valid_to=office.valid_to)
    core.record_all("office", [before.as_body(), after.as_body()])


def _office(core: Core, agency: str, valid_from: date | None) -> Office:
    for office in core.setup.offices:
        if (office.agency, office.valid_from) == (agency, valid_from):
            return office
    raise InvalidInput("office.unknown", field="agency", agency=agency[:40])
