"""From a request to a handler and back: who asks, what they may, and every failure as the answer it deserves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

import msgspec

from onestop_desktop.errors import Damaged, InvalidInput, OneStopError, Refused, TryLater
from onestop_desktop.hub.users import session_of
from onestop_desktop.hub.web.operations import JSON, NO_GUESSING, RIGHTS, Access, Asked, Operation, Said
from onestop_desktop.words import Words

COOKIE = "session"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
RETRY_SECONDS = 30
_LOG = logging.getLogger(__name__)

STATUS_OF: Mapping[str, int] = {
    "hub.no_session": 401,
    "hub.token": 401,
    "hub.login_wrong": 401,
    "hub.login_wait": 429,
    "hub.lookup_later": 429,
    "hub.unknown_desk": 401,
    "hub.forbidden": 403,
    "hub.origin": 403,
    "hub.too_long": 413,
    "hub.held_full": 429,
    "hub.too_slow": 408,
    "hub.not_here": 404,
    "hub.method": 405,
    "hub.fault": 500,
    "hub.no_desk_named": 404,
    "packet.part": 409,
    "file.type": 415,
    "file.version": 412,
    "file.offset": 409,
    "file.other_size": 409,
    "file.hash": 460,
    "file.unknown": 404,
    "hub.no_commune": 404,
    "hub.no_desk": 404,
    "hub.no_dossier": 404,
    "hub.no_incident": 404,
    "hub.no_account": 404,
    "hub.unknown_agency": 404,
    "enrol.no_request": 404,
}
"""Codes whose status is not their kind's."""


def status_of(error: OneStopError) -> int:
    """Return the HTTP status of a failure that we foresaw."""
    if error.code in STATUS_OF:
        return STATUS_OF[error.code]
    match error:
        case InvalidInput():
            return 400
        case Refused():
            return 403
        case TryLater() | Damaged():
            return 503
        case _:
            return 409


def told(error: OneStopError, words: Words) -> Said:
    """Return a failure as JSON: its code, its facts, a sentence for people."""
    body = {"error": {"code": error.code, "facts": error.facts, "message": words.tell(error)}}
    status = status_of(error)
    headers = later(error, status)
    if error.code.startswith("file."):
        headers = headers | {"tus-resumable": "1.0.0"}
    return Said(msgspec.json.encode(body), JSON, status, headers | NO_GUESSING)


def later(error: OneStopError, status: int) -> dict[str, str]:
    """Return the header that says when to come again, where coming again may help."""
    return {"retry-after": str(error.facts.get("seconds", RETRY_SECONDS))} if status in {429, 500, 503} else {}


Teller = Callable[[OneStopError, Asked], Said]


def answer(operation: Operation, asked: Asked, tell: Teller) -> Said:
    """Check who asks, let the handler answer, and turn what went wrong into an answer."""
    try:
        return operation.handler(admitted(operation, asked))
    except OneStopError as error:
        return tell(error, asked)
    except Exception:  # noqa: BLE001  whatever it was, the others go on being served
        _LOG.exception("operation %s", operation.name)
        return tell(OneStopError("hub.fault"), asked)


def admitted(operation: Operation, asked: Asked) -> Asked:
    """Return the request with who asks.

    Raises:
        Refused: `hub.origin` for a form on somebody else's page; `hub.token` or `hub.no_session` when nobody is
            named; `hub.forbidden` when the role does not allow it.
    """
    access = operation.access
    if operation.page and operation.method not in READING and not asked.own:
        raise Refused("hub.origin")
    if access is Access.ANYBODY:
        return asked
    scheme, _gap, value = asked.headers.get("authorization", "").partition(" ")
    if access is Access.DESK:
        token = _bytes(value) if scheme == "OneStop" else b""
        if not token:
            raise Refused("hub.token")
        return replace(asked, desk=asked.ledger.desk_of_token(token), token=token)
    token = _bytes(value) if scheme == "Session" else asked.token
    account = session_of(asked.ledger, token) if token else None
    if account is None:
        raise Refused("hub.no_session")
    if account.role not in RIGHTS[access]:
        raise Refused("hub.forbidden")
    return replace(asked, account=account, token=token)


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
