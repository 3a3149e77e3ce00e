"""What an operation of the hub is: one row of a table from which routes, access, and the OpenAPI document derive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from onestop_desktop.errors import InvalidInput
from onestop_desktop.hub.desks import Desk
from onestop_desktop.hub.ledger import Ledger
from onestop_desktop.hub.users import Account, Role
from onestop_desktop.hub.web.parts import Parts

BINARY = "application/octet-stream"
JSON = "application/json"
HTML = "text/html; charset=utf-8"
NO_GUESSING = {"x-content-type-options": "nosniff"}
BODY_LARGEST = 1 << 20
"""Bytes of the longest body that is read."""


class Access(StrEnum):
    """Who may use an operation."""

    ANYBODY = "anybody"
    """Everybody; what is binary proves itself by its own signature."""
    DESK = "desk"
    """An enrolled desk in a session of its own."""
    VIEWER = "viewer"
    DISTRICT = "district"
    ADMIN = "admin"


RIGHTS: Mapping[Access, frozenset[Role]] = {
    Access.VIEWER: frozenset(Role),
    Access.DISTRICT: frozenset({Role.DISTRICT, Role.ADMIN}),
    Access.ADMIN: frozenset({Role.ADMIN}),
}
"""Which of the people who work here may use it."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where this hub answers: its addresses for desks, and SHA-256 of the TLS keys that may stand there."""

    addresses: tuple[str, ...] = ()
    pins: tuple[bytes, ...] = ()
    plain: bool = False
    """No TLS here: on this PC alone, or behind a proxy that has it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a handler sees it; `account` or `desk` is set where the operation asks for one."""

    ledger: Ledger
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    address: str
    account: Account | None = None
    desk: Desk | None = None
    token: bytes = b""
    """The session's token from a cookie; empty where a page of somebody else may have sent it."""
    own: bool = False
    """Whether one of our own pages asks, by what its browser says."""
    site: Site = Site()
    place: str = ""
    """The path as it was asked for."""

    @property
    def who(self) -> Account:
        """Return the account of an operation that only accounts may use."""
        if self.account is None:
            raise AssertionError
        return self.account

    @property
    def from_desk(self) -> Desk:
        """Return the desk of an operation that only desks may use."""
        if self.desk is None:
            raise AssertionError
        return self.desk

    def number(self, name: str, *, usual: int = 0) -> int:
        """Return a whole number of the path or the query; raises InvalidInput `hub.number`."""
        text = self.path.get(name, self.query.get(name, str(usual)))
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            raise InvalidInput("hub.number", field=name)
        return int(text)


@dataclass(frozen=True, slots=True)
class Said:
    """A handler's answer."""

    content: bytes = b""
    kind: str = BINARY
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Asked], Said]


@dataclass(frozen=True, slots=True)
class Operation:
    """One row: method and path, who may use it, what goes in and what comes out (types with a JSON schema)."""

    name: str
    method: str
    path: str
    access: Access
    handler: Handler
    summary: str
    body: type | None = None
    """A type for JSON, `bytes` for binary, None for no body."""
    answer: Any = None
    """Likewise."""
    query: tuple[str, ...] = ()
    statuses: tuple[int, ...] = (200,)
    largest: int = BODY_LARGEST
    listed: bool = True
    """Whether the OpenAPI document lists it; pages for people are not listed."""
    page: bool = False
    """For people: what goes wrong is told as a page."""
    headers: tuple[str, ...] = ()
    parts: Parts | None = None
    """Where a body that broke off is kept, to be gone on with."""
    heavy: bool = False
    """Works the processor all the time: more than a few at one time only keep one another from it."""


T = TypeVar("T")


def read_json(asked: Asked, kind: type[T]) -> T:
    """Return the body as a typed value.

    Raises:
        InvalidInput: `hub.body`.
    """
    try:
        return msgspec.json.decode(asked.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInput("hub.body") from None


def say_json(value: Any, status: int = 200) -> Said:
    """Return a value as JSON; bytes are written in hex."""
    return Said(msgspec.json.encode(_hexed(value)), JSON, status, NO_GUESSING)


def _hexed(value: Any) -> Any:
    built = msgspec.to_builtins(value, builtin_types=(bytes,), str_keys=True)
    return _walk(built)


def _walk(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {key: _walk(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_walk(inner) for inner in value]
    return value
